//! What is told while an experiment runs in the terminal.

use std::io::IsTerminal;

use analysis::numbers::shown;
use analysis::quantities::{OPS_PER_S, value};
use charts::words::{counted, wait};
use indicatif::{ProgressBar, ProgressStyle};
use protocol::catalog::Unit;
use protocol::plan::least_ms;
use protocol::{Happening, Run, RunEvent, Trial};

use crate::say;

/// On standard error: a bar on a terminal, one line per trial elsewhere.
pub(super) struct Progress {
    run: Run,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style =
                ProgressStyle::with_template("{bar:40} {pos} of {len} trials, {elapsed} elapsed, about {eta} to go  {msg}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { run: Run::default(), bar }
    }

    /// Takes the next event of the run's log.
    pub(super) fn take(&mut self, event: &RunEvent) {
        self.run.apply(event);
        let planned = self.run.planned().len();
        let told = match &event.what {
            Happening::TrialStarted { .. } | Happening::TrialPhase { .. } | Happening::Queued { .. } => None,
            Happening::TrialFinished { trial } if trial.is_ok() && self.bar.is_some() => None,
            Happening::TrialFinished { trial } => Some(self.line(trial, planned)),
            Happening::Replanned { plan } => Some(format!("it can tell: {} trials are enough", plan.len())),
            Happening::WaitingForMachine { .. } => Some("another server of this machine is measuring: waiting for it".to_owned()),
            Happening::Started { plan } => {
                let least = least_ms(&self.run.submission.experiment).filter(|ms| *ms >= 1000);
                least.map(|ms| format!("{}, at least {}", counted(plan.len(), "trial"), wait(ms)))
            }
            // Without a folder to keep it in there is nothing to say; the dispatcher has said the rest.
            Happening::Submitted(_) | Happening::Calibrated { .. } | Happening::NotStored { .. } => None,
            Happening::Finished { .. } | Happening::Cancelled { .. } | Happening::Interrupted => None,
        };
        match (&self.bar, told) {
            (Some(bar), told) => {
                if let Some(told) = told {
                    bar.suspend(|| say(&told));
                }
                bar.set_length(planned as u64);
                bar.set_position(self.run.trials.len() as u64);
                bar.set_message(self.run.running.and_then(|running| self.name_of(running.order)).unwrap_or_default());
            }
            (None, Some(told)) => say(&told),
            (None, None) => {}
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, trial: &Trial, planned: usize) -> String {
        let figure = value(trial, OPS_PER_S).map(|figure| format!(" {}", shown(Unit::PerSecond, figure)));
        let words = trial.error.as_ref().map(|words| format!(": {words}"));
        format!(
            "{} of {planned}  {}  {}{}{}",
            trial.planned.order + 1,
            self.name_of(trial.planned.order).unwrap_or_default(),
            trial.status,
            figure.unwrap_or_default(),
            words.unwrap_or_default()
        )
    }

    fn name_of(&self, order: u64) -> Option<String> {
        let model = &self.run.plan.get(usize::try_from(order).ok()?)?.model;
        Some(self.run.submission.catalog.model(model).map_or(model, |model| &model.name).clone())
    }
}
