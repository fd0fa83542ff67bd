//! What the gate and the tally are made of. They take it from here, so that `crates/loom-tests` can build the same two files with
//! loom's in its place, and go through the orders in which their threads can run. Names, but for the door.

use std::sync::atomic::AtomicU32;

pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

use rustix::thread::futex;
pub(super) use tokio::sync::{Notify, Semaphore};

/// Shut, and then open for ever. Threads that wait at it sleep on one word, and only read it when they have been woken. (From a
/// condition variable each goes on only when it has taken the mutex again, and a thousand that are woken at once queue for it:
/// that queue would be in the measured part.)
#[derive(Debug, Default)]
pub(super) struct Door(AtomicU32);

impl Door {
    const OPEN: u32 = 1;

    /// Waits until it is open.
    pub(super) fn wait(&self) {
        while self.0.load(Ordering::Acquire) != Self::OPEN {
            // Woken, or open already, or by chance: the word says which.
            let _ = futex::wait(&self.0, futex::Flags::PRIVATE, 0, None);
        }
    }

    /// Opens it, and wakes everyone who waits.
    pub(super) fn open(&self) {
        self.0.store(Self::OPEN, Ordering::Release);
        let all = i32::MAX.unsigned_abs();
        let _ = futex::wake(&self.0, futex::Flags::PRIVATE, all);
    }
}

#[cfg(test)]
mod tests {
    //! The tally on Tokio's own `Notify`: here, because its file is built a second time, without Tokio.

    use super::super::{Halt, Tally};

    #[tokio::test]
    async fn a_unit_that_is_dropped_without_a_report_is_a_failure_and_not_a_hang() {
        let tally = Tally::new(2);
        let (mut first, second) = (tally.share(), tally.share());
        first.report(5);
        drop(second);
        assert!(matches!(tally.all().await, Err(Halt::Failed(_))));
    }

    #[tokio::test]
    async fn all_reports_are_summed() {
        let tally = Tally::new(3);
        for answer in [1, 2, 3] {
            tally.share().report(answer);
        }
        assert_eq!(tally.all().await, Ok(6));
    }
}
