//! The models, each with its mark; variants behind one line; those that cannot run the workload say why.

use charts::Kind;
use protocol::{Catalog, Model, Parameter, Problem};
use yew::{Html, html};

use super::field;
use crate::state::{FormAction, State};
use crate::view::mark::{colours, mark};
use crate::view::{Dispatch, nothing, on};

pub(super) fn models(state: &State, catalog: &Catalog, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let chosen = |model: &Model| state.form.draft().models.contains(&model.id);
    // What takes part in the run is never hidden.
    let in_view = |model: &&Model| model.variant_of.is_none() || state.form.variants || chosen(model);
    html! {
        // The id is where the focus goes when the list is wrong.
        <fieldset id="field-models" tabindex="-1" data-testid="field-models" aria-describedby="error-models">
            <legend>{ "Models" }</legend>
            { for catalog.models.iter().filter(in_view).map(|model| row(state, catalog, model, problems, dispatch)) }
            { folded(state, catalog, dispatch) }
            { field::errors("models", problems) }
        </fieldset>
    }
}

/// The line behind which variants are that take no part.
fn folded(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let open = state.form.variants;
    let rest = |model: &&Model| model.variant_of.is_some() && !state.form.draft().models.contains(&model.id);
    let rest: Vec<&str> = catalog.models.iter().filter(rest).map(|model| model.name.as_str()).collect();
    if rest.is_empty() && !open {
        return nothing();
    }
    let label = match (open, rest.len()) {
        (true, _) => "Fewer".to_owned(),
        (false, 1) => format!("+ 1 variant: {}", rest[0]),
        (false, many) => format!("+ {many} variants: {}", rest.join("; ")),
    };
    let unfold = on(dispatch, FormAction::UnfoldVariants(!open));
    html! {
        <button type="button" class="link fold" data-testid="variants" aria-expanded={open.to_string()} onclick={unfold}>
            { label }
        </button>
    }
}

/// A model, and under it the options that are its own, if it is chosen and obeys them in this workload. An option that several
/// models have stands under the first of them that is chosen.
fn row(state: &State, catalog: &Catalog, model: &Model, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let draft = state.form.draft();
    let has = |model: &Model, option: &Parameter| model.options.iter().any(|own| own.name == option.name);
    let is_first = |option: &&Parameter| {
        let mut chosen = catalog.models.iter().filter(|model| draft.models.contains(&model.id));
        chosen.find(|model| has(model, option)).is_some_and(|first| first.id == model.id)
    };
    let options: Vec<&Parameter> = draft.obeyed_options(catalog).filter(is_first).collect();
    html! {
        <div class={if model.variant_of.is_some() { "model-row variant" } else { "model-row" }} key={model.id.clone()}>
            { toggle(state, model, dispatch) }
            { for options.into_iter().map(|option| field::method(state, option, problems, dispatch)) }
        </div>
    }
}

fn toggle(state: &State, model: &Model, dispatch: &Dispatch) -> Html {
    let absent = state.workload().and_then(|workload| workload.cell(&model.id)).and_then(|cell| cell.absent.clone());
    let checked = state.form.draft().models.contains(&model.id);
    let id = model.id.clone();
    let onchange = on(dispatch, FormAction::ToggleModel(id.clone()));
    let class = match (&absent, checked) {
        (Some(_), _) => "model m absent",
        (None, true) => "model m on",
        (None, false) => "model m",
    };
    let about = absent.clone().map_or_else(|| model.summary.clone(), |why| format!("Not here: {why}"));
    // A model that is chosen and cannot run (from a link, or of another server) can still be taken out.
    let disabled = absent.is_some() && !checked;
    html! {
        <label {class} style={colours(model)}>
            <input type="checkbox" data-testid={format!("model-{}", model.id)} {checked} {disabled} {onchange} />
            { mark(Some(model), Kind::Model) }
            <span class="words">
                <span class="name">{ &model.name }</span>
                <span class="small muted">{ about }</span>
            </span>
        </label>
    }
}
