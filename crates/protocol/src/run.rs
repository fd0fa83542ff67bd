//! A run: the fold of its log.
//!
//! ```text
//!            submitted                started               finished
//!   (nothing) ──────► queued ───────────────────► running ──────────► finished
//!                        │                           ├──── cancelled ► cancelled
//!                        └───────── cancelled ───────┘─ interrupted ─► interrupted
//!                                                     (its server ended)
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::log::{Happening, Phase, RunEvent, Submission};
use crate::plan::{PlannedTrial, plan, plan_size};
use crate::{Conditions, Trial};

/// A run as far as its log tells: the one fold that server, command line and page all use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// What it began with; the machine's calibration is the newest.
    pub submission: Submission,
    /// Where it stands.
    pub state: RunState,
    /// How many runs go before it; 0 when it is its turn.
    pub position: u64,
    /// About how long until it begins, milliseconds; `None` if nothing is known to say it from.
    pub expected_wait_ms: Option<u64>,
    /// Its trials in the order in which they are run; empty until it has begun.
    pub plan: Vec<PlannedTrial>,
    /// Those that have ended, in that order.
    pub trials: Vec<Trial>,
    /// The one that is running.
    pub running: Option<RunningTrial>,
    /// Whether its next trial waits for another server of this machine.
    pub waits_for_machine: bool,
    /// How long each trial took from start to end, milliseconds, by its order.
    pub took_ms: BTreeMap<u64, u64>,
    /// When its turn came, milliseconds since it was submitted.
    pub began_ms: Option<u64>,
    /// When it was over.
    pub ended_ms: Option<u64>,
    /// How the machine was meanwhile; of a run that is over.
    pub conditions: Option<Conditions>,
    /// Why its log is not stored; `None` if it is.
    pub not_stored: Option<String>,
    /// The number of its newest event; 0 of an empty log.
    pub last_event: u64,
}

/// The trial that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningTrial {
    /// Which.
    pub order: u64,
    /// When its process was started, milliseconds since the run was submitted.
    pub since_ms: u64,
    /// What it does; `None` until it has said so.
    pub phase: Option<Phase>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; see the module's diagram")]
pub enum RunState {
    #[default]
    Queued,
    Running,
    Finished,
    Cancelled,
    Interrupted,
}

/// More trials than any experiment has that can be submitted: an experiment that was read from somewhere may ask for any number.
const MOST_PLANNED: u64 = 100_000;

impl RunState {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Finished | Self::Cancelled | Self::Interrupted => true,
        }
    }
}

impl Run {
    /// The fold of a log, or of the beginning of one.
    #[must_use]
    pub fn of_log<'a>(events: impl IntoIterator<Item = &'a RunEvent>) -> Self {
        let mut run = Self::default();
        events.into_iter().for_each(|event| run.apply(event));
        run
    }

    /// Takes the next event of its log. One that it has had already, or that comes after its end, changes nothing.
    pub fn apply(&mut self, event: &RunEvent) {
        if event.number <= self.last_event || self.state.is_over() {
            return;
        }
        self.last_event = event.number;
        match &event.what {
            Happening::Submitted(submission) => self.submission = (**submission).clone(),
            Happening::Queued { position, expected_wait_ms } => {
                (self.position, self.expected_wait_ms) = (*position, *expected_wait_ms);
            }
            Happening::Started { plan } => {
                self.state = RunState::Running;
                (self.position, self.expected_wait_ms) = (0, None);
                self.plan.clone_from(plan);
                self.began_ms = Some(event.at_ms);
            }
            Happening::Replanned { plan } => self.plan.clone_from(plan),
            Happening::WaitingForMachine { .. } => self.waits_for_machine = true,
            Happening::Calibrated { calibration } => self.submission.machine.calibration = Some(**calibration),
            Happening::TrialStarted { order } => {
                self.waits_for_machine = false;
                self.running = Some(RunningTrial { order: *order, since_ms: event.at_ms, phase: None });
            }
            Happening::TrialPhase { order, phase } => {
                if let Some(running) = self.running.as_mut().filter(|running| running.order == *order) {
                    running.phase = Some(*phase);
                }
            }
            Happening::TrialFinished { trial } => self.finish_trial(trial, event.at_ms),
            Happening::NotStored { reason } => self.not_stored = Some(reason.clone()),
            Happening::Finished { conditions } => self.end(RunState::Finished, event.at_ms, conditions.clone()),
            Happening::Cancelled { conditions } => self.end(RunState::Cancelled, event.at_ms, conditions.clone()),
            Happening::Interrupted => self.end(RunState::Interrupted, event.at_ms, None),
        }
    }

    fn finish_trial(&mut self, trial: &Trial, at_ms: u64) {
        let order = trial.planned.order;
        self.waits_for_machine = false;
        if let Some(running) = self.running.take_if(|running| running.order == order) {
            self.took_ms.insert(order, at_ms.saturating_sub(running.since_ms));
        }
        match self.trials.binary_search_by_key(&order, |trial| trial.planned.order) {
            Ok(at) => self.trials[at] = trial.clone(),
            Err(at) => self.trials.insert(at, trial.clone()),
        }
    }

    fn end(&mut self, state: RunState, at_ms: u64, conditions: Option<Conditions>) {
        self.state = state;
        self.running = None;
        self.waits_for_machine = false;
        self.conditions = conditions;
        self.ended_ms = Some(at_ms);
    }

    /// Names it in links and routes.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.submission.id
    }

    /// The time of day at which its turn came, milliseconds since 1970, UTC; at which it was submitted, if that has not come.
    #[must_use]
    pub fn started_ms(&self) -> u64 {
        self.submission.submitted_ms.saturating_add(self.began_ms.unwrap_or(0))
    }

    /// The trial with this place in the plan, if it has ended.
    #[must_use]
    pub fn trial(&self, order: u64) -> Option<&Trial> {
        let at = self.trials.binary_search_by_key(&order, |trial| trial.planned.order).ok()?;
        self.trials.get(at)
    }

    /// Its trials in the order in which they are, or will be, run. Nothing if they are too many to be an experiment's.
    #[must_use]
    pub fn planned(&self) -> Cow<'_, [PlannedTrial]> {
        let experiment = &self.submission.experiment;
        let is_to_come = self.plan.is_empty() && self.began_ms.is_none();
        match plan_size(experiment) {
            Some(size) if is_to_come && size <= MOST_PLANNED => Cow::Owned(plan(experiment)),
            _ => Cow::Borrowed(&self.plan),
        }
    }

    /// The trial to be run next; `None` if all have ended.
    #[must_use]
    pub fn next_trial(&self) -> Option<&PlannedTrial> {
        self.plan.get(self.trials.len())
    }

    /// Whether every trial of the plan has ended with its own result: what a cancelled run does not have.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let cancelled = || self.trials.iter().any(|trial| trial.status == crate::TrialStatus::Cancelled);
        !self.plan.is_empty() && self.trials.len() >= self.plan.len() && !cancelled()
    }
}
