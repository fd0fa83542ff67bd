//! `program`: a few steps that a person writes. Every unit goes through them, each step as its model's people would do it.

mod actix_actors;
mod file;
mod smol_tasks;
mod steps;
mod thread_pool;
mod threads;
mod tokio_tasks;

use std::sync::{Arc, Mutex, PoisonError};

use protocol::catalog::{Quantity, Unit};

use self::file::SmallFile;
use self::steps::{KINDS, MOST, ONE_OF_EACH, Program, Step, words};
use crate::cells;
use crate::measure::{Done, Halt, Lap, Measure, Recorder, Running};
use crate::parameters::{count, parameters, steps};
use crate::workload::{Contract, OPS_PER_S, figure, headline, mixed, no_figures, noun};

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
            .help("How often each of them runs it, from the first step to the last."),
        program: Program = steps(words(), MOST, ONE_OF_EACH)
            .label("Program")
            .help("One to twelve steps with commas between them, done one after the other."),
    }
}

impl Params {
    fn operations(self) -> u64 {
        self.units as u64 * self.rounds * self.program.steps().len() as u64
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "program",
        name: "Program",
        summary: "A few steps of your own: compute, wait, send, lock, yield, read, block",
        help: "Each unit runs the program that you write, for the given number of rounds; every kind of step has times of its \
               own. Compute is a fixed amount of work, so its time differs from machine to machine and only roughly matches its \
               number. Wait gives way if the model can, block never does: side by side, they show what a blocked thread costs \
               the units that share it.",
        unit: noun("unit", "units"),
        operation: noun("step", "steps"),
        latency: "from the end of a unit's last step to the end of this one",
        scope: &["closed loop", "compute steps are a fixed amount of work", "read from the page cache"],
        headline: headline(OPS_PER_S, "{units} units running a program of your own", "did"),
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
        },
        warm_up: |params| Params { units: params.units.min(8), rounds: 1, program: params.program.awake() },
        operations: Params::operations,
        answer,
        figure_values: no_figures,
    }
}

/// Two per kind of step. A report has only those of the kinds that its program has.
fn figures() -> Vec<Quantity> {
    let of = |kind: &str| {
        [("p50", "median", "Median"), ("p99", "p99", "99th percentile of the")].map(|(key, label, which)| {
            let help = format!("{which} time of this step.");
            figure(&format!("{kind}_{key}_ns"), &format!("{kind}, {label}"), Unit::Nanoseconds, &help)
        })
    };
    KINDS.into_iter().flat_map(of).collect()
}

/// What the units of a trial have in common, whatever their model.
#[derive(Debug)]
struct Common {
    params: Params,
    measure: Measure,
    counter: Mutex<u64>,
    file: SmallFile,
    /// By kind of step; only of those that the program has, because a recorder is a megabyte.
    times: [Option<Recorder>; KINDS.len()],
}

impl Common {
    fn new(params: Params, measure: &Measure) -> Result<Arc<Self>, Halt> {
        let mut times = [const { None }; KINDS.len()];
        for step in params.program.steps() {
            times[step.kind()].get_or_insert_with(Recorder::new);
        }
        Ok(Arc::new(Self { params, measure: measure.clone(), counter: Mutex::new(0), file: SmallFile::write()?, times }))
    }

    /// A unit has done a step.
    fn done(&self, lap: &mut Lap, step: Step) {
        match &self.times[step.kind()] {
            Some(kind) => lap.done_of(kind),
            None => lap.done(),
        }
    }

    /// All units are done: `sum` is what they computed.
    fn stop(&self, running: Running, sum: u64) -> Done {
        let counted = *self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = running.stop(sum.wrapping_add(counted));
        for (kind, recorder) in KINDS.iter().zip(&self.times) {
            if let Some(latency) = recorder.as_ref().and_then(Recorder::summary) {
                let (median, p99) = (latency.p50 as f64, latency.p99 as f64);
                done = done.with(&format!("{kind}_p50_ns"), median).with(&format!("{kind}_p99_ns"), p99);
            }
        }
        done
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
fn answer(params: Params, seed: u64) -> u64 {
    let units = params.units as u64;
    let of = |step: &Step| match *step {
        Step::Compute(microseconds) => compute(seed, microseconds).wrapping_mul(units),
        Step::Send => (0..units).map(handle).fold(0, u64::wrapping_add),
        Step::Read => file::whole_sum().wrapping_mul(units),
        Step::Wait(_) | Step::Lock | Step::Yield | Step::Block(_) => units,
    };
    params.program.steps().iter().map(of).fold(0, u64::wrapping_add).wrapping_mul(params.rounds)
}
