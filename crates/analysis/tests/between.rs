//! Two results against each other: how often a difference is told where there is none, and what is said of one that there is.

#[expect(dead_code, reason = "it simulates for others too")]
mod simulation;

use analysis::between::differences::{Aspect, differences};
use analysis::between::order::Held;
use analysis::between::words::{Sides, between_words};
use analysis::between::{Between, between};
use analysis::quantities::OPS_PER_S;
use analysis::verdict::Segment;
use protocol::catalog::{Cell, Look, Model, Noun, Shape};
use protocol::machine::Calibration;
use protocol::parameter::Choice;
use protocol::report::{Because, Verdict};
use protocol::{Catalog, Conditions, Parameter, ParameterKind, Role, Run, RunState, Submission, TrialStatus, Workload};
use simulation::{ALL, DRIFTING, QUIET, Scatter, Simulation, how_many};

const PAIRS_OF_RUNS: u64 = 200;

/// The simulation as a run that is over.
fn run(simulation: Simulation) -> Run {
    let operation = Noun { one: "wait".into(), many: "waits".into() };
    let workloads = vec![Workload { operation, ..simulation.workload.clone() }];
    let catalog = Catalog { workloads, quantities: analysis::quantities::all(), ..Catalog::default() };
    let submission = Submission { experiment: simulation.experiment.clone(), catalog, ..Submission::default() };
    Run { submission, state: RunState::Finished, trials: simulation.trials, ..Run::default() }
}

/// A run of so many models that are alike, but for the second: it does `times` as much.
fn drawn(scatter: Scatter, models: usize, repetitions: u64, times: f64, seed: u64) -> Run {
    run(Simulation::new(scatter, models, repetitions, times, seed).run())
}

/// The same with every figure of one model, or of all, so many times as large.
fn scaled(mut run: Run, model: Option<&str>, by: f64) -> Run {
    for trial in run.trials.iter_mut().filter(|trial| model.is_none_or(|model| trial.planned.model == model)) {
        let rate = trial.figures[OPS_PER_S];
        trial.figures.set(OPS_PER_S, rate * by);
    }
    run
}

fn told(between: &Between) -> usize {
    between.changes.iter().filter(|change| change.verdict != Verdict::CannotTell).count()
}

#[test]
fn of_two_runs_that_are_alike_any_model_is_told_apart_in_one_of_twenty_pairs_at_most() {
    for (models, repetitions) in [(1, 12), (3, 6), (3, 12), (8, 12)] {
        for scatter in ALL {
            let falsely = how_many(PAIRS_OF_RUNS, |seed| {
                let [a, b] = [2 * seed, 2 * seed + 1].map(|seed| drawn(scatter, models, repetitions, 1.0, seed));
                told(&between(&[&a, &b], None)) > 0
            });
            let of = format!("{falsely} of {PAIRS_OF_RUNS}, {models} models, {repetitions} repetitions, {}", scatter.name);
            assert!(falsely * 20 <= PAIRS_OF_RUNS, "{of}");
        }
    }
}

#[test]
fn runs_of_unlike_length_are_told_apart_as_rarely() {
    for scatter in ALL {
        let falsely = how_many(PAIRS_OF_RUNS, |seed| {
            let (a, b) = (drawn(scatter, 3, 6, 1.0, 2 * seed), drawn(scatter, 3, 24, 1.0, 2 * seed + 1));
            told(&between(&[&a, &b], None)) > 0
        });
        // The longer drifts further: that is a difference between the two, and is told.
        let of = format!("{falsely} of {PAIRS_OF_RUNS}, {}", scatter.name);
        assert!(falsely * 20 <= PAIRS_OF_RUNS || scatter.name == DRIFTING.name, "{of}");
    }
}

#[test]
fn a_model_that_does_a_tenth_more_is_told_on_a_quiet_machine_and_the_others_are_not() {
    let found = how_many(PAIRS_OF_RUNS, |seed| {
        let [a, b] = [2 * seed, 2 * seed + 1].map(|seed| drawn(QUIET, 3, 12, 1.0, seed));
        let between = between(&[&a, &scaled(b, Some("model-1"), 1.1)], None);
        let change = &between.changes[1];
        change.verdict == Verdict::Faster && change.low < 1.1 && 1.1 < change.high && told(&between) == 1
    });
    assert!(found * 10 >= PAIRS_OF_RUNS * 8, "{found} of {PAIRS_OF_RUNS}");
}

