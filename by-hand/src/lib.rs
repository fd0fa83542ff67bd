//! What the plain programs share: their arguments, the line that they print, and the work that all models are given.
//!
//! Each program does what one cell of the engine does, as a person would write it who wants to know one number and has no
//! harness: nothing of this project is in it, no operation is timed by itself, and a panic is how it fails.
//! `cargo xtask fidelity` runs it beside the harness, and holds the two figures against each other.

pub mod fault;
pub mod file;
pub mod memory;

use std::hint::black_box;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::process::{Command, exit};
use std::thread;
use std::time::{Duration, Instant};

use actix::{Arbiter, System};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit, setsid};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity, set_current_timer_slack};
use sha2::{Digest, Sha256};
use smol::Executor;

/// `units=1000 rounds=100 workers=2 seed=42 …`
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of the workloads' parameters")]
pub struct Args {
    pub units: usize,
    pub rounds: u64,
    pub workers: usize,
    pub seed: u64,
    /// `flavor=current-thread`: of Tokio's runtime.
    pub current_thread: bool,
    /// What only some workloads have.
    pub others: &'static [(String, String)],
}

impl Args {
    /// Is in a session of its own from here on, reads them, keeps to one core if they say `cores=one`, and opens as many files as it may.
    ///
    /// # Panics
    /// If an argument is not understood.
    #[must_use]
    pub fn read() -> Self {
        be_in_a_session_of_its_own();
        let mut args = Self { units: 1, rounds: 1, workers: 2, seed: 42, current_thread: false, others: &[] };
        let mut others = Vec::new();
        for argument in std::env::args().skip(1) {
            let (name, value) = argument.split_once('=').unwrap_or_else(|| panic!("{argument}: not understood"));
            match (name, value) {
                ("units", _) => args.units = number(value) as usize,
                ("rounds", _) => args.rounds = number(value),
                ("workers", _) => args.workers = number(value) as usize,
                ("seed", _) => args.seed = number(value),
                ("flavor", "current-thread") => args.current_thread = true,
                ("cores", "one") => keep_to_one_core(),
                ("cores", "all") => {}
                _ => others.push((name.to_owned(), value.to_owned())),
            }
        }
        args.others = Vec::leak(others);
        let files = getrlimit(Resource::Nofile);
        setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files }).unwrap();
        args
    }

    /// Another parameter, a word.
    ///
    /// # Panics
    /// If it was not given.
    #[must_use]
    pub fn word(&self, name: &str) -> &'static str {
        let other = self.others.iter().find(|(other, _)| other == name);
        &other.unwrap_or_else(|| panic!("{name} is missing")).1
    }

    /// Another parameter, a number.
    ///
    /// # Panics
    /// If it was not given, or is none.
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        number(self.word(name))
    }
}

fn number(value: &str) -> u64 {
    value.parse().unwrap_or_else(|error| panic!("{value}: {error}"))
}

/// As a trial of the harness is: on a machine that does other things too, Linux shares the cores out between sessions. Who leads a
/// group cannot leave it for a session, so then another process does all the rest.
fn be_in_a_session_of_its_own() {
    if setsid().is_err() {
        let mut program = Command::new(std::env::current_exe().unwrap());
        exit(program.args(std::env::args_os().skip(1)).status().unwrap().code().unwrap_or(1));
    }
    set_parent_process_death_signal(Some(Signal::KILL)).unwrap();
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
    /// A quantity of this workload: the group it is in, its name, and how much.
    pub own: Option<(&'static str, &'static str, f64)>,
}

impl Outcome {
    /// Without a quantity of its own.
    #[must_use]
    pub fn new(wall: Duration, operations: u64, answer: u64) -> Self {
        Self { wall, operations, answer, own: None }
    }

    /// With one that only this workload has.
    #[must_use]
    pub fn with(self, name: &'static str, figure: f64) -> Self {
        Self { own: Some(("extra", name, figure)), ..self }
    }

    /// With the median of these latencies.
    #[must_use]
    pub fn with_latency(self, latencies: Vec<Duration>) -> Self {
        Self { own: Some(("latency_ns", "p50", median(latencies))), ..self }
    }

