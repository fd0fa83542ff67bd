//! What is true of every picture, whatever the result.

mod support;

use std::collections::BTreeMap;

use analysis::verdict::sentence;
use charts::{Document, Medium, Subject};
use protocol::plan::is_traced;
use protocol::{Catalog, Report, TrialStatus};

const NASTY: &str = "</script><script>alert(\"1\")</script>'&";

fn document(catalog: &Catalog, report: &Report, styles: &str) -> String {
    let json = serde_json::to_string(report).unwrap();
    let sources = support::sources();
    charts::document(&Document { catalog, report, json: &json, sources: &sources, styles, again: "interleave run again.json" })
}

/// Every picture of a report, in both media, and its document.
fn all(catalog: &Catalog, report: &Report) -> Vec<String> {
    let summarised = charts::summarised(report);
    let whole = Subject::of_report(catalog, report, &summarised);
    let mut texts = vec![document(catalog, report, "")];
    for subject in [whole, Subject { over: false, ..whole }] {
        for medium in [Medium::Page, Medium::Paper] {
            texts.extend([charts::trials(&subject, medium, Some(0)), charts::figures(&subject, medium)]);
        }
        texts.extend([charts::trials_table(&subject), charts::latency(&subject), charts::sweep(&subject)]);
        let words = sentence(catalog, &report.experiment, &report.trials, &summarised, 2, subject.over);
        texts.push(charts::verdict(catalog, &words));
    }
    texts
}

/// What stands between these two, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split(after).next().unwrap_or_default())
}

#[test]
fn names_at_the_ends_of_lines_never_lie_on_each_other() {
    let mut seen = 0;
    for (name, report) in support::cases() {
        let summarised = charts::summarised(&report);
        let catalog = support::catalog();
        let subject = Subject::of_report(&catalog, &report, &summarised);
        for (picture, gap) in [(charts::latency(&subject), 16.0), (charts::sweep(&subject), 17.0)] {
            let ends = between(&picture, "<div class=\"ends\"", "</div>").collect::<String>();
            let mut tops: Vec<f64> = between(&ends, "style=\"top:", "px").map(|top| top.parse().unwrap()).collect();
            tops.sort_by(f64::total_cmp);
            seen += tops.len();
            // To the tenth of a pixel to which they are written.
            assert!(tops.windows(2).all(|pair| pair[1] - pair[0] >= gap - 0.11), "{name}: {tops:?}");
        }
    }
    assert!(seen > 20, "there are names to compare: {seen}");
}

#[test]
fn names_of_crossovers_never_lie_on_each_other() {
    let catalog = support::catalog();
    let (_, report) = support::cases().into_iter().find(|(name, _)| *name == "sweep-eight").unwrap();
    let summarised = charts::summarised(&report);
    let picture = charts::sweep(&Subject::of_report(&catalog, &report, &summarised));
    let place = |style: &str| -> Option<(f64, f64)> {
        let (left, top) = style.strip_prefix("left:")?.strip_suffix("px")?.split_once("%;top:")?;
        Some((left.parse().ok()?, top.parse().ok()?))
    };
    let names: Vec<(f64, f64)> =
        between(&picture, "crossing-name\" style=\"", "\"").map(|style| place(style).expect(style)).collect();
    assert_eq!(names.len(), report.crossovers.len());
    assert!(names.len() > 5, "there are names to compare: {names:?}");
    for (index, (left, top)) in names.iter().enumerate() {
        let lies_on = |other: &&(f64, f64)| (other.0 - left).abs() < 10.0 && (other.1 - top).abs() < 15.0;
        assert_eq!(names[index + 1..].iter().find(lies_on), None, "{left}, {top}");
    }
}

