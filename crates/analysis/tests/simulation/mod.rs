//! Experiments that were never run: models that are alike, or differ by a known ratio, on machines of several kinds.

use analysis::adaptive::is_sure;
use analysis::forecast::Forecast;
use analysis::quantities::OPS_PER_S;
use analysis::summarise;
use protocol::catalog::Headline;
use protocol::report::{Comparison, Verdict};
use protocol::{Experiment, Figures, PlannedTrial, Role, Trial, TrialStatus, Workload};

/// How figures of a machine scatter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scatter {
    pub(crate) name: &'static str,
    /// Standard deviation of the logarithm.
    pub(crate) spread: f64,
    /// How many times as much it is for each further model; the first is the control's.
    pub(crate) unequal: f64,
    /// Share of trials that somebody disturbed, each by up to a half.
    pub(crate) disturbed: f64,
    /// How far apart two states are of which a trial falls into either, as a logarithm.
    pub(crate) modes: f64,
    /// How much faster the machine gets with each trial, as a logarithm.
    pub(crate) drift: f64,
}

pub(crate) const QUIET: Scatter = Scatter { name: "quiet", spread: 0.01, unequal: 1.0, disturbed: 0.0, modes: 0.0, drift: 0.0 };
pub(crate) const BUSY: Scatter = Scatter { name: "busy", spread: 0.05, disturbed: 0.2, ..QUIET };
/// From 1 % of the control's model to 13 % of the eighth.
pub(crate) const UNEQUAL: Scatter = Scatter { name: "unequal", unequal: 1.44, ..QUIET };
pub(crate) const BIMODAL: Scatter = Scatter { name: "bimodal", modes: 0.4, ..QUIET };
/// A fifth between the first trial of twelve repetitions of eight models and the last.
pub(crate) const DRIFTING: Scatter = Scatter { name: "drifting", drift: 0.002, ..QUIET };

pub(crate) const ALL: [Scatter; 5] = [QUIET, BUSY, UNEQUAL, BIMODAL, DRIFTING];

impl Scatter {
    /// A figure of the model with this index, in the trial that is run as the `order`-th.
    fn draw(&self, random: &mut fastrand::Rng, model: usize, order: usize) -> f64 {
        // A normal number, after Box and Muller.
        let (u, v) = (random.f64().max(1e-12), random.f64());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let slowed = if random.f64() < self.disturbed { 1.0 - random.f64() / 2.0 } else { 1.0 };
        let state = if random.bool() { self.modes } else { 0.0 };
        let spread = self.spread * self.unequal.powi(i32::try_from(model).unwrap_or(0));
        1e5 * (normal * spread + state + self.drift * order as f64).exp() * slowed
    }
}

/// An experiment whose trials are drawn.
pub(crate) struct Simulation {
    pub(crate) workload: Workload,
    pub(crate) experiment: Experiment,
    scatter: Scatter,
    /// How many times as much as the first model the second does.
    times: f64,
    random: fastrand::Rng,
    pub(crate) trials: Vec<Trial>,
}

impl Simulation {
    /// Of so many models: all alike, but for the second.
    pub(crate) fn new(scatter: Scatter, models: usize, repetitions: u64, times: f64, seed: u64) -> Self {
        let headline = Headline { metric: OPS_PER_S.into(), ..Headline::default() };
        let models = (0..models).map(|model| format!("model-{model}")).collect();
        let experiment = Experiment { models, ..Experiment::default() }.with("repetitions", repetitions);
        Self {
            workload: Workload { headline, ..Workload::default() },
            experiment: experiment.with("seed", seed),
            scatter,
            times,
            random: fastrand::Rng::with_seed(seed),
            trials: Vec::new(),
        }
    }

    /// One whole repetition more, in a random order.
    pub(crate) fn repeat(&mut self) {
        let models = self.experiment.models.len();
        let repetition = (self.trials.len() / (models + 1)) as u64;
        let mut block: Vec<(usize, Role)> = (0..models).map(|model| (model, Role::Plain)).chain([(0, Role::Control)]).collect();
        self.random.shuffle(&mut block);
        for (model, role) in block {
            let order = self.trials.len();
            let figure = self.scatter.draw(&mut self.random, model, order) * if model == 1 { self.times } else { 1.0 };
            let planned = PlannedTrial {
                order: order as u64,
                model: self.experiment.models[model].clone(),
                role,
                repetition,
                ..PlannedTrial::default()
            };
            let figures = Figures::default().with(OPS_PER_S, figure);
            self.trials.push(Trial { planned, status: TrialStatus::Ok, figures, ..Trial::default() });
        }
    }

    /// All repetitions of the experiment.
    pub(crate) fn run(mut self) -> Self {
        (0..self.experiment.repetitions()).for_each(|_| self.repeat());
        self
    }

    /// As one that is to end as soon as it can tell.
    pub(crate) fn run_until_sure(mut self) -> Self {
        self.experiment = self.experiment.with("until", "sure");
        for _ in 0..self.experiment.repetitions() {
            self.repeat();
            if is_sure(&self.workload, &self.experiment, &self.trials) {
                break;
            }
        }
        self
    }

    pub(crate) fn pairs(&self) -> Vec<Comparison> {
        summarise(&self.workload, &self.experiment, &self.trials).comparisons
    }

    /// Whether any pair is told apart.
    pub(crate) fn tells_any(&self) -> bool {
        self.pairs().iter().any(is_told)
    }

    /// Whether the first two models are.
    pub(crate) fn tells_first(&self) -> bool {
        self.pairs().first().is_some_and(is_told)
    }

    /// How many more repetitions are said to tell the first two apart.
    pub(crate) fn more(&self) -> Option<u64> {
        Forecast::new(&self.experiment, &self.trials, OPS_PER_S, 50).more(&self.pairs(), 0)
    }
}

pub(crate) fn is_told(comparison: &Comparison) -> bool {
    comparison.verdict != Verdict::CannotTell
}

/// In how many of so many simulations, each with a seed of its own, something holds.
pub(crate) fn how_many(simulations: u64, holds: impl Fn(u64) -> bool) -> u64 {
    (0..simulations).filter(|seed| holds(*seed)).count() as u64
}
