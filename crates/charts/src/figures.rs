//! All of it in figures: a row for each model and for the A/A control, a quantity in each column, one unit per column.
//! What came to no result says why.

use analysis::interval::median;
use analysis::numbers::{bare, in_column};
use analysis::quantities::{self, samples_needed, samples_timed};
use analysis::withheld::uncovered_words;
use maud::{Markup, html};
use protocol::parameter::grouped;
use protocol::report::{Because, Interval, Summary, Verdict};
use protocol::{Quantity, Role, Trial, Workload};

use crate::groups::Group;
use crate::mark::{Kind, drawn as mark};
use crate::words::{end, interval_of};
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
struct Column<'a> {
    quantity: &'a Quantity,
    middle: f64,
}

impl<'a> Column<'a> {
    /// `None` for a column without values.
    fn of(quantity: &'a Quantity, summaries: &[Summary]) -> Option<Self> {
        let values: Vec<f64> = summaries.iter().filter_map(|summary| Some(summary.value(&quantity.key)?.median)).collect();
        Some(Self { quantity, middle: median(&values)? })
    }

    fn head(&self, workload: &Workload) -> Markup {
        html! { th scope="col" title=(self.quantity.help) { (quantities::head(self.quantity, workload)) } }
    }

    /// The median; the interval's ends beside it in the first column, elsewhere on hovering. Grey if nothing can be said of it.
    fn cell(&self, subject: &Subject<'_>, summary: &Summary, first: bool) -> Markup {
        let (unit, middle) = (self.quantity.unit, self.middle);
        let Some(Interval { median, low, high, .. }) = summary.value(&self.quantity.key) else {
            return absent(why_absent(subject, summary, self.quantity));
        };
        let ends = format!("{} – {}", bare(unit, low, middle), bare(unit, high, middle));
        let like_others = self.is_like_others(subject, summary);
        let title = if like_others { format!("{ends}; {LIKE_OTHERS}") } else { ends.clone() };
        html! {
            td class=[like_others.then_some("muted")] title=(title) {
                (in_column(unit, median, middle))
                @if first { span.muted.small { (ends) } }
                @if like_others { span.out { " (not told apart)" } }
            }
        }
    }

    /// Whether this model was compared with others and could be told apart from none.
    fn is_like_others(&self, subject: &Subject<'_>, summary: &Summary) -> bool {
        let pairs = subject.summarised.pairs(&self.quantity.key);
        let own = pairs.filter(|pair| summary.role == Role::Plain && (pair.a == summary.model || pair.b == summary.model));
        // With too few repetitions nothing has been looked at yet.
        let mut own = own.filter(|pair| pair.because != Some(Because::TooFew)).peekable();
        own.peek().is_some() && own.all(|pair| pair.verdict == Verdict::CannotTell)
    }
}

/// What is said of a figure that is grey.
const LIKE_OTHERS: &str = "no difference from another model could be shown";

fn absent(why: Option<String>) -> Markup {
    html! { td title=[why.as_ref()] { "–" @if let Some(why) = &why { span.out { " (" (why) ")" } } } }
}

/// Why a group has no such percentile; `None` of another quantity, or if it timed nothing.
fn why_absent(subject: &Subject<'_>, summary: &Summary, quantity: &Quantity) -> Option<String> {
    let needed = samples_needed(&quantity.key)?;
    let timed = Group::of(summary).trials(subject.trials).filter(|trial| trial.is_ok()).filter_map(samples_timed);
    let fewest = timed.reduce(f64::min)?;
    Some(format!("needs {} timed operations a trial; there were {}", grouped(needed), grouped(fewest as u64)))
}

