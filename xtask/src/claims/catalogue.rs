//! Every cell of the catalogue, run as it is by default.

use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::experiments::report;
use crate::place::interleave;
use crate::process::go_on;
use crate::tell;

/// Its trials make units and then no more, which takes as long as it takes.
const MAKES_UNITS: &str = "idle-memory";

/// The shortest measured part, milliseconds.
pub(super) fn shortest_ms() -> Result<f64> {
    let trials = trials()?.iter().filter(|trial| trial.workload != MAKES_UNITS);
    least(trials.map(|trial| (trial, trial.value["wall_ns"].as_f64().unwrap_or_default() / 1e6)))
}

/// The least share of the units' time that latencies account for where every operation is timed: of a sample it is an estimate.
pub(super) fn least_covered() -> Result<f64> {
    let is_timed = |trial: &Value| trial["latency_ns"]["samples"] == trial["operations"];
    let trials = trials()?.iter().filter(|trial| is_timed(&trial.value));
    least(trials.filter_map(|trial| Some((trial, trial.value["covered"].as_f64()?))))
}

fn least<'a>(figures: impl Iterator<Item = (&'a Trial, f64)>) -> Result<f64> {
    let (trial, figure) = figures.min_by(|(_, one), (_, other)| one.total_cmp(other)).context("no figures")?;
    tell(&format!("the least: {} on {}", trial.workload, trial.value["label"]));
    Ok(figure)
}

struct Trial {
    workload: String,
    value: Value,
}

/// Measured once for whoever asks.
fn trials() -> Result<&'static [Trial]> {
    static TRIALS: OnceLock<Vec<Trial>> = OnceLock::new();
    if let Some(trials) = TRIALS.get() {
        return Ok(trials);
    }
    let catalog = Command::new(interleave()).args(["catalog", "--json"]).output()?;
    let catalog: Value = serde_json::from_slice(&catalog.stdout)?;
    let mut all = Vec::new();
    for workload in catalog["workloads"].as_array().context("no workloads")? {
        go_on()?;
        let id = workload["id"].as_str().context("a workload without an id")?;
        let cells = workload["cells"].as_array().context("a workload without cells")?;
        let models: Vec<&str> =
            cells.iter().filter(|cell| cell["absent"].is_null()).filter_map(|cell| cell["model"].as_str()).collect();
        tell(&format!("{id} on {} models …", models.len()));
        let report = report(&json!({"workload": id, "repetitions": 1}), &models)?;
        for value in report["trials"].as_array().context("a report without trials")? {
            if value["status"] != "ok" {
                bail!("{id} on {}: {value}", value["label"]);
            }
            all.push(Trial { workload: id.to_owned(), value: value.clone() });
        }
    }
    Ok(TRIALS.get_or_init(|| all))
}
