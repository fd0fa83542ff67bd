//! What trials come to: medians with their intervals, the noise floor, verdicts, and the words for them.
//!
//! Pure functions over the protocol's data, compiled natively and to WebAssembly: the page computes them from the trials so far, the
//! server for the report, with the same code and so with the same result. Nothing here is random and nothing here measures.

pub mod bootstrap;
pub mod compare;
pub mod quantity;
pub mod summary;
pub mod verdict;

pub use summary::{Summarised, summarise};
