//! What is true of the pictures of latencies, of units' ends, of memory and of time on the cores.

#[expect(dead_code, reason = "documents need more")]
mod support;

use analysis::report::summarised;
use charts::{AS_IT_IS, Medium, Picture, Subject, Table};
use protocol::view::LatencyForm;
use protocol::{Run, Trial, View};

/// The case with this name.
fn case(name: &str) -> Run {
    support::cases().into_iter().find(|(case, _)| *case == name).unwrap().1
}

fn picture(id: &str) -> &'static Picture {
    charts::PICTURES.iter().find(|picture| picture.id == id).unwrap()
}

/// What is drawn of a run in the page, and the same as a table.
fn drawn(id: &str, run: &Run, view: &View) -> (String, Table) {
    let summarised = summarised(run);
    let subject = Subject::of_run(run, &summarised).viewed(view);
    ((picture(id).body)(&subject, Medium::Page).into_string(), (picture(id).table)(&subject))
}

fn as_(latency: LatencyForm) -> View {
    View { latency, ..View::default() }
}

/// What stands between these two, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split(after).next().unwrap_or_default())
}

/// The number at the beginning of a text.
fn number(text: &str) -> f64 {
    let text = text.replace(',', "");
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".-".contains(c))).unwrap_or(text.len());
    text[..end].parse().unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn there_is_no_picture_of_what_was_not_measured() {
    let headings = |name: &str| -> Vec<&str> {
        let run = case(name);
        let summarised = summarised(&run);
        let subject = Subject::of_run(&run, &summarised);
        let of_this = |picture: &&Picture| !["ratios", "trials"].contains(&picture.id) && (picture.heading)(&subject).is_some();
        charts::PICTURES.iter().filter(of_this).map(|picture| picture.id).collect()
    };
    for nothing in ["none", "failed"] {
        assert!(headings(nothing).is_empty(), "{nothing}: {:?}", headings(nothing));
    }
    assert_eq!(headings("memory"), ["cpu"]);
    assert_eq!(headings("whole"), ["latency", "fairness", "cpu", "over-time"]);
    assert_eq!(headings("parts"), ["latency", "memory", "fairness", "cpu"]);
}

#[test]
fn a_curve_ends_where_its_samples_end() {
    // One in a thousand of one model's.
    let whole = case("whole");
    let few = |trial: &Trial| match trial.planned.model.as_str() {
        "tokio" => Trial { latencies: [(1_000, 10), (2_000, 90)].into_iter().collect(), ..trial.clone() },
        _ => trial.clone(),
    };
    let run = Run { trials: whole.trials.iter().map(few).collect(), ..whole };
    let (text, table) = drawn("latency", &run, &AS_IT_IS);
    let ends: Vec<f64> = between(&text, " points=\"", "\"")
        .map(|points| number(points.rsplit(' ').next().unwrap().split(',').next().unwrap()))
        .collect();
    let decades = |row: &Vec<String>| (number(&row[1]) / 10.0).log10();
    let most = table.rows.iter().map(decades).fold(0.0, f64::max);
    let expected: Vec<f64> = table.rows.iter().map(|row| decades(row) / most * 100.0).collect();
    assert_eq!(ends.len(), 3);
    assert!(ends.iter().zip(&expected).all(|(end, expected)| (end - expected).abs() < 0.02), "{ends:?} {expected:?}");
    assert_eq!(table.rows[1][1], "600");
    assert_eq!(table.rows[1][3..6].iter().map(String::is_empty).collect::<Vec<_>>(), [false, true, true], "{table:?}");
}

#[test]
fn the_bars_of_a_model_are_all_of_its_operations_and_the_distribution_ends_at_all() {
    for name in ["whole", "whole-one", "whole-twelve"] {
        let run = case(name);
        let (_, table) = drawn("latency", &run, &as_(LatencyForm::Histogram));
        let (_, whole) = drawn("latency", &run, &as_(LatencyForm::Distribution));
        for column in 1..table.head.len() {
            let sum: f64 = table.rows.iter().map(|row| number(&row[column])).sum();
            assert!((sum - 100.0).abs() < 0.5, "{name}: {sum}");
            assert_eq!(whole.rows.last().unwrap()[column], "100 %");
        }
    }
}

#[test]
fn latencies_are_of_a_model_s_own_trials_that_are_ok() {
    let run = case("whole");
    let (_, table) = drawn("latency", &run, &AS_IT_IS);
    for row in &table.rows {
        let is_its = |trial: &&Trial| {
            let name = charts::named(&run.submission.catalog, &trial.planned.model, trial.planned.role);
            trial.is_ok() && name == row[0]
        };
        let count: u64 = run.trials.iter().filter(is_its).map(|trial| trial.latencies.count()).sum();
        assert_eq!(number(&row[1]) as u64, count, "{row:?}");
    }
}

#[test]
fn a_closed_loop_says_which_waiting_is_missing_and_an_open_one_from_when_it_counts() {
    let note = |scope: &str| {
        let mut run = case("whole");
        run.submission.catalog.workloads[0].scope = vec![scope.to_owned()];
        let (text, _) = drawn("latency", &run, &AS_IT_IS);
        between(&text, "foot-note small muted\">", "</p>").next().unwrap().to_owned()
    };
    assert!(note("closed loop").ends_with("so waiting that a user would see is missing."), "{}", note("closed loop"));
    assert!(note("open loop").contains("latencies count from the intended start"), "{}", note("open loop"));
    assert!(!note("in memory").contains("loop"), "{}", note("in memory"));
}

