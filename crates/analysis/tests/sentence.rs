//! The outcome as a sentence: with its scope, its interval and what the control shows, and nothing that the trials do not say.

use std::collections::BTreeMap;

use analysis::quantities::{MEMORY_BYTES, OPS_PER_S};
use analysis::report::fill_more;
use analysis::verdict::{Sentence, sentence};
use analysis::{summarise, summarise_with};
use protocol::catalog::{Better, Quantity, Unit};
use protocol::parameter::Choice;
use protocol::{Catalog, Experiment, Figures, Parameter, ParameterKind, PlannedTrial, Role, Trial, TrialStatus};

mod support;
use support::catalog;

/// Each label with its figures; if there are none, one trial that was refused.
type Labels<'a> = [(&'a str, &'a [f64])];

fn models<'a>(labels: &Labels<'a>) -> Vec<&'a str> {
    labels.iter().map(|(label, _)| *label).filter(|label| !label.contains('-')).collect()
}

fn experiment(labels: &Labels<'_>, repetitions: u64) -> Experiment {
    let experiment = Experiment {
        workload: "echo".into(),
        params: BTreeMap::from([("units".into(), 1_000.into())]),
        models: models(labels).into_iter().map(Into::into).collect(),
        ..Experiment::default()
    };
    experiment.with("repetitions", repetitions)
}

fn trials(labels: &Labels<'_>) -> Vec<Trial> {
    let blank = |label: &str, repetition: u64| {
        let (model, role) = match label.split_once('-') {
            None => (label, Role::Plain),
            Some((model, "traced")) => (model, Role::Traced),
            Some((model, _)) => (model, Role::Control),
        };
        let planned = PlannedTrial { model: model.into(), role, repetition, ..PlannedTrial::default() };
        Trial { planned, ..Trial::default() }
    };
    let mut trials = Vec::new();
    for (label, figures) in labels {
        trials.extend(figures.iter().zip(0..).map(|(figure, repetition)| Trial {
            status: TrialStatus::Ok,
            figures:
                Figures::default().with(OPS_PER_S, *figure).with("peak_rss_bytes", *figure).with("latency_ns.p99", 1e9 / figure),
            ..blank(label, repetition)
        }));
        if figures.is_empty() {
            trials.push(Trial { status: TrialStatus::Refused, error: Some("too many threads".into()), ..blank(label, 0) });
        }
    }
    trials
}

fn of(catalog: &Catalog, experiment: &Experiment, trials: &[Trial], over: bool, chosen: Option<&str>) -> Sentence {
    let mut summarised = summarise_with(&catalog.workloads[0], experiment, trials, chosen);
    if over {
        let key = chosen.unwrap_or(&catalog.workloads[0].headline.metric);
        fill_more(&mut summarised, catalog, experiment, trials, key);
    }
    sentence(catalog, experiment, trials, &summarised, 2, over, chosen)
}

fn told(headline: &str, labels: &Labels<'_>, repetitions: u64, over: bool) -> String {
    of(&catalog(headline, &models(labels)), &experiment(labels, repetitions), &trials(labels), over, None).plain()
}

const SLOW: &[f64] = &[50.0, 51.0, 52.0, 49.0, 50.5, 51.5];
const FAST: &[f64] = &[100.0, 101.0, 102.0, 99.0, 100.5, 101.5];
const ALSO_FAST: &[f64] = &[100.2, 100.9, 101.8, 99.1, 100.4, 101.6];

#[test]
fn a_difference_is_told_with_scope_interval_and_control() {
    let said = told(OPS_PER_S, &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)], 6, true);
    assert_eq!(
        said,
        "For 1,000 connections on this 2-core machine, TOKIO answered 1.99× as many requests per second as native threads.\n\
         1.96 – 2.02 (97 %). TOKIO against itself: 1.00× (0.998 – 1.00)."
    );
}

