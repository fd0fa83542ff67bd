//! `tokio-actors`: actors written by hand on Tokio's multi-thread runtime, a task with a queue each, a `oneshot` for an answer.
//! The actors that most Tokio programs have, and the fair opponent of Actix.

use std::future::Future;

use protocol::catalog::Shape;

use super::tokio_tasks::{self, Driver, Run};
use super::{Described, actix_actors, described, look};
use crate::measure::{Done, Halt, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "tokio-actors";

pub(super) fn model() -> Described {
    let look = look(Shape::Pentagon, false, "#006f73", "#4fd0d0");
    described(ID, "Tokio, actors by hand", "tasks with a queue each, that answer", Some(actix_actors::ID), look)
        .made_of(&["tokio"])
        .launched_with(Driver::declared())
}

/// Starts Tokio's multi-thread runtime, as `tokio` does.
///
/// # Errors
/// Those of the cell; if the machine refuses the runtime.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    tokio_tasks::launch(run, passes)
}
