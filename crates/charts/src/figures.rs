//! All of it in figures: a row for each model and for the A/A control, a quantity in each column. Each figure has the unit that
//! suits it, points stand under each other, and a bar says how large it is: no unit does for a column whose figures are a
//! thousandfold apart. What came to no result says why.

use analysis::numbers::{Pieces, bare, pieces};
use analysis::order::by;
use analysis::quantities::{self, samples_needed, samples_timed};
use analysis::tiers::{pair, ranked};
use analysis::withheld::uncovered_words;
use maud::{Markup, html};
use protocol::catalog::Better;
use protocol::parameter::grouped;
use protocol::report::{Because, Interval, Summary, Verdict};
use protocol::{Quantity, Role, Trial, Workload};

use crate::groups::Group;
use crate::mark::{Kind, drawn as mark};
use crate::words::{end, interval_of, percent};
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
        (own(subject, workload, medium))
    }
}

/// A column: its quantity, and what all of its figures have in common.
struct Column<'a> {
    quantity: &'a Quantity,
    greatest: f64,
    /// The most characters behind a point, it included.
    fraction: usize,
    /// The most letters of a unit.
    unit: usize,
    /// The model that is best, if it can be told from all others.
    best: Option<&'a str>,
}

impl<'a> Column<'a> {
    /// `None` for a column without values.
    fn of(subject: &Subject<'a>, quantity: &'a Quantity) -> Option<Self> {
        let summaries = subject.summarised.summary.iter();
        let values: Vec<f64> = summaries.filter_map(|summary| Some(summary.value(&quantity.key)?.median)).collect();
        let mut column = Self::empty(quantity);
        for value in &values {
            let Pieces { fraction, unit, .. } = pieces(quantity.unit, *value);
            column.fraction = column.fraction.max(fraction.len());
            column.unit = column.unit.max(unit.chars().count());
            column.greatest = column.greatest.max(*value);
        }
        column.best = best(subject, quantity);
        (!values.is_empty()).then_some(column)
    }

    fn empty(quantity: &'a Quantity) -> Self {
        Self { quantity, greatest: 0.0, fraction: 0, unit: 0, best: None }
    }

    /// Its name; in the page a button that sorts by it, with what the quantity is on hovering and on focus.
    fn head(&self, subject: &Subject<'_>, workload: &Workload, medium: Medium) -> Markup {
        let Quantity { key, help, .. } = self.quantity;
        let name = quantities::head(self.quantity, workload);
        let sort = subject.view.sort.as_ref().filter(|sort| sort.key == *key);
        let order = sort.map(|sort| if sort.descending { "descending" } else { "ascending" });
        let id = format!("help-{key}");
        html! {
            @match medium {
                Medium::Page => {
                    th scope="col" aria-sort=[order] {
                        button.sort type="button" data-sort=(key) aria-describedby=(id) { (name) }
                        span.tip role="tooltip" id=(id) { (help) }
                    }
                }
                Medium::Paper => th scope="col" aria-sort=[order] title=(help) { (name) },
            }
        }
    }

    /// The median; the interval's ends beside it in the first column, elsewhere on hovering. Grey if nothing can be said of it.
    fn cell(&self, subject: &Subject<'_>, summary: &Summary, first: bool) -> Markup {
        let unit = self.quantity.unit;
        let Some(Interval { median, low, high, .. }) = summary.value(&self.quantity.key) else {
            return absent(why_absent(subject, summary, self.quantity), first);
        };
        let ends = format!("{} – {}", bare(unit, low, median), bare(unit, high, median));
        let like_others = self.is_like_others(subject, summary);
        let title = if like_others { format!("{ends}; {LIKE_OTHERS}") } else { ends.clone() };
        let is_best = summary.role == Role::Plain && self.best == Some(&summary.model);
        let share = if self.greatest > 0.0 { (median / self.greatest).clamp(0.0, 1.0) } else { 0.0 };
        let number = pieces(unit, median);
        html! {
            td.figure.muted[like_others].best[is_best] title=(title) {
                (number.whole)
                @if self.fraction > 0 { span class={ "part d" (self.fraction - 1) } { (number.fraction) } }
                @if self.unit > 0 { " " span class={ "unit u" (self.unit) } { (number.unit) } }
                @if like_others { span.out { " (not told apart)" } }
                @if is_best { span.out { " (best)" } }
                i.size { i style={ "width:" (percent(share)) } {} }
            }
            @if first { td.between.muted.small { (ends) } }
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

/// The model with the best median, if there is a best and every other can be told from it.
fn best<'a>(subject: &Subject<'a>, quantity: &Quantity) -> Option<&'a str> {
    let ranked = ranked(subject.summarised, quantity);
    let (best, others) = ranked.split_first()?;
    let is_told = |other: &&str| {
        pair(subject.summarised, &quantity.key, best, other).is_some_and(|pair| pair.verdict != Verdict::CannotTell)
    };
    (quantity.better != Better::Neither && !others.is_empty() && others.iter().all(is_told)).then_some(*best)
}

/// Summaries in the order that is asked for, those without the figure last, a control behind its model.
fn in_order<'a>(subject: &Subject<'a>) -> Vec<&'a Summary> {
    let all: Vec<&Summary> = subject.summarised.summary.iter().collect();
    let Some(sort) = &subject.view.sort else { return all };
    let sign = if sort.descending { -1.0 } else { 1.0 };
    let place = |summary: &&Summary| {
        let own = all.iter().find(|plain| plain.model == summary.model && plain.role == Role::Plain);
        own.and_then(|plain| plain.value(&sort.key)).map_or(f64::INFINITY, |interval| sign * interval.median)
    };
    by(&all, place)
}

