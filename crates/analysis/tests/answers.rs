//! Tiers and answers: what many pairs say, so that a person can decide by it.

use std::collections::BTreeMap;

use analysis::answers::{Answer, answers};
use analysis::quantities::{OPS_PER_S, find};
use analysis::summarise;
use analysis::tiers::tiers;
use analysis::verdict::{Segment, sentence};
use protocol::{Catalog, Experiment, Figures, PlannedTrial, Role, Trial, TrialStatus};

mod support;
use support::catalog;

/// Twelve irregular factors near to 1, another order of them for each label.
fn noise(label: usize, repetition: usize) -> f64 {
    [0.99, 1.01, 1.0, 0.985, 1.015, 1.002, 0.998][(repetition * (label % 5 + 1) + label) % 7]
}

/// The trials of models that are this fast; the first is run again as the control. p99 is the inverse, memory the same.
fn trials(models: &[(&str, f64)], repetitions: u64) -> Vec<Trial> {
    let labels = models.iter().map(|(model, speed)| (*model, Role::Plain, *speed)).enumerate();
    let control = [(99, (models[0].0, Role::Control, models[0].1))];
    let mut trials = Vec::new();
    for (label, (model, role, speed)) in labels.chain(control) {
        for repetition in 0..repetitions {
            let speed = speed * noise(label, repetition as usize);
            let planned = PlannedTrial { model: model.into(), role, repetition, ..PlannedTrial::default() };
            let figures = Figures::default().with(OPS_PER_S, speed).with("latency_ns.p99", 1e9 / speed);
            let figures = figures.with("peak_rss_bytes", speed).with("latency_ns.samples", 5_000.0);
            trials.push(Trial { planned, status: TrialStatus::Ok, figures, ..Trial::default() });
        }
    }
    trials
}

fn experiment(models: &[(&str, f64)], repetitions: u64) -> Experiment {
    let experiment = Experiment {
        workload: "echo".into(),
        params: BTreeMap::from([("units".into(), 1_000.into())]),
        models: models.iter().map(|(model, _)| (*model).into()).collect(),
        ..Experiment::default()
    };
    experiment.with("repetitions", repetitions)
}

fn of(models: &[(&str, f64)]) -> Catalog {
    catalog(OPS_PER_S, &models.iter().map(|(model, _)| *model).collect::<Vec<_>>())
}

fn tiers_of(models: &[(&str, f64)], trials: &[Trial], key: &str) -> Vec<Vec<String>> {
    let catalog = of(models);
    let experiment = experiment(models, 12);
    let summarised = summarise(&catalog.workloads[0], &experiment, trials);
    tiers(&summarised, find(&catalog, &catalog.workloads[0], key).unwrap())
}

fn answered(models: &[(&str, f64)], trials: &[Trial]) -> Vec<Answer> {
    let (catalog, experiment) = (of(models), experiment(models, 12));
    answers(&catalog, &experiment, trials, &summarise(&catalog.workloads[0], &experiment, trials))
}

fn words(answer: &Answer) -> String {
    let text = |segment: &Segment| match segment {
        Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text.clone(),
    };
    answer.words.iter().map(text).collect()
}

const FIVE: [(&str, f64); 5] = [("tokio", 200.0), ("threads", 50.0), ("smol", 200.4), ("rayon", 100.0), ("actix", 99.8)];

#[test]
fn those_of_a_tier_cannot_be_told_from_its_best() {
    let trials = trials(&FIVE, 12);
    let names = |tiers: Vec<Vec<String>>| -> Vec<Vec<String>> {
        tiers
            .into_iter()
            .map(|mut tier| {
                tier.sort();
                tier
            })
            .collect()
    };
    assert_eq!(names(tiers_of(&FIVE, &trials, OPS_PER_S)), [vec!["smol", "tokio"], vec!["actix", "rayon"], vec!["threads"]]);
    let of_time = names(tiers_of(&FIVE, &trials, "latency_ns.p99"));
    assert_eq!(of_time, [vec!["smol", "tokio"], vec!["actix", "rayon"], vec!["threads"]], "less of a latency is better");
    let of_memory = names(tiers_of(&FIVE, &trials, "memory_bytes"));
    assert_eq!(of_memory, [vec!["threads"], vec!["actix", "rayon"], vec!["smol", "tokio"]], "and less memory");
}

