//! The log of a run that is over.

use protocol::{Happening, Run, RunEvent, RunState};

/// A log that folds to this run in its shared form: what an opened result is shown by.
///
/// When each trial began is not told in a run; they stand in it one behind the other, each as long as it took.
#[must_use]
pub fn log(run: &Run) -> Vec<RunEvent> {
    let mut log = Vec::with_capacity(3 + 2 * run.trials.len());
    let mut tell = |at_ms, what| log.push(RunEvent { number: log.len() as u64 + 1, at_ms, what });
    tell(0, Happening::Submitted(Box::new(run.submission.clone())));
    if let Some(at_ms) = run.began_ms {
        tell(at_ms, Happening::Started { plan: run.plan.clone() });
    } else if !run.plan.is_empty() {
        tell(0, Happening::Replanned { plan: run.plan.clone() });
    }
    let mut at_ms = run.began_ms.unwrap_or(0);
    for trial in &run.trials {
        let order = trial.planned.order;
        if let Some(took) = run.took_ms.get(&order) {
            tell(at_ms, Happening::TrialStarted { order });
            at_ms = at_ms.saturating_add(*took);
        }
        tell(at_ms, Happening::TrialFinished { trial: Box::new(trial.clone()) });
    }
    let (at_ms, conditions) = (run.ended_ms.unwrap_or(at_ms), run.conditions.clone());
    match run.state {
        RunState::Finished => tell(at_ms, Happening::Finished { conditions }),
        RunState::Cancelled => tell(at_ms, Happening::Cancelled { conditions }),
        RunState::Interrupted => tell(at_ms, Happening::Interrupted),
        RunState::Queued | RunState::Running => {}
    }
    log
}

/// How many events that log has.
pub(crate) fn events(run: &Run) -> u64 {
    let began = run.began_ms.is_some() || !run.plan.is_empty();
    let started = run.trials.iter().filter(|trial| run.took_ms.contains_key(&trial.planned.order)).count();
    (1 + usize::from(began) + run.trials.len() + started + usize::from(run.state.is_over())) as u64
}
