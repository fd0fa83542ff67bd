//! The parent's handle on trials: a thread that starts and watches them, one at a time, for the life of the process.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use protocol::log::Phase;
use protocol::{Experiment, Machine, PlannedTrial, Trial, TrialStatus};
use rustix::event::{EventfdFlags, eventfd};

use crate::lock::MachineLock;
use crate::watch::watch;
use crate::wire::CHILD_ROLE;

/// Trials that may be asked for before the one that runs has ended; past this, the one that asks waits.
const WAITING: usize = 16;

/// Starts and watches trials, one at a time. Dropping it ends its thread when the trial that runs has ended.
#[derive(Debug)]
pub struct Supervisor {
    jobs: SyncSender<Request>,
}

/// How to start a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// What stands before the assignment.
    pub arguments: Vec<String>,
}

impl Program {
    /// This executable, in the child role.
    ///
    /// # Errors
    /// If the system does not say which it is.
    pub fn this() -> io::Result<Self> {
        Ok(Self { path: std::env::current_exe()?, arguments: vec![CHILD_ROLE.to_owned()] })
    }
}

/// A trial to be run.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which of its experiment.
    pub planned: PlannedTrial,
    /// Of which experiment.
    pub experiment: Arc<Experiment>,
    /// What it may take.
    pub limits: TrialLimits,
    /// The file for its lanes, if it is traced.
    pub trace: Option<PathBuf>,
}

/// What a trial may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrialLimits {
    /// From its start to its end.
    pub time: Duration,
    /// Resident memory.
    pub memory_bytes: u64,
    /// OS threads.
    pub threads: u64,
    /// File descriptors.
    pub files: u64,
}

impl TrialLimits {
    /// Those of a machine.
    #[must_use]
    pub fn of(machine: &Machine) -> Self {
        Self {
            time: Duration::from_millis(machine.trial_time_limit_ms),
            memory_bytes: machine.trial_memory_limit_bytes,
            threads: machine.threads_limit,
            files: machine.files_limit,
        }
    }
}

/// What is told of a trial.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Another server of this machine is measuring: it waits for that trial's end.
    WaitingForMachine,
    /// Its process was started.
    Started,
    /// It reached its next phase.
    Phase(Phase),
    /// It has ended, and its process has been reaped. Always the last.
    Ended(Box<Trial>),
}

struct Request {
    job: Job,
    cancel: Arc<Cancel>,
    tell: Box<dyn FnMut(Told) + Send>,
}

impl Supervisor {
    /// Starts the thread.
    ///
    /// # Errors
    /// If there can be no thread, or no lock file.
    pub fn start(program: Program) -> io::Result<Self> {
        let (jobs, asked) = sync_channel::<Request>(WAITING);
        let lock = MachineLock::open()?;
        let work = move || {
            for Request { job, cancel, mut tell } in asked {
                let trial = if wait_for_machine(&lock, &cancel, &mut tell) {
                    let trial = watch(&program, &job, &cancel, &mut tell);
                    lock.release();
                    trial
                } else {
                    Trial { planned: job.planned, status: TrialStatus::Cancelled, ..Trial::default() }
                };
                tell(Told::Ended(Box::new(trial)));
            }
        };
        thread::Builder::new().name("supervisor".to_owned()).spawn(work)?;
        Ok(Self { jobs })
    }

    /// Asks for a trial. `tell` is called from the supervisor's thread, [`Told::Ended`] exactly once and last.
    ///
    /// # Errors
    /// If the system gives no event descriptor, or the thread has died.
    pub fn run(&self, job: Job, tell: impl FnMut(Told) + Send + 'static) -> io::Result<TrialHandle> {
        let cancel = Arc::new(Cancel { asked: AtomicBool::new(false), wake: eventfd(0, EventfdFlags::CLOEXEC)? });
        let handle = TrialHandle(Arc::clone(&cancel));
        let asked = Request { job, cancel, tell: Box::new(tell) };
        self.jobs.send(asked).map_err(|_| io::Error::other("the supervisor's thread has died"))?;
        Ok(handle)
    }
}

/// Another server of this user may be measuring.
fn wait_for_machine(lock: &MachineLock, cancel: &Cancel, tell: &mut dyn FnMut(Told)) -> bool {
    let mut told = false;
    while !cancel.is_asked() {
        if lock.take() {
            return true;
        }
        if !told {
            tell(Told::WaitingForMachine);
            told = true;
        }
        crate::watch::wait_on(&[cancel.fd()]);
    }
    false
}

/// Owns a trial: dropping it kills the child.
#[must_use = "dropping it kills the trial"]
pub struct TrialHandle(Arc<Cancel>);

impl TrialHandle {
    /// Kills the child; [`Told::Ended`] comes when it has been reaped.
    pub fn cancel(&self) {
        self.0.ask();
    }
}

impl Drop for TrialHandle {
    fn drop(&mut self) {
        self.0.ask();
    }
}

impl fmt::Debug for TrialHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrialHandle").field("cancelled", &self.0.is_asked()).finish()
    }
}

/// Whether a trial is no longer wanted, and the event that wakes its watcher.
#[derive(Debug)]
pub(crate) struct Cancel {
    asked: AtomicBool,
    wake: OwnedFd,
}

impl Cancel {
    fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}
