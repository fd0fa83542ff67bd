//! `cargo xtask claims`: what is known, or claimed, of the execution models and of the measuring itself, each as a figure with
//! its band. It says *held* or *did not hold*; it fails if one did not.
//!
//! The figures are those of the command line, as anybody would get them. If a claim is about a machine at rest, the machine must
//! be.

mod catalogue;
mod examples;
mod experiments;
mod watched;

use anyhow::{Context, Result, bail};
use serde_json::json;

use self::experiments::{bytes_a_unit, first_line, gap, late, ops, overhead, ratio, trial_figure, waiting};
use crate::arguments::Arguments;
use crate::process::go_on;
use crate::{cancel, say, server};

pub(crate) const TAKES: &str = "[--only WORD]…   claims whose words contain one of these";

/// A claim: its words, the band that its figure must lie in, the figure's unit, and how to obtain it.
struct Claim {
    words: &'static str,
    band: (f64, f64),
    unit: &'static str,
    figure: fn() -> Result<f64>,
}

const ANY: f64 = f64::INFINITY;

const CLAIMS: &[Claim] = &[
    Claim {
        words: "to make a task is at least 20 times cheaper than to make a thread",
        band: (20.0, ANY),
        unit: "×",
        figure: || ratio(&json!({"workload": "spawn", "params": {"units": 10_000}}), "tokio", "threads", ops),
    },
    Claim {
        words: "on one core, a round trip between tasks is at least 8 times cheaper than between threads",
        band: (8.0, ANY),
        unit: "×",
        figure: || {
            // Of one pair the two tasks may be on two workers, which then take turns on the core: a fifth of the hops is a switch.
            let pairs = json!({"workload": "ping-pong", "cores": "one", "params": {"units": 20}});
            ratio(&pairs, "tokio", "threads", ops)
        },
    },
    Claim {
        words: "blocked workers stop a heartbeat: its longest gap is the blocking call's length or more",
        band: (1.0, ANY),
        unit: "× the call",
        figure: || Ok(gap("broken")? / 50e6),
    },
    Claim {
        words: "spawn_blocking frees it: the longest gap is less than a fifth of the call",
        band: (0.0, 0.2),
        unit: "× the call",
        figure: || Ok(gap("mended")? / 50e6),
    },
    Claim {
        words: "a SyncArbiter does as much as a pool of as many threads, within 10 %",
        band: (0.9, 1.1),
        unit: "×",
        figure: || ratio(&json!({"workload": "cpu-hash", "params": {"units": 16}}), "actix-sync", "thread-pool", ops),
    },
    Claim {
        words: "an idle Tokio task takes about 0.44 kB",
        band: (350.0, 530.0),
        unit: "B",
        figure: || bytes_a_unit("tokio", 100_000),
    },
    Claim {
        words: "an idle Actix actor takes about 0.84 kB",
        band: (670.0, 1_010.0),
        unit: "B",
        figure: || bytes_a_unit("actix", 100_000),
    },
    Claim {
        words: "an idle thread takes about 38 kB, the kernel's part included",
        band: (30_000.0, 46_000.0),
        unit: "B",
        figure: || bytes_a_unit("threads", 8_000),
    },
    Claim { words: "a million tasks wait at once in one process", band: (1e6, 1e6), unit: "units", figure: || waiting("tokio") },
    Claim { words: "a million actors wait at once in one process", band: (1e6, 1e6), unit: "units", figure: || waiting("actix") },
    Claim {
        words: "Tokio's timers have ticks of a millisecond: a sleep of 10 ms is 0.5 to 2.5 ms late",
        band: (0.5e6, 2.5e6),
        unit: "ns",
        figure: || late("tokio"),
    },
    Claim {
        words: "a thread's sleep of 10 ms is less than 0.5 ms late",
        band: (0.0, 0.5e6),
        unit: "ns",
        figure: || late("threads"),
    },
    Claim {
        words: "a child process reaches its first line in under 2 ms, median of 200",
        band: (0.0, 2.0),
        unit: "ms",
        figure: first_line,
    },
    Claim {
        words: "a trial costs under 20 ms beyond its warm-up and its measured part",
        band: (0.0, 20.0),
        unit: "ms",
        figure: overhead,
    },
    Claim {
        words: "a cancel has ended the trial's process within 50 ms, 99 times in 100: the slower of 200 threads that wait and that compute",
        band: (0.0, 50.0),
        unit: "ms",
        figure: || cancel::slower_p99_ms(100),
    },
    Claim {
        words: "by default the measured part of every cell is 200 ms or more, except where making the units is all there is to do",
        band: (200.0, ANY),
        unit: "ms",
        figure: catalogue::shortest_ms,
    },
    Claim {
        words: "measured by time, latencies account for 95 % of the units' time in every cell that times every operation",
        band: (0.95, 1.05),
        unit: "",
        figure: catalogue::least_covered,
    },
    Claim {
        words: "an oversleep is told to the microsecond however long the wait: after a second's, that of a thread is less than 0.5 ms",
        band: (1e3, 0.5e6),
        unit: "ns",
        figure: || {
            let long = json!({"workload": "wait", "params": {"units": 4, "rounds": 6, "wait_ms": 1_000}, "repetitions": 3});
            trial_figure(&long, "threads", "oversleep_p50_ns")
        },
    },
    Claim {
        words: "arrivals that have a core to themselves are less than 10 µs late, median",
        band: (0.0, 10e3),
        unit: "ns",
        figure: || trial_figure(&json!({"workload": "open-loop", "workers": 1}), "tokio", "arrived_late_p50_ns"),
    },
    Claim {
        words: "where neighbours are is a choice, and a large one: actors on one core do at least twice the round trips of actors on two",
        band: (2.0, ANY),
        unit: "×",
        figure: || {
            let placed = |placement: &str| json!({"workload": "ping-pong", "params": {"units": 2}, "placement": placement});
            Ok(experiments::rate(&placed("together"), "actix")? / experiments::rate(&placed("spread"), "actix")?)
        },
    },
    Claim {
        words: "of two models that differ by 1.10, the third like one of them, 12 repetitions on a quiet machine tell it 9 times in 10",
        band: (90.0, 100.0),
        unit: "%",
        figure: || examples::simulated("A pair of models", "quiet", "3 models, 12 repetitions", "1.1: "),
    },
    Claim {
        words: "of eight alike models, 12 repetitions tell a pair apart falsely in 5 % of experiments at most, however they scatter",
        band: (0.0, 5.0),
        unit: "%",
        figure: examples::most_false,
    },
    Claim {
        words: "of 100 real comparisons of a model with itself at most 5 have a verdict",
        band: (0.0, 5.0),
        unit: "verdicts",
        figure: examples::false_verdicts,
    },
    Claim {
        words: "the open page takes at most a tenth of a second of script for each second of a fast run",
        band: (0.0, 0.1),
        unit: "s/s",
        figure: watched::script_share,
    },
    Claim {
        words: "a run measures the same with the page open, within 5 %: the far end of the ratio's interval",
        band: (0.95, 1.05),
        unit: "×",
        figure: watched::ratio,
    },
];

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let only = arguments.values("--only")?;
    arguments.end()?;
    server::build()?;
    let mut fallen = 0;
    let chosen = CLAIMS.iter().filter(|claim| only.is_empty() || only.iter().any(|word| claim.words.contains(word.as_str())));
    for claim in chosen {
        go_on()?;
        let figure = (claim.figure)().with_context(|| claim.words.to_owned())?;
        let held = (claim.band.0..=claim.band.1).contains(&figure);
        fallen += usize::from(!held);
        say(&format!("{:<13} {}", if held { "held" } else { "did not hold" }, claim.words));
        say(&format!("{:<13}   {} {}, band {}", "", number(figure), claim.unit, band(claim.band)));
    }
    if fallen > 0 {
        bail!("{fallen} did not hold");
    }
    Ok(())
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

fn band((low, high): (f64, f64)) -> String {
    if high.is_infinite() { format!("{} or more", number(low)) } else { format!("{} to {}", number(low), number(high)) }
}
