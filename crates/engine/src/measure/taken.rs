//! How many stand before one in a queue, learnt from the operations that are timed: not every queue can tell how long it is, and
//! to ask one that can is dear.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many have been taken out of a queue by its one consumer; a clone is the same count. Whoever puts one in that is timed
/// notes it: at that one's turn, what has been added is how many were before it.
#[derive(Clone, Debug, Default)]
pub struct Taken(Arc<Apart>);

/// Alone in its cache lines: it is written for every operation, and read for the few that are timed.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart(AtomicU64);

impl Taken {
    /// How many so far.
    #[must_use]
    pub fn so_far(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed)
    }

    /// The consumer takes one more: how many it had taken before. Nobody else may call this, so nothing needs to be locked.
    pub fn one(&self) -> u64 {
        let before = self.so_far();
        self.0.0.store(before + 1, Ordering::Relaxed);
        before
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn what_was_added_since_one_was_put_in_is_how_many_were_before_it() {
        let (put, queue) = channel();
        let taken = Taken::default();
        for waiting in 0..5 {
            put.send((taken.so_far(), waiting)).unwrap();
        }
        let before: Vec<u64> = queue.try_iter().map(|(noted, _)| taken.one() - noted).collect();
        assert_eq!(before, [0, 1, 2, 3, 4]);
        put.send((taken.so_far(), 5)).unwrap();
        assert_eq!(taken.one() - queue.recv().unwrap().0, 0);
    }
}
