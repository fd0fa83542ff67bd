//! The schedule: a thread beside the model that lets requests arrive when they are to arrive.
//!
//! It sleeps until the next one is due and is then some tens of microseconds late, or finds several due at once; either shows in
//! the latency, which counts from the intended arrival, and in a figure of its own.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Arrivals, Params, Request};
use crate::measure::{Halt, Recorder};
use crate::workload::mixed;

/// Calls `arrive` for each request when it is due; the thread returns by how much it was late.
pub(super) fn generate(
    params: Params,
    seed: u64,
    mut arrive: impl FnMut(Request) -> Result<(), Halt> + Send + 'static,
) -> Result<JoinHandle<Result<Recorder, Halt>>, Halt> {
    let work = move || {
        let late = Recorder::new();
        let mut intended = Instant::now();
        for unit in 0..params.units {
            let now = Instant::now();
            if intended > now {
                thread::sleep(intended - now);
            }
            late.record(intended.elapsed(), 1);
            arrive(Request { unit, intended })?;
            intended += gap(params, seed, unit);
        }
        Ok(late)
    };
    let thread = thread::Builder::new().name("arrivals".to_owned()).spawn(work);
    thread.map_err(|error| Halt::at(0, "thread", &error))
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
}
