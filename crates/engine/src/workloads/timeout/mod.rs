//! `timeout`: a timeout around each operation, which is nearly never reached. What differs is what it costs to set a timer and
//! to cancel it.

mod actix_actors;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Halt, Measure, Recorder};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, cost, few, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(2, 1_000_000, 20)
            .multiple_of(2)
            .label("Units")
            .unit("units")
            .log()
            .help("Two make a pair: one that asks and waits, one that answers."),
        rounds: u64 = count(1, 10_000_000, 10_000)
            .label("Round trips each")
            .unit("rounds")
            .log()
            .of_work()
            .help("How often each pair asks and answers."),
        with: With = choice(With::OPTIONS)
            .label("Each round trip")
            .help("With a timeout around it, or the same without: the difference is the price of a timeout."),
        timeout_ms: u64 = count(1, 60_000, 1_000)
            .label("Timeout")
            .unit("ms")
            .log()
            .help("How long an answer is waited for. A short one is reached now and then, if there are many units."),
        late_per_mille: u64 = count(0, 1_000, 0)
            .label("Not answered")
            .unit("per mille")
            .help("Questions that get no answer, at random: each of them lasts as long as the timeout, and says how late that is \
                   noticed. Without a timeout all are answered."),
    }
}

choices! {
    /// Whether there is a timeout around each operation.
    pub(super) enum With { Timeout = "timeout" / "with a timeout", None = "none" / "without one" }
}

impl Params {
    fn pairs(self) -> usize {
        self.units / 2
    }

    fn timeout(self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// Whether this question of this pair gets no answer.
    fn is_ignored(self, seed: u64, pair: usize, number: u64) -> bool {
        let chosen = || mixed(mixed(seed.wrapping_add(pair as u64)) ^ number) % 1_000 < self.late_per_mille;
        self.with == With::Timeout && self.late_per_mille > 0 && chosen()
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "timeout",
        source: (file!(), include_str!("mod.rs")),
        name: "Timeout",
        summary: "A timeout around each round trip, nearly always cancelled: what it costs to be careful",
        help: "One unit of a pair asks the other through a queue of one, and waits for the answer, but not longer than the \
               timeout. The answer comes in microseconds, so the timer is set and cancelled each time, as around the requests of \
               most services. A thread tells the kernel how long it wants to sleep at most; a runtime puts a timer into a \
               structure of its own, when the task has to wait, and takes it out again. Choose the same without a timeout and \
               compare: the difference is the timer, all else is a round trip, which is cheap where the two of a pair share a \
               thread. It does not say how precise a timeout is; that is asked by leaving some questions unanswered. A round \
               trip is too short for a clock reading of its own: one in 64 is timed, at random.",
        unit: noun("unit", "units"),
        operation: noun("round trip", "round trips"),
        latency: "from asking to the answer or the timeout; one in 64 is timed, at random",
        scope: &["closed loop", "in memory", "one timer at a time for each pair"],
        headline: headline(OPS_PER_S, "{units} units in pairs", "made"),
        figures: vec![
            figure(
                "timed_out",
                "Timed out",
                Unit::Count,
                "Round trips that reached their timeout: those that got no answer, and those whose answer came too late.",
            ),
            cost(
                "overdue_p50_ns",
                "Noticed late, p50",
                Unit::Nanoseconds,
                "From when a timeout was due until its unit knew, the median of the questions that got no answer.",
            ),
            cost("overdue_p99_ns", "Noticed late, p99", Unit::Nanoseconds, "The 99th percentile of the same."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, obeys: "placement"),
            thread_pool => "both of a pair must run for either to end: with more pairs than threads, those that wait keep the \
                            others from ever beginning, and a timeout only makes them fail",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs", obeys: "placement"),
            actix_sync => "an actor of a SyncArbiter blocks its thread while it waits for the other: with more pairs than \
                           threads, every question would time out",
            rayon_pool => "both of a pair must run for either to end, and Rayon may run one of them only when the other has \
                           ended; it has no timers either",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs", obeys: "placement"),
            tokio_per_core => (per_core, "per_core.rs", obeys: "placement"),
            io_uring => (io_uring, "io_uring.rs", obeys: "placement"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        // One that gets no answer lasts as long as the timeout: a warm-up has none.
        warm_up: |params| Params { rounds: params.rounds.min(few(params.pairs(), 4_000, 200)), late_per_mille: 0, ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.pairs() as u64 * params.rounds,
        answer: |params, seed, work| {
            let ignored = |pair| {
                let numbers = 0..if params.late_per_mille > 0 { work.of(pair, params.rounds) } else { 0 };
                numbers.filter(|number| params.is_ignored(seed, pair, *number)).count() as u64
            };
            let ignored: u64 = (0..params.pairs()).map(ignored).sum();
            (work.operations() - ignored).wrapping_add(ignored.wrapping_mul(IGNORED))
        },
        figure_values: no_figures,
    }
}

/// What a question that got no answer adds to the answer of the trial; any other adds one.
const IGNORED: u64 = 1 << 40;

/// What becomes of the questions.
#[derive(Debug)]
struct Questions {
    params: Params,
    measure: Measure,
    timed_out: AtomicU64,
    overdue: Recorder,
}

impl Questions {
    fn new(params: Params, measure: &Measure) -> Arc<Self> {
        Arc::new(Self { params, measure: measure.clone(), timed_out: AtomicU64::new(0), overdue: Recorder::new() })
    }

    /// Whether the one that is asked leaves this question without an answer.
    fn is_ignored(&self, pair: usize, number: u64) -> bool {
        self.params.is_ignored(self.measure.seed(), pair, number)
    }

    /// When a timeout is due, if it is one that will be reached: of the others nobody reads the clock.
    fn due(&self, pair: usize, number: u64) -> Option<Instant> {
        self.is_ignored(pair, number).then(|| Instant::now() + self.params.timeout())
    }

    /// A question timed out: what it adds to the answer of the trial. One that was answered, but too late, adds what it would
    /// have added in time: that it came too late is no error. A timeout before its time is one, and adds nothing.
    fn timed_out(&self, due: Option<Instant>) -> u64 {
        self.timed_out.fetch_add(1, Ordering::Relaxed);
        // Long, and perhaps none of those that are timed.
        self.measure.look();
        let Some(due) = due else { return 1 };
        let Some(overdue) = Instant::now().checked_duration_since(due) else { return 0 };
        self.overdue.record(overdue);
        IGNORED
    }

    fn with_figures(&self, done: Done) -> Done {
        let done = done.with("timed_out", self.timed_out.load(Ordering::Relaxed) as f64);
        let Some(overdue) = self.overdue.summary() else { return done };
        let figures = [("overdue_p50_ns", overdue.p50), ("overdue_p99_ns", overdue.p99)];
        figures.into_iter().fold(done, |done, (key, value)| match value {
            Some(value) => done.with(key, value as f64),
            None => done,
        })
    }
}

fn lost() -> Halt {
    Halt::Failed("the other of a pair is gone".to_owned())
}
