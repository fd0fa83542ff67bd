//! `program`: a few steps that a person writes. Every unit goes through them, each step as its model's people would do it.

mod actix_actors;
mod file;
mod io_uring;
mod per_core;
mod smol_tasks;
mod steps;
mod thread_pool;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use protocol::catalog::{Quantity, Unit};

use self::file::SmallFile;
use self::steps::{KINDS, MOST, ONE_OF_EACH, Program, Step, Walk, blocks, words};
use crate::cells;
use crate::measure::{Done, Halt, Lap, Measure, Recorder, Running, Work};
use crate::parameters::{choice, choices, count, parameters, steps};
use crate::workload::{Contract, cost, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 100)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks, actors or jobs that run the program."),
        rounds: u64 = count(1, 100_000, 10)
            .label("Rounds")
            .unit("rounds")
            .log()
            .of_work()
            .help("How often each of them runs it, from the first step to the last."),
        program: Program = steps(words(), blocks(), MOST, ONE_OF_EACH)
            .label("Program")
            .help("Steps with commas between them, done one after the other. Braces hold what is repeated, or done at once."),
        lock_by: LockBy = choice(LockBy::OPTIONS)
            .label("Lock step")
            .help("What \u{201c}lock\u{201d} does, on every model: it takes std's mutex around a number that all units share; \
                   or asks the collector, which owns the number; or adds to an atomic number."),
    }
}

choices! {
    /// How the units keep out of each other's way in the step `lock`.
    pub(super) enum LockBy { Lock = "lock" / "a lock", Owner = "owner" / "an owner", Atomic = "atomic" / "an atomic number" }
}

impl Params {
    /// Steps of one unit. What it does at once is one of them.
    fn steps_each(self) -> u64 {
        self.rounds * self.program.steps().count() as u64
    }

    /// How many there are at a time that may need a thread or a file: each unit, and what it does at once.
    fn at_once(self) -> usize {
        match self.program.width() {
            1 => self.units,
            width => self.units.saturating_mul(width + 1),
        }
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "program",
        source: (file!(), include_str!("mod.rs")),
        name: "Program",
        summary: "Steps of your own: compute, wait, send, lock, yield, read, block, again and again or at once",
        help: "Each unit runs the program that you write, again and again; every kind of step has times of its own, and so has a \
               round, from the first step to the last. All units are under way at the same time, so a round lasts longer the \
               more of them there are, waits and turns of others included. Compute is a fixed amount of work, so its time \
               differs from machine to machine and only roughly matches its number. What is done \
               in parallel is one step, as long as the last of it takes; the steps in it have times of their own as well. \
               Wait gives way if the model can, block never \
               does: side by side, they show what a blocked thread costs the units that share it. A job of a pool is one round, \
               and whatever it waits for keeps its thread; then the unit queues again.",
        unit: noun("unit", "units"),
        operation: noun("step", "steps"),
        latency: "from the end of a unit's last step to the end of this one",
        scope: &["closed loop", "waits are in it", "compute steps are a fixed amount of work", "read from the page cache"],
        // No rate: a wait claims no speed.
        headline: headline("round_p50_ns", "{units} units running a program of your own", "ran"),
        figures: figures(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, files: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a SyncArbiter's actors cannot wait for another's answer or give way: in the actors' cell, one does \
                           the reading",
            rayon_pool => "Rayon's threads are for work that never waits, and most of the steps wait",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs", files: 1),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        // Not more: a round of a hundred thousand units that block would take a minute.
        warm_up: |params| Params { units: params.units.min(1_000), rounds: 1, program: params.program.awake(), ..params },
        by_time: true,
        at_once: Params::at_once,
        operations: |params| params.units as u64 * params.steps_each(),
        answer,
        figure_values: no_figures,
    }
}

/// Two of a round, and two per kind of step. A report has only those of the kinds that its program has.
fn figures() -> Vec<Quantity> {
    let of = |kind: &str| {
        [("p50", "median", "Median"), ("p99", "p99", "99th percentile of the")].map(|(key, label, which)| {
            let help = format!("{which} time of this step.");
            figure(&format!("{kind}_{key}_ns"), &format!("{kind}, {label}"), Unit::Nanoseconds, &help)
        })
    };
    let round = [
        cost(
            "round_p50_ns",
            "Time of a round, p50",
            Unit::Nanoseconds,
            "Median time in which a unit gets through its program once, with all that it waits for.",
        ),
        cost("round_p99_ns", "Time of a round, p99", Unit::Nanoseconds, "99th percentile of the same."),
    ];
    round.into_iter().chain(KINDS.into_iter().flat_map(of)).collect()
}

/// What the units of a trial have in common, whatever their model.
#[derive(Debug)]
struct Common {
    params: Params,
    measure: Measure,
    /// What the step `lock` adds to, unless the collector owns that.
    locked: Mutex<u64>,
    atomic: AtomicU64,
    file: SmallFile,
    rounds: Recorder,
    /// By kind of step; only of those that the program has, because a recorder is a megabyte.
    times: [Option<Recorder>; KINDS.len()],
    /// Steps that were to sleep and did not for as long.
    too_short: AtomicU64,
}

impl Common {
    fn new(params: Params, measure: &Measure) -> Result<Arc<Self>, Halt> {
        let mut times = [const { None }; KINDS.len()];
        for kind in params.program.kinds() {
            times[kind].get_or_insert_with(Recorder::new);
        }
        Ok(Arc::new(Self {
            params,
            measure: measure.clone(),
            locked: Mutex::new(0),
            atomic: AtomicU64::new(0),
            file: SmallFile::write()?,
            rounds: Recorder::new(),
            times,
            too_short: AtomicU64::new(0),
        }))
    }

