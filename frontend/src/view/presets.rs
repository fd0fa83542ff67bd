//! Ready-made experiments, and what the chosen one shows.

use yew::{Html, html};

use super::{Go, code, nothing, on, words};
use crate::state::{Deed, State};

pub(super) fn presets(state: &State, go: &Go) -> Html {
    let Some(catalog) = state.catalog.as_deref() else { return html! { <div class="presets" /> } };
    let chosen = state.preset();
    let chip = |(index, preset): (usize, &protocol::Preset)| {
        let onclick = on(go, Deed::Preset(index));
        let on = chosen == Some(index);
        html! {
            <button type="button" class="chip" data-testid={format!("preset-{index}")} aria-pressed={on.to_string()} {onclick}>{ &preset.name }</button>
        }
    };
    let about = match chosen.and_then(|index| catalog.presets.get(index)) {
        None => nothing(),
        Some(preset) => html! {
            <div class="about-preset">
                <p class="muted">{ words::prose(&preset.note) }</p>
                { listings(state, preset) }
            </div>
        },
    };
    html! {
        <section aria-label="Presets">
            <div class="presets" role="group" aria-label="Try">
                <span class="muted" aria-hidden="true">{ "Try" }</span>
                { for catalog.presets.iter().enumerate().map(chip) }
            </div>
            { about }
        </section>
    }
}

fn listings(state: &State, preset: &protocol::Preset) -> Html {
    if preset.listings.is_empty() {
        return nothing();
    }
    let Some(catalog) = state.catalog.clone() else { return nothing() };
    html! {
        <details class="listings">
            <summary>{ format!("The code of it, {} listings", preset.listings.len()) }</summary>
            <code::Code catalog={code::Shared(catalog)} files={std::rc::Rc::new(preset.listings.clone())} models={Vec::new()} />
        </details>
    }
}
