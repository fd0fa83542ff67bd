//! A part of the page that is drawn by itself: it stays as it is while its number does, whatever else is drawn.

use std::cell::RefCell;
use std::rc::Rc;

use yew::{Html, Properties, component, html};

use super::Dispatch;
use crate::state::State;

/// The state, for whoever draws.
pub type Store = Rc<RefCell<State>>;

/// What draws a part.
type Draw = fn(&State, &Dispatch) -> Html;

#[derive(Clone, Debug, Properties)]
struct Drawing {
    /// How often it was due.
    drawn: u32,
    state: Store,
    dispatch: Dispatch,
    draw: Draw,
}

/// A part's state, dispatch and function are the same for as long as the page is.
impl PartialEq for Drawing {
    fn eq(&self, other: &Self) -> bool {
        self.drawn == other.drawn
    }
}

#[component]
fn Part(drawing: &Drawing) -> Html {
    (drawing.draw)(&drawing.state.borrow(), &drawing.dispatch)
}

/// The part of this number that `draw` draws.
pub(super) fn part(drawn: u32, state: &Store, dispatch: &Dispatch, draw: Draw) -> Html {
    html! { <Part {drawn} state={Rc::clone(state)} dispatch={dispatch.clone()} {draw} /> }
}
