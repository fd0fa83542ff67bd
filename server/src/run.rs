//! `interleave run`: an experiment in the terminal, through the same dispatcher.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use protocol::draft::experiment_of_json;
use protocol::event::Happening;
use protocol::{Experiment, Report, Run, RunState, Trial, TrialStatus};

use crate::context::{Context, debug_warning};
use crate::dispatcher::Dispatcher;
use crate::serve::asked_to_stop;
use crate::store::Store;
use crate::{UNUSABLE, print_and_end, say, table};

/// What a shell expects of a program that was interrupted.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(context: Arc<Context>, file: &Path, json: bool) -> ExitCode {
    let experiment = match read(file).and_then(|text| {
        experiment_of_json(&text, &context.catalog).map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }) {
        Ok(experiment) => experiment,
        Err(sentences) => {
            sentences.iter().for_each(|sentence| say(sentence));
            return ExitCode::from(UNUSABLE);
        }
    };
    if let Some(warning) = debug_warning(&context.here.build) {
        say(warning);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.context("no runtime").and_then(|runtime| runtime.block_on(through(&context, experiment)));
    match done {
        Ok(Run { report: Some(report), state, .. }) => {
            let status = status(&report, state);
            if json {
                print_and_end(&serde_json::to_string_pretty(&report).unwrap_or_default(), status)
            } else {
                print_and_end(&table::text(&context.catalog, &report), status)
            }
        }
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn read(file: &Path) -> Result<String, Vec<String>> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    text.map_err(|error| {
        vec![format!("FILE: {} cannot be read: {error}; accepted: a file with an experiment in JSON, or -", file.display())]
    })
}

/// Follows the run to its end; Ctrl-C cancels it, and what came until then is shown.
async fn through(context: &Arc<Context>, experiment: Experiment) -> Result<Run> {
    let dispatcher = Dispatcher::start(Arc::clone(context), Store::none()).context("the dispatcher could not be started")?;
    let run = dispatcher.submit(experiment).await.ok().context("an empty queue is full")?;
    let (_, log) = dispatcher.get(&run.id).await.context("the run is gone")?;
    let mut follower = log.follow(0);
    let progress = Progress::new(context, &run);
    let interrupted = asked_to_stop();
    tokio::pin!(interrupted);
    loop {
        tokio::select! {
            event = follower.next() => match event {
                Some(event) => progress.tell(&event.what),
                None => break,
            },
            _ = &mut interrupted => {
                // Its end is the next thing in the log; a run that is over meanwhile is over.
                let _ = dispatcher.cancel(&run.id).await;
                progress.end();
                break;
            }
        }
    }
    progress.end();
    dispatcher.get(&run.id).await.map(|(run, _)| run).context("the run is gone")
}

/// What is told meanwhile, on standard error: a bar on a terminal, a line a trial elsewhere.
struct Progress<'a> {
    context: &'a Context,
    run: &'a Run,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    fn new(context: &'a Context, run: &'a Run) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos} of {len} trials, {elapsed} gone, about {eta} to go  {msg}");
            ProgressBar::new(run.plan.len() as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { context, run, bar }
    }

    fn tell(&self, what: &Happening) {
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
            _ => {}
        }
    }

    fn end(&self) {
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

/// A refusal is a result, unless there is no other.
fn status(report: &Report, state: RunState) -> ExitCode {
    let any = |wanted: &[TrialStatus]| report.trials.iter().any(|trial| wanted.contains(&trial.status));
    if state == RunState::Cancelled {
        ExitCode::from(INTERRUPTED)
    } else if any(&[TrialStatus::Failed, TrialStatus::Timeout, TrialStatus::Killed, TrialStatus::Invalid])
        || !any(&[TrialStatus::Ok])
    {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
