//! `pipeline`: stages joined by bounded queues. Items go through all of them, one after the other.

mod actix_actors;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Halt, Measure, Sample, Sampler, Taken};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(2, 1_000, 4)
            .label("Stages")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that each item goes through."),
        items: u64 = count(1, 10_000_000, 20_000)
            .label("Items")
            .unit("items")
            .log()
            .of_work()
            .help("How many are put in at the first stage, as fast as it takes them."),
        capacity: usize = count(1, 10_000, 16)
            .label("Queue")
            .unit("items")
            .log()
            .help("Items that the queue before each stage holds; when it is full, the stage before waits."),
        work: u64 = count(0, 1_000_000, 100)
            .label("Work per stage")
            .unit("steps")
            .log()
            .help("Work of each stage on each item, in steps of a few nanoseconds."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "pipeline",
        source: (file!(), include_str!("mod.rs")),
        name: "Pipeline",
        summary: "Stages joined by bounded queues: who waits for whom",
        help: "A source puts items in as fast as the first stage's queue takes them. Each stage works on an item a little and \
               hands it on through a bounded queue; the last one works on it, and it is out. So there are as many queues as \
               stages, and one unit more, the source. The latency of an item is that of the whole way, waiting in the queues \
               included: a full queue is latency. Occupancy is how full a queue was when an item came to it. Actors, and tasks \
               that stay on their core, are all on one, which then does the work of all stages, unless neighbours are to be \
               spread. An actor that finds the next mailbox full cannot wait for a place alone: it waits until its item has \
               been handled. One item in 64 is timed, at random.",
        unit: noun("stage", "stages"),
        operation: noun("item", "items"),
        latency: "from an item's being put in, and waiting for its place, to its leaving the last stage; one in 64 is timed, at \
                  random",
        scope: &["a source that never pauses", "in memory"],
        headline: headline(OPS_PER_S, "{units} stages", "passed"),
        figures: vec![
            figure(
                "occupancy_first",
                "Occupancy, first",
                Unit::Share,
                "How full the first stage's queue was when an item came to it, on average.",
            ),
            figure(
                "occupancy_middle",
                "Occupancy, middle",
                Unit::Share,
                "How full the queue of the stage in the middle was when an item came to it, on average.",
            ),
            figure(
                "occupancy_last",
                "Occupancy, last",
                Unit::Share,
                "How full the last stage's queue was when an item came to it, on average.",
            ),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, obeys: "placement"),
            thread_pool => "all stages wait at the same time, and a thread of a pool waits for one only",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs", obeys: "placement"),
            actix_sync => "the threads of a SyncArbiter share one address: there is no next stage to send to",
            rayon_pool => "all stages wait at the same time, and Rayon's threads are for work that never waits",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs", obeys: "placement"),
            tokio_per_core => (per_core, "per_core.rs", obeys: "placement"),
            io_uring => (per_core, "per_core.rs", obeys: "placement"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { items: params.items.min(200), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.items,
        answer: |params, _, work| {
            let through = |first| (0..params.units).fold(first, |value, _| worked(params, value));
            let count = |first: u64| (work.operations() + DIFFERENT - 1 - first) / DIFFERENT;
            let firsts = 0..DIFFERENT.min(work.operations());
            firsts.fold(0, |sum: u64, first| sum.wrapping_add(through(first).wrapping_mul(count(first))))
        },
        figure_values: no_figures,
    }
}

/// Items begin with this many different values, so that the check need not do the whole work again.
const DIFFERENT: u64 = 16;

/// What goes through.
#[derive(Clone, Copy, Debug)]
struct Item {
    value: u64,
    timed: Option<Timed>,
}

/// Of an item that is timed: when it was put in, and how many had been taken out of the queue that it is in when it came to it.
#[derive(Clone, Copy, Debug)]
struct Timed {
    sample: Sample,
    taken: u64,
}

/// The items that the source puts in, one after the other, for as long as it is to put some in.
struct Items {
    sampler: Sampler,
    first: Taken,
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let number = self.sampler.another()?;
        let timed = self.sampler.begin().map(|sample| Timed { sample, taken: self.first.so_far() });
        Some(Item { value: number % DIFFERENT, timed })
    }
}

