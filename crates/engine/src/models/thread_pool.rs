//! `thread-pool`: a fixed number of OS threads take units, as jobs, from one queue.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use protocol::catalog::Shape;

use super::{Described, described, look, threads};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "thread-pool";

pub(super) fn model() -> Described {
    let look = look(Shape::Circle, true, "#45339e", "#d6ccfb");
    described(ID, "Thread pool", "jobs from one crossbeam-channel, on a fixed number of threads", Some(threads::ID), look)
        .made_of(&["crossbeam-channel"])
}

/// A form of a cell: it blocks, and gives jobs to the pool.
pub type Run<P> = fn(P, &Pool, &Measure) -> Result<Done, Halt>;

/// Starts a pool of as many threads as there are workers, and runs the cell on the main thread.
///
/// # Errors
/// Those of the cell; if the machine refuses a thread.
pub fn launch<P: Params>(run: Run<P>, passes: &mut Passes<'_, P>) -> Result<(), Halt> {
    let pool = Pool::start(passes.workers(), passes.units())?;
    passes.run(|params, measure| {
        pool.hold()?;
        run(params, &pool, measure)
    })
}

type Job = Box<dyn FnOnce() + Send>;

/// Threads that take jobs from one queue, for as long as there is a clone of this. In each pass they do not begin before
/// [`Pool::go`].
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "jobs are closures")]
pub struct Pool {
    queue: Sender<Job>,
    workers: usize,
    /// How many passes have begun.
    begun: Arc<(Mutex<u64>, Condvar)>,
}

impl Pool {
    /// The queue has room for every unit: all of them can wait before the first is begun. And for what is offered.
    fn start(workers: usize, units: usize) -> Result<Self, Halt> {
        let (queue, jobs) = bounded::<Job>(units + 3 * workers);
        for worker in 0..workers {
            let jobs = jobs.clone();
            let thread = thread::Builder::new().name(format!("pool-{worker}"));
            thread.spawn(move || work(&jobs)).map_err(|error| Halt::at(worker, "thread", &error))?;
        }
        Ok(Self { queue, workers, begun: Arc::default() })
    }

    /// A job for each thread that waits for [`Pool::go`]: what is put into the queue behind them is not begun before.
    fn hold(&self) -> Result<(), Halt> {
        let before = *self.begun.0.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..self.workers {
            let begun = Arc::clone(&self.begun);
            self.execute(move || {
                let guard = begun.0.lock().unwrap_or_else(PoisonError::into_inner);
                drop(begun.1.wait_while(guard, |begun| *begun == before));
            })?;
        }
        Ok(())
    }

    /// Puts a job into the queue.
    ///
    /// # Errors
    /// If every thread of the pool has panicked.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Halt> {
        self.queue.send(Box::new(job)).map_err(|_| Halt::Failed("every thread of the pool has panicked".to_owned()))
    }

    /// Puts a job into the queue if a thread is likely to take it soon, and else forgets it: the caller can do without. As many as
    /// there are threads may wait, and each thread may put in one more at the same moment: that much room the queue has besides
    /// what units need.
    pub fn offer(&self, job: impl FnOnce() + Send + 'static) {
        if self.queue.len() < self.workers {
            let _ = self.queue.try_send(Box::new(job));
        }
    }

    /// The threads begin to take jobs.
    pub fn go(&self) {
        *self.begun.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.begun.1.notify_all();
    }
}

/// Ends when the queue is dropped. A job that panics takes its thread with it, and its result never comes.
fn work(jobs: &Receiver<Job>) {
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
