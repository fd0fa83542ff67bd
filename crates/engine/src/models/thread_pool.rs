//! `thread-pool`: a fixed number of OS threads take units, as jobs, from one queue.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use protocol::catalog::Shape;

use super::{Described, described, look, threads};
use crate::measure::{Done, Halt, Measure};

/// The name that experiments and links use.
pub const ID: &str = "thread-pool";

pub(super) fn model() -> Described {
    let look = look(Shape::Circle, true, "#45339e", "#d6ccfb");
    described(ID, "Thread pool", "jobs on a fixed number of threads", Some(threads::ID), look).made_of(&["crossbeam-channel"])
}

/// A form of a cell: it blocks, and gives jobs to the pool.
pub type Run<P> = fn(P, &Pool, &Measure) -> Result<Done, Halt>;

/// Starts a pool of as many threads as there are workers, and runs the cell on the main thread.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread.
pub fn launch<P>(run: Run<P>, params: P, measure: &Measure) -> Result<Done, Halt> {
    let pool = Pool::start(measure.workers(), measure.units())?;
    run(params, &pool, measure)
}

type Job = Box<dyn FnOnce() + Send>;

/// Threads that take jobs from one queue, for as long as there is a clone of this. They do not begin before [`Pool::go`].
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "jobs are closures")]
pub struct Pool {
    queue: Sender<Job>,
    begun: Arc<(Mutex<bool>, Condvar)>,
}

impl Pool {
    /// The queue has room for every unit: all of them can wait before the first is begun.
    fn start(workers: usize, units: usize) -> Result<Self, Halt> {
        let (queue, jobs) = bounded::<Job>(units);
        let begun = Arc::new((Mutex::new(false), Condvar::new()));
        for worker in 0..workers {
            let (jobs, begun) = (jobs.clone(), Arc::clone(&begun));
            let thread = thread::Builder::new().name(format!("pool-{worker}"));
            thread.spawn(move || work(&jobs, &begun)).map_err(|error| Halt::at(worker, "thread", &error))?;
        }
        Ok(Self { queue, begun })
    }

    /// Puts a job into the queue.
    ///
    /// # Errors
    /// If every thread of the pool has panicked.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Halt> {
        self.queue.send(Box::new(job)).map_err(|_| Halt::Failed("every thread of the pool has panicked".to_owned()))
    }

    /// The threads begin to take jobs.
    pub fn go(&self) {
        *self.begun.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.begun.1.notify_all();
    }
}

/// Ends when the queue is dropped. A job that panics takes its thread with it, and its result never comes.
fn work(jobs: &Receiver<Job>, (begun, changed): &(Mutex<bool>, Condvar)) {
    let guard = begun.lock().unwrap_or_else(PoisonError::into_inner);
    drop(changed.wait_while(guard, |begun| !*begun));
    for job in jobs {
        job();
    }
}

/// The wrapping sum of the results of this many jobs.
///
/// # Errors
/// If a job ended without a result: it panicked.
pub fn sum_of(results: &Receiver<u64>, jobs: usize) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    for _ in 0..jobs {
        let result = results.recv().map_err(|_| Halt::Failed("a job of the pool ended before its work was done".to_owned()))?;
        sum = sum.wrapping_add(result);
    }
    Ok(sum)
}
