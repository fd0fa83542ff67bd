//! What is true of every drawing of two results and more.

mod beside;
#[expect(dead_code, reason = "documents need more")]
mod support;

use std::collections::BTreeSet;

use charts::Theme;
use charts::drawing::Form;
use protocol::drawing::Drawing;
use protocol::{Run, View};

const NASTY: &str = "</script><script>alert(\"1\")</script>'&";

fn names() -> [String; 2] {
    ["there", "here"].map(str::to_owned)
}

fn drawn(results: &[Run]) -> Drawing {
    charts::between::drawing(results, &names(), &View::default())
}

/// Every text of it that is markup, and every picture that leaves it.
fn all(results: &[Run]) -> Vec<String> {
    let view = View::default();
    let drawing = drawn(results);
    let mut texts = vec![drawing.verdict, drawing.figures];
    for card in drawing.cards {
        for form in [Form::Svg(Theme::Light), Form::Svg(Theme::Dark)] {
            texts.push(charts::between::export(results, &names(), &view, &card.id, form).unwrap());
        }
        texts.extend([card.body, card.table]);
    }
    texts
}

fn case(name: &str) -> Vec<Run> {
    beside::cases().into_iter().find(|(case, _)| *case == name).unwrap().1
}

/// What is left of a text without its elements.
fn words_of(text: &str) -> String {
    text.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect()
}

#[test]
fn every_card_can_be_given_out_and_its_marks_have_words_and_ids_of_their_own() {
    for (name, results) in beside::cases() {
        let mut ids = BTreeSet::new();
        for card in drawn(&results).cards {
            let marks: Vec<&str> = card.body.split("role=\"option\"").skip(1).collect();
            for mark in &marks {
                let element = mark.split('>').next().unwrap_or_default();
                let attribute =
                    |which: &str| element.split(&format!("{which}=\"")).nth(1).and_then(|rest| rest.split('"').next());
                assert!(attribute("aria-label").is_some_and(|words| !words.is_empty()), "{name}, {}: {element}", card.id);
                assert!(
                    ids.insert(attribute(" id").unwrap_or_default().to_owned()),
                    "{name}, {}: {element} stands twice",
                    card.id
                );
                assert!(!element.contains("data-trial"), "which of the two runs would that be? {element}");
            }
            let csv = charts::between::export(&results, &names(), &View::default(), &card.id, Form::Csv).unwrap();
            assert_eq!(csv.lines().count(), card.table.matches("<tr>").count(), "{name}, {}", card.id);
            assert_eq!(!marks.is_empty(), card.body.contains("role=\"listbox\""), "{name}, {}", card.id);
        }
    }
}

#[test]
fn nothing_is_not_a_number_and_nothing_from_outside_is_markup() {
    for (name, mut results) in beside::cases() {
        for run in &mut results {
            let submission = &mut run.submission;
            submission.machine.cpu = format!("{NASTY} 1");
            submission.machine.kernel = NASTY.into();
            submission.build.commit = format!("{NASTY}{}", submission.machine.cores);
            submission.catalog.models.iter_mut().for_each(|model| {
                model.name.push_str(NASTY);
                model.within.push_str(NASTY);
                model.look.light = "red;background:url(//x.example)".into();
            });
        }
        let names = [NASTY, NASTY, NASTY, NASTY, NASTY].map(str::to_owned);
        let drawing = charts::between::drawing(&results, &names, &View::default());
        let cards = drawing.cards.iter().flat_map(|card| [&card.body, &card.table]);
        for text in cards.chain([&drawing.verdict, &drawing.figures]).chain(&all(&results)) {
            assert!(!text.contains("<script"), "{name}: {text}");
            assert!(!words_of(text).contains("NaN") && !text.contains("inf%") && !text.contains("x.example"), "{name}: {text}");
        }
    }
}

#[test]
fn the_two_are_told_apart_without_colour() {
    let cards = drawn(&case("two")).cards;
    let overlay = cards.iter().find(|card| card.id == "between-overlay").unwrap();
    let marks = |letter: &str| overlay.body.matches(&format!("aria-label=\"{letter}, ")).count();
    assert_eq!((marks("A"), marks("B")), (36, 36), "every trial of both");
    let outlined = overlay.body.matches("mark m hollow").count();
    assert_eq!(outlined, 36);
    assert!(overlay.body.contains("A 100k/s") && overlay.body.contains("B 80.0k/s"), "{}", overlay.body);
    let latency = cards.iter().find(|card| card.id == "between-latency").unwrap();
    assert_eq!(latency.body.matches("<polyline class=\"m dashed\"").count(), 3);
    for name in ["A Native threads", "B Native threads", "A Tokio", "B Tokio"] {
        assert!(latency.body.contains(name), "{name}");
    }
}

#[test]
fn what_differs_is_said_with_both_values_and_what_is_alike_by_its_name() {
    let words = words_of(&drawn(&case("two")).verdict);
    for said in
        ["kernel 6.1 → in A, in B  6.18.2", "wake across cores 20.5 µs", "52.0 µs", "same: parameters, method, models, build"]
    {
        assert!(words.contains(said), "{said}: {words}");
    }
    // A reading of the clock that differs by less than a quarter is noise.
    assert!(!words.contains("clock reading"), "{words}");
    assert!(words.contains("known of one alone: system"), "{words}");
}

#[test]
fn the_order_is_counted_by_machines_and_each_result_has_its_ratio() {
    let results = case("reruns");
    let drawing = drawn(&results);
    let words = words_of(&drawing.verdict);
    assert!(words.contains("the order held on 2 of 3 machines, and changed on one."), "{words}");
    assert!(words.contains("1 result is of another experiment and not counted."), "{words}");
    let card = drawing.cards.iter().find(|card| card.id == "between-reruns").unwrap();
    assert_eq!(card.title, "3 machines");
    assert_eq!(card.body.matches("role=\"option\"").count(), 4, "one for each result of this experiment");
    assert!(words_of(&card.body).contains("held, the machine of B"), "{}", card.body);
}

#[test]
fn of_one_result_there_is_nothing_to_compare_and_of_two_workloads_only_what_differs() {
    let results = case("two");
    assert_eq!(charts::between::drawing(&results[..1], &names(), &View::default()), Drawing::default());
    let drawing = drawn(&case("workloads"));
    assert!(drawing.cards.is_empty() && drawing.figures.is_empty());
    assert!(words_of(&drawing.verdict).contains("workload TCP echo → in A, in B  Wait"), "{}", drawing.verdict);
}

#[test]
fn another_quantity_can_be_looked_at_and_one_that_neither_has_is_ignored() {
    let results = case("two");
    let title = |quantity: &str| {
        let view = View { quantity: Some(quantity.into()), ..View::default() };
        let cards = charts::between::drawing(&results, &names(), &view).cards;
        (cards[0].title.clone(), cards[0].quantity.clone().unwrap())
    };
    assert_eq!(title("latency_ns.p99"), ("Latency, p99".into(), "latency_ns.p99".into()));
    assert_eq!(title("no such").0, "Requests per second");
    let view = View { quantity: Some("latency_ns.p99".into()), ..View::default() };
    let words = words_of(&charts::between::drawing(&results, &names(), &view).verdict);
    assert!(words.contains("Actix ahead of Tokio ahead of native threads") && words.contains("× shorter there"), "{words}");
}