#[test]
fn what_cannot_be_told_is_said_to_be_untold() {
    let said = told(OPS_PER_S, &[("threads", ALSO_FAST), ("tokio", FAST), ("tokio-again", FAST)], 6, true);
    assert!(said.contains("no difference in requests per second could be shown between these models."), "{said}");
    assert!(said.contains("cannot tell ("), "{said}");
}

#[test]
fn memory_is_never_told_as_speed() {
    let said = told(MEMORY_BYTES, &[("threads", FAST), ("tokio", SLOW), ("tokio-again", SLOW)], 6, true);
    assert!(said.contains("native threads needed 1.99× as much memory as TOKIO."), "{said}");
    assert!(!said.contains("requests per second"), "{said}");
}

#[test]
fn a_time_is_told_of_the_one_that_has_less_of_it() {
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)];
    let said = told("latency_ns.p99", labels, 6, true);
    assert!(said.contains("TOKIO's p99 latency was 1.99× shorter than native threads'."), "{said}");
    let other: &Labels<'_> = &[("threads", FAST), ("tokio", SLOW), ("tokio-again", SLOW)];
    let said = told("latency_ns.p99", other, 6, true);
    assert!(said.contains("native threads' p99 latency was 1.99× shorter than TOKIO's."), "{said}");
}

#[test]
fn a_quantity_that_is_chosen_is_what_the_sentence_is_about() {
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)];
    let (catalog, experiment, trials) = (catalog(OPS_PER_S, &models(labels)), experiment(labels, 6), trials(labels));
    let said = of(&catalog, &experiment, &trials, true, Some(MEMORY_BYTES)).plain();
    assert!(said.contains("TOKIO needed 1.99× as much memory as native threads."), "{said}");
}

#[test]
fn a_figure_of_one_workload_is_compared_in_whichever_direction() {
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)];
    for (unit, better, words) in [
        (Unit::Nanoseconds, Better::Lower, "native threads' longest gap was 1.99× shorter than TOKIO's."),
        (Unit::Nanoseconds, Better::Neither, "TOKIO had 1.99× the longest gap of native threads."),
        (Unit::Bytes, Better::Lower, "TOKIO needed 1.99× as much longest gap as native threads."),
        (Unit::Count, Better::Higher, "TOKIO had 1.99× the longest gap of native threads."),
    ] {
        let mut catalog = catalog("longest_gap", &models(labels));
        let (key, label) = ("longest_gap".to_owned(), "Gap, longest".to_owned());
        catalog.workloads[0].figures = vec![Quantity { key, label, column: String::new(), unit, better, help: String::new() }];
        let mut trials = trials(labels);
        for trial in &mut trials {
            trial.extra.set("longest_gap", trial.figures[OPS_PER_S]);
        }
        let said = of(&catalog, &experiment(labels, 6), &trials, true, None).plain();
        assert!(said.contains(words), "{said}");
    }
}

fn number(name: &str, label: &str, unit: &str, default: u64) -> Parameter {
    let kind = ParameterKind::Integer { min: 1, max: 1_000_000, step: 1, default, log: true };
    let (name, label, unit) = (name.into(), label.into(), unit.into());
    Parameter { name, label, unit, help: String::new(), kind, earlier: Vec::new(), can_be_swept: true, is_work: false }
}

fn choice(name: &str, label: &str, options: [(&str, &str); 2]) -> Parameter {
    let option = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into() };
    let kind = ParameterKind::Choice { default: options[0].0.into(), options: options.map(option).to_vec() };
    Parameter { kind, ..number(name, label, "", 1) }
}

