//! A job per round of a unit, which then queues again. Whatever a job waits for keeps its thread, so that no more units are on
//! their way than there are workers. The collector has a thread beside the pool: as a job it would keep one for good.

use std::sync::Arc;
use std::{fs, thread};

use crossbeam_channel::{Sender, bounded};

use super::file::sum_in;
use super::steps::{Step, Stretch};
use super::{Ask, Branch, Collector, Common, Course, Params, QUEUE, compute};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

/// What is asked, and where the answer goes.
type Asked = (Ask, Sender<u64>);

/// A unit, on its way from job to job.
struct Unit {
    number: u64,
    course: Course,
    common: Arc<Common>,
    queue: Sender<Asked>,
    sum: u64,
    done: Sender<u64>,
}

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let common = Common::new(params, measure)?;
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (queue, asked) = bounded::<Asked>(QUEUE);
    // region: answer
    let collect = move || {
        let mut collector = Collector::default();
        for (what, reply) in asked {
            let _ = reply.send(collector.answer(what));
        }
    };
    // endregion
    let collector = thread::Builder::new().spawn(collect).map_err(|error| Halt::at(0, "thread", &error))?;
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (common, queue, done, again) = (Arc::clone(&common), queue.clone(), done.clone(), pool.clone());
        // region: make
        pool.execute(move || {
            let (number, course) = (unit as u64, Course::new(&common, unit as u64));
            next(Unit { number, course, common, queue, sum: 0, done }, &again);
        })?;
        // endregion
    }
    // From here on only the jobs hold senders. If one is lost, the channel closes with the last of the others, and the wait ends
    // in an error.
    drop(done);

    let running = measure.start();
    pool.go();
    // region: join
    let sum = sum_of(&results, params.units)?;
    // Adds nothing: what it counted is in the answer.
    let counted = ask(&queue, Ask::Add(0))?;
    // endregion
    let done = common.stop(running, sum.wrapping_add(counted));
    // The last sender: the channel closes, and the collector ends.
    drop(queue);
    collector.join()?;
    Ok(done)
}

// region: work
/// Its next round.
fn next(mut unit: Unit, pool: &Pool) {
    // A job that fails sends no result: the wait for it then ends in an error.
    let Ok(()) = unit.run_once(pool) else { return };
    if unit.course.another() {
        let again = pool.clone();
        // Behind all that wait already. The queue has room for every unit. An error means that every thread is gone, and then
        // nobody waits for this one.
        let _ = pool.execute(move || next(unit, &again));
    } else {
        let Unit { course, queue, sum, done, .. } = unit;
        drop((course, queue));
        let _ = done.send(sum);
    }
}
// endregion

impl Unit {
    fn run_once(&mut self, pool: &Pool) -> Result<(), Halt> {
        for step in self.common.params.program.steps() {
            let part = run_step(&self.common, &self.queue, pool, self.number, step)?;
            self.course.done(step);
            self.sum = self.sum.wrapping_add(part);
        }
        self.course.round_done();
        Ok(())
    }
}

fn run_step(common: &Arc<Common>, queue: &Sender<Asked>, pool: &Pool, unit: u64, step: Step) -> Result<u64, Halt> {
    // region: work
    Ok(match step {
        Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
        // Keeps a thread of the pool: the jobs in the queue wait as well.
        Step::Wait(time) | Step::Block(time) => {
            thread::sleep(time);
            1
        }
        Step::Send => ask(queue, Ask::Handle(unit))?,
        Step::Lock if common.has_owner() => {
            // The collector handles one message after the other: no lock.
            ask(queue, Ask::Add(1))?;
            0
        }
        Step::Lock => common.add_one(),
        // To another thread that is ready, of the pool or not: the jobs in the queue wait all the same.
        Step::Yield => {
            thread::yield_now();
            1
        }
        Step::Read => sum_in(&fs::read(common.file.path())?),
        // A job that waits for jobs behind it in the queue may wait for ever, once every thread does. So it does them itself, and
        // whichever thread is free before it has come to the last takes the next of them.
        Step::Parallel(inside) => {
            let branches: Vec<Stretch> = common.params.program.branches(inside).collect();
            let ((put, take), (tell, told)) = (bounded(branches.len()), bounded(branches.len()));
            for branch in &branches {
                let _ = put.send(*branch);
            }
            drop(put);
            for _ in 1..branches.len() {
                let (common, queue, again, take, tell) =
                    (Arc::clone(common), queue.clone(), pool.clone(), take.clone(), tell.clone());
                pool.offer(move || {
                    for branch in take {
                        let _ = tell.send(run_branch(&common, &queue, &again, unit, branch));
                    }
                });
            }
            for branch in take {
                let _ = tell.send(run_branch(common, queue, pool, unit, branch));
            }
            drop(tell);
            let mut sum = 0_u64;
            for _ in branches {
                sum = sum.wrapping_add(told.recv().map_err(|_| Halt::Failed("a branch panicked".to_owned()))??);
            }
            sum
        }
    })
    // endregion
}

fn run_branch(common: &Arc<Common>, queue: &Sender<Asked>, pool: &Pool, unit: u64, steps: Stretch) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut branch = Branch::new(common);
    for step in common.params.program.steps_of(steps) {
        let part = run_step(common, queue, pool, unit, step)?;
        branch.done(step);
        sum = sum.wrapping_add(part);
    }
    Ok(sum)
}

// region: wait
fn ask(queue: &Sender<Asked>, what: Ask) -> Result<u64, Halt> {
    let gone = || Halt::Failed("the collector is gone".to_owned());
    let (reply, answer) = bounded(1);
    queue.send((what, reply)).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())
}
// endregion
