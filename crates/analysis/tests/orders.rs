//! A workload that compares no figure: the orders in which lines came are counted, and no ratio is claimed.

use analysis::orders::{Printed, printed};
use analysis::quantities::{MEMORY_BYTES, OPS_PER_S};
use analysis::verdict::sentence;
use analysis::{adaptive, summarise_with};
use protocol::{Catalog, Experiment, Figures, PlannedTrial, Role, Run, RunState, Submission, Trial, TrialStatus};

mod support;

const MODELS: [&str; 3] = ["threads", "tokio", "actix"];

/// Its headline has no quantity.
fn catalog() -> Catalog {
    let mut catalog = support::catalog("", &MODELS);
    catalog.workloads[0].headline.subject = "two units".into();
    catalog
}

fn experiment() -> Experiment {
    let models = MODELS.map(Into::into).to_vec();
    Experiment { workload: "echo".into(), models, ..Experiment::default() }.with("repetitions", 12)
}

/// Twelve trials of each: these lines in the repetition of this number.
fn trials(model: &str, role: Role, lines: impl Fn(u64) -> &'static str) -> Vec<Trial> {
    let trial = |repetition| Trial {
        planned: PlannedTrial { model: model.into(), role, repetition, ..PlannedTrial::default() },
        status: TrialStatus::Ok,
        // A tenth apart at least: a ratio could be told.
        figures: Figures::default().with(OPS_PER_S, 100.0 * model.len() as f64).with("wall_ns", 1e9),
        printed: lines(repetition).split(' ').map(Into::into).collect(),
        ..Trial::default()
    };
    (0..12).map(trial).collect()
}

/// Threads in three orders, the others in one; the control's are not counted.
fn all() -> Vec<Trial> {
    let of_threads = |repetition| match repetition {
        0 => "b a",
        1..=3 => "a b",
        _ => "a a",
    };
    [
        trials("threads", Role::Plain, of_threads),
        trials("tokio", Role::Plain, |_| "a b"),
        trials("tokio", Role::Control, |_| "b a"),
        trials("actix", Role::Plain, |_| "b a"),
    ]
    .concat()
}

fn said(trials: &[Trial], over: bool, chosen: Option<&str>) -> String {
    let (catalog, experiment) = (catalog(), experiment());
    let summarised = summarise_with(&catalog.workloads[0], &experiment, trials, chosen);
    sentence(&catalog, &experiment, trials, &summarised, 2, over, chosen).plain()
}

#[test]
fn orders_are_counted_and_the_most_frequent_comes_first() {
    let (experiment, trials) = (experiment(), all());
    let of_model = |model: &Printed<'_>| {
        let orders: Vec<_> = model.orders.iter().map(|order| format!("{} × {}", order.times, order.lines.join(" "))).collect();
        format!("{}, {} runs: {}", model.model, model.runs, orders.join(", "))
    };
    let counted: Vec<String> = printed(&experiment, &trials).iter().map(of_model).collect();
    assert_eq!(counted, ["threads, 12 runs: 8 × a a, 3 × a b, 1 × b a", "tokio, 12 runs: 12 × a b", "actix, 12 runs: 12 × b a"]);
}

#[test]
fn the_sentence_says_how_many_orders_came_in_how_many_runs() {
    assert_eq!(
        said(&all(), true, None),
        "For two units on this 2-core machine, native threads printed 2 lines in 3 different orders in 12 runs, TOKIO in 1, \
         ACTIX in 1.\n\
         An order that did not come may come in another run. No speed is claimed of so little work."
    );
}

#[test]
fn a_model_with_fewer_runs_says_how_many_and_one_with_none_says_why() {
    let mut trials = all();
    for trial in &mut trials {
        trial.status = match (trial.planned.model.as_str(), trial.planned.repetition) {
            ("actix", _) => TrialStatus::Timeout,
            ("threads", 0) => TrialStatus::Invalid,
            _ => TrialStatus::Ok,
        };
    }
    let said = said(&trials, true, None);
    assert!(said.contains("2 different orders in 11 runs, TOKIO in 1 in 12 runs.\n"), "{said}");
    assert!(said.starts_with("ACTIX took too long.\n"), "{said}");
}

#[test]
fn one_run_is_enough_to_say_what_came_and_none_says_nothing() {
    assert!(said(&all()[..1], false, None).contains("native threads printed 2 lines in 1 order in 1 run."));
    assert_eq!(said(&[], false, None), "Nothing has been printed yet.");
    assert_eq!(said(&[], true, None), "Nothing was measured.");
}

#[test]
fn no_ratio_is_claimed_whatever_somebody_chooses() {
    let (catalog, experiment, trials) = (catalog(), experiment(), all());
    for chosen in [None, Some(OPS_PER_S), Some(MEMORY_BYTES)] {
        let summarised = summarise_with(&catalog.workloads[0], &experiment, &trials, chosen);
        assert!(summarised.comparisons.is_empty() && summarised.controls.is_empty(), "{chosen:?}: {summarised:?}");
        assert!(!said(&trials, true, chosen).contains('×'), "{chosen:?}");
    }
    let submission = Submission { catalog, experiment, ..Submission::default() };
    let run = Run { submission, state: RunState::Finished, trials, ..Run::default() };
    let report = analysis::report::report(&run);
    assert!(report.comparisons.is_empty() && report.withheld.is_none() && report.noise_floor.is_none(), "{report:?}");
    assert_eq!(report.summary.len(), 4, "what was measured is there all the same");
}

#[test]
fn a_run_until_it_can_tell_goes_on_to_its_end_because_nothing_is_told_apart() {
    let catalog = catalog();
    let experiment = Experiment { method: [("until".to_owned(), "sure".into())].into(), ..experiment() };
    assert!(!adaptive::is_sure(&catalog.workloads[0], &experiment.with("repetitions", 48), &all()));
}
