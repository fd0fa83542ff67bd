//! Two results compared, of one machine or two, one build or two, with other parameters too: what differed besides what came out,
//! how much of a quantity the second has of what the first has, and whether the order of the models held; over more results, on
//! how many machines it did.
//!
//! Two runs were not interleaved. What one pair of trials shares inside a run they do not share: a difference between them
//! includes whatever else changed in between, and is none of the models' alone. So the ratio of two models is taken within each
//! run, and only its outcome is set side by side; what is compared between the runs is each model with itself, by [`unpaired()`].

pub mod differences;
pub mod order;
pub mod reruns;
pub mod unpaired;
pub mod words;

use protocol::report::{Because, Comparison, Control};
use protocol::{Experiment, PlannedTrial, Role, Run, Workload};

use self::differences::{Differences, differences, workload};
use self::order::{ModelOrder, order};
use self::reruns::{Reruns, reruns};
use self::unpaired::{RankSums, unpaired};
use crate::compare::{Compared, compared, control, holm, judge, settle};
use crate::paired::Nulls;
use crate::quantities::{reader, unit};
use crate::samples::Blocks;
use crate::withheld::Doubts;

/// Two results side by side, and what more there are behind them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Between {
    /// What differed between the two.
    pub differences: Differences,
    /// The key of the quantity that all below is about; empty if their workloads differ, and then nothing below is there.
    pub key: String,
    /// Each model that both have, the second result over the first; of a sweep none: see [`Self::points`].
    pub changes: Vec<Comparison>,
    /// Of sweeps: the same at each point that both have.
    pub points: Vec<PointBetween>,
    /// What each of the two shows against itself.
    pub controls: [Option<Control>; 2],
    /// Whether what the first tells of its models' order is so in the second; of sweeps none.
    pub order: ModelOrder,
    /// All results by the pair of models that the first one's sentence is about; `None` of two alone.
    pub reruns: Option<Reruns>,
}

/// Two sweeps at a point that both have.
#[derive(Clone, Debug, PartialEq)]
pub struct PointBetween {
    /// The parameter's value.
    pub value: u64,
    /// The second parameter's.
    pub also: Option<u64>,
    /// As [`Between::changes`].
    pub changes: Vec<Comparison>,
}

/// Compares the second of these results with the first, by the workload's headline or by the quantity with this key. Those behind
/// them are re-runs. Nothing of fewer than two.
#[must_use]
pub fn between(results: &[&Run], key: Option<&str>) -> Between {
    let [a, b, more @ ..] = results else { return Between::default() };
    let mut between = Between { differences: differences(a, b), ..Between::default() };
    let Some(workload) = compared_workload(a, b) else { return between };
    key.unwrap_or(&workload.headline.metric).clone_into(&mut between.key);
    let mut comparing = Comparing { workload, key: &between.key.clone(), nulls: Nulls::default(), known: RankSums::default() };
    if a.submission.experiment.sweep.is_some() || b.submission.experiment.sweep.is_some() {
        between.points = comparing.points(a, b);
        return between;
    }
    let compared = [a, b].map(|run| comparing.alone(run));
    between.controls = [0, 1].map(|side: usize| compared[side].control.clone());
    let blocks = [a, b].map(|run| Blocks::of(&run.trials));
    between.changes = comparing.settled(&a.submission.experiment.models, &blocks, &between.controls);
    between.order = order(workload, &between.key, a, b, &compared);
    if !more.is_empty() {
        between.reruns = reruns(results, &between.order, &compared, |run| comparing.alone(run));
    }
    between
}

/// Each model that both have, the second over the first, by each of the quantities with these keys. Nothing of sweeps.
#[must_use]
pub fn changes(a: &Run, b: &Run, keys: &[&str]) -> Vec<Vec<Comparison>> {
    let is_sweep = [a, b].iter().any(|run| run.submission.experiment.sweep.is_some());
    let Some(workload) = compared_workload(a, b).filter(|_| !is_sweep) else { return Vec::new() };
    let blocks = [a, b].map(|run| Blocks::of(&run.trials));
    let mut comparing = Comparing { workload, key: "", nulls: Nulls::default(), known: RankSums::default() };
    let mut all = Vec::new();
    for key in keys {
        comparing.key = key;
        let experiments = [&a.submission.experiment, &b.submission.experiment];
        let controls = [0, 1].map(|side: usize| control(experiments[side], &blocks[side], key, &mut comparing.nulls));
        all.push(comparing.settled(&a.submission.experiment.models, &blocks, &controls));
    }
    all
}

/// The workload of both, if it is one, and its models are compared by a figure.
fn compared_workload<'a>(a: &'a Run, b: &Run) -> Option<&'a Workload> {
    let same = a.submission.experiment.workload == b.submission.experiment.workload;
    workload(a).filter(|workload| same && workload.compares())
}

/// The comparing of results by one quantity.
struct Comparing<'a> {
    workload: &'a Workload,
    key: &'a str,
    nulls: Nulls,
    known: RankSums,
}

