//! What it costs to summarise: `cargo run --release -p interleave-analysis --example cost`.
//!
//! Twelve models with fifty repetitions, 66 pairs, with all figures that a trial of `tcp-echo` has: the page does it once a second
//! on the cores that are measured.

use std::io::{Write, stdout};
use std::time::Instant;

use analysis::forecast::Forecast;
use analysis::quantities::OPS_PER_S;
use analysis::verdict::sentence;
use analysis::{quantities, summarise};
use protocol::Catalog;

#[expect(dead_code, reason = "it simulates for others too")]
#[path = "../tests/simulation/mod.rs"]
mod simulation;
use simulation::{BUSY, Simulation};

/// The least of so many times.
const TIMES: usize = 20;

fn main() -> std::io::Result<()> {
    let mut simulation = Simulation::new(BUSY, 12, 50, 1.1, 1).run();
    for trial in &mut simulation.trials {
        let rate = trial.figures[OPS_PER_S];
        // As a histogram has them: three figures, so that there are ties.
        let bucket = |nanoseconds: f64| (nanoseconds / 1e4).round() * 1e4;
        for (key, times) in [("p50", 0.9), ("p90", 1.5), ("p99", 3.0), ("p999", 9.0), ("max", 20.0), ("mean", 1.0)] {
            trial.figures.set(format!("latency_ns.{key}"), bucket(1e11 / rate * times));
        }
        trial.figures.set("wall_ns", 2e8);
        trial.figures.set("operations", rate / 5.0);
        for (key, times) in [
            ("latency_ns.count", 0.2),
            ("latency_ns.samples", 0.1),
            ("measured.user_ns", 900.0),
            ("measured.system_ns", 3000.0),
            ("peak_rss_bytes", 80.0),
            ("kernel_memory_bytes", 10.0),
        ] {
            trial.figures.set(key, (rate * times).round());
        }
        for (key, times) in [("measured.voluntary_switches", 0.002), ("measured.involuntary_switches", 0.0001)] {
            trial.figures.set(key, (rate * times).round());
        }
        trial.figures.set("os_threads_peak", 5.0);
        trial.figures.set("covered", 0.97);
    }
    let Simulation { workload, experiment, trials, .. } = &simulation;
    let catalog = Catalog { workloads: vec![workload.clone()], quantities: quantities::all(), ..Catalog::default() };
    let mut summarised = summarise(workload, experiment, trials);
    let milliseconds = |what: &mut dyn FnMut()| {
        let once = |_| {
            let begun = Instant::now();
            what();
            begun.elapsed().as_secs_f64() * 1e3
        };
        (0..TIMES).map(once).fold(f64::INFINITY, f64::min)
    };
    let summary = milliseconds(&mut || summarised = summarise(workload, experiment, trials));
    let going_on = milliseconds(&mut || drop(sentence(&catalog, experiment, trials, &summarised, 2, false, None)));
    let mut pairs: Vec<_> = summarised.pairs(OPS_PER_S).cloned().collect();
    let forecast = milliseconds(&mut || Forecast::new(experiment, trials, OPS_PER_S, 100).fill(&mut pairs));
    writeln!(
        stdout(),
        "{} trials, {} comparisons by {} quantities: summarise {summary:.1} ms, sentence {going_on:.1} ms; at the end, how many \
         more repetitions for all pairs of one quantity {forecast:.0} ms",
        trials.len(),
        summarised.comparisons.len(),
        summarised.controls.len()
    )
}
