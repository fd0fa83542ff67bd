//! Results and experiments that a person names: by a file, a link, the text of a capsule, or an id. No other machine is asked.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use capsule::{Capsule, Carried};
use clap::Args;
use protocol::{Catalog, Draft, Problem, View, link as links};

use super::link::{self, LinkTo};
use crate::json::{self, JsonProblem};
use crate::runs::id::is_id;
use crate::say;
use crate::store::{Store, StorePlace, StoredResult, default_folder, url_of_environment};

/// The largest file that is opened; what is larger is no result.
const LARGEST_FILE: u64 = 48_000_000;

/// A capsule's text is longer than the name of any file in the folder.
const SHORTEST_TEXT: usize = 80;

/// Where this machine keeps its results.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct KeptAt {
    /// Where `serve` keeps runs and results; the user's data folder unless given.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// The PostgreSQL database that `serve --store` keeps them in; the variable INTERLEAVE_STORE says the same.
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Named {
    /// Results; never none.
    Results(Box<Found>),
    /// An experiment without a result, and how its result is to be looked at.
    Experiment(Box<Draft>, View),
}

/// Results that were found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) capsule: Capsule,
    /// The lanes of the first one, a bundle, if they are there too.
    pub(crate) lanes: Option<Vec<u8>>,
}

impl Found {
    fn alone(capsule: Capsule) -> Self {
        Self { capsule, lanes: None }
    }
}

pub(crate) fn sentences(problems: Vec<Problem>) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// What is there behind a link, in a file, or on standard input.
///
/// # Errors
/// A sentence for each thing that is wrong; `accepted` says what this command takes.
pub(crate) fn find(what: &str, kept: &KeptAt, catalog: &Catalog, accepted: &str) -> Result<Named, Vec<String>> {
    let is_file = what == "-" || Path::new(what).exists();
    let is_text = || what.len() >= SHORTEST_TEXT && !what.contains(['/', '.', ' ']);
    if !is_file && let Some(link) = link::read(what).or_else(|| is_text().then(|| LinkTo::Capsule(what.to_owned()))) {
        return of_link(link, kept, catalog);
    }
    of_bytes(&read(what, accepted)?, catalog)
}

fn of_link(link: LinkTo, kept: &KeptAt, catalog: &Catalog) -> Result<Named, Vec<String>> {
    match link {
        LinkTo::Capsule(text) => match capsule::bytes_of(&text).and_then(|bytes| capsule::open(&bytes)) {
            Ok(capsule) => Ok(Named::Results(Box::new(Found::alone(capsule)))),
            Err(refused) => Err(vec![format!("LINK: the result in it cannot be opened: {refused}; accepted: the whole link")]),
        },
        LinkTo::Result(id) => match of_id(&id, kept, catalog)? {
            Some(found) => Ok(Named::Results(Box::new(found))),
            None => Err(vec![not_here(&format!("LINK: the result {id}"), kept)]),
        },
        LinkTo::Experiment { path, query, run } => {
            if let Some(run) = run
                && let Some(found) = of_id(&run, kept, catalog)?
            {
                return Ok(Named::Results(Box::new(found)));
            }
            let opened = links::decode(&path, &query, catalog);
            // The page shows what it could read and waits for a person; here nobody would see what was taken in its place.
            if !opened.notes.is_empty() {
                return Err(sentences(opened.notes));
            }
            Ok(Named::Experiment(Box::new(opened.draft), opened.view))
        }
    }
}

/// Why something is not found: nobody else is asked for it.
pub(crate) fn not_here(what: &str, kept: &KeptAt) -> String {
    let folder = kept.folder().map_or_else(|| "here".to_owned(), |folder| format!("in {}", folder.display()));
    format!(
        "{what} is not kept {folder}, and no other machine is asked for it; accepted: a link that carries its result (Copy link \
         in the page), a file that it was saved as, or the id of what is kept here"
    )
}

impl KeptAt {
    /// Where runs and results are kept.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        self.data.clone().or_else(default_folder)
    }

    /// Does something with what is kept; `None` if nothing is.
    ///
    /// # Errors
    /// If the store cannot be opened, and what the work gives.
    pub(crate) fn with<T>(&self, work: impl AsyncFnOnce(&Store) -> Result<T, String>) -> Result<Option<T>, String> {
        // To look something up must not make a store.
        let Some(folder) = self.folder().filter(|folder| folder.is_dir()) else { return Ok(None) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
        runtime.block_on(async {
            let place = StorePlace { folder: folder.clone(), url: self.store.clone().or_else(url_of_environment) };
            let store = Store::open(&place).await.map_err(|error| format!("{} cannot be opened: {error}", folder.display()))?;
            let done = work(&store).await;
            store.close().await;
            done.map(Some)
        })
    }
}

