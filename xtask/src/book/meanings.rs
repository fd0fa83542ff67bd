//! What each workload's result means for whoever chooses a model: a line each, written by hand after the run was looked at.

const MEANINGS: &[(&str, &str)] = &[
    (
        "blocking",
        "One blocking call on a worker stops every task of that worker; what helps is a thread for it, not another runtime.",
    ),
    ("cancel", "A task is given up by dropping it; a thread has to ask whether it should go on, and ends when it next asks."),
    ("churn", "What comes and goes costs what making and ending it costs: compare with `spawn` before blaming the network."),
    (
        "cpu-hash",
        "Where there is only computing, the cores are the limit and the model hardly matters: choose by something else.",
    ),
    ("fan-in", "Many senders to one receiver measure the queue and the waking of its one reader."),
    ("fault", "What a failed unit costs the others, and who starts it again, is a property of the model, not of your code."),
    ("file-read", "Reading a file blocks a thread in every model but io_uring; a runtime only moves it to a thread of its own."),
    ("fork-join", "Small pieces of one computation are what work stealing was made for."),
    ("http", "With a whole server behind it, the model is one part of what a request costs."),
    ("idle-memory", "What waits costs memory and nothing else: here models differ by what a unit keeps while it does nothing."),
    (
        "listings",
        "The article's own examples: the order of their lines is the scheduler's, and no ratio of two units means anything.",
    ),
    ("open-loop", "Who sends on schedule sees the waiting that a closed loop hides: look at the tail, not at the rate."),
    ("ping-pong", "Waking somebody is what this measures: a wake on another core costs many times one on the same core."),
    ("pipeline", "Each stage is a hand-over: what a message costs on its way counts more than what is done with it."),
    ("program", "A program of your own steps, so that the question is yours."),
    ("ring", "One message at a time: nothing can be done at once, and only the hand-over is measured."),
    (
        "shared-counter",
        "Where all units take one lock, the lock decides and not the model; `how` gives the number to an owner, or makes it atomic.",
    ),
    ("spawn", "A task costs a fraction of a thread to make; it matters if you make many and each does little."),
    ("tcp-echo", "At this many connections, with little work each, it is the waking of units that is compared."),
    ("timeout", "A timer that is set and taken back for every operation is a cost of its own."),
    ("wait", "Waiting in large numbers is what tasks are for; at small numbers it is the timer's precision that differs."),
    ("yield", "What it costs to step aside and come back: a function call in one model, a trip through the kernel in another."),
];

/// What this workload's result means; `None` if nobody has said so yet.
pub(super) fn of(workload: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|(id, _)| *id == workload).map(|(_, meaning)| *meaning)
}
