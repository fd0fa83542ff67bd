//! A thread per unit, and a channel to the next. All but one sleep in the kernel.

use std::sync::mpsc::sync_channel;
use std::thread;

use super::{Params, lost};
use crate::measure::{Done, Gate, Halt, Measure, Relay};
use crate::models::placement::Placement;

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let placement: Placement = measure.setting();
    let (gate, relay) = (Gate::new(params.units), Relay::new(measure, params.hops()));
    let (done, finished) = sync_channel::<u64>(1);
    // Room for the token: nothing else is under way, so no send ever waits for a place.
    let (first, mut incoming) = sync_channel::<u64>(1);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (mut next, after) = sync_channel::<u64>(1);
        if unit == params.units - 1 {
            // Closes the ring: the last unit sends to the first.
            next = first.clone();
        }
        let from_last = std::mem::replace(&mut incoming, after);
        let (done, gate, relay) = (done.clone(), gate.clone(), relay.clone());
        // region: make
        let work = move || -> Result<(), Halt> {
            // endregion
            placement.keep_thread(0, unit)?;
            // No gate to wait at: a unit waits for the token. This says that it is there.
            gate.arrive();
            // The unit that has the token at the end leaves the ring. That drops its ends of two channels, which ends the loops
            // of its neighbours, one after the other.
            // region: answer
            for hops in from_last {
                let goes_on = relay.done(hops);
                let hops = hops + 1;
                if !goes_on {
                    let _ = done.send(hops);
                    break;
                }
                // Wakes the next thread, which the kernel may start on another core; this one then falls asleep.
                if next.send(hops).is_err() {
                    break;
                }
            }
            // endregion
            Ok(())
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }
    drop(done);

    gate.all_wait();
    let running = measure.start();
    relay.begin();
    first.send(0).map_err(|_| lost())?;
    drop(first);
    // region: join
    let hops = finished.recv().map_err(|_| lost())?;
    // endregion
    let done = running.stop(hops);
    for unit in units {
        unit.join()??;
    }
    Ok(done.with_wall_per_operation("hop_ns"))
}
