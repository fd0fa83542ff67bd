//! A result is kept, or deleted.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::web::{Bytes, Data, Path, Payload, Query};
use actix_web::{Error, HttpRequest, HttpResponse};
use capsule::{Carried, Detail};
use charts::preview::mention;
use protocol::lanes::{Lanes, NoLanes, bundled};
use protocol::{Keep, Kept, MOST_UPLOADED, Run, View, compact};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::Shelf;
use crate::http::body::{self, Accepted};
use crate::http::{Api, answer, problem, runs};
use crate::runs::id::{ResultId, is_id};
use crate::runs::now_ms;
use crate::store::{Deleted, LARGEST_LANES, NewResult, Put};

/// The largest that is kept, and the largest that is taken.
pub(in crate::http) const LARGEST: usize = MOST_UPLOADED;
/// How long it may take to come.
const LONGEST: Duration = Duration::from_secs(30);
/// How long one waits while others are saving.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What may be asked of a result that is uploaded; of a run it stands in the body.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Uploading {
    #[serde(default)]
    publish: bool,
}

/// What is to be kept, as it came.
enum Wanted {
    /// A run of this server.
    Run(Keep),
    /// A report or a capsule.
    Upload(Bytes),
}

pub(in crate::http) async fn save(
    api: Data<Api>,
    shelf: Data<Shelf>,
    request: HttpRequest,
    uploading: Result<Query<Uploading>, Error>,
    payload: Payload,
) -> HttpResponse {
    let Ok(uploading) = uploading else { return problem::unreadable("publish: it is neither; accepted: true, false") };
    // Before its body is read: what strangers send is held for a few of them at once.
    let Ok(Ok(_turn)) = timeout(LONGEST_WAIT, shelf.saving.acquire()).await else { return problem::too_many_save() };
    let body = match body::read(&request, payload, &Accepted { largest: LARGEST, longest: LONGEST, bytes: true }).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let wanted = match wanted(&request, body) {
        Ok(wanted) => wanted,
        Err(refusal) => return *refusal,
    };
    let publish = match &wanted {
        Wanted::Run(keep) => keep.publish,
        Wanted::Upload(_) => uploading.publish,
    };
    let described = match wanted {
        Wanted::Run(keep) => match of_run(&api, &keep.run).await {
            Ok(run) => tokio::task::spawn_blocking(move || described(&given_away(&run), None)).await,
            Err(refusal) => return refusal,
        },
        Wanted::Upload(bytes) => {
            let described = move || of_upload(&bytes).and_then(|(carried, lanes)| described(&carried, lanes));
            tokio::task::spawn_blocking(described).await
        }
    };
    let described = match described {
        Ok(Ok(described)) => described,
        Ok(Err(NotKept::NoResult(sentence))) => return problem::no_result(&sentence),
        Ok(Err(NotKept::TooLarge(sentence))) => return problem::result_too_large(&sentence),
        Err(_) => return problem::broken(),
    };
    let (lanes, without_lanes) = match described.lanes {
        Some(own) => (Some(own), None),
        None => of_its_run(&api, &described.run).await,
    };
    let (saved_ms, mut token) = (now_ms(), [0; 16]);
    if getrandom::fill(&mut token).is_err() {
        return problem::broken();
    }
    let token = token.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let new = NewResult {
        saved_ms,
        expires_ms: api.site.keeps_ms.map(|keeps| saved_ms.saturating_add(keeps)),
        published: publish,
        token_hash: Sha256::digest(&token).into(),
        lanes,
        ..described
    };
    let id = new.id.clone();
    match api.store.put(new).await {
        Ok(put) => told(&request, Kept { id, delete_token: (put == Put::New).then_some(token), without_lanes }),
        Err(error) => problem::of_store(&error),
    }
}

/// What the body asks for.
fn wanted(request: &HttpRequest, body: Bytes) -> Result<Wanted, Box<HttpResponse>> {
    /// More than any request that names a run.
    const LARGEST_NAMING: usize = 1024;
    if body::is_compact(request) {
        let keep = compact::read(&body).map_err(|error| Box::new(problem::unreadable(&error.to_string())))?;
        return Ok(Wanted::Run(keep));
    }
    let object = (body.len() <= LARGEST_NAMING).then(|| serde_json::from_slice::<Value>(&body).ok()).flatten();
    match object.filter(|object| object.get("run").is_some() && object.get("trials").is_none()) {
        None => Ok(Wanted::Upload(body)),
        Some(object) => {
            let wrong = |error: serde_json::Error| {
                let accepted = "accepted: {\"run\": \"ID\", \"publish\": true}, the latter if everybody may find it";
                Box::new(problem::no_result(&format!("{error}; {accepted}")))
            };
            serde_json::from_value(object).map(Wanted::Run).map_err(wrong)
        }
    }
}