/// A catalogue with a parameter besides `units`, a method, and an option that only Tokio's cell obeys.
fn with_choices(labels: &Labels<'_>) -> Catalog {
    let mut catalog = catalog(OPS_PER_S, &models(labels));
    let workload = &mut catalog.workloads[0];
    workload.parameters = vec![
        number("units", "Connections", "units", 1),
        Parameter { is_work: true, ..number("rounds", "Requests each", "requests", 100) },
        number("payload_bytes", "Message", "bytes", 64),
    ];
    catalog.method = vec![
        number("workers", "Workers", "threads", 2),
        Parameter {
            kind: ParameterKind::Integer { min: 1, max: 50, step: 1, default: 12, log: false },
            ..number("repetitions", "Repetitions", "", 12)
        },
        number("seed", "Seed", "", 42),
    ];
    for model in &mut catalog.models {
        model.options = vec![choice("placement", "Placement", [("spread", "spread"), ("together", "side by side")])];
    }
    for cell in catalog.workloads[0].cells.iter_mut().filter(|cell| cell.model == "tokio") {
        cell.options = vec!["placement".into()];
    }
    catalog
}

#[test]
fn each_choice_that_is_not_the_default_is_named() {
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)];
    let catalog = with_choices(labels);
    let mut chosen = experiment(labels, 6).with("workers", 1).with("placement", "together").with("seed", 7);
    chosen.params.extend([("rounds".to_owned(), 100.into()), ("payload_bytes".to_owned(), 1024.into())]);
    let said = of(&catalog, &chosen, &trials(labels), true, None).plain();
    let scope =
        "For 1,000 connections (message: 1,024 bytes, workers: 1 thread, placement: side by side) on this 2-core machine, ";
    assert!(said.starts_with(scope), "{said}");

    let only: &Labels<'_> = &[("threads", SLOW)];
    let said =
        of(&with_choices(only), &Experiment { models: vec!["threads".into()], ..chosen }, &trials(only), true, None).plain();
    assert!(!said.contains("placement"), "no cell that takes part obeys it: {said}");
}

