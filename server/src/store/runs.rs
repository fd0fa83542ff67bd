//! Runs that are over, in the database: the text of a log as it was written, compressed.
//!
//! A run that is not over is a file ([`super::files`]): an event is one append then, with no tree to change and nothing to tidy
//! up between two trials, and the file's lock tells another server that the run is alive. When it is over its text goes into the
//! database, which waits for the disk, and then the file is removed: at every moment one of the two has all of it. If the
//! database does not take it the file stays, and is moved by a later server. So are the files that earlier versions have left.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use protocol::{Catalog, Run, RunEvent};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Store;
use super::database::{reading, writing};
use super::error::{StoreError, StoreTrouble};
use super::files::LogFile;
use super::log::{self, LARGEST_BYTES, Leaving, TextForm, Unreadable};
use super::result::Put;
use crate::context::Context;
use crate::runs::id::is_id;

/// A run's end waits no longer than this for the database: its file will do.
const LONGEST_SAVE: Duration = Duration::from_secs(1);

const NEW_RUN: &str = "INSERT INTO run (id, submitted_ms, form, bytes, text) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const RUNS: &str = "SELECT id, submitted_ms, form, bytes, text FROM run WHERE id > $1 ORDER BY id LIMIT $2";
const RUN: &str = "SELECT form, bytes, text FROM run WHERE id = $1";

/// A run as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredRun {
    pub(super) id: String,
    pub(super) submitted_ms: i64,
    pub(super) form: i64,
    /// How long the text is.
    pub(super) bytes: i64,
    /// The text, compressed.
    pub(super) text: Vec<u8>,
}

impl StoredRun {
    fn of_text(id: &str, submitted_ms: u64, form: TextForm, text: &[u8]) -> Self {
        Self {
            id: id.to_owned(),
            submitted_ms: i64::try_from(submitted_ms).unwrap_or(i64::MAX),
            form: form as i64,
            bytes: i64::try_from(text.len()).unwrap_or(i64::MAX),
            text: compress_to_vec(text, 6),
        }
    }

    /// Whether it has the form of a run; whether its text can be read is found out when somebody reads it.
    pub(super) fn is_usable(&self) -> bool {
        let bytes = u64::try_from(self.bytes).unwrap_or(u64::MAX);
        is_id(&self.id) && TextForm::of(self.form).is_some() && bytes <= LARGEST_BYTES && self.text.len() as u64 <= LARGEST_BYTES
    }

    /// Its events. What is stored is not trusted: neither its length nor its form.
    fn events(&self, catalog: &Catalog) -> Result<Vec<RunEvent>, String> {
        let form = TextForm::of(self.form).ok_or_else(|| format!("it is of the form {}, which is not known here", self.form))?;
        let length = u64::try_from(self.bytes).ok().filter(|length| *length <= LARGEST_BYTES);
        let length =
            length.ok_or_else(|| format!("it has {} bytes, and a stored run has at most {LARGEST_BYTES}", self.bytes))?;
        let text = decompress_to_vec_with_limit(&self.text, usize::try_from(length).unwrap_or(0));
        let text = text.map_err(|error| format!("it cannot be decompressed: {error}"))?;
        log::events(form, &text, &self.id, catalog)
    }
}

impl Store {
    /// Puts what is stored of a run that is over where it stays: its lanes into one file, its log into the database. When this
    /// returns it is on the disk.
    pub(crate) async fn settle(&self, run: Arc<Run>, file: io::Result<Option<LogFile>>) -> io::Result<()> {
        let files = self.files.clone();
        let settled = Arc::clone(&run);
        let prepare = move || {
            if let Err(error) = files.join_lanes(&settled) {
                crate::say(&format!("the lanes of run {} are lost: {error}", settled.id()));
            }
            let Some(file) = file? else { return Ok(None) };
            file.is_there()?;
            let row = StoredRun::of_text(settled.id(), settled.submission.submitted_ms, TextForm::Log, &file.text()?);
            Ok(Some((file, row)))
        };
        let Some((file, row)) = spawn_blocking(prepare).await.map_err(io::Error::other).flatten()? else { return Ok(()) };
        let kept = match timeout(LONGEST_SAVE, self.keep_runs(vec![row])).await {
            Ok(kept) => kept.and_then(|puts| is_kept(run.id(), &puts)),
            Err(_) => Err(StoreError::new(StoreTrouble::Away, "it takes too long")),
        };
        spawn_blocking(move || match kept {
            // That it is still there does no harm.
            Ok(()) => file.remove().or(Ok(())),
            Err(error) => {
                if is_news(&error) {
                    crate::say(&format!("run {} stays in its file: {error}", run.id()));
                }
                file.sync()
            }
        })
        .await
        .map_err(io::Error::other)
        .flatten()
    }

