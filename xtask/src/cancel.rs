//! `cargo xtask cancel`: how soon a trial's process has ended, on the real server built with the release profile.
//!
//! Two questions. After a cancel: from sending DELETE until the trial's process has been reaped, that is, has left `/proc`
//! altogether; with 200 threads that wait, and with 200 that compute, which all have to be given a core once more to die. After
//! `kill -9` of the server: until the trial's process runs no more (then somebody else's to reap: PID 1 of a container may be
//! slow at that).

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::process::go_on;
use crate::server::{self, Server};
use crate::{http, say, tell};

pub(crate) const TAKES: &str = "[--cancels 200] [--kills 20]";

/// What is asked for.
const CANCEL_P99: Duration = Duration::from_millis(50);
const KILL_MAX: Duration = Duration::from_millis(200);
/// Threads of the trial that is cancelled.
const UNITS: u64 = 200;
/// Between two looks at `/proc`: what the times below are good to.
const LOOK: Duration = Duration::from_micros(200);
/// A trial that has not got under way, or has not ended, after this long never will.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let cancels: usize = arguments.number("--cancels", 200)?;
    let kills: usize = arguments.number("--kills", 20)?;
    arguments.end()?;
    server::build()?;

    let mut late = Vec::new();
    for (what, times) in cancelled(cancels)? {
        if times.p99 > CANCEL_P99 {
            late.push(format!("{what}: p99 over {} ms", CANCEL_P99.as_millis()));
        }
    }
    let took = repeat(kills, |_| kill(&spinning()))?;
    if let Some(times) = print("kill -9 of the server", took)
        && times.max > KILL_MAX
    {
        late.push(format!("kill -9: a child was left after {} ms", KILL_MAX.as_millis()));
    }
    if !late.is_empty() {
        bail!("too late: {}", late.join("; "));
    }
    Ok(())
}

/// The 99th percentile of so many cancels of threads that wait, or of threads that compute: the slower, milliseconds.
pub(crate) fn slower_p99_ms(cancels: usize) -> Result<f64> {
    let slower = cancelled(cancels)?.into_iter().map(|(_, times)| times.p99).max();
    Ok(slower.context("nothing was cancelled")?.as_secs_f64() * 1e3)
}

/// So many cancels of either kind of trial.
fn cancelled(cancels: usize) -> Result<Vec<(&'static str, Times)>> {
    let server = Server::start("cancel")?;
    let mut all = Vec::new();
    for (what, experiment) in [("200 waiting threads", waiting()), ("200 spinning threads", spinning())] {
        let took = repeat(cancels, |n| cancel(&server, &experiment, n))?;
        all.extend(print(&format!("cancel, {what}"), took).map(|times| (what, times)));
    }
    Ok(all)
}

fn waiting() -> Value {
    json!({"workload": "wait", "params": {"units": UNITS, "rounds": 1_000, "wait_ms": 10_000}, "models": ["threads"]})
}

fn spinning() -> Value {
    json!({"workload": "cpu-hash", "params": {"units": UNITS, "rounds": 100_000, "hashes": 100_000}, "models": ["threads"]})
}

fn repeat(times: usize, mut once: impl FnMut(usize) -> Result<Duration>) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    for n in 0..times {
        go_on()?;
        took.push(once(n)?);
        if (n + 1) % 50 == 0 {
            tell(&format!("{} of {times}", n + 1));
        }
    }
    Ok(took)
}

/// From DELETE until the child has been reaped.
fn cancel(server: &Server, experiment: &Value, n: usize) -> Result<Duration> {
    let (id, child) = under_way(server, experiment)?;
    // Not always at the same moment of the trial.
    thread::sleep(Duration::from_millis(n as u64 % 20));
    let address: SocketAddr = server.address;
    let since = Instant::now();
    let asking = thread::spawn(move || http::ask(address, "DELETE", &format!("/api/runs/{id}"), None));
    let proc = format!("/proc/{child}");
    until(|| (!Path::new(&proc).exists()).then_some(()), "the cancelled trial's process is still there")?;
    let took = since.elapsed();
    let answer = asking.join().map_err(|_| anyhow::anyhow!("DELETE did not come back"))??;
    answer.json()?;
    Ok(took)
}

/// From `kill -9` of a server until its child runs no more.
fn kill(experiment: &Value) -> Result<Duration> {
    let server = Server::start("kill")?;
    let (_, child) = under_way(&server, experiment)?;
    let since = Instant::now();
    server.process.kill_leader()?;
    until(
        || matches!(Stat::of(child), None | Some(Stat { state: 'Z' | 'X', .. })).then_some(()),
        "the killed server's child still runs",
    )?;
    Ok(since.elapsed())
}

/// Starts a run and waits until its first trial has all its threads: its id, and the trial's process.
fn under_way(server: &Server, experiment: &Value) -> Result<(String, u32)> {
    let run = http::ask(server.address, "POST", "/api/runs", Some(experiment))?.json()?;
    let id = run["id"].as_str().context("a run without an id")?.to_owned();
    let child =
        until(|| children(server.process.pid()).into_iter().find(|stat| stat.threads >= UNITS), "no trial got under way")?;
    Ok((id, child.pid))
}

fn until<T>(mut look: impl FnMut() -> Option<T>, otherwise: &str) -> Result<T> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return Ok(found);
        }
        thread::sleep(LOOK);
    }
    bail!("{otherwise} after {} s", PATIENCE.as_secs())
}

/// What `/proc/PID/stat` says of a process.
struct Stat {
    pid: u32,
    state: char,
    parent: u32,
    threads: u64,
}

impl Stat {
    fn of(pid: u32) -> Option<Self> {
        Self::parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    fn parse(pid: u32, text: &str) -> Option<Self> {
        // The name, in brackets, may itself have blanks and brackets. proc(5): state is field 3, ppid 4, num_threads 20.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        Some(Self {
            pid,
            state: fields.first()?.chars().next()?,
            parent: fields.get(1)?.parse().ok()?,
            threads: fields.get(17)?.parse().ok()?,
        })
    }
}

fn children(parent: u32) -> Vec<Stat> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(Stat::of).filter(|stat| stat.parent == parent).collect()
}

struct Times {
    p99: Duration,
    max: Duration,
}

fn print(what: &str, mut took: Vec<Duration>) -> Option<Times> {
    took.sort_unstable();
    let max = *took.last()?;
    // The least value that this many of a hundred do not exceed.
    let percentile = |percent: usize| took[(took.len() * percent).div_ceil(100).max(1) - 1];
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let (p50, p99) = (percentile(50), percentile(99));
    say(&format!("{what:<32} n {:>3}   p50 {:>9}   p99 {:>9}   max {:>9}", took.len(), ms(p50), ms(p99), ms(max)));
    Some(Times { p99, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_may_have_any_name() {
        let stat = Stat::parse(7, "7 (a ) b) S 3 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 201 0 5 6 7").unwrap();
        assert_eq!((stat.pid, stat.state, stat.parent, stat.threads), (7, 'S', 3, 201));
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let times = print("", (1..=200).map(Duration::from_millis).collect()).unwrap();
        assert_eq!((times.p99, times.max), (Duration::from_millis(198), Duration::from_millis(200)));
        assert!(print("", Vec::new()).is_none());
    }
}
