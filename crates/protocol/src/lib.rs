//! What travels between the page, the server, the trial's process and outside tools.
//!
//! Plain serde data and pure functions over it, compiled natively and to WebAssembly, so that the page checks an experiment
//! with the very code that the server checks it with. Nothing here runs, measures or touches a socket.
//!
//! Reading order: a [`Catalog`] says what can be run; a [`Draft`] is what a person typed (form, link, file or API body) and
//! [`Draft::check`] turns it into an [`Experiment`]; [`plan::plan`] lays out its trials; what happens is told as [`RunEvent`]s,
//! and a [`Run`] is their fold; a [`report::Report`] is what people and tools are given of it.

pub mod catalog;
pub mod compact;
pub mod draft;
pub mod drawing;
pub mod experiment;
pub mod histogram;
mod json;
pub mod lanes;
pub mod line;
pub mod link;
pub mod links;
pub mod log;
pub mod machine;
pub mod parameter;
pub mod plan;
pub mod problem;
pub mod report;
pub mod run;
pub mod trial;
pub mod view;

pub use catalog::{Catalog, Model, Preset, PresetGroup, Quantity, Workload};
pub use draft::Draft;
pub use experiment::{Experiment, Sweep, Value, Values};
pub use histogram::Histogram;
pub use links::{Keep, Kept, Links, MOST_UPLOADED, Reach};
pub use log::{Happening, RunEvent, Submission};
pub use machine::{Build, Conditions, Here, Machine};
pub use parameter::{Parameter, ParameterKind};
pub use plan::{PlannedTrial, Role};
pub use problem::Problem;
pub use report::Report;
pub use run::{Run, RunState};
pub use trial::{Figures, Reading, Trial, TrialStatus};
pub use view::View;
