//! The outcome as a sentence: with its scope, its interval and the noise floor, and nothing that the trials do not say.

use std::collections::BTreeMap;

use analysis::quantities::{MEMORY_BYTES, OPS_PER_S};
use analysis::{summarise, verdict};
use protocol::{Experiment, Figures, PlannedTrial, Role, Trial, TrialStatus};

mod support;
use support::catalog;

/// Each label with its figures; if there are none, one trial that was refused.
fn told(headline: &str, labels: &[(&str, &[f64])], repetitions: u64, over: bool) -> String {
    let models: Vec<&str> = labels.iter().map(|(label, _)| *label).filter(|label| !label.contains('-')).collect();
    let catalog = catalog(headline, &models);
    let experiment = Experiment {
        workload: "echo".into(),
        params: BTreeMap::from([("units".into(), 1_000.into())]),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        ..Experiment::default()
    };
    let experiment = experiment.with("repetitions", repetitions);
    let blank = |label: &str| {
        let (model, role) = match label.split_once('-') {
            None => (label, Role::Plain),
            Some((model, "traced")) => (model, Role::Traced),
            Some((model, _)) => (model, Role::Control),
        };
        let planned = PlannedTrial { model: model.into(), role, ..PlannedTrial::default() };
        Trial { planned, ..Trial::default() }
    };
    let mut trials = Vec::new();
    for (label, figures) in labels {
        trials.extend(figures.iter().map(|figure| Trial {
            status: TrialStatus::Ok,
            figures: Figures::default().with(OPS_PER_S, *figure).with("peak_rss_bytes", *figure),
            ..blank(label)
        }));
        if figures.is_empty() {
            trials.push(Trial { status: TrialStatus::Refused, error: Some("too many threads".into()), ..blank(label) });
        }
    }
    let summarised = summarise(&catalog.workloads[0], &experiment, &trials);
    verdict::sentence(&catalog, &experiment, &trials, &summarised, 2, over).plain()
}

const SLOW: &[f64] = &[50.0, 51.0, 52.0, 49.0, 50.5];
const FAST: &[f64] = &[100.0, 101.0, 102.0, 99.0, 100.5];
const ALSO_FAST: &[f64] = &[100.2, 100.9, 101.8, 99.1, 100.4];

#[test]
fn a_difference_is_told_with_scope_interval_and_noise_floor() {
    let said = told(OPS_PER_S, &[("threads", SLOW), ("tokio", FAST), ("tokio-again", ALSO_FAST)], 5, true);
    assert_eq!(
        said,
        "For 1,000 connections on this 2-core machine, TOKIO answered 1.99× as many requests per second as native threads.\n\
         1.93 – 2.05 (95 %), noise floor 1.00× (TOKIO against itself)."
    );
}

#[test]
fn what_cannot_be_told_is_said_to_be_untold() {
    let said = told(OPS_PER_S, &[("threads", ALSO_FAST), ("tokio", FAST), ("tokio-again", FAST)], 5, true);
    assert!(said.contains("no difference in requests per second could be shown between these models."), "{said}");
    assert!(said.contains("cannot tell ("), "{said}");
}

#[test]
fn memory_is_never_told_as_speed() {
    let said = told(MEMORY_BYTES, &[("threads", FAST), ("tokio", SLOW), ("tokio-again", SLOW)], 5, true);
    assert!(said.contains("native threads needed 1.99× as much memory as TOKIO."), "{said}");
}

#[test]
fn before_the_third_repetition_there_is_no_verdict() {
    let labels: &[(&str, &[f64])] = &[("threads", &SLOW[..2]), ("tokio", &FAST[..3]), ("tokio-again", &FAST[..2])];
    assert!(told(OPS_PER_S, labels, 5, false).starts_with("Too early to tell."));
    let over = told(OPS_PER_S, labels, 2, true);
    assert!(over.contains("TOKIO answered 101 requests per second.\nToo few repetitions"), "{over}");
}

#[test]
fn one_model_alone_is_told_without_a_verdict() {
    let said = told(OPS_PER_S, &[("tokio", FAST), ("tokio-again", ALSO_FAST)], 5, true);
    assert!(said.ends_with("There is nothing to compare it with, noise floor 1.00× (TOKIO against itself)."), "{said}");
}

#[test]
fn a_model_without_a_result_is_named_with_its_own_words() {
    let said = told(OPS_PER_S, &[("threads", &[]), ("tokio", FAST), ("tokio-again", ALSO_FAST)], 5, true);
    assert!(said.ends_with(". Native threads refused: too many threads."), "{said}");
    let nothing = told(OPS_PER_S, &[("threads", &[]), ("tokio", &[])], 5, true);
    assert_eq!(nothing, "No trial came to a result.\nNative threads refused: too many threads. TOKIO refused: too many threads.");
}

#[test]
fn of_many_pairs_the_widest_are_told_and_the_others_counted() {
    let figures: Vec<Vec<f64>> = (1..=8).map(|model| FAST.iter().map(|figure| figure * f64::from(model)).collect()).collect();
    let names = ["tokio", "b", "c", "d", "e", "f", "g", "h"];
    let mut labels: Vec<(&str, &[f64])> = names.into_iter().zip(figures.iter().map(Vec::as_slice)).collect();
    labels.push(("tokio-again", ALSO_FAST));
    let said = told(OPS_PER_S, &labels, 5, true);
    assert!(said.contains("H answered 8.00× as many requests per second as TOKIO."), "{said}");
    assert!(said.ends_with(" 24 more pairs differ too."), "{said}");
    assert_eq!(said.matches(" against ").count(), 4, "three pairs and the floor: {said}");
}

#[test]
fn tracing_says_what_it_cost_and_counts_nowhere() {
    let steady: &[f64] = &[100.0, 101.0, 99.0, 100.5, 99.5];
    let labels: &[(&str, &[f64])] = &[("a", steady), ("a-again", steady), ("b", &[50.0, 50.5, 49.5, 50.2, 49.8])];
    let without = told(OPS_PER_S, labels, 5, true);
    let with = told(OPS_PER_S, &[labels, &[("a-traced", &[80.0])]].concat(), 5, true);
    assert_eq!(with, format!("{without} With tracing: A 0.800× of its own rate without it."));
}