#[test]
fn what_falls_on_a_whole_run_is_told_of_every_model_and_leaves_the_order_alone() {
    let [a, b] = [1, 2].map(|seed| drawn(DRIFTING, 3, 12, 1.5, seed));
    let between = between(&[&a, &scaled(b, None, 0.5)], None);
    assert_eq!(told(&between), 3, "{:?}", between.changes);
    assert_eq!(between.order.held, Held::Held);
    assert_eq!(between.order.tiers, [vec!["model-1".to_owned()], vec!["model-0".into(), "model-2".into()]]);
}

#[test]
fn a_difference_inside_what_either_run_shows_against_itself_is_none() {
    let a = drawn(QUIET, 2, 12, 1.0, 1);
    let mut b = scaled(drawn(QUIET, 2, 12, 1.0, 2), None, 1.1);
    assert_eq!(told(&between(&[&a, &b], None)), 2);
    // The second run's control differs from its model by a fifth.
    for trial in b.trials.iter_mut().filter(|trial| trial.planned.role == Role::Control) {
        let rate = trial.figures[OPS_PER_S];
        trial.figures.set(OPS_PER_S, rate * 1.2);
    }
    for (one, other) in [(&a, &b), (&b, &a)] {
        let between = between(&[one, other], None);
        assert!(between.changes.iter().all(|change| change.because == Some(Because::Control)), "{:?}", between.changes);
    }
}

#[test]
fn a_run_with_five_repetitions_or_without_a_control_tells_nothing() {
    let a = drawn(QUIET, 2, 12, 1.0, 1);
    let few = scaled(drawn(QUIET, 2, 5, 1.0, 2), None, 2.0);
    let mut alone = scaled(drawn(QUIET, 2, 12, 1.0, 3), None, 2.0);
    alone.trials.retain(|trial| trial.planned.role != Role::Control);
    for b in [few, alone] {
        let between = between(&[&a, &b], None);
        assert_eq!(between.changes.len(), 2);
        assert!(between.changes.iter().all(|change| change.because == Some(Because::TooFew)), "{:?}", between.changes);
    }
}

#[test]
fn what_stands_against_a_run_s_own_verdicts_stands_against_these_too() {
    let a = drawn(QUIET, 2, 12, 1.0, 1);
    let b = scaled(drawn(QUIET, 2, 12, 1.0, 2), None, 2.0);
    let (mut disturbed, mut short) = (b.clone(), b);
    disturbed.trials.iter_mut().take(10).for_each(|trial| trial.disturbed = true);
    short.trials.iter_mut().for_each(|trial| trial.figures.set("wall_ns", 1e6));
    for (b, because) in [(disturbed, Because::Disturbed), (short, Because::Short)] {
        for (one, other) in [(&a, &b), (&b, &a)] {
            let between = between(&[one, other], None);
            assert!(between.changes.iter().all(|change| change.because == Some(because)), "{:?}", between.changes);
        }
    }
}

#[test]
fn the_sentence_says_that_the_two_were_not_run_in_turns() {
    let [a, b] = [1, 2].map(|seed| drawn(QUIET, 3, 12, 1.5, seed));
    let sides = Sides::new(&["there".into(), "here".into()]);
    let between = between(&[&a, &scaled(b, Some("model-2"), 0.8)], None);
    let sentence = between_words(&between, &[&a, &a], &sides);
    let text = sentence.plain();
    for said in [
        "model-1 against model-",
        "Here against there, in waits per second: model-2 0.",
        "of model-0 and model-1 the two cannot be told apart",
        "The two were not run in turns: a difference between them includes whatever else changed.",
    ] {
        assert!(text.contains(said), "{said} is not in: {text}");
    }
    assert!(sentence.headline.contains(&Segment::Strong("The order held".into())), "{text}");
}

