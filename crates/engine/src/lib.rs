//! Execution models x workloads, and the measuring inside a trial.
//!
//! A *cell* is one workload on one model: a file of plain code in that model's own idiom. A [`Contract`] is what the cells of a
//! workload keep: parameters, expected answer, words. A [`Registry`] holds what can be run and runs one trial of it in the
//! calling process, which is therefore a process made for that trial alone (`runner`). Nothing here knows of a server, a page or
//! a repetition.
//!
//! ```text
//! Registry::run ─► warm-up, then in full:  models::X::launch ─► start the runtime ─► the cell ─► Done ─► check the answer
//!                                                                                       │                         ─► Measured
//!                                       make units ─► all wait ─► Measure::start ─► open the gate ─► join ─► Running::stop
//! ```

#[cfg(not(target_os = "linux"))]
compile_error!(
    "Interleave measures on Linux alone: it reads what a thread did from /proc and from clocks that only this kernel has. \
     On another system run it in a Linux virtual machine, on Windows in WSL 2"
);

pub mod cell;
pub mod generator;
pub mod measure;
pub mod method;
pub mod models;
pub mod parameters;
mod presets;
pub mod registry;
pub mod source;
mod standard;
pub mod workload;
pub mod workloads;

/// What a workload's words are made of.
pub use protocol;

pub use cell::{CompiledCell, Needs};
pub use measure::{Done, Halt, Measure};
pub use parameters::Params;
pub use protocol::Values;
pub use registry::{Limits, Measured, Registry, TrialSpec};
pub use workload::Contract;
