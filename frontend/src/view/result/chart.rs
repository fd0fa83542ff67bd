//! Every repetition as a point, on one axis: the picture that proves the sentence.
//!
//! Positions are shares of the width in plain HTML, not an SVG with a view box: so the text keeps its size at every width, and
//! nothing has to be measured before it can be drawn. The points are one list box: one stop of the Tab key, arrows from trial to
//! trial.

use analysis::axis::{Axis, Begins, tick_text};
use analysis::quantity::{Scale, capital, metric_name, ratio};
use analysis::summary::metric_of;
use protocol::catalog::Metric;
use protocol::plan::{AGAIN, is_control};
use protocol::report::{Interval, Summary};
use protocol::{Catalog, Experiment, Trial, TrialStatus, Workload};
use yew::{Html, KeyboardEvent, html};

use crate::state::{ResultAction, Shown, State};
use crate::view::mark::{Of, colours_of, mark};
use crate::view::{Dispatch, nothing, on, words};

pub(super) const ROW_PX: usize = 34;

/// What is drawn, of a result or of a plan.
struct Chart<'a> {
    catalog: &'a Catalog,
    workload: &'a Workload,
    rows: Vec<Row<'a>>,
    axis: Option<Axis>,
    scale: Scale,
}

struct Row<'a> {
    label: String,
    model: &'a str,
    points: Vec<(&'a Trial, f64)>,
    interval: Option<Interval>,
}

pub(super) fn card(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let shown = state.run.shown();
    let Some(experiment) = shown.map(|shown| &shown.experiment).or(state.form.experiment()) else { return nothing() };
    let Some(workload) = catalog.workload(&experiment.workload) else { return nothing() };
    let chart = chart(catalog, workload, experiment, shown);
    let sub = match workload.headline.metric {
        Metric::OpsPerS => "each mark one trial, bar 95 % interval of the median",
        Metric::MemoryBytes => "at its peak, with the kernel's part; each mark one trial",
    };
    let table = state.result.as_table;
    let switch = on(dispatch, ResultAction::ShowAsTable(!table));
    html! {
        <section class="card" aria-labelledby="chart-title" data-testid="chart">
            <header>
                <h2 id="chart-title">{ metric_name(workload) }</h2>
                <p class="sub">{ sub }</p>
                <button type="button" class="link" data-testid="chart-as-table" aria-pressed={table.to_string()}
                    onclick={switch}>{ "table" }</button>
            </header>
            { if table { as_table(&chart) } else { as_chart(state, &chart, dispatch) } }
        </section>
    }
}

fn chart<'a>(catalog: &'a Catalog, workload: &'a Workload, experiment: &'a Experiment, shown: Option<&'a Shown>) -> Chart<'a> {
    let metric = workload.headline.metric;
    let interval_of = |summary: &Summary| match metric {
        Metric::OpsPerS => summary.ops_per_s,
        Metric::MemoryBytes => summary.memory_bytes,
    };
    let mut rows = Vec::new();
    for model in &experiment.models {
        let labels = [Some(model.clone()), (experiment.control() == Some(model)).then(|| format!("{model}{AGAIN}"))];
        for label in labels.into_iter().flatten() {
            let trials = shown.map(|shown| shown.trials.as_slice()).unwrap_or_default();
            let good = trials.iter().filter(|trial| trial.label == label && trial.status == TrialStatus::Ok);
            let points = good.filter_map(|trial| Some((trial, metric_of(trial, metric)?))).collect();
            let summary = shown.and_then(|shown| shown.summarised.summary.iter().find(|summary| summary.label == label));
            rows.push(Row { interval: summary.and_then(interval_of), label, model, points });
        }
    }
    let values: Vec<f64> = rows.iter().flat_map(|row| row.points.iter().map(|(_, value)| *value)).collect();
    let scale = words::metric_scale(metric, values.iter().copied().fold(0.0, f64::max));
    Chart { catalog, workload, axis: Axis::of_marks(&values, 4), rows, scale }
}

impl Chart<'_> {
    fn value(&self, value: f64) -> String {
        match self.workload.headline.metric {
            Metric::OpsPerS => format!("{}/s", self.scale.show(value)),
            Metric::MemoryBytes => self.scale.show(value),
        }
    }
}

