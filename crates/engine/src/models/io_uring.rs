//! `io-uring`: tasks of compio, a runtime per core that hands reads, writes and timers to the kernel as a whole and is told when
//! they are done, instead of asking first whether they could be.

use std::future::Future;
use std::io;
use std::thread;

use compio::driver::{DriverType, ProactorBuilder};
use compio::runtime::{Runtime, RuntimeBuilder};
use protocol::catalog::Shape;
use tokio::sync::mpsc::unbounded_channel;

use super::cores::{Cores, Job, Submit};
use super::placement::Placement;
use super::{Described, described, look, tokio_tasks};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "io-uring";

pub(super) fn model() -> Described {
    let look = look(Shape::Cross, false, "#6a3fb5", "#c0a2ff");
    described(ID, "io_uring", "tasks of compio, a runtime per worker", Some(tokio_tasks::ID), look)
        .made_of(&["compio"])
        .offers(Placement::declared())
        .unless(runtime().err().map(|error| format!("this kernel gives no io_uring: {error}")))
}

/// A runtime with a ring: compio would else fall back to epoll.
fn runtime() -> io::Result<Runtime> {
    let mut ring = ProactorBuilder::new();
    ring.driver_type(DriverType::IoUring);
    RuntimeBuilder::new().with_proactor(ring).build()
}

/// A form of a cell: an async function that starts its tasks on these cores.
pub type Run<P, F> = fn(P, Cores, Measure) -> F;

/// Starts as many threads as there are workers, each with a runtime and a ring of its own. The cell itself runs on another one, on
/// the main thread.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread or a ring.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let own = runtime()?;
    let mut submit: Vec<Submit> = Vec::with_capacity(passes.workers());
    for worker in 0..passes.workers() {
        // The channel wakes from any thread; that it is Tokio's has nothing to do with Tokio's runtime.
        let (jobs, mut next) = unbounded_channel::<Job>();
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let work = move || {
            let runtime = match runtime() {
                Ok(runtime) => runtime,
                Err(error) => return drop(tell.send(Err(error))),
            };
            let _ = tell.send(Ok(()));
            // Ends when the last `Cores` is dropped: nobody can send a job any more.
            runtime.block_on(async {
                while let Some(job) = next.recv().await {
                    job();
                }
            });
        };
        let thread = thread::Builder::new().name(format!("compio-{worker}"));
        thread.spawn(work).map_err(|error| Halt::at(worker, "thread", &error))?;
        told.recv().map_err(|_| Halt::Failed("a thread of compio's ended before it began".to_owned()))??;
        submit.push(Box::new(move |job| drop(jobs.send(job))));
    }
    let here = |task| compio::runtime::spawn(task).detach();
    let cores = Cores::new(submit, here, passes.setting());
    passes.run(|params, measure| own.block_on(run(params, cores.clone(), measure.clone())))
}
