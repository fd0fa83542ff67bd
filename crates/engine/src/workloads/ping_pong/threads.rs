//! Two threads per pair, and a channel each way. The one that waits sleeps in the kernel until the other wakes it.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use super::Params;
use crate::measure::{Done, Gate, Halt, Measure};
use crate::models::placement::Placement;

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let placement: Placement = measure.setting();
    let gate = Gate::new(params.units);
    let mut pings = Vec::with_capacity(params.pairs());
    let mut pongs = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        // Room for one number: a pair has only one under way, so no send ever waits for a place. std's channel will do: each end
        // has one owner.
        let (to_pong, from_ping) = sync_channel::<u64>(1);
        let (to_ping, from_pong) = sync_channel::<u64>(1);
        let thread = || thread::Builder::new();

        let arrived = Arc::clone(&gate);
        // region: make
        let pong = move || -> Result<(), Halt> {
            // endregion
            placement.keep_thread(pair, 1)?;
            // It does not wait at the gate but for a number. This says that it is there.
            arrived.arrive();
            // region: answer
            for number in from_ping {
                if to_ping.send(number + 1).is_err() {
                    break;
                }
            }
            // endregion
            Ok(())
        };
        // region: make
        pongs.push(thread().spawn(pong).map_err(|error| Halt::at(2 * pair, "thread", &error))?);
        // endregion

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        let ping = move || -> Result<u64, Halt> {
            // endregion
            placement.keep_thread(pair, 0)?;
            gate.wait();
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                // region: wait
                to_pong.send(number).map_err(lost)?;
                // Puts this thread to sleep; the send before has woken the other, which the kernel may start on another core
                // unless both are kept to one.
                number = from_pong.recv().map_err(lost)?;
                // endregion
                lap.done();
            }
            Ok(number)
        };
        // region: make
        pings.push(thread().spawn(ping).map_err(|error| Halt::at(2 * pair + 1, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for ping in pings {
        sum += ping.join()??;
    }
    // endregion
    let done = running.stop(sum);
    // A ping that has ended drops its sender: that closes the channel, which ends its pong's loop.
    for pong in pongs {
        pong.join()??;
    }
    Ok(done)
}

fn lost(error: impl std::error::Error) -> Halt {
    Halt::Failed(format!("the other of a pair is gone: {error}"))
}
