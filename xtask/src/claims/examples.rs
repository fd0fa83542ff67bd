//! What the examples say, which have the statistics.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::place::{cargo, interleave};
use crate::{step, tell};

/// Of a hundred real comparisons of a model with itself, how many have a verdict.
pub(super) fn false_verdicts() -> Result<f64> {
    let mut build = cargo();
    step::run(
        "cargo builds the example (release)",
        build.args(["build", "--release", "--package", "interleave-server", "--example", "false_positives"]),
    )?;
    let program = interleave().with_file_name("examples").join("false_positives");
    tell("a hundred comparisons of a model with itself …");
    let output = Command::new(program).arg("100").stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = said.lines().last().unwrap_or_default();
    last.split(' ').next().and_then(|count| count.parse().ok()).with_context(|| format!("it said {said:?}"))
}

/// The figure behind `before` in a line of the table that begins so, of this scatter: of simulated experiments, per cent.
pub(super) fn simulated(table: &str, scatter: &str, line: &str, before: &str) -> Result<f64> {
    let wanted = |text: &&str| text.trim_start().starts_with(scatter) && text.contains(line);
    let text = table_of(table)?.find(wanted).with_context(|| format!("no line of {scatter}, {line}, in {table:?}"))?;
    percent(text, before)
}

/// The greatest share of experiments with eight alike models and 12 repetitions in which any pair was told apart, per cent.
pub(super) fn most_false() -> Result<f64> {
    let line = "8 models, 12 repetitions";
    let shares: Result<Vec<f64>> =
        table_of("Alike models")?.filter(|text| text.contains(line)).map(|text| percent(text, "repetitions: ")).collect();
    shares?.into_iter().reduce(f64::max).with_context(|| format!("no line of {line}"))
}

/// The lines of the first table whose head begins so.
fn table_of(head: &str) -> Result<impl Iterator<Item = &'static str>> {
    let mut lines = verdicts()?.lines().skip_while(move |line| !line.starts_with(head));
    lines.next().with_context(|| format!("no table {head:?}"))?;
    Ok(lines.take_while(|line| line.starts_with(' ')))
}

fn percent(text: &str, before: &str) -> Result<f64> {
    let figure = text.split(before).nth(1).and_then(|rest| rest.trim_start().split(' ').next()?.parse().ok());
    figure.with_context(|| format!("no figure behind {before:?} in {text:?}"))
}

/// What the simulation prints, once for whoever asks.
fn verdicts() -> Result<&'static str> {
    static SAID: OnceLock<String> = OnceLock::new();
    if let Some(said) = SAID.get() {
        return Ok(said);
    }
    tell("simulated experiments …");
    let mut run = cargo();
    run.args(["run", "--release", "--quiet", "--package", "interleave-analysis", "--example", "verdicts"]);
    let output = run.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the example ended with {}", output.status);
    }
    Ok(SAID.get_or_init(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}
