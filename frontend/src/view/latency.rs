//! Latency by percentile, one line a model: both axes logarithmic, the percentiles towards 1. From the medians over the trials.

use analysis::quantity::Scale;
use protocol::Catalog;
use protocol::plan::is_control;
use protocol::report::{LatencySummary, Summary};
use yew::{Html, html};

use super::mark::{Of, colours_of, mark};
use super::nothing;
use crate::scale::{Axis, apart, tick_text};
use crate::state::State;

/// Where a percentile stands: 90, 99 and 99.9 % are a decade apart, as their complements are. The greatest is of no percentile of its
/// own: it stands apart at the end.
const PERCENTILES: [(&str, f64); 5] = [("50", 0.0), ("90", 0.28), ("99", 0.56), ("99.9", 0.84), ("max", 1.0)];

const HEIGHT_PX: f64 = 176.0;
/// The height of a label.
const LABEL_PX: f64 = 16.0;

pub(super) fn card(state: &State, catalog: &Catalog) -> Html {
    let shown = state.shown.as_ref();
    let id = shown.map_or(state.draft.workload.as_str(), |shown| &shown.experiment.workload);
    let Some(workload) = catalog.workload(id) else { return nothing() };
    let summaries = shown.map(|shown| shown.summarised.summary.as_slice()).unwrap_or_default();
    let lines: Vec<(&Summary, [f64; 5])> = summaries
        .iter()
        .filter(|summary| !is_control(&summary.label))
        .filter_map(|summary| Some((summary, medians(summary.latency_ns.as_ref()?))))
        .collect();
    let over = shown.is_some_and(|shown| !shown.is_going_on());
    let body = match Axis::log(&lines.iter().flat_map(|(_, values)| *values).collect::<Vec<_>>()) {
        Some(axis) => plot(catalog, &lines, &axis),
        None => {
            html! { <p class="muted small">{ if over { "No trial recorded latencies." } else { "Lines come with the first trials." } }</p> }
        }
    };
    html! {
        <section class="card" aria-labelledby="latency-title" data-testid="latency">
            <header><h2 id="latency-title">{ "Latency" }</h2><p class="sub">{ format!("{}; log scale", workload.latency) }</p></header>
            <div class="latency">{ body }</div>
        </section>
    }
}

fn medians(latency: &LatencySummary) -> [f64; 5] {
    [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(|interval| interval.median)
}

fn plot(catalog: &Catalog, lines: &[(&Summary, [f64; 5])], axis: &Axis) -> Html {
    let down = |value: f64| 1.0 - axis.place(value);
    let wanted: Vec<f64> = lines.iter().map(|(_, values)| down(values[4]) * HEIGHT_PX).collect();
    let places = apart(&wanted, LABEL_PX, HEIGHT_PX);
    let path = |values: &[f64; 5]| -> String {
        let points =
            PERCENTILES.iter().zip(values).map(|((_, x), value)| format!("{:.2},{:.2}", x * 100.0, down(*value) * 100.0));
        points.collect::<Vec<_>>().join(" ")
    };
    let marks = lines.iter().flat_map(|(summary, values)| {
        PERCENTILES.iter().zip(values).map(move |((_, x), value)| {
            let style =
                format!("left:{:.2}%;top:{:.2}%;{}", x * 100.0, down(*value) * 100.0, colours_of(catalog, &summary.model));
            html! { <span class="point small-point m" {style}>{ mark(catalog.model(&summary.model), Of::Model) }</span> }
        })
    });
    // Between powers of ten there are lines without words: two decades of 1, 2, 5 would be a column of figures.
    let label_every = axis.ticks.len().div_ceil(6);
    html! {
        <div class="latency-grid" role="group" aria-label="Latency by percentile; the same figures are in the table below">
            <div class="y" style={format!("height:{HEIGHT_PX}px")} aria-hidden="true">
                { for axis.ticks.iter().step_by(label_every).map(|tick| html! {
                    <span style={format!("top:{:.2}%", down(*tick) * 100.0)}>{ tick_text(*tick, Scale::of_time(*tick)) }</span>
                }) }
            </div>
            <div class="plot" style={format!("height:{HEIGHT_PX}px")} aria-hidden="true">
                { for axis.ticks.iter().map(|tick| html! { <i class="grid across" style={format!("top:{:.2}%", down(*tick) * 100.0)} /> }) }
                { for PERCENTILES.iter().map(|(_, x)| html! { <i class="grid" style={format!("left:{:.2}%", x * 100.0)} /> }) }
                <svg viewBox="0 0 100 100" preserveAspectRatio="none">
                    { for lines.iter().map(|(summary, values)| html! {
                        <polyline class="m" style={colours_of(catalog, &summary.model)} points={path(values)} />
                    }) }
                </svg>
                { for marks }
            </div>
            <div class="ends" style={format!("height:{HEIGHT_PX}px")}>
                { for lines.iter().zip(&places).map(|((summary, _), top)| html! {
                    <span class="m ink" style={format!("top:{top:.1}px;{}", colours_of(catalog, &summary.model))}>
                        { catalog.model(&summary.model).map_or("", |model| &model.name) }
                    </span>
                }) }
            </div>
            <div class="axis" aria-hidden="true">
                { for PERCENTILES.iter().map(|(name, x)| html! { <span class="tick" style={format!("left:{:.2}%", x * 100.0)}>{ *name }</span> }) }
            </div>
            <span class="axis-name small muted" aria-hidden="true">{ "percentile of operations" }</span>
        </div>
    }
}
