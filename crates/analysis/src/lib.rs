//! What trials amount to: medians with their intervals, the noise floor, verdicts, and the words for them.
//!
//! Pure functions over the protocol's data, compiled natively and to WebAssembly: the page computes them from the trials so far,
//! the server for the report, with the same code and so with the same result. Nothing here measures, and nothing is random but a
//! sweep's crossover, which is drawn with the experiment's seed.

pub mod adaptive;
pub mod axis;
pub mod bootstrap;
pub mod compare;
pub mod numbers;
pub mod quantities;
pub mod report;
pub mod samples;
pub mod summary;
pub mod sweep;
pub mod verdict;

pub use summary::{Summarised, summarise};
