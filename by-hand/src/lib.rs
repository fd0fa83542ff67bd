//! What the plain programs share: their arguments, the line that they print, and the work that all models are given.
//!
//! Each program does what one cell of the engine does, as a person would write it who wants to know one number and has no
//! harness: nothing of this project is in it, no operation is timed by itself, and a panic is how it fails.
//! `cargo xtask fidelity` runs it beside the harness, and holds the two figures against each other.

pub mod memory;

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use sha2::{Digest, Sha256};

/// `units=1000 rounds=100 workers=2 seed=42 …`: what a program does not need stays as it is.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of the workloads' parameters")]
pub struct Args {
    pub units: usize,
    pub rounds: u64,
    pub hashes: u64,
    pub increments: u64,
    pub payload_bytes: usize,
    pub workers: usize,
    pub seed: u64,
    /// `flavor=current-thread`: of Tokio's runtime.
    pub current_thread: bool,
}

impl Args {
    /// Reads them, keeps to one core if they say `cores=one`, and opens as many files as it may.
    ///
    /// # Panics
    /// If an argument is not understood.
    #[must_use]
    pub fn read() -> Self {
        let mut args = Self {
            units: 1,
            rounds: 1,
            hashes: 1,
            increments: 1,
            payload_bytes: 64,
            workers: 2,
            seed: 42,
            current_thread: false,
        };
        for argument in std::env::args().skip(1) {
            let (name, value) = argument.split_once('=').unwrap_or((&argument, ""));
            let number = || value.parse::<u64>().unwrap_or_else(|error| panic!("{argument}: {error}"));
            match (name, value) {
                ("units", _) => args.units = number() as usize,
                ("rounds", _) => args.rounds = number(),
                ("hashes", _) => args.hashes = number(),
                ("increments", _) => args.increments = number(),
                ("payload_bytes", _) => args.payload_bytes = number() as usize,
                ("workers", _) => args.workers = number() as usize,
                ("seed", _) => args.seed = number(),
                ("flavor", "current-thread") => args.current_thread = true,
                ("cores", "one") => keep_to_one_core(),
                ("cores", "all") => {}
                _ => panic!("{argument}: not understood"),
            }
        }
        let files = getrlimit(Resource::Nofile);
        setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files }).unwrap();
        args
    }
}

/// To the last that it may use, as the harness does.
fn keep_to_one_core() {
    let allowed = sched_getaffinity(None).unwrap();
    let last = (0..CpuSet::MAX_CPU).rev().find(|core| allowed.is_set(*core)).unwrap();
    let mut one = CpuSet::new();
    one.set(last);
    sched_setaffinity(None, &one).unwrap();
}

/// The result of a program.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The measured part.
    pub wall: Duration,
    /// Operations done in it.
    pub operations: u64,
    /// The result of the work.
    pub answer: u64,
    /// A quantity of this workload alone: its name, and how much.
    pub extra: Option<(&'static str, f64)>,
}

impl Outcome {
    /// Without a quantity of its own.
    #[must_use]
    pub fn new(wall: Duration, operations: u64, answer: u64) -> Self {
        Self { wall, operations, answer, extra: None }
    }

    /// With one.
    #[must_use]
    pub fn with(self, name: &'static str, figure: f64) -> Self {
        Self { extra: Some((name, figure)), ..self }
    }

    /// One line of JSON, in the form of a trial of the harness.
    ///
    /// # Panics
    /// If nobody reads it.
    pub fn print(&self) {
        let Self { wall, operations, answer, extra } = self;
        let extra = extra.map_or_else(String::new, |(name, figure)| format!(r#""{name}":{figure}"#));
        let wall = wall.as_nanos();
        let mut stdout = io::stdout().lock();
        let line =
            writeln!(stdout, r#"{{"wall_ns":{wall},"operations":{operations},"answer":"{answer:016x}","extra":{{{extra}}}}}"#);
        line.unwrap();
    }
}

/// A moment in which threads that have just been started, or still look for work, fall asleep: call it before the clock is read.
/// Where units run is decided by which threads are awake when they are let go (`ping-pong` on Tokio took 92 or 180 ns by chance);
/// the harness reads `/proc` at this point.
pub fn settle() {
    thread::sleep(Duration::from_micros(500));
}

/// A few instructions (splitmix64): what a unit of `spawn` does, and what the others' seeds are made with.
#[must_use]
pub fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Where a unit's chain of hashes starts: one of four places.
#[must_use]
pub fn first_hash(seed: u64, unit: usize) -> [u8; 32] {
    Sha256::digest(mixed(seed ^ (unit % 4) as u64).to_le_bytes()).into()
}

/// The hash of the hash of the hash …
#[must_use]
#[inline(never)]
pub fn chain(first: [u8; 32], hashes: u64) -> [u8; 32] {
    (0..hashes).fold(first, |hash, _| Sha256::digest(hash).into())
}

/// The first eight bytes of a hash as a number.
#[must_use]
pub fn number(hash: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