    /// A stored run and its log; `None` if there is none. The id comes from outside: `is_id` first.
    pub(crate) async fn load(&self, id: &str, context: Arc<Context>) -> Result<Option<(Run, Vec<RunEvent>)>, Unreadable> {
        let (files, of, known) = (self.files.clone(), id.to_owned(), Arc::clone(&context));
        let unreadable = |reason: String| Unreadable::new(Path::new(&format!("the stored run {id}")), reason);
        // Files first: what is moved is in the database before its file is gone.
        let found = spawn_blocking(move || files.load(&of, &known.catalog))
            .await
            .map_err(|error| unreadable(error.to_string()))
            .flatten()?;
        if found.is_some() || !self.expected {
            return Ok(found);
        }
        let Some(run) = self.stored_run(id).await.map_err(|error| unreadable(error.to_string()))? else { return Ok(None) };
        let read = spawn_blocking(move || run.events(&context.catalog)).await.map_err(|error| error.to_string()).flatten();
        let events = read.map_err(unreadable)?;
        Ok(Some((Run::of_log(&events), events)))
    }

    /// The same on this thread, for a command that has nothing else to do.
    pub(crate) async fn load_here(&self, id: &str, catalog: &Catalog) -> Result<Option<(Run, Vec<RunEvent>)>, Unreadable> {
        let found = self.files.load(id, catalog)?;
        if found.is_some() || !self.expected {
            return Ok(found);
        }
        let unreadable = |reason: String| Unreadable::new(Path::new(&format!("the stored run {id}")), reason);
        let Some(run) = self.stored_run(id).await.map_err(|error| unreadable(error.to_string()))? else { return Ok(None) };
        let events = run.events(catalog).map_err(unreadable)?;
        Ok(Some((Run::of_log(&events), events)))
    }

    /// Moves the files of runs that are over into the database: those of earlier versions, and of servers that ended in the
    /// middle. How many there were, and what could not be moved.
    pub(crate) async fn move_in(&self, context: Arc<Context>) -> (usize, Vec<String>) {
        let (mut moved, mut problems) = (0, Vec::new());
        if self.check().await.is_err() {
            // It has been said, or will be.
            return (moved, problems);
        }
        for (path, form, id) in self.files.movable() {
            let (known, of) = (Arc::clone(&context), id.clone());
            let open = move || {
                let leaving = Leaving::open(&path, form, &of, &known.catalog)?;
                Ok(leaving.map(|leaving| (StoredRun::of_text(&of, leaving.submitted_ms, form, &leaving.text), leaving)))
            };
            let opened: Result<_, Unreadable> = match spawn_blocking(open).await {
                Ok(opened) => opened,
                Err(error) => Err(Unreadable::new(Path::new(&id), error)),
            };
            let (row, leaving) = match opened {
                Ok(Some(opened)) => opened,
                Ok(None) => continue,
                Err(problem) => {
                    problems.push(problem.to_string());
                    continue;
                }
            };
            match self.keep_runs(vec![row]).await.and_then(|puts| is_kept(&id, &puts)) {
                Ok(()) => match leaving.remove() {
                    Ok(()) => moved += 1,
                    Err(error) => problems.push(format!("the file of run {id} is in the store, and cannot be removed: {error}")),
                },
                Err(error) => {
                    problems.push(format!("run {id} stays in its file: {error}"));
                    if error.trouble() != StoreTrouble::Other {
                        break;
                    }
                }
            }
        }
        (moved, problems)
    }

    pub(super) async fn stored_run(&self, id: &str) -> Result<Option<StoredRun>, StoreError> {
        let row: Option<(i64, i64, Vec<u8>)> =
            reading!(self.database()?, |pool| sqlx::query_as(RUN).bind(id).fetch_optional(pool).await)?;
        Ok(row.map(|(form, bytes, text)| StoredRun { id: id.to_owned(), submitted_ms: 0, form, bytes, text }))
    }

    /// Keeps these runs, all of them or none. Where another run has the id, nothing is kept: `None`.
    pub(super) async fn keep_runs(&self, runs: Vec<StoredRun>) -> Result<Vec<Option<Put>>, StoreError> {
        writing!(self.database()?, |connection| {
            let mut puts = Vec::with_capacity(runs.len());
            for run in &runs {
                let row = sqlx::query(NEW_RUN).bind(&run.id).bind(run.submitted_ms).bind(run.form).bind(run.bytes);
                if row.bind(&run.text[..]).execute(&mut *connection).await?.rows_affected() == 1 {
                    puts.push(Some(Put::New));
                    continue;
                }
                let there: Option<(i64, i64, Vec<u8>)> =
                    sqlx::query_as(RUN).bind(&run.id).fetch_optional(&mut *connection).await?;
                let same = there.is_some_and(|(form, bytes, text)| (form, bytes, &text) == (run.form, run.bytes, &run.text));
                puts.push(same.then_some(Put::There));
            }
            puts
        })
    }

    /// Runs behind this id, in the order of their ids.
    pub(super) async fn runs_after(&self, id: &str, limit: i64) -> Result<Vec<StoredRun>, StoreError> {
        let rows: Vec<(String, i64, i64, i64, Vec<u8>)> =
            reading!(self.database()?, |pool| sqlx::query_as(RUNS).bind(id).bind(limit).fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, submitted_ms, form, bytes, text)| StoredRun { id, submitted_ms, form, bytes, text })
            .collect())
    }
}

fn is_kept(id: &str, puts: &[Option<Put>]) -> Result<(), StoreError> {
    if puts.contains(&None) { Err(StoreError::new(StoreTrouble::Other, format!("another run {id} is stored"))) } else { Ok(()) }
}

/// Damage is said once, when it is found.
fn is_news(error: &StoreError) -> bool {
    error.trouble() != StoreTrouble::Damaged
}