    /// One line of JSON, in the form of a trial of the harness.
    ///
    /// # Panics
    /// If nobody reads it.
    pub fn print(&self) {
        let Self { wall, operations, answer, own } = self;
        let own = own.map_or_else(String::new, |(group, name, figure)| format!(r#","{group}":{{"{name}":{figure}}}"#));
        let wall = wall.as_nanos();
        let line = format!(r#"{{"wall_ns":{wall},"operations":{operations},"answer":"{answer:016x}"{own}}}"#);
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{line}").unwrap();
    }
}

/// The middle one of these times, nanoseconds.
///
/// # Panics
/// Of none.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> f64 {
    let middle = times.len() / 2;
    times.select_nth_unstable(middle).1.as_nanos() as f64
}

/// Runs `work` as a task on Tokio, small and then as asked for, on one runtime, and prints what came of the second.
///
/// # Panics
/// If the machine refuses a thread; with `work`.
pub fn on_tokio<F>(warm_up: impl FnOnce(Args) -> Args, work: fn(Args) -> F)
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let args = Args::read();
    let mut builder = if args.current_thread {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    let outcome = |args| runtime.block_on(async move { tokio::spawn(work(args)).await.unwrap() });
    outcome(warm_up(args));
    outcome(args).print();
}

/// The same on Actix: in the system's own arbiter, beside as many others as there are to be workers.
///
/// # Panics
/// If the machine refuses a thread; with `work`.
pub fn on_actix(warm_up: impl FnOnce(Args) -> Args, work: impl AsyncFn(Args, &[Arbiter]) -> Outcome) {
    let args = Args::read();
    System::new().block_on(async {
        let arbiters: Vec<Arbiter> = (0..args.workers).map(|_| Arbiter::new()).collect();
        work(warm_up(args), &arbiters).await;
        work(args, &arbiters).await.print();
    });
}

/// The executor of the programs on smol.
pub static EX: Executor<'_> = Executor::new();

/// The same on smol: a task of [`EX`], which as many threads run as there are to be workers.
///
/// # Panics
/// With `work`.
pub fn on_smol<F>(warm_up: impl FnOnce(Args) -> Args, work: fn(Args) -> F)
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let args = Args::read();
    for _ in 0..args.workers {
        thread::spawn(|| smol::block_on(EX.run(smol::future::pending::<()>())));
    }
    smol::future::block_on(EX.spawn(work(warm_up(args))));
    smol::future::block_on(EX.spawn(work(args))).print();
}

/// The same on threads: of whatever kind, `work` starts them.
pub fn on_threads(warm_up: impl FnOnce(Args) -> Args, work: impl Fn(Args) -> Outcome) {
    let args = Args::read();
    work(warm_up(args));
    work(args).print();
}

/// A moment in which threads that have just been started, or still look for work, fall asleep: call it before the clock is read.
/// Where units run is decided by which threads are awake when they are let go (`ping-pong` on Tokio took 92 or 180 ns by chance);
/// the harness reads `/proc` at this point. It also allocates some kilobytes for that, upon which glibc puts the free pieces of
/// this thread's heap together; what is allocated next then lies in order, and an actor costs a fifth less.
pub fn settle() {
    black_box(Vec::<u8>::with_capacity(64 << 10));
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

/// Writes the request of a round of a connection of `tcp-echo`: unlike any other.
pub fn request(message: &mut [u8], unit: usize, round: u64) {
    let stamp = mixed(((unit as u64) << 32) ^ round).to_le_bytes();
    message.iter_mut().zip(stamp).for_each(|(byte, stamp)| *byte = stamp);
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
pub fn part(hash: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// The same so many times over.
#[must_use]
pub fn mixed_times(number: u64, times: u64) -> u64 {
    (0..times).fold(number, |state, _| mixed(state))
}

/// Has `units` requests arrive on a thread of their own, at `rate` a second, evenly spaced: each with its number and when it was to
/// arrive.
///
/// # Panics
/// If the kernel refuses a thread.
pub fn arrivals(args: Args, mut arrive: impl FnMut(u64, Instant) + Send + 'static) {
    let gap = Duration::from_secs_f64(1.0 / args.number("rate") as f64);
    thread::spawn(move || {
        // Sleeps end when they are to, and not up to 50 µs later.
        set_current_timer_slack(NonZeroU64::new(1)).unwrap();
        let mut intended = Instant::now();
        for unit in 0..args.units as u64 {
            thread::sleep(intended.saturating_duration_since(Instant::now()));
            arrive(unit, intended);
            intended += gap;
        }
    });
}

/// A beat that is due every 5 ms, and the longest time between two, for `blocking`.
#[derive(Clone, Copy, Debug)]
pub struct Heart {
    /// When the next is due.
    pub next: Instant,
    last: Instant,
    /// So far.
    pub longest: Duration,
}

impl Heart {
    /// The first beat is due 5 ms after the start, however long it is kept from its first look at the clock.
    #[must_use]
    pub fn since(start: Instant) -> Self {
        Self { next: start + Duration::from_millis(5), last: start, longest: Duration::ZERO }
    }

    /// It beats. What was missed is left out.
    pub fn beat(&mut self) {
        let now = Instant::now();
        self.longest = self.longest.max(now - self.last);
        self.last = now;
        while self.next <= now {
            self.next += Duration::from_millis(5);
        }
    }
}

/// The step `compute 20` of `program`.
#[must_use]
pub fn compute(seed: u64) -> u64 {
    mixed_times(black_box(seed), 20 * 250)
}