#[test]
fn there_are_no_tiers_of_three_models_nor_of_models_that_are_all_alike_or_not_judged() {
    let three = &FIVE[..3];
    assert!(tiers_of(three, &trials(three, 12), OPS_PER_S).is_empty());
    let alike = FIVE.map(|(model, _)| (model, 100.0));
    assert!(tiers_of(&alike, &trials(&alike, 12), OPS_PER_S).is_empty());
    assert!(tiers_of(&FIVE, &trials(&FIVE, 5), OPS_PER_S).is_empty(), "five repetitions are too few");
    let mut short = trials(&FIVE, 12);
    for trial in short.iter_mut().filter(|trial| trial.planned.model == "smol") {
        trial.figures.set("wall_ns", 1_000.0);
    }
    let tiers = tiers_of(&FIVE, &short, OPS_PER_S);
    assert_eq!(tiers.first().map(Vec::as_slice), Some(&["tokio".to_owned()][..]), "smol's trials are too short: {tiers:?}");
    assert!(!tiers.concat().contains(&"smol".to_owned()));
}

#[test]
fn an_answer_names_the_best_by_how_much_and_who_cannot_be_told_from_it() {
    let answers = answered(&FIVE, &trials(&FIVE, 12));
    let named: Vec<(&str, &str)> = answers.iter().map(|answer| (answer.name.as_str(), answer.key.as_str())).collect();
    assert_eq!(named, [("Speed", OPS_PER_S), ("Tail (p99)", "latency_ns.p99"), ("Memory", "memory_bytes")]);
    let [speed, tail, memory] = [0, 1, 2].map(|index| words(&answers[index]));
    let best = |index: usize| answers[index].best.as_deref().unwrap();
    assert!(["tokio", "smol"].contains(&best(0)), "{speed}");
    assert!(speed.contains("× native threads (") && speed.ends_with(" cannot be told from it"), "{speed}");
    assert!(tail.contains("× shorter than native threads ("), "{tail}");
    assert_eq!(best(2), "threads");
    assert!(memory.starts_with("Native threads ") && memory.contains("× less than ") && memory.ends_with(')'), "{memory}");
}

#[test]
fn an_answer_that_cannot_be_given_says_why() {
    let alike = [("tokio", 100.0), ("threads", 100.0)];
    let told = answered(&alike, &trials(&alike, 12));
    assert!(told.iter().all(|answer| answer.best.is_none() && words(answer).starts_with("cannot tell (")), "{told:?}");

    let two = [("tokio", 200.0), ("threads", 100.0)];
    let mut short = trials(&two, 12);
    short.iter_mut().for_each(|trial| trial.figures.set("wall_ns", 58_000.0));
    let told = answered(&two, &short);
    assert_eq!(words(&told[0]), "cannot tell: trials too short");
    assert_eq!(told[2].best.as_deref(), Some("threads"), "memory takes no time");
}

#[test]
fn the_tail_is_of_the_greatest_percentile_that_has_its_samples() {
    let two = [("tokio", 200.0), ("threads", 100.0)];
    let mut few = trials(&two, 12);
    for trial in &mut few {
        let speed = trial.figures[OPS_PER_S];
        trial.figures = Figures::default().with(OPS_PER_S, speed).with("latency_ns.samples", 164.0);
    }
    let told = answered(&two, &few);
    assert!(words(&told[1]).starts_with("cannot tell: p99 needs 1,000 timed operations a trial; there were 164"), "{told:?}");
    for trial in &mut few {
        let speed = trial.figures[OPS_PER_S];
        trial.figures.set("latency_ns.p90", 1e9 / speed);
    }
    let told = answered(&two, &few);
    assert_eq!((told[1].name.as_str(), told[1].best.as_deref()), ("Tail (p90)", Some("tokio")), "{told:?}");
}

