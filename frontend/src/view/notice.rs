//! What must be said above everything else: the server is away, a link was damaged, the server said no.

use protocol::Problem;
use yew::{Html, html};

use super::{Go, nothing, on};
use crate::state::{Deed, Notice, State};

pub(super) fn banner(state: &State) -> Html {
    if !state.away {
        return nothing();
    }
    html! {
        <div class="banner" role="alert" data-testid="banner" inert={state.sheet}>
            <strong>{ "The server does not answer." }</strong>
            { " Start it with " }<code>{ "cargo xtask serve" }</code>
            { ". Everything you typed stays; the page tries again every second." }
        </div>
    }
}

pub(super) fn notices(state: &State, go: &Go) -> Html {
    html! { <>{ for state.notices.iter().enumerate().map(|(index, said)| notice(index, said, go)) }</> }
}

fn notice(index: usize, notice: &Notice, go: &Go) -> Html {
    let dismiss = on(go, Deed::Dismiss(index));
    let body = match notice {
        Notice::Link(notes) => html! {
            <>
                <p><strong>{ "This link could not be read in full." }</strong>{ " The rest of it is in the form; what could not be read stands at its default:" }</p>
                { problems(notes) }
            </>
        },
        Notice::UnknownRun(id) => html! {
            <p>
                <strong>{ "This server has no run " }<code>{ id }</code>{ "." }</strong>
                { " It was measured elsewhere, or has been removed. Its experiment is in the form: " }<b>{ "Run" }</b>{ " tells what this machine says." }
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
