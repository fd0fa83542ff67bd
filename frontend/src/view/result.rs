//! The main column: what came out, as a sentence; then what proves it; then everything else.

use analysis::verdict::Segment;
use protocol::{Catalog, RunState};
use yew::{AttrValue, Html, html};

use super::mark::colours_of;
use super::{Go, chart, code, conditions, latency, nothing, notice, on, presets, strip, table, words};
use crate::state::{Connection, Deed, Origin, Shown, State};

pub(super) fn result(state: &State, go: &Go) -> Html {
    let Some(catalog) = state.catalog.as_deref().filter(|_| !state.awaits_sample) else {
        let (class, words) =
            if state.away { ("verdict quiet", "Waiting for the server.") } else { ("out", "Asking the server.") };
        return html! {
            <main id="main" tabindex="-1" inert={state.sheet} key="waiting">
                <h1 {class} data-testid="verdict">{ words }</h1>
                { notice::notices(state, go) }
            </main>
        };
    };
    html! {
        <main id="main" tabindex="-1" inert={state.sheet} key="result">
            { notice::notices(state, go) }
            { presets::presets(state, go) }
            { origin(state, catalog, go) }
            <section aria-label="Trials" class="trials">
                { strip::strip(state, catalog, go) }
                { strip::status(state, catalog, go) }
                { conditions::conditions(state, catalog) }
            </section>
            { outcome(state, catalog, go) }
            { code_card(state, go) }
        </main>
    }
}

/// A sweep is drawn by the server, with the classes of this page's own charts: the page has no room for what few ask for.
fn outcome(state: &State, catalog: &Catalog, go: &Go) -> Html {
    if let Some(shown) = state.shown.as_ref().filter(|shown| shown.experiment.sweep.is_some()) {
        // As high before it is drawn as it is then.
        let drawn = match shown.sweep.is_empty() {
            true => verdict(state, catalog),
            false => Html::from_html_unchecked(AttrValue::from(shown.sweep.clone())),
        };
        return html! { <section class="sweep" data-testid="sweep" key="sweep">{ drawn }</section> };
    }
    html! {
        <>
            { verdict(state, catalog) }
            <div class="cards">
                { chart::card(state, catalog, go) }
                { latency::card(state, catalog) }
            </div>
            { table::table(state, catalog, go) }
            { table::figures(state, catalog) }
        </>
    }
}

/// Where the result comes from, where that is not from here and now.
fn origin(state: &State, catalog: &Catalog, go: &Go) -> Html {
    let Some(shown) = &state.shown else { return nothing() };
    let other = !state.is_of_the_form(shown);
    let run = on(go, Deed::StartShown);
    let recorded = shown.origin == Origin::Sample;
    if !recorded && !other {
        return nothing();
    }
    let name = catalog.workload(&shown.experiment.workload).map_or(shown.experiment.workload.as_str(), |workload| &workload.name);
    let what = format!("{name}, {} units", protocol::catalog::grouped(shown.experiment.units()));
    let text = match (recorded, &shown.measured_with) {
        (true, Some((machine, _))) => {
            let when = shown.started_ms.map(crate::web::dom::date).unwrap_or_default();
            html! { <><strong>{ "A recorded sample" }</strong>{ format!(", not measured just now: {what}, on {when}, on a {}-core {}.", machine.cores, machine.cpu) }</> }
        }
        _ => html! { <><strong>{ "From other parameters" }</strong>{ format!(" than those in the form: {what}.") }</> },
    };
    let also = if recorded && other { " From other parameters than those in the form." } else { "" };
    html! {
        <div class="origin" data-testid={if recorded { "sample" } else { "stale" }}>
            <p>{ text }{ also }</p>
            <button type="button" class="button" data-testid="run-shown" onclick={run} hidden={shown.is_going_on()}>
                { if recorded { "Run it here" } else { "Run that again" } }
            </button>
        </div>
    }
}

fn verdict(state: &State, catalog: &Catalog) -> Html {
    let Some(shown) = &state.shown else {
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
    html! {
        <section class="outcome" aria-label="Verdict">
            <h1 class={if quiet { "verdict quiet" } else { "verdict" }} data-testid="verdict">
                { if early { html! { "Too early to tell." } } else { segments(&shown.sentence.headline, catalog) } }
            </h1>
            <p class="detail" data-testid="verdict-detail">
                { if early { html! { "Intervals and a verdict come from the third repetition on." } } else { segments(&shown.sentence.detail, catalog) } }
            </p>
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

fn code_card(state: &State, go: &Go) -> Html {
    let Some(catalog) = state.catalog.clone() else { return nothing() };
    let whole = on(go, Deed::WholeFiles(!state.whole_files));
    let class = if state.whole_files { "card code-card whole" } else { "card code-card" };
    let build = state.here.as_ref().map(|here| here.build.commit.as_str()).filter(|commit| !commit.is_empty());
    let sub = match build {
        Some(commit) => format!("the files that were compiled into build {commit}"),
        None => "the files that were compiled into this server".to_owned(),
    };
    html! {
        <section {class} aria-labelledby="code-title" data-testid="code">
            <header>
                <h2 id="code-title">{ "Code" }</h2>
                <p class="sub">{ sub }</p>
                <button type="button" class="link" data-testid="whole-files" aria-pressed={state.whole_files.to_string()} onclick={whole}>{ "whole files" }</button>
            </header>
            <code::Code catalog={code::Shared(catalog)} files={state.sources.files.clone()} models={state.draft.models.clone()} />
        </section>
    }
}
