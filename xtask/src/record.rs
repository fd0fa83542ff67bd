//! `cargo xtask record`: the sample result that the page shows at the first visit, measured here and now.
//!
//! The log of a real run of the first preset, from the real server: the page says that it was recorded, where and when.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::arguments::Arguments;
use crate::server::{self, Server};
use crate::{http, place, say};

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    server::build()?;
    let server = Server::start("record")?;
    let catalog = http::ask(server.address, "GET", "/api/catalog", None)?.json()?;
    let experiment = first_preset(&catalog).context("the catalogue has no preset")?;
    let (id, run) = server.measure(&experiment)?;
    let trials = run["trials"].as_array().context("a run without trials")?;
    if let Some(bad) = trials.iter().find(|trial| trial["status"] != "ok") {
        bail!("a trial of the sample did not end well: {bad}");
    }
    let disturbed = trials.iter().filter(|trial| trial["disturbed"] == true).count();
    if disturbed * 4 > trials.len() {
        // Seen: beside a compiler on the same two cores, the order of the models is another one.
        bail!(
            "{disturbed} of {} trials were disturbed by others, so nothing is written: record again when the machine is quiet",
            trials.len()
        );
    }
    let events = http::ask(server.address, "GET", &format!("/api/runs/{id}/events"), None)?.body;
    let events = String::from_utf8_lossy(&events);
    let lines: String = events.lines().filter_map(|line| line.strip_prefix("data: ")).flat_map(|event| [event, "\n"]).collect();
    let path = place::root().join("server/sample.jsonl");
    fs::write(&path, lines).with_context(|| path.display().to_string())?;
    say(&format!(
        "{} trials of {}, {disturbed} of them disturbed, are in {}",
        trials.len(),
        experiment["workload"],
        path.display()
    ));
    Ok(())
}

/// The body that asks for the catalogue's first preset.
fn first_preset(catalog: &Value) -> Option<Value> {
    let preset = catalog["presets"].get(0)?;
    let method: Vec<&str> = catalog["method"].as_array()?.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
    let (of_method, params): (Map<_, _>, Map<_, _>) =
        preset["set"].as_object()?.clone().into_iter().partition(|(name, _)| method.contains(&name.as_str()));
    let mut experiment = json!({ "workload": preset["workload"], "models": preset["models"], "params": params });
    experiment.as_object_mut()?.extend(of_method);
    Some(experiment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_sets_parameters_and_method_alike() {
        let catalog = json!({
            "method": [{"name": "workers"}, {"name": "repetitions"}, {"name": "seed"}],
            "presets": [{"workload": "tcp-echo", "models": ["tokio"], "set": {"units": 9, "repetitions": 3}}],
        });
        let expected = json!({"workload": "tcp-echo", "models": ["tokio"], "params": {"units": 9}, "repetitions": 3});
        assert_eq!(first_preset(&catalog).unwrap(), expected);
    }
}
