//! `open-loop`: requests that arrive when they arrive, whether the last ones have been served or not.

mod actix_actors;
mod actix_sync;
mod generator;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::sync::Arc;
use std::time::Instant;

use protocol::catalog::{ARRIVALS_LATE, Unit};

use crate::cells;
use crate::measure::{Done, Measure, Recorder};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, figure, headline, lateness_in, mixed, no_figures, noun};

use generator::Schedule;

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
        source: (file!(), include_str!("mod.rs")),
        name: "Open loop",
        summary: "A service under arrivals that do not wait: latency as a client feels it",
        help: "Requests arrive on a schedule that a thread beside the model keeps, whether the last ones have been served or \
               not. The latency counts from when a request was to arrive, not from when it was begun, so a service that falls \
               behind cannot hide it. The time from when the same requests were begun is shown beside it. The schedule's \
               thread is woken as exactly as the kernel can, and spins for the last part of each wait if there is a core that \
               no worker needs; how late it is all the same is in every latency, and is shown; what it takes to hand over a \
               request is the model's own and is not in that. Where lateness is not small beside the latency, models cannot be \
               told apart by it.",
        unit: noun("request", "requests"),
        operation: noun("request", "requests"),
        latency: "from a request's intended arrival to its end",
        scope: &["open loop", "in memory"],
        headline: headline("latency_ns.p99", "{rate} arrivals per second", "served"),
        figures: vec![
            figure("offered_per_s", "Offered", Unit::Count, "Arrivals per second, from the first to the last, as they were."),
            figure("served_per_s", "Served", Unit::Count, "Requests per second until the last was served."),
            figure(
                "service_p50_ns",
                "Service, median",
                Unit::Nanoseconds,
                "From a request's beginning to its end, without waiting.",
            ),
            figure("service_p99_ns", "Service, p99", Unit::Nanoseconds, "The same, for 99 in 100 requests."),
            figure("arrived_late_p50_ns", "Arrived late, median", Unit::Nanoseconds, "How late the schedule's own thread was."),
            figure("arrived_late_p99_ns", "Arrived late, p99", Unit::Nanoseconds, "The same, for 99 in 100 requests."),
            figure(
                ARRIVALS_LATE,
                "Lateness in the latency",
                Unit::Share,
                "How late arrivals were by the latency of requests, each as its p99. Above a quarter no difference in latency is \
                 told: it is as much the schedule's as the model's.",
            ),
        ],
        cells: cells! {
            threads => (threads, "threads.rs"),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs"),
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (per_core, "per_core.rs"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { units: params.units.min(200), rate: params.rate.max(5_000), ..params },
        // Its schedule says how long it takes.
        by_time: false,
        // Nobody knows before how many there will be at a time: the machine itself refuses a thread too many.
        at_once: |_| 0,
        operations: |params| params.units as u64,
        answer: |params, seed, _| (0..params.units).fold(0, |sum: u64, unit| sum.wrapping_add(work(params, seed, unit))),
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
    #[track_caller]
    fn serve(&self, request: Request) -> u64 {
        let begun = Instant::now();
        let part = work(self.params, self.measure.seed(), request.unit);
        let ended = self.measure.record_since(request.intended);
        self.served.record(ended.duration_since(begun));
        part
    }

    /// With what is known when all have been served.
    fn with_figures(&self, done: Done, schedule: &Schedule) -> Done {
        let of = |recorder: &Recorder| recorder.summary().unwrap_or_default();
        let (served, late, latency) = (of(&self.served), of(&schedule.late), done.latency().unwrap_or_default());
        let per_s = done.operations as f64 / done.wall.as_secs_f64();
        let whole = |value: Option<u64>| value.map(|value| value as f64);
        let figures = [
            ("offered_per_s", schedule.offered_per_s()),
            ("served_per_s", Some(per_s)),
            ("service_p50_ns", whole(served.p50)),
            ("service_p99_ns", whole(served.p99)),
            ("arrived_late_p50_ns", whole(late.p50)),
            ("arrived_late_p99_ns", whole(late.p99)),
            (ARRIVALS_LATE, lateness_in(&late, &latency)),
        ];
        figures.into_iter().fold(done, |done, (key, value)| match value {
            Some(value) => done.with(key, value),
            None => done,
        })
    }
}
