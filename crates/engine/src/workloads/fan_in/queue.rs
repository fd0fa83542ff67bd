//! Tokio's two kinds of queue as one: with a bound and without they are types of their own.

use tokio::sync::mpsc;

use super::{Params, Queue, gone};
use crate::measure::Halt;

/// The producers' end.
pub(super) enum Sender<T> {
    Bounded(mpsc::Sender<T>),
    Unbounded(mpsc::UnboundedSender<T>),
}

/// The consumer's.
pub(super) enum Receiver<T> {
    Bounded(mpsc::Receiver<T>),
    Unbounded(mpsc::UnboundedReceiver<T>),
}

/// As the parameters have it.
pub(super) fn queue<T>(params: Params) -> (Sender<T>, Receiver<T>) {
    match params.queue {
        Queue::Bounded => {
            let (send, receive) = mpsc::channel(params.capacity);
            (Sender::Bounded(send), Receiver::Bounded(receive))
        }
        Queue::Unbounded => {
            let (send, receive) = mpsc::unbounded_channel();
            (Sender::Unbounded(send), Receiver::Unbounded(receive))
        }
    }
}

impl<T> Sender<T> {
    /// Whether it had to wait for a place.
    pub(super) async fn send(&self, message: T) -> Result<bool, Halt> {
        let sent = match self {
            // Looked at only to count the sends that find the queue full. (To try first would be a second send for each of them.)
            Self::Bounded(queue) => {
                let is_full = queue.capacity() == 0;
                queue.send(message).await.map(|()| is_full).ok()
            }
            Self::Unbounded(queue) => queue.send(message).map(|()| false).ok(),
        };
        sent.ok_or_else(gone)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Bounded(queue) => Self::Bounded(queue.clone()),
            Self::Unbounded(queue) => Self::Unbounded(queue.clone()),
        }
    }
}

impl<T> Receiver<T> {
    /// `None` when the last sender has been dropped and everything has been taken.
    pub(super) async fn recv(&mut self) -> Option<T> {
        match self {
            Self::Bounded(queue) => queue.recv().await,
            Self::Unbounded(queue) => queue.recv().await,
        }
    }
    /// How many messages wait.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Bounded(queue) => queue.len(),
            Self::Unbounded(queue) => queue.len(),
        }
    }
}
