//! Experiments of the command line, and the figures of their reports.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::place::interleave;

/// Runs an experiment on these models: its report.
pub(super) fn report(experiment: &Value, models: &[&str]) -> Result<Value> {
    let mut experiment = experiment.clone();
    experiment["models"] = json!(models);
    let mut command = Command::new(interleave());
    let mut child =
        command.args(["run", "-", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("no standard input")?.write_all(experiment.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    let report = serde_json::from_slice(&output.stdout);
    report.with_context(|| format!("{experiment}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn summary<'a>(report: &'a Value, model: &str) -> Result<&'a Value> {
    let mut all = report["summary"].as_array().into_iter().flatten();
    all.find(|summary| summary["label"] == model).with_context(|| format!("no summary of {model}"))
}

/// The median of a quantity.
pub(super) type Median = fn(&Value) -> Option<f64>;

pub(super) fn ops(summary: &Value) -> Option<f64> {
    summary["ops_per_s"]["median"].as_f64()
}

fn median(report: &Value, model: &str, of: Median) -> Result<f64> {
    of(summary(report, model)?).with_context(|| format!("{model} has no figure: {}", report["trials"]))
}

pub(super) fn ratio(experiment: &Value, a: &str, b: &str, of: Median) -> Result<f64> {
    let report = report(experiment, &[a, b])?;
    Ok(median(&report, a, of)? / median(&report, b, of)?)
}

/// Operations per second of this model.
pub(super) fn rate(experiment: &Value, model: &str) -> Result<f64> {
    median(&report(experiment, &[model])?, model, ops)
}

/// A figure of the workload's own, of this model.
pub(super) fn trial_figure(experiment: &Value, model: &str, key: &str) -> Result<f64> {
    let report = report(experiment, &[model])?;
    let figure = summary(&report, model)?["extra"][key]["median"].as_f64();
    figure.with_context(|| format!("{model} has no {key}: {}", report["trials"]))
}

/// The longest gap of a heartbeat on Tokio while as many units as there are workers block for 50 ms at a time, nanoseconds.
pub(super) fn gap(how: &str) -> Result<f64> {
    let experiment = json!({"workload": "blocking", "params": {"units": 4, "rounds": 5, "block_ms": 50, "how": how}});
    trial_figure(&experiment, "tokio", "longest_gap_ns")
}

pub(super) fn bytes_a_unit(model: &str, units: u64) -> Result<f64> {
    trial_figure(&json!({"workload": "idle-memory", "params": {"units": units}}), model, "bytes_per_unit")
}

/// How many units of a million waited in a trial whose answer was right.
pub(super) fn waiting(model: &str) -> Result<f64> {
    let million = json!({"workload": "wait", "params": {"units": 1_000_000, "rounds": 1, "wait_ms": 2_000}, "repetitions": 1});
    let report = report(&million, &[model])?;
    let trial = &report["trials"][0];
    Ok(if trial["status"] == "ok" { trial["operations"].as_f64().unwrap_or_default() } else { 0.0 })
}

pub(super) fn late(model: &str) -> Result<f64> {
    let few = json!({"workload": "wait", "params": {"units": 2, "rounds": 20, "wait_ms": 10}});
    trial_figure(&few, model, "oversleep_p50_ns")
}

/// From starting a child until it says something. In its role, but without an assignment: it says so and ends.
pub(super) fn first_line() -> Result<f64> {
    const TIMES: usize = 200;
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let since = Instant::now();
        let mut child = Command::new(interleave()).arg("run-one-trial").stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stderr.take().context("no standard error")?).read_line(&mut line)?;
        took.push(since.elapsed());
        child.wait()?;
        if !line.contains("assignment") {
            bail!("a child said {line:?}");
        }
    }
    took.sort_unstable();
    Ok(milliseconds(took[TIMES / 2]))
}

/// The slope between a short and a long run of next to nothing: what each more trial takes, less what it measures.
pub(super) fn overhead() -> Result<f64> {
    let run = |repetitions: u64| -> Result<(f64, f64)> {
        let experiment = json!({"workload": "spawn", "params": {"units": 100}, "repetitions": repetitions});
        let since = Instant::now();
        let report = report(&experiment, &["tokio"])?;
        let elapsed = milliseconds(since.elapsed());
        let trials = report["trials"].as_array().context("no trials")?;
        let inside = |trial: &Value| {
            trial["wall_ns"].as_f64().unwrap_or_default() + trial["warm_up"]["wall_ns"].as_f64().unwrap_or_default()
        };
        Ok((elapsed - trials.iter().map(inside).sum::<f64>() / 1e6, trials.len() as f64))
    };
    let ((short, few), (long, many)) = (run(2)?, run(50)?);
    Ok((long - short) / (many - few))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
