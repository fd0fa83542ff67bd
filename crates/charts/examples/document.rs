//! A made-up or recorded result as a document, to look at:
//! `cargo run -p interleave-charts --example document -- refused > refused.html`; without a name, the recorded sample.

#[path = "../tests/recorded/mod.rs"]
mod recorded;
#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{self, Write as _};

use charts::{Document, document};

/// The page's styles, as far as a result is drawn with them.
const STYLES: &str = concat!(
    include_str!("../../../frontend/styles/base.css"),
    include_str!("../../../frontend/styles/result.css"),
    include_str!("../../../frontend/styles/chart.css"),
    include_str!("../../../frontend/styles/heat.css"),
    include_str!("../../../frontend/styles/code.css"),
    include_str!("../../../frontend/styles/pictures.css"),
    include_str!("../../../frontend/styles/phone.css"),
);

fn main() -> io::Result<()> {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "sample".to_owned());
    let mut cases = support::cases();
    cases.push(("sample", recorded::sample()));
    let names: Vec<&str> = cases.iter().map(|(name, _)| *name).collect();
    let (_, run) = cases
        .iter()
        .find(|(name, _)| *name == wanted)
        .ok_or_else(|| io::Error::other(format!("{wanted}: there is no such result; accepted: {}", names.join(", "))))?;
    let text = document(&Document {
        run,
        summarised: &analysis::report::summarised(run),
        view: &charts::AS_IT_IS,
        json: &recorded::json(run),
        sources: &support::sources(),
        styles: STYLES,
        again: "interleave run echo.json",
    });
    io::stdout().write_all(text.as_bytes())
}
