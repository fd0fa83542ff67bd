//! Trials as CSV, one line each, for a spreadsheet or a notebook: what is in the report, in the order of the table of
//! quantities.

use analysis::quantities::{self, csv_name, value};
use protocol::{Quantity, Run, Trial};

/// A column of a trial that is no quantity: its name, and what stands in it.
type Column = (&'static str, fn(&Trial) -> String);

/// Which trial it is, and how it ended.
const BEFORE: [Column; 8] = [
    ("order", |trial| trial.planned.order.to_string()),
    ("model", |trial| trial.planned.model.clone()),
    ("label", |trial| trial.planned.label()),
    ("repetition", |trial| trial.planned.repetition.to_string()),
    ("at", |trial| text(trial.planned.at)),
    ("also_at", |trial| text(trial.planned.also_at)),
    ("status", |trial| trial.status.to_string()),
    ("error", |trial| trial.error.clone().unwrap_or_default()),
];

/// The result of its work.
const BEHIND: [Column; 4] = [
    ("answer", |trial| trial.answer.clone().unwrap_or_default()),
    ("answer_ok", |trial| text(trial.answer_ok())),
    ("disturbed", |trial| trial.disturbed.to_string()),
    ("printed", |trial| trial.printed.join("; ")),
];

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// All of them, with a line of names first.
pub(crate) fn trials(run: &Run) -> Result<String, csv::Error> {
    let catalog = &run.submission.catalog;
    let workload = catalog.workload(&run.submission.experiment.workload);
    let has_one = |quantity: &&Quantity| run.trials.iter().any(|trial| value(trial, &quantity.key).is_some());
    let own = workload.into_iter().flat_map(|workload| &workload.figures).filter(has_one);
    let quantities: Vec<&Quantity> = catalog.quantities.iter().chain(own).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = quantities.iter().map(|quantity| csv_name(&quantity.key));
    let named = |columns: &[Column]| columns.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
    writer.write_record(named(&BEFORE).into_iter().chain(names).chain(named(&BEHIND)))?;
    for trial in &run.trials {
        let figures = quantities.iter().map(|quantity| text(quantities::value(trial, &quantity.key)));
        let of = |columns: &[Column]| columns.iter().map(|(_, value)| value(trial)).collect::<Vec<_>>();
        writer.write_record(of(&BEFORE).into_iter().chain(figures).chain(of(&BEHIND)))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}
