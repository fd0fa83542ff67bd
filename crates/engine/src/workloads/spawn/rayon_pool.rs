//! A job of a scope per unit: a box on the heap, and a place in the queue of the thread that spawns it, from where others steal
//! it.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::{ThreadPool, scope, scope_fifo};

use super::{Params, result};
use crate::measure::{Done, Halt, Measure, Sample, Sampler};
use crate::models::rayon_pool::Order;

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let answer = AtomicU64::new(0);
    let order: Order = measure.setting();
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    // On a thread of the pool from here on: to spawn and to join wakes no thread outside it.
    pool.install(|| {
        while rounds.another().is_some() {
            params.groups().for_each(|group| group_of(group, order, measure, &mut sampler, &answer));
        }
    });
    drop(sampler);
    Ok(running.stop(answer.into_inner()))
}

// region: join
/// The scope ends when all its jobs have: that is the join, and it is why a job may borrow `answer`.
fn group_of(group: Range<usize>, order: Order, measure: &Measure, sampler: &mut Sampler, answer: &AtomicU64) {
    // endregion
    let seed = measure.seed();
    // region: work
    // A job of a scope returns nothing, so it adds to a number that all share. Relaxed will do: the end of the scope comes after
    // every addition.
    let job = move |unit| {
        answer.fetch_add(result(seed, unit), Ordering::Relaxed);
    };
    // endregion
    let timed = move |unit, sample: Sample| {
        measure.sampled(sample);
        job(unit);
    };
    // A job that is timed is a larger one; the others carry nothing for that.
    // region: make
    match order {
        Order::Lifo => scope(|scope| {
            for unit in group {
                match sampler.begin() {
                    None => scope.spawn(move |_| job(unit)),
                    Some(sample) => scope.spawn(move |_| timed(unit, sample)),
                }
            }
        }),
        Order::Fifo => scope_fifo(|scope| {
            for unit in group {
                match sampler.begin() {
                    None => scope.spawn_fifo(move |_| job(unit)),
                    Some(sample) => scope.spawn_fifo(move |_| timed(unit, sample)),
                }
            }
        }),
    }
    // endregion
}
