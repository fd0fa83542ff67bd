//! Every picture of every made-up result against the file that was last looked at and found right.
//!
//! `UPDATE_GOLDEN=1 cargo test -p interleave-charts --test golden` writes the files anew; then look at what has changed.

mod beside;
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use charts::conditions::{self, Facts};
use charts::{Document, Kind, Medium, Picture, Subject, Theme};
use protocol::catalog::{CodeView, Show};
use protocol::link::Line;
use protocol::view::LatencyForm;
use protocol::{Catalog, Experiment, Run, Submission, View};

#[test]
fn every_picture_is_the_one_that_was_found_right() {
    for (name, run) in support::cases() {
        compare(name, &pictures(&run));
    }
}

#[test]
fn the_marks_and_the_listings_are_those_that_were_found_right() {
    let catalog = support::catalog();
    let kinds = [Kind::Model, Kind::Control];
    let mut text = String::new();
    for (model, kind) in catalog.models.iter().flat_map(|model| kinds.map(|kind| (model, kind))) {
        let _ = writeln!(text, "{}", charts::mark(Some(model), kind));
    }
    let _ = writeln!(text, "{}", charts::mark(None, Kind::Model));
    let _ = writeln!(text, "{}", charts::code::listings(&catalog, &support::sources(), &[], Medium::Page));
    let _ = writeln!(text, "{}", charts::code::contract(&support::sources(), None));
    let line = Some(Line { model: "tokio".into(), number: 6 });
    for show in [Show::Regions, Show::Diff, Show::Whole] {
        let view = CodeView { left: "threads".into(), right: Some("tokio".into()), show, line: line.clone() };
        let _ = writeln!(text, "<!-- {show:?} -->\n{}", charts::code(&catalog, &support::marked_sources(), &view));
    }
    compare("marks-and-code", &text);
}

#[test]
fn the_pictures_that_stand_alone_are_those_that_were_found_right() {
    let (_, run) = support::cases().into_iter().find(|(case, _)| *case == "refused").unwrap();
    let summarised = analysis::report::summarised(&run);
    let subject = Subject::of_run(&run, &summarised);
    let mut text = String::new();
    for (theme, picture) in
        [Theme::Light, Theme::Dark].into_iter().flat_map(|theme| charts::PICTURES.iter().map(move |one| (theme, one)))
    {
        let _ = writeln!(text, "<!-- {}, {theme:?} -->\n{}", picture.id, (picture.svg)(&subject, theme).unwrap_or_default());
    }
    compare("svg", &text);
}

#[test]
fn the_picture_of_a_link_is_the_one_that_was_found_right() {
    let mut text = String::new();
    for (name, theme) in [("refused", Theme::Light), ("refused", Theme::Dark), ("sweep", Theme::Light), ("orders", Theme::Light)]
    {
        let (_, run) = support::cases().into_iter().find(|(case, _)| *case == name).unwrap();
        let _ = writeln!(text, "<!-- {name}, {theme:?} -->\n{}", charts::preview(&run, &charts::AS_IT_IS, theme));
        let _ = writeln!(text, "{:#?}", charts::preview::mention(&run, &charts::AS_IT_IS));
    }
    compare("preview", &text);
}

#[test]
fn the_document_is_the_one_that_was_found_right() {
    for (name, file) in [("refused", "document"), ("sweep", "document-of-a-sweep"), ("orders", "document-of-orders")] {
        let (_, run) = support::cases().into_iter().find(|(case, _)| *case == name).unwrap();
        let document = Document {
            run: &run,
            summarised: &analysis::report::summarised(&run),
            view: &charts::AS_IT_IS,
            json: r#"{"error":"</script><!--"}"#,
            sources: &support::sources(),
            styles: "main { margin: 0; }",
            again: "interleave run echo.json",
        };
        compare(file, &charts::document(&document));
    }
}

#[test]
fn what_whole_trials_show_is_what_was_found_right() {
    let mut text = String::new();
    for (name, run) in support::whole::cases().into_iter().filter(|(name, _)| *name != "whole-twelve") {
        let summarised = analysis::report::summarised(&run);
        for (picture, latency) in charts::PICTURES[2..].iter().flat_map(|picture| LatencyForm::ALL.map(|form| (picture, form))) {
            let view = View { latency, ..View::default() };
            let subject = Subject::of_run(&run, &summarised).viewed(&view);
            if picture.id == "latency" || latency == LatencyForm::default() {
                let _ = writeln!(text, "<!-- {name}: {}, {} -->", picture.id, latency.word());
                let _ = writeln!(text, "{}", (picture.body)(&subject, Medium::Page).into_string());
                let _ = writeln!(text, "{}", (picture.svg)(&subject, Theme::Light).unwrap_or_default());
            }
        }
    }
    compare("pictures-of-whole-trials", &text);
}

