//! Ready-made experiments, and what the chosen one shows.

use protocol::{Catalog, Preset};
use yew::{Html, html};

use crate::state::{FormAction, State};
use crate::view::{Dispatch, nothing, on, words};

pub(in crate::view) fn presets(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
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
            <p class="about-preset muted">{ words::prose(&preset.note) }</p>
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
