//! What the trials of a sweep amount to: the summary at each point, and where one model overtakes another.

use protocol::report::{Comparison, Crossover, Point, Verdict};
use protocol::{Experiment, Role, Trial, Workload};

use crate::compare::{Compared, compared, logarithms, settle};
use crate::order::sorted;
use crate::paired::{Nulls, estimate};
use crate::quantities::{reader, shown};
use crate::samples::{Blocks, ratios};
use crate::summary::summary;
use crate::withheld::Doubts;

/// Times that repetitions are drawn again for a crossover's interval: its ends are then good to a twentieth of its width.
const DRAWN: usize = 1_000;

/// The summary at each point, compared by the headline or by another quantity; nothing if nothing is swept. Verdicts are corrected
/// for all pairs at all points.
#[must_use]
pub fn points(workload: &Workload, experiment: &Experiment, trials: &[Trial], chosen: Option<&str>) -> Vec<Point> {
    let key = chosen.unwrap_or(&workload.headline.metric);
    let (keys, mut nulls) = (shown(workload, chosen), Nulls::default());
    let (mut points, mut all) = (Vec::new(), Vec::new());
    for (value, also) in experiment.points() {
        let Some(value) = value else { continue };
        let mut point = Point { value, also, summary: Vec::new(), comparisons: Vec::new(), noise_floor: None };
        let (blocks, one) = (Blocks::of_those(trials, &|planned| point.has(planned)), experiment.at(Some(value), also));
        point.summary = summary(workload, &one, &blocks, &keys);
        all.push(compared(workload, &one, &blocks, &Doubts::of(&blocks), key, &mut nulls));
        points.push(point);
    }
    settle(experiment, &mut all);
    for (point, Compared { control, comparisons }) in points.iter_mut().zip(all) {
        (point.noise_floor, point.comparisons) = (control, comparisons);
    }
    points
}

/// Where one model overtakes another: between two neighbouring verdicts that are opposite. If the curves only touch within the
/// noise there is none to tell. Of two parameters there is none: points are then not in a row.
///
/// Between two values the ratio's logarithm is taken to be linear over the value's. The interval is the percentile interval of
/// the bootstrap that draws the repetitions again at each value, with the experiment's seed (Efron 1979). A draw that does not
/// cross between the values counts as the one at which it would come to cross, and how many do cross is said.
#[must_use]
pub fn crossovers(experiment: &Experiment, key: &str, trials: &[Trial], points: &[Point]) -> Vec<Crossover> {
    let mut found = Vec::new();
    if experiment.sweep2.is_some() {
        return found;
    }
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
    // At each value its logarithm, and those of the ratio in each repetition.
    let at_value = |point: &Point| {
        let blocks = Blocks::of_those(trials, &|planned| point.has(planned));
        let of = |model: &str| blocks.values(model, Role::Plain, reader(key));
        ((point.value.max(1) as f64).ln(), logarithms(&ratios(&of(a), &of(b))))
    };
    let measured: Vec<(f64, Vec<f64>)> = between.iter().map(at_value).filter(|(_, logarithms)| !logarithms.is_empty()).collect();
    let (first, last) = (measured.first()?.0, measured.last()?.0);
    let Crossing::At(at) = crossing(measured.iter().map(|(value, logarithms)| (*value, estimate(logarithms)))) else {
        return None;
    };
    let mut random = fastrand::Rng::with_seed(experiment.seed());
    let mut again = |samples: &[f64]| -> Vec<f64> { samples.iter().map(|_| samples[random.usize(..samples.len())]).collect() };
    let mut drawn: Vec<f64> = Vec::with_capacity(DRAWN);
    let mut crossed = 0;
    for _ in 0..DRAWN {
        drawn.push(match crossing(measured.iter().map(|(value, logarithms)| (*value, estimate(&again(logarithms))))) {
            Crossing::At(at) => {
                crossed += 1;
                at
            }
            Crossing::Before => first,
            Crossing::Behind => last,
        });
    }
    let drawn = sorted(&drawn);
    let quantile = |p: f64| drawn.get((p * drawn.len() as f64) as usize).copied().unwrap_or(at).exp();
    let (low, high, share) = (quantile(0.025), quantile(0.975), f64::from(crossed) / DRAWN as f64);
    let (a, b, metric) = (a.to_owned(), b.to_owned(), key.to_owned());
    Some(Crossover { a, b, metric, at: at.exp(), low, high, share })
}

