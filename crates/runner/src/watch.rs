//! The life of one child, seen from its parent: start, watch, reap, and what its end means.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use engine::measure::{Footprint, KERNEL_STACK_BYTES};
use engine::{Measured, TrialSpec};
use protocol::parameter::grouped;
use protocol::{Figures, Trial, TrialStatus};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};
use rustix::time::{ClockId, clock_gettime};

use crate::allocator;
use crate::busy::Busy;
use crate::cores;
use crate::job::{Cancel, Job, Program, Told};
use crate::pipe::Pipe;
use crate::readings::Readings;
use crate::wire::{Assignment, Line};

/// How often the watchdog looks at memory and threads. At 2 GB/s a runaway child gets 20 MB past its limit.
const TICK: Duration = Duration::from_millis(10);

/// How long a child may take to end after its result.
const GRACE: Duration = Duration::from_secs(5);

/// Others used more than this of the cores that the trial may use: it is marked.
const DISTURBED: f64 = 0.1;

/// Runs one trial until it ends in any way. Its process has been reaped when this returns.
pub(crate) fn watch(program: &Program, job: &Job, cancel: &Cancel, tell: &mut dyn FnMut(Told)) -> Trial {
    let mut trial = Trial { planned: job.planned.clone(), ..Trial::default() };
    let busy = Busy::now(cores::of_trial(job.experiment.keeps_to_one_core()));
    let mut watched = match Watched::start(program, job) {
        Ok(watched) => watched,
        Err(error) => {
            trial.error = Some(format!("its process could not be started: {error}"));
            return trial;
        }
    };
    tell(Told::Started);
    let end = watched.follow(job, cancel, tell);
    watched.fill(&mut trial, job, end);
    let own_ns: f64 = ["user_ns", "system_ns"].iter().filter_map(|key| trial.figures.get(key)).sum();
    if let Some(share) = busy.others_since(own_ns as u64) {
        trial.figures.set("foreign_cpu", share);
        trial.disturbed = share > DISTURBED;
    }
    trial
}

/// How a child ended, by the kernel's account.
struct Reaped {
    status: libc::c_int,
    figures: Figures,
}

/// What the child said last, or why it was made to say no more.
enum Ending {
    Measured(Box<Measured>),
    Refused(String),
    Failed(String),
    OutOfTime,
    OutOfMemory(u64),
    Cancelled,
}

struct Watched {
    process: Pid,
    pidfd: OwnedFd,
    stdin: Option<ChildStdin>,
    stdout: Pipe<ChildStdout>,
    stderr: Pipe<ChildStderr>,
    /// The most threads and page tables that were seen at any time, and the peak of resident memory.
    most: Footprint,
    readings: Readings,
    /// When it was started, nanoseconds of the clock that all processes have in common (`CLOCK_MONOTONIC`).
    since_ns: u64,
    ending: Option<Ending>,
    deadline: Instant,
    /// Until the kernel has been asked for its exit status, its process number cannot be another's.
    reaped: bool,
}

impl Watched {
    fn start(program: &Program, job: &Job) -> io::Result<Self> {
        let experiment = job.experiment.at(job.planned.at, job.planned.also_at);
        let one_core = experiment.keeps_to_one_core();
        let allocator = experiment.value(allocator::FIELD).map_or_else(|| "glibc".to_owned(), ToString::to_string);
        let assignment = Assignment {
            parent: std::process::id(),
            spec: TrialSpec {
                workload: experiment.workload,
                model: job.planned.model.clone(),
                params: experiment.params,
                method: experiment.method,
                trace: job.trace.clone(),
            },
            one_core,
            threads_limit: job.limits.threads,
            files_limit: job.limits.files,
        };
        // Nothing between fork and exec: the child confines itself, so that starting it costs the same however large this process
        // is.
        let since = (Instant::now(), clock_gettime(ClockId::Monotonic));
        let mut child: Child = Command::new(&program.path)
            .args(&program.arguments)
            .arg(serde_json::to_string(&assignment)?)
            .env("RUST_BACKTRACE", "0")
            // Always, lest a trial inherit one from whoever started the server.
            .env(allocator::CHOICE, allocator)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        Self::of(&mut child, job, since).inspect_err(|_| {
            // Nobody else would end it, nor reap it.
            let _ = child.kill();
            let _ = child.wait();
        })
    }

    fn of(child: &mut Child, job: &Job, (since, by_clock): (Instant, Timespec)) -> io::Result<Self> {
        let process = Pid::from_child(child);
        let pidfd = pidfd_open(process, PidfdFlags::empty())?;
        let missing = || io::Error::other("a pipe is missing");
        Ok(Self {
            process,
            pidfd,
            stdin: child.stdin.take(),
            stdout: Pipe::new(child.stdout.take().ok_or_else(missing)?)?,
            stderr: Pipe::new(child.stderr.take().ok_or_else(missing)?)?,
            most: Footprint::default(),
            readings: Readings::new(process.as_raw_nonzero().get(), since, TICK),
            since_ns: Duration::try_from(by_clock).map_err(io::Error::other)?.as_nanos() as u64,
            ending: None,
            deadline: Instant::now() + job.limits.time,
            reaped: false,
        })
    }

