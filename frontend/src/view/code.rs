//! The code of two models side by side: the text that was compiled, coloured by the compiler's own lexer in the server.

use std::rc::Rc;

use charts::Kind;
use protocol::Catalog;
use protocol::catalog::{CodeView, Show, Source};
use protocol::link::Line;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Event, Html, KeyboardEvent, MouseEvent, Properties, component, html};

use super::mark::{drawn, mark};
use super::{Dispatch, nothing, on};
use crate::state::{CodeAction, State};
use crate::web::dom;

/// The ways to show code: the word for each, and the test id of its button.
const SHOWS: [(Show, &str, &str); 3] =
    [(Show::Regions, "what differs", "regions"), (Show::Diff, "diff", "diff"), (Show::Whole, "whole files", "whole-files")];

/// The code of the form's workload, of two of the models that are chosen.
pub(super) fn card(state: &State, dispatch: &Dispatch) -> Html {
    let Some(catalog) = &state.server.catalog else { return nothing() };
    let unfolded = state.code.unfolded;
    let unfold = on(dispatch, CodeAction::Unfold(!unfolded));
    let class = if unfolded { "card code-card unfolded" } else { "card code-card" };
    let build = state.server.here.as_ref().map(|here| here.build.commit.as_str()).filter(|commit| !commit.is_empty());
    let sub = match build {
        Some(commit) => format!("the files that were compiled into build {commit}"),
        None => "the files that were compiled into this server".to_owned(),
    };
    let files = match files(state) {
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    html! {
        <section {class} aria-labelledby="code-title" data-testid="code">
            <header>
                <h2 id="code-title">{ "Code" }</h2>
                <p class="sub">{ sub }</p>
            </header>
            <button type="button" class="button unfold" data-testid="show-code" aria-expanded={unfolded.to_string()} onclick={unfold}>
                { if unfolded { "Hide the code".to_owned() } else { format!("Show the code ({files})") } }
            </button>
            { match state.code_view() {
                Some(view) => body(state, catalog, view, dispatch),
                None => nothing(),
            } }
        </section>
    }
}

/// How many files the chosen models' code is.
fn files(state: &State) -> usize {
    let mut paths: Vec<&str> = Vec::new();
    for file in state.models_with_code().iter().filter_map(|model| state.code.file(model)) {
        if !paths.contains(&file.path.as_str()) {
            paths.push(&file.path);
        }
    }
    paths.len()
}

fn body(state: &State, catalog: &Rc<Catalog>, view: CodeView, dispatch: &Dispatch) -> Html {
    let points = dispatch.clone();
    let point = move |event: MouseEvent| {
        if let Some(line) = dom::line_of(&event) {
            // The link that it is would change the address in a way of its own.
            event.prevent_default();
            points.emit(CodeAction::Point(line).into());
        }
    };
    let rove = |event: KeyboardEvent| dom::rove(&event);
    let catalog = Shared(Rc::clone(catalog));
    let files = || Rc::clone(&state.code.files);
    let contract = view.line.clone().filter(|line| line.model == Line::CONTRACT);
    let show = |(show, words, id): (Show, &'static str, &'static str)| {
        html! {
            <button type="button" class="link" data-testid={id} aria-pressed={(show == view.show).to_string()}
                onclick={on(dispatch, CodeAction::Show(show))}>{ words }</button>
        }
    };
    let class = if view.show == Show::Diff { "code-rows diff" } else { "code-rows" };
    html! {
        <div class="code-body" onclick={point}>
            <Code catalog={catalog.clone()} files={files()} what={What::Contract(contract)} />
            <div class="shows" role="group" aria-label="How to show the code">{ for SHOWS.map(show) }</div>
            <div class="code-heads">
                { for state.sides().iter().enumerate().map(|(side, model)| head(state, &catalog.0, side, model, dispatch)) }
            </div>
            <div {class} role="group" tabindex="0" aria-label="Code; arrow keys go from line to line" data-roving="true"
                data-testid="code-rows" onkeydown={rove}>
                <Code {catalog} files={files()} what={What::Rows(view)} />
            </div>
        </div>
    }
}

/// Whose code a column is; which of more than two is a choice.
fn head(state: &State, catalog: &Catalog, side: usize, model: &str, dispatch: &Dispatch) -> Html {
    let place = if side == 0 { "left" } else { "right" };
    let name = |model: &str| catalog.model(model).map_or_else(|| model.to_owned(), |model| model.name.clone());
    let models = state.models_with_code();
    let chooses = dispatch.clone();
    let choose = move |event: Event| {
        if let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
            chooses.emit(CodeAction::Choose(side, select.value()).into());
        }
    };
    let option = |other: &&str| {
        html! { <option value={(*other).to_owned()} selected={*other == model}>{ name(other) }</option> }
    };
    let who = match models.len() {
        0..=2 => html! { <b>{ name(model) }</b> },
        _ => html! {
            <select data-testid={format!("code-{place}")} aria-label={format!("Code on the {place}")} onchange={choose}>
                { for models.iter().map(option) }
            </select>
        },
    };
    let path = state.code.file(model).map_or("", |file| file.path.as_str());
    let copy = on(dispatch, CodeAction::Copy(side));
    html! {
        <div class="code-head">
            { mark(catalog.model(model), Kind::Model) }
            { who }
            <span class="muted small" title={path.to_owned()}>{ charts::code::file(path) }</span>
            <button type="button" class="link" data-testid={format!("copy-{place}")} aria-label={format!("Copy the code of {}", name(model))}
                onclick={copy}>{ if state.code.copied == Some(side) { "Copied" } else { "Copy" } }</button>
        </div>
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

/// What of the files is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// The contract, folded unless this line is in it.
    Contract(Option<Line>),
    /// Two models side by side.
    Rows(CodeView),
}

/// What code is drawn from.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct Drawing {
    /// For names and marks.
    pub(super) catalog: Shared,
    /// The files.
    pub(super) files: Rc<Vec<Source>>,
    /// What of them.
    pub(super) what: What,
}

/// A component of its own, so that code is not drawn again at every keystroke in the form.
#[component]
pub(super) fn Code(drawing: &Drawing) -> Html {
    let Drawing { catalog: Shared(catalog), files, what } = drawing;
    drawn(match what {
        What::Contract(line) => charts::code::contract(files, line.as_ref()),
        What::Rows(view) => charts::code(catalog, files, view),
    })
}
