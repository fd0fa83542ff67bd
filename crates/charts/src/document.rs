//! A result as one file that opens anywhere: verdict, pictures, figures, conditions, code, and the report itself. It asks
//! for nothing, runs no script, and is readable in light and dark and on paper.

use analysis::Summarised;
use analysis::numbers::capital;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use protocol::catalog::Source;
use protocol::parameter::grouped;
use protocol::{Parameter, Run, RunState, Value, View};

use crate::picture::{PICTURES, Picture};
use crate::words::{counted, moment};
use crate::{Heading, Medium, Subject, code, conditions, figures, sweep, verdict};

/// What goes into the file.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What was measured, with its own slice of the catalogue.
    pub run: &'a Run,
    /// What it amounts to: [`analysis::report::summarised_with`].
    pub summarised: &'a Summarised,
    /// How it is looked at.
    pub view: &'a View,
    /// Its report as JSON, as it is written everywhere.
    pub json: &'a str,
    /// The files that were compiled, of the models that took part.
    pub sources: &'a [Source],
    /// The page's styles.
    pub styles: &'a str,
    /// How to run it again: a command, or an address.
    pub again: &'a str,
}

/// What a file needs besides the page's styles.
const STYLES: &str = "\
main { margin: 0 auto; padding: 28px 28px 64px; }
.about { color: var(--muted); }
.outcome { min-height: 0; }
.sweep, .latency, .code-card { min-height: 0; }
.point { cursor: default; }
.listing figcaption { position: static; }
.card > details > summary { cursor: pointer; }
.card > details[open] > summary { margin-bottom: 12px; }
.every { margin-top: 14px; }
.again code { overflow-wrap: anywhere; }
@media print {
  :root:root { color-scheme: light; }
  main { max-width: none; padding: 0; }
  .plot *, .ends * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .card, .figures tr { break-inside: avoid; }
  .code-card { break-inside: auto; }
  .scroll, pre { overflow: visible; max-height: none; }
  pre, .listing .line { white-space: pre-wrap; }
  table, .sweep-table table { font-size: 10.5px; }
  td .small { font-size: 9.5px; }
  th, td { padding: 4px 5px; }
}
";

/// The file.
#[must_use]
pub fn document(document: &Document<'_>) -> String {
    let Document { run, summarised, view, json, sources, styles, again } = document;
    let subject = Subject::of_run(run, summarised).viewed(view);
    let Subject { catalog, experiment, .. } = subject;
    let name = subject.workload().map_or(experiment.workload.as_str(), |workload| &workload.name);
    let about = format!("Interleave · {name} · {} · {}", moment(run.started_ms()), how_far(run));
    let body = html! {
        main id="main" {
            p.about.small { (about) }
            @if experiment.sweep.is_some() {
                section.sweep data-testid="sweep" { (sweep::drawn(&subject)) }
            } @else {
                section.outcome aria-label="Verdict" {
                    @let cores = run.submission.machine.cores;
                    (verdict::drawn(catalog, &subject.sentence(cores)))
                }
                (cards(&subject))
                (figures::drawn(&subject, Medium::Paper))
            }
            (what_was_run(&subject, again))
            section.figures aria-label="Conditions" {
                (conditions::drawn_of(run))
            }
            @if !sources.is_empty() { (listings(&subject, &run.submission.build.commit, sources)) }
        }
    };
    page(name, styles, json, &body).into_string()
}

/// "20 trials"; "12 of 20 trials, cancelled" of a run that did not finish.
fn how_far(run: &Run) -> String {
    let ended = match run.state {
        RunState::Finished => return counted(run.trials.len(), "trial"),
        RunState::Queued => "queued",
        RunState::Running => "still running",
        RunState::Cancelled => "cancelled",
        RunState::Interrupted => "interrupted",
    };
    format!("{} of {}, {ended}", run.trials.len(), counted(run.plan.len(), "trial"))
}

fn page(name: &str, styles: &str, json: &str, body: &Markup) -> Markup {
    // In a script's text a `<` could end it; in JSON it only stands inside strings, which may write it like this.
    let json = json.replace('<', "\\u003c");
    let styles = styles.replace("</", "<\\/");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                // No matter what is in a result, this file asks no other machine for anything, and runs nothing.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (name) " · Interleave" }
                style { (PreEscaped(styles)) (PreEscaped(STYLES)) }
            }
            body {
                (body)
                script type="application/json" id="report" { (PreEscaped(json)) }
            }
        }
    }
}

fn cards(subject: &Subject<'_>) -> Markup {
    html! {
        div.cards {
            @for picture in PICTURES {
                @if let Some(heading) = (picture.heading)(subject) { (card(subject, picture, &heading)) }
            }
        }
    }
}

fn card(subject: &Subject<'_>, picture: &Picture, Heading { title, sub, help }: &Heading) -> Markup {
    let id = picture.id;
    html! {
        section.card aria-labelledby={ (id) "-title" } data-testid=(id) {
            header { h2 id={ (id) "-title" } title=(help) { (title) } p.sub { (sub) } }
            ((picture.body)(subject, Medium::Paper))
            details { summary { "In figures" } ((picture.table)(subject).html(title)) }
        }
    }
}

fn what_was_run(subject: &Subject<'_>, again: &str) -> Markup {
    html! {
        section.figures aria-labelledby="experiment-title" {
            h2 id="experiment-title" { "What was run" }
            dl.facts.card { @for (name, value) in settings(subject) { div { dt { (name) } dd { (value) } } } }
            p.again.small { "To run it again: " code { (again) } ". The whole report is at the end of this file, as JSON." }
        }
    }
}

/// Every parameter and every field of the method, as it was set: label and value.
#[must_use]
pub fn settings(subject: &Subject<'_>) -> Vec<(String, String)> {
    let Some(workload) = subject.workload() else { return Vec::new() };
    let setting = |parameter: &Parameter| {
        let values = match subject.experiment.sweeps().find(|sweep| sweep.parameter == parameter.name) {
            Some(sweep) => sweep.values.iter().map(|value| grouped(*value)).collect::<Vec<_>>().join("; "),
            None => match subject.experiment.value(&parameter.name)? {
                Value::Integer(number) => grouped(*number),
                Value::Text(text) => text.clone(),
            },
        };
        // Units are what the label says, and repetitions are repetitions.
        let label = parameter.label.to_ascii_lowercase();
        let counts = !["", "units", &label].contains(&parameter.unit.as_str());
        let unit = if counts { format!(" {}", parameter.unit) } else { String::new() };
        Some((capital(&parameter.label), format!("{values}{unit}")))
    };
    workload.parameters.iter().chain(subject.catalog.method_fields()).filter_map(setting).collect()
}

fn listings(subject: &Subject<'_>, commit: &str, sources: &[Source]) -> Markup {
    html! {
        section.card.code-card data-testid="code" {
            details {
                summary {
                    "Code: the files that were compiled"
                    @if !commit.is_empty() { " into build " (commit) }
                }
                (code::drawn(subject.catalog, sources, &subject.experiment.models, Medium::Paper))
            }
        }
    }
}
