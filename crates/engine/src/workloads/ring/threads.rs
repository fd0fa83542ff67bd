//! A thread a unit, and a channel to the next. All but one sleep in the kernel.

use std::sync::mpsc::sync_channel;
use std::thread;

use super::{Params, Token};
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let (done, finished) = sync_channel::<u64>(1);
    let (first, mut incoming) = sync_channel::<Token>(1);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (mut next, after) = sync_channel::<Token>(1);
        if unit == params.units - 1 {
            next = first.clone();
        }
        let from_last = std::mem::replace(&mut incoming, after);
        let (done, gate, measure) = (done.clone(), gate.clone(), measure.clone());
        let work = move || {
            gate.wait();
            // Whoever has the token at the end leaves the ring, and with that its neighbours' channels close, one after the other.
            for token in from_last {
                let token = token.arrived(&measure);
                if token.hops == params.hops() {
                    let _ = done.send(token.hops);
                    return;
                }
                if next.send(token).is_err() {
                    return;
                }
            }
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }
    drop(done);

    gate.all_wait();
    let running = measure.start();
    gate.open();
    first.send(Token::first()).map_err(|_| lost())?;
    drop(first);
    let hops = finished.recv().map_err(|_| lost())?;
    let done = running.stop(hops);
    for unit in units {
        unit.join()?;
    }
    Ok(done)
}

fn lost() -> Halt {
    Halt::Failed("the token is lost: a unit of the ring is gone".to_owned())
}
