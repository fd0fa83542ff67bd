//! A run as text: the table, the sentence, and what did not come to a result.

use std::fmt::Write;

use analysis::Summarised;
use analysis::numbers::{Scale, shown_on, time};
use analysis::orders::{Printed, printed};
use analysis::quantities::{columns, head};
use analysis::report::summarised_with;
use analysis::withheld::uncovered_words;
use charts::Subject;
use charts::conditions::meanwhile;
use charts::swept::Swept;
use protocol::report::{Interval, Summary};
use protocol::{Quantity, Role, Run, Submission, View, Workload};

use super::fit::fitted;

/// All of it, looked at like this, the table no wider than this.
pub(crate) fn text(run: &Run, view: &View, width: Option<u16>) -> String {
    let chosen = view.quantity.as_deref();
    let (catalog, experiment) = (&run.submission.catalog, &run.submission.experiment);
    let summarised = summarised_with(run, chosen);
    let subject = Subject::of_run(run, &summarised).viewed(view);
    let mut text = String::new();
    if let Some(swept) = Swept::of(&subject) {
        let (head, rows) = swept.rows();
        let _ = writeln!(text, "{}\n", fitted(&head, &rows, width));
        for line in swept.sentences().into_iter().chain(swept.left_out()) {
            let _ = writeln!(text, "{line}");
        }
    } else {
        if let Some(workload) = catalog.workload(&experiment.workload) {
            let (head, rows) = if workload.compares() { table(run, workload, &summarised, chosen) } else { orders(run) };
            let _ = writeln!(text, "{}\n", fitted(&head, &rows, width));
        }
        let sentence = Subject { over: true, ..subject }.sentence(run.submission.machine.cores);
        for line in std::iter::once(sentence.plain()).chain(sentence.lines(catalog)) {
            let _ = writeln!(text, "{line}");
        }
        if let Some(uncovered) = uncovered_words(catalog, &summarised.summary) {
            let _ = writeln!(text, "{uncovered}");
        }
    }
    add_conditions(&mut text, run);
    text.trim_end().to_owned()
}

/// How the machine was meanwhile, in a line or two.
fn add_conditions(text: &mut String, run: &Run) {
    if let Some(calibration) = &run.submission.machine.calibration {
        let wake = |nanoseconds: u64| time(nanoseconds as f64);
        let across = calibration.wake_cross_core_ns.map(|across| format!(", {} across cores", wake(across))).unwrap_or_default();
        let (clock, late) = (time(calibration.clock_ns as f64), time(calibration.timer_late_ns as f64));
        let _ = writeln!(
            text,
            "Waking a thread takes {} on one core{across} here; a clock reading {clock}; a sleep of 1 ms is {late} late.",
            wake(calibration.wake_same_core_ns)
        );
    }
    let Some(conditions) = &run.conditions else { return };
    let meanwhile = meanwhile(conditions, run.trials.len());
    if !meanwhile.is_empty() {
        let _ = writeln!(text, "Conditions: {meanwhile}.");
    }
}

/// The same of a workload that compares no figure: a row for each model, with the different orders of what it printed.
fn orders(run: &Run) -> (Vec<String>, Vec<Vec<String>>) {
    let Submission { catalog, experiment, .. } = &run.submission;
    let row = |printed: Printed<'_>| {
        let name = catalog.model(printed.model).map_or(printed.model, |model| &model.name);
        let times: Vec<String> = printed.orders.iter().map(|order| order.times.to_string()).collect();
        vec![name.to_owned(), printed.orders.len().to_string(), times.join(", "), printed.runs.to_string()]
    };
    let rows = printed(experiment, &run.trials).into_iter().filter(|printed| printed.runs > 0).map(row).collect();
    (["", "orders", "times each", "trials"].map(str::to_owned).to_vec(), rows)
}

/// The headings, and a row for each model and the control.
fn table(run: &Run, workload: &Workload, summarised: &Summarised, chosen: Option<&str>) -> (Vec<String>, Vec<Vec<String>>) {
    let catalog = &run.submission.catalog;
    let rows: Vec<&Summary> = summarised.summary.iter().filter(|summary| summary.trials > 0).collect();
    // Those that no row has are of something that this experiment does not do.
    let has_one = |quantity: &&Quantity| rows.iter().any(|row| row.value(&quantity.key).is_some());
    let general = columns(catalog, workload, chosen);
    let own = workload.figures.iter().filter(|own| !general.iter().any(|general| general.key == own.key));
    let columns: Vec<&Quantity> = general.iter().copied().chain(own).filter(has_one).collect();
    // The ends of the interval stand beside the headline and the workload's first own figure.
    let first_own = workload.figures.first().map(|quantity| quantity.key.as_str());
    let first = chosen.unwrap_or(&workload.headline.metric);
    let with_ends = |quantity: &Quantity| quantity.key == first || Some(quantity.key.as_str()) == first_own;

    let headings = columns.iter().map(|quantity| head(quantity, workload));
    let headings = std::iter::once(String::new()).chain(headings).chain(["trials".to_owned()]).collect();
    let mut table = Vec::new();
    for row in &rows {
        let name = catalog.model(&row.model).map_or(row.model.as_str(), |model| &model.name);
        let mut cells = vec![if row.role == Role::Control { format!("{name}, again (A/A)") } else { name.to_owned() }];
        for quantity in &columns {
            let of = |row: &&Summary| row.value(&quantity.key).map(|interval| interval.median);
            let largest = rows.iter().filter_map(of).fold(0.0, f64::max);
            let cell = row.value(&quantity.key).map(|Interval { median, low, high, .. }| {
                let (shown, scale) = (shown_on(quantity.unit, median, largest), Scale::of_unit(quantity.unit, largest));
                if with_ends(quantity) { format!("{shown} ({} – {})", scale.bare(low), scale.bare(high)) } else { shown }
            });
            cells.push(cell.unwrap_or_else(|| "–".to_owned()));
        }
        cells.push(row.trials.to_string());
        table.push(cells);
    }
    (headings, table)
}
