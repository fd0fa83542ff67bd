//! The pictures of a result: `charts` draws them, and the page owns the boxes that they stand in, the focus and the keys.

use analysis::quantities::{label, offered};
use charts::sweep::Parts;
use charts::{Heading, Medium, Subject, trials};
use protocol::Quantity;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Event, Html, KeyboardEvent, html};

use crate::state::{ResultAction, State};
use crate::view::mark::drawn;
use crate::view::{Dispatch, nothing, on};

/// The trials: every repetition as a mark, or the same as a table.
pub(super) fn trials_card(state: &State, subject: &Subject<'_>, dispatch: &Dispatch) -> Html {
    let Some(Heading { title, sub, help }) = trials::heading(subject) else { return nothing() };
    let table = state.result.as_table;
    let switch = on(dispatch, ResultAction::ShowAsTable(!table));
    html! {
        <section class="card" aria-labelledby="chart-title" data-testid="chart">
            <header>
                { quantities("chart-title", subject, &title, &help, dispatch) }
                <p class="sub">{ sub }</p>
                <button type="button" class="link" data-testid="chart-as-table" aria-pressed={table.to_string()}
                    onclick={switch}>{ "table" }</button>
            </header>
            { if table { drawn(charts::trials_table(subject)) } else { chart(state, subject, dispatch) } }
        </section>
    }
}

/// The same of a sweep: its sentences, its curves or heat maps, and its table.
pub(super) fn sweep(subject: &Subject<'_>, dispatch: &Dispatch) -> Html {
    let Some(Parts { outcome, heading, chart, table }) = charts::sweep::parts(subject) else { return nothing() };
    let Heading { title, sub, help } = heading;
    html! {
        <>
            { drawn(outcome) }
            <section class="card" aria-labelledby="sweep-title">
                <header>
                    { quantities("sweep-title", subject, &title, &help, dispatch) }
                    <p class="sub">{ sub }</p>
                </header>
                { drawn(chart) }
            </section>
            { drawn(table) }
        </>
    }
}

/// The title is the choice of what is shown: any quantity of the table, those of the table of figures first.
fn quantities(id: &'static str, subject: &Subject<'_>, title: &str, help: &str, dispatch: &Dispatch) -> Html {
    let Some(workload) = subject.workload() else { return nothing() };
    let dispatch = dispatch.clone();
    let choose = move |event: Event| {
        if let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
            dispatch.emit(ResultAction::Choose(select.value()).into());
        }
    };
    let (first, more) = offered(subject.catalog, workload);
    let option = |quantity: &&Quantity| {
        let selected = quantity.key == subject.key();
        html! { <option value={quantity.key.clone()} {selected}>{ label(quantity, workload) }</option> }
    };
    html! {
        <h2 {id} title={help.to_owned()}>
            <span class="out">{ title }</span>
            <select data-testid="quantity" aria-label="Quantity of chart and verdict" onchange={choose}>
                { for first.iter().map(option) }
                <optgroup label="More">{ for more.iter().map(option) }</optgroup>
            </select>
        </h2>
    }
}

fn chart(state: &State, subject: &Subject<'_>, dispatch: &Dispatch) -> Html {
    let Some(parts) = trials::parts(subject, Medium::Page, state.result.pointed) else { return nothing() };
    html! {
        <>
            <div class="plot-grid">
                { drawn(parts.labels) }
                <div class="plot" style={format!("height:{}px", parts.height_px)}>
                    { drawn(parts.ground) }
                    { if parts.points.is_empty() { nothing() } else { points(state, parts.points, dispatch) } }
                </div>
                { drawn(parts.values) }
                { drawn(parts.axis) }
            </div>
            <p class="foot-note small muted">{ parts.note }</p>
        </>
    }
}

/// The marks are one list box: one stop of the Tab key, arrows from trial to trial. Its element outlives what is drawn in it,
/// and keeps the focus.
fn points(state: &State, points: String, dispatch: &Dispatch) -> Html {
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
    let active = state.result.pointed.map(|order| format!("point-{order}"));
    html! {
        <div class="points" role="listbox" tabindex="0" aria-label={trials::LIST_BOX} aria-activedescendant={active}
            onkeydown={keys} onmouseleave={out}>
            // In one element: five hundred marks are not taken out one by one.
            { drawn(format!("<div role=\"none\">{points}</div>")) }
        </div>
    }
}

/// Latency by percentile.
pub(super) fn latency_card(subject: &Subject<'_>) -> Html {
    let Some(workload) = subject.workload() else { return nothing() };
    let Heading { title, sub, help } = charts::latency::heading(workload);
    html! {
        <section class="card" aria-labelledby="latency-title" data-testid="latency">
            <header>
                <h2 id="latency-title" title={help}>{ title }</h2>
                <p class="sub">{ sub }</p>
            </header>
            { drawn(charts::latency(subject)) }
        </section>
    }
}
