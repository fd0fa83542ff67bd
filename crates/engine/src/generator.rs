//! Clients that are no part of a model: a generator of load in a process of its own, the same for every model.
//!
//! ```text
//! trial's process                                       generator (the same executable, in its own role)
//!   Generator::start ── what to do, a JSON line ──────►   connects
//!   Generator::drive ◄─ ready ─────────────────────────┘
//!     Measure::start, ── go ───────────────────────────►  sends requests, times and checks the answers, on one thread
//!     Running::stop  ◄─ what it saw, a JSON line ───────┘
//! ```
//!
//! It is threads with an epoll each and std's sockets, one or at most one per core, however many clients there are: no runtime
//! that is measured is in it. In threads of the trial's process it would share the model's heap, and its CPU time would be in the
//! model's account. With four cores, or with more cores than the model has workers, it has the last of them for itself, and the
//! trial's threads keep to the others; else it shares them.
//!
//! It ends when it has said what it saw. It cannot outlive the trial: the kernel kills it with the thread that started it, and a
//! generator that waits reads the end of its input.
//!
//! An executable that does not enter the role ([`enter`]), as a test's does not, has the same generator in a thread.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::process::{Pid, Signal, set_parent_process_death_signal};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::{Deserialize, Serialize};
use socket2::{Domain, SockRef, Socket, Type};
use tokio::sync::oneshot;

use crate::measure::{Done, Halt, Measure, timer_slack};
use crate::workloads::{churn, http};

/// The first argument of a generator.
const ROLE: &str = "run-load-generator";

/// With fewer cores than this none is given away that a worker needs.
const FEWEST_CORES: usize = 4;

/// Connections that a listener has room for before they are accepted: the kernel's own limit, unless it was changed.
const BACKLOG: i32 = 4096;

/// Whether this executable was started in the role before, and so can be again.
static HAS_ROLE: AtomicBool = AtomicBool::new(false);

/// In the role of a generator is one, and never returns; otherwise returns at once. To be called first thing in `main`.
pub fn enter() {
    if std::env::args().nth(1).as_deref() != Some(ROLE) {
        return HAS_ROLE.store(true, Ordering::Relaxed);
    }
    // If the trial has ended before the kernel knew of this, the input has ended too.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    // An error is that nobody listens any more.
    let _ = generate(io::stdin().lock(), io::stdout());
    std::process::exit(0)
}

/// What a generator is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Load {
    Churn(churn::clients::Clients),
    Http(http::clients::Clients),
}

/// What a generator saw.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Latencies, by the numbers of a recorder's buckets.
    pub(crate) counts: Vec<(usize, u64)>,
    /// Operations whose latency is not among them.
    pub(crate) untimed: u64,
    /// The wrapping sum of what was answered.
    pub(crate) answer: u64,
    /// By the keys of the workload's figures.
    pub(crate) figures: Vec<(String, f64)>,
}

/// The rest of a generator's work: it has connected, and is told to go. Dropping it closes its connections: only then, because it
/// is no part of what is measured.
pub(crate) type Go = Box<dyn FnMut() -> Result<Seen, Halt>>;

