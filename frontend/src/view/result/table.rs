//! All of it in figures: a row a label, a quantity a column, one unit down a column. Those that came to no result say why.

use analysis::quantity::{Scale, significant};
use protocol::catalog::{Figure, Metric, grouped};
use protocol::plan::is_control;
use protocol::report::{Interval, Summary};
use protocol::{Catalog, Trial, TrialStatus, Workload};
use yew::{Html, html};

use crate::state::{ResultAction, Shown, State};
use crate::view::mark::{Of, mark};
use crate::view::{Dispatch, nothing, on, words};

const NOTE: &str = "Medians over the trials, with the 95 % interval of the first column's. \
    Everything else of a trial is behind its cell in the strip.";

/// What stands in a column.
type Value = fn(&Summary) -> Option<Interval>;

struct Column {
    head: String,
    title: &'static str,
    value: Value,
    show: Show,
}

/// Less than this of a plain number is said as less than this.
const LEAST: f64 = 0.001;

/// The scale of a column is that of the middle value in it: one model that is a thousand times off must not cost the others
/// their figures.
fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    analysis::bootstrap::median(&values).unwrap_or(0.0)
}

enum Show {
    Count,
    Time,
    Bytes,
    Plain,
}

impl Show {
    /// The median, and its interval's ends; on the scale of the middle one in the column.
    fn cells(&self, interval: Interval, middle: f64) -> (String, String) {
        let scale = match self {
            Self::Count => Scale::of_count(middle),
            Self::Time => Scale::of_time(middle),
            Self::Bytes => Scale::of_bytes(middle),
            Self::Plain => {
                let Interval { median, low, high } = interval;
                let ends = format!("{} – {}", significant(low), significant(high));
                // Who would count the zeros?
                let is_little = median > 0.0 && median < LEAST;
                return (if is_little { "< 0.001".to_owned() } else { significant(median) }, ends);
            }
        };
        (scale.show(interval.median), format!("{} – {}", scale.bare(interval.low), scale.bare(interval.high)))
    }
}

/// What the verdict is about comes first. A wait never claims speed: it has no column for it.
fn columns(workload: &Workload) -> Vec<Column> {
    let memory = || Column {
        head: "memory".into(),
        title: "At its peak: resident, and the kernel's stacks and page tables",
        value: |summary| summary.memory_bytes,
        show: Show::Bytes,
    };
    let latency: [(&str, Value); 3] = [
        ("p50", |summary| summary.latency_ns.map(|latency| latency.p50)),
        ("p99", |summary| summary.latency_ns.map(|latency| latency.p99)),
        ("p99.9", |summary| summary.latency_ns.map(|latency| latency.p999)),
    ];
    let mut columns = Vec::new();
    match workload.headline.metric {
        Metric::OpsPerS => columns.push(Column {
            head: format!("{}/s", workload.operation.many),
            title: "Operations of the measured part, a second",
            value: |summary| summary.ops_per_s,
            show: Show::Count,
        }),
        Metric::MemoryBytes => columns.push(memory()),
    }
    columns.extend(latency.map(|(head, value)| Column {
        head: head.into(),
        title: "Latency of an operation",
        value,
        show: Show::Time,
    }));
    if workload.headline.metric != Metric::MemoryBytes {
        columns.push(memory());
    }
    columns.push(Column {
        head: "CPU/op".into(),
        title: "User and system time of the measured part, for one operation",
        value: |summary| summary.cpu_ns_per_operation,
        show: Show::Time,
    });
    columns.push(Column {
        head: "switches/op".into(),
        title: "Context switches of the measured part, for one operation",
        value: |summary| summary.switches_per_operation,
        show: Show::Plain,
    });
    columns
}

pub(super) fn table(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    // From the moment a run is on its way: nothing below moves when the first figures come.
    let Some(shown) = state.run.shown() else { return nothing() };
    let Some(workload) = catalog.workload(&shown.experiment.workload) else { return nothing() };
    let summaries = &shown.summarised.summary;
    let has_value = |column: &Column| summaries.iter().any(|summary| (column.value)(summary).is_some());
    // While a run goes on its columns stand from the start; at its end those that stayed empty are left out.
    let stands = |column: &Column| shown.is_going_on() || has_value(column);
    let columns: Vec<Column> = columns(workload).into_iter().filter(stands).collect();
    let middle = |column: &Column| middle(summaries.iter().filter_map(column.value).map(|interval| interval.median));
    let middles: Vec<f64> = columns.iter().map(middle).collect();
    let row = |summary: &Summary| row(shown, summary, &columns, &middles, catalog, dispatch);
    html! {
        <section class="figures" aria-label="Figures">
            <div class="scroll" tabindex="0" role="group" aria-label="Table of figures">
                <table data-testid="table">
                    <thead><tr>
                        <th scope="col"><span class="out">{ "Model" }</span></th>
                        { for columns.iter().map(|column| html! { <th scope="col" title={column.title}>{ &column.head }</th> }) }
                        <th scope="col" title="The most OS threads that a trial's process had">{ "OS threads" }</th>
                    </tr></thead>
                    <tbody>{ for summaries.iter().map(row) }</tbody>
                </table>
            </div>
            <p class="small muted">{ NOTE }</p>
        </section>
    }
}

