//! A report as text: the table, the sentence, and what did not come to a result.

use std::fmt::Write;

use analysis::Summarised;
use analysis::quantity::Scale;
use analysis::verdict::sentence;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use protocol::catalog::{FigureUnit, Workload};
use protocol::plan::is_control;
use protocol::report::{Interval, Summary};
use protocol::{Catalog, Report};

/// All of it.
pub(crate) fn text(catalog: &Catalog, report: &Report) -> String {
    let mut text = String::new();
    if let Some(workload) = catalog.workload(&report.experiment.workload) {
        let _ = writeln!(text, "{}\n", table(catalog, workload, report));
    }
    let summarised = Summarised {
        summary: report.summary.clone(),
        comparisons: report.comparisons.clone(),
        noise_floor: report.noise_floor.clone(),
    };
    let sentence = sentence(catalog, &report.experiment, &report.trials, &summarised, report.machine.cores, true);
    let _ = writeln!(text, "{}", sentence.plain());
    let disturbed = report.trials.iter().filter(|trial| trial.disturbed).count();
    if disturbed > 0 {
        let _ =
            writeln!(text, "Others used more than a tenth of the machine during {disturbed} of {} trials.", report.trials.len());
    }
    text.trim_end().to_owned()
}

/// One quantity of every row, on one scale.
struct Column<'a> {
    heading: String,
    value: Box<Value<'a>>,
    scale: fn(f64) -> Scale,
    interval: bool,
}

type Value<'a> = dyn Fn(&Summary) -> Option<Interval> + 'a;

fn table(catalog: &Catalog, workload: &Workload, report: &Report) -> Table {
    let rows: Vec<&Summary> = report.summary.iter().filter(|summary| summary.trials > 0).collect();
    let columns = columns(workload, &rows);
    let mut table = Table::new();
    table.load_style(NOTHING);
    table
        .set_header(std::iter::once("").chain(columns.iter().map(|column| column.heading.as_str())).chain(["threads", "trials"]));
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
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
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
    for figure in workload.figures.iter().filter(|figure| rows.iter().any(|row| row.extra.contains_key(&figure.key))) {
        let scale = match figure.unit {
            FigureUnit::Nanoseconds => Scale::of_time,
            FigureUnit::Bytes | FigureUnit::BytesPerSecond => Scale::of_bytes,
            FigureUnit::Count | FigureUnit::Share => Scale::of_count,
        };
        let value = Box::new(|row: &Summary| row.extra.get(&figure.key).copied());
        columns.push(Column { heading: figure.label.to_lowercase(), value, scale, interval: false });
    }
    columns
}
