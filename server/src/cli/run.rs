//! `interleave run`: an experiment in the terminal, through the same dispatcher.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use protocol::{Draft, Experiment, Lanes, Problem, Report, Run, RunState, TrialStatus, Until};

use super::progress::Progress;
use super::signals::{self, asked_to_stop};
use super::{csv, fit, table};
use crate::context::{Context, debug_warning};
use crate::json::{self, Unreadable};
use crate::runs::dispatcher::Dispatcher;
use crate::runs::store::Store;
use crate::{UNUSABLE, print_and_end, say};

/// What is asked for on the command line.
pub(crate) struct Asked {
    pub(crate) file: PathBuf,
    pub(crate) sweep: Option<String>,
    pub(crate) until_sure: bool,
    pub(crate) trace: Option<PathBuf>,
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

/// Repetitions at the most, where it is to run until it can tell and the experiment does not say.
const MOST_UNTIL_SURE: u64 = 40;

pub(crate) fn run(context: Arc<Context>, asked: &Asked) -> ExitCode {
    let experiment = match read(&asked.file).and_then(|text| experiment(&context, asked, &text)) {
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
    let done = runtime.context("no runtime").and_then(|runtime| runtime.block_on(through(&context, experiment, asked)));
    match done {
        Ok((Run { report: Some(report), state, .. }, signal)) => {
            let ended = signal.filter(|_| state == RunState::Cancelled).map(|signal| ExitCode::from(signal.status()));
            let status = ended.unwrap_or_else(|| status(&report));
            let text = match asked.print {
                Print::Text => Ok(table::text(&context.catalog, &report, fit::terminal_width())),
                Print::Json => serde_json::to_string_pretty(&report).map_err(anyhow::Error::from),
                Print::Csv => csv::trials(&report).map_err(anyhow::Error::from),
            };
            match text {
                Ok(text) => print_and_end(&text, status),
                Err(error) => failed(&error),
            }
        }
        Ok(_) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    say(&format!("{error:#}"));
    ExitCode::FAILURE
}

/// What the file says, with what the command line says besides.
fn experiment(context: &Context, asked: &Asked, text: &[u8]) -> Result<Experiment, Vec<String>> {
    let sentences = |problems: Vec<Problem>| -> Vec<String> { problems.iter().map(ToString::to_string).collect() };
    let json = json::read(text).map_err(|error| match error {
        Unreadable::NotJson(place) => vec![format!("experiment: is not JSON: {place}; accepted: an experiment in JSON")],
        Unreadable::Repeated(problems) => sentences(problems),
    })?;
    let mut draft = Draft::of_json(&json).map_err(sentences)?;
    if let Some(sweep) = &asked.sweep {
        let Some((parameter, values)) = sweep.split_once(['=', ':']) else {
            return Err(vec![format!("--sweep: {sweep} has no values; accepted: units=1,10,100 or \"units=1..10000 log\"")]);
        };
        if let Some(word) = repeated_word(values) {
            let accepted = "\"units=1..10000 log\" or \"units=1..1000 linear 10\"";
            return Err(vec![format!("--sweep: {sweep} has {word} after another word of its kind; accepted: {accepted}")]);
        }
        // In a field a comma stands between thousands; here it stands between values, and one value alone is no sweep.
        let values = if values.contains("..") { values.to_owned() } else { format!("{};", values.replace(',', ";")) };
        draft.fields.insert(parameter.trim().to_owned(), values);
    }
    if asked.until_sure {
        draft.fields.insert("until".to_owned(), Until::Sure.word().to_owned());
        draft.fields.entry("repetitions".to_owned()).or_insert_with(|| MOST_UNTIL_SURE.to_string());
    }
    if asked.trace.is_some() {
        draft.fields.insert("lanes".to_owned(), Lanes::On.word().to_owned());
    }
    draft.check(&context.catalog).map_err(sentences)
}

/// After `1..100` come `log` or `linear` and how many, each once at the most.
fn repeated_word(values: &str) -> Option<&str> {
    let (_, rest) = values.split_once("..")?;
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let (numbers, mut scales): (Vec<&str>, Vec<&str>) = rest.split_ascii_whitespace().skip(1).partition(|word| is_number(word));
    scales.retain(|word| matches!(*word, "log" | "linear"));
    numbers.get(1).or(scales.get(1)).copied()
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
async fn through(context: &Arc<Context>, experiment: Experiment, asked: &Asked) -> Result<(Run, Option<signals::Asked>)> {
    // Before there is a trial that a signal could leave behind.
    let interrupted = asked_to_stop().context("signals cannot be waited for")?;
    tokio::pin!(interrupted);
    // Lanes go through a file a trial.
    let folder = asked.trace.as_ref().map(|_| tempfile::tempdir()).transpose().context("there is no folder for the lanes")?;
    let store = match &folder {
        Some(folder) => Store::open(folder.path().to_owned()).context("there is no folder for the lanes")?,
        None => Store::none(),
    };
    let dispatcher = Dispatcher::start(Arc::clone(context), store.clone()).context("the dispatcher could not be started")?;
    let run = dispatcher.submit(experiment).await.ok().context("an empty queue is full")?;
    let (_, log) = dispatcher.get(&run.id).await.context("the run is gone")?;
    let mut follower = log.follow(0);
    let progress = Progress::new(context, &run);
    let mut signal = None;
    loop {
        tokio::select! {
            event = follower.next() => match event {
                Some(event) => progress.tell(&event.what),
                None => break,
            },
            caught = &mut interrupted => {
                signal = Some(caught);
                // Its end is the next thing in the log; a run that is over meanwhile is over.
                let _ = dispatcher.cancel(&run.id).await;
                progress.end();
                break;
            }
        }
    }
    progress.end();
    // Whatever was stored of it has been.
    dispatcher.stop().await;
    if let (Some(to), Some(from)) = (&asked.trace, store.trace(&run.id)) {
        let copied = std::fs::copy(from, to).map(drop);
        copied.with_context(|| format!("trace: the lanes could not be written to {}", to.display()))?;
    }
    dispatcher.get(&run.id).await.map(|(run, _)| (run, signal)).context("the run is gone")
}

/// A refusal is a result, unless there is no other.
fn status(report: &Report) -> ExitCode {
    let any = |wanted: &[TrialStatus]| report.trials.iter().any(|trial| wanted.contains(&trial.status));
    if any(&[TrialStatus::Failed, TrialStatus::Timeout, TrialStatus::Killed, TrialStatus::Invalid]) || !any(&[TrialStatus::Ok]) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