/// What a stage does with its items, the same in every model.
struct Work {
    params: Params,
    measure: Measure,
    taken: Taken,
    /// Of the next stage's queue.
    next: Taken,
    outcome: Outcome,
}

/// What came of a stage's work.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    /// What has come out, if it is the last stage.
    answer: u64,
    /// How many were in its queue, over the items that are timed.
    waiting: u64,
    timed: u64,
}

/// What the source puts in, and the work of each stage, from the first to the last.
fn works(params: Params, measure: &Measure) -> (Items, Vec<Work>) {
    // One for a queue behind the last stage, which is not there.
    let taken: Vec<Taken> = (0..=params.units).map(|_| Taken::default()).collect();
    let work = |stage: &[Taken]| Work {
        params,
        measure: measure.clone(),
        taken: stage[0].clone(),
        next: stage[1].clone(),
        outcome: Outcome::default(),
    };
    let items = Items { sampler: measure.sampler(0, params.items), first: taken[0].clone() };
    (items, taken.windows(2).map(work).collect())
}

impl Work {
    /// An item is taken out of the queue and worked on; it is to be handed on, or is out ([`Work::out`]).
    fn on(&mut self, mut item: Item) -> Item {
        let before = self.taken.one();
        item.value = worked(self.params, item.value);
        if let Some(timed) = &mut item.timed {
            self.outcome.waiting += before - timed.taken;
            self.outcome.timed += 1;
            timed.taken = self.next.so_far();
        }
        item
    }

    /// An item is through.
    #[track_caller]
    fn out(&mut self, item: Item) {
        self.outcome.answer = self.outcome.answer.wrapping_add(item.value);
        if let Some(Timed { sample, .. }) = item.timed {
            self.measure.sampled(sample);
        }
    }
}

/// The pure kernel: what a stage does to a value.
fn worked(params: Params, value: u64) -> u64 {
    (0..=params.work).fold(value, |state, _| mixed(state))
}

/// What the stages come to, in their order: the answer is the last one's.
fn answer_of(outcomes: &[Outcome]) -> u64 {
    outcomes.last().map_or(0, |outcome| outcome.answer)
}

/// With the occupancies.
fn with_figures(params: Params, done: Done, outcomes: &[Outcome]) -> Done {
    let share = |stage: usize| {
        let Outcome { waiting, timed, .. } = outcomes.get(stage).copied().unwrap_or_default();
        // A mailbox takes one more than its capacity: an ask that finds it full.
        (waiting as f64 / timed.max(1) as f64 / params.capacity as f64).min(1.0)
    };
    done.with("occupancy_first", share(0))
        .with("occupancy_middle", share(params.units / 2))
        .with("occupancy_last", share(params.units - 1))
}

fn gone() -> Halt {
    Halt::Failed("a stage is gone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occupancy_is_that_of_the_queue_that_an_item_comes_to() {
        let params = Params { units: 2, items: 10_000, capacity: 10, work: 0 };
        let measure = Measure::new(2, 1, 42);
        let running = measure.start();
        let (mut items, mut works) = works(params, &measure);
        // Ten at a time come to the first queue, and so find from none to nine in it; each goes through the second at once.
        loop {
            let ten: Vec<Item> = items.by_ref().take(10).collect();
            if ten.is_empty() {
                break;
            }
            for item in ten {
                let item = works[0].on(item);
                let item = works[1].on(item);
                works[1].out(item);
            }
        }
        drop(items);
        let outcomes = [works[0].outcome, works[1].outcome];
        let done = with_figures(params, running.stop(answer_of(&outcomes)), &outcomes);
        let (first, last) = (done.extra.get("occupancy_first").unwrap(), done.extra.get("occupancy_last").unwrap());
        // The mean of those ten is 0.45; of so many samples it is within some hundredths.
        assert!((0.35..0.55).contains(&first), "{first}");
        assert!(last == 0.0 && done.operations == 10_000, "{last}");
        let expected = (workload().answer)(params, 0, &crate::measure::Work::fixed(10_000));
        assert_eq!(done.answer, expected);
    }
}
