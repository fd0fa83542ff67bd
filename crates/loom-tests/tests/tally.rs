//! The tally.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use loom::thread;
use loom_tests::tally::{Share, Tally};
use loom_tests::{Halt, block_on, in_every_order, interrupted_at_most};

/// What a unit does with its share.
type Unit = fn(Share);

fn reports(mut share: Share) {
    share.report(1);
}

fn reports_twice(mut share: Share) {
    share.report(1);
    share.report(100);
}

fn is_lost(share: Share) {
    drop(share);
}

/// The sum of all, and how many have ended by then as far as can be seen. That count is relaxed on purpose, as a recorder's
/// are: a thread that sees it sees it because of the tally.
fn all(units: &[Unit]) -> (Result<u64, Halt>, usize) {
    let (tally, ended) = (Tally::new(units.len()), Arc::new(AtomicUsize::new(0)));
    for unit in units {
        let (unit, share, ended) = (*unit, tally.share(), Arc::clone(&ended));
        thread::spawn(move || {
            ended.fetch_add(1, Relaxed);
            unit(share);
        });
    }
    (block_on(tally.all()), ended.load(Relaxed))
}

fn all_is_the_sum(units: &[Unit]) {
    assert_eq!(all(units), (Ok(units.len() as u64), units.len()));
}

fn all_is_an_error(units: &[Unit]) {
    assert!(matches!(all(units), (Err(Halt::Failed(_)), _)));
}

#[test]
fn all_returns_the_sum_and_what_was_recorded_when_the_last_has_reported() {
    in_every_order(|| all_is_the_sum(&[reports, reports]));
    interrupted_at_most(3, || all_is_the_sum(&[reports, reports, reports]));
}

#[test]
fn a_lost_unit_is_an_error_and_never_a_hang() {
    in_every_order(|| all_is_an_error(&[is_lost]));
    in_every_order(|| all_is_an_error(&[is_lost, reports]));
    in_every_order(|| all_is_an_error(&[is_lost, is_lost]));
    interrupted_at_most(3, || all_is_an_error(&[is_lost, reports, reports]));
}

#[test]
fn a_second_report_changes_nothing() {
    in_every_order(|| all_is_the_sum(&[reports_twice, reports]));
    interrupted_at_most(3, || all_is_the_sum(&[reports_twice, reports, reports]));
}
