//! `cancel`: work that is abandoned half-way. What differs is who notices, and when.

mod actix_actors;
mod actix_sync;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Measure, Share};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 100)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks, actors or jobs that compute without end."),
        piece: u64 = count(1, 10_000_000, 10_000)
            .label("Piece")
            .unit("steps")
            .log()
            .help("Work between two points at which a unit can be stopped, in steps of a few nanoseconds."),
        after_ms: u64 = count(1, 10_000, 50)
            .label("Cancelled after")
            .unit("ms")
            .log()
            .help("How long they may work before they are told to stop."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "cancel",
        name: "Cancel",
        summary: "Work abandoned half-way: when it really stops, and what was done in vain",
        help: "Units compute, piece by piece, until they are told to stop. Nothing can stop a thread from outside, so threads \
               and jobs check a flag between two pieces; a task's future is dropped at an .await; an actor is sent a message, \
               and handles it between two pieces. An actor that works does not give way, so one per arbiter works at a time; \
               each of the others gets to run after those before it have stopped, and does one piece first. Pieces that end \
               after the telling were in vain.",
        unit: noun("unit", "units"),
        operation: noun("stop", "stops"),
        latency: "from telling all to stop until a unit has really stopped",
        scope: &["more units than cores wait for their turn to stop"],
        headline: headline(OPS_PER_S, "{units} units told to stop", "made"),
        figures: vec![
            figure("stopped_last_ns", "Last to stop", Unit::Nanoseconds, "From telling until the last unit had stopped."),
            figure("pieces_in_vain", "Pieces in vain", Unit::Count, "Pieces of work that ended after the telling."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => "the one that tells them to stop is a task as well, and takes its turn among them: see tokio",
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs"),
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(8), after_ms: 1, ..params },
        operations: |params| params.units as u64,
        answer: |params, _| params.units as u64,
        figure_values: no_figures,
    }
}

/// When all were told to stop, and what was done after that.
#[derive(Debug)]
struct Telling {
    params: Params,
    told: OnceLock<Instant>,
    in_vain: AtomicU64,
    measure: Measure,
}

impl Telling {
    fn new(params: Params, measure: &Measure) -> Arc<Self> {
        Arc::new(Self { params, told: OnceLock::new(), in_vain: AtomicU64::new(0), measure: measure.clone() })
    }

    /// How long they may work.
    fn after(&self) -> Duration {
        Duration::from_millis(self.params.after_ms)
    }

    /// All are told from now on; each unit that checks the flag sees it.
    fn tell(&self) {
        let _ = self.told.set(Instant::now());
    }

    fn is_told(&self) -> bool {
        self.told.get().is_some()
    }

    /// Does a piece of work; in vain, if the telling came meanwhile.
    fn piece(&self, state: u64) -> u64 {
        let state = (0..self.params.piece).fold(state, |state, _| mixed(state));
        if self.is_told() {
            self.in_vain.fetch_add(1, Ordering::Relaxed);
        }
        state
    }

    fn with_figures(&self, done: Done) -> Done {
        let last = done.latency().map_or(0, |latency| latency.max);
        done.with("stopped_last_ns", last as f64).with("pieces_in_vain", self.in_vain.load(Ordering::Relaxed) as f64)
    }
}

/// Held by a unit for as long as it works: when it is dropped, the unit has stopped, whatever stopped it.
#[derive(Debug)]
struct Working {
    telling: Arc<Telling>,
    share: Share,
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some(told) = self.telling.told.get() {
            self.telling.measure.record_since(*told);
        }
        self.share.report(1);
    }
}
