//! What a verdict costs and what it tells: `cargo run --release -p interleave-analysis --example verdicts`.
//!
//! All of it is simulated: how often any pair of models is told apart that are alike; how often a pair is told whose ratio is
//! known; what it costs to stop as soon as it can be told; and how good "about so many more repetitions" is.

use std::io::{Write, stdout};

#[path = "../tests/simulation/mod.rs"]
mod simulation;
use simulation::{ALL, BUSY, QUIET, Simulation, how_many};

const SIMULATIONS: u64 = 1_000;

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    let percent = |count: u64, of: u64| format!("{:.1} %", 100.0 * count as f64 / of.max(1) as f64);
    writeln!(out, "Alike models of which any pair is told apart, of {SIMULATIONS} experiments:")?;
    for scatter in ALL {
        for (models, repetitions) in [(2, 6), (2, 12), (8, 12), (8, 24), (8, 50)] {
            let told = how_many(SIMULATIONS, |seed| Simulation::new(scatter, models, repetitions, 1.0, seed).run().tells_any());
            writeln!(out, "  {:<9} {models} models, {repetitions:>2} repetitions: {}", scatter.name, percent(told, SIMULATIONS))?;
        }
    }
    writeln!(out, "A pair of models that differ by this ratio, the others alike, told apart:")?;
    for scatter in ALL {
        for (models, repetitions) in [(2, 6), (2, 12), (3, 12), (8, 12), (12, 12), (8, 24)] {
            let told = [1.05, 1.1, 1.25, 1.5, 2.0].map(|times| {
                let told = how_many(SIMULATIONS / 2, |seed| {
                    Simulation::new(scatter, models, repetitions, times, seed).run().tells_first()
                });
                format!("{times}: {}", percent(told, SIMULATIONS / 2))
            });
            writeln!(out, "  {:<9} {models:>2} models, {repetitions:>2} repetitions: {}", scatter.name, told.join(", "))?;
        }
    }
    writeln!(out, "Alike models of which any pair is told apart if one stops as soon as it can tell:")?;
    for scatter in ALL {
        for models in [2, 3, 8] {
            let told = how_many(SIMULATIONS, |seed| Simulation::new(scatter, models, 48, 1.0, seed).run_until_sure().tells_any());
            writeln!(out, "  {:<9} {models} models: {}", scatter.name, percent(told, SIMULATIONS))?;
        }
    }
    writeln!(out, "Of pairs that are said to need so many more repetitions, told with so many more:")?;
    for scatter in [QUIET, BUSY] {
        for times in [1.01, 1.02, 1.03, 1.05, 1.1, 1.2] {
            let (mut said, mut told, mut sum) = (0, 0, 0);
            for seed in 0..SIMULATIONS {
                let mut simulation = Simulation::new(scatter, 2, 12, times, seed).run();
                let Some(more) = simulation.more() else { continue };
                (0..more).for_each(|_| simulation.repeat());
                (said, sum) = (said + 1, sum + more);
                told += u64::from(simulation.tells_first());
            }
            let mean = sum as f64 / said.max(1) as f64;
            writeln!(out, "  {:<9} ratio {times}: {} of {said}, on average {mean:.0} more", scatter.name, percent(told, said))?;
        }
    }
    Ok(())
}
