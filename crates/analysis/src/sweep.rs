//! What the trials of a sweep amount to: the summary at each value, and where one model overtakes another.

use protocol::report::{Comparison, Crossover, Point, Verdict};
use protocol::{Experiment, Role, Trial, Workload};

use crate::bootstrap::median;
use crate::quantities::value;
use crate::summary::{Summarised, summarise};

/// Times that trials are drawn again for a crossover's interval: its ends are then good to about a hundredth of its width.
const DRAWN: usize = 2_000;

/// The summary at each value; nothing if nothing is swept.
#[must_use]
pub fn points(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> Vec<Point> {
    let Some(sweep) = &experiment.sweep else { return Vec::new() };
    let point = |value: &u64| {
        let own: Vec<Trial> = trials.iter().filter(|trial| trial.planned.at == Some(*value)).cloned().collect();
        let Summarised { summary, comparisons, noise_floor, .. } = summarise(workload, &experiment.at(Some(*value)), &own);
        Point { value: *value, summary, comparisons, noise_floor }
    };
    sweep.values.iter().map(point).collect()
}

/// Where one model overtakes another: between two neighbouring verdicts that are opposite. If the curves only touch within the
/// noise there is none to tell.
///
/// Between two values the ratio's logarithm is taken to be linear over the value's. The interval is the percentile interval of
/// the bootstrap that draws the trials again at each value, with the experiment's seed (Efron 1979).
#[must_use]
pub fn crossovers(experiment: &Experiment, key: &str, trials: &[Trial], points: &[Point]) -> Vec<Crossover> {
    let mut found = Vec::new();
    for (index, a) in experiment.models.iter().enumerate() {
        for b in &experiment.models[index + 1..] {
            // The values with a verdict between these two, and which way it goes.
            let told = points.iter().enumerate().filter_map(|(at, point)| {
                let comparison = point.comparisons.iter().find(|comparison| comparison.a == *a && comparison.b == *b)?;
                direction(comparison).map(|more| (at, more))
            });
            let told: Vec<(usize, bool)> = told.collect();
            for pair in told.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
                let between = &points[pair[0].0..=pair[1].0];
                let (overtaking, overtaken) = if pair[1].1 { (a, b) } else { (b, a) };
                found.extend(crossover(experiment, key, trials, between, overtaking, overtaken));
            }
        }
    }
    found
}

/// Whether the first model has more of the metric; `None` if that cannot be told.
fn direction(comparison: &Comparison) -> Option<bool> {
    match comparison.verdict {
        Verdict::Faster | Verdict::More => Some(true),
        Verdict::Slower | Verdict::Less => Some(false),
        Verdict::CannotTell => None,
    }
}

fn crossover(experiment: &Experiment, key: &str, trials: &[Trial], between: &[Point], a: &str, b: &str) -> Option<Crossover> {
    let of = |model: &str, at: u64| -> Vec<f64> {
        let is_one = |trial: &&Trial| {
            let planned = &trial.planned;
            trial.is_ok() && planned.model == model && planned.role == Role::Plain && planned.at == Some(at)
        };
        trials.iter().filter(is_one).filter_map(|trial| value(trial, key)).collect()
    };
    let measured: Vec<(f64, Vec<f64>, Vec<f64>)> =
        between.iter().map(|point| (point.value.max(1) as f64, of(a, point.value), of(b, point.value))).collect();
    let at = zero(measured.iter().map(|(value, a, b)| Some((value.ln(), ratio(a, b)?))))?;

    let mut random = fastrand::Rng::with_seed(experiment.seed());
    let mut again = |samples: &[f64]| -> Vec<f64> { samples.iter().map(|_| samples[random.usize(..samples.len())]).collect() };
    let mut drawn: Vec<f64> = Vec::with_capacity(DRAWN);
    for _ in 0..DRAWN {
        drawn.extend(zero(measured.iter().map(|(value, a, b)| Some((value.ln(), ratio(&again(a), &again(b))?)))));
    }
    drawn.sort_by(f64::total_cmp);
    let quantile = |p: f64| drawn.get((p * drawn.len() as f64) as usize).copied().unwrap_or(at).exp();
    let (low, high) = (quantile(0.025), quantile(0.975));
    let (a, b, metric) = (a.to_owned(), b.to_owned(), key.to_owned());
    Some(Crossover { a, b, metric, at: at.exp(), low, high })
}

