//! `fault`: some units die half-way. What differs is who is told, what is lost, and how soon another goes on.

mod actix_actors;
mod actix_sync;
mod io_uring;
mod per_core;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::any::Any;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Halt, Measure};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, all_at_once, cost, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 10_000, 64)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks, actors or jobs that work, some of which die."),
        rounds: u64 = count(2, 100_000, 2_000)
            .label("Pieces each")
            .unit("pieces")
            .log()
            .before(1, 100)
            .help("Pieces of work that each unit is to do, some microseconds each."),
        faulty: usize = count(1, 10_000, 32)
            .label("Faulty")
            .unit("units")
            .log()
            .before(1, 8)
            .help("How many of the units die, once, when half of their pieces are done. A number above the number of units means \
                   all."),
        fault: Fault = choice(Fault::OPTIONS)
            .label("A faulty unit")
            .help("A unit that panics loses all that it held. One that stops itself hands it over, or keeps it."),
        recover: Recover = choice(Recover::OPTIONS)
            .label("Then it is")
            .help("Another does the pieces that are left, or nobody does."),
    }
}

choices! {
    /// How a unit dies.
    pub(super) enum Fault { Panic = "panic" / "panics", Stop = "stop" / "stops itself" }
}

choices! {
    /// What is done about it.
    pub(super) enum Recover { Restart = "restart" / "restarted", Leave = "none" / "left dead" }
}

impl Params {
    /// The faulty ones are spread evenly over all.
    fn is_faulty(self, unit: usize) -> bool {
        let before = |unit: usize| unit * self.faulty.min(self.units) / self.units;
        before(unit + 1) > before(unit)
    }

    /// The piece that a faulty unit does not begin.
    fn fault_at(self) -> u64 {
        self.rounds / 2
    }

    fn total(self) -> u64 {
        self.units as u64 * self.rounds
    }

    /// Pieces that are done, if only in vain.
    fn done(self) -> u64 {
        match self.recover {
            Recover::Restart => self.total(),
            Recover::Leave => self.total() - self.faulty.min(self.units) as u64 * (self.rounds - self.fault_at()),
        }
    }

