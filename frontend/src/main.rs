//! The page's entry: everything is in the library, so that it can be tested without a browser.

use gloo_timers::callback::Timeout;

fn main() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        // Not in the task in which the browser has compiled all of this.
        Timeout::new(0, || drop(yew::Renderer::<frontend::app::App>::with_root(root).render())).forget();
    }
}
