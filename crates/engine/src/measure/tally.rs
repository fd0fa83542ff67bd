//! How actors, which nobody joins, tell that they are done: each holds a [`Share`] and reports once.

use std::sync::Arc;

use super::Halt;
use super::sync::{AtomicBool, AtomicU64, AtomicUsize, Notify, Ordering};

/// Collects the results of this many units.
#[derive(Debug)]
pub struct Tally {
    left: AtomicUsize,
    sum: AtomicU64,
    lost: AtomicBool,
    changed: Notify,
}

impl Tally {
    /// For this many units.
    #[must_use]
    pub fn new(units: usize) -> Arc<Self> {
        let (left, sum) = (AtomicUsize::new(units), AtomicU64::new(0));
        Arc::new(Self { left, sum, lost: AtomicBool::new(false), changed: Notify::new() })
    }

    /// For one unit to hold.
    #[must_use]
    pub fn share(self: &Arc<Self>) -> Share {
        Share(Some(Arc::clone(self)))
    }

    /// What has been reported so far: for a caller that has already joined all units.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.sum.load(Ordering::Acquire)
    }

    /// Waits until all have reported: the wrapping sum of what they did.
    ///
    /// # Errors
    /// If a unit ended without reporting: it panicked.
    pub async fn all(&self) -> Result<u64, Halt> {
        while self.left.load(Ordering::Acquire) > 0 {
            if self.lost.load(Ordering::Acquire) {
                return Err(Halt::Failed("an actor ended before its work was done".to_owned()));
            }
            self.changed.notified().await;
        }
        Ok(self.sum.load(Ordering::Acquire))
    }
}

/// One unit's part of a [`Tally`].
#[derive(Debug)]
pub struct Share(Option<Arc<Tally>>);

impl Share {
    /// The unit is done. A second report of the same share changes nothing.
    pub fn report(&mut self, answer: u64) {
        if let Some(tally) = self.0.take() {
            tally.sum.fetch_add(answer, Ordering::AcqRel);
            if tally.left.fetch_sub(1, Ordering::AcqRel) == 1 {
                tally.changed.notify_one();
            }
        }
    }
}

/// Dropped without a report: its unit is lost.
impl Drop for Share {
    fn drop(&mut self) {
        if let Some(tally) = self.0.take() {
            tally.lost.store(true, Ordering::Release);
            tally.changed.notify_one();
        }
    }
}
