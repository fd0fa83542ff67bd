//! One model against another, and the control against itself.

use protocol::report::{Comparison, Interval, NoiseFloor, Verdict};
use protocol::{Experiment, Role, Trial};

use crate::bootstrap::ratio_interval;
use crate::quantities::OPS_PER_S;
use crate::samples::samples;

/// More repetitions than this are not worth asking for: "cannot tell" stands without a number.
const MOST_REPETITIONS: f64 = 1000.0;

/// A difference that does not show in three figures, 1.00×, is none, however quiet the machine.
const LEAST_FACTOR: f64 = 1.005;

/// What the control's model shows against itself in this quantity; `None` until both roles have enough trials.
#[must_use]
pub fn noise_floor(experiment: &Experiment, key: &str, trials: &[Trial]) -> Option<NoiseFloor> {
    let model = experiment.control()?;
    let of = |role| samples(model, role, trials, key);
    let Interval { median: ratio, low, high } = ratio_interval(&of(Role::Control), &of(Role::Plain))?;
    let metric = key.to_owned();
    Some(NoiseFloor { model: model.to_owned(), metric, ratio, low, high, factor: ratio.max(1.0 / ratio) })
}

/// Each pair of the experiment's models that has enough trials, by one quantity.
#[must_use]
pub fn comparisons(experiment: &Experiment, key: &str, trials: &[Trial], floor: Option<&NoiseFloor>) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for (index, a) in experiment.models.iter().enumerate() {
        for b in &experiment.models[index + 1..] {
            let of = |model: &str| samples(model, Role::Plain, trials, key);
            let (samples_a, samples_b) = (of(a), of(b));
            let Some(interval) = ratio_interval(&samples_a, &samples_b) else { continue };
            let count = samples_a.len().min(samples_b.len());
            comparisons.push(comparison(a, b, key, interval, floor.map(|floor| floor.factor), count));
        }
    }
    comparisons
}

/// Without a noise floor there is no verdict: nothing says how much one model differs from itself.
fn comparison(a: &str, b: &str, key: &str, interval: Interval, floor: Option<f64>, repetitions: usize) -> Comparison {
    let floor = floor.map(|factor| factor.max(LEAST_FACTOR));
    let above = floor.is_some_and(|factor| interval.low > factor);
    let below = floor.is_some_and(|factor| interval.high < 1.0 / factor);
    let verdict = match (key == OPS_PER_S, above, below) {
        (_, false, false) => Verdict::CannotTell,
        (true, true, _) => Verdict::Faster,
        (true, false, true) => Verdict::Slower,
        (false, true, _) => Verdict::More,
        (false, false, true) => Verdict::Less,
    };
    let more_repetitions = match (verdict, floor) {
        (Verdict::CannotTell, Some(factor)) => more_repetitions(interval, factor, repetitions),
        _ => None,
    };
    let (a, b, metric) = (a.to_owned(), b.to_owned(), key.to_owned());
    Comparison { a, b, metric, ratio: interval.median, low: interval.low, high: interval.high, verdict, more_repetitions }
}

/// How many more until the interval, which narrows with the square root of their number, would clear the noise floor if the ratio
/// stayed what it is. `None` if the ratio lies within the floor (no number would do) or the number is past all reason.
fn more_repetitions(interval: Interval, floor: f64, repetitions: usize) -> Option<u64> {
    let distance = interval.median.ln().abs() - floor.ln();
    let half_width =
        if interval.median > 1.0 { interval.median.ln() - interval.low.ln() } else { interval.high.ln() - interval.median.ln() };
    if distance <= 0.0 || half_width <= 0.0 {
        return None;
    }
    let wanted = (half_width / distance).powi(2) * repetitions as f64;
    (wanted <= MOST_REPETITIONS).then(|| (wanted.ceil() as u64).saturating_sub(repetitions as u64).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Figures, PlannedTrial, TrialStatus};

    fn experiment() -> Experiment {
        let models = vec!["threads".into(), "tokio".into()];
        Experiment { workload: "spawn".into(), models, ..Experiment::default() }
    }

    fn trials(model: &str, role: Role, figures: [f64; 5]) -> Vec<Trial> {
        let trial = |(ops, repetition)| Trial {
            planned: PlannedTrial { model: model.into(), role, repetition, ..PlannedTrial::default() },
            status: TrialStatus::Ok,
            figures: Figures::default().with(OPS_PER_S, ops),
            ..Trial::default()
        };
        figures.into_iter().zip(0..).map(trial).collect()
    }

    /// `tokio` is run twice; the second time a little faster, as a noise floor.
    fn verdict(threads: [f64; 5], tokio: [f64; 5], again: [f64; 5]) -> Comparison {
        let all =
            [trials("threads", Role::Plain, threads), trials("tokio", Role::Plain, tokio), trials("tokio", Role::Control, again)]
                .concat();
        let floor = noise_floor(&experiment(), OPS_PER_S, &all);
        assert!(floor.is_some());
        comparisons(&experiment(), OPS_PER_S, &all, floor.as_ref()).remove(0)
    }

    #[test]
    fn a_clear_difference_is_a_verdict() {
        let tokio = [100.0, 101.0, 102.0, 99.0, 100.5];
        assert_eq!(verdict([50.0, 51.0, 52.0, 49.0, 50.5], tokio, tokio).verdict, Verdict::Slower);
        assert_eq!(verdict([150.0, 151.0, 152.0, 149.0, 150.5], tokio, tokio).verdict, Verdict::Faster);
    }

    #[test]
    fn a_difference_inside_the_noise_floor_is_none() {
        let tokio = [100.0, 101.0, 102.0, 99.0, 100.5];
        let threads = [110.0, 111.0, 112.0, 109.0, 110.5];
        assert_eq!(verdict(threads, tokio, tokio).verdict, Verdict::Faster);
        let same_model_differs_as_much = [115.0, 116.0, 117.0, 114.0, 115.5];
        let comparison = verdict(threads, tokio, same_model_differs_as_much);
        assert_eq!((comparison.verdict, comparison.more_repetitions), (Verdict::CannotTell, None));
    }

    #[test]
    fn a_difference_that_does_not_show_in_three_figures_is_none() {
        let tokio = [100.0, 100.0, 100.0, 100.0, 100.0];
        assert_eq!(verdict([100.3, 100.3, 100.3, 100.3, 100.3], tokio, tokio).verdict, Verdict::CannotTell);
        assert_eq!(verdict([101.0, 101.0, 101.0, 101.0, 101.0], tokio, tokio).verdict, Verdict::Faster);
    }

    #[test]
    fn overlapping_trials_cannot_tell_and_say_how_many_more_would() {
        let tokio = [100.0, 120.0, 90.0, 110.0, 105.0];
        let comparison = verdict([118.0, 95.0, 130.0, 112.0, 125.0], tokio, tokio);
        assert_eq!(comparison.verdict, Verdict::CannotTell);
        assert!(comparison.more_repetitions.is_some_and(|more| more > 0));
    }

    #[test]
    fn trials_that_are_not_ok_do_not_count() {
        let mut all = [
            trials("threads", Role::Plain, [50.0; 5]),
            trials("tokio", Role::Plain, [100.0; 5]),
            trials("tokio", Role::Control, [100.0; 5]),
        ]
        .concat();
        for trial in all.iter_mut().filter(|trial| trial.planned.model == "threads") {
            trial.status = TrialStatus::Invalid;
        }
        let floor = noise_floor(&experiment(), OPS_PER_S, &all);
        assert_eq!(comparisons(&experiment(), OPS_PER_S, &all, floor.as_ref()), []);
    }
}
