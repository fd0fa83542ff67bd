//! What must be said once, above the result: a link was damaged, a run is not known, the server said no.

use protocol::Problem;
use yew::{Html, html};

use crate::state::{Notice, PageAction, State};
use crate::view::{Dispatch, nothing, on};

pub(super) fn notices(state: &State, dispatch: &Dispatch) -> Html {
    html! { <>{ for state.page.notices.iter().enumerate().map(|(index, said)| notice(index, said, dispatch)) }</> }
}

fn notice(index: usize, notice: &Notice, dispatch: &Dispatch) -> Html {
    let dismiss = on(dispatch, PageAction::DismissNotice(index));
    let body = match notice {
        Notice::Link(notes) => with_problems(
            said(
                "This link could not be read in full.",
                "",
                "The rest of it is in the form; unreadable parts were set to their defaults:",
            ),
            notes,
        ),
        Notice::UnknownRun(id) => said(
            "There is no run like this here:",
            id,
            "It was measured elsewhere, or has been removed. Its experiment is in the form: Run tells what this machine says.",
        ),
        Notice::Carried(reason) => said("The result in this link could not be opened:", "", reason),
        Notice::UnknownResult(id) => said(
            "No such result is kept here:",
            id,
            "It was kept elsewhere, was deleted, or its time is over. A link with the result inside would still open.",
        ),
        Notice::NotCopied(text) => html! {
            <p>
                <label for="not-copied">{ "The browser does not let it be copied. Here it is:" }</label>
                <textarea id="not-copied" readonly=true rows="3" value={text.clone()} />
            </p>
        },
        Notice::Recorded(line) => html! {
            <p data-testid="line">
                <strong>{ "This edition shows recorded results: it runs nothing." }</strong>
                { " Where Interleave is installed, this runs it:" }<br /><code>{ format!("interleave run {line}") }</code>
            </p>
        },
        Notice::OtherBuild => said(
            "This page and its server are of different builds.",
            "",
            "They cannot understand each other: start the server again, then load the page again. What you typed is in the address.",
        ),
        Notice::NoPainter => said(
            "The result could not be drawn.",
            "",
            "The part of the page that draws it did not load; load the page again. The run itself is not affected.",
        ),
        Notice::NoKeeper => said(
            "The history cannot be reached.",
            "",
            "The part of the page that keeps and opens results did not load: try it again. Nothing is lost.",
        ),
        Notice::KeptRun(id) => {
            said("This server does not have this run; your history has it:", id, "It is shown as this browser kept it.")
        }
        Notice::NotOpened(words) | Notice::Told(words) => said("", "", words),
        Notice::Refused(detail, errors) if errors.is_empty() => said("", "", detail),
        Notice::Refused(_, errors) => with_problems(said("The server did not take it:", "", ""), errors),
    };
    html! {
        <div class="notice" role="group" aria-label="Notice" data-testid="notice">
            <div>{ body }</div>
            <button type="button" class="icon" aria-label="Dismiss the notice" onclick={dismiss}>{ "×" }</button>
        </div>
    }
}

/// The point, what it is about, and the rest of it.
fn said(point: &'static str, about: &str, rest: &str) -> Html {
    let about = if about.is_empty() {
        nothing()
    } else {
        html! { <><code>{ about }</code>{ ". " }</> }
    };
    html! { <p><strong>{ point }</strong>{ " " }{ about }{ rest }</p> }
}

fn with_problems(said: Html, problems: &[Problem]) -> Html {
    html! { <>{ said }<ul hidden={problems.is_empty()}>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul></> }
}
