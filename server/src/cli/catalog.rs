//! `interleave catalog`: what can be run, to be read.

use std::fmt::Write;
use std::process::ExitCode;

use protocol::Catalog;
use protocol::{Parameter, Workload};

use crate::print_and_end;

pub(crate) fn catalog(catalog: &Catalog, json: bool) -> ExitCode {
    if json {
        print_and_end(&serde_json::to_string_pretty(catalog).unwrap_or_default(), ExitCode::SUCCESS)
    } else {
        print_and_end(text(catalog).trim_end(), ExitCode::SUCCESS)
    }
}

fn text(catalog: &Catalog) -> String {
    let mut text = String::from("Models\n");
    for model in &catalog.models {
        line(&mut text, &model.id, &format!("{}: {}", model.name, model.summary));
        for option in &model.options {
            line(&mut text, &format!("  {}", option.name), &accepted(option));
        }
    }
    text.push_str("\nEvery experiment\n");
    for parameter in &catalog.method {
        line(&mut text, &parameter.name, &accepted(parameter));
    }
    for workload in &catalog.workloads {
        write_workload(&mut text, workload);
    }
    text
}

fn write_workload(text: &mut String, workload: &Workload) {
    let _ = writeln!(text, "\n{}\n  {}", workload.id, workload.summary);
    for parameter in &workload.parameters {
        line(text, &parameter.name, &accepted(parameter));
    }
    for cell in &workload.cells {
        let limit = cell
            .units_limit
            .as_ref()
            .map(|limit| format!("up to {} units: {}", protocol::parameter::grouped(limit.units), limit.because));
        let words = cell.absent.as_ref().map(|reason| format!("not here: {reason}")).or(limit);
        line(text, &format!("on {}", cell.model), &words.unwrap_or_else(|| "any number of units".to_owned()));
    }
}

fn accepted(parameter: &Parameter) -> String {
    let unit = if parameter.unit.is_empty() { String::new() } else { format!(" {}", parameter.unit) };
    format!("{}; {}{unit} unless given. {}", parameter.accepted(), parameter.default(), parameter.help)
}

fn line(text: &mut String, name: &str, words: &str) {
    let _ = writeln!(text, "  {name:<24} {words}");
}
