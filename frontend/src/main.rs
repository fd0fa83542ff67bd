//! The page's entry: everything is in the library, so that it can be tested without a browser.

fn main() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        yew::Renderer::<frontend::app::App>::with_root(root).render();
    }
}