    /// Whether the step `lock` is to ask the collector; if not, [`Common::add_one`].
    fn has_owner(&self) -> bool {
        self.params.lock_by == LockBy::Owner
    }

    /// The step `lock` behind std's mutex, which is held for one addition, or on an atomic number. It brings nothing: what was
    /// added is counted in the end.
    fn add_one(&self) -> u64 {
        if self.params.lock_by == LockBy::Lock {
            *self.locked.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        } else {
            self.atomic.fetch_add(1, Ordering::Relaxed);
        }
        0
    }

    /// A unit has done a step. It is recorded among those of its kind.
    fn note(&self, step: Step, began: Instant, ended: Instant) {
        let time = ended.duration_since(began);
        if let Some(kind) = &self.times[step.kind()] {
            kind.record(time);
        }
        if step.least().is_some_and(|least| time < least) {
            self.too_short.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All units are done: `sum` is what they computed, and what the collector counted.
    fn stop(&self, running: Running, sum: u64) -> Done {
        let locked = *self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = locked + self.atomic.load(Ordering::Relaxed);
        // A sleep that was too short brings nothing: the answer is then another than the expected one.
        let brought = sum.wrapping_add(counted).wrapping_sub(self.too_short.load(Ordering::Relaxed));
        let mut done = running.stop(brought);
        let steps = KINDS.iter().zip(&self.times).filter_map(|(kind, recorder)| Some((*kind, recorder.as_ref()?)));
        for (kind, recorder) in steps.chain([("round", &self.rounds)]) {
            let Some(latency) = recorder.summary() else { continue };
            for (percentile, value) in [("p50", latency.p50), ("p99", latency.p99)] {
                if let Some(value) = value {
                    done = done.with(&format!("{kind}_{percentile}_ns"), value as f64);
                }
            }
        }
        done
    }
}

/// The way of one unit through its rounds.
#[derive(Debug)]
struct Course {
    common: Arc<Common>,
    lap: Lap,
    round_began: Instant,
}

impl Course {
    fn new(common: &Arc<Common>, unit: u64) -> Self {
        let lap = common.measure.lap(unit as usize, common.params.steps_each());
        Self { common: Arc::clone(common), round_began: lap.since(), lap }
    }

    /// Whether the program is to be run once more.
    fn another(&self) -> bool {
        self.lap.another().is_some()
    }

    /// The unit has done a step.
    #[track_caller]
    fn done(&mut self, step: Step) {
        let began = self.lap.since();
        self.lap.done();
        self.common.note(step, began, self.lap.since());
    }

    /// That was the last step.
    fn round_done(&mut self) {
        let now = self.lap.since();
        self.common.rounds.record(now.duration_since(self.round_began));
        self.round_began = now;
    }
}

/// The way of one branch: some steps of a unit, beside others that it does at once. They are no operations by themselves, which
/// only the whole is.
#[derive(Debug)]
struct Branch<'a> {
    common: &'a Common,
    since: Instant,
}

impl<'a> Branch<'a> {
    fn new(common: &'a Common) -> Self {
        Self { common, since: Instant::now() }
    }

