//! Stands for the engine's `measure/sync.rs`: loom's types, and on top of them what loom does not have. Tokio's do what their
//! documentation says, and wake nobody more often than that. What a thread did before it notifies or closes is seen by whom it
//! wakes: that is in Tokio's source only (`Notify::notify_with_strategy`, `batch_semaphore`).

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::PoisonError;

use loom::sync::atomic::fence;
use loom::thread_local;

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};
pub(crate) use loom::sync::{Mutex, MutexGuard};

thread_local! {
    /// Whether this thread's last sequentially consistent operation was one that writes.
    static WROTE: Cell<bool> = Cell::new(false);
}

/// Loom takes sequentially consistent operations for no more than acquire and release, and would report orders that cannot be.
/// Its fences of that kind are exact, so there is one between such a write and such a read of a thread, and none if either is
/// weaker.
#[derive(Debug)]
pub(crate) struct AtomicUsize(loom::sync::atomic::AtomicUsize);

impl AtomicUsize {
    pub(crate) fn new(value: usize) -> Self {
        Self(loom::sync::atomic::AtomicUsize::new(value))
    }

    pub(crate) fn load(&self, ordering: Ordering) -> usize {
        before_read(ordering);
        self.0.load(ordering)
    }

    pub(crate) fn store(&self, value: usize, ordering: Ordering) {
        self.0.store(value, ordering);
        after_write(ordering);
    }

    pub(crate) fn fetch_add(&self, value: usize, ordering: Ordering) -> usize {
        before_read(ordering);
        let before = self.0.fetch_add(value, ordering);
        after_write(ordering);
        before
    }

    pub(crate) fn fetch_sub(&self, value: usize, ordering: Ordering) -> usize {
        before_read(ordering);
        let before = self.0.fetch_sub(value, ordering);
        after_write(ordering);
        before
    }
}

fn before_read(ordering: Ordering) {
    if ordering == Ordering::SeqCst && WROTE.with(|wrote| wrote.replace(false)) {
        fence(Ordering::SeqCst);
    }
}

fn after_write(ordering: Ordering) {
    if ordering == Ordering::SeqCst {
        WROTE.with(|wrote| wrote.set(true));
    }
}

/// Loom's, with `wait_while`.
#[derive(Debug)]
pub(crate) struct Condvar(loom::sync::Condvar);

impl Condvar {
    pub(crate) fn new() -> Self {
        Self(loom::sync::Condvar::new())
    }

    #[track_caller]
    pub(crate) fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        condition: impl Fn(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while condition(&mut guard) {
            guard = self.0.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        guard
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// The engine's, with a condition variable in place of the word that its threads sleep on.
#[derive(Debug)]
pub(crate) struct Door {
    open: Mutex<bool>,
    opening: Condvar,
}

impl Default for Door {
    fn default() -> Self {
        Self { open: Mutex::new(false), opening: Condvar::new() }
    }
}

impl Door {
    #[track_caller]
    pub(crate) fn wait(&self) {
        drop(self.opening.wait_while(lock(&self.open), |open| !*open));
    }

    pub(crate) fn open(&self) {
        *lock(&self.open) = true;
        self.opening.notify_all();
    }
}

/// Tokio's, with one permit however often it was notified. Who awaits it blocks its thread: to those it waits for that is the
/// same.
#[derive(Debug)]
pub(crate) struct Notify {
    permit: Mutex<bool>,
    notified: Condvar,
}

impl Notify {
    pub(crate) fn new() -> Self {
        Self { permit: Mutex::new(false), notified: Condvar::new() }
    }

    pub(crate) fn notify_one(&self) {
        *lock(&self.permit) = true;
        self.notified.notify_one();
    }

    pub(crate) async fn notified(&self) {
        *self.notified.wait_while(lock(&self.permit), |permit| !*permit) = false;
    }
}

/// Tokio's, without permits: `acquire` ends when it is closed, and at once if it is. It blocks its thread too.
#[derive(Debug)]
pub(crate) struct Semaphore {
    closed: Mutex<bool>,
    closing: Condvar,
}

/// The semaphore is closed.
#[derive(Debug)]
pub(crate) struct Closed;

impl Semaphore {
    pub(crate) fn new(permits: usize) -> Self {
        assert_eq!(permits, 0, "nobody is ever to get a permit");
        Self { closed: Mutex::new(false), closing: Condvar::new() }
    }

    pub(crate) fn close(&self) {
        *lock(&self.closed) = true;
        self.closing.notify_all();
    }

    pub(crate) async fn acquire(&self) -> Result<Infallible, Closed> {
        drop(self.closing.wait_while(lock(&self.closed), |closed| !*closed));
        Err(Closed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