/// A run of this server that is over.
async fn of_run(api: &Api, id: &str) -> Result<Arc<Run>, HttpResponse> {
    let (run, _) = runs::find(api, id).await?;
    if !run.state.is_over() {
        return Err(problem::not_over(id));
    }
    if run.trials.is_empty() {
        return Err(problem::no_result(&format!("run: {id} has no trial that has ended; accepted: a run with a result")));
    }
    Ok(run)
}

/// The lanes of the run that a result is of, if it was run here, or why they are not kept with it.
async fn of_its_run(api: &Api, run: &str) -> (Option<Vec<u8>>, Option<String>) {
    let Some(lanes) = Some(run).filter(|run| is_id(run)).and_then(|run| api.store.lanes_of_run(run)) else {
        return (None, None);
    };
    match tokio::task::spawn_blocking(move || lanes.whole(LARGEST_LANES)).await.map_err(Into::into).flatten() {
        Ok(Ok(lanes)) => (Some(lanes), None),
        Ok(Err(length)) => {
            let (has, most) = (megabytes(length), megabytes(LARGEST_LANES));
            (None, Some(format!("its lanes have {has} MiB, and at most {most} MiB are kept with a result")))
        }
        Err(error) => (None, Some(format!("its lanes cannot be read: {error:#}"))),
    }
}

/// Without what names this machine and whoever uses it.
fn given_away(run: &Run) -> Carried {
    let names = own_names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Carried::from(capsule::shared_without(run, &names))
}

