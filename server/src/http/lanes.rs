//! Lanes are given out: as columns, all of them or a part of the time, and as a Chrome trace.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use protocol::{Problem, Run};

use super::ready::Ready;
use super::results::Shelf;
use super::{Api, problem, runs};
use crate::lanes::Bundle;
use crate::runs::id::is_id;

/// The media type of lanes.
pub(super) const LANES: &str = "application/vnd.interleave.lanes";

/// A part of the time, nanoseconds since the gate; all of it unless something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Time {
    /// What the query of an address asks for.
    pub(super) fn read(query: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut bound = |name: &str, absent: i64| {
            let given = form_urlencoded::parse(query.as_bytes()).find(|(field, _)| field == name);
            given.map_or(absent, |(_, value)| {
                value.parse().unwrap_or_else(|_| {
                    let accepted = format!("nanoseconds since the gate, a whole number from {} to {}", i64::MIN, i64::MAX);
                    problems.push(Problem::new(name, value, "is none", accepted));
                    absent
                })
            })
        };
        let (from, to) = (bound("from", i64::MIN), bound("to", i64::MAX));
        if problems.is_empty() { Ok(Self { from, to }) } else { Err(problems) }
    }
}

/// The lanes of a run's traced trials: `/api/runs/{id}/lanes?from=0&to=1000000`.
pub(super) async fn of_run(api: Data<Api>, shelf: Data<Shelf>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    let time = match Time::read(request.query_string()) {
        Ok(time) => time,
        Err(problems) => return problem::invalid_query(problems),
    };
    let Some(lanes) = Some(&id).filter(|id| is_id(id)).and_then(|id| api.store.lanes_of_run(id)) else { return none_of_run() };
    let Ok(_turn) = shelf.making.acquire().await else { return problem::broken() };
    match columns(lanes, time).await {
        Ok(ready) => ready.with(CACHE_CONTROL, "no-cache").respond(request.headers()),
        Err(refusal) => refusal,
    }
}

/// Those of this time, ready to be sent.
pub(super) async fn columns(lanes: Bundle, time: Time) -> Result<Ready, HttpResponse> {
    made(move || Ok(Ready::new(LANES, lanes.during(time.from, time.to)?))).await
}

/// All of them as bytes.
pub(super) async fn columns_of_all(lanes: Bundle) -> Result<Vec<u8>, HttpResponse> {
    made(move || lanes.during(i64::MIN, i64::MAX)).await
}

/// Does it beside the server's thread.
async fn made<T: Send + 'static>(make: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T, HttpResponse> {
    match tokio::task::spawn_blocking(make).await {
        Ok(made) => made.map_err(|error| problem::unreadable_lanes(&error)),
        Err(_) => Err(problem::broken()),
    }
}

/// The lanes of a run's traced trials in the Chrome trace format.
pub(super) async fn trace_of_run(api: Data<Api>, id: Path<String>) -> HttpResponse {
    let name = format!("interleave-{id}.trace.json");
    if !is_id(&id) {
        return none_of_run();
    }
    if let Some(lanes) = api.store.lanes_of_run(&id) {
        return match runs::find(&api, &id).await {
            Ok((run, _)) => trace(lanes, run, &name),
            Err(refusal) => refusal,
        };
    }
    match api.store.open_trace(&id) {
        Some(file) => attached(&name).streaming(runs::chunks(file)),
        None => none_of_run(),
    }
}

/// All of it in the Chrome trace format, made as it is taken.
pub(super) fn trace(lanes: Bundle, run: Arc<Run>, name: &str) -> HttpResponse {
    attached(name).streaming(lanes.trace(run))
}

/// An answer that is saved under this name.
pub(super) fn attached(name: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.content_type(ContentType::json()).insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

fn none_of_run() -> HttpResponse {
    problem::not_found("run: it has no lanes; accepted: a run with \"lanes\": \"on\" that is over")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_time_is_all_of_it_unless_something_is_said() {
        let read = |query: &str| Time::read(query).map(|time| (time.from, time.to));
        assert_eq!(read(""), Ok((i64::MIN, i64::MAX)));
        assert_eq!(read("from=-5&to=7&other=x"), Ok((-5, 7)));
        assert_eq!(read("to=-1"), Ok((i64::MIN, -1)));
        let problems = read("from=1e9&to=").unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let accepted = "accepted: nanoseconds since the gate, a whole number from -9223372036854775808 to 9223372036854775807";
        assert_eq!(said, [format!("from: 1e9 is none; {accepted}"), format!("to: is none; {accepted}")]);
    }
}