fn as_chart(state: &State, chart: &Chart<'_>, dispatch: &Dispatch) -> Html {
    let height = format!("height:{}px", chart.rows.len() * ROW_PX);
    html! {
        <>
            <div class="plot-grid">
                <div class="labels">{ for chart.rows.iter().map(|row| html! {
                    <span class={if is_control(&row.label) { "muted" } else { "" }}>
                        { words::label(chart.catalog, &row.label) }
                    </span>
                }) }</div>
                <div class="plot" style={height}>
                    { ground(state, chart) }
                    { for chart.rows.iter().enumerate().map(|(index, row)| bar(chart, index, row)) }
                    { points(state, chart, dispatch) }
                </div>
                <div class="values">{ for chart.rows.iter().map(|row| html! {
                    <b>{ row.interval.map(|interval| chart.value(interval.median)).unwrap_or_default() }</b>
                }) }</div>
                <div class="axis">{ ticks(chart) }</div>
            </div>
            <p class="foot-note small muted">{ foot_note(state, chart) }</p>
        </>
    }
}

/// What is behind the marks: lines at the ticks, and the spread of the control.
fn ground(state: &State, chart: &Chart<'_>) -> Html {
    let Some(axis) = &chart.axis else { return nothing() };
    let band = chart.rows.iter().find(|row| is_control(&row.label)).and_then(|row| row.interval).map(|interval| {
        let (from, to) = (axis.place(interval.low), axis.place(interval.high));
        html! { <i class="floor" style={format!("left:{};width:{}", words::percent(from), words::percent(to - from))} /> }
    });
    let enough = state.run.shown().is_some_and(|shown| shown.summarised.noise_floor.is_some());
    html! {
        <>
            { band.filter(|_| enough).unwrap_or_else(nothing) }
            { for axis.ticks.iter().map(|tick| html! {
                <i class="grid" style={format!("left:{}", words::percent(axis.place(*tick)))} />
            }) }
        </>
    }
}

fn bar(chart: &Chart<'_>, index: usize, row: &Row<'_>) -> Html {
    let top = format!("top:{}px", index * ROW_PX);
    let (Some(axis), Some(interval)) = (&chart.axis, row.interval) else { return html! { <i class="track" style={top} /> } };
    let (from, to) = (axis.place(interval.low), axis.place(interval.high));
    html! {
        <span class="track m" style={format!("{top};{}", colours_of(chart.catalog, row.model))}>
            <i class="interval" style={format!("left:{};width:{}", words::percent(from), words::percent(to - from))} />
            <i class="median" style={format!("left:{}", words::percent(axis.place(interval.median)))} />
        </span>
    }
}

fn points(state: &State, chart: &Chart<'_>, dispatch: &Dispatch) -> Html {
    let Some(axis) = &chart.axis else { return nothing() };
    let keys = {
        let (dispatch, pointed) = (dispatch.clone(), state.result.pointed);
        move |event: KeyboardEvent| {
            let action = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => ResultAction::PointBy(1),
                "ArrowLeft" | "ArrowUp" => ResultAction::PointBy(-1),
                "Home" => ResultAction::PointBy(-1_000_000),
                "End" => ResultAction::PointBy(1_000_000),
                "Enter" | " " if pointed.is_some() => ResultAction::OpenTrial(pointed),
                _ => return,
            };
            event.prevent_default();
            dispatch.emit(action.into());
        }
    };
    let out = on(dispatch, ResultAction::PointAt(None));
    let all = chart.rows.iter().enumerate().flat_map(|(index, row)| row.points.iter().map(move |point| (index, row, point)));
    let one = |(index, row, (trial, value)): (usize, &Row<'_>, &(&Trial, f64))| {
        let order = trial.order;
        // So that trials with the same figure do not hide each other.
        let jitter = [0_i64, -6, 6, -3, 3][(trial.repetition % 5) as usize];
        let top = (index * ROW_PX + ROW_PX / 2) as i64 + jitter;
        let (left, colours) = (words::percent(axis.place(*value)), colours_of(chart.catalog, row.model));
        let over = on(dispatch, ResultAction::PointAt(Some(order)));
        let open = on(dispatch, ResultAction::OpenTrial(Some(order)));
        let on = state.result.pointed == Some(order);
        html! {
            <span role="option" class="point m" key={order} id={format!("point-{order}")} aria-selected={on.to_string()}
                onmouseover={over} onclick={open} data-disturbed={trial.disturbed.then_some("true")}
                aria-label={point_text(chart, trial, *value)} style={format!("left:{left};top:{top}px;{colours}")}>
                { mark(chart.catalog.model(row.model), Of::label(&row.label)) }
            </span>
        }
    };
    html! {
        <div class="points" role="listbox" tabindex="0" aria-label="Trials; arrow keys go from one to the next, Enter opens it"
            aria-activedescendant={state.result.pointed.map(|order| format!("point-{order}"))}
            onkeydown={keys} onmouseleave={out}>
            { for all.map(one) }
        </div>
    }
}

