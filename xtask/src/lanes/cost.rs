//! What tracing costs each workload on each model, and how many bytes a span takes.
//!
//! A round of a workload is a run of its own: each model plain and traced, each in a process of its own. Ratios are taken within a
//! round, so that what the machine does to all of it falls on both sides; so the table holds on a machine that has other things to
//! do, and its intervals are wider there.

use analysis::interval::median;
use analysis::paired::{Nulls, paired};
use anyhow::{Context, Result};
use protocol::lanes::{LanesHead, bundled};
use serde_json::{Value, json};

use crate::server::Server;
use crate::{http, say, tell};

/// How many times its own time an operation may take while it is traced.
const MOST: f64 = 1.25;
/// The same of a loop of nothing but thread switches on one core: a record costs half a microsecond.
const MOST_OF_SWITCHES: f64 = 1.5;

/// A loop of nothing but thread switches: it is run on one core too.
const SWITCHES: [&str; 2] = ["ping-pong", "threads"];

/// A workload on a model.
struct Row {
    workload: String,
    model: String,
    cores: &'static str,
    /// Of the plain trials, nanoseconds.
    operation: Vec<f64>,
    /// The logarithm of traced to plain in each round: time and CPU time of an operation.
    time: Vec<f64>,
    cpu: Vec<f64>,
    /// Of the last round.
    spans: u64,
    bytes: usize,
    dropped: u64,
}

/// Every workload, or those that are named, on every model that can run it.
pub(super) fn run(server: &Server, only: &[String], rounds: usize, ms: u64) -> Result<()> {
    let catalog = http::ask(server.address, "GET", "/api/catalog", None)?.json()?;
    let mut all = Vec::new();
    say(&head());
    for workload in list(&catalog, "workloads") {
        let id = text(workload, "id");
        let is_wanted = |model: &str| only.is_empty() || only.iter().any(|one| one == id || *one == format!("{id}/{model}"));
        let present = list(workload, "cells").iter().filter(|cell| cell["absent"].is_null()).map(|cell| text(cell, "model"));
        let models: Vec<&str> = present.filter(|model| is_wanted(model)).collect();
        let mut cases = vec![("all", models.clone())];
        cases.extend((id == SWITCHES[0] && models.contains(&SWITCHES[1])).then(|| ("one", vec![SWITCHES[1]])));
        for (cores, models) in cases.into_iter().filter(|(_, models)| !models.is_empty()) {
            let measure = if workload["by_time"] == true { "time" } else { "work" };
            let rows = rows(server, (id, measure), &models, cores, rounds, ms)?;
            rows.iter().for_each(|row| say(&row.line()));
            all.extend(rows);
        }
    }
    let count = |verdict: &str| all.iter().filter(|row| row.verdict() == verdict).count();
    let (spans, bytes) = all.iter().fold((0, 0), |sum, row| (sum.0 + row.spans, sum.1 + row.bytes));
    say(&format!(
        "{} rows: {} within, {} above, {} cannot tell; {spans} spans in {bytes} bytes: {:.1} a span",
        all.len(),
        count("within"),
        count("above"),
        count("cannot tell"),
        bytes as f64 / spans.max(1) as f64
    ));
    Ok(())
}

/// These models of a workload, which is measured like this, in so many rounds.
fn rows(
    server: &Server,
    (workload, measure): (&str, &str),
    models: &[&str],
    cores: &'static str,
    rounds: usize,
    ms: u64,
) -> Result<Vec<Row>> {
    let new = |model: &&str| Row {
        workload: workload.to_owned(),
        model: (*model).to_owned(),
        cores,
        operation: Vec::new(),
        time: Vec::new(),
        cpu: Vec::new(),
        spans: 0,
        bytes: 0,
        dropped: 0,
    };
    let mut rows: Vec<Row> = models.iter().map(new).collect();
    for round in 0..rounds {
        let experiment = json!({
            "workload": workload, "models": models, "cores": cores, "measure": measure, "measure_ms": ms,
            "repetitions": 1, "lanes": "on", "seed": round,
        });
        let (id, run) = server.measure(&experiment)?;
        let trials = list(&run, "trials");
        for row in &mut rows {
            let of = |role: &str, figure: fn(&Value) -> Option<f64>| -> Vec<f64> {
                let own = trials.iter().filter(|trial| trial["model"] == row.model.as_str() && trial["status"] == "ok");
                own.filter(|trial| trial["role"] == role).filter_map(figure).collect()
            };
            let both = |figure| Some((*of("plain", figure).first()?, *of("traced", figure).first()?));
            if let Some((plain, traced)) = both(operation) {
                row.operation.push(plain);
                row.time.push((traced / plain).ln());
            }
            row.cpu.extend(both(cpu).map(|(plain, traced)| (traced / plain).ln()));
        }
        if round + 1 == rounds {
            weigh(server, &id, &mut rows)?;
        }
    }
    for row in rows.iter().filter(|row| row.time.len() < rounds) {
        tell(&format!("{} on {}: {} of {rounds} rounds came to a result", row.workload, row.model, row.time.len()));
    }
    Ok(rows)
}

