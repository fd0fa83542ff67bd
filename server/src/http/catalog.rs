//! What can be run, where, from what source; and what a first visit shows.

use std::sync::LazyLock;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use protocol::drawing::Recorded;
use protocol::{Happening, Run, RunEvent, View, compact};
use serde_json::json;

use super::{Api, answer, problem};

/// The log of the first preset, recorded on a quiet machine: `cargo xtask record`.
static SAMPLE: LazyLock<Vec<RunEvent>> = LazyLock::new(|| {
    let lines = include_str!("../../sample.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a test reads it")).collect()
});

/// The same as the page shows it.
static DRAWN: LazyLock<Recorded> = LazyLock::new(|| {
    let light: Vec<RunEvent> = SAMPLE.iter().cloned().map(without_bulk).collect();
    Recorded { log: frames(&light), drawing: charts::drawing(&Run::of_log(&*SAMPLE), &View::default()) }
});

/// An event without what only pictures are drawn of: it is most of a log, and a first visit waits for it.
fn without_bulk(mut event: RunEvent) -> RunEvent {
    if let Happening::TrialFinished { trial } = &mut event.what {
        (trial.latencies, trial.finishes_ns, trial.readings) = Default::default();
    }
    event
}

fn frames(events: &[RunEvent]) -> Vec<u8> {
    events.iter().flat_map(|event| compact::write_framed(event).expect("a test writes it")).collect()
}

/// What a first visit shows, and the whole log of it, as the page asks for them.
pub(super) fn recorded() -> (&'static Recorded, Vec<u8>) {
    (&DRAWN, frames(&SAMPLE))
}

/// The whole log of the sample in frames, for the page once it is looked at in another way.
pub(super) async fn sample_log(request: HttpRequest) -> HttpResponse {
    answer::ok(&request, &frames(&SAMPLE))
}

pub(super) async fn health(api: Data<Api>) -> HttpResponse {
    let load = api.dispatcher.load().await;
    HttpResponse::Ok().json(json!({"status": "ok", "queued": load.queued, "running": load.running}))
}

pub(super) async fn catalog(api: Data<Api>, request: HttpRequest) -> HttpResponse {
    answer::ok(&request, &api.context.catalog)
}

pub(super) async fn machine(api: Data<Api>, request: HttpRequest) -> HttpResponse {
    answer::ok(&request, &api.context.here)
}

/// A recorded result: the events of its log; for the page, what they look like too.
pub(super) async fn sample(request: HttpRequest) -> HttpResponse {
    if answer::wants_compact(request.headers()) { answer::ok(&request, &*DRAWN) } else { answer::ok(&request, &*SAMPLE) }
}

pub(super) async fn sources(api: Data<Api>, request: HttpRequest, workload: Path<String>) -> HttpResponse {
    match api.context.registry.sources(&workload) {
        Some(sources) => answer::ok(&request, &sources),
        None => {
            let ids: Vec<&str> = api.context.catalog.workloads.iter().map(|workload| workload.id.as_str()).collect();
            problem::not_found(&format!("workload: it is not known here; accepted: one of {}", ids.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_sample_is_a_whole_run_that_explains_itself() {
        let run = Run::of_log(&*SAMPLE);
        assert!(run.is_complete() && run.state == protocol::RunState::Finished, "{:?}", run.state);
        let experiment = &run.submission.experiment;
        let catalog = &run.submission.catalog;
        assert!(catalog.workload(&experiment.workload).is_some() && !catalog.quantities.is_empty());
        assert!(experiment.models.iter().all(|model| catalog.model(model).is_some()));
        assert!(!DRAWN.log.is_empty() && DRAWN.drawing.cards.len() > 1);
    }
}
