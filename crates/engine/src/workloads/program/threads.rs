//! A thread per unit, and one that collects. Whatever a thread waits for it waits for in the kernel, so a wait is a block.

use std::sync::{Arc, PoisonError};
use std::{fs, thread};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::file::sum_in;
use super::steps::Step;
use super::{Common, Params, QUEUE, compute, handle};
use crate::measure::{Done, Gate, Halt, Measure};

/// A number, and where its answer goes.
type Asked = (u64, Sender<u64>);

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (gate, common) = (Gate::new(params.units), Common::new(params, measure)?);
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (queue, asked) = bounded(QUEUE);
    let collector = thread::Builder::new().spawn(move || collect(&asked)).map_err(|error| Halt::at(0, "thread", &error))?;
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, common, queue) = (gate.clone(), Arc::clone(&common), queue.clone());
        let work = move || {
            gate.wait();
            run_program(&common, &queue, unit as u64)
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }
    // From here on only the units hold senders: with the last of them the channel closes, and the collector ends.
    drop(queue);

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut sum = 0_u64;
    for unit in units {
        sum = sum.wrapping_add(unit.join()??);
    }
    let done = common.stop(running, sum);
    collector.join()?;
    Ok(done)
}

/// Ends when every unit has.
fn collect(asked: &Receiver<Asked>) {
    for (number, reply) in asked {
        let _ = reply.send(handle(number));
    }
}

fn run_program(common: &Common, queue: &Sender<Asked>, unit: u64) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut lap = common.measure.lap();
    for _ in 0..common.params.rounds {
        for &step in common.params.program.steps() {
            let part = match step {
                Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
                // The kernel runs other threads meanwhile: nobody shares this one.
                Step::Wait(time) | Step::Block(time) => {
                    thread::sleep(time);
                    1
                }
                Step::Send => ask(queue, unit)?,
                Step::Lock => {
                    // std's mutex will do: it is held for one addition. A thread that does not get it sleeps in the kernel.
                    *common.counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                    0
                }
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
