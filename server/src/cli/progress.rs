//! What is told while an experiment runs in the terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use protocol::event::Happening;
use protocol::{Run, Trial, TrialStatus};

use crate::context::Context;
use crate::say;

/// On standard error: a bar on a terminal, a line a trial elsewhere.
pub(super) struct Progress<'a> {
    context: &'a Context,
    run: &'a Run,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(context: &'a Context, run: &'a Run) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos} of {len} trials, {elapsed} gone, about {eta} to go  {msg}");
            ProgressBar::new(run.plan.len() as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { context, run, bar }
    }

    pub(super) fn tell(&self, what: &Happening) {
        match (what, &self.bar) {
            (Happening::TrialStarted { order }, Some(bar)) => {
                let model =
                    usize::try_from(*order).ok().and_then(|order| self.run.plan.get(order)).map_or("", |planned| &planned.model);
                bar.set_message(self.name(model).to_owned());
            }
            (Happening::TrialFinished { trial }, Some(bar)) => {
                if trial.status != TrialStatus::Ok {
                    bar.suspend(|| say(&self.line(trial)));
                }
                bar.inc(1);
            }
            (Happening::TrialFinished { trial }, None) => say(&self.line(trial)),
            (Happening::Replanned { plan }, Some(bar)) => bar.set_length(plan.len() as u64),
            (Happening::Replanned { plan }, None) => say(&format!("it can tell: {} trials are enough", plan.len())),
            _ => {}
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, trial: &Trial) -> String {
        let figure = trial.ops_per_s.map(|figure| format!(" {}/s", analysis::quantity::count(figure)));
        let words = trial.error.as_ref().map(|words| format!(": {words}"));
        format!(
            "{} of {}  {}  {}{}{}",
            trial.order + 1,
            self.run.plan.len(),
            self.name(&trial.model),
            trial.status.word(),
            figure.unwrap_or_default(),
            words.unwrap_or_default()
        )
    }

    fn name<'b>(&'b self, model: &'b str) -> &'b str {
        self.context.catalog.model(model).map_or(model, |model| &model.name)
    }
}
