//! `threads`: one OS thread per unit.

use protocol::catalog::Shape;

use super::placement::Placement;
use super::{Described, described, look};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "threads";

pub(super) fn model() -> Described {
    described(ID, "Native threads", "one OS thread per unit", None, look(Shape::Circle, false, "#1c69bb", "#6db0f5"))
        .within("native threads")
        .offers(Placement::declared())
}

/// A form of a cell: it blocks, and makes its own threads.
pub type Run<P> = fn(P, &Measure) -> Result<Done, Halt>;

/// There is no runtime to start: the cell runs on the main thread.
///
/// # Errors
/// Those of the cell.
pub fn launch<P: Params>(run: Run<P>, passes: &mut Passes<'_, P>) -> Result<(), Halt> {
    passes.run(run)
}
