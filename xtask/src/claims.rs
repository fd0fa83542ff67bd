//! `cargo xtask claims`: what is known, or claimed, of the execution models and of the measuring itself, each as a figure with
//! its band. It says *held* or *did not hold*; it fails if one did not.
//!
//! The figures are those of the command line, as anybody would get them. If a claim is about a machine at rest, the machine must
//! be.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::place::{cargo, interleave};
use crate::process::go_on;
use crate::{say, server, step, tell, watched};

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
        words: "on one core, a round trip between tasks is at least 10 times cheaper than between threads",
        band: (10.0, ANY),
        unit: "×",
        figure: || {
            let pair = json!({"workload": "ping-pong", "cores": "one", "params": {"units": 2, "rounds": 20_000}});
            ratio(&pair, "tokio", "threads", ops)
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
        words: "of 100 real comparisons of a model with itself at most 5 have a verdict",
        band: (0.0, 5.0),
        unit: "verdicts",
        figure: false_verdicts,
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

/// Runs an experiment on these models: its report.
fn report(experiment: &Value, models: &[&str]) -> Result<Value> {
    let mut experiment = experiment.clone();
    experiment["models"] = json!(models);
    let mut command = Command::new(interleave());
    let mut child =
        command.args(["run", "-", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("no standard input")?.write_all(experiment.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    let report = serde_json::from_slice(&output.stdout);
    report.with_context(|| format!("{experiment}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn summary<'a>(report: &'a Value, model: &str) -> Result<&'a Value> {
    let mut all = report["summary"].as_array().into_iter().flatten();
    all.find(|summary| summary["label"] == model).with_context(|| format!("no summary of {model}"))
}

/// The median of a quantity.
type Median = fn(&Value) -> Option<f64>;

fn ops(summary: &Value) -> Option<f64> {
    summary["ops_per_s"]["median"].as_f64()
}

fn median(report: &Value, model: &str, of: Median) -> Result<f64> {
    of(summary(report, model)?).with_context(|| format!("{model} has no figure: {}", report["trials"]))
}

fn ratio(experiment: &Value, a: &str, b: &str, of: Median) -> Result<f64> {
    let report = report(experiment, &[a, b])?;
    Ok(median(&report, a, of)? / median(&report, b, of)?)
}

/// The longest gap of a heartbeat on Tokio while as many units as there are workers block for 50 ms at a time, nanoseconds.
fn gap(how: &str) -> Result<f64> {
    let experiment = json!({"workload": "blocking", "params": {"units": 4, "rounds": 5, "block_ms": 50, "how": how}});
    let report = report(&experiment, &["tokio"])?;
    median(&report, "tokio", |summary| summary["extra"]["longest_gap_ns"]["median"].as_f64())
}

fn bytes_a_unit(model: &str, units: u64) -> Result<f64> {
    let report = report(&json!({"workload": "idle-memory", "params": {"units": units}}), &[model])?;
    median(&report, model, |summary| summary["extra"]["bytes_per_unit"]["median"].as_f64())
}

/// How many units of a million waited in a trial whose answer was right.
fn waiting(model: &str) -> Result<f64> {
    let million = json!({"workload": "wait", "params": {"units": 1_000_000, "rounds": 1, "wait_ms": 2_000}, "repetitions": 1});
    let report = report(&million, &[model])?;
    let trial = &report["trials"][0];
    Ok(if trial["status"] == "ok" { trial["operations"].as_f64().unwrap_or_default() } else { 0.0 })
}

fn late(model: &str) -> Result<f64> {
    let few = json!({"workload": "wait", "params": {"units": 2, "rounds": 20, "wait_ms": 10}});
    let report = report(&few, &[model])?;
    median(&report, model, |summary| summary["extra"]["oversleep_p50_ns"]["median"].as_f64())
}

/// From starting a child until it says something. In its role, but without an assignment: it says so and ends.
fn first_line() -> Result<f64> {
    const TIMES: usize = 200;
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let since = Instant::now();
        let mut child = Command::new(interleave()).arg("run-one-trial").stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stderr.take().context("no standard error")?).read_line(&mut line)?;
        took.push(since.elapsed());
        child.wait()?;
        if !line.contains("assignment") {
            bail!("a child said {line:?}");
        }
    }
    took.sort_unstable();
    Ok(milliseconds(took[TIMES / 2]))
}

/// The slope between a short and a long run of next to nothing: what each more trial takes, less what it measures.
fn overhead() -> Result<f64> {
    let run = |repetitions: u64| -> Result<(f64, f64)> {
        let experiment = json!({"workload": "spawn", "params": {"units": 100}, "repetitions": repetitions});
        let since = Instant::now();
        let report = report(&experiment, &["tokio"])?;
        let elapsed = milliseconds(since.elapsed());
        let trials = report["trials"].as_array().context("no trials")?;
        let inside = |trial: &Value| {
            trial["wall_ns"].as_f64().unwrap_or_default() + trial["warm_up"]["wall_ns"].as_f64().unwrap_or_default()
        };
        Ok((elapsed - trials.iter().map(inside).sum::<f64>() / 1e6, trials.len() as f64))
    };
    let ((short, few), (long, many)) = (run(2)?, run(50)?);
    Ok((long - short) / (many - few))
}

/// Said by the example, which has the statistics.
fn false_verdicts() -> Result<f64> {
    let mut build = cargo();
    step::run(
        "cargo builds the example (release)",
        build.args(["build", "--release", "--package", "interleave-server", "--example", "false_positives"]),
    )?;
    let program = interleave().with_file_name("examples").join("false_positives");
    tell("a hundred comparisons of a model with itself …");
    let output = Command::new(program).arg("100").stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = said.lines().last().unwrap_or_default();
    last.split(' ').next().and_then(|count| count.parse().ok()).with_context(|| format!("it said {said:?}"))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
