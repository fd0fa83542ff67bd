//! The top of the page: the name, and the buttons that are about the page as a whole.

use yew::{Html, MouseEvent, html};

use crate::state::{PageAction, State};
use crate::view::{Dispatch, nothing, on};
use crate::web::dom;

pub(super) fn header(state: &State, dispatch: &Dispatch) -> Html {
    let theme = on(dispatch, PageAction::ToggleTheme { system_is_dark: dom::system_is_dark() });
    let help = on(dispatch, PageAction::OpenHelp);
    let copy = on(dispatch, PageAction::CopyLink);
    // A link to a fragment would change the address, which is the experiment's.
    let skip = |event: MouseEvent| {
        event.prevent_default();
        dom::focus("main");
    };
    let copied = match state.page.copied {
        None => "Copy link",
        Some(true) => "Link copied",
        Some(false) => "Not copied",
    };
    html! {
        <header class="top" inert={state.page.sheet}>
            <a class="skip" href="#main" onclick={skip}>{ "Skip to the result" }</a>
            <a class="brand" href="/">{ logo() }{ "Interleave" }</a>
            <div class="tools">
                <button type="button" class="icon" data-testid="theme" aria-label="Light or dark" title="Light or dark"
                    onclick={theme}>
                    <svg viewBox="0 0 16 16" aria-hidden="true">
                        <circle cx="8" cy="8" r="6.2" class="line" /><path d="M8 1.8A6.2 6.2 0 0 1 8 14.2Z" />
                    </svg>
                </button>
                <button type="button" class="icon" data-testid="help" aria-label="Help: keys, method, words" title="Help (?)"
                    onclick={help}>{ "?" }</button>
                <button type="button" class="button copy" data-testid="copy-link" onclick={copy}>{ copied }</button>
            </div>
        </header>
    }
}

/// What the page is for, for whoever has run nothing yet.
pub(super) fn purpose(state: &State) -> Html {
    if state.run.asked {
        return nothing();
    }
    html! {
        <p class="purpose" data-testid="purpose">
            { "Run the same work on threads, Tokio and Actix on your machine, and see which differences are real." }
        </p>
    }
}

/// Three strands that cross: what the trial strip does with the models.
fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 28 20" aria-hidden="true">
            <path class="third" d="M2 3.5C11 3.5 17 16.5 26 16.5" />
            <path class="second" d="M2 10H26" />
            <path class="first" d="M2 16.5C11 16.5 17 3.5 26 3.5" />
        </svg>
    }
}
