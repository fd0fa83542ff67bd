//! The pictures of a result: the painter has drawn them, and the page owns the boxes that they stand in.

use analysis::quantities::{label, offered};
use protocol::drawing::Card;
use protocol::view::LatencyForm;
use protocol::{Catalog, Quantity, Workload};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Event, Html, html};

use crate::painter::ExportForm;
use crate::state::{ResultAction, State};
use crate::view::mark::drawn;
use crate::view::{Dispatch, lanes, nothing, on};

/// One picture, as it is drawn or as a table, with what can be done with it.
pub(super) fn card(state: &State, catalog: &Catalog, workload: &Workload, card: &Card, dispatch: &Dispatch) -> Html {
    let id = card.id.as_str();
    let as_table = state.result.tables.iter().any(|table| table == id);
    let title = match &card.quantity {
        Some(key) if !id.starts_with("pinned-") => choice(catalog, workload, key, &card.title, dispatch),
        _ => html! { { &card.title } },
    };
    html! {
        <section class="card" aria-labelledby={format!("{id}-title")} data-testid={card.id.clone()} data-part={card.id.clone()}
            key={id}>
            <header>
                <h2 id={format!("{id}-title")} title={card.help.clone()}>{ title }</h2>
                <p class="sub">{ &card.sub }</p>
                { match id {
                    "latency" => forms(state, dispatch),
                    "lanes" => lanes::opener(state, dispatch),
                    _ => nothing(),
                } }
                { tools(state, card, as_table, dispatch) }
            </header>
            { drawn(if as_table { card.table.clone() } else { card.body.clone() }) }
        </section>
    }
}

/// The title is a choice, so that the sentence and the picture can be about any quantity.
fn choice(catalog: &Catalog, workload: &Workload, key: &str, title: &str, dispatch: &Dispatch) -> Html {
    let dispatch = dispatch.clone();
    let choose = move |event: Event| {
        if let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
            dispatch.emit(ResultAction::Choose(select.value()).into());
        }
    };
    let (first, more) = offered(catalog, workload);
    let option = |quantity: &&Quantity| {
        html! {
            <option value={quantity.key.clone()} selected={quantity.key == key}>{ label(quantity, workload) }</option>
        }
    };
    html! {
        <>
            <span class="out">{ title }</span>
            <select data-testid="quantity" aria-label="Quantity of chart and verdict" onchange={choose}>
                { for first.iter().map(option) }
                <optgroup label="More">{ for more.iter().map(option) }</optgroup>
            </select>
        </>
    }
}

/// How latency is drawn.
fn forms(state: &State, dispatch: &Dispatch) -> Html {
    let radio = |form: LatencyForm| {
        let onchange = on(dispatch, ResultAction::DrawLatency(form));
        html! {
            <label>
                <input type="radio" name="latency-form" value={form.word()} checked={state.result.view().latency == form} {onchange} />
                { form.word() }
            </label>
        }
    };
    html! {
        <fieldset class="forms small">
            <legend class="out">{ "How latency is drawn" }</legend>
            { for LatencyForm::ALL.into_iter().map(radio) }
        </fieldset>
    }
}

fn tools(state: &State, card: &Card, as_table: bool, dispatch: &Dispatch) -> Html {
    let id = card.id.clone();
    let export = |words: &'static str, form: ExportForm| {
        let label = format!("{words}: {} of {}", form.does(), card.title);
        let onclick = on(dispatch, ResultAction::Export(id.clone(), form));
        html! { <button type="button" class="link" data-testid={format!("{id}-{words}")} aria-label={label} {onclick}>{ words }</button> }
    };
    let table = on(dispatch, ResultAction::SwitchTable(id.clone()));
    html! {
        <p class="tools small">
            { pin(state, card, dispatch) }
            <button type="button" class="link" data-testid={format!("{}-as-table", card.id)} aria-pressed={as_table.to_string()}
                aria-label={format!("{}: {}", shape(as_table), card.title)} onclick={table}>
                { shape(as_table) }
            </button>
            { export("csv", ExportForm::Csv) }
            { export("svg", ExportForm::Svg) }
            { export("png", ExportForm::Png) }
        </p>
    }
}

/// What it is not now.
fn shape(as_table: bool) -> &'static str {
    if as_table { "chart" } else { "table" }
}

/// A quantity's chart is kept beside whichever is chosen next.
fn pin(state: &State, card: &Card, dispatch: &Dispatch) -> Html {
    // A sweep has one picture.
    let swept = state.run.shown().is_some_and(|shown| shown.experiment().sweep.is_some());
    let Some(key) = card.quantity.as_ref().filter(|_| !swept) else { return nothing() };
    let pinned = state.result.view().pinned.contains(key);
    let (words, label) = match pinned {
        true => ("unpin", format!("unpin: take {} away", card.title)),
        false => ("pin", format!("pin: keep {} on show beside another quantity", card.title)),
    };
    html! {
        <button type="button" class="link" data-testid={format!("{}-pin", card.id)} aria-pressed={pinned.to_string()} aria-label={label}
            onclick={on(dispatch, ResultAction::Pin(key.clone()))}>{ words }</button>
    }
}
