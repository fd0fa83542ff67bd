//! What the trials of each model and role amount to.

use std::collections::BTreeMap;

use protocol::report::{Comparison, Crossover, NoiseFloor, Point, Summary, TracingCost};
use protocol::{Experiment, Role, Trial, Workload};

use crate::bootstrap::{median, median_interval};
use crate::compare;
use crate::quantities::{OPS_PER_S, summarised, value};
use crate::samples::{good, samples};

/// Everything that is computed from trials. Of a sweep: the last two alone, for over all of its values a median means nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summarised {
    /// One for each model, in the order of the experiment; the A/A control stands behind its model.
    pub summary: Vec<Summary>,
    /// Each pair of models, by the workload's headline; only pairs with enough trials.
    pub comparisons: Vec<Comparison>,
    /// What the control's model shows against itself.
    pub noise_floor: Option<NoiseFloor>,
    /// Of a sweep: the same at each of its values.
    pub points: Vec<Point>,
    /// Of a sweep: where one model overtakes another.
    pub crossovers: Vec<Crossover>,
}

impl Summarised {
    /// What a model's trials in this role amount to.
    #[must_use]
    pub fn of(&self, model: &str, role: Role) -> Option<&Summary> {
        self.summary.iter().find(|summary| summary.model == model && summary.role == role)
    }
}

/// Summarises the trials of an experiment, however many there are yet.
#[must_use]
pub fn summarise(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> Summarised {
    let mut summary = Vec::new();
    for model in &experiment.models {
        summary.push(summary_of(workload, model, Role::Plain, trials));
        if experiment.control() == Some(model) {
            summary.push(summary_of(workload, model, Role::Control, trials));
        }
    }
    let headline = &workload.headline.metric;
    let noise_floor = compare::noise_floor(experiment, headline, trials);
    let comparisons = compare::comparisons(experiment, headline, trials, noise_floor.as_ref());
    Summarised { summary, comparisons, noise_floor, ..Summarised::default() }
}

/// What tracing cost each model that has a traced trial and others.
#[must_use]
pub fn tracing_costs(experiment: &Experiment, trials: &[Trial]) -> Vec<TracingCost> {
    let cost = |model: &String| {
        let traced = good(model, Role::Traced, trials).next()?;
        let same_value = |trial: &Trial| value(trial, OPS_PER_S).filter(|_| trial.planned.at == traced.planned.at);
        let others: Vec<f64> = good(model, Role::Plain, trials).filter_map(same_value).collect();
        Some(TracingCost { model: model.clone(), ratio: value(traced, OPS_PER_S)? / median(&others)? })
    };
    experiment.models.iter().filter_map(cost).collect()
}

fn summary_of(workload: &Workload, model: &str, role: Role, trials: &[Trial]) -> Summary {
    let over = |key: &str| Some((key.to_owned(), median_interval(&samples(model, role, trials, key))?));
    let values: BTreeMap<_, _> = summarised(&workload.headline.metric).filter_map(over).collect();
    let extra = workload.figures.iter().filter_map(|quantity| over(&quantity.key)).collect();
    Summary { model: model.to_owned(), role, trials: good(model, role, trials).count() as u64, values, extra }
}
