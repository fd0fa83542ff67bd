//! `smol`: tasks on an executor that any thread may run, and a reactor beside it. Small parts instead of one runtime.

use std::future::Future;
use std::sync::Arc;
use std::thread;

use protocol::catalog::Shape;
use smol::{Executor, future};

use super::{Described, described, look, tokio_tasks};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "smol";

pub(super) fn model() -> Described {
    described(
        ID,
        "smol",
        "tasks on an executor of small parts",
        Some(tokio_tasks::ID),
        look(Shape::Hexagon, false, "#5d6a00", "#c3cf4e"),
    )
    .made_of(&["smol"])
}

/// A form of a cell: an async function that spawns its tasks on this executor.
pub type Run<P, F> = fn(P, Arc<Executor<'static>>, Measure) -> F;

/// Runs one executor on as many threads as there are workers. The cell is a task itself, as on Tokio.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    let executor = Arc::new(Executor::new());
    // Nobody sends: it is closed when this function returns, and the threads end.
    let (_running, stopped) = smol::channel::bounded::<()>(1);
    for worker in 0..passes.workers() {
        let (executor, stopped) = (Arc::clone(&executor), stopped.clone());
        let thread = thread::Builder::new().name(format!("smol-{worker}"));
        let work = move || {
            // An error, always: that the channel is closed is what it waits for.
            let _ = smol::block_on(executor.run(stopped.recv()));
        };
        thread.spawn(work).map_err(|error| Halt::at(worker, "thread", &error))?;
    }
    // This thread only waits. smol's own `block_on` would also have it poll for sockets and timers, in competition with the
    // executor's threads.
    passes.run(|params, measure| future::block_on(executor.spawn(run(params, Arc::clone(&executor), measure.clone()))))
}
