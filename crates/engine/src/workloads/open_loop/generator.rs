//! The schedule: a thread beside the model that lets requests arrive when they are to arrive.
//!
//! It sleeps until the next one is due, is then somewhat late, or finds several due at once; either shows in the latency, which
//! counts from the intended arrival, and in a figure of its own.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Arrivals, Params, Request};
use crate::measure::{Halt, Measure, Recorder, timer_slack};
use crate::workload::mixed;

/// The last part of a wait, if it is spun through: more than a wake is late when nothing is in its way.
const SPUN: Duration = Duration::from_micros(100);

/// How the schedule was kept.
#[derive(Debug)]
pub(super) struct Schedule {
    /// By how much arrivals were late, of what is this thread's own doing: that it woke late, and what had become due meanwhile.
    /// What it took to hand over the requests before is the model's, and is in their latency alone.
    pub(super) late: Recorder,
    arrivals: usize,
    /// From the first to the last.
    lasted: Duration,
}

impl Schedule {
    /// Arrivals per second, as they were; `None` of less than two.
    pub(super) fn offered_per_s(&self) -> Option<f64> {
        (self.arrivals > 1 && !self.lasted.is_zero()).then(|| (self.arrivals - 1) as f64 / self.lasted.as_secs_f64())
    }
}

/// Calls `arrive` for each request when it is due.
pub(super) fn generate(
    params: Params,
    measure: &Measure,
    mut arrive: impl FnMut(Request) -> Result<(), Halt> + Send + 'static,
) -> Result<JoinHandle<Result<Schedule, Halt>>, Halt> {
    let seed = measure.seed();
    // Of the cores that this process may use. Without one to spare it would take a worker's.
    let has_core_to_spare = thread::available_parallelism().is_ok_and(|cores| cores.get() > measure.workers());
    let spun = if has_core_to_spare { SPUN } else { Duration::ZERO };
    let work = move || {
        // If the kernel refuses, arrivals are later, and that is shown.
        let _ = timer_slack::punctual();
        let late = Recorder::new();
        let mut intended = Instant::now();
        let (mut first, mut last) = (None, intended);
        // Since it last had to wait.
        let mut handed_over = Duration::ZERO;
        for unit in 0..params.units {
            if wait_until(intended, spun) {
                handed_over = Duration::ZERO;
            }
            last = Instant::now();
            first.get_or_insert(last);
            late.record(last.duration_since(intended).saturating_sub(handed_over));
            arrive(Request { unit, intended })?;
            handed_over += last.elapsed();
            intended += gap(params, seed, unit);
        }
        Ok(Schedule { late, arrivals: params.units, lasted: last.duration_since(first.unwrap_or(last)) })
    };
    let thread = thread::Builder::new().name("arrivals".to_owned()).spawn(work);
    thread.map_err(|error| Halt::at(0, "thread", &error))
}

/// Returns no earlier, and whether there was time to wait. The last part of it, `spun`, is no sleep.
fn wait_until(due: Instant, spun: Duration) -> bool {
    let left = due.saturating_duration_since(Instant::now());
    if left > spun {
        thread::sleep(left - spun);
    }
    while Instant::now() < due {
        std::hint::spin_loop();
    }
    !left.is_zero()
}

/// Until the next one. Poisson arrivals have exponential gaps, by the inverse of their distribution.
fn gap(params: Params, seed: u64, unit: usize) -> Duration {
    let mean = 1.0 / params.rate as f64;
    match params.arrivals {
        Arrivals::Constant => Duration::from_secs_f64(mean),
        Arrivals::Poisson => {
            // 53 random bits, between 0 and 1 and never 0.
            let uniform = ((mixed(seed.wrapping_add(unit as u64)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
            Duration::from_secs_f64(-uniform.ln() * mean)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_the_mean_of_the_rate_and_poisson_s_spread_as_wide() {
        let params = |arrivals| Params { units: 1, rate: 1_000, arrivals, service: 0 };
        for (arrivals, spread) in [(Arrivals::Constant, 0.0), (Arrivals::Poisson, 1e-3)] {
            let gaps: Vec<f64> = (0..20_000).map(|unit| gap(params(arrivals), 42, unit).as_secs_f64()).collect();
            let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
            let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
            assert!((mean - 1e-3).abs() < 3e-5 && (deviation - spread).abs() < 3e-5, "{arrivals:?}: {mean} {deviation}");
        }
    }

    #[test]
    fn what_was_offered_is_what_arrived_and_not_what_was_asked_for() {
        let schedule = |arrivals, lasted| Schedule { late: Recorder::new(), arrivals, lasted };
        assert_eq!(schedule(1_001, Duration::from_secs(2)).offered_per_s(), Some(500.0));
        assert_eq!(schedule(1, Duration::ZERO).offered_per_s(), None);
    }

    #[test]
    fn nothing_arrives_before_it_is_due_spun_or_not() {
        for spun in [Duration::ZERO, SPUN, Duration::from_secs(1)] {
            let due = Instant::now() + Duration::from_millis(2);
            wait_until(due, spun);
            assert!(Instant::now() >= due, "{spun:?}");
            assert!(!wait_until(due, spun), "it is due");
        }
    }
}
