//! How often a difference is told when there is none: the price of every verdict, and what it buys.

use analysis::adaptive::is_sure;
use analysis::quantities::OPS_PER_S;
use analysis::summarise;
use protocol::report::Verdict;
use protocol::{Experiment, Figures, PlannedTrial, Role, Trial, TrialStatus, Workload};

mod scatter;
mod support;

use scatter::{BUSY, QUIET, Scatter};

/// Simulated comparisons.
const COMPARISONS: usize = 1_000;

struct Simulation {
    workload: Workload,
    experiment: Experiment,
    random: fastrand::Rng,
}

impl Simulation {
    fn new(repetitions: u64) -> Self {
        let workload = support::catalog(OPS_PER_S, &["one", "other"]).workloads.remove(0);
        let models = vec!["one".into(), "other".into()];
        let experiment = Experiment { workload: workload.id.clone(), models, ..Experiment::default() };
        let experiment = experiment.with("repetitions", repetitions);
        Self { workload, experiment, random: fastrand::Rng::with_seed(1) }
    }

    /// One whole repetition: both models and the control, with the second model this many times as fast.
    fn repetition(&mut self, scatter: Scatter, times: f64) -> Vec<Trial> {
        let trial = |model: &str, role: Role, figure: f64| Trial {
            planned: PlannedTrial { model: model.into(), role, ..PlannedTrial::default() },
            status: TrialStatus::Ok,
            figures: Figures::default().with(OPS_PER_S, figure),
            ..Trial::default()
        };
        let mut figure = || scatter.draw(&mut self.random);
        vec![
            trial("one", Role::Plain, figure()),
            trial("one", Role::Control, figure()),
            trial("other", Role::Plain, times * figure()),
        ]
    }

    fn is_told(&self, trials: &[Trial]) -> bool {
        let summarised = summarise(&self.workload, &self.experiment, trials);
        summarised.comparisons.iter().any(|comparison| comparison.verdict != Verdict::CannotTell)
    }

    /// In how many of the comparisons there is a verdict.
    fn verdicts(&mut self, scatter: Scatter, times: f64) -> usize {
        let told = |_: &usize| {
            let trials: Vec<Trial> = (0..self.experiment.repetitions()).flat_map(|_| self.repetition(scatter, times)).collect();
            self.is_told(&trials)
        };
        (0..COMPARISONS).filter(told).count()
    }
}

#[test]
fn of_a_thousand_comparisons_of_a_model_with_itself_at_most_one_in_twenty_is_a_verdict() {
    for repetitions in [3, 5, 10, 20] {
        for scatter in [QUIET, BUSY] {
            let verdicts = Simulation::new(repetitions).verdicts(scatter, 1.0);
            assert!(verdicts * 20 <= COMPARISONS, "{verdicts} of {COMPARISONS} with {repetitions} repetitions, {scatter:?}");
        }
    }
}

#[test]
fn what_differs_by_a_half_is_mostly_told_with_five_repetitions() {
    for scatter in [QUIET, BUSY] {
        let verdicts = Simulation::new(5).verdicts(scatter, 1.5);
        assert!(verdicts * 2 >= COMPARISONS, "{verdicts} of {COMPARISONS}, {scatter:?}");
    }
}

#[test]
fn stopping_as_soon_as_it_can_tell_keeps_to_one_in_twenty() {
    for scatter in [QUIET, BUSY] {
        let mut simulation = Simulation::new(20);
        let mut told = 0;
        for _ in 0..COMPARISONS {
            let mut trials = Vec::new();
            let mut sure = false;
            while !sure && trials.len() < 60 {
                trials.extend(simulation.repetition(scatter, 1.0));
                sure = is_sure(&simulation.workload, &simulation.experiment, &trials);
            }
            told += usize::from(simulation.is_told(&trials));
        }
        assert!(told * 20 <= COMPARISONS, "{told} of {COMPARISONS}, {scatter:?}");
    }
}

#[test]
fn a_clear_difference_is_sure_at_the_first_look() {
    let mut simulation = Simulation::new(50);
    let mut trials = Vec::new();
    for repetition in 1..=5 {
        trials.extend(simulation.repetition(QUIET, 2.0));
        assert_eq!(is_sure(&simulation.workload, &simulation.experiment, &trials), repetition == 5);
    }
}
