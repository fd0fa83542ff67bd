//! `cancel`: work that is abandoned half-way. What differs is who notices, and when.

mod actix_actors;
mod actix_sync;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Gate, Halt, Measure, Running, Share};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, all_at_once, cost, headline, mixed, no_figures, noun};

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
        after_ms: u64 = count(1, 10_000, 250)
            .label("Cancelled after")
            .unit("ms")
            .log()
            .before(1, 50)
            .help("How long they may work, when each has done its first piece, before they are told to stop."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "cancel",
        source: (file!(), include_str!("mod.rs")),
        name: "Cancel",
        summary: "Work abandoned half-way: when it really stops, and what was done in vain",
        help: "Units compute, piece by piece, and take turns: when each of them has begun, they are told to stop, by a thread \
               beside them. Nothing can stop a thread or a job from outside, so these look at a flag between two pieces; a \
               task's future is dropped at an .await; an actor is sent a message, and handles it between two pieces. A task and \
               an actor give way after each piece, a job of a pool is one piece and puts the next into the queue, and the kernel \
               takes a thread's core away wherever it is: so a thread may be in the middle of a piece without a core when it is \
               told. Pieces that end after the telling were in vain.",
        unit: noun("unit", "units"),
        operation: noun("stop", "stops"),
        latency: "from telling all to stop until a unit has really stopped",
        scope: &["more units than cores wait for their turn to stop"],
        headline: headline("stopped_last_ns", "{units} units told to stop", "stopped"),
        figures: vec![
            cost("stopped_last_ns", "Last to stop", Unit::Nanoseconds, "From telling until the last unit had stopped."),
            cost("pieces_in_vain", "Pieces in vain", Unit::Count, "Pieces of work that ended after the telling."),
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
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (per_core, "per_core.rs"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { after_ms: 1, ..params },
        // It ends when the last has stopped, whenever that is.
        by_time: false,
        at_once: all_at_once,
        operations: |params| params.units as u64,
        // Each unit was running when it was told, and has stopped.
        answer: |params, _, _| params.units as u64,
        figure_values: no_figures,
    }
}

/// When all were told to stop, and what was done after that.
#[derive(Debug)]
struct Telling {
    params: Params,
    /// Units arrive here with their first piece.
    all_run: Arc<Gate>,
    told: OnceLock<Instant>,
    in_vain: AtomicU64,
    measure: Measure,
}

impl Telling {
    fn new(params: Params, measure: &Measure) -> Arc<Self> {
        let (all_run, in_vain) = (Gate::new(params.units), AtomicU64::new(0));
        Arc::new(Self { params, all_run, told: OnceLock::new(), in_vain, measure: measure.clone() })
    }

    /// Blocks this thread until every unit has done a piece: the measured part begins. They may work for as long as was asked
    /// for; then all are told: the flag is up, and whatever else tells them is done.
    fn tell(&self, tell: impl FnOnce()) -> Running {
        self.all_run.all_wait();
        // The work is in the measured part, though only the stopping is timed: whether others took its cores can be told of a
        // part that lasts, and not of the moment in which a hundred tasks stop.
        let running = self.measure.start();
        thread::sleep(Duration::from_millis(self.params.after_ms));
        let _ = self.told.set(Instant::now());
        tell();
        running
    }

    /// The same, on a thread beside the units: a task would take its turn among those that it tells.
    fn teller(self: &Arc<Self>, tell: impl FnOnce() + Send + 'static) -> Result<JoinHandle<Running>, Halt> {
        let telling = Arc::clone(self);
        let teller = move || telling.tell(tell);
        thread::Builder::new().name("teller".to_owned()).spawn(teller).map_err(|error| Halt::at(0, "thread", &error))
    }

    fn with_figures(&self, done: Done) -> Done {
        let last = done.latency().map_or(0, |latency| latency.max);
        done.with("stopped_last_ns", last as f64).with("pieces_in_vain", self.in_vain.load(Ordering::Relaxed) as f64)
    }
}

/// A unit, for as long as it works: when this is dropped, the unit has stopped, whatever stopped it. The drop takes the time and
/// reports.
#[derive(Debug)]
struct Working {
    telling: Arc<Telling>,
    share: Share,
    state: u64,
    /// Whether it has done a piece before all were told.
    ran: bool,
}

impl Working {
    fn new(unit: usize, telling: &Arc<Telling>, share: Share) -> Self {
        Self { telling: Arc::clone(telling), share, state: unit as u64, ran: false }
    }

    /// Whether the flag is up.
    fn is_told(&self) -> bool {
        self.telling.told.get().is_some()
    }

    /// Does a piece of work; in vain, if the telling came meanwhile.
    fn piece(&mut self) {
        let steps = 0..self.telling.params.piece;
        self.state = std::hint::black_box(steps.fold(self.state, |state, _| mixed(state)));
        if self.is_told() {
            self.telling.in_vain.fetch_add(1, Ordering::Relaxed);
        } else if !self.ran {
            self.ran = true;
            self.telling.all_run.arrive();
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let told = self.telling.told.get();
        if let Some(told) = told {
            self.telling.measure.record_since(*told);
        }
        self.share.report(u64::from(told.is_some() && self.ran));
    }
}
