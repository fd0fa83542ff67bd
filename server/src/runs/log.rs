//! A run's numbered log: written by the dispatcher alone, read by whoever follows the run, each at a pace of their own.
//!
//! A reader keeps nothing but the number of the last event that it has: however slow it is, nothing piles up for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::RunEvent;
use protocol::event::Happening;
use tokio::sync::watch;

/// The events of one run, in order.
#[derive(Debug)]
pub(crate) struct Log {
    events: Mutex<Vec<Arc<RunEvent>>>,
    /// How many there are, and whether the last has come.
    grown: watch::Sender<u64>,
}

impl Log {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { events: Mutex::default(), grown: watch::Sender::new(0) })
    }

    /// Writes the next event.
    pub(crate) fn push(&self, at_ms: u64, what: Happening) {
        let mut events = self.events();
        let number = events.len() as u64 + 1;
        events.push(Arc::new(RunEvent { number, at_ms, what }));
        drop(events);
        self.grown.send_replace(number);
    }

    /// The number of the newest event.
    pub(crate) fn last(&self) -> u64 {
        *self.grown.borrow()
    }

    /// From the event after this one on.
    pub(crate) fn follow(self: &Arc<Self>, after: u64) -> Follower {
        Follower { log: Arc::clone(self), grown: self.grown.subscribe(), next: after }
    }

    fn events(&self) -> MutexGuard<'_, Vec<Arc<RunEvent>>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a log, and waits for what is yet to be written.
#[derive(Debug)]
pub(crate) struct Follower {
    log: Arc<Log>,
    grown: watch::Receiver<u64>,
    next: u64,
}

impl Follower {
    /// The next event; `None` behind the last one of a run that is over.
    pub(crate) async fn next(&mut self) -> Option<Arc<RunEvent>> {
        loop {
            // Before looking: what is written after the look then still counts as news.
            self.grown.mark_unchanged();
            let (event, over) = {
                let events = self.log.events();
                let over = events.last().is_some_and(|last| is_last(&last.what));
                (events.get(usize::try_from(self.next).unwrap_or(usize::MAX)).cloned(), over)
            };
            match event {
                Some(event) => {
                    self.next += 1;
                    return Some(event);
                }
                None if over => return None,
                None => self.grown.changed().await.ok()?,
            }
        }
    }
}

/// Whether nothing more will come.
pub(crate) fn is_last(what: &Happening) -> bool {
    matches!(what, Happening::Finished | Happening::Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_follower_gets_every_event_once_from_where_it_asks_and_ends_with_the_run() {
        let log = Log::new();
        for order in 0..3 {
            log.push(0, Happening::TrialStarted { order });
        }
        let mut follower = log.follow(1);
        assert_eq!(follower.next().await.map(|event| event.number), Some(2));
        assert_eq!(follower.next().await.map(|event| event.number), Some(3));
        let (event, ()) = tokio::join!(follower.next(), async { log.push(0, Happening::Finished) });
        assert_eq!(event.map(|event| event.number), Some(4));
        assert_eq!(follower.next().await, None);
        assert_eq!(log.follow(99).next().await, None);
    }
}
