//! A run's events as a stream, from any of them on: server-sent events for people and tools, and frames for the page, which asks
//! for them by their media type.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, VARY};
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::stream::unfold;
use protocol::{RunEvent, compact};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Api, answer, problem, runs};
use crate::runs::log::Follower;

/// A heartbeat goes out at least this often: a connection that has died is noticed when it is written to.
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
    let (_, log) = match runs::find(&api, &id).await {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let after = header.or(from.after).unwrap_or(0);
    let form = if answer::wants_compact(request.headers()) { Form::Frames } else { Form::Events };
    let mut response = HttpResponse::Ok();
    response.content_type(form.content_type()).insert_header((CACHE_CONTROL, "no-store")).insert_header((VARY, "Accept"));
    // Who asks for the head alone must not be kept until the run is over.
    if request.method() == Method::HEAD {
        return response.finish();
    }
    let stream = unfold((log.follow(after), api.stopping.clone()), move |(mut follower, mut stopping)| async move {
        let piece = next(form, &mut follower, &mut stopping).await?;
        Some((Ok::<_, Error>(piece), (follower, stopping)))
    });
    response.streaming(stream)
}

/// How events are written.
#[derive(Clone, Copy)]
enum Form {
    Events,
    Frames,
}

impl Form {
    fn content_type(self) -> String {
        match self {
            Self::Events => "text/event-stream".to_owned(),
            Self::Frames => compact::content_type(),
        }
    }

    fn event(self, event: &RunEvent) -> Option<Bytes> {
        Some(match self {
            Self::Events => format!("id: {}\ndata: {}\n\n", event.number, serde_json::to_string(event).ok()?).into(),
            Self::Frames => compact::write_framed(event).ok()?.into(),
        })
    }

    fn heartbeat(self) -> Bytes {
        match self {
            Self::Events => Bytes::from_static(b":\n\n"),
            Self::Frames => Bytes::from_static(&compact::HEARTBEAT),
        }
    }
}

/// The next event, or a heartbeat when none comes for a while; `None` at the end of the run or of the server.
async fn next(form: Form, follower: &mut Follower, stopping: &mut watch::Receiver<bool>) -> Option<Bytes> {
    let event = tokio::select! {
        // A stop cancels the run: that is for who asks the next server, not the end that this stream is waiting for.
        biased;
        _ = stopping.wait_for(|stopping| *stopping) => return None,
        event = timeout(HEARTBEAT, follower.next()) => event,
    };
    match event {
        Ok(event) => form.event(&*event?),
        Err(_) => Some(form.heartbeat()),
    }
}