/// What is said of a figure that is grey.
const LIKE_OTHERS: &str = "no difference from another model could be shown";

fn absent(why: Option<String>, first: bool) -> Markup {
    html! {
        td title=[why.as_ref()] { "–" @if let Some(why) = &why { span.out { " (" (why) ")" } } }
        @if first { td.between {} }
    }
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
        Column::of(subject, quantity).or_else(|| empty.then(|| Column::empty(quantity)))
    };
    let columns: Vec<Column<'_>> = quantities.into_iter().enumerate().filter_map(column).collect();
    html! {
        section.figures aria-label="Figures" {
            div.scroll tabindex="0" role="group" aria-label="Table of figures" {
                table data-testid="table" {
                    (heads(subject, workload, &columns, medium))
                    tbody { @for summary in in_order(subject) { (row(subject, summary, &columns, medium)) } }
                }
            }
            p.small.muted {
                "Medians over the trials, with the " (interval_of(first)) " of the first column's; bars from zero. ★: best, and told from "
                "all others. Grey: " (LIKE_OTHERS) "."
                @if let Some(uncovered) = uncovered_words(subject.catalog, summaries) { " " (uncovered) }
                @if medium == Medium::Page { " Everything else of a trial is behind its cell in the strip." }
            }
        }
    }
}

fn heads(subject: &Subject<'_>, workload: &Workload, columns: &[Column<'_>], medium: Medium) -> Markup {
    html! {
        thead {
            tr {
                th scope="col" {
                    // Back to the order of the form.
                    @if subject.view.sort.is_some() && medium == Medium::Page {
                        button.sort type="button" data-sort="" { "Model" }
                    } @else { span.out { "Model" } }
                }
                @for (index, column) in columns.iter().enumerate() {
                    (column.head(subject, workload, medium))
                    @if index == 0 { th.between scope="col" { "interval" } }
                }
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
                td.why colspan=(columns.len() + 1) { @if let Some(why) = why { (why) } @else { span.muted { "–" } } }
            }
        };
    }
    html! {
        tr class=[group.is_control().then_some("control")] data-label=(group.label()) {
            (head(subject, &group))
            @for (index, column) in columns.iter().enumerate() { (column.cell(subject, summary, index == 0)) }
        }
        @if let Some(why) = why { tr.also { td.why colspan=(columns.len() + 2) { (why) } } }
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
fn own(subject: &Subject<'_>, workload: &Workload, medium: Medium) -> Markup {
    let above = |key: &str| key == workload.headline.metric || key == subject.key();
    let figures = workload.figures.iter().filter(|quantity| !above(&quantity.key));
    let columns: Vec<Column<'_>> = figures.filter_map(|quantity| Column::of(subject, quantity)).collect();
    if columns.is_empty() {
        return html! {};
    }
    let has_any = |summary: &Summary| columns.iter().any(|column| summary.value(&column.quantity.key).is_some());
    html! {
        section.figures aria-labelledby="figures-title" data-testid="figures" {
            h2 id="figures-title" { "Only in " (workload.name) }
            div.scroll tabindex="0" role="group" aria-label="Table of this workload's own figures" {
                table {
                    (heads(subject, workload, &columns, medium))
                    tbody {
                        @for summary in in_order(subject).into_iter().filter(|summary| has_any(summary)) {
                            (own_row(subject, summary, &columns))
                        }
                    }
                }
            }
            // Where nothing can be pointed at.
            @if medium == Medium::Paper {
                dl.helps.small.muted {
                    @for Column { quantity, .. } in &columns {
                        div { dt { (quantities::head(quantity, workload)) } dd { (quantity.help) } }
                    }
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
