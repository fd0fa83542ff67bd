//! A thread per unit, and one that collects. Whatever a thread waits for it waits for in the kernel, so a wait is a block.

use std::sync::Arc;
use std::{fs, thread};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::file::sum_in;
use super::steps::{Step, Stretch};
use super::{Ask, Branch, Collector, Common, Course, Params, QUEUE, compute};
use crate::measure::{Done, Gate, Halt, Measure};

/// What is asked, and where the answer goes.
type Asked = (Ask, Sender<u64>);

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (gate, common) = (Gate::new(params.units), Common::new(params, measure)?);
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (queue, asked) = bounded(QUEUE);
    // region: make
    let collector = thread::Builder::new().spawn(move || collect(&asked)).map_err(|error| Halt::at(0, "thread", &error))?;
    // endregion
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, common, queue) = (gate.clone(), Arc::clone(&common), queue.clone());
        // region: make
        let work = move || {
            // endregion
            gate.wait();
            run_program(&common, &queue, unit as u64)
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    // region: join
    let mut sum = 0_u64;
    for unit in units {
        sum = sum.wrapping_add(unit.join()??);
    }
    // Adds nothing: what it counted is in the answer.
    let counted = ask(&queue, Ask::Add(0))?;
    // endregion
    let done = common.stop(running, sum.wrapping_add(counted));
    // The last sender: the channel closes, and the collector ends.
    drop(queue);
    collector.join()?;
    Ok(done)
}

// region: answer
/// Ends when every unit has.
fn collect(asked: &Receiver<Asked>) {
    let mut collector = Collector::default();
    for (what, reply) in asked {
        let _ = reply.send(collector.answer(what));
    }
}
// endregion

fn run_program(common: &Arc<Common>, queue: &Sender<Asked>, unit: u64) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut course = Course::new(common, unit);
    while course.another() {
        for step in common.params.program.steps() {
            let part = run_step(common, queue, unit, step)?;
            course.done(step);
            sum = sum.wrapping_add(part);
        }
        course.round_done();
    }
    Ok(sum)
}

fn run_step(common: &Common, queue: &Sender<Asked>, unit: u64, step: Step) -> Result<u64, Halt> {
    // region: work
    Ok(match step {
        Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
        // The kernel runs other threads meanwhile: nobody shares this one.
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
        // A thread that does not get the lock sleeps in the kernel.
        Step::Lock => common.add_one(),
        Step::Yield => {
            thread::yield_now();
            1
        }
        Step::Read => sum_in(&fs::read(common.file.path())?),
        // A thread for each, which may borrow: it ends before the step does.
        Step::Parallel(inside) => thread::scope(|scope| {
            let mut branches = Vec::new();
            for branch in common.params.program.branches(inside) {
                let work = move || run_branch(common, queue, unit, branch);
                let thread = thread::Builder::new().spawn_scoped(scope, work);
                branches.push(thread.map_err(|error| Halt::at(unit as usize, "thread", &error))?);
            }
            let mut sum = 0_u64;
            for branch in branches {
                sum = sum.wrapping_add(branch.join()??);
            }
            Ok::<u64, Halt>(sum)
        })?,
    })
    // endregion
}

fn run_branch(common: &Common, queue: &Sender<Asked>, unit: u64, steps: Stretch) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut branch = Branch::new(common);
    for step in common.params.program.steps_of(steps) {
        let part = run_step(common, queue, unit, step)?;
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
