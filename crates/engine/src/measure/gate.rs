//! The start barrier: units arrive and wait, the clock is read, all are let go at once.
//!
//! `std::sync::Barrier` would not do: the one that reads the clock must know that all others wait already, and read it before
//! they go.

use std::sync::{Arc, PoisonError};

use super::sync::{AtomicUsize, Condvar, Door, Mutex, MutexGuard, Notify, Ordering, Semaphore};

/// For units that block their thread.
#[derive(Debug)]
pub struct Gate {
    units: usize,
    state: Mutex<State>,
    arrived: Condvar,
    door: Door,
}

#[derive(Debug, Default)]
struct State {
    waiting: usize,
    /// How many arrivals are waited for.
    awaited: usize,
}

impl Gate {
    /// For this many units.
    #[must_use]
    pub fn new(units: usize) -> Arc<Self> {
        Arc::new(Self { units, state: Mutex::default(), arrived: Condvar::new(), door: Door::default() })
    }

    /// A unit is ready, and will be told in its own way when to go.
    pub fn arrive(&self) {
        let mut state = self.state();
        state.waiting += 1;
        if state.waiting == state.awaited {
            self.arrived.notify_one();
        }
    }

    /// A unit is ready: waits until the gate opens.
    pub fn wait(&self) {
        self.arrive();
        self.door.wait();
    }

    /// Waits until every unit waits.
    pub fn all_wait(&self) {
        self.so_many_wait(self.units);
    }

    /// Waits until this many units wait.
    pub fn so_many_wait(&self, units: usize) {
        let mut state = self.state();
        state.awaited = units;
        drop(self.arrived.wait_while(state, |state| state.waiting < units));
    }

    /// Lets them go.
    pub fn open(&self) {
        self.door.open();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For units that give way with `.await`.
#[derive(Debug)]
pub struct AsyncGate {
    units: usize,
    waiting: AtomicUsize,
    /// How many arrivals are waited for.
    awaited: AtomicUsize,
    arrived: Notify,
    /// Nobody ever gets a permit of it: it is opened by being closed, which wakes everyone who waits, then and later.
    closed_when_open: Semaphore,
}

impl AsyncGate {
    /// For this many units.
    #[must_use]
    pub fn new(units: usize) -> Arc<Self> {
        let (waiting, awaited, arrived) = (AtomicUsize::new(0), AtomicUsize::new(0), Notify::new());
        Arc::new(Self { units, waiting, awaited, arrived, closed_when_open: Semaphore::new(0) })
    }

    /// A unit is ready: waits until the gate opens.
    pub async fn wait(&self) {
        self.arrive();
        drop(self.closed_when_open.acquire().await);
    }

    /// A unit is ready, and will be told in its own way when to go.
    pub fn arrive(&self) {
        // In one order for all: either this sees what is awaited, or the one that awaits sees this arrival.
        if self.waiting.fetch_add(1, Ordering::SeqCst) + 1 == self.awaited.load(Ordering::SeqCst) {
            self.arrived.notify_one();
        }
    }

    /// Waits until every unit waits.
    pub async fn all_wait(&self) {
        self.so_many_wait(self.units).await;
    }

    /// Waits until this many units wait.
    pub async fn so_many_wait(&self, units: usize) {
        self.awaited.store(units, Ordering::SeqCst);
        while self.waiting.load(Ordering::SeqCst) < units {
            self.arrived.notified().await;
        }
    }

    /// Lets them go.
    pub fn open(&self) {
        self.closed_when_open.close();
    }
}
