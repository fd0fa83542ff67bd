//! `actix-rt`: tasks on Actix's arbiters, and no actors. What separates the framework from a thread per core.

use std::future::Future;

use actix::{Arbiter, System};
use protocol::catalog::Shape;

use super::cores::{Cores, Submit};
use super::placement::Placement;
use super::{Described, actix_actors, described, look};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "actix-rt";

pub(super) fn model() -> Described {
    let look = look(Shape::Wedge, false, "#3d6b1f", "#9ed36a");
    described(ID, "actix-rt", "tasks on Actix's arbiters, no actors", Some(actix_actors::ID), look)
        .made_of(&["actix-rt", "tokio"])
        .offers(Placement::declared())
}

/// A form of a cell: an async function that starts its tasks on these arbiters.
pub type Run<P, F> = fn(P, Cores, Measure) -> F;

/// Starts a system with as many arbiters as there are workers. The cell itself runs on the system's own arbiter.
///
/// # Errors
/// Those of the cell.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let system = System::new();
    let arbiters: Vec<Arbiter> = system.block_on(async { (0..passes.workers()).map(|_| Arbiter::new()).collect() });
    let submit = |arbiter: &Arbiter| -> Submit {
        let handle = arbiter.handle();
        Box::new(move |job| {
            // `false` if the arbiter has stopped, which only this function lets it.
            handle.spawn_fn(job);
        })
    };
    let here = |task| drop(actix_rt::spawn(task));
    let cores = Cores::new(arbiters.iter().map(submit).collect(), here, passes.setting());
    let outcome = passes.run(|params, measure| system.block_on(run(params, cores.clone(), measure.clone())));
    for arbiter in arbiters {
        arbiter.stop();
    }
    outcome
}
