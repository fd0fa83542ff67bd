//! `tokio`: tasks on Tokio's multi-thread runtime.

use std::future::Future;

use protocol::catalog::Shape;
use tokio::runtime::{Builder, Runtime};

use super::{Described, described, look};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;
use crate::setting;

/// The name that experiments and links use.
pub const ID: &str = "tokio";

pub(super) fn model() -> Described {
    described(ID, "Tokio", "tasks on a multi-thread runtime", None, look(Shape::Square, false, "#b24e00", "#f59a4c"))
        .made_of(&["tokio"])
        .launched_with(Driver::declared())
}

setting! {
    /// Where Tokio runs the future of the cell, which makes the units, lets them go and waits for them.
    pub enum Driver: "driver" {
        /// In a task, on one of the runtime's workers.
        Worker = "worker" / "worker",
        /// On the thread that called `block_on`, which is none of the workers: each wake, of it or by it, crosses threads.
        BlockOn = "block_on" / "block_on",
    }
    label: "Tokio's root task",
    help: "Where Tokio runs the future that makes the units and waits for them: in a task on a worker, or on the thread of \
           block_on, from which every wake crosses threads. (Not the driver of sockets and timers.)"
}

/// A form of a cell: an async function that makes its own tasks.
pub type Run<P, F> = fn(P, Measure) -> F;

/// Starts a runtime with as many threads as there are workers.
///
/// # Errors
/// Those of the cell; if the machine refuses the runtime.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    let runtime = Builder::new_multi_thread().worker_threads(passes.workers()).enable_all().build()?;
    drive(&runtime, run, passes)
}

/// Unless asked otherwise the cell is a task itself: what it wakes then runs where Tokio runs tasks, and not on the thread of
/// `block_on`, from which every wake would be one across threads.
pub(super) fn drive<P: Params, F>(runtime: &Runtime, run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    let driver = passes.setting();
    passes.run(|params, measure| {
        let cell = run(params, measure.clone());
        match driver {
            Driver::Worker => runtime.block_on(async { tokio::spawn(cell).await })?,
            Driver::BlockOn => runtime.block_on(cell),
        }
    })
}
