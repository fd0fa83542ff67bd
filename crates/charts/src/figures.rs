//! All of it in figures: a row for each model and for the A/A control, a quantity in each column, one unit down a column.
//! What came to no result says why.

use analysis::bootstrap::median;
use maud::{Markup, html};
use protocol::report::{Interval, Summary};
use protocol::{Trial, TrialStatus, Workload};

use crate::access::{self, Group, Quantity};
use crate::mark::{Kind, drawn as mark};
use crate::words::end;
use crate::{Medium, Subject};

/// Both tables: what every workload reports, and what only this one does.
#[must_use]
pub fn figures(subject: &Subject<'_>, medium: Medium) -> String {
    drawn(subject, medium).into_string()
}

pub(crate) fn drawn(subject: &Subject<'_>, medium: Medium) -> Markup {
    let Some(workload) = subject.workload() else { return html! {} };
    html! {
        (general(subject, workload, medium))
        (own(subject, workload))
    }
}

/// A column: its quantity, and the middle value in it, whose scale all of them have: one model that is a thousand times
/// off must not cost the others their figures.
struct Column {
    quantity: Quantity,
    middle: f64,
}

impl Column {
    /// `None` of a column in which nothing stands.
    fn of(quantity: Quantity, summaries: &[Summary]) -> Option<Self> {
        let value = |summary: &Summary| access::interval_of(summary, &quantity.key).map(|interval| interval.median);
        let values: Vec<f64> = summaries.iter().filter_map(value).collect();
        Some(Self { middle: median(&values)?, quantity })
    }
}

fn general(subject: &Subject<'_>, workload: &Workload, medium: Medium) -> Markup {
    let summaries = subject.summarised.summary.as_slice();
    let quantities = access::columns(workload);
    let last = quantities.len() - 1;
    // While a run goes on its columns stand from the start; at its end those that stayed empty are left out.
    let column = |(index, quantity): (usize, Quantity)| {
        let empty = (!subject.over || index == last).then(|| Column { quantity: quantity.clone(), middle: 0.0 });
        Column::of(quantity, summaries).or(empty)
    };
    let columns: Vec<Column> = quantities.into_iter().enumerate().filter_map(column).collect();
    html! {
        section.figures aria-label="Figures" {
            div.scroll tabindex="0" role="group" aria-label="Table of figures" {
                table data-testid="table" {
                    thead {
                        tr {
                            th scope="col" { span.out { "Model" } }
                            @for Column { quantity, .. } in &columns { th scope="col" title=(quantity.help) { (quantity.head) } }
                        }
                    }
                    tbody { @for summary in summaries { (row(subject, summary, &columns, medium)) } }
                }
            }
            p.small.muted {
                "Medians over the trials, with the 95 % interval of the first column's."
                @if medium == Medium::Page { " Everything else of a trial is behind its cell in the strip." }
            }
        }
    }
}

fn row(subject: &Subject<'_>, summary: &Summary, columns: &[Column], medium: Medium) -> Markup {
    let group = Group::of(summary);
    let trials: Vec<&Trial> = group.trials(subject.trials).collect();
    let bad: Vec<&Trial> = trials.iter().copied().filter(|trial| trial.status != TrialStatus::Ok).collect();
    let why = bad.first().map(|first| reason(first, bad.len(), trials.len(), medium));
    if summary.trials == 0 {
        return html! {
            tr data-label=(group.key()) {
                (head(subject, &group))
                td.why colspan=(columns.len()) { @if let Some(why) = why { (why) } @else { span.muted { "–" } } }
            }
        };
    }
    html! {
        tr class=[group.control.then_some("control")] data-label=(group.key()) {
            (head(subject, &group))
            @for (index, column) in columns.iter().enumerate() { (cell(summary, column, index == 0)) }
        }
        @if let Some(why) = why { tr.also { td.why colspan=(columns.len() + 1) { (why) } } }
    }
}

fn head(subject: &Subject<'_>, group: &Group<'_>) -> Markup {
    let kind = if group.control { Kind::Control } else { Kind::Model };
    html! {
        th scope="row" {
            span.who { (mark(subject.catalog.model(group.model), kind)) (group.name(subject.catalog)) }
        }
    }
}

/// The median; the interval's ends beside it in the first column, elsewhere on hovering.
fn cell(summary: &Summary, Column { quantity, middle }: &Column, first: bool) -> Markup {
    let Some(interval) = access::interval_of(summary, &quantity.key) else { return html! { td { "–" } } };
    let ends = quantity.unit.ends(interval, *middle);
    html! {
        td title=[ends.as_deref()] {
            (quantity.unit.cell(interval.median, *middle))
            @if let Some(ends) = ends.as_deref().filter(|_| first) { span.muted.small { (ends) } }
        }
    }
}

/// Why trials came to no result, in the first one's own words; in the page it is a button that means that trial.
fn reason(trial: &Trial, bad: usize, all: usize, medium: Medium) -> Markup {
    let what = format!("{bad} of {all} {}", end(trial.status));
    html! {
        @match medium {
            Medium::Page => button.link type="button" data-trial=(trial.order) { (what) },
            Medium::Paper => (what),
        }
        @if let Some(words) = &trial.error { ": " (words) }
    }
}

/// What only this workload reports; nothing if it reports nothing of its own.
fn own(subject: &Subject<'_>, workload: &Workload) -> Markup {
    let summaries = subject.summarised.summary.as_slice();
    let quantities = access::own_figures(workload, summaries);
    let columns: Vec<Column> = quantities.into_iter().filter_map(|quantity| Column::of(quantity, summaries)).collect();
    if columns.is_empty() {
        return html! {};
    }
    let has_any = |summary: &&Summary| columns.iter().any(|column| access::interval_of(summary, &column.quantity.key).is_some());
    html! {
        section.figures aria-labelledby="figures-title" data-testid="figures" {
            h2 id="figures-title" { "Only in " (workload.name) }
            div.scroll tabindex="0" role="group" aria-label="Table of this workload's own figures" {
                table {
                    thead {
                        tr {
                            th scope="col" { span.out { "Model" } }
                            @for Column { quantity, .. } in &columns { th scope="col" title=(quantity.help) { (quantity.head) } }
                        }
                    }
                    tbody { @for summary in summaries.iter().filter(has_any) { (own_row(subject, summary, &columns)) } }
                }
            }
            dl.helps.small.muted {
                @for Column { quantity, .. } in &columns { div { dt { (quantity.head) } dd { (quantity.help) } } }
            }
        }
    }
}

fn own_row(subject: &Subject<'_>, summary: &Summary, columns: &[Column]) -> Markup {
    let group = Group::of(summary);
    html! {
        tr class=[group.control.then_some("control")] {
            (head(subject, &group))
            @for (index, Column { quantity, middle }) in columns.iter().enumerate() {
                @let said = |value: f64| quantity.unit.cell(value, *middle);
                @match access::interval_of(summary, &quantity.key) {
                    None => td { "–" },
                    Some(Interval { median, low, high }) => {
                        td {
                            (said(median))
                            @if index == 0 { span.muted.small { " " (said(low)) " – " (said(high)) } }
                        }
                    }
                }
            }
        }
    }
}
