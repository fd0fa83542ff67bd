//! Latency by percentile, one line a model: both axes logarithmic, the percentiles towards 1. From the medians over the trials.

use analysis::axis::{Axis, apart, tick_text};
use analysis::quantity::{Scale, decimal};
use protocol::Catalog;
use protocol::plan::is_control;
use protocol::report::{LatencySummary, Summary};
use yew::{Html, html};

use super::chart::ROW_PX;
use crate::state::State;
use crate::view::mark::{Of, colours_of, mark};
use crate::view::nothing;
use crate::view::words::percent;

/// Where a percentile stands: 90, 99 and 99.9 % as far from each other as their complements are, which is a decade. The greatest
/// is of no percentile of its own.
const PERCENTILES: [(&str, f64); 5] = [("50", 0.0), ("90", 0.25), ("99", 0.5), ("99.9", 0.75), ("max", 1.0)];

const HEIGHT_PX: usize = 176;
/// The height of a label.
const LABEL_PX: f64 = 16.0;

pub(super) fn card(state: &State, catalog: &Catalog) -> Html {
    let shown = state.run.shown();
    let id = shown.map_or(state.form.draft().workload.as_str(), |shown| &shown.experiment.workload);
    let Some(workload) = catalog.workload(id) else { return nothing() };
    let summaries = shown.map(|shown| shown.summarised.summary.as_slice()).unwrap_or_default();
    let lines: Vec<(&Summary, [f64; 5])> = summaries
        .iter()
        .filter(|summary| !is_control(&summary.label))
        .filter_map(|summary| Some((summary, medians(summary.latency_ns.as_ref()?))))
        .collect();
    let over = shown.is_some_and(|shown| !shown.is_going_on());
    let axis = Axis::log(&lines.iter().flat_map(|(_, values)| *values).collect::<Vec<_>>());
    // As high as the chart beside it, whose rows are the models and the control.
    let models = shown.map_or(state.form.draft().models.len(), |shown| shown.experiment.models.len());
    let height = HEIGHT_PX.max((models + 1) * ROW_PX);
    let body = if axis.is_none() && over {
        html! { <p class="muted small">{ "No trial recorded latencies." }</p> }
    } else {
        plot(catalog, &lines, axis.as_ref(), height)
    };
    html! {
        <section class="card" aria-labelledby="latency-title" data-testid="latency">
            <header>
                <h2 id="latency-title">{ "Latency" }</h2>
                <p class="sub">{ format!("{}; log scale", workload.latency) }</p>
            </header>
            <div class="latency">{ body }</div>
        </section>
    }
}

fn medians(latency: &LatencySummary) -> [f64; 5] {
    [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(|interval| interval.median)
}

fn plot(catalog: &Catalog, lines: &[(&Summary, [f64; 5])], axis: Option<&Axis>, height: usize) -> Html {
    // Without data the frame is there all the same: nothing moves when they come.
    let down = |value: f64| axis.map_or(1.0, |axis| 1.0 - axis.place(value));
    let ticks = axis.map(|axis| axis.ticks.as_slice()).unwrap_or_default();
    let wanted: Vec<f64> = lines.iter().map(|(_, values)| down(values[4]) * height as f64).collect();
    let places = apart(&wanted, LABEL_PX, height as f64);
    let path = |values: &[f64; 5]| -> String {
        let points = PERCENTILES
            .iter()
            .zip(values)
            .map(|((_, x), value)| format!("{},{}", decimal(x * 100.0, 2), decimal(down(*value) * 100.0, 2)));
        points.collect::<Vec<_>>().join(" ")
    };
    let marks = lines.iter().flat_map(|(summary, values)| {
        PERCENTILES.iter().zip(values).map(move |((_, x), value)| {
            let style = format!("left:{};top:{};{}", percent(*x), percent(down(*value)), colours_of(catalog, &summary.model));
            html! { <span class="point small-point m" {style}>{ mark(catalog.model(&summary.model), Of::Model) }</span> }
        })
    });
    // Between powers of ten there are lines without words: two decades of 1, 2, 5 would be a column of figures.
    let label_every = ticks.len().div_ceil(6).max(1);
    html! {
        <div class="latency-grid" role="group" aria-label="Latency by percentile; the same figures are in the table below">
            <div class="y" style={format!("height:{height}px")} aria-hidden="true">
                { for ticks.iter().step_by(label_every).map(|tick| html! {
                    <span style={format!("top:{}", percent(down(*tick)))}>{ tick_text(*tick, Scale::of_time(*tick)) }</span>
                }) }
            </div>
            <div class="plot" style={format!("height:{height}px")} aria-hidden="true">
                { for ticks.iter().map(|tick| html! {
                    <i class="grid across" style={format!("top:{}", percent(down(*tick)))} />
                }) }
                { for PERCENTILES.iter().map(|(_, x)| html! { <i class="grid" style={format!("left:{}", percent(*x))} /> }) }
                <svg viewBox="0 0 100 100" preserveAspectRatio="none">
                    { for lines.iter().map(|(summary, values)| html! {
                        <polyline class="m" style={colours_of(catalog, &summary.model)} points={path(values)} />
                    }) }
                </svg>
                { for marks }
            </div>
            <div class="ends" style={format!("height:{height}px")}>
                { for lines.iter().zip(&places).map(|((summary, _), top)| html! {
                    <span class="m ink" style={format!("top:{}px;{}", decimal(*top, 1), colours_of(catalog, &summary.model))}>
                        { catalog.model(&summary.model).map_or("", |model| &model.name) }
                    </span>
                }) }
            </div>
            <div class="axis" aria-hidden="true">
                { for PERCENTILES.iter().map(|(name, x)| html! {
                    <span class="tick" style={format!("left:{}", percent(*x))}>{ *name }</span>
                }) }
            </div>
            <span class="axis-name small muted" aria-hidden="true">{ "percentile of operations" }</span>
        </div>
    }
}