#[test]
fn who_can_tell_other_pairs_is_not_said_to_tell_none() {
    let a = drawn(QUIET, 3, 12, 1.5, 1);
    let mut b = scaled(drawn(QUIET, 3, 12, 1.0, 2), Some("model-2"), 1.5);
    // The second model is anywhere: the first result tells it from the others, and this one only those from each other.
    for trial in b.trials.iter_mut().filter(|trial| trial.planned.model == "model-1") {
        let rate = trial.figures[OPS_PER_S];
        trial.figures.set(OPS_PER_S, rate * if trial.planned.repetition % 2 == 0 { 0.7 } else { 2.0 });
    }
    let sides = Sides::new(&["there".into(), "here".into()]);
    let said = |a: &Run, b: &Run| between_words(&between(&[a, b], None), &[a, b], &sides).plain();
    let text = said(&a, &b);
    assert!(
        text.starts_with("Cannot tell whether the order held: no two models can be told apart both there and here."),
        "{text}"
    );
    assert!(text.contains("model-2 is ahead of model-0 here; there that cannot be told"), "{text}");
    let alike = said(&a, &drawn(QUIET, 3, 12, 1.0, 3));
    assert!(alike.starts_with("Cannot tell whether the order held: here no two models can be told apart."), "{alike}");
}

#[test]
fn while_one_goes_on_it_is_too_early_until_six_repetitions_of_both_are_there() {
    let (a, whole) = (drawn(QUIET, 2, 12, 1.5, 1), drawn(QUIET, 2, 12, 1.5, 2));
    let sides = Sides::new(&[]);
    for (repetitions, early) in [(0, true), (2, true), (5, true), (6, false)] {
        let b = Run { state: RunState::Running, trials: whole.trials[..repetitions * 3].to_vec(), ..whole.clone() };
        let sentence = between_words(&between(&[&a, &b], None), &[&a, &b], &sides);
        assert_eq!(sentence.early, early, "{repetitions}: {}", sentence.plain());
    }
}

#[test]
fn one_result_is_nothing_to_compare_and_two_of_different_workloads_have_their_conditions_alone() {
    let a = drawn(QUIET, 2, 12, 1.0, 1);
    assert_eq!(between(&[&a], None), Between::default());
    let mut b = a.clone();
    b.submission.experiment.workload = "another".into();
    let between = between(&[&a, &b], None);
    assert!(between.changes.is_empty() && between.key.is_empty());
    assert_eq!(between.differences.found[0].label, "workload");
}

/// A workload with a parameter that says how much work there is, one that does not, and an option of one model.
fn with_parameters(mut run: Run, units: u64, rounds: u64, driver: &str, time: bool) -> Run {
    let number = |name: &str, label: &str, unit: &str, is_work| Parameter {
        name: name.into(),
        label: label.into(),
        unit: unit.into(),
        help: String::new(),
        kind: ParameterKind::Integer { min: 1, max: 10_000, step: 1, default: 1, log: false },
        earlier: Vec::new(),
        can_be_swept: true,
        is_work,
    };
    let choice = |name: &str, words: [&str; 2]| Parameter {
        kind: ParameterKind::Choice {
            options: words.map(|word| Choice { value: word.into(), label: format!("by {word}") }).to_vec(),
            default: words[0].into(),
        },
        ..number(name, "Root task", "", false)
    };
    let submission = &mut run.submission;
    submission.catalog.method = vec![Parameter { label: "Measure".into(), ..choice("measure", ["work", "time"]) }];
    let model = Model {
        id: "model-0".into(),
        name: "Model 0".into(),
        within: "model 0".into(),
        summary: String::new(),
        variant_of: None,
        look: Look { shape: Shape::Circle, notched: false, light: "#000000".into(), dark: "#ffffff".into() },
        options: vec![choice("driver", ["worker", "main"])],
        libraries: vec!["tokio".into()],
    };
    submission.catalog.models = vec![model];
    let workload = &mut submission.catalog.workloads[0];
    workload.by_time = true;
    workload.parameters = vec![number("units", "Connections", "units", false), number("rounds", "Requests each", "rounds", true)];
    let experiment = &mut submission.experiment;
    experiment.params = [("units".to_owned(), units.into()), ("rounds".to_owned(), rounds.into())].into();
    experiment.method.insert("driver".into(), driver.into());
    experiment.method.insert("measure".into(), if time { "time" } else { "work" }.into());
    run
}

/// Each difference as the page shows it.
fn shown(a: &Run, b: &Run) -> Vec<String> {
    let found = differences(a, b).found;
    found.into_iter().map(|one| format!("{}: {} {} → {}", one.aspect.words(), one.label, one.a, one.b)).collect()
}

