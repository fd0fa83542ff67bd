//! The life of one child, seen from its parent: start, watch, reap, and what its end means.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use engine::measure::{Footprint, KERNEL_STACK_BYTES};
use engine::{Measured, TrialSpec};
use protocol::catalog::grouped;
use protocol::plan::PlannedTrial;
use protocol::report::Usage;
use protocol::{Trial, TrialStatus};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};

use crate::machine::Busy;
use crate::pipe::Pipe;
use crate::supervisor::{Cancel, Job, Program, Told};
use crate::wire::{Assignment, Line};

/// How often the watchdog looks at memory and threads. At 2 GB/s a runaway child gets 20 MB past its limit.
const TICK: Duration = Duration::from_millis(10);

/// How long a child may take to end after its result.
const GRACE: Duration = Duration::from_secs(5);

/// Others used more than this of the machine: the trial is marked.
const DISTURBED: f64 = 0.1;

/// What is known of a trial before it is run.
pub(crate) fn blank(job: &Job) -> Trial {
    let planned = job.planned.clone();
    let PlannedTrial { order, model, label, repetition, at } = planned;
    Trial { order, model, label, repetition, at, ..Trial::default() }
}

/// Runs one trial to its end, whatever end that is. Its process has been reaped when this returns.
pub(crate) fn watch(program: &Program, job: &Job, cancel: &Cancel, tell: &mut dyn FnMut(Told)) -> Trial {
    let mut trial = blank(job);
    let busy = Busy::now();
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
    trial.foreign_cpu = busy.others_since(trial.user_ns.unwrap_or(0) + trial.system_ns.unwrap_or(0));
    trial.disturbed = trial.foreign_cpu.is_some_and(|share| share > DISTURBED);
    trial
}

/// How a child ended, by the kernel's account.
struct Reaped {
    status: libc::c_int,
    usage: Usage,
}

/// What the child said last, or why it was made to say no more.
enum Verdict {
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
    verdict: Option<Verdict>,
    deadline: Instant,
    /// Until the kernel has been asked for its exit status, its process number cannot be another's.
    reaped: bool,
}

