//! One run as the dispatcher keeps it.

use std::sync::Arc;
use std::time::Instant;

use analysis::adaptive::is_sure;
use protocol::event::Happening;
use protocol::plan::{PlannedTrial, cut, is_traced};
use protocol::{Run, Until};
use runner::Before;
use tokio::sync::oneshot;

use super::dispatcher::NotCancelled;
use super::log::Log;
use crate::context::Context;

/// One run.
pub(crate) struct KeptRun {
    pub(crate) run: Run,
    pub(crate) log: Arc<Log>,
    pub(crate) asked: Instant,
    pub(crate) started_ms: u64,
    /// The machine when its turn came.
    pub(crate) before: Option<Before>,
    /// Who waits for it to be cancelled. Once somebody does, no further trial is started.
    pub(crate) cancelling: Option<Vec<oneshot::Sender<Result<Run, NotCancelled>>>>,
}

impl KeptRun {
    /// Writes into its log.
    pub(crate) fn tell(&mut self, what: Happening) {
        self.log.push(u64::try_from(self.asked.elapsed().as_millis()).unwrap_or(u64::MAX), what);
        self.run.last_event = self.log.last();
    }

    pub(crate) fn next_trial(&self) -> Option<PlannedTrial> {
        self.run.plan.get(self.run.trials.len()).cloned()
    }

    /// Where it is to run only until it can tell, and can: no further repetition.
    pub(crate) fn cut_when_sure(&mut self, context: &Context) {
        let Run { experiment, trials, plan, .. } = &self.run;
        if experiment.until == Until::All || trials.last().is_none_or(|trial| is_traced(&trial.label)) {
            return;
        }
        let workload = context.catalog.workload(&experiment.workload);
        let shorter = cut(plan, trials.len());
        if shorter.len() < plan.len() && workload.is_some_and(|workload| is_sure(workload, experiment, trials)) {
            self.run.plan.clone_from(&shorter);
            self.tell(Happening::Replanned { plan: shorter });
        }
    }
}
