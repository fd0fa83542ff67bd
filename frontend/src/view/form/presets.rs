//! Ready-made experiments, and what the chosen one shows.

use protocol::{Catalog, Preset, PresetGroup};
use yew::{Html, html};

use crate::state::{FormAction, State};
use crate::view::{Dispatch, nothing, on, words};

/// A question of each group in one line, or all of them.
pub(in crate::view) fn presets(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let open = state.form.all_presets;
    let about = match state.form.preset().and_then(|index| catalog.presets.get(index)) {
        None => nothing(),
        Some(preset) => html! {
            <div class="about-preset">
                { note(state, preset) }
            </div>
        },
    };
    html! {
        <section aria-label="Presets">
            <div class={if open { "presets open" } else { "presets" }} id="presets">
                { for PresetGroup::ALL.map(|group| questions(state, catalog, group, dispatch)) }
                <button type="button" class="link" id="all-presets" data-testid="all-presets" aria-expanded={open.to_string()}
                    aria-controls="presets" onclick={on(dispatch, FormAction::UnfoldPresets(!open))}>
                    { if open { "Fewer" } else { "More" } }
                </button>
            </div>
            { about }
        </section>
    }
}

/// A group's questions; in the line the one that is chosen, or else the first.
fn questions(state: &State, catalog: &Catalog, group: PresetGroup, dispatch: &Dispatch) -> Html {
    let chosen = state.form.preset();
    let mut all: Vec<(usize, &Preset)> = catalog.presets.iter().enumerate().filter(|(_, preset)| preset.group == group).collect();
    if !state.form.all_presets {
        let at = all.iter().position(|(index, _)| chosen == Some(*index)).unwrap_or(0);
        all = all.into_iter().skip(at).take(1).collect();
    }
    let chip = |(index, preset): (usize, &Preset)| {
        let onclick = on(dispatch, FormAction::ChoosePreset(index));
        let id = format!("preset-{index}");
        html! {
            <button type="button" class="chip" id={id.clone()} data-testid={id} key={index}
                aria-pressed={(chosen == Some(index)).to_string()} {onclick}>
                { &preset.name }
            </button>
        }
    };
    let none = all.is_empty();
    let heading = format!("presets-{}", group.name());
    html! {
        <div class="questions" role="group" aria-labelledby={heading.clone()} hidden={none}>
            <span class="muted" id={heading}>{ group.name() }</span>
            { for all.into_iter().map(chip) }
        </div>
    }
}

/// What the preset shows, until it is shown.
fn note(state: &State, preset: &Preset) -> Html {
    let shown = state.run.shown().is_some_and(|shown| shown.id().is_some() && state.is_of_the_form(shown));
    html! { <p class="muted" hidden={shown}>{ words::prose(&preset.note) }</p> }
}
