//! Results as they might have come out.

use protocol::{Figures, Run, TrialStatus};

use crate::support::sample;

/// The sample with other figures: faster or slower models, noise of another size, trials that failed, were refused, were
/// disturbed, were too short, or timed too little.
pub(crate) fn varied(seed: u64) -> Run {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let mut run = sample();
    let factors = [1.0 + random.next(), 0.5 + random.next(), 1.0 + 0.02 * random.next()];
    let noise = [0.002, 0.02, 0.3][(seed % 3) as usize];
    let kinds = seed % 6;
    for (place, trial) in run.trials.iter_mut().enumerate() {
        let of = ["threads", "tokio", "actix"].iter().position(|model| *model == trial.planned.model).unwrap();
        let figures = trial.figures.clone();
        for (key, value) in figures.iter().filter(|(key, _)| !key.starts_with("operations")) {
            trial.figures.set(key, (value * factors[of] * (1.0 + noise * (random.next() - 0.5))).max(1.0).round());
        }
        match kinds {
            1 if place % 3 == 0 => trial.disturbed = true,
            2 if of == 0 => (trial.status, trial.error) = (TrialStatus::Refused, Some("too many threads".into())),
            3 => trial.figures.set("wall_ns", 3e6 + place as f64),
            4 if of == 1 => {
                let mut kept = Figures::default();
                let lacked = ["latency_ns.p99", "latency_ns.p999"];
                trial.figures.iter().filter(|(key, _)| !lacked.contains(key)).for_each(|(key, value)| kept.set(key, value));
                kept.set("latency_ns.samples", 800.0 + place as f64);
                trial.figures = kept;
            }
            5 if place % 7 == 0 => (trial.status, trial.error) = (TrialStatus::Failed, Some("it panicked".into())),
            _ => {}
        }
    }
    run
}

/// Numbers from 0 to 1: xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