fn general(subject: &Subject<'_>, workload: &Workload, medium: Medium) -> Markup {
    let summaries = subject.summarised.summary.as_slice();
    let quantities = quantities::columns(subject.catalog, workload, subject.view.quantity.as_deref());
    let first = summaries.iter().filter_map(|summary| summary.value(subject.key()));
    let last = quantities.len();
    // While a run goes on its columns stand from the start. At its end those that stayed empty are left out, but for the
    // last one, under which what came to no result says why, and for percentiles that lack their samples.
    let column = |(index, quantity)| {
        let empty =
            !subject.over || index + 1 == last || summaries.iter().any(|one| why_absent(subject, one, quantity).is_some());
        let empty = empty.then_some(Column { quantity, middle: 0.0 });
        Column::of(quantity, summaries).or(empty)
    };
    let columns: Vec<Column<'_>> = quantities.into_iter().enumerate().filter_map(column).collect();
    html! {
        section.figures aria-label="Figures" {
            div.scroll tabindex="0" role="group" aria-label="Table of figures" {
                table data-testid="table" {
                    thead {
                        tr {
                            th scope="col" { span.out { "Model" } }
                            @for column in &columns { (column.head(workload)) }
                        }
                    }
                    tbody { @for summary in summaries { (row(subject, summary, &columns, medium)) } }
                }
            }
            p.small.muted {
                "Medians over the trials, with the " (interval_of(first)) " of the first column's. Grey: " (LIKE_OTHERS) "."
                @if let Some(uncovered) = uncovered_words(subject.catalog, summaries) { " " (uncovered) }
                @if medium == Medium::Page { " Everything else of a trial is behind its cell in the strip." }
            }
        }
    }
}

fn row(subject: &Subject<'_>, summary: &Summary, columns: &[Column<'_>], medium: Medium) -> Markup {
    let group = Group::of(summary);
    let trials: Vec<&Trial> = group.trials(subject.trials).collect();
    let bad: Vec<&Trial> = trials.iter().copied().filter(|trial| !trial.is_ok()).collect();
    let why = bad.first().map(|first| reason(first, bad.len(), trials.len(), medium));
    if summary.trials == 0 {
        return html! {
            tr data-label=(group.label()) {
                (head(subject, &group))
                td.why colspan=(columns.len()) { @if let Some(why) = why { (why) } @else { span.muted { "–" } } }
            }
        };
    }
    html! {
        tr class=[group.is_control().then_some("control")] data-label=(group.label()) {
            (head(subject, &group))
            @for (index, column) in columns.iter().enumerate() { (column.cell(subject, summary, index == 0)) }
        }
        @if let Some(why) = why { tr.also { td.why colspan=(columns.len() + 1) { (why) } } }
    }
}

fn head(subject: &Subject<'_>, group: &Group<'_>) -> Markup {
    html! {
        th scope="row" {
            span.who { (mark(subject.catalog.model(group.model), Kind::of(group.role))) (group.name(subject.catalog)) }
        }
    }
}

/// Why trials came to no result, in the first one's own words; in the page it is a button that means that trial.
fn reason(trial: &Trial, bad: usize, all: usize, medium: Medium) -> Markup {
    let what = format!("{bad} of {all} {}", end(trial.status));
    html! {
        @match medium {
            Medium::Page => button.link type="button" data-trial=(trial.planned.order) { (what) },
            Medium::Paper => (what),
        }
        @if let Some(words) = &trial.error { ": " (words) }
    }
}

/// What only this workload reports, besides its headline, which is in the first table; nothing if nothing of the kind was
/// reported.
fn own(subject: &Subject<'_>, workload: &Workload) -> Markup {
    let summaries = subject.summarised.summary.as_slice();
    let above = |key: &str| key == workload.headline.metric || key == subject.key();
    let figures = workload.figures.iter().filter(|quantity| !above(&quantity.key));
    let columns: Vec<Column<'_>> = figures.filter_map(|quantity| Column::of(quantity, summaries)).collect();
    if columns.is_empty() {
        return html! {};
    }
    let has_any = |summary: &&Summary| columns.iter().any(|column| summary.value(&column.quantity.key).is_some());
    html! {
        section.figures aria-labelledby="figures-title" data-testid="figures" {
            h2 id="figures-title" { "Only in " (workload.name) }
            div.scroll tabindex="0" role="group" aria-label="Table of this workload's own figures" {
                table {
                    thead {
                        tr {
                            th scope="col" { span.out { "Model" } }
                            @for column in &columns { (column.head(workload)) }
                        }
                    }
                    tbody { @for summary in summaries.iter().filter(has_any) { (own_row(subject, summary, &columns)) } }
                }
            }
            dl.helps.small.muted {
                @for Column { quantity, .. } in &columns {
                    div { dt { (quantities::head(quantity, workload)) } dd { (quantity.help) } }
                }
            }
        }
    }
}

fn own_row(subject: &Subject<'_>, summary: &Summary, columns: &[Column<'_>]) -> Markup {
    let group = Group::of(summary);
    html! {
        tr class=[group.is_control().then_some("control")] {
            (head(subject, &group))
            @for (index, column) in columns.iter().enumerate() { (column.cell(subject, summary, index == 0)) }
        }
    }
}