/// How many bytes the lanes of a run are, and how many spans are in them.
fn weigh(server: &Server, id: &str, rows: &mut [Row]) -> Result<()> {
    let answer = http::ask(server.address, "GET", &format!("/api/runs/{id}/lanes"), None)?;
    for lanes in bundled(&answer.body).with_context(|| format!("the lanes of run {id}"))? {
        let (head, _) = LanesHead::read(lanes)?;
        for row in rows.iter_mut().filter(|row| row.model == head.about.model) {
            row.spans = head.blocks.iter().map(|block| u64::from(block.spans)).sum();
            (row.bytes, row.dropped) = (lanes.len(), head.about.dropped);
        }
    }
    Ok(())
}

/// Of a trial: nanoseconds an operation.
fn operation(trial: &Value) -> Option<f64> {
    trial["ops_per_s"].as_f64().filter(|rate| *rate > 0.0).map(|rate| 1e9 / rate)
}

/// Of a trial: nanoseconds of CPU time an operation.
fn cpu(trial: &Value) -> Option<f64> {
    let measured = &trial["measured"];
    let all = measured["user_ns"].as_f64()? + measured["system_ns"].as_f64()?;
    trial["operations"].as_f64().map(|operations| all / operations).filter(|cpu| *cpu > 0.0)
}

impl Row {
    fn most(&self) -> f64 {
        let switches = self.cores == "one" && [self.workload.as_str(), self.model.as_str()] == SWITCHES;
        if switches { MOST_OF_SWITCHES } else { MOST }
    }

    fn verdict(&self) -> &'static str {
        let [_, low, high] = ratio(&self.time);
        match () {
            () if high <= self.most() => "within",
            () if low > self.most() => "above",
            () => "cannot tell",
        }
    }

    fn line(&self) -> String {
        let [time, low, high] = ratio(&self.time);
        let operation = median(&self.operation).unwrap_or(f64::NAN);
        let bytes = self.bytes as f64 / self.spans.max(1) as f64;
        columns(&[
            self.workload.clone(),
            self.model.clone(),
            self.cores.to_owned(),
            analysis::numbers::time(operation),
            format!("{time:.2}"),
            format!("{low:.2} – {high:.2}"),
            format!("{:.2}", self.most()),
            format!("{:.2}", ratio(&self.cpu)[0]),
            self.spans.to_string(),
            format!("{bytes:.1}"),
            self.dropped.to_string(),
            self.verdict().to_owned(),
        ])
    }
}

/// The ratio, and the ends of its interval.
fn ratio(logarithms: &[f64]) -> [f64; 3] {
    let paired = paired(logarithms, &mut Nulls::default());
    paired.map_or([f64::NAN; 3], |paired| [paired.estimate, paired.low, paired.high].map(f64::exp))
}

const WIDTHS: [usize; 12] = [14, 20, 5, 9, 5, 13, 5, 5, 8, 6, 8, 11];

fn head() -> String {
    let words = ["workload", "model", "cores", "operation", "time", "95 %", "most", "CPU", "spans", "bytes", "dropped", ""];
    columns(&words.map(str::to_owned))
}

fn columns(cells: &[String; 12]) -> String {
    let cell = |(place, text): (usize, &String)| match place {
        3..=10 => format!("{text:>width$}", width = WIDTHS[place]),
        _ => format!("{text:<width$}", width = WIDTHS[place]),
    };
    cells.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cores: &'static str, ratios: &[f64]) -> Row {
        let [workload, model] = SWITCHES.map(str::to_owned);
        let time = ratios.iter().map(|ratio| ratio.ln()).collect();
        Row { workload, model, cores, operation: Vec::new(), time, cpu: Vec::new(), spans: 0, bytes: 0, dropped: 0 }
    }

    #[test]
    fn a_row_is_within_only_if_its_whole_interval_is() {
        assert_eq!(row("all", &[1.0, 1.1, 1.2, 1.1, 1.0, 1.05]).verdict(), "within");
        assert_eq!(row("all", &[1.0, 1.1, 1.3, 1.1, 1.0, 1.05]).verdict(), "cannot tell");
        assert_eq!(row("all", &[1.3, 1.4, 1.3, 1.4, 1.3, 1.3]).verdict(), "above");
        assert_eq!(row("one", &[1.3, 1.4, 1.3, 1.4, 1.3, 1.3]).verdict(), "within");
        assert_eq!(row("one", &[]).verdict(), "cannot tell");
    }
}
