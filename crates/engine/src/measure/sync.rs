//! What the gate and the tally are made of. They take it from here, so that `crates/loom-tests` can build the same two files with
//! loom's in its place, and go through the orders in which their threads can run. Names and nothing else: a wrapper would be
//! measured.

pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

pub(super) use tokio::sync::{Notify, Semaphore};

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
