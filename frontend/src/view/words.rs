//! Words that several views use: durations, names of labels, the end of a trial.

use analysis::quantity::{Scale, bytes, count, decimal, significant, time};
use protocol::catalog::{FigureUnit, Metric, grouped};
use protocol::plan::{AGAIN, TRACED};
use protocol::{Catalog, TrialStatus};
use yew::{Html, html};

/// A wait as a person says it: "9 s", "1 min 20 s". Milliseconds.
pub(super) fn wait(ms: f64) -> String {
    let seconds = (ms / 1000.0).round() as u64;
    if seconds == 0 {
        return "less than a second".into();
    }
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// How long something took, with a tenth of a second where that is much. Milliseconds.
pub(super) fn took(ms: f64) -> String {
    if ms < 60_000.0 { format!("{} s", decimal(ms / 1000.0, 1)) } else { wait(ms) }
}

/// A share of one as CSS has it.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", decimal(share * 100.0, 2))
}

/// A text in which `code` stands between backticks.
pub(super) fn prose(text: &str) -> Html {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => html! { { part } },
        _ => html! { <code>{ part }</code> },
    });
    html! { <>{ for parts }</> }
}

/// A count and its noun: "1 trial", "20 trials".
pub(super) fn counted(count: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(count as u64), if count == 1 { "" } else { "s" })
}

/// "Tokio", or "Tokio, again (A/A)" of the control.
pub(super) fn label(catalog: &Catalog, label: &str) -> String {
    let (id, which) = match (label.strip_suffix(AGAIN), label.strip_suffix(TRACED)) {
        (Some(id), _) => (id, ", again (A/A)"),
        (_, Some(id)) => (id, ", traced"),
        _ => (label, ""),
    };
    format!("{}{which}", catalog.model(id).map_or(id, |model| &model.name))
}

/// How a trial ended.
pub(super) fn end(status: TrialStatus) -> &'static str {
    match status {
        TrialStatus::Ok => "ok",
        TrialStatus::Refused => "refused by the machine",
        TrialStatus::Failed => "failed",
        TrialStatus::Timeout => "took too long",
        TrialStatus::Killed => "killed",
        TrialStatus::Cancelled => "cancelled",
        TrialStatus::Invalid => "wrong answer",
    }
}

pub(super) fn metric_scale(metric: Metric, greatest: f64) -> Scale {
    match metric {
        Metric::OpsPerS => Scale::of_count(greatest),
        Metric::MemoryBytes => Scale::of_bytes(greatest),
    }
}

/// A workload's own figure; the scale is that of the greatest in its column.
pub(super) fn figure(unit: FigureUnit, value: f64, greatest: f64) -> String {
    match unit {
        FigureUnit::Nanoseconds => Scale::of_time(greatest).show(value),
        FigureUnit::Bytes => Scale::of_bytes(greatest).show(value),
        FigureUnit::BytesPerSecond => format!("{}/s", Scale::of_bytes(greatest).show(value)),
        FigureUnit::Count if greatest < 1e6 && value.fract() == 0.0 => grouped(value as u64),
        FigureUnit::Count => Scale::of_count(greatest).show(value),
        FigureUnit::Share => format!("{} %", significant(value * 100.0)),
    }
}

pub(super) fn duration_ns(value: u64) -> String {
    time(value as f64)
}

pub(super) fn size(value: u64) -> String {
    bytes(value as f64)
}

pub(super) fn rate(value: f64) -> String {
    format!("{}/s", count(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_as_a_person_says_it() {
        assert_eq!(wait(9_400.0), "9 s");
        assert_eq!(wait(400.0), "less than a second");
        assert_eq!(wait(80_000.0), "1 min 20 s");
        assert_eq!(wait(120_000.0), "2 min");
        assert_eq!(wait(3_720_000.0), "1 h 2 min");
        assert_eq!(took(23_840.0), "23.8 s");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!((counted(1, "trial"), counted(1200, "trial")), ("1 trial".into(), "1,200 trials".into()));
    }
}
