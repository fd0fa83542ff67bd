//! Ready-made experiments, and what the chosen one shows.

use std::rc::Rc;

use protocol::{Catalog, Preset};
use yew::{Html, html};

use crate::state::{FormAction, State};
use crate::view::{Dispatch, code, nothing, on, words};

pub(in crate::view) fn presets(state: &State, catalog: &Rc<Catalog>, dispatch: &Dispatch) -> Html {
    let chosen = state.form.preset();
    let chip = |(index, preset): (usize, &Preset)| {
        let onclick = on(dispatch, FormAction::ChoosePreset(index));
        let on = chosen == Some(index);
        html! {
            <button type="button" class="chip" data-testid={format!("preset-{index}")} aria-pressed={on.to_string()} {onclick}>
                { &preset.name }
            </button>
        }
    };
    let about = match chosen.and_then(|index| catalog.presets.get(index)) {
        None => nothing(),
        Some(preset) => html! {
            <div class="about-preset">
                <p class="muted">{ words::prose(&preset.note) }</p>
                { listings(catalog, preset) }
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

fn listings(catalog: &Rc<Catalog>, preset: &Preset) -> Html {
    if preset.listings.is_empty() {
        return nothing();
    }
    let catalog = code::Shared(Rc::clone(catalog));
    html! {
        <details class="listings">
            <summary>{ format!("The code of it, {} listings", preset.listings.len()) }</summary>
            <code::Code {catalog} files={Rc::new(preset.listings.clone())} what={code::What::Listings} />
        </details>
    }
}
