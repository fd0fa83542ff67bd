//! One model against another, and the control against itself.
//!
//! A verdict needs four things: six repetitions in which both came to a result; Wilcoxon's p, corrected for the pairs that are
//! shown, of at most one in twenty; a ratio beyond everything that the control may be against itself; and one that shows in three
//! figures.

use protocol::report::{Because, Comparison, Control, Verdict};
use protocol::{Experiment, Role, Workload};

use crate::adaptive::looks;
use crate::order::ascending;
use crate::paired::{Nulls, Paired, paired};
use crate::quantities::{OPS_PER_S, reader, unit};
use crate::samples::{Blocks, Values, ratios};
use crate::withheld::Doubts;

/// Repetitions below which there is no verdict: of five, no result is rarer than one in sixteen.
pub const FEWEST_FOR_A_VERDICT: u64 = 6;

/// How often a verdict may be false, over all pairs of a quantity.
pub const ALPHA: f64 = 0.05;

/// A difference that does not show in three figures, 1.00×, is none, however quiet the machine.
pub(crate) const LEAST_FACTOR: f64 = 1.005;

/// What the trials say of one quantity.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Compared {
    pub(crate) control: Option<Control>,
    /// Each pair of models with enough repetitions.
    pub(crate) comparisons: Vec<Comparison>,
}

/// Compares by one quantity; without verdicts, which depend on how many pairs there are: see [`settle`].
pub(crate) fn compared(
    workload: &Workload,
    experiment: &Experiment,
    blocks: &Blocks<'_>,
    doubts: &Doubts<'_>,
    key: &str,
    nulls: &mut Nulls,
) -> Compared {
    let (reader, doubts) = (reader(key), doubts.of_quantity(blocks, key, unit(workload, key)));
    let of = |model: &str, role| blocks.values(model, role, reader);
    let models: Vec<(&str, Values)> = experiment.models.iter().map(|model| (model.as_str(), of(model, Role::Plain))).collect();
    let mut compared = Compared { control: control(experiment, blocks, key, nulls), ..Compared::default() };
    for (index, (a, of_a)) in models.iter().enumerate() {
        for (b, of_b) in &models[index + 1..] {
            let Some(paired) = paired(&logarithms(&ratios(of_a, of_b)), nulls) else { continue };
            let because = doubts.about(&[a, b]).or_else(|| doubts.about(experiment.control().as_slice()));
            compared.comparisons.push(unsettled(a, b, key, &paired, because));
        }
    }
    compared
}

/// What the control's model shows against itself; `None` until enough repetitions have both.
pub(crate) fn control(experiment: &Experiment, blocks: &Blocks<'_>, key: &str, nulls: &mut Nulls) -> Option<Control> {
    let model = experiment.control()?;
    let [again, plain] = [Role::Control, Role::Plain].map(|role| blocks.values(model, role, reader(key)));
    paired(&logarithms(&ratios(&again, &plain)), nulls).map(|paired| self_control(model, key, &paired))
}

pub(crate) fn logarithms(ratios: &[(u64, f64)]) -> Vec<f64> {
    ratios.iter().map(|(_, logarithm)| *logarithm).collect()
}

fn self_control(model: &str, key: &str, paired: &Paired) -> Control {
    let (low, high) = (paired.low.exp(), paired.high.exp());
    Control {
        model: model.to_owned(),
        metric: key.to_owned(),
        repetitions: paired.blocks as u64,
        ratio: paired.estimate.exp(),
        low,
        high,
        coverage: paired.coverage,
        factor: factor_of(paired.low, paired.high),
    }
}

/// The far end of an interval of logarithms, as a factor.
pub(crate) fn factor_of(low: f64, high: f64) -> f64 {
    high.max(-low).exp()
}

fn unsettled(a: &str, b: &str, key: &str, paired: &Paired, because: Option<Because>) -> Comparison {
    Comparison {
        a: a.to_owned(),
        b: b.to_owned(),
        metric: key.to_owned(),
        repetitions: paired.blocks as u64,
        ratio: paired.estimate.exp(),
        low: paired.low.exp(),
        high: paired.high.exp(),
        coverage: paired.coverage,
        p: paired.p,
        p_adjusted: 1.0,
        verdict: Verdict::CannotTell,
        because,
        more_repetitions: None,
    }
}

/// Gives verdicts on everything that is shown of one quantity: all pairs, and all points of a sweep.
pub(crate) fn settle(experiment: &Experiment, shown: &mut [Compared]) {
    let looks = looks(experiment).len() as f64;
    let ps: Vec<f64> = shown.iter().flat_map(|one| one.comparisons.iter().map(|comparison| comparison.p)).collect();
    let mut adjusted = holm(&ps).into_iter();
    for Compared { control, comparisons } in shown {
        for (comparison, holm) in comparisons.iter_mut().zip(&mut adjusted) {
            comparison.p_adjusted = (holm.adjusted * looks).min(1.0);
            judge(comparison, control.as_ref());
        }
    }
}

