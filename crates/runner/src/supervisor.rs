//! The parent's handle on trials: a thread that starts and watches them, one at a time, for the life of the process.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use protocol::{Trial, TrialStatus};

use crate::calibrate::calibrate_in_child;
use crate::job::{Cancel, Job, Program, Told};
use crate::lock::MachineLock;
use crate::watch::{wait_on, watch};

/// Trials that may be asked for before the one that runs has ended; past this, the one that asks waits.
const WAITING: usize = 16;

/// How long what the clock and the scheduler cost is taken to be the same. After a longer time the next run begins with measuring
/// it again, which takes less than a tenth of a second.
const CALIBRATED_FOR: Duration = Duration::from_secs(300);

/// Starts and watches trials, one at a time. Dropping it ends its thread when the trial that runs has ended.
#[derive(Debug)]
pub struct Supervisor {
    jobs: SyncSender<QueuedJob>,
}

struct QueuedJob {
    job: Job,
    cancel: Arc<Cancel>,
    tell: Box<dyn FnMut(Told) + Send>,
}

impl Supervisor {
    /// Starts the thread. What the clock and the scheduler cost has just been measured ([`crate::calibration`]), or may be
    /// unknown for some minutes.
    ///
    /// # Errors
    /// If there can be no thread, or no lock file.
    pub fn start(program: Program) -> io::Result<Self> {
        Self::calibrated_for(program, CALIBRATED_FOR)
    }

    /// The same, with another time until the next calibration.
    ///
    /// # Errors
    /// As [`Supervisor::start`].
    pub fn calibrated_for(program: Program, time: Duration) -> io::Result<Self> {
        let (jobs, asked) = sync_channel::<QueuedJob>(WAITING);
        let lock = MachineLock::open()?;
        let mut calibrated = Instant::now();
        let work = move || {
            for QueuedJob { job, cancel, mut tell } in asked {
                let trial = if wait_for_machine(&lock, &cancel, &mut tell) {
                    if job.planned.order == 0 && calibrated.elapsed() >= time {
                        calibrate_in_child(Some(&cancel)).into_iter().for_each(|costs| tell(Told::Calibrated(Box::new(costs))));
                        calibrated = Instant::now();
                    }
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
        let cancel = Arc::new(Cancel::new()?);
        let handle = TrialHandle(Arc::clone(&cancel));
        let asked = QueuedJob { job, cancel, tell: Box::new(tell) };
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
        wait_on(&[cancel.fd()]);
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