/// The result or run that is kept under this id.
pub(crate) fn of_id(id: &str, kept: &KeptAt, catalog: &Catalog) -> Result<Option<Found>, Vec<String>> {
    if !is_id(id) {
        return Ok(None);
    }
    let found = kept.with(async |store| {
        if let Some(stored) = store.result(id).await.map_err(|error| error.to_string())? {
            let capsule = capsule::open(&stored.capsule);
            let capsule = capsule.map_err(|refused| format!("{id} is kept, and cannot be opened: {refused}"))?;
            return Ok(Some(Found { capsule, lanes: lanes_of(store, &stored).await? }));
        }
        let run = store.load_here(id, catalog).await.map_err(|error| format!("{id} cannot be read: {error}"))?;
        Ok(run.map(|(run, _)| Found { capsule: of_run(run), lanes: of_its_run(store, id) }))
    });
    found.map(Option::flatten).map_err(|sentence| vec![sentence])
}

/// The lanes of a result that is kept: its own, or else those of its run.
async fn lanes_of(store: &Store, stored: &StoredResult) -> Result<Option<Vec<u8>>, String> {
    if stored.has_lanes {
        return store.lanes_of_result(&stored.line.id).await.map_err(|error| error.to_string());
    }
    Ok(of_its_run(store, &stored.line.run))
}

fn of_its_run(store: &Store, run: &str) -> Option<Vec<u8>> {
    let lanes = Some(run).filter(|run| is_id(run)).and_then(|run| store.lanes_of_run(run))?;
    lanes.during(i64::MIN, i64::MAX).inspect_err(|error| say(&format!("the lanes of run {run} are left out: {error:#}"))).ok()
}

/// A run as others may see it.
pub(crate) fn of_run(run: protocol::Run) -> Capsule {
    Capsule { results: vec![Carried::from(capsule::shared(&run))], view: View::default() }
}

/// What these bytes hold, by looking at them.
fn of_bytes(bytes: &[u8], catalog: &Catalog) -> Result<Named, Vec<String>> {
    let json = json::read(bytes);
    let is_experiment = json.as_ref().is_ok_and(|json| json.get("workload").is_some() && json.get("trials").is_none());
    let refused = match capsule::read::read_with(bytes, Some(catalog)) {
        Ok(capsule) if !is_experiment => {
            let lanes = capsule::filed(bytes).ok().and_then(|filed| filed.first()?.lanes).map(<[u8]>::to_vec);
            return Ok(Named::Results(Box::new(Found { capsule, lanes })));
        }
        Ok(_) => String::new(),
        Err(refused) => refused.to_string(),
    };
    match json {
        Ok(json) if json.get("trials").is_none() => {
            Draft::of_json(&json, catalog).map(|draft| Named::Experiment(Box::new(draft), View::default())).map_err(sentences)
        }
        Err(JsonProblem::Repeated(problems)) => Err(sentences(problems)),
        Err(JsonProblem::NotJson(place)) if std::str::from_utf8(bytes).is_ok() => {
            Err(vec![format!("experiment: is not JSON: {place}; accepted: an experiment in JSON, or a result: {refused}")])
        }
        _ => Err(vec![format!("FILE: {refused}; accepted: an experiment in JSON, a capsule, a report in JSON, a run's log")]),
    }
}

fn read(file: &str, accepted: &str) -> Result<Vec<u8>, Vec<String>> {
    let whole = |source: &mut dyn Read| {
        let mut text = Vec::new();
        source.take(LARGEST_FILE + 1).read_to_end(&mut text).map(|_| text)
    };
    let text = if file == "-" { whole(&mut std::io::stdin()) } else { File::open(file).and_then(|mut file| whole(&mut file)) };
    let problem = match text {
        Ok(text) if text.len() as u64 <= LARGEST_FILE => return Ok(text),
        Ok(_) => format!("is larger than {} MB", LARGEST_FILE / 1_000_000),
        Err(error) => format!("cannot be read: {error}"),
    };
    Err(vec![format!("FILE: {file} {problem}; accepted: {accepted}")])
}
