//! `interleave run`: an experiment in the terminal, through the same dispatcher.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use protocol::{Draft, Experiment, Problem, Run, RunState, TrialStatus, View};

use super::progress::Progress;
use super::signals::{self, asked_to_stop, outlive_file_size_limit};
use super::{csv, fit, table};
use crate::context::{Context, debug_warning};
use crate::json::{self, JsonProblem};
use crate::runs::dispatcher::Dispatcher;
use crate::runs::store::Store;
use crate::{UNUSABLE, document, print_and_end, say};

/// What is asked for on the command line.
pub(crate) struct RunArguments {
    pub(crate) file: PathBuf,
    pub(crate) sweep: Vec<String>,
    pub(crate) until_sure: bool,
    pub(crate) quantity: Option<String>,
    pub(crate) trace: Option<PathBuf>,
    pub(crate) html: Option<PathBuf>,
    pub(crate) print: Print,
}

/// How the result is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Print {
    Text,
    Json,
    Csv,
}

/// An experiment is some hundred bytes; a device has no end.
const LARGEST_FILE: u64 = 1_000_000;

/// Repetitions at the most, if it is to run until it can tell and the experiment does not say.
const MOST_UNTIL_SURE: u64 = 48;

pub(crate) fn run(context: Arc<Context>, asked: &RunArguments) -> ExitCode {
    let experiment = match read(&asked.file).and_then(|text| experiment(&context, asked, &text)) {
        Ok(experiment) => experiment,
        Err(sentences) => {
            sentences.iter().for_each(|sentence| say(sentence));
            return ExitCode::from(UNUSABLE);
        }
    };
    // Before the first trial: nobody wants to find out after the last one.
    let view = View { quantity: asked.quantity.clone(), ..View::default() };
    let chosen = view.quantity.as_deref();
    if let Err(sentence) = document::is_measured(&context.catalog, &experiment, chosen)
        .map_err(|sentence| format!("--{sentence}"))
        .and_then(|()| can_be_written("--trace", asked.trace.as_deref()))
        .and_then(|()| can_be_written("--html", asked.html.as_deref()))
    {
        say(&sentence);
        return ExitCode::from(UNUSABLE);
    }
    if let Some(warning) = debug_warning(&context.here.build) {
        say(warning);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.context("no runtime").and_then(|runtime| runtime.block_on(through(&context, experiment, asked)));
    let Outcome { run, signal, trace } = match done {
        Ok(done) => done,
        Err(error) => return failed(&error),
    };
    let ended = signal.filter(|_| run.state == RunState::Cancelled).map(|signal| ExitCode::from(signal.status()));
    let mut status = ended.unwrap_or_else(|| status(&run));
    let written = asked.html.as_ref().map_or(Ok(()), |path| {
        let text = document::of(&context, &run, &view)?;
        std::fs::write(path, text).with_context(|| format!("the page could not be written to {}", path.display()))
    });
    for problem in [trace, written].into_iter().filter_map(Result::err) {
        // What was measured is told all the same.
        status = failed(&problem);
    }
    let text = match asked.print {
        Print::Text => Ok(table::text(&run, &view, fit::terminal_width())),
        Print::Json => serde_json::to_string_pretty(&analysis::report::report(&run)).map_err(anyhow::Error::from),
        Print::Csv => csv::trials(&run).map_err(anyhow::Error::from),
    };
    match text {
        Ok(text) => print_and_end(&text, status),
        Err(error) => failed(&error),
    }
}

/// What came of it.
struct Outcome {
    run: Arc<Run>,
    signal: Option<signals::Caught>,
    /// Whether the lanes were written, if they were asked for.
    trace: Result<()>,
}

/// A file that is to be written, tried without changing what may be in it.
fn can_be_written(option: &str, path: Option<&Path>) -> Result<(), String> {
    let Some(path) = path else { return Ok(()) };
    let was_there = path.exists();
    match File::options().append(true).create(true).open(path) {
        Ok(_) => {
            if !was_there {
                let _ = std::fs::remove_file(path);
            }
            Ok(())
        }
        Err(error) => {
            Err(format!("{option}: {} cannot be written: {error}; accepted: a file in a folder that is there", path.display()))
        }
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    say(&format!("{error:#}"));
    ExitCode::FAILURE
}

/// What the file says, with what the command line says besides.
fn experiment(context: &Context, asked: &RunArguments, text: &[u8]) -> Result<Experiment, Vec<String>> {
    let sentences = |problems: Vec<Problem>| -> Vec<String> { problems.iter().map(ToString::to_string).collect() };
    let json = json::read(text).map_err(|error| match error {
        JsonProblem::NotJson(place) => vec![format!("experiment: is not JSON: {place}; accepted: an experiment in JSON")],
        JsonProblem::Repeated(problems) => sentences(problems),
    })?;
    let mut draft = Draft::of_json(&json, &context.catalog).map_err(sentences)?;
    for sweep in &asked.sweep {
        let Some((parameter, values)) = sweep.split_once(['=', ':']) else {
            return Err(vec![format!("--sweep: {sweep} has no values; accepted: units=1,10,100 or \"units=1..10000 log\"")]);
        };
        // In a field a comma stands between thousands; here it stands between values, and one value alone is no sweep.
        let values = if values.contains("..") { values.to_owned() } else { format!("{};", values.replace(',', ";")) };
        draft.fields.insert(parameter.trim().to_owned(), values);
    }
    if asked.until_sure {
        draft.fields.insert("until".to_owned(), "sure".to_owned());
        draft.fields.entry("repetitions".to_owned()).or_insert_with(|| MOST_UNTIL_SURE.to_string());
    }
    if asked.trace.is_some() {
        draft.fields.insert("lanes".to_owned(), "on".to_owned());
    }
    draft.check(&context.catalog).map_err(sentences)
}

fn read(file: &Path) -> Result<Vec<u8>, Vec<String>> {
    let whole = |source: &mut dyn Read| {
        let mut text = Vec::new();
        source.take(LARGEST_FILE + 1).read_to_end(&mut text).map(|_| text)
    };
    let text = if file == Path::new("-") {
        whole(&mut std::io::stdin())
    } else {
        File::open(file).and_then(|mut file| whole(&mut file))
    };
    let problem = match text {
        Ok(text) if text.len() as u64 <= LARGEST_FILE => return Ok(text),
        Ok(_) => "is larger than 1 MB".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    Err(vec![format!("FILE: {} {problem}; accepted: a file with an experiment in JSON, of at most 1 MB, or -", file.display())])
}

/// Follows the run to its end; a signal cancels it, and what came until then is shown.
async fn through(context: &Arc<Context>, experiment: Experiment, asked: &RunArguments) -> Result<Outcome> {
    // Before there is a trial that a signal could leave behind.
    let interrupted = asked_to_stop().context("signals cannot be waited for")?;
    outlive_file_size_limit().context("signals cannot be waited for")?;
    tokio::pin!(interrupted);
    // Lanes go through one file per trial.
    let folder = asked.trace.as_ref().map(|_| tempfile::tempdir()).transpose().context("there is no folder for the lanes")?;
    let store = match &folder {
        Some(folder) => Store::open(folder.path().to_owned()).context("there is no folder for the lanes")?,
        None => Store::none(),
    };
    let dispatcher = Dispatcher::start(Arc::clone(context), store.clone()).context("the dispatcher could not be started")?;
    let run = dispatcher.submit(experiment).await.ok().context("an empty queue is full")?;
    let found = || async { dispatcher.get(run.id()).await.ok().flatten().context("the run is missing") };
    let (_, log) = found().await?;
    let mut follower = log.follow(0);
    let mut progress = Progress::new();
    let mut signal = None;
    loop {
        tokio::select! {
            event = follower.next() => match event {
                Some(event) => progress.take(&event),
                None => break,
            },
            caught = &mut interrupted => {
                signal = Some(caught);
                // Its end is the next thing in the log; a run that is over meanwhile is over.
                let _ = dispatcher.cancel(run.id()).await;
                progress.end();
                break;
            }
        }
    }
    progress.end();
    // Everything that is stored of it has been.
    dispatcher.stop().await;
    let (run, _) = found().await?;
    let trace = match (&asked.trace, store.trace(run.id())) {
        (Some(to), Some(from)) => write_trace(&from, to, &run),
        _ => Ok(()),
    };
    Ok(Outcome { run, signal, trace })
}

/// Lanes are traced last: a run that was cancelled may have none.
fn write_trace(from: &Path, to: &Path, run: &Run) -> Result<()> {
    if !from.exists() && run.state == RunState::Cancelled {
        say("trace: cancelled before a traced trial had ended: there are no lanes");
        return Ok(());
    }
    let copied = std::fs::copy(from, to).map(drop);
    copied.with_context(|| format!("trace: the lanes could not be written to {}", to.display()))
}

/// A refusal is a result, unless there is no other.
fn status(run: &Run) -> ExitCode {
    let any = |wanted: &[TrialStatus]| run.trials.iter().any(|trial| wanted.contains(&trial.status));
    if any(&[TrialStatus::Failed, TrialStatus::Timeout, TrialStatus::Killed, TrialStatus::Invalid]) || !any(&[TrialStatus::Ok]) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