/// Where a line comes from below zero to above it.
enum Crossing {
    At(f64),
    /// It is above from its beginning.
    Before,
    /// It is below to its end.
    Behind,
}

/// Where a line through these points first crosses.
fn crossing(points: impl Iterator<Item = (f64, f64)>) -> Crossing {
    let mut before: Option<(f64, f64)> = None;
    let mut was_below = false;
    for (x, y) in points {
        match before {
            Some((x0, y0)) if y0 < 0.0 && y >= 0.0 => return Crossing::At(x0 + (x - x0) * -y0 / (y - y0)),
            _ => before = Some((x, y)),
        }
        was_below |= y < 0.0;
    }
    if was_below { Crossing::Behind } else { Crossing::Before }
}

#[cfg(test)]
mod tests {
    use protocol::catalog::Headline;
    use protocol::{Figures, PlannedTrial, Sweep, TrialStatus};

    use super::*;
    use crate::quantities::OPS_PER_S;

    const VALUES: [u64; 4] = [1, 10, 100, 1000];

    fn experiment() -> Experiment {
        let sweep = Sweep { parameter: "units".into(), values: VALUES.to_vec() };
        let models = vec!["threads".into(), "tokio".into()];
        let experiment = Experiment { workload: "wait".into(), models, sweep: Some(sweep), ..Experiment::default() };
        experiment.with("repetitions", 10).with("seed", 1)
    }

    /// Ten trials at each value, within 2 % of these figures of a quantity.
    fn trials(key: &str, model: &str, role: Role, figures: [f64; 4]) -> Vec<Trial> {
        let mut trials = Vec::new();
        for (value, figure) in VALUES.into_iter().zip(figures) {
            // Irregular, and another order for each model.
            let scatter = |repetition: usize| [0.99, 1.01, 1.0, 0.98, 1.02][repetition * (model.len() % 4 + 1) % 5];
            for (repetition, by) in (0..10).map(|repetition| (repetition, scatter(repetition))) {
                trials.push(Trial {
                    planned: planned(model, role, repetition as u64, value, None),
                    status: TrialStatus::Ok,
                    figures: Figures::default().with(key, figure * by),
                    ..Trial::default()
                });
            }
        }
        trials
    }

    fn planned(model: &str, role: Role, repetition: u64, at: u64, also_at: Option<u64>) -> PlannedTrial {
        PlannedTrial { order: 0, model: model.into(), role, repetition, at: Some(at), also_at }
    }

    fn workload() -> Workload {
        Workload { headline: Headline { metric: OPS_PER_S.into(), ..Headline::default() }, ..Workload::default() }
    }

    fn found(threads: [f64; 4], tokio: [f64; 4]) -> Vec<Crossover> {
        found_in(OPS_PER_S, threads, tokio)
    }

