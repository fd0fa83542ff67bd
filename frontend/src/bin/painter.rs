//! The entry of the page's second module, which draws results beside it.

fn main() {
    frontend::web::painter::serve();
}
