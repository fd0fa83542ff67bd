//! How often two runs are told apart, and what it costs: `cargo run --release -p interleave-analysis --example between`.
//!
//! All of it is simulated, as for `verdicts`.

use std::io::{Write, stdout};
use std::time::Instant;

use analysis::between::between;
use analysis::quantities::{OPS_PER_S, all};
use protocol::report::Verdict;
use protocol::{Catalog, Run, RunState, Submission};

#[expect(dead_code, reason = "it simulates for others too")]
#[path = "../tests/simulation/mod.rs"]
mod simulation;
use simulation::{ALL, BUSY, QUIET, Scatter, Simulation, how_many};

const PAIRS: u64 = 1_000;

/// A run whose figures, all of them, are so many times as large.
fn drawn(scatter: Scatter, models: usize, repetitions: u64, by: f64, seed: u64) -> Run {
    let simulation = Simulation::new(scatter, models, repetitions, 1.0, seed).run();
    let catalog = Catalog { workloads: vec![simulation.workload.clone()], quantities: all(), ..Catalog::default() };
    let submission = Submission { experiment: simulation.experiment.clone(), catalog, ..Submission::default() };
    let mut trials = simulation.trials;
    for trial in &mut trials {
        // Three figures: so there are ties.
        let rate = trial.figures[OPS_PER_S] * by;
        trial.figures.set(OPS_PER_S, (rate / 100.0).round() * 100.0);
    }
    Run { submission, state: RunState::Finished, trials, ..Run::default() }
}

/// How many models are told apart from themselves.
fn told(a: &Run, b: &Run) -> usize {
    between(&[a, b], None).changes.iter().filter(|change| change.verdict != Verdict::CannotTell).count()
}

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    let percent = |count: u64| format!("{:.1} %", 100.0 * count as f64 / PAIRS as f64);
    writeln!(out, "Two runs that are alike of which any model is told apart, of {PAIRS} pairs of runs:")?;
    for scatter in ALL {
        let cells = [(1, 12), (3, 6), (3, 12), (8, 12), (8, 24)].map(|(models, repetitions)| {
            let any = how_many(PAIRS, |seed| {
                let [a, b] = [2 * seed, 2 * seed + 1].map(|seed| drawn(scatter, models, repetitions, 1.0, seed));
                told(&a, &b) > 0
            });
            format!("{models} models, {repetitions} repetitions: {}", percent(any))
        });
        writeln!(out, "  {:<9} {}", scatter.name, cells.join("; "))?;
    }
    writeln!(out, "All models so many times as fast in the second run, the first of three told, twelve repetitions:")?;
    for scatter in ALL {
        let cells = [1.02, 1.05, 1.1, 1.25, 1.5].map(|by| {
            let first = how_many(PAIRS, |seed| {
                let (a, b) = (drawn(scatter, 3, 12, 1.0, 2 * seed), drawn(scatter, 3, 12, by, 2 * seed + 1));
                between(&[&a, &b], None).changes[0].verdict != Verdict::CannotTell
            });
            format!("{by}: {}", percent(first))
        });
        writeln!(out, "  {:<9} {}", scatter.name, cells.join(", "))?;
    }
    for scatter in [QUIET, BUSY] {
        let (a, b) = (drawn(scatter, 12, 50, 1.0, 1), drawn(scatter, 12, 50, 1.0, 2));
        let begun = Instant::now();
        let told = told(&a, &b);
        let took = begun.elapsed().as_secs_f64() * 1e3;
        writeln!(out, "Twelve models, fifty repetitions, one quantity, {}: {took:.1} ms ({told} told)", scatter.name)?;
    }
    Ok(())
}
