//! Ready-made experiments to start from.

use protocol::Value;
use protocol::catalog::Preset;

use crate::models;

const ALL_THREE: [&str; 3] = [models::threads::ID, models::tokio_tasks::ID, models::actix_actors::ID];

/// Every preset; the first is what a first visit shows.
pub(crate) fn all() -> Vec<Preset> {
    let mut articles = preset(
        "The article's examples",
        "The listings of the article \"Exploring the Asynchronous Execution Models in Rust\": two threads, two tasks, two actors \
         that print, each run twenty times, and in which orders the lines came. Those of threads and Tokio run as printed. The \
         one of Actix did not, and what had to be mended says something about actors: a message must say what its answer is \
         (`#[derive(Message)]` with its `rtype`); an actor can only be started inside a running system; and a system runs until \
         somebody stops it.",
        "listings",
        &ALL_THREE,
        &[("units", 2), ("repetitions", 20)],
    );
    // As a program is run: nothing of it has been done before.
    articles.set.insert("start".to_owned(), Value::from("cold"));
    let mut curve = preset(
        "A scaling curve",
        "From one unit to ten thousand: what making them costs as their number grows, and where one model overtakes another.",
        "spawn",
        &ALL_THREE,
        // Three pairs at five values: of nine repetitions no result is rare enough.
        &[("measure_ms", 50), ("repetitions", 10)],
    );
    curve.set.insert("units".to_owned(), Value::from("1..10000 log 5"));
    vec![
        preset(
            "1,000 echo connections",
            "A service under a thousand busy connections: the same requests and answers over real sockets, in three models.",
            "tcp-echo",
            &ALL_THREE,
            // As many as fit into 20 s on two cores.
            &[("units", 1_000), ("repetitions", 10)],
        ),
        articles,
        preset(
            "9,000 connections",
            "Two threads per connection are more than a process may have here: threads are refused, and say why; the others go \
             on.",
            "tcp-echo",
            &ALL_THREE,
            &[("units", 9_000), ("repetitions", 6)],
        ),
        preset(
            "A million sleepers",
            "A million units that only wait. Tasks and actors can; threads are refused long before.",
            "wait",
            &ALL_THREE,
            &[("units", 1_000_000), ("wait_ms", 1_000), ("repetitions", 6)],
        ),
        preset(
            "Ping-pong",
            "One pair that passes a number to and fro: a thread sleeps in the kernel between two turns, a task does not.",
            "ping-pong",
            &ALL_THREE,
            &[("units", 2)],
        ),
        preset(
            "Hashing",
            "Work that never waits: no model can do more than the cores allow.",
            "cpu-hash",
            &ALL_THREE,
            &[("units", 8)],
        ),
        preset(
            "Lock or owner",
            "One number that everybody adds to, behind a mutex in every model. Set \u{201c}Kept apart by\u{201d} to an owner, \
             and in every model one thread, task or actor owns the number and is asked to add; or to an atomic number. Compare \
             models within one of the three: between two of them it is the technique that differs.",
            "shared-counter",
            &ALL_THREE,
            &[],
        ),
        preset(
            "A program of your own",
            "Seven steps, one of each kind. Take some out, put others in: every kind has times of its own, so has a round of \
             all, and one that blocks shows in those of the others.",
            "program",
            &ALL_THREE,
            &[],
        ),
        curve,
    ]
}

fn preset(name: &str, note: &str, workload: &str, models: &[&str], set: &[(&str, u64)]) -> Preset {
    Preset {
        name: name.to_owned(),
        note: note.to_owned(),
        workload: workload.to_owned(),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        set: set.iter().map(|(name, value)| ((*name).to_owned(), Value::Integer(*value))).collect(),
    }
}