#[test]
fn parts_are_as_long_together_as_the_whole() {
    for (id, name) in [("memory", "parts"), ("cpu", "whole"), ("cpu", "whole-twelve")] {
        let (text, table) = drawn(id, &case(name), &AS_IT_IS);
        let parts = 2..table.head.len() - 1;
        for (index, row) in table.rows.iter().enumerate() {
            let of_row = |style: &&str| style.starts_with(&format!("top:{}px;", index * 34 + 7));
            let places: Vec<(f64, f64)> = between(&text, " style=\"", "\"")
                .filter(of_row)
                .map(|style| (number(style.split("left:").nth(1).unwrap()), number(style.split("width:").nth(1).unwrap())))
                .collect();
            assert!(!places.is_empty(), "{row:?}");
            let mut end = 0.0;
            for (left, width) in &places {
                assert!((left - end).abs() < 0.02, "{id}, {row:?}: one begins where the last ends: {places:?}");
                end = left + width;
            }
            let known = parts.clone().filter(|part| !row[*part].is_empty() && !row[*part].starts_with('-')).count();
            assert!(places.len() <= known, "{id}: {row:?}: {places:?}");
        }
    }
    let (_, table) = drawn("memory", &case("parts"), &AS_IT_IS);
    assert_eq!(table.rows[0][2..], ["9.89 kB", "16.7 kB", "8.36 kB", "4.18 kB", "39.2 kB"]);
}

#[test]
fn a_wait_for_a_core_that_is_far_longer_than_the_work_is_in_the_table_alone() {
    let whole = case("whole");
    let waiting = |trial: &Trial| Trial { figures: trial.figures.clone().with("run_delay_ns", 90e9), ..trial.clone() };
    let run = Run { trials: whole.trials.iter().map(waiting).collect(), ..whole.clone() };
    let (text, table) = drawn("cpu", &run, &AS_IT_IS);
    assert!(!text.contains("stacked t2") && text.contains("Waiting for a core is in the table alone: up to 900 µs"), "{text}");
    assert_eq!(table.rows[0][4], "900 µs");
    assert!(drawn("cpu", &whole, &AS_IT_IS).0.contains("stacked t2"));
}

#[test]
fn units_are_told_by_their_ends_or_by_what_they_did_if_that_differs() {
    let (text, table) = drawn("fairness", &case("whole"), &AS_IT_IS);
    assert_eq!(table.head, ["Model", "repetition", "first", "25 %", "50 %", "75 %", "last"]);
    let strips: Vec<usize> = between(&text, "<path d=\"M", "\"").map(|path| path.matches("0V1").count()).collect();
    assert_eq!(strips.iter().filter(|lines| **lines == 200).count(), 3, "{strips:?}");
    assert!(text.contains("; a line for 200 of 1,000 connections"), "{text}");
    let (text, table) = drawn("fairness", &case("parts"), &AS_IT_IS);
    assert_eq!(table.head, ["Model", "repetition", "fewest", "most"]);
    assert_eq!(table.rows[0][2..], ["115", "16,279"]);
    assert!(
        text.contains("Native threads, repetition ") && text.contains(": 16,279 waits by one connection, the most"),
        "{text}"
    );
}

#[test]
fn a_trial_that_stands_for_a_model_has_the_rate_in_the_middle() {
    let run = case("whole");
    let (_, table) = drawn("fairness", &run, &AS_IT_IS);
    for (row, model) in table.rows.iter().zip(["threads", "tokio", "actix"]) {
        let is_its = |trial: &&Trial| trial.planned.label() == model;
        let rate = |trial: &Trial| trial.figure("ops_per_s").unwrap();
        let chosen = run.trials.iter().filter(is_its).find(|trial| trial.planned.repetition + 1 == number(&row[1]) as u64);
        let chosen = rate(chosen.unwrap());
        let below = run.trials.iter().filter(is_its).filter(|trial| rate(trial) < chosen).count();
        let above = run.trials.iter().filter(is_its).filter(|trial| rate(trial) > chosen).count();
        assert!(below <= 3 && above <= 3, "{model}: {below} below, {above} above");
    }
}

#[test]
fn a_course_is_pale_before_and_after_the_measured_part() {
    let run = case("whole-one");
    let (text, _) = drawn("over-time", &run, &AS_IT_IS);
    let points: Vec<usize> = between(&text, " points=\"", "\"").map(|points| points.split(' ').count()).collect();
    // Pale and full, of memory and of cores.
    assert_eq!(points.len(), 4);
    assert!(points[0] == 40 && points[1] < 40 && points[1] > 25 && points[3] < points[2], "{points:?}");
    let plain = Run { trials: run.trials.iter().map(|trial| Trial { work_ms: None, ..trial.clone() }).collect(), ..run };
    assert!(!drawn("over-time", &plain, &AS_IT_IS).0.contains("Pale"));
}

#[test]
fn every_mark_says_its_words_and_all_of_a_plot_are_one_stop_of_the_tab_key() {
    for (name, run) in support::whole::cases() {
        for form in LatencyForm::ALL {
            for picture in charts::PICTURES.iter().filter(|picture| picture.id != "trials") {
                let (text, _) = drawn(picture.id, &run, &as_(form));
                let options: Vec<&str> = between(&text, "role=\"option\"", ">").collect();
                for option in &options {
                    let said = between(option, "aria-label=\"", "\"").next().unwrap();
                    assert!(!said.is_empty() && option.contains(&format!("data-note=\"{said}\"")), "{name}: {option}");
                }
                let stops = text.matches("tabindex=").count();
                assert_eq!(stops, text.matches("role=\"listbox\"").count(), "{name}, {}", picture.id);
                assert_eq!(options.is_empty(), stops == 0, "{name}, {}: {text}", picture.id);
                assert!(stops == 0 || text.contains("class=\"foot-note"), "{name}, {}: words have a place", picture.id);
            }
        }
    }
}
