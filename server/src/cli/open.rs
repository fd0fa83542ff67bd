//! `interleave open`: a result that somebody else has measured, in the terminal.

use std::path::PathBuf;
use std::process::ExitCode;

use analysis::between::between;
use analysis::between::words::{Sides, between_words};
use capsule::{Capsule, Carried};
use charts::words::moment;
use clap::Args;
use protocol::{Catalog, Run, View, line};

use super::found::{KeptAt, Named, find};
use super::run::can_be_written;
use super::{csv, fit, table};
use crate::context::Context;
use crate::{UNUSABLE, document, print_and_end, say};

/// What `open` takes, as a phrase.
const ACCEPTED: &str = "a link with a result, a .interleave file, a report in JSON, a run's log, or -";

/// What is asked for on the command line.
#[derive(Args, Debug)]
pub(crate) struct OpenArguments {
    /// A link that carries its result, or leads to one that is kept on this machine; or a file: .interleave, a report in JSON, a
    /// run's log; or - for standard input.
    #[arg(value_name = "LINK|FILE|-")]
    what: String,
    /// Of several results all are shown; of the other forms, this one.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    result: usize,
    /// What the sentence and the first column are about, by its key in the report; as in the link unless given.
    #[arg(long, value_name = "KEY")]
    quantity: Option<String>,
    /// Print the report as JSON.
    #[arg(long, conflicts_with_all = ["csv", "md"])]
    json: bool,
    /// Print the trials as CSV, one line each.
    #[arg(long, conflicts_with = "md")]
    csv: bool,
    /// Print the verdict and the table in Markdown, to be pasted into an issue.
    #[arg(long)]
    md: bool,
    /// Write one file that opens anywhere in a browser.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    kept: KeptAt,
}

pub(crate) fn open(context: &Context, asked: &OpenArguments) -> ExitCode {
    let unusable = |sentences: Vec<String>| {
        sentences.iter().for_each(|sentence| say(sentence));
        ExitCode::from(UNUSABLE)
    };
    let mut capsule = match results(&context.catalog, asked) {
        Ok(capsule) => capsule,
        Err(sentences) => return unusable(sentences),
    };
    if asked.quantity.is_some() {
        capsule.view.quantity.clone_from(&asked.quantity);
    }
    let count = capsule.results.len();
    let Some(chosen) = asked.result.checked_sub(1).and_then(|index| capsule.results.get(index)) else {
        return unusable(vec![format!("--result: {} is not there; accepted: 1 to {count}", asked.result)]);
    };
    let (run, view) = (&chosen.run, &capsule.view);
    let submission = &run.submission;
    let checked = document::is_measured(&submission.catalog, &submission.experiment, view.quantity.as_deref())
        .map_err(|sentence| format!("--{sentence}"))
        .and_then(|()| can_be_written("--html", asked.html.as_deref()));
    if let Err(sentence) = checked {
        return unusable(vec![sentence]);
    }
    let mut status = ExitCode::SUCCESS;
    if let Some(path) = &asked.html {
        let text = document::of(context, run, view);
        if let Err(error) = text.and_then(|text| Ok(std::fs::write(path, text)?)) {
            say(&format!("the page could not be written to {}: {error:#}", path.display()));
            status = ExitCode::FAILURE;
        }
    }
    let text = match (asked.json, asked.csv, asked.md) {
        (true, ..) => serde_json::to_string_pretty(&analysis::report::report(run)).map_err(anyhow::Error::from),
        (_, true, _) => csv::trials(run).map_err(anyhow::Error::from),
        (.., true) => Ok(charts::markdown(run, view, None)),
        _ => Ok(all(&capsule)),
    };
    match text {
        Ok(text) => print_and_end(text.trim_end(), status),
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn results(catalog: &Catalog, asked: &OpenArguments) -> Result<Capsule, Vec<String>> {
    match find(&asked.what, &asked.kept, catalog, ACCEPTED)? {
        Named::Results(found) => Ok(found.capsule),
        Named::Experiment(draft, _) => Err(vec![format!(
            "LINK: it is an experiment, with no result in it; to run it here: interleave run {}",
            line::write(&draft, catalog)
        )]),
    }
}

/// All results, one below the other, and what they say together first.
fn all(capsule: &Capsule) -> String {
    let runs: Vec<&Run> = capsule.results.iter().map(|carried| &carried.run).collect();
    let mut text = String::new();
    if runs.len() > 1 {
        text.push_str(&together(&runs, capsule));
        text.push('\n');
    }
    for (index, carried) in capsule.results.iter().enumerate() {
        let number = if runs.len() > 1 { format!("{}. ", index + 1) } else { String::new() };
        text.push_str(&format!(
            "{number}{}\n\n{}\n",
            origin(carried),
            table::text(&carried.run, &capsule.view, fit::terminal_width())
        ));
    }
    text
}

/// Where a result comes from: "Recorded 2026-11-25 16:04 UTC on AMD EPYC, 2 cores, by build 1a2b3c4d5 (release)."
fn origin(carried: &Carried) -> String {
    let Carried { run, name, left_out } = carried;
    let (machine, build) = (&run.submission.machine, &run.submission.build);
    let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
    let commit = if build.commit.is_empty() { &build.version } else { &build.commit };
    let out: Vec<&str> = left_out.iter().map(|part| part.words()).collect();
    let out = if out.is_empty() { String::new() } else { format!(" Not in it: {}.", out.join(", ")) };
    format!(
        "{name}recorded {} on {}, {}, by build {commit} ({}).{out}",
        moment(run.started_ms()),
        machine.cpu,
        charts::words::counted(usize::try_from(machine.cores).unwrap_or_default(), "core"),
        build.profile
    )
}

/// What differed, and what the results say side by side.
fn together(runs: &[&Run], capsule: &Capsule) -> String {
    let names: Vec<String> = capsule.results.iter().map(|carried| carried.name.clone()).collect();
    let View { quantity, .. } = &capsule.view;
    let between = between(runs, quantity.as_deref());
    let mut text = format!("{}\n", between_words(&between, runs, &Sides::new(&names)).plain());
    for difference in &between.differences.found {
        text.push_str(&format!("  {}: {} / {}\n", difference.label, difference.a, difference.b));
    }
    text
}
