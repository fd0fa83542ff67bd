//! `threads`: one OS thread per unit.

use protocol::catalog::Shape;

use super::{Described, described, look};
use crate::measure::{Done, Halt, Measure};

/// The name that experiments and links use.
pub const ID: &str = "threads";

pub(super) fn model() -> Described {
    described(ID, "Native threads", "one OS thread per unit", None, look(Shape::Circle, false, "#1c69bb", "#6db0f5"))
        .within("native threads")
}

/// A form of a cell: it blocks, and makes its own threads.
pub type Run<P> = fn(P, &Measure) -> Result<Done, Halt>;

/// There is no runtime to start: the cell runs on the main thread.
///
/// # Errors
/// Those of the cell.
pub fn launch<P>(run: Run<P>, params: P, measure: &Measure) -> Result<Done, Halt> {
    run(params, measure)
}
