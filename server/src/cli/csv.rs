//! Trials as CSV, a line each, for a spreadsheet or a notebook: what stands in the report, under the same names.

use std::collections::BTreeSet;

use protocol::{Report, Trial};

/// A column: its name, and what stands in it.
type Column = (&'static str, fn(&Trial) -> String);

/// Those that every trial has. What a workload reports besides follows them by its key.
const COLUMNS: &[Column] = &[
    ("order", |trial| trial.order.to_string()),
    ("model", |trial| trial.model.clone()),
    ("label", |trial| trial.label.clone()),
    ("repetition", |trial| trial.repetition.to_string()),
    ("at", |trial| text(trial.at)),
    ("status", |trial| trial.status.word().to_owned()),
    ("error", |trial| trial.error.clone().unwrap_or_default()),
    ("wall_ns", |trial| text(trial.wall_ns)),
    ("operations", |trial| text(trial.operations)),
    ("ops_per_s", |trial| text(trial.ops_per_s)),
    ("latency_p50_ns", |trial| text(trial.latency_ns.map(|latency| latency.p50))),
    ("latency_p90_ns", |trial| text(trial.latency_ns.map(|latency| latency.p90))),
    ("latency_p99_ns", |trial| text(trial.latency_ns.map(|latency| latency.p99))),
    ("latency_p999_ns", |trial| text(trial.latency_ns.map(|latency| latency.p999))),
    ("latency_max_ns", |trial| text(trial.latency_ns.map(|latency| latency.max))),
    ("latency_mean_ns", |trial| text(trial.latency_ns.map(|latency| latency.mean))),
    ("user_ns", |trial| text(trial.user_ns)),
    ("system_ns", |trial| text(trial.system_ns)),
    ("measured_user_ns", |trial| text(trial.measured.map(|usage| usage.user_ns))),
    ("measured_system_ns", |trial| text(trial.measured.map(|usage| usage.system_ns))),
    ("voluntary_switches", |trial| text(trial.voluntary_switches)),
    ("involuntary_switches", |trial| text(trial.involuntary_switches)),
    ("peak_rss_bytes", |trial| text(trial.peak_rss_bytes)),
    ("kernel_memory_bytes", |trial| text(trial.kernel_memory_bytes)),
    ("os_threads_peak", |trial| text(trial.os_threads_peak)),
    ("unit_operations_min", |trial| text(trial.unit_operations.map(|operations| operations.min))),
    ("unit_operations_max", |trial| text(trial.unit_operations.map(|operations| operations.max))),
    ("answer", |trial| trial.answer.clone().unwrap_or_default()),
    ("answer_ok", |trial| text(trial.answer_ok)),
    ("foreign_cpu", |trial| text(trial.foreign_cpu)),
    ("disturbed", |trial| trial.disturbed.to_string()),
];

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// All of them, with a line of names first.
pub(crate) fn trials(report: &Report) -> Result<String, csv::Error> {
    let own: BTreeSet<&String> = report.trials.iter().flat_map(|trial| trial.extra.keys()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS.iter().map(|(name, _)| *name).chain(own.iter().map(|key| key.as_str())))?;
    for trial in &report.trials {
        let figures = own.iter().map(|key| text(trial.extra.get(*key).copied()));
        writer.write_record(COLUMNS.iter().map(|(_, value)| value(trial)).chain(figures))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}