/// The logarithm of the ratio of two medians.
fn ratio(a: &[f64], b: &[f64]) -> Option<f64> {
    Some((median(a)? / median(b)?).ln()).filter(|ratio| ratio.is_finite())
}

/// Where a line through these points first comes from below zero to above it.
fn zero(points: impl Iterator<Item = Option<(f64, f64)>>) -> Option<f64> {
    let mut before: Option<(f64, f64)> = None;
    for (x, y) in points.flatten() {
        match before {
            Some((x0, y0)) if y0 < 0.0 && y >= 0.0 => return Some(x0 + (x - x0) * -y0 / (y - y0)),
            _ => before = Some((x, y)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use protocol::{Figures, PlannedTrial, Sweep, TrialStatus};

    use super::*;
    use crate::quantities::OPS_PER_S;

    const VALUES: [u64; 4] = [1, 10, 100, 1000];

    fn experiment() -> Experiment {
        let sweep = Sweep { parameter: "units".into(), values: VALUES.to_vec() };
        let models = vec!["threads".into(), "tokio".into()];
        let experiment = Experiment { workload: "wait".into(), models, sweep: Some(sweep), ..Experiment::default() };
        experiment.with("repetitions", 5).with("seed", 1)
    }

    /// Five trials at each value, within 2 % of these figures.
    fn trials(model: &str, role: Role, figures: [f64; 4]) -> Vec<Trial> {
        let mut trials = Vec::new();
        for (value, figure) in VALUES.into_iter().zip(figures) {
            for (repetition, by) in [0.99, 1.01, 1.0, 0.98, 1.02].into_iter().enumerate() {
                trials.push(Trial {
                    planned: PlannedTrial { model: model.into(), role, repetition: repetition as u64, at: Some(value), order: 0 },
                    status: TrialStatus::Ok,
                    figures: Figures::default().with(OPS_PER_S, figure * by),
                    ..Trial::default()
                });
            }
        }
        trials
    }

    fn found(threads: [f64; 4], tokio: [f64; 4]) -> Vec<Crossover> {
        let trials =
            [trials("threads", Role::Plain, threads), trials("tokio", Role::Plain, tokio), trials("tokio", Role::Control, tokio)]
                .concat();
        let point = |value: u64| {
            let own: Vec<Trial> = trials.iter().filter(|trial| trial.planned.at == Some(value)).cloned().collect();
            let one = experiment().at(Some(value));
            let noise_floor = crate::compare::noise_floor(&one, OPS_PER_S, &own);
            let comparisons = crate::compare::comparisons(&one, OPS_PER_S, &own, noise_floor.as_ref());
            Point { value, summary: Vec::new(), comparisons, noise_floor }
        };
        let points: Vec<Point> = VALUES.into_iter().map(point).collect();
        crossovers(&experiment(), OPS_PER_S, &trials, &points)
    }

    #[test]
    fn a_crossover_stands_where_the_ratio_is_one() {
        // log ratio of tokio to threads: ln 0.5 at 10, ln 2 at 100: equal half-way between their logarithms.
        let crossovers = found([200.0, 200.0, 100.0, 50.0], [100.0, 100.0, 200.0, 200.0]);
        assert_eq!(crossovers.len(), 1, "{crossovers:?}");
        let crossover = &crossovers[0];
        assert_eq!((crossover.a.as_str(), crossover.b.as_str()), ("tokio", "threads"));
        assert!((crossover.at - 1000_f64.sqrt()).abs() < 0.01, "{crossover:?}");
        assert!(crossover.low < crossover.at && crossover.at < crossover.high, "{crossover:?}");
        assert!(crossover.low > 28.0 && crossover.high < 36.0, "as narrow as the trials are alike: {crossover:?}");
    }

    #[test]
    fn there_is_none_without_opposite_verdicts() {
        assert_eq!(found([200.0; 4], [100.0; 4]), []);
        // Within the noise to the left: nobody can say that threads were ahead there.
        assert_eq!(found([101.0, 101.0, 50.0, 50.0], [100.0; 4]), []);
    }
}
