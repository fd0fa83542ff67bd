//! `rayon`: work that is split over a pool of threads which steal from each other. For work that never waits.

use std::sync::Arc;

use protocol::catalog::Shape;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{Described, described, look, thread_pool};
use crate::measure::{Done, Halt, Measure};

/// The name that experiments and links use.
pub const ID: &str = "rayon";

pub(super) fn model() -> Described {
    described(
        ID,
        "Rayon",
        "work split over threads that steal",
        Some(thread_pool::ID),
        look(Shape::Diamond, false, "#9a2a6b", "#ee8bc4"),
    )
    .made_of(&["rayon"])
}

/// A form of a cell: it blocks, and gives work to the pool.
pub type Run<P> = fn(P, &Arc<ThreadPool>, &Measure) -> Result<Done, Halt>;

/// Starts a pool of as many threads as there are workers, and runs the cell on the main thread.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread.
pub fn launch<P>(run: Run<P>, params: P, measure: &Measure) -> Result<Done, Halt> {
    let pool = ThreadPoolBuilder::new().num_threads(measure.workers()).build();
    let pool = pool.map_err(|error| Halt::Failed(format!("the pool could not be built: {error}")))?;
    run(params, &Arc::new(pool), measure)
}
