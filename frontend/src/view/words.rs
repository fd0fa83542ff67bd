//! Words that several views use beside those of `charts`.

use yew::{Html, html};

use crate::state::FormPart;

/// A wait as a person says it: "9 s", "1 min 20 s". Milliseconds.
pub(super) fn wait(ms: f64) -> String {
    charts::words::wait(ms.max(0.0) as u64)
}

/// A wait that is expected: "about 9 s", "less than a second". Milliseconds.
pub(super) fn about(ms: f64) -> String {
    let wait = wait(ms);
    if wait.starts_with(|first: char| first.is_ascii_digit()) { format!("about {wait}") } else { wait }
}

/// How long what is in the form would take, as far as that is known: ", about 2 min", ", 9 s at least"; empty if it is not.
pub(super) fn time_of(form: &FormPart) -> String {
    match (form.estimate_ms(), form.least_ms()) {
        (Some(ms), _) => format!(", {}", about(ms)),
        (None, Some(ms)) if ms >= 1000.0 => format!(", {} at least", wait(ms)),
        (None, _) => String::new(),
    }
}

/// How long something took, with a tenth of a second if that is much. Milliseconds.
pub(super) fn took(ms: f64) -> String {
    if ms < 60_000.0 { format!("{} s", analysis::numbers::decimal(ms / 1000.0, 1)) } else { wait(ms) }
}

/// A text in which `code` stands between backticks.
pub(super) fn prose(text: &str) -> Html {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => html! { { part } },
        _ => html! { <code>{ part }</code> },
    });
    html! { <>{ for parts }</> }
}
