//! A run's events as a stream (server-sent events), from any of them on.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Api, problem};
use crate::runs::id::is_id;
use crate::runs::log::Follower;

/// A comment goes out at least so often: a connection that has died is noticed when it is written to.
const HEARTBEAT: Duration = Duration::from_secs(1);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Where to take up: for a page that reconnects by itself, without the header that a browser sends.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    after: Option<u64>,
}

pub(super) async fn follow(
    api: Data<Api>,
    request: HttpRequest,
    id: Path<String>,
    from: Result<Query<From>, Error>,
) -> HttpResponse {
    let Ok(from) = from else { return problem::unreadable("after: it is no number; accepted: the number of an event") };
    let header = match request.headers().get(LAST_EVENT_ID).map(|value| value.to_str().unwrap_or_default().trim().parse()) {
        Some(Err(_)) => return problem::unreadable("Last-Event-ID: it is no number; accepted: the number of an event"),
        Some(Ok(number)) => Some(number),
        None => None,
    };
    let found = if is_id(&id) { api.dispatcher.get(&id).await } else { None };
    let Some((_, log)) = found else { return problem::no_such_run(&id) };
    let after = header.or(from.after).unwrap_or(0);
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream").insert_header((CACHE_CONTROL, "no-store"));
    // Whoever asks for the head alone must not be kept until the run is over.
    if request.method() == Method::HEAD {
        return response.finish();
    }
    let stream = unfold((log.follow(after), api.stopping.clone()), |(mut follower, mut stopping)| async move {
        let piece = next(&mut follower, &mut stopping).await?;
        Some((Ok::<_, Error>(piece), (follower, stopping)))
    });
    response.streaming(stream)
}

/// The next event, or a comment when none comes for a while; `None` at the end of the run or of the server.
async fn next(follower: &mut Follower, stopping: &mut watch::Receiver<bool>) -> Option<Bytes> {
    let event = tokio::select! {
        // A stop cancels the run: that is for whoever asks the next server, not the end that this stream is waiting for.
        biased;
        _ = stopping.wait_for(|stopping| *stopping) => return None,
        event = timeout(HEARTBEAT, follower.next()) => event,
    };
    match event {
        Ok(event) => {
            let event = event?;
            let data = serde_json::to_string(&*event).ok()?;
            Some(Bytes::from(format!("id: {}\ndata: {data}\n\n", event.number)))
        }
        Err(_) => Some(Bytes::from_static(b":\n\n")),
    }
}
