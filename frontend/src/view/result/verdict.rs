//! The verdict: what came out, as a sentence; or why there is none yet.

use analysis::verdict::Segment;
use protocol::{Catalog, RunState};
use yew::{Html, html};

use crate::state::{Connection, Shown, State};
use crate::view::mark::colours_of;
use crate::view::{nothing, words};

pub(super) fn verdict(state: &State, catalog: &Catalog) -> Html {
    let Some(shown) = state.run.shown() else {
        let help = state.workload().map(|workload| workload.help.as_str()).unwrap_or_default();
        return html! {
            <section class="outcome" aria-label="Verdict">
                <h1 class="verdict quiet" data-testid="verdict">{ "Not measured yet." }</h1>
                <p class="detail">{ words::prose(help) }</p>
            </section>
        };
    };
    if shown.state == RunState::Queued {
        return html! {
            <section class="outcome" aria-label="Verdict">
                <h1 class="verdict quiet" data-testid="verdict">{ "Waiting for its turn." }</h1>
                <p class="detail">{ "One measured run at a time on a machine: two at once would measure each other." }</p>
            </section>
        };
    }
    // Nothing has ended yet, and so nothing has been computed.
    let early = shown.sentence.headline.is_empty();
    let quiet = early || !shown.sentence.headline.iter().any(|segment| matches!(segment, Segment::Strong(_)));
    let (headline, detail) = match early {
        true => (html! { "Too early to tell." }, html! { "Intervals and a verdict come from the third repetition on." }),
        false => (segments(&shown.sentence.headline, catalog), segments(&shown.sentence.detail, catalog)),
    };
    html! {
        <section class="outcome" aria-label="Verdict">
            <h1 class={if quiet { "verdict quiet" } else { "verdict" }} data-testid="verdict">{ headline }</h1>
            <p class="detail" data-testid="verdict-detail">{ detail }</p>
            { cut_short(shown) }
        </section>
    }
}

fn cut_short(shown: &Shown) -> Html {
    let (done, planned) = (shown.trials.len(), shown.plan.len());
    let text = match (shown.state, shown.connection) {
        (_, Connection::Lost) => {
            "The server was started again and does not know this run any more: this is what had come until then.".to_owned()
        }
        (RunState::Cancelled, _) => format!("Cancelled: from {} of {}.", done, words::counted(planned, "trial")),
        _ => return nothing(),
    };
    html! { <p class="detail"><strong>{ text }</strong></p> }
}

fn segments(segments: &[Segment], catalog: &Catalog) -> Html {
    let one = |segment: &Segment| match segment {
        Segment::Text(text) => html! { { text } },
        Segment::Strong(text) => html! { <strong>{ text }</strong> },
        Segment::Model(id, text) => html! { <span class="m ink" style={colours_of(catalog, id)}>{ text }</span> },
    };
    html! { <>{ for segments.iter().map(one) }</> }
}