#[test]
fn what_is_drawn_of_two_results_and_more_is_what_was_found_right() {
    for (name, results) in beside::cases() {
        let names = ["there", "here"].map(str::to_owned);
        let view = View::default();
        let drawing = charts::between::drawing(&results, &names, &view);
        let mut text = drawing.verdict;
        for card in &drawing.cards {
            let _ = writeln!(text, "\n<!-- {}: {}, {} -->\n{}\n{}", card.id, card.title, card.sub, card.body, card.table);
            let svg = charts::drawing::Form::Svg(Theme::Light);
            text.push_str(&charts::between::export(&results, &names, &view, &card.id, svg).unwrap_or_default());
        }
        let _ = writeln!(text, "\n<!-- figures -->\n{}", drawing.figures);
        compare(&format!("between-{name}"), &text);
    }
}

#[test]
fn what_is_pasted_into_an_issue_is_what_was_found_right() {
    let mut text = String::new();
    for (name, run) in support::cases().into_iter().filter(|(name, _)| !name.contains("eight")) {
        let markdown = charts::markdown(&run, &View::default(), Some("https://a.example/c#text"));
        let _ = writeln!(text, "<!-- {name} -->\n{markdown}");
    }
    compare("markdown", &text);
}

/// All of them, each under its name.
fn pictures(run: &Run) -> String {
    let summarised = analysis::report::summarised(run);
    let subject = Subject::of_run(run, &summarised);
    let Subject { catalog, experiment, trials, .. } = subject;
    let Submission { machine, build, .. } = &run.submission;
    let going_on = Subject { over: false, ..subject };
    let words = subject.sentence(machine.cores);
    let ratios = charts::PICTURES.iter().find(|picture| picture.id == "ratios").unwrap();
    let mut pictures = vec![
        ("ratios", (ratios.body)(&subject, Medium::Page).into_string()),
        ("ratios while it goes on, in a file", (ratios.body)(&going_on, Medium::Paper).into_string()),
        ("trials", charts::trials(&subject, Medium::Page)),
        ("trials while it goes on", charts::trials(&going_on, Medium::Page)),
        ("trials in a file", charts::trials(&subject, Medium::Paper)),
        ("latency", charts::latency(&subject)),
        ("latency while it goes on", charts::latency(&going_on)),
        ("verdict", charts::verdict(catalog, &words)),
        ("figures", charts::figures(&subject, Medium::Page)),
        ("figures while it goes on, in a file", charts::figures(&going_on, Medium::Paper)),
        ("conditions", both(catalog, experiment, &Facts::of(catalog, experiment, machine, build))),
        ("conditions of the run", both(catalog, experiment, &Facts::of_run(run))),
    ];
    if experiment.sweep.is_some() {
        let svg = charts::drawing::export(run, subject.view, "curves", charts::drawing::Form::Svg(Theme::Light));
        pictures = vec![("sweep", charts::sweep(&subject)), ("as an SVG", svg.unwrap_or_default())];
    }
    if let Some(trial) = trials.first() {
        pictures.push(("the first trial", charts::trial_details(catalog, subject.workload().unwrap(), trial)));
    }
    let orders = charts::orders(&subject);
    if !orders.is_empty() {
        pictures.push(("orders", orders));
        let alone = charts::PICTURES.iter().find_map(|picture| (picture.svg)(&subject, Theme::Light));
        pictures.push(("orders as a picture that stands alone", alone.unwrap()));
    }
    let has_one = |picture: &&Picture| experiment.sweep.is_none() && (picture.heading)(&subject).is_some();
    for picture in charts::PICTURES.iter().filter(has_one) {
        pictures.push(("as a table", (picture.table)(&subject).html(picture.id).into_string()));
    }
    let mut text = String::new();
    for (name, picture) in pictures {
        let _ = writeln!(text, "<!-- {name} -->\n{picture}");
    }
    text
}

/// Compares exactly; in the file a line ends at each element, so that a difference can be read.
fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.html"));
    let text = text.replace("><", ">\n<");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let differs = text.lines().zip(golden.lines()).position(|(now, then)| now != then);
    let line = differs.unwrap_or_else(|| text.lines().count().min(golden.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(ends)").to_owned();
    assert!(text == golden, "{name}, line {}:\n now: {}\nthen: {}", line + 1, at(&text), at(&golden));
}

/// The line and the card.
fn both(catalog: &Catalog, experiment: &Experiment, facts: &Facts<'_>) -> String {
    format!("{}\n{}", conditions::summary(catalog, experiment, facts.machine, facts.build), conditions::card(facts))
}
