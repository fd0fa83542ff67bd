//! The pictures of a result: `charts` draws them, and the page owns the boxes that they stand in, the focus and the keys.

use charts::{Heading, Medium, Subject, trials};
use yew::{Html, KeyboardEvent, html};

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
                <h2 id="chart-title" title={help}>{ title }</h2>
                <p class="sub">{ sub }</p>
                <button type="button" class="link" data-testid="chart-as-table" aria-pressed={table.to_string()}
                    onclick={switch}>{ "table" }</button>
            </header>
            { if table { drawn(charts::trials_table(subject)) } else { chart(state, subject, dispatch) } }
        </section>
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
