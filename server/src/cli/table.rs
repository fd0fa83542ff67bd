//! A report as text: the table, the sentence, and what did not come to a result.

use std::fmt::Write;

use analysis::Summarised;
use analysis::quantity::{Scale, significant, time};
use analysis::verdict::sentence;
use protocol::catalog::{FigureUnit, Workload};
use protocol::plan::is_control;
use protocol::report::{Interval, Summary};
use protocol::{Catalog, Report};

use super::fit::fitted;
use crate::sweep::Sweep;

/// All of it, the table no wider than this.
pub(crate) fn text(catalog: &Catalog, report: &Report, width: Option<u16>) -> String {
    let mut text = String::new();
    if let Some(sweep) = Sweep::of(catalog, report) {
        let (head, rows) = sweep.rows();
        let _ = writeln!(text, "{}\n", fitted(&head, &rows, width));
        for line in sweep.sentences().into_iter().chain(sweep.left_out()) {
            let _ = writeln!(text, "{line}");
        }
        add_conditions(&mut text, report);
        return text.trim_end().to_owned();
    }
    if let Some(workload) = catalog.workload(&report.experiment.workload) {
        let (head, rows) = table(catalog, workload, report);
        let _ = writeln!(text, "{}\n", fitted(&head, &rows, width));
    }
    let summarised = Summarised {
        summary: report.summary.clone(),
        comparisons: report.comparisons.clone(),
        noise_floor: report.noise_floor.clone(),
    };
    let sentence = sentence(catalog, &report.experiment, &report.trials, &summarised, report.machine.cores, true);
    let _ = writeln!(text, "{}", sentence.plain());
    add_conditions(&mut text, report);
    text.trim_end().to_owned()
}

/// How the machine was meanwhile, in a line or two.
fn add_conditions(text: &mut String, report: &Report) {
    if let Some(calibration) = &report.machine.calibration {
        let wake = |nanoseconds: u64| time(nanoseconds as f64);
        let across = calibration.wake_cross_core_ns.map(|across| format!(", {} across cores", wake(across))).unwrap_or_default();
        let (clock, late) = (time(calibration.clock_ns as f64), time(calibration.timer_late_ns as f64));
        let _ = writeln!(
            text,
            "To wake a thread takes {} on one core{across} here; a clock reading {clock}; a sleep of 1 ms is {late} late.",
            wake(calibration.wake_same_core_ns)
        );
    }
    let Some(conditions) = &report.conditions else { return };
    let number = |value: f64| significant(value);
    let mut parts = Vec::new();
    parts.extend(
        conditions.load_before.zip(conditions.load_after).map(|(a, b)| format!("load {} before, {} after", number(a), number(b))),
    );
    parts.extend(conditions.steal.map(|share| format!("steal {} %", number(share * 100.0))));
    parts.extend(conditions.throttled.map(|times| format!("throttled {times} times")));
    if conditions.disturbed > 0 {
        let all = report.trials.len();
        parts.push(format!("others used more than a tenth of the machine during {} of {all} trials", conditions.disturbed));
    }
    if !parts.is_empty() {
        let _ = writeln!(text, "Conditions: {}.", parts.join("; "));
    }
}

/// One quantity of every row, on one scale.
struct Column<'a> {
    heading: String,
    value: Box<Value<'a>>,
    scale: fn(f64) -> Scale,
    interval: bool,
}

type Value<'a> = dyn Fn(&Summary) -> Option<Interval> + 'a;

/// The headings, and a row for each label.
fn table(catalog: &Catalog, workload: &Workload, report: &Report) -> (Vec<String>, Vec<Vec<String>>) {
    let rows: Vec<&Summary> = report.summary.iter().filter(|summary| summary.trials > 0).collect();
    let columns = columns(workload, &rows);
    let headings = columns.iter().map(|column| column.heading.as_str());
    let head = std::iter::once("").chain(headings).chain(["threads", "trials"]).map(str::to_owned).collect();
    let mut table = Vec::new();
    let scales: Vec<Option<Scale>> = columns
        .iter()
        .map(|column| {
            let largest = rows.iter().filter_map(|row| (column.value)(row)).map(|interval| interval.median).reduce(f64::max);
            largest.map(column.scale)
        })
        .collect();
    for row in rows {
        let name = catalog.model(&row.model).map_or(row.model.as_str(), |model| &model.name);
        let mut cells = vec![if is_control(&row.label) { format!("{name}, again (A/A)") } else { name.to_owned() }];
        for (column, scale) in columns.iter().zip(&scales) {
            let shown = (column.value)(row).zip(*scale).map(|(interval, scale)| {
                let Interval { median, low, high } = interval;
                if column.interval {
                    format!("{} ({} – {})", scale.show(median), scale.bare(low), scale.bare(high))
                } else {
                    scale.show(median)
                }
            });
            cells.push(shown.unwrap_or_else(|| "–".to_owned()));
        }
        cells.push(row.os_threads_peak.map_or_else(|| "–".to_owned(), protocol::catalog::grouped));
        cells.push(row.trials.to_string());
        table.push(cells);
    }
    (head, table)
}

fn columns<'a>(workload: &'a Workload, rows: &[&Summary]) -> Vec<Column<'a>> {
    let column = |heading: &str, scale: fn(f64) -> Scale, interval: bool, value: fn(&Summary) -> Option<Interval>| Column {
        heading: heading.to_owned(),
        value: Box::new(value),
        scale,
        interval,
    };
    let mut columns = vec![
        column(&format!("{}/s", workload.operation.many), Scale::of_count, true, |row| row.ops_per_s),
        column("p50", Scale::of_time, false, |row| row.latency_ns.map(|latency| latency.p50)),
        column("p99", Scale::of_time, false, |row| row.latency_ns.map(|latency| latency.p99)),
        column("p99.9", Scale::of_time, false, |row| row.latency_ns.map(|latency| latency.p999)),
        column("memory", Scale::of_bytes, false, |row| row.memory_bytes),
        column("CPU/op", Scale::of_time, false, |row| row.cpu_ns_per_operation),
        column("switches/op", Scale::of_count, false, |row| row.switches_per_operation),
    ];
    // Those that no row has are of something that this experiment does not do.
    let figures = workload.figures.iter().filter(|figure| rows.iter().any(|row| row.extra.contains_key(&figure.key)));
    for (index, figure) in figures.enumerate() {
        let scale = match figure.unit {
            FigureUnit::Nanoseconds => Scale::of_time,
            FigureUnit::Bytes | FigureUnit::BytesPerSecond => Scale::of_bytes,
            FigureUnit::Count | FigureUnit::Share => Scale::of_count,
        };
        let value = Box::new(|row: &Summary| row.extra.get(&figure.key).copied());
        columns.push(Column { heading: figure.label.to_lowercase(), value, scale, interval: index == 0 });
    }
    columns
}
