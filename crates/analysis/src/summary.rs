//! What the trials of each model and role amount to.

use std::collections::BTreeMap;

use protocol::report::{Comparison, Control, Crossover, Point, Summary};
use protocol::{Experiment, Role, Trial, Workload};

use crate::compare::{Compared, compared, settle};
use crate::interval::median_interval;
use crate::paired::Nulls;
use crate::quantities::{TAILS, reader, shown, summarised};
use crate::samples::Blocks;
use crate::withheld::Doubts;

/// Everything that is computed from trials. Of a sweep: the last two alone, for over all of its values a median means nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summarised {
    /// One for each model, in the order of the experiment; the A/A control stands behind its model.
    pub summary: Vec<Summary>,
    /// Each pair of models with enough repetitions: by the workload's headline, then by each other quantity that is shown.
    pub comparisons: Vec<Comparison>,
    /// What the control's model shows against itself, by the same quantities in the same order.
    pub controls: Vec<Control>,
    /// Of a sweep: the same at each of its points.
    pub points: Vec<Point>,
    /// Of a sweep of one parameter: where one model overtakes another.
    pub crossovers: Vec<Crossover>,
}

impl Summarised {
    /// What a model's trials in this role amount to.
    #[must_use]
    pub fn of(&self, model: &str, role: Role) -> Option<&Summary> {
        self.summary.iter().find(|summary| summary.model == model && summary.role == role)
    }

    /// What the control's model shows against itself in this quantity.
    #[must_use]
    pub fn control(&self, key: &str) -> Option<&Control> {
        self.controls.iter().find(|control| control.metric == key)
    }

    /// Each pair of models by this quantity.
    pub fn pairs(&self, key: &str) -> impl Iterator<Item = &Comparison> {
        self.comparisons.iter().filter(move |comparison| comparison.metric == key)
    }
}

/// Summarises the trials of an experiment, however many there are yet.
#[must_use]
pub fn summarise(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> Summarised {
    summarise_with(workload, experiment, trials, None)
}

/// The same, with one more quantity that somebody asks for. Of a workload that compares no figure, models are not compared by any.
#[must_use]
pub fn summarise_with(workload: &Workload, experiment: &Experiment, trials: &[Trial], also: Option<&str>) -> Summarised {
    let blocks = Blocks::of(trials);
    let mut keys = shown(workload, also);
    let mut all = Summarised { summary: summary(workload, experiment, &blocks, &keys), ..Summarised::default() };
    // If nobody has samples enough for the one percentile, they are compared by the other.
    let [(first, _), (second, _)] = TAILS;
    if !keys.contains(&second) && all.summary.iter().all(|summary| summary.value(first).is_none()) {
        keys.push(second);
    }
    let (doubts, mut nulls) = (Doubts::of(&blocks), Nulls::default());
    for key in keys.into_iter().filter(|_| workload.compares()) {
        let mut one = [compared(workload, experiment, &blocks, &doubts, key, &mut nulls)];
        settle(experiment, &mut one);
        let [Compared { control, comparisons }] = one;
        all.controls.extend(control);
        all.comparisons.extend(comparisons);
    }
    all
}

/// The comparisons by the headline alone.
pub(crate) fn headline(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> Compared {
    let blocks = Blocks::of(trials);
    let (doubts, key) = (Doubts::of(&blocks), &workload.headline.metric);
    let mut one = [compared(workload, experiment, &blocks, &doubts, key, &mut Nulls::default())];
    settle(experiment, &mut one);
    let [one] = one;
    one
}

/// One for each model and for the control: of everything that is summarised, and of these.
pub(crate) fn summary(workload: &Workload, experiment: &Experiment, blocks: &Blocks<'_>, keys: &[&str]) -> Vec<Summary> {
    let mut summary = Vec::new();
    for model in &experiment.models {
        summary.push(summary_of(workload, model, Role::Plain, blocks, keys));
        if experiment.control() == Some(model) {
            summary.push(summary_of(workload, model, Role::Control, blocks, keys));
        }
    }
    summary
}

fn summary_of(workload: &Workload, model: &str, role: Role, blocks: &Blocks<'_>, keys: &[&str]) -> Summary {
    let over = |key: &str| {
        let values: Vec<f64> = blocks.values(model, role, reader(key)).into_iter().map(|(_, value)| value).collect();
        Some((key.to_owned(), median_interval(&values)?))
    };
    // Not collected: that would sort them first, see [`crate::order`].
    let (mut values, mut extra) = (BTreeMap::new(), BTreeMap::new());
    values.extend(summarised(keys).filter_map(over));
    extra.extend(workload.figures.iter().filter_map(|quantity| over(&quantity.key)));
    Summary { model: model.to_owned(), role, trials: blocks.trials(model, role).len() as u64, values, extra }
}
