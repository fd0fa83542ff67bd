//! A result as one file that opens anywhere: verdict, pictures, figures, conditions, code, and the report itself. It asks
//! for nothing, runs no script, and is readable in light and dark and on paper.

use analysis::verdict::sentence;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use protocol::catalog::Source;
use protocol::{Catalog, Report};

use crate::words::{counted, moment};
use crate::{Heading, Medium, Subject, access, code, conditions, figures, latency, sweep, trials, verdict};

/// What goes into the file.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The words: the slice of the catalogue that the result carries, or all of it.
    pub catalog: &'a Catalog,
    /// What was measured.
    pub report: &'a Report,
    /// The report as JSON, as it is written everywhere.
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
  pre { white-space: pre-wrap; }
  table, .sweep-table table { font-size: 10.5px; }
  td .small { font-size: 9.5px; }
  th, td { padding: 4px 5px; }
}
";

/// The file.
#[must_use]
pub fn document(document: &Document<'_>) -> String {
    let Document { catalog, report, json, sources, styles, again } = document;
    let summarised = access::summarised(report);
    let subject = Subject::of_report(catalog, report, &summarised);
    let name = subject.workload().map_or(report.experiment.workload.as_str(), |workload| &workload.name);
    let about = format!("Interleave · {name} · {} · {}", moment(report.started_ms), counted(report.trials.len(), "trial"));
    let body = html! {
        main id="main" {
            p.about.small { (about) }
            @if report.experiment.sweep.is_some() {
                section.sweep data-testid="sweep" { (sweep::drawn(&subject)) }
            } @else {
                section.outcome aria-label="Verdict" {
                    @let cores = report.machine.cores;
                    (verdict::drawn(catalog, &sentence(catalog, &report.experiment, &report.trials, &summarised, cores, true)))
                }
                (cards(&subject))
                (figures::drawn(&subject, Medium::Paper))
            }
            (experiment(&subject, again))
            (measured_with(&subject, report))
            @if !sources.is_empty() { (listings(&subject, report, sources)) }
        }
    };
    page(name, styles, json, &body).into_string()
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
                // Whatever stands in a result, this file asks no other machine for anything, and runs nothing.
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
    let Some(workload) = subject.workload() else { return html! {} };
    let card = |id: &str, Heading { title, sub }: Heading, inside: Markup| {
        html! {
            section.card aria-labelledby={ (id) "-title" } data-testid=(id) {
                header { h2 id={ (id) "-title" } { (title) } p.sub { (sub) } }
                (inside)
            }
        }
    };
    html! {
        div.cards {
            (card("chart", trials::heading(workload), trials::drawn(subject, Medium::Paper, None)))
            (card("latency", latency::heading(workload), latency::drawn(subject)))
        }
        section.card.every {
            details { summary { "Every trial, in figures" } (PreEscaped(trials::trials_table(subject))) }
        }
    }
}

fn experiment(subject: &Subject<'_>, again: &str) -> Markup {
    html! {
        section.figures aria-labelledby="experiment-title" {
            h2 id="experiment-title" { "What was run" }
            dl.facts.card { @for (name, value) in access::settings(subject) { div { dt { (name) } dd { (value) } } } }
            p.again.small { "To run it again: " code { (again) } ". The whole report stands at the end of this file, as JSON." }
        }
    }
}

fn measured_with(subject: &Subject<'_>, report: &Report) -> Markup {
    let scope = subject.workload().map(|workload| workload.scope.as_slice()).unwrap_or_default();
    html! { section.figures aria-label="Conditions" { (conditions::drawn(&report.machine, &report.build, scope)) } }
}

fn listings(subject: &Subject<'_>, report: &Report, sources: &[Source]) -> Markup {
    html! {
        section.card.code-card data-testid="code" {
            details {
                summary {
                    "Code: the files that were compiled"
                    @if !report.build.commit.is_empty() { " into build " (report.build.commit) }
                }
                (code::drawn(subject.catalog, sources, &report.experiment.models))
            }
        }
    }
}
