//! `yield`: units that do nothing but give way to each other. What is left is the cost of a switch.

mod actix_actors;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::Done;
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, all_at_once, cost, figure, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000_000, 8)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that give way to each other; one alone gives way to nobody."),
        yields: u64 = count(1, 10_000_000, 50_000)
            .label("Times each")
            .unit("yields")
            .log()
            .of_work()
            .help("How often each of them gives way."),
        how: How = choice(How::OPTIONS)
            .label("Gives way by")
            .help("The runtime's own yield_now, or a future that wakes itself, so that its task is put back into the queue at \
                   once: that is the same in every runtime, and all that smol and compio have. A thread has sched_yield alone."),
    }
}

choices! {
    /// What a task gives way with.
    pub(super) enum How { Runtime = "runtime" / "the runtime's own", Itself = "self" / "waking itself" }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "yield",
        source: (file!(), include_str!("mod.rs")),
        name: "Yield",
        summary: "Units that only give way to each other: what a switch costs",
        help: "Each unit gives way and goes on when its turn comes again. What that is differs. A thread asks the kernel \
               (sched_yield), which may well decide to go on with it: the cost of a switch is for those that happened, and \
               their share is shown. A task on smol or compio goes to the end of the queue. A task on Tokio, one on Actix's \
               arbiters, and an actor that awaits Tokio's yield_now, is put aside until its worker has run out of ready tasks \
               and has polled the driver for sockets and timers: with few units much of the cost is that poll, which the \
               self-waking way does not have. A yield is too short for a clock reading of its own: one in 64 is timed, at \
               random.",
        unit: noun("unit", "units"),
        operation: noun("yield", "yields"),
        latency: "from giving way to going on, the others' turns included; one in 64 is timed, at random",
        scope: &["closed loop", "in memory"],
        headline: headline("switch_ns", "{units} units giving way ({how})", "made"),
        figures: vec![
            cost(
                "switch_ns",
                "Cost of a switch",
                Unit::Nanoseconds,
                "CPU time of the measured part, in user mode and in the kernel, divided by the switches: of threads those that \
                 the kernel made, of tasks and actors all yields.",
            ),
            figure("yield_ns", "Cost of a yield", Unit::Nanoseconds, "The same CPU time, divided by all yields."),
            figure(
                "switched_share",
                "Yields that switched",
                Unit::Share,
                "Of a thread's yields, those that the kernel answered by running another thread. A task or an actor goes back \
                 to its scheduler each time.",
            ),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a job of a pool does not give way to the jobs behind it: it goes on until it has ended",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a handler of a SyncArbiter does not give way: it goes on until it has ended",
            rayon_pool => "a job that gives way in Rayon runs others on top of its own stack, and goes on when those have ended",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => "an actor by hand gives way as any task does, while it waits for its next message: see tokio",
        },
        warm_up: |params| Params { yields: 100, ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.yields,
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}

/// With the costs, where every yield was a switch: a task always goes back to its scheduler.
fn with_figures(done: Done) -> Done {
    done.with_cpu_per_operation("yield_ns").with_cpu_per_operation("switch_ns").with("switched_share", 1.0)
}

/// With the costs, where the kernel decided; of no switch at all there is no cost.
fn with_figures_of_threads(done: Done) -> Done {
    let done = done.with_cpu_per_operation("yield_ns");
    // The kernel counts one that follows from `sched_yield` as involuntary: the thread could have gone on. Threads that wait at
    // the end, and those of others that come between, are in the sum too, so it may exceed the yields.
    let kinds = ["measured.voluntary_switches", "measured.involuntary_switches"];
    let switches: f64 = kinds.iter().filter_map(|kind| done.figures.get(kind)).sum();
    let yields = done.operations.max(1) as f64;
    let share = (switches / yields).min(1.0);
    match done.extra.get("yield_ns") {
        Some(cost) if share > 0.0 => done.with("switch_ns", cost / share).with("switched_share", share),
        _ => done.with("switched_share", share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;

    #[test]
    fn a_thread_s_yields_that_did_not_switch_are_not_counted_as_switches() {
        let measure = Measure::new(1, 1, 0);
        let running = measure.start();
        let mut lap = measure.sampled_lap(0, 1_000);
        while lap.another().is_some() {
            lap.done();
        }
        drop(lap);
        let mut done = running.stop(0);
        for (key, value) in [("measured.user_ns", 3e6), ("measured.system_ns", 1e6)] {
            done.figures.set(key, value);
        }
        let costs = |voluntary: f64, involuntary: f64| {
            let mut done = done.clone();
            done.figures.set("measured.voluntary_switches", voluntary);
            done.figures.set("measured.involuntary_switches", involuntary);
            let done = with_figures_of_threads(done);
            ["yield_ns", "switch_ns", "switched_share"].map(|key| done.extra.get(key))
        };
        assert_eq!(costs(50.0, 200.0), [Some(4_000.0), Some(16_000.0), Some(0.25)]);
        assert_eq!(costs(500.0, 1_500.0), [Some(4_000.0), Some(4_000.0), Some(1.0)]);
        assert_eq!(costs(0.0, 0.0), [Some(4_000.0), None, Some(0.0)]);
    }
}