#[test]
fn every_trial_that_is_ok_has_exactly_one_mark() {
    let catalog = support::catalog();
    for (name, report) in support::cases().into_iter().filter(|(_, report)| report.experiment.sweep.is_none()) {
        let summarised = charts::summarised(&report);
        let picture = charts::trials(&Subject::of_report(&catalog, &report, &summarised), Medium::Page, None);
        let mut marks: BTreeMap<u64, usize> = BTreeMap::new();
        for order in between(&picture, "data-trial=\"", "\"") {
            *marks.entry(order.parse().unwrap()).or_default() += 1;
        }
        let good = report.trials.iter().filter(|trial| trial.status == TrialStatus::Ok && !is_traced(&trial.label));
        let expected: BTreeMap<u64, usize> = good.map(|trial| (trial.order, 1)).collect();
        assert_eq!(marks, expected, "{name}");
    }
}

#[test]
fn a_disturbed_trial_is_marked() {
    let catalog = support::catalog();
    let mut seen = 0;
    for (name, report) in support::cases().into_iter().filter(|(_, report)| report.experiment.sweep.is_none()) {
        let summarised = charts::summarised(&report);
        let picture = charts::trials(&Subject::of_report(&catalog, &report, &summarised), Medium::Page, None);
        let disturbed = report.trials.iter().filter(|trial| trial.disturbed && trial.status == TrialStatus::Ok);
        for trial in disturbed {
            let order = trial.order.to_string();
            let mark = between(&picture, "<span class=\"point m\"", "</span>")
                .find(|mark| between(mark, "data-trial=\"", "\"").next() == Some(order.as_str()));
            let mark = mark.unwrap_or_else(|| panic!("{name}: trial {order} has no mark"));
            assert!(mark.contains("data-disturbed=\"true\"") && mark.contains(", disturbed\""), "{name}: {mark}");
            assert!(picture.contains("disturbed by others"), "{name}: the note says what a dotted mark is");
            seen += 1;
        }
    }
    assert!(seen > 0, "there is a disturbed trial");
}

#[test]
fn nothing_is_not_a_number_and_a_style_has_two_decimals_at_most() {
    let catalog = support::catalog();
    let mut reports = support::cases();
    // Figures that a report cannot have, and figures that are nothing.
    for (name, figure) in [("nan", f64::NAN), ("infinite", f64::INFINITY), ("zero", 0.0)] {
        let experiment = support::experiment("tcp-echo", &["threads", "tokio"], 3);
        let trial = |planned: &_| Some(protocol::Trial { ops_per_s: Some(figure), ..support::good(planned, 1e5) });
        reports.push((name, support::report(&catalog, experiment, trial)));
    }
    for (name, report) in reports {
        for text in all(&catalog, &report) {
            // The report itself may have what it wants.
            let text = text.split("<script").next().unwrap();
            for word in ["NaN", "inf%", "infpx", ">inf", "-0.00"] {
                assert!(!text.contains(word), "{name}: {word}");
            }
            let places = between(text, " style=\"", "\"").chain(between(text, " points=\"", "\""));
            for number in places.flat_map(|style| style.split(|c: char| !(c.is_ascii_digit() || c == '.'))) {
                let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                assert!(decimals <= 2, "{name}: {number}");
            }
        }
    }
}

#[test]
fn text_from_outside_is_escaped_wherever_it_stands() {
    let mut catalog = support::catalog();
    for model in &mut catalog.models {
        model.name = NASTY.into();
        model.look.light = "red;background:url(https://elsewhere.example/)".into();
    }
    for workload in &mut catalog.workloads {
        let words = [&mut workload.name, &mut workload.latency, &mut workload.operation.many, &mut workload.headline.subject];
        words.into_iter().for_each(|word| *word = NASTY.into());
        workload.scope = vec![NASTY.into()];
        workload.parameters.iter_mut().for_each(|parameter| parameter.label = NASTY.into());
        workload.figures.iter_mut().for_each(|figure| (figure.label, figure.help) = (NASTY.into(), NASTY.into()));
    }
    for (name, mut report) in support::cases() {
        report.machine.cpu = NASTY.into();
        report.build.tokio = NASTY.into();
        for trial in &mut report.trials {
            trial.error = trial.error.as_ref().map(|_| NASTY.to_owned());
        }
        for text in all(&catalog, &report) {
            assert!(!text.contains("<script>") && !text.contains("alert(\"1\")"), "{name}");
            assert_eq!(text.matches("</script>").count(), text.matches("<script type=\"application/json\"").count(), "{name}");
            assert!(!text.contains("elsewhere.example"), "{name}: a style asks nobody for anything");
        }
    }
}