impl Load {
    /// How many of so many cores are its own.
    fn cores(&self, all: usize) -> usize {
        match self {
            // To connect and to close costs a client more than the service: the kernel does both sides' work in its calls.
            Self::Churn(_) => all / 2,
            Self::Http(_) => 1,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Assignment {
    /// Those that it has for itself; empty if it shares the trial's.
    cores: Vec<usize>,
    load: Load,
}

#[derive(Debug, Serialize, Deserialize)]
enum Told {
    Ready,
    Seen(Seen),
    Refused(String),
    Failed(String),
}

/// The generator's side, from its first line to its last.
fn generate(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut lines = BufReader::new(input).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    let Assignment { cores, load } = serde_json::from_str(&first)?;
    let has_cores = !cores.is_empty();
    if has_cores {
        let mut own = CpuSet::new();
        cores.into_iter().for_each(|core| own.set(core));
        sched_setaffinity(None, &own)?;
    }
    // The kernel may else be fifty microseconds late with each wake, to put several together.
    let _ = timer_slack::punctual();

    let mut prepared = match load {
        Load::Churn(clients) => clients.prepare(),
        Load::Http(clients) => clients.prepare(has_cores),
    };
    let mut say = |told: Told| -> io::Result<()> {
        let mut line = serde_json::to_vec(&told)?;
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()
    };
    let seen = match &mut prepared {
        Err(halt) => Err(halt.clone()),
        Ok(go) => {
            say(Told::Ready)?;
            // The end of the input: it is not wanted any more.
            let Some(_) = lines.next().transpose()? else { return Ok(()) };
            go()
        }
    };
    say(match seen {
        Ok(seen) => Told::Seen(seen),
        Err(Halt::Refused(words)) => Told::Refused(words),
        Err(Halt::Failed(words)) => Told::Failed(words),
    })
}

/// A generator that has been started, as its trial sees it. Dropping it ends it.
pub(crate) struct Generator {
    /// Before the process: it is closed first.
    input: Box<dyn Write + Send>,
    output: Box<dyn BufRead + Send>,
    /// `None` if it is a thread, which ends by itself.
    _process: Option<Killed>,
}

impl Generator {
    /// Starts it. It connects while the caller goes on; see [`Generator::drive`].
    ///
    /// # Errors
    /// If the machine refuses a process.
    pub(crate) fn start(load: Load, workers: usize) -> Result<Self, Halt> {
        let in_process = HAS_ROLE.load(Ordering::Relaxed);
        let cores = if in_process { give_cores_away(&load, workers)? } else { Vec::new() };
        let mut generator = if in_process { Self::process() } else { Self::thread() }?;
        let assignment = serde_json::to_string(&Assignment { cores, load }).map_err(io::Error::from)?;
        writeln!(generator.input, "{assignment}")?;
        Ok(generator)
    }

    fn process() -> io::Result<Self> {
        // This very executable, even if its file has been replaced since.
        let mut command = Command::new("/proc/self/exe");
        let mut child = command.arg(ROLE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("a generator has no pipes"));
        };
        Ok(Self { input: Box::new(input), output: Box::new(BufReader::new(output)), _process: Some(Killed(child)) })
    }

    fn thread() -> io::Result<Self> {
        let ((its_input, input), (output, its_output)) = (io::pipe()?, io::pipe()?);
        thread::Builder::new().name("generator".to_owned()).spawn(move || generate(its_input, its_output))?;
        Ok(Self { input: Box::new(input), output: Box::new(BufReader::new(output)), _process: None })
    }

    /// Measures: waits until it is ready, lets it go, and waits until it is done. The service must be running.
    ///
    /// # Errors
    /// If an answer was wrong or did not come, or the generator died.
    pub(crate) fn drive(mut self, measure: &Measure) -> Result<Done, Halt> {
        let Told::Ready = self.told()? else { return Err(Halt::Failed("the load generator was not ready".to_owned())) };
        let running = measure.start();
        self.input.write_all(b"go\n")?;
        let Told::Seen(seen) = self.told()? else { return Err(Halt::Failed("the load generator saw nothing".to_owned())) };
        measure.add(&seen.counts, seen.untimed);
        let done = running.stop(seen.answer);
        Ok(seen.figures.into_iter().fold(done, |done, (key, value)| done.with(&key, value)))
    }

    /// The same for a cell that must not block its thread: a thread that only waits does it.
    ///
    /// # Errors
    /// Those of [`Generator::drive`].
    pub(crate) async fn drive_aside(self, measure: &Measure) -> Result<Done, Halt> {
        let ((tell, told), measure) = (oneshot::channel(), measure.clone());
        let wait = move || drop(tell.send(self.drive(&measure)));
        thread::Builder::new().name("waits".to_owned()).spawn(wait).map_err(|error| Halt::at(0, "thread", &error))?;
        told.await.map_err(|_| Halt::Failed("nobody waits for the load generator any more".to_owned()))?
    }

    fn told(&mut self) -> Result<Told, Halt> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        match serde_json::from_str(&line) {
            Ok(Told::Refused(words)) => Err(Halt::Refused(words)),
            Ok(Told::Failed(words)) => Err(Halt::Failed(words)),
            Ok(told) => Ok(told),
            Err(_) => Err(Halt::Failed("the load generator died".to_owned())),
        }
    }
}

/// A process that does not stay when nobody wants it any more, and is reaped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The generator's cores, from which this process's threads keep away from now on; none on a machine that has too few.
fn give_cores_away(load: &Load, workers: usize) -> io::Result<Vec<usize>> {
    static GIVEN: OnceLock<Vec<usize>> = OnceLock::new();
    let mut allowed = sched_getaffinity(None)?;
    // Once: the second run of a cell finds fewer.
    let given = GIVEN.get_or_init(|| {
        let mut cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
        let own = load.cores(cores.len());
        let left = cores.len().saturating_sub(own);
        if left >= workers.max(1) || cores.len() >= FEWEST_CORES { cores.split_off(left) } else { Vec::new() }
    });
    if given.is_empty() {
        return Ok(Vec::new());
    }
    given.iter().for_each(|core| allowed.unset(*core));
    for thread in fs::read_dir("/proc/self/task")? {
        let thread = thread?.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        // One that has ended meanwhile is nobody's concern.
        let _ = sched_setaffinity(thread, &allowed);
    }
    Ok(given.clone())
}

/// Where a service listens: a port of loopback, with one listener or, for a thread per core, with one for each. Dropping it
/// closes them: whoever waits in `accept`, in whatever way, gets an error, and that is how a service ends.
#[derive(Debug)]
pub(crate) struct Port(Vec<TcpListener>);

impl Port {
    /// With so many listeners. If they are several, each connection goes to one of them, which the kernel chooses by a hash of its
    /// addresses (`SO_REUSEPORT`).
    ///
    /// # Errors
    /// If the machine refuses a socket.
    pub(crate) fn open(listeners: usize) -> io::Result<Self> {
        let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = |_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.set_reuse_port(listeners > 1)?;
            socket.bind(&address.into())?;
            socket.listen(BACKLOG)?;
            let listener = TcpListener::from(socket);
            address = listener.local_addr()?;
            Ok(listener)
        };
        Ok(Self((0..listeners).map(listener).collect::<io::Result<_>>()?))
    }

    /// Where clients connect to.
    ///
    /// # Errors
    /// If the kernel does not say.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.0[0].local_addr()
    }

    /// A handle on one of the listeners, for a thread that blocks.
    ///
    /// # Errors
    /// If the machine refuses another file.
    pub(crate) fn listener(&self, index: usize) -> io::Result<TcpListener> {
        self.0[index].try_clone()
    }

    /// The same for an event loop: it must not block.
    ///
    /// # Errors
    /// If the machine refuses another file.
    pub(crate) fn polled(&self, index: usize) -> io::Result<TcpListener> {
        let listener = self.listener(index)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        for listener in &self.0 {
            let _ = SockRef::from(listener).shutdown(std::net::Shutdown::Both);
        }
    }
}
