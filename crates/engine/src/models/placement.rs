//! Where units are put that talk to each other: on one core or on several. Between two cores a message wakes a thread, which can
//! cost a hundred times more than the message; so it is a choice of the experiment, and no property of a model.

use std::io;

use crate::measure::Halt;
use crate::setting;

setting! {
    /// Where neighbours are put, units that talk to each other.
    pub enum Placement: "placement" {
        /// Where the model puts them if nobody says: threads where the kernel does, actors and tasks of an arbiter on the core of
        /// the one that starts them, so together.
        Own = "own" / "its own",
        /// On different cores, in turn.
        Spread = "spread" / "spread",
        /// On the same core.
        Together = "together" / "together",
    }
    label: "Neighbours",
    help: "Where units are put that talk to each other: where the model itself would put them, on different cores, or on one. \
           The kernel places threads as it likes; an actor is started beside the one that starts it, so together."
}

impl Placement {
    /// The core of this member of a group of neighbours, of so many `cores`. Groups are spread over the cores.
    #[must_use]
    pub fn core(self, group: usize, member: usize, cores: usize) -> usize {
        match self {
            Self::Spread => (group + member) % cores,
            Self::Own | Self::Together => group % cores,
        }
    }

    /// Keeps the calling thread, this member of a group, to its core of this process's; unless its place is the kernel's to
    /// choose.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn keep_thread(self, group: usize, member: usize) -> Result<(), Halt> {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

        if self == Self::Own {
            return Ok(());
        }
        let refused = |error: rustix::io::Errno| Halt::from(io::Error::from(error));
        let allowed = sched_getaffinity(None).map_err(refused)?;
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
        let mut own = CpuSet::new();
        own.set(cores[self.core(group, member, cores.len())]);
        sched_setaffinity(None, &own).map_err(refused)
    }
}