/// What this machine and its user are called, as far as it can be asked: no result holds them.
fn own_names() -> Vec<String> {
    let mut host = String::new();
    let read = std::fs::File::open("/proc/sys/kernel/hostname").and_then(|mut file| file.read_to_string(&mut host));
    let host = read.ok().map(|_| host.trim().to_owned());
    let user = ["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    let names = host.into_iter().chain(user).filter(|name| name.chars().count() > 2);
    // A name that is a word of every result says nothing about anybody.
    names.filter(|name| !["localhost", "root", "user", "linux"].contains(&name.as_str())).collect()
}

/// The one result of a report or a capsule, and its lanes if they are in the file.
fn of_upload(bytes: &[u8]) -> Result<(Carried, Option<Vec<u8>>), NotKept> {
    let refused = |refused: capsule::Refused| NotKept::NoResult(format!("{refused}; accepted: a report in JSON, or a capsule"));
    let opened = capsule::read::read(bytes).map_err(refused)?;
    let count = opened.results.len();
    let Ok([carried]) = <[Carried; 1]>::try_from(opened.results) else {
        return Err(NotKept::NoResult(format!("it holds {count} results; accepted: one, which gets a link of its own")));
    };
    if let Some((what, length)) = too_long(&carried.run) {
        return Err(NotKept::NoResult(format!("{what}: it has {length} letters; accepted: at most {LONGEST_NAME}")));
    }
    let lanes = capsule::filed(bytes).ok().and_then(|filed| filed.first()?.lanes);
    if let Some(Err(error)) = lanes.map(are_lanes) {
        return Err(NotKept::NoResult(format!("the lanes in it cannot be read: {error}; accepted: a file as it was written")));
    }
    // What somebody calls it is theirs.
    Ok((Carried { name: String::new(), ..carried }, lanes.map(<[u8]>::to_vec)))
}

/// Whether all of a bundle can be read.
fn are_lanes(bytes: &[u8]) -> Result<(), NoLanes> {
    bundled(bytes)?.into_iter().try_for_each(|lanes| Lanes::of_bytes(lanes).map(drop))
}

/// Letters of a name: lists, pictures and heads of pages have them, of a stranger's too.
const LONGEST_NAME: usize = 200;

/// What is longer than any name.
fn too_long(run: &Run) -> Option<(&'static str, usize)> {
    let protocol::Submission { experiment, catalog, machine, build, .. } = &run.submission;
    let models = catalog.models.iter().flat_map(|model| [&model.id, &model.name, &model.within]);
    let workloads = catalog.workloads.iter().flat_map(|workload| {
        let (nouns, headline) = ([&workload.unit, &workload.operation], &workload.headline);
        let nouns = nouns.into_iter().flat_map(|noun| [&noun.one, &noun.many]);
        nouns.chain([&workload.id, &workload.name, &headline.metric, &headline.subject, &headline.verb])
    });
    let quantities = catalog.workloads.iter().flat_map(|workload| &workload.figures).chain(&catalog.quantities);
    let texts = models.map(|text| ("models", text)).chain(workloads.map(|text| ("workload", text)));
    let texts = texts.chain(experiment.models.iter().map(|text| ("models", text))).chain([("workload", &experiment.workload)]);
    let texts = texts.chain(quantities.flat_map(|quantity| [("quantities", &quantity.key), ("quantities", &quantity.label)]));
    let texts = texts.chain([("machine", &machine.cpu), ("machine", &machine.os), ("build", &build.commit)]);
    let lengths = texts.map(|(what, text)| (what, text.chars().count()));
    lengths.max_by_key(|(_, length)| *length).filter(|(_, length)| *length > LONGEST_NAME)
}

/// Why a result is not kept, as a sentence.
enum NotKept {
    NoResult(String),
    TooLarge(String),
}

/// What is kept of a result, and what lists say of it: all but whose it is, and for how long.
fn described(carried: &Carried, lanes: Option<Vec<u8>>) -> Result<NewResult, NotKept> {
    let hash: [u8; 32] = Sha256::digest(capsule::content(&carried.run)).into();
    let id = ResultId::of_hash(&hash).as_str().to_owned();
    let run = capsule::shared(&carried.run);
    let whole = capsule::Capsule { results: vec![Carried { run, ..carried.clone() }], view: View::default() };
    let capsule = capsule::pack(&whole, Detail::Whole).bytes;
    if capsule.len() > LARGEST {
        let (has, most) = (megabytes(capsule.len()), megabytes(LARGEST));
        let wrong = format!("it has {has} MiB when it is packed; accepted: at most {most} MiB, so fewer repetitions or values");
        return Err(NotKept::TooLarge(wrong));
    }
    let submission = &carried.run.submission;
    let (experiment, machine) = (&submission.experiment, &submission.machine);
    Ok(NewResult {
        id,
        run: submission.id.clone(),
        workload: experiment.workload.clone(),
        models: experiment.models.clone(),
        machine: format!("{}-core {}", machine.cores, machine.cpu),
        sentence: mention(&carried.run, &View::default()).sentence,
        submitted_ms: submission.submitted_ms,
        saved_ms: 0,
        expires_ms: None,
        published: false,
        token_hash: [0; 32],
        capsule,
        lanes,
    })
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}

/// The answer. A token is told here and nowhere else.
fn told(request: &HttpRequest, kept: Kept) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, format!("/r/{}", kept.id)));
    if answer::wants_compact(request.headers()) {
        return answer::compacted(response, &kept);
    }
    let mut told = json!({"id": kept.id});
    if let Some(token) = kept.delete_token {
        told["delete_token"] = token.into();
    }
    if let Some(why) = kept.without_lanes {
        told["without_lanes"] = why.into();
    }
    response.json(told)
}

/// Deletes a result, for whoever has its token.
pub(in crate::http) async fn delete(
    api: Data<Api>,
    shelf: Data<Shelf>,
    request: HttpRequest,
    file: Path<String>,
) -> HttpResponse {
    let Some(id) = ResultId::read(&file) else { return problem::no_such_result(&file) };
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = given.and_then(|given| given.strip_prefix("Bearer ")) else { return problem::no_token() };
    match api.store.delete(id.as_str(), &Sha256::digest(token.trim()).into()).await {
        Ok(Deleted::Done) => {
            // What is being made of it at this moment is on the shelf when it is our turn.
            let _turn = shelf.making.acquire().await;
            shelf.forget(id);
            HttpResponse::NoContent().finish()
        }
        Ok(Deleted::Unknown) => problem::no_such_result(id.as_str()),
        Ok(Deleted::Refused) => problem::wrong_token(),
        Err(error) => problem::of_store(&error),
    }
}
