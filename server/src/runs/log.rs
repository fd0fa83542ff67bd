//! A run's numbered log in memory: written by the dispatcher alone, read by everyone who follows the run, each at a pace of their
//! own.
//!
//! A reader keeps nothing but the number of the last event that it has: however slow it is, nothing piles up for it. What is
//! written here has been written to the disk before, see [`crate::store`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::RunEvent;
use tokio::sync::watch;

/// The events of one run, in order.
#[derive(Debug)]
pub(crate) struct Log {
    events: Mutex<Vec<Arc<RunEvent>>>,
    /// How many there are.
    grown: watch::Sender<u64>,
    /// Whether nothing more is written here, even if the run goes on: another server writes it.
    closed: bool,
}

impl Log {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { events: Mutex::default(), grown: watch::Sender::new(0), closed: false })
    }

    /// One that has these and gets no more.
    pub(crate) fn of_stored(events: Vec<RunEvent>) -> Arc<Self> {
        let number = events.last().map_or(0, |event| event.number);
        let events = events.into_iter().map(Arc::new).collect();
        Arc::new(Self { events: Mutex::new(events), grown: watch::Sender::new(number), closed: true })
    }

    /// Writes the next event.
    pub(crate) fn push(&self, event: RunEvent) {
        let number = event.number;
        self.events().push(Arc::new(event));
        self.grown.send_replace(number);
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
    /// The next event; `None` behind the last one of a run that is over, or that another server goes on with.
    pub(crate) async fn next(&mut self) -> Option<Arc<RunEvent>> {
        loop {
            // Before looking: what is written after the look then still counts as news.
            self.grown.mark_unchanged();
            let (event, over) = {
                let events = self.log.events();
                let over = self.log.closed || events.last().is_some_and(|last| last.what.is_last());
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

#[cfg(test)]
mod tests {
    use protocol::Happening;

    use super::*;

    #[tokio::test]
    async fn a_follower_gets_every_event_once_from_where_it_asks_and_ends_with_the_run() {
        let log = Log::new();
        let event = |number, what| RunEvent { number, at_ms: 0, what };
        for order in 0..3 {
            log.push(event(order + 1, Happening::TrialStarted { order }));
        }
        let mut follower = log.follow(1);
        assert_eq!(follower.next().await.map(|event| event.number), Some(2));
        assert_eq!(follower.next().await.map(|event| event.number), Some(3));
        let end = async { log.push(event(4, Happening::Finished { conditions: None })) };
        let (last, ()) = tokio::join!(follower.next(), end);
        assert_eq!(last.map(|event| event.number), Some(4));
        assert_eq!(follower.next().await, None);
        assert_eq!(log.follow(99).next().await, None);
    }
}