    /// The crossovers of the quantity that is chosen.
    fn found_in(key: &str, threads: [f64; 4], tokio: [f64; 4]) -> Vec<Crossover> {
        let of = |model, role, figures| trials(key, model, role, figures);
        let trials =
            [of("threads", Role::Plain, threads), of("tokio", Role::Plain, tokio), of("tokio", Role::Control, tokio)].concat();
        let points = points(&workload(), &experiment(), &trials, Some(key));
        crossovers(&experiment(), key, &trials, &points)
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
    fn a_latency_that_is_chosen_has_its_own_crossover() {
        // Equal half-way between the logarithms of 10 and 100; operations per second there are none of.
        let crossovers = found_in("latency_ns.p99", [1e5, 1e5, 2e5, 4e5], [2e5, 2e5, 1e5, 1e5]);
        let crossover = &crossovers[0];
        assert_eq!((crossovers.len(), crossover.metric.as_str()), (1, "latency_ns.p99"), "{crossovers:?}");
        assert_eq!((crossover.a.as_str(), crossover.b.as_str()), ("threads", "tokio"), "threads have more of it from there on");
        assert!((crossover.at - 1000_f64.sqrt()).abs() < 0.01, "{crossover:?}");
    }

    #[test]
    fn a_point_of_two_parameters_has_the_trials_of_both_its_values() {
        let sweep = |parameter: &str, values: &[u64]| Some(Sweep { parameter: parameter.into(), values: values.to_vec() });
        let swept = Experiment { sweep: sweep("units", &[1, 10]), sweep2: sweep("payload", &[64, 1024]), ..experiment() };
        let mut trials = Vec::new();
        for (label, repetition) in [("threads", Role::Plain), ("tokio", Role::Plain), ("tokio", Role::Control)]
            .into_iter()
            .flat_map(|label| (0..10).map(move |repetition| (label, repetition)))
        {
            for (at, also) in [(1, 64), (1, 1024), (10, 64), (10, 1024)] {
                // Threads do as many as both values say; Tokio twice as many where the message is long, and half else.
                let times = if label.0 == "threads" {
                    1.0
                } else if also == 64 {
                    0.5
                } else {
                    2.0
                };
                let figure = (at * 10_000 + also) as f64 * times * (1.0 + repetition as f64 / 1e3);
                let planned = planned(label.0, label.1, repetition, at, Some(also));
                let figures = Figures::default().with(OPS_PER_S, figure);
                trials.push(Trial { planned, status: TrialStatus::Ok, figures, ..Trial::default() });
            }
        }
        let points = points(&workload(), &swept, &trials, None);
        let found: Vec<_> = points.iter().map(|point| (point.value, point.also)).collect();
        assert_eq!(found, [(1, Some(64)), (1, Some(1024)), (10, Some(64)), (10, Some(1024))]);
        for point in &points {
            let threads = point.summary[0].value(OPS_PER_S).unwrap();
            let expected = (point.value * 10_000 + point.also.unwrap()) as f64;
            assert!((threads.median / expected - 1.0).abs() < 0.01, "{point:?}");
            let verdict = if point.also == Some(64) { Verdict::Faster } else { Verdict::Slower };
            assert_eq!((point.comparisons.len(), point.comparisons[0].verdict), (1, verdict), "{point:?}");
        }
        assert_eq!(crossovers(&swept, OPS_PER_S, &trials, &points), [], "points in a plane are in no row");
    }

    #[test]
    fn draws_that_do_not_cross_are_counted_and_widen_the_interval() {
        let steady = found([200.0, 200.0, 100.0, 50.0], [100.0, 100.0, 200.0, 200.0]);
        assert!((steady[0].share - 1.0).abs() < f64::EPSILON, "{steady:?}");
        let line = |points: &[(f64, f64)]| crossing(points.iter().copied());
        assert!(matches!(line(&[(0.0, -1.0), (1.0, 1.0)]), Crossing::At(at) if (at - 0.5).abs() < 1e-9));
        assert!(matches!(line(&[(0.0, 1.0), (1.0, 1.0)]), Crossing::Before));
        assert!(matches!(line(&[(0.0, -1.0), (1.0, -0.5)]), Crossing::Behind));
    }

    #[test]
    fn there_is_none_without_opposite_verdicts() {
        assert_eq!(found([200.0; 4], [100.0; 4]), []);
        // Within the noise to the left: nobody can say that threads were ahead there.
        assert_eq!(found([101.0, 101.0, 50.0, 50.0], [100.0; 4]), []);
    }
}
