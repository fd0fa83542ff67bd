//! All that is known of one trial: the body of its dialog.

use analysis::numbers::{capital, shown};
use analysis::quantities;
use maud::{Markup, html};
use protocol::catalog::Unit;
use protocol::{Catalog, Trial, Workload};

use crate::words::end;

/// Every quantity that the trial has, in the table's order, then the workload's own, each with what it means on hovering, but for
/// how many operations units did if that was fixed; then the answer, whether others disturbed it, and how it ended if that was
/// not well.
#[must_use]
pub fn trial_details(catalog: &Catalog, workload: &Workload, trial: &Trial) -> String {
    drawn(catalog, workload, trial).into_string()
}

/// Whether it says how many operations units did, and all did the same number: then it was set, and nobody starved or was ahead.
fn is_fixed(key: &str, trial: &Trial) -> bool {
    let of = |end: &str| trial.figure(&format!("unit_operations.{end}"));
    key.starts_with("unit_operations.") && of("min") == of("max")
}

fn drawn(catalog: &Catalog, workload: &Workload, trial: &Trial) -> Markup {
    // Of another version, perhaps: nothing is dropped in silence.
    let unknown =
        trial.figures.iter().chain(trial.extra.iter()).filter(|(key, _)| quantities::find(catalog, workload, key).is_none());
    html! {
        dl.facts {
            @for quantity in quantities::of(catalog, workload).filter(|quantity| !is_fixed(&quantity.key, trial)) {
                @if let Some(value) = quantities::value(trial, &quantity.key) {
                    div title=(quantity.help) {
                        dt { (quantities::label(quantity, workload)) }
                        dd { (shown(quantity.unit, value)) }
                    }
                }
            }
            @for (key, value) in unknown { div { dt { (key) } dd { (shown(Unit::Count, value)) } } }
            @if let Some(answer) = &trial.answer {
                div {
                    dt { "Answer" }
                    dd {
                        (answer)
                        @match trial.answer_ok() {
                            Some(true) => ", as expected",
                            Some(false) => ", which is wrong",
                            None => "",
                        }
                    }
                }
            }
            @if trial.disturbed {
                div { dt { "Disturbed" } dd { "other processes used more than a tenth of the machine meanwhile" } }
            }
            @if !trial.is_ok() {
                div {
                    dt { "Error" }
                    dd.error { (capital(end(trial.status))) @if let Some(words) = &trial.error { ": " (words) } }
                }
            }
        }
    }
}
