//! `tokio-per-core`: a current-thread runtime of Tokio's on each of a few threads. A task stays where it was started.

use std::future::Future;
use std::thread;

use protocol::catalog::Shape;
use tokio::runtime::Builder;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::{LocalSet, spawn_local};

use super::cores::{Cores, Job, Submit};
use super::placement::Placement;
use super::{Described, described, look, tokio_tasks};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "tokio-per-core";

pub(super) fn model() -> Described {
    let look = look(Shape::Bars, false, "#a33318", "#ff9a85");
    described(ID, "Tokio, one per core", "tasks on a current-thread runtime per worker", Some(tokio_tasks::ID), look)
        .made_of(&["tokio"])
        .offers(Placement::declared())
}

/// A form of a cell: an async function that starts its tasks on these cores.
pub type Run<P, F> = fn(P, Cores, Measure) -> F;

/// Starts as many threads as there are workers, each with a runtime of its own. The cell itself runs on another one, on the main
/// thread.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread or a runtime.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let mut submit: Vec<Submit> = Vec::with_capacity(passes.workers());
    for worker in 0..passes.workers() {
        let (jobs, mut next) = unbounded_channel::<Job>();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            // Ends when the last `Cores` is dropped: nobody can send a job any more.
            LocalSet::new().block_on(&runtime, async {
                while let Some(job) = next.recv().await {
                    job();
                }
            });
        };
        let thread = thread::Builder::new().name(format!("tokio-{worker}"));
        thread.spawn(work).map_err(|error| Halt::at(worker, "thread", &error))?;
        submit.push(Box::new(move |job| drop(jobs.send(job))));
    }
    let here = |task| drop(spawn_local(task));
    let cores = Cores::new(submit, here, passes.setting());
    let runtime = Builder::new_current_thread().enable_all().build()?;
    passes.run(|params, measure| runtime.block_on(run(params, cores.clone(), measure.clone())))
}