/// The fewest repetitions that can tell any of so many pairs apart, all points of a sweep together: of fewer, the least p that
/// there can be is too great, corrected.
#[must_use]
pub fn fewest_repetitions(experiment: &Experiment, pairs: usize) -> u64 {
    let hypotheses = (pairs * looks(experiment).len()) as f64;
    let is_enough = |repetitions: &u64| hypotheses * 0.5_f64.powf(*repetitions as f64 - 1.0) <= ALPHA;
    (FEWEST_FOR_A_VERDICT..).find(is_enough).unwrap_or(FEWEST_FOR_A_VERDICT)
}

/// A p among others.
pub(crate) struct Holm {
    /// How many hypotheses it is one of, those that are rejected before it not counted.
    pub(crate) of: f64,
    /// Its corrected value, at most 1.
    pub(crate) adjusted: f64,
}

/// Corrects for the number of hypotheses. Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J.
/// Statist. 6 (1979).
pub(crate) fn holm(ps: &[f64]) -> Vec<Holm> {
    let mut corrected: Vec<Holm> = ps.iter().map(|_| Holm { of: 1.0, adjusted: 1.0 }).collect();
    let mut greatest: f64 = 0.0;
    for (rank, index) in ascending(ps).into_iter().enumerate() {
        let of = (ps.len() - rank) as f64;
        greatest = greatest.max((of * ps[index]).min(1.0));
        corrected[index] = Holm { of, adjusted: greatest };
    }
    corrected
}

pub(crate) fn judge(comparison: &mut Comparison, control: Option<&Control>) {
    comparison.because = comparison.because.or_else(|| why_not(comparison, control));
    comparison.verdict = match (comparison.because, comparison.metric == OPS_PER_S, comparison.ratio > 1.0) {
        (Some(_), ..) => Verdict::CannotTell,
        (None, true, true) => Verdict::Faster,
        (None, true, false) => Verdict::Slower,
        (None, false, true) => Verdict::More,
        (None, false, false) => Verdict::Less,
    };
}

/// Without a control there is no verdict: nothing says how much one model differs from itself.
fn why_not(comparison: &Comparison, control: Option<&Control>) -> Option<Because> {
    let enough = |repetitions: u64| repetitions >= FEWEST_FOR_A_VERDICT;
    let Some(control) = control.filter(|control| enough(control.repetitions) && enough(comparison.repetitions)) else {
        return Some(Because::TooFew);
    };
    let factor = comparison.ratio.max(1.0 / comparison.ratio);
    let reasons = [
        (comparison.p > ALPHA, Because::Interval),
        (comparison.p_adjusted > ALPHA, Because::Pairs),
        (factor <= control.factor, Because::Control),
        (factor <= LEAST_FACTOR, Because::ThreeFigures),
    ];
    reasons.into_iter().find_map(|(holds, because)| holds.then_some(because))
}

#[cfg(test)]
mod tests {
    use protocol::{Figures, PlannedTrial, Trial, TrialStatus};

    use super::*;

    const STEADY: [f64; 6] = [100.0, 101.0, 102.0, 99.0, 100.5, 98.5];

    fn experiment() -> Experiment {
        let models = vec!["threads".into(), "tokio".into()];
        Experiment { workload: "spawn".into(), models, ..Experiment::default() }
    }

    fn trials(model: &str, role: Role, figures: impl IntoIterator<Item = f64>) -> Vec<Trial> {
        let trial = |(ops, repetition)| Trial {
            planned: PlannedTrial { model: model.into(), role, repetition, ..PlannedTrial::default() },
            status: TrialStatus::Ok,
            figures: Figures::default().with(OPS_PER_S, ops),
            ..Trial::default()
        };
        figures.into_iter().zip(0..).map(trial).collect()
    }

    fn settled(experiment: &Experiment, trials: &[Trial]) -> Compared {
        let blocks = Blocks::of(trials);
        let doubts = Doubts::of(&blocks);
        let mut one = [compared(&Workload::default(), experiment, &blocks, &doubts, OPS_PER_S, &mut Nulls::default())];
        settle(experiment, &mut one);
        let [one] = one;
        one
    }

    /// `threads` against `tokio`, which is run again as the control.
    fn verdict(threads: [f64; 6], tokio: [f64; 6], again: [f64; 6]) -> Comparison {
        let all =
            [trials("threads", Role::Plain, threads), trials("tokio", Role::Plain, tokio), trials("tokio", Role::Control, again)]
                .concat();
        settled(&experiment(), &all).comparisons.remove(0)
    }

    #[test]
    fn so_many_pairs_need_so_many_repetitions() {
        let needed = |pairs, until: &str| fewest_repetitions(&experiment().with("repetitions", 50).with("until", until), pairs);
        assert_eq!([1, 9, 100, 400].map(|pairs| needed(pairs, "all")), [6, 9, 12, 14]);
        assert_eq!(needed(9, "sure"), 11, "four looks");
    }

