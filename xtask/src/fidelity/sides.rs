//! The two sides of a row: a plain program's process, and the harness's.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::cases::Case;
use super::{SEED, WORKERS};
use crate::place::{interleave, target};
use crate::process::output;

/// The result of one process.
pub(super) struct Came {
    /// Of the case's quantity.
    pub(super) figure: f64,
    pub(super) operations: u64,
    pub(super) answer: String,
}

impl Came {
    fn of(line: &Value, case: &Case) -> Option<Self> {
        let operations = line["operations"].as_u64()?;
        Some(Self { figure: case.quantity().of(line)?, operations, answer: line["answer"].as_str()?.to_owned() })
    }
}

/// One process of the plain program.
pub(super) fn by_hand(case: &Case, cores: &str) -> Result<Came> {
    let Case(workload, model, params) = case;
    let (model, flavor) =
        if *model == "tokio-current-thread" { ("tokio", Some("flavor=current-thread")) } else { (*model, None) };
    let mut command = Command::new(target().join(format!("release/{workload}-{model}")));
    command.args(params.split(' ')).args(flavor);
    command.args([format!("workers={WORKERS}"), format!("seed={SEED}"), format!("cores={cores}")]);
    let line: Value = serde_json::from_str(&output(&mut command)?)?;
    Came::of(&line, case).with_context(|| format!("by hand: {line}"))
}

/// An experiment of this model alone, in the terminal: its trial and its control's, each in its own process. By work: as many
/// operations as the plain program does.
pub(super) fn harness(case: &Case, cores: &str, report: &mut Value) -> Result<Vec<Came>> {
    let Case(workload, model, params) = case;
    let experiment = json!({
        "workload": workload, "params": named(params)?, "models": [model], "measure": "work",
        "cores": cores, "workers": WORKERS, "repetitions": 1, "seed": SEED,
    });
    let file = target().join("xtask/fidelity.json");
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(&file, experiment.to_string())?;
    let text = output(Command::new(interleave()).arg("run").arg(&file).arg("--json"))?;
    *report = serde_json::from_str(&text)?;
    let trials = report["trials"].as_array().context("a report without trials")?;
    let came = |trial: &Value| {
        let came = Came::of(trial, case).filter(|_| trial["status"] == "ok");
        came.with_context(|| format!("{workload} on {model} ({params}): {trial}"))
    };
    trials.iter().map(came).collect()
}

/// `units=1 how=lock` as the harness takes it.
pub(super) fn named(params: &str) -> Result<Map<String, Value>> {
    let pair = |pair: &str| -> Result<(String, Value)> {
        let (name, value) = pair.split_once('=').with_context(|| format!("{pair:?} is no parameter"))?;
        Ok((name.to_owned(), value.parse::<u64>().map_or_else(|_| value.into(), Value::from)))
    };
    params.split(' ').map(pair).collect()
}