    /// The pieces of this unit whose result somebody has in the end.
    fn kept(self, unit: usize) -> impl Iterator<Item = u64> {
        let first = if self.is_faulty(unit) && self.fault == Fault::Panic { self.fault_at() } else { 0 };
        let last = if self.is_faulty(unit) && self.recover == Recover::Leave { self.fault_at() } else { self.rounds };
        first..last
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "fault",
        source: (file!(), include_str!("mod.rs")),
        name: "Fault",
        summary: "Some units die: what is lost, who is told, and how soon another goes on",
        help: "Each unit does its pieces of work and keeps their sum to itself until it ends; the faulty ones die half-way, \
               once. A panic ends one thread, task or actor and loses what it held; joining a thread or a task reports it, a \
               pool's job must catch it, and an actor's death shows in a message that comes back. A task gives way after each \
               piece; a job of a pool does all of its own in one go, so what takes the place of one that died waits behind all \
               that have not begun. Actix's Supervisor restarts an \
               actor that stops, the same value with all that it holds, but not one that panics; a SyncArbiter makes a new actor \
               in place of one that stops; an actor by hand has the supervisor that is written for it. Actors are asked for each \
               piece, so a message and its answer are in each of theirs.",
        unit: noun("unit", "units"),
        operation: noun("piece", "pieces"),
        latency: "from the end of a unit's last piece until the end of the next, waiting for its turn included",
        scope: &["closed loop", "in memory", "each fault comes once, half-way"],
        headline: headline("recover_p50_ns", "{units} units, of which {faulty} die", "recovered"),
        figures: vec![
            figure("survivors", "Survivors", Unit::Count, "Units that never died."),
            figure(
                "lost_pieces",
                "Pieces lost",
                Unit::Count,
                "Pieces that nobody did in the end, or whose result died with its unit.",
            ),
            figure("restarted", "Restarted", Unit::Count, "Units that were started anew after they had died."),
            figure(
                "by_supervisor",
                "By the framework",
                Unit::Count,
                "Of these, those that the framework itself restarted: Actix's Supervisor, or a SyncArbiter's thread.",
            ),
            figure("join_errors", "Panics told", Unit::Count, "Panics that a join reported."),
            figure("dead_mailbox", "Messages back", Unit::Count, "Messages that came back because the one to answer was dead."),
            cost(
                "recover_p50_ns",
                "Recovery, p50",
                Unit::Nanoseconds,
                "From the fault until the replacement began its first piece, the median of all units that died.",
            ),
            cost("recover_max_ns", "Recovery, longest", Unit::Nanoseconds, "The longest of these."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs", threads: 1),
            rayon_pool => "a panic in a scope passes on to the caller of the scope, and one outside a scope ends the process: \
                           no unit dies alone",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { rounds: params.rounds.min(100), ..params },
        // Faults come half-way, which a course that ends with the time does not have.
        by_time: false,
        at_once: all_at_once,
        operations: Params::done,
        answer: |params, seed, _| {
            let unit_sum = |unit| params.kept(unit).fold(0, |sum: u64, number| sum.wrapping_add(piece(seed, unit, number)));
            let died = params.faulty.min(params.units) as u64;
            (0..params.units).fold(died, |sum, unit| sum.wrapping_add(unit_sum(unit)))
        },
        figure_values: no_figures,
    }
}

/// Steps of a piece: some microseconds.
const STEPS: u64 = 1_000;

/// A piece of work: its result does not depend on those before it, so that any life of a unit can do it.
fn piece(seed: u64, unit: usize, number: u64) -> u64 {
    (0..STEPS).fold(mixed(seed.wrapping_add(unit as u64)) ^ number, |state, _| mixed(state))
}

/// What an injected panic carries. It is raised with `resume_unwind`, which every runtime takes for the panic that it is, but
/// which prints nothing: thousands of lines on standard error are not what is measured.
#[derive(Debug)]
struct Injected;

/// How a life ended without a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Died,
}

/// Which units died and when, what was handed over, and what was seen of it.
#[derive(Debug)]
struct Faults {
    params: Params,
    measure: Measure,
    died: Box<[OnceLock<Instant>]>,
    recovered: Box<[OnceLock<Duration>]>,
    handed_over: AtomicU64,
    sum: AtomicU64,
    by_supervisor: AtomicU64,
    join_errors: AtomicU64,
    dead_mailbox: AtomicU64,
}

impl Faults {
    fn new(params: Params, measure: &Measure) -> Arc<Self> {
        Arc::new(Self {
            params,
            measure: measure.clone(),
            died: (0..params.units).map(|_| OnceLock::new()).collect(),
            recovered: (0..params.units).map(|_| OnceLock::new()).collect(),
            handed_over: AtomicU64::new(0),
            sum: AtomicU64::new(0),
            by_supervisor: AtomicU64::new(0),
            join_errors: AtomicU64::new(0),
            dead_mailbox: AtomicU64::new(0),
        })
    }

    /// A life of this unit: its first; or, if it has died, one that goes on at the piece that was not begun, and holds nothing.
    fn life(self: &Arc<Self>, unit: usize) -> Life {
        let next = self.died[unit].get().map_or(0, |_| self.params.fault_at());
        Life { faults: Arc::clone(self), unit, next, held: 0, sum: 0, since: None }
    }

    /// Whether another is to take the place of a unit that ended in this way.
    fn replaces(&self, end: End) -> bool {
        end == End::Died && self.params.recover == Recover::Restart
    }

    /// A join reported that a unit panicked.
    fn join_error(&self, payload: Box<dyn Any + Send>) -> Result<End, Halt> {
        if !payload.is::<Injected>() {
            return Err(payload.into());
        }
        self.join_errors.fetch_add(1, Ordering::Relaxed);
        Ok(End::Died)
    }

    /// A message came back: the one to answer is dead.
    fn message_back(&self) {
        self.dead_mailbox.fetch_add(1, Ordering::Relaxed);
    }

    /// The framework itself has restarted a unit.
    fn restarted_by_framework(&self) {
        self.by_supervisor.fetch_add(1, Ordering::Relaxed);
    }