#[test]
fn parameters_differ_by_their_labels_and_only_where_they_decide_something() {
    let run = drawn(QUIET, 2, 6, 1.0, 1);
    let with = |units, rounds, driver, time| with_parameters(run.clone(), units, rounds, driver, time);
    let a = with(1000, 10, "worker", false);
    assert_eq!(
        shown(&a, &with(2000, 20, "worker", false)),
        ["parameters: connections 1,000 → 2,000", "parameters: requests each 10 rounds → 20 rounds"]
    );
    let by_time = with(1000, 10, "worker", true);
    assert_eq!(shown(&a, &by_time), ["method: measure by work → by time"]);
    // Measured by time it decides nothing.
    assert_eq!(shown(&by_time, &with(1000, 20, "worker", true)), Vec::<String>::new());
    // No cell obeys the option, and then one does.
    let mut obeyed = with(1000, 10, "main", false);
    assert_eq!(shown(&a, &obeyed), Vec::<String>::new());
    let cell = Cell {
        model: "model-0".into(),
        absent: None,
        source: None,
        options: vec!["driver".into()],
        libraries: Vec::new(),
        units_limit: None,
    };
    obeyed.submission.catalog.workloads[0].cells = vec![cell];
    assert_eq!(shown(&a, &obeyed), ["method: root task by worker → by main"]);
}

#[test]
fn what_only_one_tells_is_neither_alike_nor_different_and_noise_is_no_difference() {
    let a = with_parameters(drawn(QUIET, 2, 6, 1.0, 1), 1, 1, "worker", false);
    let mut b = a.clone();
    let costs = |wake_same_core_ns, clock_ns| Calibration {
        wake_same_core_ns,
        clock_ns,
        timer_late_ns: 50_000,
        ..Calibration::default()
    };
    b.submission.machine.calibration = Some(costs(1000, 20));
    let found = differences(&a, &b);
    assert_eq!((found.found.len(), found.unknown.as_slice()), (0, [Aspect::Calibration].as_slice()));
    let mut c = b.clone();
    c.submission.machine.calibration = Some(costs(1300, 24));
    c.submission.build.libraries = [("tokio", "1.54.1"), ("rayon", "1.12.0")].map(|(name, of)| (name.into(), of.into())).into();
    b.submission.build.libraries = [("tokio", "1.40.0"), ("rayon", "1.0.0")].map(|(name, of)| (name.into(), of.into())).into();
    c.conditions = Some(Conditions { foreign_cpu: Some(0.31), steal: Some(0.01), ..Conditions::default() });
    b.conditions = Some(Conditions { foreign_cpu: Some(0.01), steal: Some(0.0), ..Conditions::default() });
    assert_eq!(
        shown(&b, &c),
        [
            "clock and scheduler: wake on one core 1.00 µs → 1.30 µs",
            "versions: tokio 1.40.0 → 1.54.1",
            "conditions: cores\u{2019} time used by others 1.00 % → 31.0 %",
        ]
    );
}

#[test]
fn a_limit_is_told_if_a_trial_came_to_one() {
    let a = drawn(QUIET, 2, 6, 1.0, 1);
    let mut b = a.clone();
    b.submission.machine.threads_limit = 15_000;
    let mut other = a.clone();
    other.submission.machine.threads_limit = 30_000;
    assert_eq!(shown(&b, &other), Vec::<String>::new());
    other.trials[0].status = TrialStatus::Refused;
    assert_eq!(shown(&b, &other), ["machine: threads allowed 15,000 → 30,000"]);
}

#[test]
fn one_machine_is_counted_once_and_what_changed_there_is_not_made_up_for() {
    let on = |run: Run, cpu: &str, cores| {
        let mut run = run;
        (run.submission.machine.cpu, run.submission.machine.cores) = (cpu.into(), cores);
        run
    };
    let of = |seed, times| drawn(QUIET, 2, 12, times, seed);
    let runs = [
        on(of(1, 1.5), "one", 2),
        on(of(2, 1.5), "one", 2),
        on(of(3, 1.5), "two", 2),
        on(of(4, 0.5), "two", 2),
        on(of(5, 1.0), "two", 4),
    ];
    let runs: Vec<&Run> = runs.iter().collect();
    let reruns = between(&runs, None).reruns.unwrap();
    assert_eq!((reruns.machines, reruns.held, reruns.changed, reruns.others), (3, 1, 1, 0));
    let machines: Vec<usize> = reruns.results.iter().map(|one| one.machine).collect();
    assert_eq!(machines, [0, 0, 2, 2, 4]);
    let held: Vec<Held> = reruns.results.iter().map(|one| one.held).collect();
    assert_eq!(held, [Held::Held, Held::Held, Held::Held, Held::Changed, Held::CannotTell]);
}
