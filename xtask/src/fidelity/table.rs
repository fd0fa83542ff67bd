//! The rows as a table: in the terminal, and as `docs/fidelity.md`.

use std::process::Command;

use analysis::interval::median;
use anyhow::Result;
use serde_json::Value;

use super::cases::{Case, Quantity};
use super::row::{Row, Verdict};
use super::{SEED, WORKERS};
use crate::process::output;

const COLUMNS: usize = 11;
const HEAD: [&str; COLUMNS] =
    ["workload", "parameters", "model", "cores", "by hand", "harness", "ratio", "95 %", "band", "rounds", ""];
const WIDTHS: [usize; COLUMNS] = [14, 34, 20, 5, 9, 9, 6, 13, 5, 6, 11];

pub(super) fn head() -> String {
    columns(&HEAD.map(str::to_owned))
}

pub(super) fn line(row: &Row) -> String {
    columns(&cells(row))
}

fn cells(row: &Row) -> [String; COLUMNS] {
    let Case(workload, model, params) = row.case;
    let figure = |values: &[f64]| {
        let median = median(values).unwrap_or(f64::NAN);
        match row.case.quantity() {
            Quantity::Bytes(_) => format!("{median:.0} B"),
            Quantity::PerOperation | Quantity::Nanoseconds(_) => nanoseconds(median),
        }
    };
    let [ratio, low, high] = row.ratio();
    [
        workload.to_owned(),
        params.to_owned(),
        model.to_owned(),
        row.cores.to_owned(),
        figure(&row.by_hand),
        figure(&row.harness),
        format!("{ratio:.3}"),
        format!("{low:.3}..{high:.3}"),
        format!("{:.0} %", row.band() * 100.0),
        row.rounds().to_string(),
        row.verdict().words().to_owned(),
    ]
}

fn columns(cells: &[String; COLUMNS]) -> String {
    let cell = |(place, text): (usize, &String)| match place {
        4..=9 => format!("{text:>width$}", width = WIDTHS[place]),
        _ => format!("{text:<width$}", width = WIDTHS[place]),
    };
    cells.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// "730 ns", "12.4 µs", "1.25 ms"
fn nanoseconds(figure: f64) -> String {
    match figure {
        _ if figure < 100.0 => format!("{figure:.1} ns"),
        _ if figure < 10_000.0 => format!("{figure:.0} ns"),
        _ if figure < 1e6 => format!("{:.1} µs", figure / 1e3),
        _ => format!("{:.2} ms", figure / 1e6),
    }
}

/// The table, and where it is from. Rows that were not measured now are those of the table of `before`.
pub(super) fn page(rows: &[Row], before: &str, report: &Value) -> Result<String> {
    let (machine, build) = (&report["machine"], &report["build"]);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let version = |library: &str| format!("{library} {}", word(&build["libraries"][library]));
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?.trim().to_owned();
    let memory = machine["memory_bytes"].as_f64().unwrap_or_default() / f64::from(1 << 30);
    let recorded = format!("{date}, {}", word(&build["commit"]));
    let lines = lines(rows, before, &recorded);
    let count = |verdict: Verdict| lines.iter().filter(|line| line.contains(&format!("| {} |", verdict.words()))).count();
    let [within, outside, unsure] = Verdict::ALL.map(|verdict| format!("{} {}", count(verdict), verdict.words()));
    let mut text = format!(
        "# The harness against plain programs\n\n\
         Written by `cargo xtask fidelity --record`, and by nothing else. What is compared, how, and what is outside and why: \
         [measurement.md](measurement.md#fidelity).\n\n\
         {}, {} cores, {memory:.0} GiB; {}, {}. Interleave {}, rustc {}, {}, {}; workers {WORKERS}, seed {SEED}. Each row says \
         when it was measured, and of which build.\n\n\
         {} rows: {within}, {outside}, {unsure}.\n\n",
        word(&machine["cpu"]),
        machine["cores"],
        word(&machine["os"]),
        word(&machine["kernel"]),
        word(&build["version"]),
        word(&build["rustc"]),
        version("tokio"),
        version("actix"),
        lines.len(),
    );
    let heads: Vec<&str> = HEAD.into_iter().chain(["recorded"]).collect();
    text += &format!("| {} |\n", heads.join(" | "));
    text += "| --- | --- | --- | --- | --: | --: | --: | --: | --: | --: | --- | --- |\n";
    lines.iter().for_each(|line| text += &format!("{line}\n"));
    Ok(text)
}

/// A line for each row: of those that were measured now, and where there was one before, in its place.
fn lines(rows: &[Row], before: &str, recorded: &str) -> Vec<String> {
    // What a row is of: workload, parameters, model, cores.
    let of = |line: &str| line.split(" | ").take(4).map(str::to_owned).collect::<Vec<_>>();
    let mut lines: Vec<String> =
        before.lines().skip_while(|line| !line.starts_with("| ---")).skip(1).map(str::to_owned).collect();
    for row in rows {
        let line = format!("| {} | {recorded} |", cells(row).join(" | "));
        match lines.iter().position(|other| of(other) == of(&line)) {
            Some(place) => lines[place] = line,
            None => lines.push(line),
        }
    }
    lines
}
