//! Two threads per pair, and a channel each way. The timeout is an argument of the call that puts the thread to sleep: the
//! kernel sets a timer, and cancels it when the other wakes the thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;

use super::{Params, Questions, With, lost};
use crate::measure::{Done, Gate, Halt, Measure};
use crate::models::placement::Placement;

// region: wait
/// Whether the answer to this question came in time.
fn answered(params: Params, number: u64, answers: &Receiver<u64>) -> Result<bool, Halt> {
    loop {
        let answer = match params.with {
            With::Timeout => answers.recv_timeout(params.timeout()),
            With::None => answers.recv().map_err(RecvTimeoutError::from),
        };
        match answer {
            Ok(answer) if answer == number => return Ok(true),
            // The answer to a question that has timed out: this one's is still to come.
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Ok(false),
            Err(RecvTimeoutError::Disconnected) => return Err(lost()),
        }
    }
}
// endregion

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let placement: Placement = measure.setting();
    let (gate, questions) = (Gate::new(params.units), Questions::new(params, measure));
    let mut askers = Vec::with_capacity(params.pairs());
    let mut partners = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        // Room for one number: no send waits for a place, unless the last question timed out before it was taken.
        let (ask, asked) = sync_channel::<u64>(1);
        let (answer, answers) = sync_channel::<u64>(1);
        let thread = || thread::Builder::new();

        let (arrived, questions_) = (Arc::clone(&gate), Arc::clone(&questions));
        // region: make
        let partner = move || -> Result<(), Halt> {
            // endregion
            placement.keep_thread(pair, 1)?;
            // It does not wait at the gate but for a question. This says that it is there.
            arrived.arrive();
            // region: answer
            for number in asked {
                if !questions_.is_ignored(pair, number) && answer.send(number).is_err() {
                    break;
                }
            }
            // endregion
            Ok(())
        };
        // region: make
        partners.push(thread().spawn(partner).map_err(|error| Halt::at(2 * pair, "thread", &error))?);
        // endregion

        let (gate, measure, questions) = (Arc::clone(&gate), measure.clone(), Arc::clone(&questions));
        // region: make
        let asker = move || -> Result<u64, Halt> {
            // endregion
            placement.keep_thread(pair, 0)?;
            gate.wait();
            let mut sum = 0_u64;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while let Some(number) = lap.another() {
                let due = questions.due(pair, number);
                // region: wait
                ask.send(number).map_err(|_| lost())?;
                let in_time = answered(params, number, &answers)?;
                // endregion
                sum = sum.wrapping_add(if in_time { 1 } else { questions.timed_out(due) });
                lap.done();
            }
            Ok(sum)
        };
        // region: make
        askers.push(thread().spawn(asker).map_err(|error| Halt::at(2 * pair + 1, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut sum = 0_u64;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for asker in askers {
        sum = sum.wrapping_add(asker.join()??);
    }
    // endregion
    let done = running.stop(sum);
    // One that has ended drops its sender: that closes the channel, which ends its partner's loop.
    for partner in partners {
        partner.join()??;
    }
    Ok(questions.with_figures(done))
}
