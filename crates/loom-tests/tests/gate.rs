//! Both gates.

use std::sync::Arc;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use loom::thread::{self, JoinHandle};
use loom_tests::gate::{AsyncGate, Gate};
use loom_tests::{block_on, in_every_order, interrupted_at_most};

/// What both do.
trait Barrier: Send + Sync + 'static {
    fn new(units: usize) -> Arc<Self>;
    fn wait(&self);
    fn so_many_wait(&self, units: usize);
    fn all_wait(&self);
    fn open(&self);
}

impl Barrier for Gate {
    fn new(units: usize) -> Arc<Self> {
        Self::new(units)
    }

    fn wait(&self) {
        self.wait();
    }

    fn so_many_wait(&self, units: usize) {
        self.so_many_wait(units);
    }

    fn all_wait(&self) {
        self.all_wait();
    }

    fn open(&self) {
        self.open();
    }
}

impl Barrier for AsyncGate {
    fn new(units: usize) -> Arc<Self> {
        Self::new(units)
    }

    fn wait(&self) {
        block_on(self.wait());
    }

    fn so_many_wait(&self, units: usize) {
        block_on(self.so_many_wait(units));
    }

    fn all_wait(&self) {
        block_on(self.all_wait());
    }

    fn open(&self) {
        self.open();
    }
}

/// Relaxed on purpose: a thread that sees these sees them because of the gate.
struct Seen {
    came: AtomicUsize,
    opens: AtomicBool,
}

impl Seen {
    fn new() -> Arc<Self> {
        Arc::new(Self { came: AtomicUsize::new(0), opens: AtomicBool::new(false) })
    }
}

fn unit<B: Barrier>(gate: &Arc<B>, seen: &Arc<Seen>) -> JoinHandle<()> {
    let (gate, seen) = (Arc::clone(gate), Arc::clone(seen));
    thread::spawn(move || {
        seen.came.fetch_add(1, Relaxed);
        gate.wait();
        assert!(seen.opens.load(Relaxed), "a unit went before the gate opened");
    })
}

fn open<B: Barrier>(gate: &B, seen: &Seen, units: Vec<JoinHandle<()>>) {
    seen.opens.store(true, Relaxed);
    gate.open();
    units.into_iter().for_each(|unit| unit.join().unwrap());
}

/// As a cell does it.
fn all_wait_and_go<B: Barrier>(units: usize) {
    let (gate, seen) = (B::new(units), Seen::new());
    let threads = (0..units).map(|_| unit(&gate, &seen)).collect();
    gate.all_wait();
    assert_eq!(seen.came.load(Relaxed), units, "not all had come");
    open(&*gate, &seen, threads);
}

/// As `idle-memory` does it: a group is made when those before it wait.
fn groups_wait<B: Barrier>(groups: &[usize]) {
    let (gate, seen) = (B::new(groups.iter().sum()), Seen::new());
    let mut threads = Vec::new();
    for group in groups {
        threads.extend((0..*group).map(|_| unit(&gate, &seen)));
        gate.so_many_wait(threads.len());
        assert_eq!(seen.came.load(Relaxed), threads.len(), "not all of the group had come");
    }
    open(&*gate, &seen, threads);
}

/// The gate opens before, while and after they come.
fn some_come_late<B: Barrier>(units: usize) {
    let (gate, seen) = (B::new(units), Seen::new());
    let threads = (0..units).map(|_| unit(&gate, &seen)).collect();
    open(&*gate, &seen, threads);
}

/// As actors do it.
fn all_arrive(units: usize) {
    let (gate, seen) = (AsyncGate::new(units), Seen::new());
    for _ in 0..units {
        let (gate, seen) = (Arc::clone(&gate), Arc::clone(&seen));
        thread::spawn(move || {
            seen.came.fetch_add(1, Relaxed);
            gate.arrive();
        });
    }
    block_on(gate.all_wait());
    assert_eq!(seen.came.load(Relaxed), units, "not all had come");
}

#[test]
fn all_wait_returns_after_the_last_arrival_and_misses_it_in_no_order() {
    in_every_order(|| all_arrive(1));
    in_every_order(|| all_arrive(2));
    interrupted_at_most(3, || all_arrive(3));
}

#[test]
fn no_unit_goes_before_the_gate_opens_and_none_is_left_waiting() {
    in_every_order(|| all_wait_and_go::<Gate>(2));
    interrupted_at_most(2, || all_wait_and_go::<Gate>(3));
    in_every_order(|| all_wait_and_go::<AsyncGate>(1));
    interrupted_at_most(4, || all_wait_and_go::<AsyncGate>(2));
    interrupted_at_most(2, || all_wait_and_go::<AsyncGate>(3));
}

#[test]
fn groups_are_awaited_one_after_the_other() {
    in_every_order(|| groups_wait::<Gate>(&[1, 1]));
    interrupted_at_most(2, || groups_wait::<Gate>(&[1, 2]));
    interrupted_at_most(4, || groups_wait::<AsyncGate>(&[1, 1]));
    interrupted_at_most(2, || groups_wait::<AsyncGate>(&[1, 2]));
}

#[test]
fn a_unit_that_comes_when_the_gate_is_open_does_not_wait() {
    in_every_order(|| some_come_late::<Gate>(2));
    in_every_order(|| some_come_late::<AsyncGate>(2));
}
