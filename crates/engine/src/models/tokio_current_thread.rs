//! `tokio-current-thread`: tasks that all run on one thread. Its cells are those of `tokio`.

use std::future::Future;

use protocol::catalog::Shape;
use tokio::runtime::Builder;

use super::tokio_tasks::{self, Driver, Run};
use super::{Described, described, look};
use crate::measure::{Done, Halt, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "tokio-current-thread";

pub(super) fn model() -> Described {
    let look = look(Shape::Square, true, "#6b4300", "#f4e0a0");
    described(ID, "Tokio, current thread", "tasks that all run on one thread", Some(tokio_tasks::ID), look)
        .made_of(&["tokio"])
        .launched_with(Driver::declared())
}

/// Starts a runtime on the calling thread.
///
/// # Errors
/// Those of the cell; if the machine refuses the runtime.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>> + Send + 'static,
{
    let runtime = Builder::new_current_thread().enable_all().build()?;
    tokio_tasks::drive(&runtime, run, passes)
}
