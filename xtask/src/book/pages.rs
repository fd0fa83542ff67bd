//! The pages as Markdown.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{FOR_ALL, Measured, UNITS_FOR_ALL, list, text};

/// What a generated page says of itself.
const GENERATED: &str = "Written by `cargo xtask book`, from the catalogue and a run on the machine that is named below.";

/// What came out, in words: the sentence, and in a second line what it rests on.
pub(super) fn sentence(report: &Value) -> &str {
    text(report, "sentence")
}

/// A workload: what it is, what came out of it by default, and who can run it.
pub(super) fn workload(catalog: &Value, workload: &Value, measured: &Measured, meaning: &str) -> String {
    let (id, name) = (text(workload, "id"), text(workload, "name"));
    let (first, rest) = sentence(&measured.report).split_once('\n').unwrap_or((sentence(&measured.report), ""));
    let mut page = format!("# {name}\n\n{}\n\n{}\n\n", text(workload, "summary"), text(workload, "help"));
    let _ = write!(page, "## By default\n\n> {first}\n\n{rest}\n\n{meaning}\n\n![Every trial]({id}.svg)\n\n");
    if measured.ratios.is_some() {
        let _ = write!(page, "![Each model against another]({id}-ratios.svg)\n\n");
    }
    let _ = write!(
        page,
        "{}\n\n## Parameters\n\n| name | default | from | to | what it is |\n| --- | --- | --- | --- | --- |\n",
        origin(&measured.report)
    );
    for parameter in list(workload, "parameters") {
        let number = |name: &str| parameter[name].as_u64().map(|number| number.to_string()).unwrap_or_default();
        let default = parameter["default"].as_str().map_or_else(|| number("default"), str::to_owned);
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            text(parameter, "name"),
            cell(&default),
            number("min"),
            number("max"),
            cell(text(parameter, "help"))
        );
    }
    page += "\n## Models\n\n| model | |\n| --- | --- |\n";
    for model in list(workload, "cells") {
        let words = match model["absent"].as_str() {
            Some(why) => format!("not here: {}", cell(why)),
            None => format!("[code](../../{})", text(model, "source")),
        };
        let _ =
            writeln!(page, "| [{}](../models/{}.md) | {words} |", name_of(catalog, text(model, "model")), text(model, "model"));
    }
    format!("{page}\n{GENERATED}\n")
}

/// The table of all workloads: read back from their pages, so that one that was written alone is in it too.
pub(super) fn index(catalog: &Value, folder: &Path) -> Result<String> {
    let mut page = String::from(
        "# Workloads\n\nEach as it is by default, on the models that a visitor is given: what came out, and what it means. The picture that proves a sentence is on its page.\n\n| workload | what came out | what it means |\n| --- | --- | --- |\n",
    );
    for workload in list(catalog, "workloads") {
        let (id, name) = (text(workload, "id"), text(workload, "name"));
        let path = folder.join(format!("{id}.md"));
        let of_it = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let sentence = of_it.lines().find_map(|line| line.strip_prefix("> ")).with_context(|| path.display().to_string())?;
        let meaning = super::meanings::of(id).unwrap_or_default();
        let _ = writeln!(page, "| [{name}]({id}.md) | {} [Picture]({id}.svg) | {} |", cell(sentence), cell(meaning));
    }
    Ok(format!("{page}\n{GENERATED}\n"))
}

/// A model: what it is, what it is beside the others, and what it can run.
pub(super) fn model(catalog: &Value, model: &Value, measured: &Measured, has_picture: bool) -> String {
    let (id, name) = (text(model, "id"), text(model, "name"));
    let mut page = format!("# {name}\n\n{}\n\n", text(model, "summary"));
    if has_picture {
        let _ = write!(
            page,
            "## Beside the others\n\n{UNITS_FOR_ALL} connections of [TCP echo](../workloads/{FOR_ALL}.md), each model against {name}:\n\n![Each model against {name}]({id}.svg)\n\n{}\n\n",
            origin(&measured.report)
        );
    }
    let options = list(model, "options");
    if !options.is_empty() {
        page += "## Options\n\n| name | what it is |\n| --- | --- |\n";
        for option in options {
            let _ = writeln!(page, "| `{}` | {} |", text(option, "name"), cell(text(option, "help")));
        }
        page.push('\n');
    }
    page += "## Workloads\n\n| workload | |\n| --- | --- |\n";
    for workload in list(catalog, "workloads") {
        let Some(found) = list(workload, "cells").iter().find(|cell| text(cell, "model") == id) else { continue };
        let words = match found["absent"].as_str() {
            Some(why) => format!("not here: {}", cell(why)),
            None => format!("[code](../../{})", text(found, "source")),
        };
        let _ = writeln!(page, "| [{}](../workloads/{}.md) | {words} |", text(workload, "name"), text(workload, "id"));
    }
    format!("{page}\n{GENERATED}\n")
}

/// The table of all models.
pub(super) fn models(catalog: &Value) -> String {
    let mut page = String::from("# Models\n\n| model | id | what it is |\n| --- | --- | --- |\n");
    for model in list(catalog, "models") {
        let _ = writeln!(
            page,
            "| [{}]({}.md) | `{}` | {} |",
            text(model, "name"),
            text(model, "id"),
            text(model, "id"),
            cell(text(model, "summary"))
        );
    }
    format!("{page}\n{GENERATED}\n")
}

/// Where and with what it was measured.
fn origin(report: &Value) -> String {
    let machine = &report["machine"];
    let disturbed = list(report, "trials").iter().filter(|trial| trial["disturbed"] == true).count();
    format!(
        "Measured on {} cores of {}, build {}: {} trials, {disturbed} of them disturbed by others.",
        machine["cores"],
        text(machine, "cpu"),
        text(&report["build"], "commit"),
        list(report, "trials").len()
    )
}

fn name_of<'a>(catalog: &'a Value, id: &'a str) -> &'a str {
    list(catalog, "models").iter().find(|model| text(model, "id") == id).map_or(id, |model| text(model, "name"))
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