#[test]
fn one_of_something_is_in_the_singular_and_a_units_symbol_stays() {
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)];
    for (unit, words) in [("bytes", "(pause: 1 byte)"), ("ms", "(pause: 1 ms)"), ("µs", "(pause: 1 µs)")] {
        let mut catalog = with_choices(labels);
        catalog.workloads[0].parameters.push(number("pause", "Pause", unit, 2));
        let mut chosen = experiment(labels, 6);
        chosen.params.extend([("rounds".to_owned(), 100.into()), ("pause".to_owned(), 1.into())]);
        let said = of(&catalog, &chosen, &trials(labels), true, None).plain();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn before_the_sixth_repetition_there_is_no_verdict() {
    let five: &Labels<'_> = &[("threads", &SLOW[..5]), ("tokio", &FAST[..5]), ("tokio-again", &FAST[..5])];
    assert!(told(OPS_PER_S, five, 12, false).starts_with("Too early to tell."));
    let over = told(OPS_PER_S, five, 5, true);
    assert!(over.contains("native threads answered 50.5 requests per second and TOKIO answered 101"), "{over}");
    assert!(over.contains("Too few repetitions for a verdict: run six or more."), "{over}");
    let two: &Labels<'_> = &[("threads", &SLOW[..2]), ("tokio", &FAST[..2]), ("tokio-again", &FAST[..2])];
    assert!(told(OPS_PER_S, two, 2, true).contains("Too few repetitions for a verdict"));
}

#[test]
fn one_model_alone_is_told_without_a_verdict() {
    let said = told(OPS_PER_S, &[("tokio", FAST), ("tokio-again", ALSO_FAST)], 6, true);
    assert!(said.ends_with("There is nothing to compare it with. TOKIO against itself: 1.00× (0.998 – 1.00)."), "{said}");
}

#[test]
fn a_model_without_a_result_is_named_with_its_own_words() {
    let said = told(OPS_PER_S, &[("threads", &[]), ("tokio", FAST), ("tokio-again", ALSO_FAST)], 6, true);
    assert!(said.starts_with("Native threads were refused: too many threads.\nFor 1,000"), "{said}");
    let nothing = told(OPS_PER_S, &[("threads", &[]), ("tokio", &[])], 6, true);
    let refused = "Native threads were refused: too many threads. TOKIO was refused: too many threads.";
    assert_eq!(nothing, format!("No trial came to a result.\n{refused}"));
}

#[test]
fn of_many_pairs_the_widest_are_told_and_the_others_counted() {
    let steady: Vec<f64> = FAST.iter().cycle().take(12).copied().collect();
    let figures: Vec<Vec<f64>> = (1..=8).map(|model| steady.iter().map(|figure| figure * f64::from(model)).collect()).collect();
    let names = ["tokio", "b", "c", "d", "e", "f", "g", "h"];
    let mut labels: Vec<(&str, &[f64])> = names.into_iter().zip(figures.iter().map(Vec::as_slice)).collect();
    labels.push(("tokio-again", &steady));
    let said = told(OPS_PER_S, &labels, 12, true);
    assert!(said.contains("H answered 8.00× as many requests per second as TOKIO."), "{said}");
    assert!(said.ends_with(" 24 more pairs differ too. 28 pairs were looked at."), "{said}");
    assert_eq!(said.matches(" against ").count(), 4, "three pairs and the control: {said}");
}

#[test]
fn tracing_says_what_it_cost_and_counts_nowhere() {
    let steady: &[f64] = &[100.0, 101.0, 99.0, 100.5, 99.5, 100.2];
    let labels: &Labels<'_> = &[("a", steady), ("a-again", steady), ("b", &[50.0, 50.5, 49.5, 50.2, 49.8, 50.1])];
    let without = told(OPS_PER_S, labels, 6, true);
    let with = told(OPS_PER_S, &[labels, &[("a-traced", &[80.0])]].concat(), 6, true);
    assert_eq!(
        with,
        format!("{without} Traced, A took 1.25× (1.24 – 1.26) as long. In the lanes of A the order is real, the times are not.")
    );
    let cheap = told(OPS_PER_S, &[labels, &[("a-traced", &[99.0]), ("b-traced", &[48.0])]].concat(), 6, true);
    assert_eq!(cheap, format!("{without} Traced, A took 1.01× (1.00 – 1.02), B 1.04× (1.03 – 1.05) as long."));
}

/// Clearly different, each trial with what `put` puts into it.
fn doubtful(put: impl Fn(&mut Trial)) -> (Vec<Trial>, Experiment, Catalog) {
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)];
    let mut all = trials(labels);
    all.iter_mut().for_each(put);
    let mut experiment = experiment(labels, 6);
    experiment.params.insert("rounds".to_owned(), 100.into());
    (all, experiment, with_choices(labels))
}

#[test]
fn trials_that_are_too_short_have_no_verdict_and_say_what_mends_it() {
    let (trials, experiment, mut catalog) = doubtful(|trial| trial.figures.set("wall_ns", 58_000.0));
    let said = of(&catalog, &experiment, &trials, true, None);
    let plain = said.plain();
    assert!(plain.starts_with("Cannot tell: each trial of native threads lasted 58.0 µs, of TOKIO 58.0 µs."), "{plain}");
    // 200 ms are 3,448 times 58 µs.
    assert_eq!(said.mend.unwrap().set, BTreeMap::from([("rounds".to_owned(), 400_000.into())]));

    catalog.workloads[0].by_time = true;
    catalog.method.push(choice("measure", "Measure", [("work", "fixed work"), ("time", "a fixed time")]));
    catalog.method.push(number("measure_ms", "Measured time", "ms", 200));
    let said = of(&catalog, &experiment, &trials, true, None);
    assert!(said.plain().contains("Measure 200 ms each (measure=time, measure_ms=200)."), "{}", said.plain());

    let of_memory = of(&catalog, &experiment, &trials, true, Some(MEMORY_BYTES)).plain();
    assert!(of_memory.contains("needed 1.99× as much memory"), "memory takes no time: {of_memory}");
    let (trials, experiment, catalog) = doubtful(|trial| trial.figures.set("wall_ns", 21e6));
    assert!(of(&catalog, &experiment, &trials, true, None).plain().contains("answered 1.99×"));
}

