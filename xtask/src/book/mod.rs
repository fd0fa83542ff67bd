//! `cargo xtask book`: `docs/workloads` and `docs/models`, a page for each of the catalogue's, with pictures of real runs.
//!
//! Every workload is run here and now as it is by default, on the models that a visitor is given; and the first preset's workload
//! on every model there is. The words are the catalogue's and the report's, the pictures are those of `charts`: only what a result
//! means is written by hand ([`meanings`]).

mod meanings;
mod pages;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::server::{self, Server};
use crate::{http, place, say};

pub(crate) const TAKES: &str = "[--only WORKLOAD|models]…   these pages alone";

/// What the pages of the models are called where workloads are named.
const MODELS: &str = "models";

/// The models that a visitor is given.
const FIRST: [&str; 3] = ["threads", "tokio", "actix"];

/// Six are the fewest for a verdict; these tell more.
const REPETITIONS: u64 = 10;

/// Nine models are 36 pairs: of ten repetitions no result is rare enough.
const REPETITIONS_FOR_ALL: u64 = 14;

/// What every model is run on.
const FOR_ALL: &str = "tcp-echo";
const UNITS_FOR_ALL: u64 = 100;

/// A run that is over.
struct Measured {
    report: Value,
    /// The picture that proves the sentence, and the one of the ratios.
    trials: String,
    ratios: Option<String>,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let only = arguments.values("--only")?;
    arguments.end()?;
    server::build()?;
    let server = Server::start("book")?;
    let catalog = http::ask(server.address, "GET", "/api/catalog", None)?.json()?;
    let docs = place::root().join("docs");
    let wanted = |id: &str| only.is_empty() || only.iter().any(|one| one == id);

    let workloads = docs.join("workloads");
    fs::create_dir_all(&workloads)?;
    for workload in list(&catalog, "workloads").iter().filter(|workload| wanted(text(workload, "id"))) {
        let id = text(workload, "id");
        let meaning = meanings::of(id).with_context(|| format!("xtask/src/book/meanings.rs does not say what {id} means"))?;
        let measured = measure(&server, &json!({"workload": id, "models": first_of(workload), "repetitions": REPETITIONS}))?;
        write(&workloads.join(format!("{id}.svg")), &measured.trials)?;
        if let Some(ratios) = &measured.ratios {
            write(&workloads.join(format!("{id}-ratios.svg")), ratios)?;
        }
        write(&workloads.join(format!("{id}.md")), &pages::workload(&catalog, workload, &measured, meaning))?;
        say(&format!("{id}: {}", pages::sentence(&measured.report).replace('\n', " ")));
    }
    write(&workloads.join("README.md"), &pages::index(&catalog, &workloads)?)?;

    if wanted(MODELS) {
        let models = docs.join("models");
        fs::create_dir_all(&models)?;
        let workload =
            list(&catalog, "workloads").iter().find(|workload| text(workload, "id") == FOR_ALL).context("no workload")?;
        let ids: Vec<&str> = present(workload);
        let experiment =
            json!({"workload": FOR_ALL, "models": ids, "params": {"units": UNITS_FOR_ALL}, "repetitions": REPETITIONS_FOR_ALL});
        let (id, measured) = measured_as(&server, &experiment)?;
        for model in list(&catalog, "models") {
            let name = text(model, "id");
            let picture = picture(&server, &id, &format!("ratios.svg?base={name}")).filter(|_| ids.contains(&name));
            if let Some(picture) = &picture {
                write(&models.join(format!("{name}.svg")), picture)?;
            }
            write(&models.join(format!("{name}.md")), &pages::model(&catalog, model, &measured, picture.is_some()))?;
        }
        write(&models.join("README.md"), &pages::models(&catalog))?;
    }
    Ok(())
}

/// Runs it to its end.
fn measure(server: &Server, experiment: &Value) -> Result<Measured> {
    Ok(measured_as(server, experiment)?.1)
}

/// The same, with the run's id.
fn measured_as(server: &Server, experiment: &Value) -> Result<(String, Measured)> {
    let (id, run) = server.measure(experiment)?;
    let report = run["report"].clone();
    // Where no figure is compared, the orders of lines are the picture.
    let proof = || ["trials.svg", "orders.svg"].into_iter().find_map(|name| picture(server, &id, name));
    let trials = proof().context("a run without a picture")?;
    let ratios = picture(server, &id, "ratios.svg");
    Ok((id, Measured { report, trials, ratios }))
}

fn picture(server: &Server, id: &str, name: &str) -> Option<String> {
    let answer = http::ask(server.address, "GET", &format!("/api/runs/{id}/pictures/{name}"), None).ok()?;
    (answer.status == 200).then(|| String::from_utf8_lossy(&answer.body).into_owned())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// The models of a visitor that can run it; others if they are fewer than two.
fn first_of(workload: &Value) -> Vec<&str> {
    let present = present(workload);
    let first: Vec<&str> = FIRST.into_iter().filter(|model| present.contains(model)).collect();
    if first.len() > 1 { first } else { present.into_iter().take(FIRST.len()).collect() }
}

/// The models that can run it.
fn present(workload: &Value) -> Vec<&str> {
    list(workload, "cells").iter().filter(|cell| cell["absent"].is_null()).map(|cell| text(cell, "model")).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}
