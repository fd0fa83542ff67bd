//! `rayon`: work that is split over a pool of threads which steal from each other. For work that never waits.

use std::sync::Arc;

use protocol::catalog::Shape;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{Described, described, look, thread_pool};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;
use crate::setting;

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
    .offers(Order::declared())
}

setting! {
    /// Which of its own jobs a thread of Rayon's takes next.
    pub enum Order: "order" {
        /// The newest, whose data is still in its cache: `scope`.
        Lifo = "lifo" / "newest first",
        /// The oldest: `scope_fifo`.
        Fifo = "fifo" / "oldest first",
    }
    label: "Rayon's order",
    help: "Which of the jobs that it has spawned a thread of Rayon's takes next: the newest (scope), as is usual, or the oldest \
           (scope_fifo). Others steal the oldest."
}

/// A form of a cell: it blocks, and gives work to the pool.
pub type Run<P> = fn(P, &Arc<ThreadPool>, &Measure) -> Result<Done, Halt>;

/// Starts a pool of as many threads as there are workers, and runs the cell on the main thread.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread.
pub fn launch<P: Params>(run: Run<P>, passes: &mut Passes<'_, P>) -> Result<(), Halt> {
    let pool = ThreadPoolBuilder::new().num_threads(passes.workers()).build();
    let pool = Arc::new(pool.map_err(|error| Halt::Failed(format!("the pool could not be built: {error}")))?);
    passes.run(|params, measure| run(params, &pool, measure))
}
