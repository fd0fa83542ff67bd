//! What travels between the page, the server, the trial's process and outside tools.
//!
//! Plain serde data and pure functions over it, compiled natively and to WebAssembly, so that the page checks an experiment
//! with the very code that the server checks it with. Nothing here runs, measures or touches a socket.
//!
//! Reading order: a [`Catalog`] says what can be run; a [`Draft`] is what a person typed (form, link, file or API body) and
//! [`Draft::check`] turns it into an [`Experiment`]; [`plan::plan`] lays out its trials; a [`Run`] goes through [`RunEvent`]s and
//! ends in a [`Report`].

pub mod catalog;
pub mod draft;
pub mod event;
pub mod experiment;
pub mod link;
pub mod machine;
pub mod plan;
pub mod problem;
pub mod report;
pub mod span;
pub mod steps;
pub mod sweep;

pub use catalog::{Catalog, Model, Parameter, Preset, Workload};
pub use draft::Draft;
pub use event::{Run, RunEvent, RunState};
pub use experiment::{Cores, Driver, Experiment, Lanes, Sweep, Until, Value};
pub use machine::{Build, Here, Machine};
pub use problem::Problem;
pub use report::{Report, Trial, TrialStatus};
