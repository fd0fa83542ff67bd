//! A job per unit. Whatever a job waits for keeps its thread, so that no more units are on their way than there are workers. The
//! collector has a thread beside the pool: as a job it would keep one for good.

use std::sync::{Arc, PoisonError};
use std::{fs, thread};

use crossbeam_channel::{Sender, bounded};

use super::file::sum_in;
use super::steps::Step;
use super::{Common, Params, QUEUE, compute, handle};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

/// A number, and where its answer goes.
type Asked = (u64, Sender<u64>);

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let common = Common::new(params, measure)?;
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (queue, asked) = bounded::<Asked>(QUEUE);
    let collect = move || {
        for (number, reply) in asked {
            let _ = reply.send(handle(number));
        }
    };
    let collector = thread::Builder::new().spawn(collect).map_err(|error| Halt::at(0, "thread", &error))?;
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (common, queue, done) = (Arc::clone(&common), queue.clone(), done.clone());
        pool.execute(move || {
            // A job that fails sends no result: the wait for it then ends in an error.
            if let Ok(sum) = run_program(&common, &queue, unit as u64) {
                let _ = done.send(sum);
            }
        })?;
    }
    // From here on only the jobs hold senders: with the last of them both channels close, and the collector ends.
    drop((queue, done));

    let running = measure.start();
    pool.go();
    let sum = sum_of(&results, params.units)?;
    let done = common.stop(running, sum);
    collector.join()?;
    Ok(done)
}

fn run_program(common: &Common, queue: &Sender<Asked>, unit: u64) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut lap = common.measure.lap();
    for _ in 0..common.params.rounds {
        for &step in common.params.program.steps() {
            let part = match step {
                Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
                // Keeps a thread of the pool: the jobs in the queue wait as well.
                Step::Wait(time) | Step::Block(time) => {
                    thread::sleep(time);
                    1
                }
                Step::Send => ask(queue, unit)?,
                Step::Lock => {
                    *common.counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                    0
                }
                // To another thread that is ready, of the pool or not: the jobs in the queue wait all the same.
                Step::Yield => {
                    thread::yield_now();
                    1
                }
                Step::Read => sum_in(&fs::read(common.file.path())?),
            };
            common.done(&mut lap, step);
            sum = sum.wrapping_add(part);
        }
    }
    Ok(sum)
}

fn ask(queue: &Sender<Asked>, number: u64) -> Result<u64, Halt> {
    let gone = || Halt::Failed("the collector is gone".to_owned());
    let (reply, answer) = bounded(1);
    queue.send((number, reply)).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())
}