    /// How many units have died.
    fn died(&self) -> usize {
        self.died.iter().filter(|died| died.get().is_some()).count()
    }

    /// The answer: the sum of the lives that ended without a panic, and how many units have died.
    fn answer(&self) -> u64 {
        self.sum.load(Ordering::Relaxed).wrapping_add(self.died() as u64)
    }

    fn with_figures(&self, done: Done) -> Done {
        let mut recovered: Vec<Duration> = self.recovered.iter().filter_map(|recovered| recovered.get().copied()).collect();
        recovered.sort_unstable();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
        let mut done = done
            .with("survivors", (self.params.units - self.died()) as f64)
            .with("lost_pieces", (self.params.total() - self.handed_over.load(Ordering::Relaxed)) as f64)
            .with("restarted", recovered.len() as f64)
            .with("by_supervisor", count(&self.by_supervisor))
            .with("join_errors", count(&self.join_errors))
            .with("dead_mailbox", count(&self.dead_mailbox));
        let median = recovered.get(recovered.len().saturating_sub(1) / 2);
        for (key, recovered) in [("recover_p50_ns", median), ("recover_max_ns", recovered.last())] {
            if let Some(recovered) = recovered {
                done = done.with(key, recovered.as_nanos() as f64);
            }
        }
        done
    }
}

/// One life of a unit, and all that it holds in its memory. A panic drops it, and what it held is lost.
#[derive(Debug)]
struct Life {
    faults: Arc<Faults>,
    unit: usize,
    next: u64,
    /// Pieces done whose result nobody else has.
    held: u64,
    sum: u64,
    /// When its last piece ended; `None` before the first, which began when the gate opened.
    since: Option<Instant>,
}

impl Life {
    /// Whether there is a piece to be done now. If the unit meets its fault instead, it panics, or there is none.
    fn goes_on(&mut self) -> bool {
        let params = self.faults.params;
        if self.next == params.fault_at() && params.is_faulty(self.unit) {
            if self.faults.died[self.unit].set(Instant::now()).is_ok() {
                match params.fault {
                    Fault::Panic => resume_unwind(Box::new(Injected)),
                    Fault::Stop => return false,
                }
            }
            if let Some(died) = self.faults.died[self.unit].get() {
                let _ = self.faults.recovered[self.unit].set(died.elapsed());
            }
            // Nobody worked in between: that is the recovery's time, and no piece's.
            self.since = Some(Instant::now());
        }
        self.next < params.rounds
    }

    /// Does the next piece.
    #[track_caller]
    fn piece(&mut self) {
        let measure = &self.faults.measure;
        let since = self.since.unwrap_or_else(|| measure.began());
        self.sum = self.sum.wrapping_add(piece(measure.seed(), self.unit, self.next));
        self.since = Some(measure.record_since(since));
        self.held += 1;
        self.next += 1;
    }

    /// From now on others have what this life held.
    fn hand_over(&mut self) -> End {
        self.faults.sum.fetch_add(std::mem::take(&mut self.sum), Ordering::Relaxed);
        self.faults.handed_over.fetch_add(std::mem::take(&mut self.held), Ordering::Relaxed);
        if self.next < self.faults.params.rounds { End::Died } else { End::Done }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_units_are_faulty_as_was_asked_for_and_more_than_there_are_means_all() {
        for units in [1, 2, 7, 64, 10_000] {
            for faulty in [1, 2, 6, 8, 64, 10_000] {
                let params = Params { units, rounds: 2, faulty, fault: Fault::Panic, recover: Recover::Restart };
                assert_eq!((0..units).filter(|unit| params.is_faulty(*unit)).count(), faulty.min(units), "{faulty} of {units}");
            }
        }
    }

    #[test]
    fn faulty_units_are_spread_evenly() {
        let params = Params { units: 64, rounds: 2, faulty: 8, fault: Fault::Panic, recover: Recover::Restart };
        let faulty: Vec<usize> = (0..64).filter(|unit| params.is_faulty(*unit)).collect();
        assert!(faulty.windows(2).all(|pair| pair[1] - pair[0] == 8), "{faulty:?}");
    }
}
