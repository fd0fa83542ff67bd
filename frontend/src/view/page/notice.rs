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
        Notice::Link(notes) => html! {
            <>
                <p>
                    <strong>{ "This link could not be read in full." }</strong>
                    { " The rest of it is in the form; what could not be read stands at its default:" }
                </p>
                { problems(notes) }
            </>
        },
        Notice::UnknownRun(id) => html! {
            <p>
                <strong>{ "This server has no run " }<code>{ id }</code>{ "." }</strong>
                { " It was measured elsewhere, or has been removed. Its experiment is in the form: " }
                <b>{ "Run" }</b>{ " tells what this machine says." }
            </p>
        },
        Notice::OtherBuild => html! {
            <p>
                <strong>{ "This page and its server are of different builds." }</strong>
                { " They cannot understand each other: start the server again, then load the page again." }
                { " What you typed is in the address." }
            </p>
        },
        Notice::NoPainter => html! {
            <p>
                <strong>{ "The result could not be drawn." }</strong>
                { " The part of the page that draws it did not load; load the page again. The run itself is not affected." }
            </p>
        },
        Notice::Refused(detail, errors) if errors.is_empty() => html! { <p>{ detail }</p> },
        Notice::Refused(_, errors) => {
            html! { <><p><strong>{ "The server did not take it:" }</strong></p>{ problems(errors) }</> }
        }
    };
    html! {
        <div class="notice" role="group" aria-label="Notice" data-testid="notice">
            <div>{ body }</div>
            <button type="button" class="icon" aria-label="Dismiss the notice" onclick={dismiss}>{ "×" }</button>
        </div>
    }
}

fn problems(problems: &[Problem]) -> Html {
    if problems.is_empty() {
        return nothing();
    }
    html! { <ul>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul> }
}
