//! A run on its way: what the server tells of it, and when.

use serde::{Deserialize, Serialize};

use crate::plan::PlannedTrial;
use crate::{Experiment, Report, Trial};

/// A run as it stands: `GET /api/runs/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Names it in links and routes.
    pub id: String,
    /// What is run.
    pub experiment: Experiment,
    /// Where it stands.
    pub state: RunState,
    /// How many runs go before it; 0 when it is its turn.
    pub position: u64,
    /// About how long until it begins, milliseconds; `None` where nothing is known to say it from.
    pub expected_wait_ms: Option<u64>,
    /// Its trials in the order in which they are run.
    pub plan: Vec<PlannedTrial>,
    /// Those that have ended.
    pub trials: Vec<Trial>,
    /// The number of its newest event.
    pub last_event: u64,
    /// What came out: of a finished run, and of a cancelled one as far as it got.
    pub report: Option<Report>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum RunState {
    Queued,
    Running,
    Finished,
    Cancelled,
}

impl RunState {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }
}

/// Something that happened to a run: an entry of its numbered log, the `data:` of a server-sent event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "FlatEvent")]
pub struct RunEvent {
    /// From 1, without gaps: the `id:` of the server-sent event.
    pub number: u64,
    /// Milliseconds since the run was asked for.
    pub at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// What happened to a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    /// It waits for its turn, or moved up. Always the first event, even where the wait is nothing.
    Queued {
        /// How many runs go before it.
        position: u64,
        /// About how long, milliseconds.
        expected_wait_ms: Option<u64>,
    },
    /// Its turn has come.
    Started {
        /// Its trials in the order in which they are run.
        plan: Vec<PlannedTrial>,
    },
    /// A trial's process was started.
    TrialStarted {
        /// Which.
        order: u64,
    },
    /// A trial came to its next phase.
    TrialPhase {
        /// Which.
        order: u64,
        /// What it does now.
        phase: Phase,
    },
    /// A trial ended, one way or another.
    TrialFinished {
        /// With what.
        trial: Box<Trial>,
    },
    /// All trials have ended. The last event.
    Finished,
    /// It was cancelled. The last event.
    Cancelled,
}

/// What a trial is doing. Nothing is told between the two readings of the clock: whoever listens would use the cores that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A small run of the same cell, not counted.
    WarmUp,
    /// Units are made and wait at the start barrier; then the measured part.
    Work,
    /// The answer is checked.
    Check,
}

/// An event as it is read: every field that any of them has. Serde's own reading of a tag among the fields keeps everything in a second
/// form first, and compiles everything that a trial holds once more for that form: code that the page would carry.
#[derive(Deserialize)]
struct FlatEvent {
    number: u64,
    at_ms: u64,
    event: String,
    position: Option<u64>,
    expected_wait_ms: Option<u64>,
    plan: Option<Vec<PlannedTrial>>,
    order: Option<u64>,
    phase: Option<Phase>,
    trial: Option<Box<Trial>>,
}

impl TryFrom<FlatEvent> for RunEvent {
    type Error = String;

    fn try_from(flat: FlatEvent) -> Result<Self, String> {
        let FlatEvent { number, at_ms, event, position, expected_wait_ms, plan, order, phase, trial } = flat;
        let what = match event.as_str() {
            "queued" => position.map(|position| Happening::Queued { position, expected_wait_ms }),
            "started" => plan.map(|plan| Happening::Started { plan }),
            "trial_started" => order.map(|order| Happening::TrialStarted { order }),
            "trial_phase" => order.zip(phase).map(|(order, phase)| Happening::TrialPhase { order, phase }),
            "trial_finished" => trial.map(|trial| Happening::TrialFinished { trial }),
            "finished" => Some(Happening::Finished),
            "cancelled" => Some(Happening::Cancelled),
            _ => None,
        };
        match what {
            Some(what) => Ok(Self { number, at_ms, what }),
            None => Err(format!("{event} is no event, or a field of it is missing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_comes_back_as_what_it_was() {
        let planned = PlannedTrial { order: 0, model: "tokio".into(), label: "tokio-again".into(), repetition: 1 };
        let all = [
            Happening::Queued { position: 2, expected_wait_ms: None },
            Happening::Queued { position: 0, expected_wait_ms: Some(1500) },
            Happening::Started { plan: vec![planned] },
            Happening::TrialStarted { order: 3 },
            Happening::TrialPhase { order: 3, phase: Phase::WarmUp },
            Happening::TrialFinished { trial: Box::new(Trial { error: Some("no".into()), ..Trial::default() }) },
            Happening::Finished,
            Happening::Cancelled,
        ];
        for (number, what) in (1..).zip(all) {
            let event = RunEvent { number, at_ms: 7, what };
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<RunEvent>(&json).unwrap(), event, "{json}");
        }
        for json in [r#"{"number":1,"at_ms":0,"event":"started"}"#, r#"{"number":1,"at_ms":0,"event":"dreamt"}"#] {
            assert!(serde_json::from_str::<RunEvent>(json).is_err(), "{json}");
        }
    }
}