fn point_text(chart: &Chart<'_>, trial: &Trial, value: f64) -> String {
    let label = words::label(chart.catalog, &trial.label);
    let disturbed = if trial.disturbed { ", disturbed" } else { "" };
    format!("{label}, repetition {}: {}{disturbed}", trial.repetition + 1, chart.value(value))
}

fn ticks(chart: &Chart<'_>) -> Html {
    let Some(axis) = &chart.axis else { return nothing() };
    // A thousand millions are one billion where the axis spans both.
    let scale = |tick: f64| match axis.begins() {
        Begins::Log => words::metric_scale(chart.workload.headline.metric, tick),
        Begins::AtZero | Begins::AtData => chart.scale,
    };
    let one = |(index, tick): (usize, &f64)| {
        // On a phone every second one is left out.
        let class = if index % 2 == 1 { "tick minor" } else { "tick" };
        let left = format!("left:{}", words::percent(axis.place(*tick)));
        html! { <span {class} style={left}>{ tick_text(*tick, scale(*tick)) }</span> }
    };
    html! { <>{ for axis.ticks.iter().enumerate().map(one) }</> }
}

/// The trial that is pointed at; otherwise what a reader of the axis must know.
fn foot_note(state: &State, chart: &Chart<'_>) -> String {
    let pointed = chart.rows.iter().flat_map(|row| &row.points).find(|(trial, _)| state.result.pointed == Some(trial.order));
    if let Some((trial, value)) = pointed {
        return point_text(chart, trial, *value);
    }
    let Some(axis) = &chart.axis else {
        return "Points come as trials end; intervals from the third repetition on.".into();
    };
    let mut parts = Vec::new();
    if let Some(floor) = state.run.shown().and_then(|shown| shown.summarised.noise_floor.as_ref()) {
        parts.push(format!("grey: the A/A control's interval, noise floor {}", ratio(floor.factor)));
    }
    match axis.begins() {
        Begins::AtZero => {}
        Begins::AtData => parts.push(format!("the axis starts at {}, not at 0", tick_text(axis.low(), chart.scale))),
        Begins::Log => parts.push("logarithmic axis".into()),
    }
    let disturbed = state.run.shown().is_some_and(|shown| shown.trials.iter().any(|trial| trial.disturbed));
    if disturbed {
        parts.push("dotted: disturbed by others".into());
    }
    capital(&parts.join("; "))
}

fn as_table(chart: &Chart<'_>) -> Html {
    let most = chart.rows.iter().map(|row| row.points.len()).max().unwrap_or(0);
    let row = |row: &Row<'_>| {
        let cell = |text: String| html! { <td>{ text }</td> };
        let interval = row.interval;
        let ends = |interval: Interval| format!("{} – {}", chart.scale.bare(interval.low), chart.scale.bare(interval.high));
        let values =
            (0..most).map(|index| cell(row.points.get(index).map(|(_, value)| chart.scale.bare(*value)).unwrap_or_default()));
        html! {
            <tr>
                <th scope="row">{ words::label(chart.catalog, &row.label) }</th>
                { cell(interval.map(|interval| chart.value(interval.median)).unwrap_or_default()) }
                { cell(interval.map(ends).unwrap_or_default()) }
                { for values }
            </tr>
        }
    };
    let height = format!("min-height:{}px", chart.rows.len() * ROW_PX + 56);
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label="The chart as a table" style={height}>
            <table>
                <thead><tr>
                    <th scope="col">{ "Model" }</th><th scope="col">{ "median" }</th><th scope="col">{ "95 %" }</th>
                    { for (1..=most).map(|index| html! { <th scope="col">{ format!("trial {index}") }</th> }) }
                </tr></thead>
                <tbody>{ for chart.rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