    #[test]
    fn a_clear_difference_is_a_verdict() {
        let slow = verdict(STEADY.map(|figure| figure / 2.0), STEADY, STEADY);
        assert_eq!((slow.verdict, slow.because, slow.repetitions, slow.p), (Verdict::Slower, None, 6, 0.03125));
        assert_eq!(verdict(STEADY.map(|figure| figure * 1.5), STEADY, STEADY).verdict, Verdict::Faster);
    }

    #[test]
    fn a_difference_inside_what_the_control_may_be_is_none() {
        let threads = STEADY.map(|figure| figure * 1.1);
        assert_eq!(verdict(threads, STEADY, STEADY).verdict, Verdict::Faster);
        // Its ratio is 1.00, and its interval reaches to 1.15.
        let spread = [1.15, 0.9, 1.0, 1.0, 1.02, 0.98];
        let again = std::array::from_fn(|index| STEADY[index] * spread[index]);
        let comparison = verdict(threads, STEADY, again);
        assert_eq!((comparison.verdict, comparison.because), (Verdict::CannotTell, Some(Because::Control)));
    }

    #[test]
    fn a_difference_that_does_not_show_in_three_figures_is_none() {
        let comparison = verdict(STEADY.map(|figure| figure * 1.004), STEADY, STEADY);
        assert_eq!((comparison.verdict, comparison.because), (Verdict::CannotTell, Some(Because::ThreeFigures)));
        assert_eq!(verdict(STEADY.map(|figure| figure * 1.01), STEADY, STEADY).verdict, Verdict::Faster);
    }

    #[test]
    fn what_falls_on_a_whole_repetition_cancels() {
        let drift: [f64; 6] = std::array::from_fn(|index| STEADY[index] * 1.5_f64.powi(index as i32));
        let faster = verdict(drift.map(|figure| figure * 1.1), drift, drift.map(|figure| figure * 1.001));
        assert_eq!(faster.verdict, Verdict::Faster);
        assert!((faster.ratio - 1.1).abs() < 1e-9, "{faster:?}");
    }

    #[test]
    fn five_repetitions_are_too_few() {
        let all = [
            trials("threads", Role::Plain, [50.0; 5]),
            trials("tokio", Role::Plain, [100.0; 5]),
            trials("tokio", Role::Control, [100.0; 5]),
        ];
        let comparison = settled(&experiment(), &all.concat()).comparisons.remove(0);
        assert_eq!((comparison.verdict, comparison.because), (Verdict::CannotTell, Some(Because::TooFew)));
        assert_eq!(comparison.coverage, 0.9375);
    }

    #[test]
    fn more_pairs_need_more_repetitions() {
        let of_three = |repetitions: usize| {
            let models = ["threads", "tokio", "actix"];
            let figures = |by: f64| STEADY.into_iter().cycle().take(repetitions).map(move |figure| figure * by);
            let mut all: Vec<Trial> =
                models.iter().zip([1.0, 2.0, 4.0]).flat_map(|(model, by)| trials(model, Role::Plain, figures(by))).collect();
            all.extend(trials("tokio", Role::Control, figures(2.0)));
            let experiment = Experiment { models: models.map(Into::into).to_vec(), ..experiment() };
            let compared = settled(&experiment, &all);
            compared.comparisons.iter().map(|comparison| comparison.because).collect::<Vec<_>>()
        };
        assert_eq!(of_three(6), [Some(Because::Pairs); 3]);
        assert_eq!(of_three(8), [None; 3]);
    }

    #[test]
    fn each_p_is_multiplied_by_how_many_are_left_and_is_no_less_than_those_before() {
        // 4 × 0.005, 3 × 0.01, 2 × 0.03, 1 × 0.04 but no less than the one before.
        let adjusted: Vec<f64> = holm(&[0.01, 0.04, 0.03, 0.005]).into_iter().map(|one| one.adjusted).collect();
        for (ours, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((ours - expected).abs() < 1e-12, "{adjusted:?}");
        }
    }

    #[test]
    fn only_repetitions_in_which_both_are_ok_count() {
        let mut all = [
            trials("threads", Role::Plain, STEADY),
            trials("tokio", Role::Plain, STEADY.map(|figure| figure * 2.0)),
            trials("tokio", Role::Control, STEADY.map(|figure| figure * 2.0)),
        ]
        .concat();
        all[1].status = TrialStatus::Invalid;
        all[6].status = TrialStatus::Timeout;
        let compared = settled(&experiment(), &all);
        assert_eq!((compared.comparisons[0].repetitions, compared.control.unwrap().repetitions), (4, 5));
        for trial in all.iter_mut().filter(|trial| trial.planned.model == "threads") {
            trial.status = TrialStatus::Invalid;
        }
        assert_eq!(settled(&experiment(), &all).comparisons, []);
    }
}
