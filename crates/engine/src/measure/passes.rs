//! The runs of a cell in one trial, all on one launch of its model: what is measured is what was warmed.

use std::sync::Arc;
use std::time::Duration;

use protocol::Values;
use protocol::log::Phase;

use super::{Done, Halt, Lanes, Measure, MeasureBy};
use crate::method::Setting;
use crate::parameters::Params;
use crate::setting;

setting! {
    /// Whether the measured part is the first thing that a runtime does.
    pub(crate) enum Start: "start" {
        /// The same cell is run small on the same runtime before.
        Warm = "warm" / "warm",
        /// It is: threads of a pool that are made when they are wanted, and pages that are touched for the first time, are in it.
        Cold = "cold" / "cold",
    }
    label: "Start",
    help: "Warm: the same is done small on the same runtime before it is measured. Cold: the runtime has done nothing yet, so \
           threads that it makes when they are wanted and memory that it touches for the first time are in the figures."
}

/// A warm-up, unless the method asks for a cold start, and then the run that counts.
#[expect(missing_debug_implementations, reason = "it holds a function")]
pub struct Passes<'a, P> {
    warm_up: Option<P>,
    params: P,
    at_once: usize,
    workers: usize,
    seed: u64,
    method: &'a Values,
    lanes: Option<Arc<Lanes>>,
    tell: &'a mut dyn FnMut(Phase),
    warmed: Option<Warmed>,
    done: Option<Done>,
}

/// What a warm-up was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Warmed {
    pub(crate) operations: u64,
    pub(crate) wall: Duration,
}

impl<'a, P: Params> Passes<'a, P> {
    /// Of a cell with these parameters; those of the warm-up are small. Lanes are of the run that counts.
    pub(crate) fn new(
        (warm_up, params): (P, P),
        (workers, seed): (usize, u64),
        method: &'a Values,
        lanes: Option<Arc<Lanes>>,
        tell: &'a mut dyn FnMut(Phase),
    ) -> Self {
        let warm_up = (Start::of(method) == Start::Warm).then_some(warm_up);
        Self { warm_up, params, at_once: 0, workers, seed, method, lanes, tell, warmed: None, done: None }
    }

    /// There are at most so many units at a time, if that is more than the experiment asks for: units that make others.
    pub(crate) fn with_at_once(self, at_once: usize) -> Self {
        Self { at_once, ..self }
    }

    /// Of a cell that is run once, by this method, on so many workers: for tests of models.
    pub fn once(params: P, workers: usize, method: &'a Values, tell: &'a mut dyn FnMut(Phase)) -> Self {
        Self { warm_up: None, ..Self::new((params, params), (workers, 0), method, None, tell) }
    }

    /// What came of the run that counts; `None` before it.
    #[must_use]
    pub fn done(&self) -> Option<&Done> {
        self.done.as_ref()
    }

    /// Worker threads for a pool, a runtime, arbiters.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// The most units that there are at a time.
    #[must_use]
    pub fn units(&self) -> usize {
        self.warm_up.map_or(0, |params| params.units()).max(self.params.units()).max(self.at_once)
    }

    /// What the experiment chooses of this setting.
    #[must_use]
    pub fn setting<S: Setting>(&self) -> S {
        S::of(self.method)
    }

    /// Runs the cell, as often as it is to be run; the runtime is there, and stays.
    ///
    /// # Errors
    /// Those of the cell.
    pub fn run(&mut self, mut cell: impl FnMut(P, &Measure) -> Result<Done, Halt>) -> Result<(), Halt> {
        if let Some(params) = self.warm_up {
            (self.tell)(Phase::WarmUp);
            // A warm-up is so much work, however long that takes.
            let mut method = self.method.clone();
            method.insert(MeasureBy::NAME.to_owned(), MeasureBy::Work.word().into());
            let done = cell(params, &Measure::with(params.units(), self.workers, self.seed, method, None))?;
            self.warmed = Some(Warmed { operations: done.operations, wall: done.wall });
        }
        (self.tell)(Phase::Work);
        let measure = Measure::with(self.params.units(), self.workers, self.seed, self.method.clone(), self.lanes.take());
        self.done = Some(cell(self.params, &measure)?);
        Ok(())
    }

    /// What came of it: the warm-up, if there was one, and the run that counts.
    pub(crate) fn outcome(self) -> (Option<Warmed>, Option<Done>) {
        (self.warmed, self.done)
    }
}