#[test]
fn disturbed_trials_have_no_verdict_if_they_are_more_than_a_fifth() {
    let disturbed_until = |last: u64| doubtful(move |trial| trial.disturbed = trial.planned.repetition < last);
    let (trials, experiment, catalog) = disturbed_until(2);
    let said = of(&catalog, &experiment, &trials, true, None);
    assert!(said.plain().starts_with("Cannot tell: 6 of 18 trials were disturbed.\nRun it again."), "{}", said.plain());
    assert!(said.mend.unwrap().set.is_empty());
    let (trials, experiment, catalog) = disturbed_until(1);
    assert!(of(&catalog, &experiment, &trials, true, None).plain().contains("answered 1.99×"));
}

#[test]
fn a_percentile_without_its_samples_has_no_verdict() {
    let (trials, experiment, catalog) = doubtful(|trial| trial.figures.set("latency_ns.samples", 164.0));
    let said = of(&catalog, &experiment, &trials, true, Some("latency_ns.p999"));
    let plain = said.plain();
    assert!(plain.starts_with("Cannot tell: p99.9 needs 10,000 timed operations a trial; there were 164."), "{plain}");
    assert_eq!(said.mend.unwrap().set, BTreeMap::from([("rounds".to_owned(), 8_000.into())]));
    let summarised = summarise(&catalog.workloads[0], &experiment, &trials);
    assert_eq!(summarised.pairs("latency_ns.p999").count(), 0);
}

#[test]
fn a_latency_from_arrivals_that_were_late_has_no_verdict() {
    for (lateness, is_withheld) in [(0.45, true), (0.2, false)] {
        let late = |trial: &mut Trial| {
            trial.figures.set("wall_ns", 250e6);
            trial.figures.set("latency_ns.p99", 1e6);
            trial.extra.set(protocol::catalog::ARRIVALS_LATE, lateness);
        };
        let (trials, mut experiment, catalog) = doubtful(late);
        experiment.method.insert("workers".to_owned(), 2.into());
        let said = of(&catalog, &experiment, &trials, true, Some("latency_ns.p99"));
        let reason = "Cannot tell: arrivals were late by 45.0 % of the latency of ";
        assert_eq!(said.plain().starts_with(reason), is_withheld, "{}", said.plain());
        assert_eq!(said.mend.map(|mend| mend.label), is_withheld.then(|| "Leave the arrivals a core: 1 worker".to_owned()));
        let of_memory = of(&catalog, &experiment, &trials, true, Some("ops_per_s"));
        assert!(!of_memory.plain().contains("arrivals"), "{}", of_memory.plain());
    }
}

#[test]
fn a_pair_that_more_repetitions_would_tell_says_how_many_and_never_more_than_can_be_had() {
    // Three pairs want more than six repetitions: of those no result is rarer than one in 32.
    let faster = FAST.iter().map(|figure| figure * 2.0).collect::<Vec<f64>>();
    let labels: &Labels<'_> = &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST), ("actix", &faster)];
    let mut catalog = with_choices(labels);
    let said = of(&catalog, &experiment(labels, 6), &trials(labels), true, None);
    assert_eq!(said.mend.as_ref().map(|mend| mend.set["repetitions"].clone()), Some(7.into()), "{said:?}");
    assert!(said.plain().contains("corrected for 3 pairs; about 1 more repetition)"), "{}", said.plain());
    for parameter in catalog.method.iter_mut().filter(|parameter| parameter.name == "repetitions") {
        parameter.kind = ParameterKind::Integer { min: 1, max: 6, step: 1, default: 6, log: false };
    }
    let said = of(&catalog, &experiment(labels, 6), &trials(labels), true, None);
    assert_eq!(said.mend, None, "{said:?}");
    let going_on = of(&catalog, &experiment(labels, 6), &trials(labels), false, None);
    assert!(!going_on.plain().contains("more repetition"), "{going_on:?}");
}