    /// The branch has done a step.
    fn done(&mut self, step: Step) {
        let now = Instant::now();
        self.common.note(step, self.since, now);
        self.since = now;
    }
}

/// What the collector is asked, who answers one after the other.
#[derive(Clone, Copy, Debug)]
enum Ask {
    /// The step `send`.
    Handle(u64),
    /// The step `lock`, if the collector owns the number: add this much. The answer is the sum.
    Add(u64),
}

/// What the collector has to itself.
#[derive(Debug, Default)]
struct Collector {
    number: u64,
}

impl Collector {
    fn answer(&mut self, ask: Ask) -> u64 {
        match ask {
            Ask::Handle(number) => handle(number),
            Ask::Add(amount) => {
                self.number += amount;
                self.number
            }
        }
    }
}

/// Messages that the collector's queue holds; a unit that finds it full waits.
const QUEUE: usize = 64;

/// Calculations for a microsecond: on a core of some 3 GHz one takes 4 ns.
const A_MICROSECOND: u64 = 250;

/// A compute step of about this many µs: by number and not by the clock, so that it is the same work everywhere.
fn compute(seed: u64, microseconds: u64) -> u64 {
    (0..microseconds * A_MICROSECOND).fold(std::hint::black_box(seed), |state, _| mixed(state))
}

/// What the collector does with a number that is sent to it: a few instructions.
fn handle(number: u64) -> u64 {
    mixed(number)
}

/// Steps that bring nothing count as one each; sent and read numbers and what was computed count as what they are.
fn answer(params: Params, seed: u64, work: &Work) -> u64 {
    let (sends, alike) = round_of(&params.program, params.program.steps(), seed);
    let steps = params.program.steps().count() as u64;
    let of = |unit: u64| {
        let rounds = work.of(unit as usize, params.steps_each()) / steps;
        handle(unit).wrapping_mul(sends).wrapping_add(alike).wrapping_mul(rounds)
    };
    (0..params.units as u64).map(of).fold(0, u64::wrapping_add)
}

/// How often a unit sends in these steps, and what the others bring, which is the same for every unit.
fn round_of(program: &Program, steps: Walk<'_>, seed: u64) -> (u64, u64) {
    let mut round = (0_u64, 0_u64);
    for step in steps {
        let (sends, alike) = match step {
            Step::Compute(microseconds) => (0, compute(seed, microseconds)),
            Step::Read => (0, file::whole_sum()),
            Step::Send => (1, 0),
            Step::Wait(_) | Step::Lock | Step::Yield | Step::Block(_) => (0, 1),
            Step::Parallel(inside) => program.branches(inside).fold((0, 0_u64), |(sends, alike), branch| {
                let more = round_of(program, program.steps_of(branch), seed);
                (sends + more.0, alike.wrapping_add(more.1))
            }),
        };
        round = (round.0 + sends, round.1.wrapping_add(alike));
    }
    round
}