    fn follow(&mut self, job: &Job, cancel: &Cancel, tell: &mut dyn FnMut(Told)) -> Reaped {
        loop {
            let mut fds = vec![self.pidfd.as_fd(), cancel.fd()];
            fds.extend(self.stdout.fd());
            fds.extend(self.stderr.fd());
            let ended = wait_on(&fds);
            if cancel.is_asked() {
                self.stop_with(Ending::Cancelled);
            }
            // Before it is reaped, so that the last words of a child that has ended are read too.
            self.read_lines(tell);
            if self.stderr.keep_tail().is_err() {
                self.stop_with(Ending::Failed("it flooded its standard error".to_owned()));
            }
            if ended && let Some(reaped) = self.reap(libc::WNOHANG) {
                self.read_lines(tell);
                let _ = self.stderr.keep_tail();
                return reaped;
            }
            self.look(job);
        }
    }

    fn read_lines(&mut self, tell: &mut dyn FnMut(Told)) {
        let lines = match self.stdout.lines() {
            Ok(lines) => lines,
            Err(_) => return self.stop_with(Ending::Failed("it flooded its pipe".to_owned())),
        };
        for line in lines {
            if self.ending.is_some() {
                return;
            }
            match serde_json::from_slice(&line) {
                Ok(Line::Phase { phase }) => tell(Told::Phase(phase)),
                Ok(Line::Measured(measured)) => self.conclude(Ending::Measured(measured)),
                Ok(Line::Refused { words }) => self.conclude(Ending::Refused(words)),
                Ok(Line::Failed { words }) => self.conclude(Ending::Failed(words)),
                Err(_) => {
                    let start: String = String::from_utf8_lossy(&line).chars().take(80).collect();
                    self.stop_with(Ending::Failed(format!("it wrote something that is no result: {start}")));
                }
            }
        }
    }

    /// The child has said what it had to say: its memory is looked at while it is still there, then it may end.
    fn conclude(&mut self, ending: Ending) {
        let seen = self.see();
        self.readings.keep(seen);
        self.ending = Some(ending);
        self.deadline = Instant::now() + GRACE;
        self.stdin = None;
    }

    /// Kills the child. What it had concluded by itself before stands.
    fn stop_with(&mut self, ending: Ending) {
        if self.ending.is_none() {
            self.ending = Some(ending);
        }
        self.kill();
    }

    fn kill(&self) {
        if !self.reaped {
            // Everything it has started is in its group, once it has made one.
            let _ = kill_process_group(self.process, Signal::KILL);
            let _ = kill_process(self.process, Signal::KILL);
        }
    }

    /// The watchdog.
    fn look(&mut self, job: &Job) {
        let seen = self.see();
        if self.ending.is_none() {
            self.readings.look(seen);
        }
        let resident = seen.resident_bytes;
        if resident > job.limits.memory_bytes {
            self.stop_with(Ending::OutOfMemory(resident));
        }
        if Instant::now() >= self.deadline {
            self.stop_with(Ending::OutOfTime);
        }
    }

    fn see(&mut self) -> Footprint {
        let path = format!("/proc/{}/status", self.process.as_raw_nonzero());
        let now = std::fs::read_to_string(path).map(|status| Footprint::of_status(&status)).unwrap_or_default();
        self.most.threads = self.most.threads.max(now.threads);
        self.most.page_table_bytes = self.most.page_table_bytes.max(now.page_table_bytes);
        self.most.peak_resident_bytes = self.most.peak_resident_bytes.max(now.peak_resident_bytes);
        now
    }

    #[expect(unsafe_code, reason = "only wait4 returns the usage of the one child that it reaps")]
    fn reap(&mut self, flags: libc::c_int) -> Option<Reaped> {
        let mut status = 0;
        // SAFETY: a rusage of zeros is a valid one; both pointers are to locals that outlive the call.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        let pid = self.process.as_raw_nonzero().get();
        // SAFETY: as above; the child is ours and has not been waited for.
        let waited = unsafe { libc::wait4(pid, &raw mut status, flags, &raw mut usage) };
        if waited != pid {
            return None;
        }
        self.reaped = true;
        let count = |number: libc::c_long| u64::try_from(number).unwrap_or(0);
        let nanoseconds = |time: libc::timeval| count(time.tv_sec) * 1_000_000_000 + count(time.tv_usec) * 1_000;
        let counted = [
            ("user_ns", nanoseconds(usage.ru_utime)),
            ("system_ns", nanoseconds(usage.ru_stime)),
            ("voluntary_switches", count(usage.ru_nvcsw)),
            ("involuntary_switches", count(usage.ru_nivcsw)),
        ];
        let mut figures = Figures::default();
        counted.into_iter().for_each(|(key, count)| figures.count(key, count));
        Some(Reaped { status, figures })
    }

