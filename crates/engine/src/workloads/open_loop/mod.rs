//! `open-loop`: requests that arrive when they arrive, whether the last ones have been served or not.

mod actix_actors;
mod actix_sync;
mod generator;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use std::sync::Arc;
use std::time::Instant;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Measure, Recorder};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000_000, 5_000)
            .label("Requests")
            .unit("units")
            .log()
            .help("Requests that arrive; each is a thread, a task, a message or a job of its own."),
        rate: u64 = count(100, 1_000_000, 5_000)
            .label("Arrivals")
            .unit("per second")
            .log()
            .help("How many arrive per second, served or not."),
        arrivals: Arrivals = choice(Arrivals::OPTIONS)
            .label("Spacing")
            .help("Constant: evenly spaced. Poisson: independent of each other, as from many clients, so that some arrive \
                   close together."),
        service: u64 = count(0, 1_000_000, 100)
            .label("Service")
            .unit("steps")
            .log()
            .help("Work of each request, in steps of a few nanoseconds that cannot be split."),
    }
}

choices! {
    /// How requests are spaced.
    pub(super) enum Arrivals { Poisson = "poisson" / "Poisson", Constant = "constant" / "constant" }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "open-loop",
        name: "Open loop",
        summary: "A service under arrivals that do not wait: latency as a client feels it",
        help: "Requests arrive on a schedule that a thread beside the model keeps. The latency counts from when a request was to \
               arrive, not from when it was begun, so a service that falls behind cannot hide it. The time from when the same \
               requests were begun is shown beside it.",
        unit: noun("request", "requests"),
        operation: noun("request", "requests"),
        latency: "from a request's intended arrival to its end",
        scope: &["open loop", "in memory"],
        headline: headline(OPS_PER_S, "{rate} arrivals per second", "served"),
        figures: vec![
            figure("offered_per_s", "Offered", Unit::Count, "Arrivals per second, as scheduled."),
            figure("served_per_s", "Served", Unit::Count, "Requests per second until the last was served."),
            figure(
                "service_p50_ns",
                "Service, median",
                Unit::Nanoseconds,
                "From a request's beginning to its end, without waiting.",
            ),
            figure("service_p99_ns", "Service, p99", Unit::Nanoseconds, "The same, for 99 in 100 requests."),
            figure("arrived_late_p99_ns", "Arrived late, p99", Unit::Nanoseconds, "How late the schedule's own thread was."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs"),
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(50), rate: params.rate.max(5_000), ..params },
        operations: |params| params.units as u64,
        answer: |params, seed| (0..params.units).fold(0, |sum: u64, unit| sum.wrapping_add(work(params, seed, unit))),
        figure_values: no_figures,
    }
}

/// The pure kernel: the request's steps, each from the one before.
fn work(params: Params, seed: u64, unit: usize) -> u64 {
    (0..params.service).fold(mixed(seed ^ unit as u64), |state, _| mixed(state))
}

/// A request, from its intended arrival on.
#[derive(Clone, Copy, Debug)]
struct Request {
    unit: usize,
    intended: Instant,
}

/// What requests are served with.
#[derive(Clone, Debug)]
struct Service {
    params: Params,
    measure: Measure,
    served: Arc<Recorder>,
}

impl Service {
    fn new(params: Params, measure: &Measure) -> Self {
        Self { params, measure: measure.clone(), served: Arc::new(Recorder::new()) }
    }

    /// Serves one, wherever the model runs this.
    fn serve(&self, request: Request) -> u64 {
        let begun = Instant::now();
        let part = work(self.params, self.measure.seed(), request.unit);
        let ended = self.measure.record_since(request.intended);
        self.served.record(ended.duration_since(begun), 1);
        part
    }

    /// With what is known when all have been served; `late` is the generator's.
    fn with_figures(&self, done: Done, late: &Recorder) -> Done {
        let of = |recorder: &Recorder| recorder.summary().unwrap_or_default();
        let (served, late) = (of(&self.served), of(late));
        let per_s = done.operations as f64 / done.wall.as_secs_f64();
        done.with("offered_per_s", self.params.rate as f64)
            .with("served_per_s", per_s)
            .with("service_p50_ns", served.p50 as f64)
            .with("service_p99_ns", served.p99 as f64)
            .with("arrived_late_p99_ns", late.p99 as f64)
    }
}