#[test]
fn a_workload_is_not_asked_what_it_does_not_compare() {
    let two = [("tokio", 200.0), ("threads", 100.0)];
    let trials = trials(&two, 12);
    for (headline, expected) in [
        ("latency_ns.p99", &["Tail (p99)", "Memory"][..]),
        ("memory_bytes", &["Tail (p99)", "Memory"]),
        ("longest_ns", &["Longest", "Tail (p99)", "Memory"]),
    ] {
        let mut catalog = catalog(headline, &["tokio", "threads"]);
        let longest = catalog.quantities.iter().find(|quantity| quantity.key == "wall_ns").unwrap().clone();
        let better = protocol::catalog::Better::Lower;
        catalog.workloads[0].figures =
            vec![protocol::Quantity { key: "longest_ns".into(), label: "longest".into(), better, ..longest }];
        let experiment = experiment(&two, 12);
        let told = answers(&catalog, &experiment, &trials, &summarise(&catalog.workloads[0], &experiment, &trials));
        assert_eq!(told.iter().map(|answer| answer.name.as_str()).collect::<Vec<_>>(), expected, "{headline}");
    }
}

#[test]
fn before_two_models_can_be_compared_there_are_no_answers() {
    let two = [("tokio", 200.0), ("threads", 100.0)];
    assert_eq!(answered(&two, &trials(&two, 5)), []);
    assert_eq!(answered(&two[..1], &trials(&two[..1], 12)), []);
}

#[test]
fn tiers_and_answers_are_lines_for_a_terminal() {
    let (catalog, experiment, trials) = (of(&FIVE), experiment(&FIVE, 12), trials(&FIVE, 12));
    let summarised = summarise(&catalog.workloads[0], &experiment, &trials);
    let lines = sentence(&catalog, &experiment, &trials, &summarised, 2, true, None).lines(&catalog);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[0].starts_with("Tiers: 1 ") && lines[0].ends_with(" · 3 Native threads."), "{lines:?}");
    assert!(lines[1].starts_with("Speed: ") && lines[1].contains("× native threads ("), "{lines:?}");
}

#[test]
fn an_early_end_is_told() {
    let two = [("tokio", 200.0), ("threads", 100.0)];
    let (catalog, trials) = (of(&two), trials(&two, 12));
    let told = |experiment: &Experiment, trials: &[Trial]| {
        let summarised = summarise(&catalog.workloads[0], experiment, trials);
        sentence(&catalog, experiment, trials, &summarised, 2, true, None).plain()
    };
    let until_sure = experiment(&two, 40).with("until", "sure");
    let said = told(&until_sure, &trials);
    assert!(said.ends_with("It ended early, after 36 of 120 planned trials: told apart."), "{said}");
    assert!(!told(&until_sure, &trials[..35]).contains("ended early"), "it was cancelled");
    assert!(!told(&experiment(&two, 12), &trials).contains("ended early"), "that was all");
}

#[test]
fn an_answer_is_about_the_model_that_the_sentence_is_about() {
    // Both are in the first tier; whichever of them has the greater median, one answer and one sentence name the same.
    for speeds in [[200.0, 200.4], [200.4, 200.0]] {
        let models = [("tokio", speeds[0]), ("threads", 50.0), ("smol", speeds[1])];
        let trials = trials(&models, 12);
        let (catalog, experiment) = (of(&models), experiment(&models, 12));
        let summarised = summarise(&catalog.workloads[0], &experiment, &trials);
        let sentence = sentence(&catalog, &experiment, &trials, &summarised, 2, true, None);
        let named = sentence.headline.iter().find_map(|segment| match segment {
            Segment::Model(id, _) => Some(id.clone()),
            Segment::Text(_) | Segment::Strong(_) => None,
        });
        assert_eq!(answered(&models, &trials)[0].best, named, "{}", sentence.plain());
    }
}