#[test]
fn a_model_that_the_catalogue_does_not_have_is_drawn_under_its_id() {
    let catalog = Catalog { models: Vec::new(), ..support::catalog() };
    for (name, report) in support::cases() {
        let text = document(&catalog, &report, "");
        for model in &report.experiment.models {
            assert!(text.split("<script").next().unwrap().contains(model.as_str()), "{name}: {model}");
        }
    }
}

#[test]
fn the_same_result_gives_the_same_text() {
    let catalog = support::catalog();
    for (name, report) in support::cases() {
        assert!(all(&catalog, &report) == all(&catalog, &report.clone()), "{name}");
    }
}

#[test]
fn a_document_holds_its_report_and_asks_for_nothing() {
    let catalog = support::catalog();
    for (name, mut report) in support::cases() {
        report.machine.cpu = NASTY.into();
        let text = document(&catalog, &report, "body { color: red } </style>");
        let json = between(&text, "<script type=\"application/json\" id=\"report\">", "</script>").next().unwrap();
        let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(read(json) == read(&serde_json::to_string(&report).unwrap()), "{name}: the report is another");
        for word in ["src=", "href=", "url(", "@import", "<link", " onclick", "<button"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        assert_eq!(text.matches("</style>").count(), 1, "{name}: its styles end where they end");
        let ids: Vec<&str> = between(&text, " id=\"", "\"").collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{name}: each id stands once: {ids:?}");
        for named in between(&text, "aria-labelledby=\"", "\"") {
            assert!(ids.contains(&named), "{name}: {named} is there");
        }
    }
}

#[test]
fn what_opens_a_trial_says_which() {
    let catalog = support::catalog();
    let (_, report) = support::cases().into_iter().find(|(name, _)| *name == "refused").unwrap();
    let summarised = charts::summarised(&report);
    let text = charts::figures(&Subject::of_report(&catalog, &report, &summarised), Medium::Page);
    for model in ["threads", "actix"] {
        let bad = |trial: &&protocol::Trial| trial.model == model && trial.status != TrialStatus::Ok;
        let order = report.trials.iter().find(bad).unwrap().order;
        assert!(text.contains(&format!("<button class=\"link\" type=\"button\" data-trial=\"{order}\">")), "{model}: {text}");
    }
}

#[test]
fn the_trial_that_is_pointed_at_is_the_one_that_is_told() {
    let catalog = support::catalog();
    let report = support::sample();
    let summarised = charts::summarised(&report);
    let subject = Subject::of_report(&catalog, &report, &summarised);
    let text = charts::trials(&subject, Medium::Page, Some(4));
    assert!(text.contains("aria-activedescendant=\"point-4\""));
    assert_eq!(text.matches("aria-selected=\"true\"").count(), 1);
    let mark = between(&text, "id=\"point-4\"", "<svg").next().unwrap();
    assert!(mark.contains("aria-selected=\"true\""), "{mark}");
    let said = between(mark, "aria-label=\"", "\"").next().unwrap();
    assert!(text.contains(&format!("<p class=\"foot-note small muted\">{said}</p>")), "{said}");
}

#[test]
fn a_sweep_of_one_model_says_that_it_stands_alone() {
    let catalog = support::catalog();
    let (_, report) = support::cases().into_iter().find(|(name, _)| *name == "sweep-one").unwrap();
    let summarised = charts::summarised(&report);
    let text = charts::sweep(&Subject::of_report(&catalog, &report, &summarised));
    assert!(text.contains("Tokio alone") && !text.contains("Nothing was measured"), "{text}");
}
