//! `listings`: the three listings of the article that this project grew from, "Exploring the Asynchronous Execution Models in
//! Rust", run as listings. What is told is what they printed, in the order in which it came; no speed is claimed of two units.
//!
//! Each is a program of its own, which starts its runtime and waits for its units itself. One thing in it is not std's:
//! `println!`, whose line goes to the trial, because a child's stdout is the way back to its parent.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cells;
use crate::measure::{Halt, Measure, Passes};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, all_at_once, mixed, no_figures, noun, orders};

/// What the listings below mean by it.
macro_rules! println {
    ($($line:tt)*) => { $crate::workloads::listings::print(format!($($line)*)) };
}

mod actix_actors;
mod threads;
mod tokio_tasks;

parameters! {
    /// What every listing is given.
    pub(super) struct Params {
        units: usize = count(1, 8, 2)
            .label("Units")
            .unit("units")
            .help("Threads, tasks or actors that print."),
        lines: u64 = count(1, 20, 5)
            .label("Lines each")
            .unit("lines")
            .help("How many lines each of them prints."),
        pause_ms: u64 = count(0, 100, 1)
            .label("Pause")
            .unit("ms")
            .help("How long a thread or a task sleeps after each of its lines, and the sender of messages after one to each actor."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "listings",
        name: "The article's listings",
        summary: "Units that print a few lines each: in which order the lines come",
        help: "The listings of the article \"Exploring the Asynchronous Execution Models in Rust\", run as they are, but that \
               their numbers are parameters and what they print is kept. Two threads and two tasks print and sleep in turns; an \
               actor prints when a message comes. Each repetition is a program from its start to its end. What is told is in \
               how many different orders the lines came. An order that did not come may come yet. No speed is claimed: it is a \
               few lines and a few sleeps. Each listing starts its runtime itself, Tokio's with a worker for each core, \
               Actix's on one thread: Workers decides nothing.",
        unit: noun("unit", "units"),
        operation: noun("line", "lines"),
        latency: "from the start of the listing to its line",
        scope: &["a listing from its start to its end"],
        headline: orders("{units} units that print {lines} lines each"),
        figures: Vec::new(),
        source: (file!(), include_str!("mod.rs")),
        cells: cells! {
            threads => (|passes| keep(passes, threads::run), "threads.rs", launched: false, threads: 1),
            thread_pool => "the article has no listing of it",
            tokio_tasks => (|passes| keep(passes, tokio_tasks::run), "tokio_tasks.rs", launched: false),
            tokio_current_thread => "the article has no listing of it",
            actix_actors => (|passes| keep(passes, actix_actors::run), "actix_actors.rs", launched: false),
            actix_sync => "the article has no listing of it",
            rayon_pool => "the article has no listing of it",
            smol_tasks => "the article has no listing of it",
            actix_rt => "the article has no listing of it",
            tokio_per_core => "the article has no listing of it",
            io_uring => "the article has no listing of it",
            tokio_actors => "the article has no listing of it",
        },
        warm_up: |params| Params { lines: 1, ..params },
        by_time: false,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.lines,
        answer: |params, _, _| {
            let of_unit = |unit| (1..=params.lines).map(move |line| format!("unit {unit}: line {line}"));
            answer((1..=params.units).flat_map(of_unit))
        },
        figure_values: no_figures,
    }
}

/// The same for the same lines in any order, each as often.
fn answer(lines: impl IntoIterator<Item = impl AsRef<str>>) -> u64 {
    let number = |line: &str| line.bytes().fold(0, |number, byte| mixed(number ^ u64::from(byte)));
    lines.into_iter().fold(0, |sum: u64, line| sum.wrapping_add(number(line.as_ref())))
}

/// What takes the lines of the listing that runs. A process has one stdout, and this stands for it.
static OUTPUT: Mutex<Option<Output>> = Mutex::new(None);

struct Output {
    measure: Measure,
    lines: Vec<String>,
}

/// Takes a line, and when it came. Like std's stdout it is behind a lock: the lines are in the order in which the lock was taken.
/// In lanes it is the listing's `println!` that told of it.
#[track_caller]
fn print(line: String) {
    // Of a listing that left a unit behind, `None`: the line is missing, and the answer is wrong.
    if let Some(output) = &mut *lock(&OUTPUT) {
        output.measure.record_since(output.measure.began());
        output.lines.push(line);
    }
}

/// Runs a listing, and keeps what it prints.
fn keep(passes: &mut Passes<'_, Params>, listing: fn(Params)) -> Result<(), Halt> {
    // For tests, which run several in one process.
    static TURN: Mutex<()> = Mutex::new(());
    passes.run(|params, measure| {
        let _turn = lock(&TURN);
        let lines = Vec::with_capacity(params.units * params.lines as usize);
        *lock(&OUTPUT) = Some(Output { measure: measure.clone(), lines });
        let running = measure.start();
        listing(params);
        let mut done = running.stop(0);
        done.printed = lock(&OUTPUT).take().map(|output| output.lines).unwrap_or_default();
        done.answer = answer(&done.printed);
        Ok(done)
    })
}

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn lines_in_any_order_are_the_right_answer_and_a_line_too_few_or_too_many_is_not() {
        let right = answer(["unit 1: line 1", "unit 2: line 1"]);
        assert_eq!(answer(["unit 2: line 1", "unit 1: line 1"]), right);
        for wrong in [&["unit 1: line 1"][..], &["unit 1: line 1"; 2], &["unit 1: line 1", "unit 2: line 1", "unit 2: line 1"]] {
            assert_ne!(answer(wrong), right, "{wrong:?}");
        }
    }
}
