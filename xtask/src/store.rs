//! `cargo xtask store`: what a million stored results cost, in time and in bytes.
//!
//! It builds `server/examples/stored_results.rs` and has it fill a store in a folder of its own, which is removed afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::place::{self, cargo};
use crate::{AlreadySaid, step, tell};

pub(crate) const TAKES: &str = "[--results 1000000]   fewer if the disk has no room for as many";

const MOST: u64 = 1_000_000;
/// On the disk, with what SQLite has beside its file.
const BYTES_OF_ONE: u64 = 3_600;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let asked: Option<u64> = match arguments.number("--results", 0)? {
        0 => None,
        asked => Some(asked),
    };
    arguments.end()?;
    let folder = Folder::new()?;
    let room = free_bytes(&folder.0)? / 2 / BYTES_OF_ONE;
    let results = asked.unwrap_or(MOST.min(room));
    if results > room {
        bail!("--results {results}: the disk has room for {room}");
    }
    if asked.is_none() && results < MOST {
        tell(&format!("the disk has room for {results} results, and not for {MOST}"));
    }
    let example = ["--package", "interleave-server", "--example", "stored_results"];
    step::run("cargo builds the example (release)", cargo().args(["build", "--release"]).args(example))?;
    let mut command = Command::new(place::target().join("release/examples/stored_results"));
    command.arg(results.to_string()).arg(&folder.0);
    if step::shown("storing and looking", &mut command, |_| ())?.success() { Ok(()) } else { Err(AlreadySaid.into()) }
}

/// An empty folder, which is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = place::target().join(format!("store-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tell(&format!("{} could not be removed: {error}", self.0.display()));
        }
    }
}

fn free_bytes(folder: &Path) -> Result<u64> {
    let output = Command::new("df").args(["--output=avail", "--block-size=1"]).arg(folder).output().context("df")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().nth(1).and_then(|line| line.trim().parse().ok()).with_context(|| format!("df says {text:?}"))
}
