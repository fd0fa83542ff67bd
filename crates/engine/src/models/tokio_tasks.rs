//! `tokio`: tasks on Tokio's multi-thread runtime.

use std::future::Future;

use protocol::catalog::Shape;
use protocol::{Driver, Model};
use tokio::runtime::{Builder, Runtime};

use super::{described, look};
use crate::measure::{Done, Halt, Measure};

/// The name that experiments and links use.
pub const ID: &str = "tokio";

pub(super) fn model() -> Model {
    described(ID, "Tokio", "tasks on a multi-thread runtime", None, look(Shape::Square, false, "#b24e00", "#f59a4c"))
}

/// A form of a cell: an async function that makes its own tasks.
pub type Run<P, F> = fn(P, Measure) -> F;

/// Starts a runtime with as many threads as there are workers.
///
/// # Errors
/// Those of the cell; where the machine refuses the runtime.
pub fn launch<P, F>(run: Run<P, F>, params: P, measure: &Measure) -> Result<Done, Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    let runtime = Builder::new_multi_thread().worker_threads(measure.workers()).enable_all().build()?;
    drive(&runtime, measure.driver(), run(params, measure.clone()))
}

/// Unless it is asked for otherwise the cell is a task itself: what it wakes then runs where Tokio runs tasks, and not on the thread of
/// `block_on`, from which every wake would be one across threads.
pub(super) fn drive<F>(runtime: &Runtime, driver: Driver, cell: F) -> Result<Done, Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    match driver {
        Driver::Worker => runtime.block_on(async { tokio::spawn(cell).await })?,
        Driver::BlockOn => runtime.block_on(cell),
    }
}
