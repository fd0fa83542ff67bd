//! Two threads per pair, and a channel each way. The end of the wait is an argument of the call that puts the thread to sleep: no
//! timer is made, and none is taken back.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use super::{Params, With};
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
        let pong = move || -> Result<(), Halt> {
            placement.keep_thread(pair, 1)?;
            // It does not wait at the gate but for a number. This says that it is there.
            arrived.arrive();
            for number in from_ping {
                if to_ping.send(number + 1).is_err() {
                    break;
                }
            }
            Ok(())
        };
        pongs.push(thread().spawn(pong).map_err(|error| Halt::at(2 * pair, "thread", &error))?);

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        let ping = move || -> Result<u64, Halt> {
            placement.keep_thread(pair, 0)?;
            gate.wait();
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                to_pong.send(number).map_err(lost)?;
                number = match params.with {
                    // The kernel is told how long to sleep at most.
                    With::Timeout => from_pong.recv_timeout(params.timeout()).map_err(|error| match error {
                        RecvTimeoutError::Timeout => params.too_late(),
                        RecvTimeoutError::Disconnected => lost(error),
                    })?,
                    With::Nothing => from_pong.recv().map_err(lost)?,
                };
                lap.done();
            }
            Ok(number)
        };
        pings.push(thread().spawn(ping).map_err(|error| Halt::at(2 * pair + 1, "thread", &error))?);
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for ping in pings {
        sum += ping.join()??;
    }
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
