//! The real server, built with the release profile.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::http;
use crate::place::{self, cargo, interleave, target};
use crate::process::{Owned, go_on};
use crate::step::{self, Beside, Pulse};

const BUILDING: &str = "cargo builds the server (release)";

/// Builds it. It embeds the page of `cargo xtask page`, if there is one.
pub(crate) fn build() -> Result<()> {
    step::run(BUILDING, &mut building()?)
}

/// The same beside something else, which needs the cores only now and then.
pub(crate) fn build_beside() -> Result<Beside> {
    Beside::start(BUILDING, &mut building()?, target().join("xtask/server-build.log"))
}

fn building() -> Result<Command> {
    // Its build script looks at this folder, and would run at every build if there were none.
    std::fs::create_dir_all(place::page())?;
    let mut command = cargo();
    command.args(["build", "--release", "--package", "interleave-server"]);
    Ok(command)
}

/// A server of a task's own: a free port, an empty store. Dropping it stops it.
pub(crate) struct Server {
    pub(crate) process: Owned,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(name: &str) -> Result<Self> {
        let data = store(name)?;
        let mut command = Command::new(interleave());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Owned::start("the server", &mut command)?;
        let (stdout, _) = process.pipes();
        let mut first = String::new();
        // The pipe stays open in a thread: a server whose standard output is closed might mind.
        let mut lines = BufReader::new(stdout.context("the server has no standard output")?);
        lines.read_line(&mut first)?;
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let address = first.trim().trim_start_matches("http://").trim_end_matches('/');
        let address = address.parse().with_context(|| format!("the server's first line is not its address: {first:?}"))?;
        Ok(Self { process, address })
    }

    /// Runs an experiment to its end: the run's id, and what the server tells of it then.
    pub(crate) fn measure(&self, experiment: &Value) -> Result<(String, Value)> {
        let run = http::ask(self.address, "POST", "/api/runs", Some(experiment))?.json()?;
        let id = run["id"].as_str().context("a run without an id")?.to_owned();
        let mut pulse = Pulse::new("measuring", Instant::now());
        loop {
            // Seldom: asking uses the cores that are measured.
            std::thread::sleep(Duration::from_millis(500));
            go_on()?;
            let run = http::ask(self.address, "GET", &format!("/api/runs/{id}"), None)?.json()?;
            let trials = run["trials"].as_array().map_or(0, Vec::len);
            match run["state"].as_str().unwrap_or_default() {
                "finished" => return Ok((id, run)),
                "queued" | "running" => pulse.beat(|| Some(format!("{trials} trials of {}", experiment["workload"]))),
                ended => bail!("the run of {} was {ended}", experiment["workload"]),
            }
        }
    }
}

fn store(name: &str) -> Result<PathBuf> {
    let data = target().join("xtask").join(name);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    Ok(data)
}