/// The first cell of a row: who its figures are of.
fn head(summary: &Summary, catalog: &Catalog) -> Html {
    let mark = mark(catalog.model(&summary.model), Of::label(&summary.label));
    html! { <th scope="row"><span class="who">{ mark }{ words::label(catalog, &summary.label) }</span></th> }
}

fn row(shown: &Shown, summary: &Summary, columns: &[Column], middles: &[f64], catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let head = head(summary, catalog);
    let own = || shown.trials.iter().filter(|trial| trial.label == summary.label);
    let bad: Vec<&Trial> = own().filter(|trial| trial.status != TrialStatus::Ok).collect();
    if summary.trials == 0 {
        let body = match bad.first() {
            Some(trial) => reason(trial, bad.len(), own().count(), dispatch),
            None => html! { <span class="muted">{ "–" }</span> },
        };
        let label = summary.label.clone();
        let span = (columns.len() + 1).to_string();
        return html! { <tr key={label.clone()} data-label={label}>{ head }<td class="why" colspan={span}>{ body }</td></tr> };
    }
    let cells = columns.iter().zip(middles).enumerate().map(|(index, (column, middle))| match (column.value)(summary) {
        None => html! { <td>{ "–" }</td> },
        Some(interval) => {
            let (median, ends) = column.show.cells(interval, *middle);
            let title = ends.clone();
            let ends = if index == 0 {
                html! { <span class="muted small">{ ends }</span> }
            } else {
                nothing()
            };
            html! { <td {title}>{ median }{ ends }</td> }
        }
    });
    let class = if is_control(&summary.label) { "control" } else { "" };
    let also = match bad.first() {
        Some(trial) => {
            let span = (columns.len() + 2).to_string();
            let reason = reason(trial, bad.len(), own().count(), dispatch);
            html! { <tr class="also"><td class="why" colspan={span}>{ reason }</td></tr> }
        }
        None => html! { <tr hidden=true /> },
    };
    html! {
        <>
            <tr {class} key={summary.label.clone()} data-label={summary.label.clone()}>
                { head }
                { for cells }
                <td>{ summary.os_threads_peak.map_or("–".into(), grouped) }</td>
            </tr>
            { also }
        </>
    }
}

/// Why trials came to no result, in the first one's own words; a click opens it.
fn reason(trial: &Trial, bad: usize, all: usize, dispatch: &Dispatch) -> Html {
    let order = trial.order;
    let open = on(dispatch, ResultAction::OpenTrial(Some(order)));
    let words = trial.error.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
    html! {
        <>
            <button type="button" class="link" onclick={open}>{ format!("{bad} of {all} {}", words::end(trial.status)) }</button>
            { words }
        </>
    }
}

/// What only this workload reports.
pub(super) fn figures(state: &State, catalog: &Catalog) -> Html {
    let Some(shown) = state.run.shown() else { return nothing() };
    let Some(workload) = catalog.workload(&shown.experiment.workload) else { return nothing() };
    let summaries: Vec<&Summary> = shown.summarised.summary.iter().filter(|summary| !summary.extra.is_empty()).collect();
    let figures: Vec<&Figure> = workload
        .figures
        .iter()
        .filter(|figure| summaries.iter().any(|summary| summary.extra.contains_key(&figure.key)))
        .collect();
    if figures.is_empty() {
        return nothing();
    }
    let middle = |figure: &Figure| {
        middle(summaries.iter().filter_map(|summary| summary.extra.get(&figure.key)).map(|interval| interval.median))
    };
    let row = |summary: &&Summary| {
        let class = if is_control(&summary.label) { "control" } else { "" };
        html! {
            <tr {class} key={summary.label.clone()}>
                { head(summary, catalog) }
                { for figures.iter().enumerate().map(|(index, figure)| match summary.extra.get(&figure.key) {
                    None => html! { <td>{ "–" }</td> },
                    Some(interval) => {
                        let shown = |value| words::figure(figure.unit, value, middle(figure));
                        let ends = format!(" {} – {}", shown(interval.low), shown(interval.high));
                        html! { <td>{ shown(interval.median) }<span class="muted small" hidden={index > 0}>{ ends }</span></td> }
                    }
                }) }
            </tr>
        }
    };
    html! {
        <section class="figures" aria-labelledby="figures-title" data-testid="figures">
            <h2 id="figures-title">{ format!("Only in {}", workload.name) }</h2>
            <div class="scroll" tabindex="0" role="group" aria-label="Table of this workload's own figures">
                <table>
                    <thead><tr>
                        <th scope="col"><span class="out">{ "Model" }</span></th>
                        { for figures.iter().map(|figure| html! {
                            <th scope="col" title={figure.help.clone()}>{ &figure.label }</th>
                        }) }
                    </tr></thead>
                    <tbody>{ for summaries.iter().map(row) }</tbody>
                </table>
            </div>
            <dl class="helps small muted">{ for figures.iter().map(|figure| html! {
                <div><dt>{ &figure.label }</dt><dd>{ &figure.help }</dd></div>
            }) }</dl>
        </section>
    }
}
