//! One trial that stands for several, and how what it used went in its time.

use protocol::Trial;
use protocol::trial::Reading;

use crate::order::ascending;
use crate::quantities::reader;

/// The one in the middle of these by a quantity, the lesser of two; `None` if none has it.
#[must_use]
pub fn middle<'a>(trials: impl Iterator<Item = &'a Trial>, key: &str) -> Option<&'a Trial> {
    let reader = reader(key);
    let (mut having, mut values) = (Vec::new(), Vec::new());
    for trial in trials {
        if let Some(value) = reader.value(trial) {
            having.push(trial);
            values.push(value);
        }
    }
    let order = ascending(&values);
    order.get(order.len().saturating_sub(1) / 2).map(|place| having[*place])
}

/// Times are in whole milliseconds: over less than this a difference is partly rounding.
const LEAST_MS: u64 = 10;

/// Differences that are taken of a course, at most.
const MOST_STEPS: u64 = 48;

/// How many cores were in use, by the CPU time between two of these readings: milliseconds, in the middle of the two, and cores.
/// Each difference is over 10 ms or more. A process begins at 0 with none.
#[must_use]
pub fn cores(readings: &[Reading]) -> Vec<(f64, f64)> {
    let step = readings.last().map_or(0, |last| last.at_ms / MOST_STEPS).max(LEAST_MS);
    let (mut before, mut course) = (Reading::default(), Vec::new());
    for reading in readings.iter().filter(|reading| reading.at_ms > 0) {
        let ms = reading.at_ms.saturating_sub(before.at_ms);
        if ms >= step {
            let used = (reading.user_ns + reading.system_ns).saturating_sub(before.user_ns + before.system_ns);
            course.push((f64::midpoint(before.at_ms as f64, reading.at_ms as f64), used as f64 / (ms as f64 * 1e6)));
            before = *reading;
        }
    }
    course
}

#[cfg(test)]
mod tests {
    use protocol::Figures;

    use super::*;
    use crate::quantities::OPS_PER_S;

    #[test]
    fn the_trial_in_the_middle_is_one_that_was_run() {
        let trial = |rate: Option<f64>| Trial {
            figures: rate.map(|rate| Figures::default().with(OPS_PER_S, rate)).unwrap_or_default(),
            ..Trial::default()
        };
        let trials = [Some(5.0), None, Some(1.0), Some(9.0), Some(7.0)].map(trial);
        let rate = |trials: &[Trial]| middle(trials.iter(), OPS_PER_S).and_then(|trial| trial.figure(OPS_PER_S));
        assert_eq!([5, 4, 2, 1].map(|count| rate(&trials[..count])), [5.0, 5.0, 5.0, 5.0].map(Some));
        assert_eq!(rate(&trials[2..]), Some(7.0));
        assert_eq!(rate(&trials[1..2]), None);
    }

    #[test]
    fn cores_are_cpu_time_by_time_over_10_ms_at_least() {
        let at = |at_ms: u64, user_ms: u64, system_ms: u64| Reading {
            at_ms,
            user_ns: user_ms * 1_000_000,
            system_ns: system_ms * 1_000_000,
            ..Reading::default()
        };
        let readings = [at(0, 0, 0), at(5, 10, 0), at(10, 10, 10), at(15, 15, 10), at(20, 20, 30)];
        assert_eq!(cores(&readings), [(5.0, 2.0), (15.0, 3.0)]);
        assert_eq!(cores(&[at(5, 10, 0)]), []);
        let long: Vec<Reading> = (0..=120).map(|index| at(index * 100, index * 50, 0)).collect();
        assert_eq!(cores(&long).len(), 40);
    }
}