impl Comparing<'_> {
    /// What a result says by itself.
    fn alone(&mut self, run: &Run) -> Compared {
        let (blocks, experiment) = (Blocks::of(&run.trials), &run.submission.experiment);
        let mut one = [compared(self.workload, experiment, &blocks, &Doubts::of(&blocks), self.key, &mut self.nulls)];
        settle(experiment, &mut one);
        let [one] = one;
        one
    }

    /// Each of these models that both have, with verdicts.
    fn settled(&mut self, models: &[String], both: &[Blocks<'_>; 2], controls: &[Option<Control>; 2]) -> Vec<Comparison> {
        let mut changes = self.changes(models, both, controls);
        settle_changes(&mut [(&mut changes, merged(controls))]);
        changes
    }

    /// Each of these models that both have; without verdicts, which depend on how many there are: see [`settle_changes`].
    fn changes(&mut self, models: &[String], both: &[Blocks<'_>; 2], controls: &[Option<Control>; 2]) -> Vec<Comparison> {
        let [a, b] = both;
        let (doubts_a, doubts_b) = (Doubts::of(a), Doubts::of(b));
        let unit = unit(self.workload, self.key);
        let doubts = [doubts_a.of_quantity(a, self.key, unit), doubts_b.of_quantity(b, self.key, unit)];
        let mut changes = Vec::new();
        for model in models {
            let Some([of_a, of_b]) = logarithms(model, self.key, both) else { continue };
            let Some(found) = unpaired(&of_a, &of_b, &mut self.known) else { continue };
            let stands_against = |side: usize| {
                let control = controls[side].as_ref().map(|control| control.model.as_str());
                doubts[side].about(&[model]).or_else(|| doubts[side].about(control.as_slice()))
            };
            changes.push(Comparison {
                a: model.clone(),
                b: model.clone(),
                metric: self.key.to_owned(),
                repetitions: found.fewest as u64,
                ratio: found.estimate.exp(),
                low: found.low.exp(),
                high: found.high.exp(),
                coverage: found.coverage,
                p: found.p,
                p_adjusted: 1.0,
                verdict: protocol::report::Verdict::CannotTell,
                because: stands_against(0).or_else(|| stands_against(1)),
                more_repetitions: None,
            });
        }
        changes
    }

    /// Two sweeps of the same parameters, at each point of both. Verdicts are corrected for all models at all points.
    fn points(&mut self, a: &Run, b: &Run) -> Vec<PointBetween> {
        let [of_a, of_b] = [a, b].map(|run| &run.submission.experiment);
        let parameters = |experiment: &Experiment| experiment.sweeps().map(|sweep| sweep.parameter.clone()).collect::<Vec<_>>();
        if parameters(of_a) != parameters(of_b) {
            return Vec::new();
        }
        let (in_b, mut points, mut controls) = (of_b.points(), Vec::new(), Vec::new());
        for (at, also) in of_a.points().into_iter().filter(|point| in_b.contains(point)) {
            let Some(value) = at else { continue };
            let holds = |planned: &PlannedTrial| (planned.at, planned.also_at) == (at, also);
            let both = [a, b].map(|run| Blocks::of_those(&run.trials, &holds));
            let own = [0, 1].map(|side: usize| {
                let experiment = [of_a, of_b][side].at(at, also);
                control(&experiment, &both[side], self.key, &mut self.nulls)
            });
            points.push(PointBetween { value, also, changes: self.changes(&of_a.models, &both, &own) });
            controls.push(merged(&own));
        }
        let mut all: Vec<_> = points.iter_mut().map(|point| &mut point.changes).zip(controls).collect();
        settle_changes(&mut all);
        points
    }
}

/// A model's values in both, as logarithms; `None` if one of them has none, or one that has no logarithm.
fn logarithms(model: &str, key: &str, both: &[Blocks<'_>; 2]) -> Option<[Vec<f64>; 2]> {
    let of = [0, 1].map(|side: usize| both[side].values(model, Role::Plain, reader(key)));
    let positive = of.iter().all(|values| !values.is_empty() && values.iter().all(|(_, value)| *value > 0.0));
    positive.then(|| of.map(|values| values.into_iter().map(|(_, value)| value.ln()).collect()))
}

/// The control that shows more against itself, with the fewest repetitions of both; `None` unless both have one.
fn merged(both: &[Option<Control>; 2]) -> Option<Control> {
    let (a, b) = (both[0].as_ref()?, both[1].as_ref()?);
    let wider = if b.factor > a.factor { b } else { a };
    Some(Control { repetitions: a.repetitions.min(b.repetitions), ..wider.clone() })
}

/// Gives verdicts on everything that is compared between two results: outside what either shows against itself.
fn settle_changes(all: &mut [(&mut Vec<Comparison>, Option<Control>)]) {
    let ps: Vec<f64> = all.iter().flat_map(|(changes, _)| changes.iter().map(|change| change.p)).collect();
    let mut adjusted = holm(&ps).into_iter();
    for (changes, control) in all {
        for (change, holm) in changes.iter_mut().zip(&mut adjusted) {
            change.p_adjusted = holm.adjusted;
            judge(change, control.as_ref());
        }
    }
}

/// What stands against a comparison whatever the figures are.
fn is_doubt(because: Option<Because>) -> bool {
    because.and_then(crate::verdict::doubt).is_some()
}