impl Watched {
    fn start(program: &Program, job: &Job) -> io::Result<Self> {
        let experiment = job.experiment.at(job.planned.at);
        let assignment = Assignment {
            parent: std::process::id(),
            spec: TrialSpec {
                workload: experiment.workload,
                model: job.planned.model.clone(),
                params: experiment.params,
                workers: experiment.workers,
                seed: experiment.seed,
                driver: experiment.driver,
                trace: job.trace.clone(),
            },
            cores: experiment.cores,
            threads_limit: job.limits.threads,
            files_limit: job.limits.files,
        };
        // Nothing between fork and exec: the child confines itself, so that starting it costs the same however large this process is.
        let mut child: Child = Command::new(&program.path)
            .args(&program.arguments)
            .arg(serde_json::to_string(&assignment)?)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let process = Pid::from_child(&child);
        let pidfd = pidfd_open(process, PidfdFlags::empty())?;
        let missing = || io::Error::other("a pipe is missing");
        Ok(Self {
            process,
            pidfd,
            stdin: child.stdin.take(),
            stdout: Pipe::new(child.stdout.take().ok_or_else(missing)?)?,
            stderr: Pipe::new(child.stderr.take().ok_or_else(missing)?)?,
            most: Footprint::default(),
            verdict: None,
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
                self.stop_with(Verdict::Cancelled);
            }
            // Before it is reaped, so that the last words of a child that has ended are read too.
            self.read_lines(tell);
            if self.stderr.keep_tail().is_err() {
                self.stop_with(Verdict::Failed("it flooded its standard error".to_owned()));
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
            Err(_) => return self.stop_with(Verdict::Failed("it flooded its pipe".to_owned())),
        };
        for line in lines {
            if self.verdict.is_some() {
                return;
            }
            match serde_json::from_slice(&line) {
                Ok(Line::Phase { phase }) => tell(Told::Phase(phase)),
                Ok(Line::Measured(measured)) => self.conclude(Verdict::Measured(measured)),
                Ok(Line::Refused { words }) => self.conclude(Verdict::Refused(words)),
                Ok(Line::Failed { words }) => self.conclude(Verdict::Failed(words)),
                Err(_) => {
                    let start: String = String::from_utf8_lossy(&line).chars().take(80).collect();
                    self.stop_with(Verdict::Failed(format!("it wrote what is no result: {start}")));
                }
            }
        }
    }

    /// The child has said what it had to say: its memory is looked at while it is still there, then it may end.
    fn conclude(&mut self, verdict: Verdict) {
        self.see();
        self.verdict = Some(verdict);
        self.deadline = Instant::now() + GRACE;
        self.stdin = None;
    }

    /// Kills the child. What it had concluded by itself before stands.
    fn stop_with(&mut self, verdict: Verdict) {
        if self.verdict.is_none() {
            self.verdict = Some(verdict);
        }
        self.kill();
    }

    fn kill(&self) {
        if !self.reaped {
            // Whatever it has started is in its group, once it has made one.
            let _ = kill_process_group(self.process, Signal::KILL);
            let _ = kill_process(self.process, Signal::KILL);
        }
    }

    /// The watchdog.
    fn look(&mut self, job: &Job) {
        let resident = self.see();
        if resident > job.limits.memory_bytes {
            self.stop_with(Verdict::OutOfMemory(resident));
        }
        if Instant::now() >= self.deadline {
            self.stop_with(Verdict::OutOfTime);
        }
    }

    fn see(&mut self) -> u64 {
        let path = format!("/proc/{}/status", self.process.as_raw_nonzero());
        let now = std::fs::read_to_string(path).map(|status| Footprint::of_status(&status)).unwrap_or_default();
        self.most.threads = self.most.threads.max(now.threads);
        self.most.page_table_bytes = self.most.page_table_bytes.max(now.page_table_bytes);
        self.most.peak_resident_bytes = self.most.peak_resident_bytes.max(now.peak_resident_bytes);
        now.resident_bytes
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
        let usage = Usage {
            user_ns: nanoseconds(usage.ru_utime),
            system_ns: nanoseconds(usage.ru_stime),
            voluntary_switches: count(usage.ru_nvcsw),
            involuntary_switches: count(usage.ru_nivcsw),
        };
        Some(Reaped { status, usage })
    }

    fn fill(&mut self, trial: &mut Trial, job: &Job, end: Reaped) {
        trial.user_ns = Some(end.usage.user_ns);
        trial.system_ns = Some(end.usage.system_ns);
        trial.voluntary_switches = Some(end.usage.voluntary_switches);
        trial.involuntary_switches = Some(end.usage.involuntary_switches);
        if self.most.peak_resident_bytes > 0 {
            trial.peak_rss_bytes = Some(self.most.peak_resident_bytes);
            trial.os_threads_peak = Some(self.most.threads);
            trial.kernel_memory_bytes = Some(self.most.threads * KERNEL_STACK_BYTES + self.most.page_table_bytes);
        }
        let (status, error) = match self.verdict.take() {
            Some(Verdict::Measured(measured)) => self.fill_measured(trial, *measured),
            Some(Verdict::Refused(words)) => (TrialStatus::Refused, Some(words)),
            Some(Verdict::Failed(words)) => (TrialStatus::Failed, Some(self.with_last_words(words))),
            Some(Verdict::OutOfTime) => {
                let words = format!("it took longer than the {} s that a trial may take", job.limits.time.as_secs_f64());
                (TrialStatus::Timeout, Some(words))
            }
            Some(Verdict::OutOfMemory(resident)) => {
                let megabytes = |bytes: u64| grouped(bytes / 1_000_000);
                let (used, limit) = (megabytes(resident), megabytes(job.limits.memory_bytes));
                (TrialStatus::Killed, Some(format!("it used {used} MB of memory; a trial may use {limit} MB")))
            }
            Some(Verdict::Cancelled) => (TrialStatus::Cancelled, None),
            None => {
                let (status, words) = meaning(end.status);
                (status, Some(self.with_last_words(words)))
            }
        };
        trial.status = status;
        trial.error = error;
    }

    fn fill_measured(&self, trial: &mut Trial, measured: Measured) -> (TrialStatus, Option<String>) {
        let threads = self.most.threads.max(measured.os_threads);
        let page_tables = self.most.page_table_bytes.max(measured.page_table_bytes);
        trial.os_threads_peak = Some(threads);
        trial.kernel_memory_bytes = Some(threads * KERNEL_STACK_BYTES + page_tables);
        trial.wall_ns = Some(measured.wall_ns);
        trial.operations = Some(measured.operations);
        trial.ops_per_s = (measured.wall_ns > 0).then(|| measured.operations as f64 * 1e9 / measured.wall_ns as f64);
        trial.latency_ns = measured.latency_ns;
        trial.measured = Some(measured.measured);
        trial.unit_operations = measured.unit_operations;
        trial.answer = Some(measured.answer);
        trial.answer_ok = Some(measured.answer_ok);
        trial.warm_up = Some(measured.warm_up);
        trial.lanes = measured.lanes;
        trial.extra = measured.extra;
        if measured.answer_ok {
            (TrialStatus::Ok, None)
        } else {
            (TrialStatus::Invalid, Some("its work did not come to what it must: the figures mean nothing".to_owned()))
        }
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

/// What an exit status says where the child itself has said nothing.
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