    fn fill(&mut self, trial: &mut Trial, job: &Job, end: Reaped) {
        trial.figures.extend(end.figures);
        trial.readings = self.readings.take();
        if self.most.peak_resident_bytes > 0 {
            trial.figures.count("peak_rss_bytes", self.most.peak_resident_bytes);
            self.fill_kernel(trial);
        }
        let (status, error) = match self.ending.take() {
            Some(Ending::Measured(measured)) => self.fill_measured(trial, *measured),
            Some(Ending::Refused(words)) => (TrialStatus::Refused, Some(words)),
            Some(Ending::Failed(words)) => (TrialStatus::Failed, Some(self.with_last_words(words))),
            Some(Ending::OutOfTime) => {
                let words = format!("it took longer than the {} s that a trial may take", job.limits.time.as_secs_f64());
                (TrialStatus::Timeout, Some(words))
            }
            Some(Ending::OutOfMemory(resident)) => {
                let megabytes = |bytes: u64| grouped(bytes / 1_000_000);
                let (used, limit) = (megabytes(resident), megabytes(job.limits.memory_bytes));
                (TrialStatus::Killed, Some(format!("it used {used} MB of memory; a trial may use {limit} MB")))
            }
            Some(Ending::Cancelled) => (TrialStatus::Cancelled, None),
            None => {
                let (status, words) = meaning(end.status);
                (status, Some(self.with_last_words(words)))
            }
        };
        trial.status = status;
        trial.error = error;
    }

    fn fill_measured(&mut self, trial: &mut Trial, measured: Measured) -> (TrialStatus, Option<String>) {
        self.most.threads = self.most.threads.max(measured.os_threads);
        self.most.page_table_bytes = self.most.page_table_bytes.max(measured.page_table_bytes);
        self.fill_kernel(trial);
        trial.figures.extend(measured.figures);
        trial.extra = measured.extra;
        trial.answer = Some(measured.answer);
        trial.latencies = measured.latencies;
        trial.finishes_ns = measured.finishes_ns;
        let since_start = |at_ns: u64| at_ns.saturating_sub(self.since_ns) / 1_000_000;
        trial.work_ms = measured.span_ns.map(|(from, to)| (since_start(from), since_start(to)));
        trial.printed = measured.printed;
        trial.lanes = measured.lanes;
        if measured.answer_ok {
            (TrialStatus::Ok, None)
        } else {
            (TrialStatus::Invalid, Some("its work has a wrong result: the figures mean nothing".to_owned()))
        }
    }

    /// What the kernel holds for the process besides what is resident.
    fn fill_kernel(&self, trial: &mut Trial) {
        trial.figures.count("os_threads_peak", self.most.threads);
        trial.figures.count("kernel_memory_bytes", self.most.threads * KERNEL_STACK_BYTES + self.most.page_table_bytes);
    }

    fn with_last_words(&self, words: String) -> String {
        let last = self.stderr.text();
        if last.is_empty() { words } else { format!("{words}: {last}") }
    }
}

/// Nothing is left behind, whichever way this is left.
impl Drop for Watched {
    fn drop(&mut self) {
        if !self.reaped {
            self.kill();
            let _ = self.reap(0);
        }
    }
}

/// What an exit status says if the child itself has said nothing.
fn meaning(status: libc::c_int) -> (TrialStatus, String) {
    if libc::WIFSIGNALED(status) {
        let signal = libc::WTERMSIG(status);
        let by_others = [libc::SIGKILL, libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT].contains(&signal);
        let name = Signal::from_named_raw(signal)
            .map_or_else(|| format!("signal {signal}"), |name| format!("{name:?} (signal {signal})"));
        return if by_others {
            (TrialStatus::Killed, format!("it was killed from outside by {name}"))
        } else {
            (TrialStatus::Failed, format!("it aborted with {name}"))
        };
    }
    match libc::WEXITSTATUS(status) {
        0 => (TrialStatus::Failed, "it ended without a result".to_owned()),
        code => (TrialStatus::Failed, format!("it ended with exit status {code}")),
    }
}

/// Waits until one of these has something, a tick at most. Whether the first has.
pub(crate) fn wait_on(fds: &[BorrowedFd<'_>]) -> bool {
    let mut polled: Vec<PollFd<'_>> = fds.iter().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)).collect();
    let tick = Timespec { tv_sec: 0, tv_nsec: i64::from(TICK.subsec_nanos()) };
    // Interrupted or not: the caller looks at everything anyway.
    let _ = poll(&mut polled, Some(&tick));
    polled.first().is_some_and(|first| !first.revents().is_empty())
}
