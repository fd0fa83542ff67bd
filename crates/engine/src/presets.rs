//! Ready-made experiments to start from.

use protocol::Value;
use protocol::catalog::{Preset, PresetGroup};

use crate::models;

const ALL_THREE: [&str; 3] = [models::threads::ID, models::tokio_tasks::ID, models::actix_actors::ID];

/// Every preset; the first is what a first visit shows, and the first of each group what is in view without asking.
pub(crate) fn all() -> Vec<Preset> {
    use PresetGroup::{Decide, Odd, Teach};
    let mut articles = preset(
        Teach,
        "In which order do the article's listings print?",
        "The listings of the article \"Exploring the Asynchronous Execution Models in Rust\": two threads, two tasks, two actors \
         that print, each run twenty times, and in which orders the lines came. Those of threads and Tokio run as printed. The \
         one of Actix did not, and what had to be mended says something about actors: a message must say what its answer is \
         (`#[derive(Message)]` with its `rtype`); an actor can only be started inside a running system; and a system runs until \
         somebody stops it.",
        "listings",
        &[("units", 2), ("repetitions", 20)],
    );
    // As a program is run: nothing of it has been done before.
    articles.set.insert("start".to_owned(), Value::from("cold"));
    let mut curve = preset(
        Decide,
        "How many threads are too many to start?",
        "From one unit to ten thousand: what making them costs as their number grows, and where one model overtakes another.",
        "spawn",
        // Three pairs at five values: of nine repetitions no result is rare enough.
        &[("measure_ms", 50), ("repetitions", 10)],
    );
    curve.set.insert("units".to_owned(), Value::from("1..10000 log 5"));
    vec![
        preset(
            Decide,
            "Do 1,000 connections need async?",
            "A service under a thousand busy connections: the same requests and answers over real sockets, in three models.",
            "tcp-echo",
            // As many as fit into 20 s on two cores.
            &[("units", 1_000), ("repetitions", 10)],
        ),
        articles,
        preset(
            Decide,
            "What happens at 9,000 connections?",
            "9,000 connections need 18,000 threads, and most machines allow a process fewer: threads are then refused, and say \
             why; the others go on.",
            "tcp-echo",
            &[("units", 9_000), ("repetitions", 6)],
        ),
        preset(
            Odd,
            "Can a million sleep at once?",
            "A million units that only wait. Tasks and actors can; threads are refused long before.",
            "wait",
            &[("units", 1_000_000), ("wait_ms", 1_000), ("repetitions", 6)],
        ),
        preset(
            Teach,
            "What does waking another cost?",
            "One pair that passes a number to and fro: a thread sleeps in the kernel between two turns, a task does not.",
            "ping-pong",
            &[("units", 2)],
        ),
        preset(
            Teach,
            "Can async compute faster?",
            "Work that never waits: no model can do more than the cores allow.",
            "cpu-hash",
            &[("units", 8)],
        ),
        preset(
            Decide,
            "When does a lock beat an actor?",
            "One number that everybody adds to, behind a mutex in every model. Set \u{201c}Kept apart by\u{201d} to an owner, \
             and in every model one thread, task or actor owns the number and is asked to add; or to an atomic number. Compare \
             models within one of the three: between two of them it is the technique that differs.",
            "shared-counter",
            &[],
        ),
        preset(
            Odd,
            "What would your own program do?",
            "Seven steps, one of each kind. Take some out, put others in: every kind has times of its own, so has a round of \
             all, and one that blocks shows in those of the others.",
            "program",
            &[],
        ),
        curve,
        preset(
            Teach,
            "What does one blocking call break?",
            "A heartbeat is due every 5 ms, beside four units that call something that blocks for 50 ms: what shares a thread \
             with them waits. Set \u{201c}The call is run\u{201d} to moved aside, and it is on time again.",
            "blocking",
            &[],
        ),
        preset(
            Odd,
            "When does cancelled work really stop?",
            "A hundred units compute without end, and are told to stop. A task is dropped at its next await, a thread has to \
             look at a flag: what is done until then is done in vain.",
            "cancel",
            &[],
        ),
        preset(
            Odd,
            "What does a panic take with it?",
            "Half of the units die half-way, and others do what they left. What differs is who is told, what is lost, and how \
             soon another goes on.",
            "fault",
            &[],
        ),
        program(
            "A web request with a database call",
            "Each of a thousand requests is read, asks a database, which answers after 5 ms, and writes its page. All that a unit \
             does between two waits is 120 µs of computing.",
            1_000,
            "compute 40, lock, wait 5, compute 80, send",
            "lock",
        ),
        program(
            "A chat room",
            "Three hundred people, each of whom says something every few milliseconds; what is said goes to all through one who \
             owns the room, and the history is behind a lock.",
            300,
            "wait 4, repeat 3 { send, yield }, lock",
            "owner",
        ),
        program(
            "An image pipeline",
            "Each image is read, decoded, made into three sizes at once, and counted. Computing never waits, so no model can be \
             faster than the cores are; what differs is what it costs to do three things at once.",
            8,
            "read, compute 300, in parallel { compute 200, compute 100, compute 50 }, lock",
            "atomic",
        ),
        program(
            "A rate-limited API",
            "Two hundred clients ask at most every 10 ms. Each call takes a token from one limiter that all share, asks two \
             services at once and waits for the slower one.",
            200,
            "wait 10, lock, in parallel { repeat 1 { wait 2, compute 30 }, repeat 1 { wait 1, send } }, compute 20",
            "owner",
        ),
    ]
}

/// On the models of the article.
fn preset(group: PresetGroup, name: &str, note: &str, workload: &str, set: &[(&str, u64)]) -> Preset {
    Preset {
        name: name.to_owned(),
        group,
        note: note.to_owned(),
        workload: workload.to_owned(),
        models: ALL_THREE.map(str::to_owned).to_vec(),
        set: set.iter().map(|(name, value)| ((*name).to_owned(), Value::Integer(*value))).collect(),
    }
}

/// A program on the models of the article.
fn program(name: &str, note: &str, units: u64, program: &str, lock_by: &str) -> Preset {
    let mut preset = preset(PresetGroup::Decide, name, note, "program", &[("units", units)]);
    preset.set.insert("program".to_owned(), Value::from(program));
    preset.set.insert("lock_by".to_owned(), Value::from(lock_by));
    preset
}
