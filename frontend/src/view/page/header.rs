//! The top of the page: the name, and the buttons that are about the page as a whole.

use yew::{Html, MouseEvent, html};

use super::share;
use crate::edition::Edition;
use crate::state::{PageAction, Place, State, UserAction};
use crate::view::{Dispatch, nothing, on};
use crate::web::dom;

pub(super) fn header(state: &State, dispatch: &Dispatch) -> Html {
    let theme = on(dispatch, PageAction::ToggleTheme { system_is_dark: dom::system_is_dark() });
    let help = on(dispatch, PageAction::OpenHelp);
    // A link to a fragment would change the address, which is the experiment's.
    let skip = |event: MouseEvent| {
        event.prevent_default();
        dom::focus("main");
    };
    html! {
        <header class="top" inert={state.page.sheet}>
            <a class="skip" href="#main" onclick={skip}>{ "Skip to the result" }</a>
            <a class="brand" href="./">{ logo() }{ "Interleave" }</a>
            <span class="edition" data-testid="edition" hidden={state.server.edition == Edition::Served}
                title="Results that were recorded elsewhere: nothing runs here">{ "recorded" }</span>
            <nav aria-label="Parts of the page">
                { for Place::ALL.map(|place| to(place, state, dispatch)) }
                if state.server.edition == Edition::Static { <a href="r/" data-testid="to-results">{ "Results" }</a> }
            </nav>
            <div class="tools">
                <button type="button" class="icon" data-testid="theme" aria-label="Light or dark" title="Light or dark"
                    onclick={theme}>
                    <svg viewBox="0 0 16 16" aria-hidden="true">
                        <circle cx="8" cy="8" r="6.2" class="line" /><path d="M8 1.8A6.2 6.2 0 0 1 8 14.2Z" />
                    </svg>
                </button>
                <button type="button" class="icon" data-testid="help" aria-label="Help: keys, method, words" title="Help (?)"
                    onclick={help}>{ "?" }</button>
                { share::share(state, dispatch) }
            </div>
        </header>
    }
}

/// A link, so that it can be opened beside; a click goes there without loading anything.
fn to(place: Place, state: &State, dispatch: &Dispatch) -> Html {
    let go = dispatch.clone();
    let onclick = move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0) {
            event.prevent_default();
            go.emit(UserAction::Go(place));
        }
    };
    let current = (state.place == place).then_some("page");
    html! {
        <a href={state.server.edition.address(place.path())} aria-current={current} data-testid={to_testid(place)} {onclick}>
            { place.name() }
        </a>
    }
}

/// Not made of the name: the letters of all alphabets would come into the module with it.
fn to_testid(place: Place) -> &'static str {
    match place {
        Place::Run => "to-run",
        Place::History => "to-history",
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
