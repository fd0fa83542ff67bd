//! What a trial is asked for with, and what is told of it: what the supervisor and the watching of one child have in common.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use protocol::log::Phase;
use protocol::machine::Calibration;
use protocol::{Experiment, Machine, PlannedTrial, Trial};
use rustix::event::{EventfdFlags, eventfd};

use crate::wire::CHILD_ROLE;

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
    /// What the clock and the scheduler cost, measured just before it because the last time was too long ago.
    Calibrated(Box<Calibration>),
    /// Its process was started.
    Started,
    /// It reached its next phase.
    Phase(Phase),
    /// It has ended, and its process has been reaped. Always the last.
    Ended(Box<Trial>),
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

/// Whether a trial is no longer wanted, and the event that wakes its watcher.
#[derive(Debug)]
pub(crate) struct Cancel {
    asked: AtomicBool,
    wake: OwnedFd,
}

impl Cancel {
    /// # Errors
    /// If the system gives no event descriptor.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { asked: AtomicBool::new(false), wake: eventfd(0, EventfdFlags::CLOEXEC)? })
    }

    pub(crate) fn ask(&self) {
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
