//! The real server, built with the release profile.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::place::{self, cargo, interleave, target};
use crate::process::Owned;
use crate::step::{self, Beside};

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
}

fn store(name: &str) -> Result<PathBuf> {
    let data = target().join("xtask").join(name);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    Ok(data)
}
