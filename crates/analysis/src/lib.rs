//! What trials amount to: medians with their intervals, what the control shows against itself, verdicts, and the words for them.
//!
//! Pure functions over the protocol's data, compiled natively and to WebAssembly: the painter computes them from the trials so
//! far, the server for the report, with the same code and so with the same result. Nothing here measures, and nothing is random
//! but a sweep's crossover and the forecast of how many more repetitions it takes, which are drawn with the experiment's seed.

pub mod adaptive;
pub mod answers;
pub mod axis;
pub mod between;
pub mod compare;
pub mod course;
pub mod distribution;
pub mod forecast;
pub mod interval;
pub mod numbers;
pub mod order;
pub mod orders;
pub mod paired;
pub mod quantities;
pub mod report;
mod samples;
pub mod summary;
pub mod sweep;
pub mod tiers;
pub mod tracing;
pub mod verdict;
pub mod withheld;

pub use summary::{Summarised, summarise, summarise_with};
