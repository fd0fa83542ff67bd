//! `interleave run`: an experiment in the terminal, through the same dispatcher.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use capsule::{Capsule, Carried, Detail};
use protocol::{Experiment, Report, Run, RunState, TrialStatus, View};
use serde::Serialize;

use super::progress::Progress;
use super::signals::{self, asked_to_stop, outlive_file_size_limit};
use super::{csv, fit, found, given, table};
use crate::context::{Context, debug_warning};
use crate::lanes::Bundle;
use crate::runs::dispatcher::Dispatcher;
use crate::store::Store;
use crate::{UNUSABLE, document, print_and_end, say};

/// What is asked for on the command line.
pub(crate) struct RunArguments {
    /// A file, `-`, a link or a workload.
    pub(crate) what: String,
    /// What stands behind a workload: `units=100`.
    pub(crate) values: Vec<String>,
    pub(crate) sweep: Vec<String>,
    pub(crate) until_sure: bool,
    pub(crate) quantity: Option<String>,
    pub(crate) trace: Option<PathBuf>,
    pub(crate) html: Option<PathBuf>,
    /// What a link with the result is to begin with, if there is to be one.
    pub(crate) link: Option<String>,
    pub(crate) print: Print,
}

/// How the result is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Print {
    Text,
    Json,
    Csv,
}

/// How long a link may be: chats and mail take it as it is.
const MOST_CHARS: usize = 2_000;

/// Repetitions at the most, if it is to run until it can tell and the experiment does not say.
const MOST_UNTIL_SURE: u64 = 48;

pub(crate) fn run(context: Arc<Context>, asked: &RunArguments) -> ExitCode {
    let (experiment, view) = match experiment(&context, asked) {
        Ok(experiment) => experiment,
        Err(sentences) => {
            sentences.iter().for_each(|sentence| say(sentence));
            return ExitCode::from(UNUSABLE);
        }
    };
    // Before the first trial: nobody wants to find out after the last one.
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
    let link = asked.link.as_ref().map(|base| link_to(base, &run, &view));
    let text = match asked.print {
        Print::Text => {
            let text = table::text(&run, &view, fit::terminal_width());
            Ok(link.map_or_else(|| text.clone(), |link| format!("{}\n\n{link}", text.trim_end())))
        }
        Print::Json => json(&run, link),
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
pub(crate) fn can_be_written(option: &str, path: Option<&Path>) -> Result<(), String> {
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

/// A report with a link to where it can be opened.
#[derive(Serialize)]
struct LinkedReport {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

fn json(run: &Run, link: Option<String>) -> Result<String> {
    Ok(serde_json::to_string_pretty(&LinkedReport { report: analysis::report::report(run), link })?)
}

/// What links begin with: what was given, or what the environment says, or where a server listens unless it is told otherwise.
pub(crate) fn link_base(given: Option<String>) -> String {
    let told = given.or_else(|| std::env::var("INTERLEAVE_PUBLIC_URL").ok()).filter(|url| !url.is_empty());
    told.unwrap_or_else(|| "http://127.0.0.1:8081".to_owned())
}

/// A link that carries the result, as the page's *Copy link* makes it.
fn link_to(base: &str, run: &Run, view: &View) -> String {
    let capsule = Capsule { results: vec![Carried::from(capsule::shared(run))], view: view.clone() };
    let base = base.trim_end_matches('/');
    let most_chars = MOST_CHARS.saturating_sub(base.len() + "/c#".len());
    let packed = capsule::pack(&capsule, Detail::Shown { most_chars });
    if !packed.left_out.is_empty() {
        let words: Vec<&str> = packed.left_out.iter().map(|part| part.words()).collect();
        say(&format!("the link does without {}; `--json` has everything", words.join(", ")));
    }
    format!("{base}/c#{}", capsule::text_of(&packed.bytes))
}

fn failed(error: &anyhow::Error) -> ExitCode {
    say(&format!("{error:#}"));
    ExitCode::FAILURE
}

/// What is given, with what the command line says besides.
fn experiment(context: &Context, asked: &RunArguments) -> Result<(Experiment, View), Vec<String>> {
    let (mut draft, mut view) = given::experiment(&asked.what, &asked.values, &context.catalog)?;
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
    if asked.quantity.is_some() {
        view.quantity.clone_from(&asked.quantity);
    }
    draft.check(&context.catalog).map(|experiment| (experiment, view)).map_err(found::sentences)
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
        Some(folder) => Store::files_alone(folder.path().to_owned()).context("there is no folder for the lanes")?,
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
    let trace = asked.trace.as_ref().map_or(Ok(()), |to| write_trace(store.lanes_of_run(run.id()), to, &run));
    Ok(Outcome { run, signal, trace })
}

/// Lanes are traced last: a run that was cancelled may have none.
fn write_trace(lanes: Option<Bundle>, to: &Path, run: &Run) -> Result<()> {
    if lanes.is_none() && run.state == RunState::Cancelled {
        say("trace: cancelled before a traced trial had ended: there are no lanes");
        return Ok(());
    }
    let written =
        lanes.context("there are none").and_then(|lanes| lanes.write_trace(run, &mut BufWriter::new(File::create(to)?)));
    written.with_context(|| format!("trace: the lanes could not be written to {}", to.display()))
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
