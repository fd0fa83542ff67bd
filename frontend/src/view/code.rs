//! The code of each model side by side: the text that was compiled, coloured by the compiler's own lexer in the server.

use std::rc::Rc;

use protocol::Catalog;
use protocol::catalog::Source;
use yew::{Html, Properties, component, html};

use super::mark::drawn;
use super::{Dispatch, nothing, on};
use crate::state::{CodeAction, State};

/// The code of the form's workload, of the models that are chosen.
pub(super) fn card(state: &State, dispatch: &Dispatch) -> Html {
    let Some(catalog) = &state.server.catalog else { return nothing() };
    let whole_files = state.code.whole_files;
    let whole = on(dispatch, CodeAction::ShowWholeFiles(!whole_files));
    let class = if whole_files { "card code-card whole" } else { "card code-card" };
    let build = state.server.here.as_ref().map(|here| here.build.commit.as_str()).filter(|commit| !commit.is_empty());
    let sub = match build {
        Some(commit) => format!("the files that were compiled into build {commit}"),
        None => "the files that were compiled into this server".to_owned(),
    };
    let models = state.form.draft().models.clone();
    html! {
        <section {class} aria-labelledby="code-title" data-testid="code">
            <header>
                <h2 id="code-title">{ "Code" }</h2>
                <p class="sub">{ sub }</p>
                <button type="button" class="link" data-testid="whole-files" aria-pressed={whole_files.to_string()}
                    onclick={whole}>{ "whole files" }</button>
            </header>
            <Code catalog={Shared(Rc::clone(catalog))} files={Rc::clone(&state.code.files)} {models} />
        </section>
    }
}

/// The catalogue, the same only if it is the same: comparing it all at every keystroke would cost more than drawing.
#[derive(Clone, Debug)]
pub(super) struct Shared(pub(super) Rc<Catalog>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What a listing is drawn from.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct Listings {
    /// For names and marks.
    pub(super) catalog: Shared,
    /// The files.
    pub(super) files: Rc<Vec<Source>>,
    /// Whose code to show; empty for everybody's.
    pub(super) models: Vec<String>,
}

/// A component of its own, so that listings are not drawn again at every keystroke in the form.
#[component]
pub(super) fn Code(listings: &Listings) -> Html {
    drawn(charts::code(&listings.catalog.0, &listings.files, &listings.models))
}
