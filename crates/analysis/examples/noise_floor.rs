//! What other rules for a verdict would cost: `cargo run --release -p interleave-analysis --example noise_floor`.
//!
//! Of a thousand simulated comparisons each: how many are told if there is no difference, and if there is one of a tenth;
//! by the interval alone, outside the ratio that one model shows against itself (the rule that is kept), and outside the ends of
//! that ratio's interval. Then how many are told if there is no difference and one stops at the first verdict.

use std::io::{Write, stdout};

use analysis::bootstrap::ratio_interval;
use protocol::report::Interval;

#[path = "../tests/scatter/mod.rs"]
mod scatter;
use scatter::{BUSY, QUIET, Scatter};

const COMPARISONS: usize = 1_000;

/// One comparison: the two models, and the first of them again.
struct Drawn([Vec<f64>; 3]);

impl Drawn {
    fn new(scatter: Scatter, times: f64, repetitions: usize, random: &mut fastrand::Rng) -> Self {
        Self([1.0, times, 1.0].map(|times| (0..repetitions).map(|_| times * scatter.draw(random)).collect()))
    }

    /// By each of the three rules, over this many repetitions.
    fn is_told(&self, repetitions: usize) -> [bool; 3] {
        let [one, other, again] = &self.0;
        let ratio = |a: &[f64], b: &[f64]| ratio_interval(&a[..repetitions], &b[..repetitions]);
        let (Some(ratio), Some(floor)) = (ratio(other, one), ratio(again, one)) else { return [false; 3] };
        let Interval { median, low, high } = floor;
        [1.0, median.max(1.0 / median), high.max(1.0 / low)].map(|factor| ratio.low > factor || ratio.high < 1.0 / factor)
    }
}

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    let mut random = fastrand::Rng::with_seed(1);
    writeln!(out, "told of {COMPARISONS}: by the interval alone, outside the ratio, outside its interval's ends")?;
    for (name, scatter) in [("quiet", QUIET), ("busy", BUSY)] {
        for repetitions in [3, 5, 10, 20, 50] {
            let mut told = |times: f64| {
                let mut counts = [0; 3];
                for _ in 0..COMPARISONS {
                    let told = Drawn::new(scatter, times, repetitions, &mut random).is_told(repetitions);
                    counts.iter_mut().zip(told).for_each(|(count, told)| *count += usize::from(told));
                }
                counts
            };
            writeln!(out, "{name:<6} {repetitions:>3} repetitions: alike {:?}, a tenth apart {:?}", told(1.0), told(1.1))?;
        }
    }
    for (name, scatter) in [("quiet", QUIET), ("busy", BUSY)] {
        let looks: [(&str, Vec<usize>); 3] = [
            ("5, 10, 20, 40", vec![5, 10, 20, 40]),
            ("each from the fifth", (5..=40).collect()),
            ("each from the third", (3..=40).collect()),
        ];
        let drawn: Vec<Drawn> = (0..COMPARISONS / 4).map(|_| Drawn::new(scatter, 1.0, 40, &mut random)).collect();
        for (which, looks) in looks {
            let stopped = drawn.iter().filter(|drawn| looks.iter().any(|look| drawn.is_told(*look)[1])).count();
            writeln!(out, "{name:<6} alike, looking after {which}: {stopped} of {} told", drawn.len())?;
        }
    }
    Ok(())
}
