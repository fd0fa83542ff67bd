//! What the state looks like: plain functions of it. The views of a subject are under the name that it has in `state`; what
//! several of them draw or say is in `mark` and `words`.

mod code;
mod form;
mod lanes;
mod mark;
mod page;
mod part;
mod result;
mod run;
mod server;
mod words;

use yew::{Callback, Html, html};

pub use self::page::{page, title};
pub use self::part::Store;
use crate::state::UserAction;

/// Where a view sends what a person did.
pub type Dispatch = Callback<UserAction>;

/// Sends this action, whatever the event.
fn on<E: 'static>(dispatch: &Dispatch, action: impl Into<UserAction>) -> Callback<E> {
    on_event(dispatch, action.into())
}

/// One function for every click, whatever the action is about, so that the page has its code once.
fn on_event<E: 'static>(dispatch: &Dispatch, action: UserAction) -> Callback<E> {
    dispatch.reform(move |_: E| action.clone())
}

/// In place of what is not there. Never nothing at all: a conditional that renders nothing between two others that come and go
/// makes yew 0.23 panic (yew#4092).
fn nothing() -> Html {
    html! { <span hidden=true /> }
}
