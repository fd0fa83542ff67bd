//! `actix-sync`: copies of one actor on threads of their own take messages from one queue (`SyncArbiter`).

use std::future::Future;

use actix::System;
use protocol::catalog::Shape;

use super::{Described, actix_actors, described, look};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "actix-sync";

pub(super) fn model() -> Described {
    let look = look(Shape::Triangle, true, "#0b4a59", "#b5eeee");
    described(ID, "Actix, SyncArbiter", "messages to copies of one actor, each on a thread", Some(actix_actors::ID), look)
        .made_of(&["actix", "actix-rt", "tokio"])
}

/// A form of a cell: an async function that starts its own `SyncArbiter` with as many threads as there are workers.
pub type Run<P, F> = fn(P, Measure) -> F;

/// Starts a system. The threads of the `SyncArbiter` are the cell's, and so new in each pass.
///
/// # Errors
/// Those of the cell.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let system = System::new();
    passes.run(|params, measure| system.block_on(run(params, measure.clone())))
}
