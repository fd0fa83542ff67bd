//! The entry of the page's second module, which draws results beside it.

use frontend::painter::Painter;
use frontend::web::worker;

fn main() {
    let mut painter = Painter::default();
    worker::hear(move |request| {
        if let Some(answer) = painter.take(&request) {
            worker::tell(&answer);
        }
    });
}
