//! A thread per unit. A join tells of a panic, but joins are made in some order: so each thread says on its way out that it ends.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use super::{End, Faults, Params};
use crate::measure::{Done, Gate, Halt, Measure};

/// Dropped when its thread ends, whatever ended it: a panic drops what is on the stack too.
struct Leaving {
    unit: usize,
    left: Sender<usize>,
}

// region: join
impl Drop for Leaving {
    fn drop(&mut self) {
        let _ = self.left.send(self.unit);
    }
}
// endregion

/// A replacement finds the gate open.
fn spawn(unit: usize, faults: &Arc<Faults>, gate: &Arc<Gate>, left: &Sender<usize>) -> Result<JoinHandle<End>, Halt> {
    let (mut life, gate, leaving) = (faults.life(unit), Arc::clone(gate), Leaving { unit, left: left.clone() });
    // region: make
    let live = move || {
        // endregion
        let _leaving = leaving;
        gate.wait();
        // region: work
        while life.goes_on() {
            life.piece();
        }
        life.hand_over()
        // endregion
    };
    // region: make
    thread::Builder::new().spawn(live).map_err(|error| Halt::at(unit, "thread", &error))
    // endregion
}

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (gate, faults) = (Gate::new(params.units), Faults::new(params, measure));
    // Room for every unit: each has one life at a time, so none waits on its way out.
    let (left, leaving) = bounded(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        units.push(Some(spawn(unit, &faults, &gate, &left)?));
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut alive = params.units;
    // region: join
    while alive > 0 {
        let unit = leaving.recv().map_err(|_| Halt::Failed("no thread is left".to_owned()))?;
        let Some(thread) = units[unit].take() else { continue };
        // Does not wait long: the thread has said that it ends. The payload of its panic is the error of the join.
        let end = thread.join().or_else(|payload| faults.join_error(payload))?;
        if faults.replaces(end) {
            units[unit] = Some(spawn(unit, &faults, &gate, &left)?);
        } else {
            alive -= 1;
        }
    }
    // endregion
    Ok(faults.with_figures(running.stop(faults.answer())))
}
