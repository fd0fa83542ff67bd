//! A message per unit. Copies of one actor, each on a thread of its own, take them from one queue.

use actix::prelude::*;
use futures_util::stream::{StreamExt, iter};

use super::{Params, chain, first_link, part};
use crate::measure::{Done, Halt, Measure};

struct Hasher {
    params: Params,
    measure: Measure,
}

impl Actor for Hasher {
    type Context = SyncContext<Self>;
}

/// The work of one unit.
#[derive(Message)]
#[rtype(result = "u64")]
struct Chains {
    unit: usize,
}

impl Handler<Chains> for Hasher {
    type Result = u64;

    fn handle(&mut self, message: Chains, _: &mut SyncContext<Self>) -> u64 {
        let mut link = first_link(self.measure.seed(), message.unit);
        let mut lap = self.measure.lap();
        for _ in 0..self.params.rounds {
            // Nothing here gives way: the messages in the queue wait until this one has been handled.
            link = chain(link, self.params.hashes);
            lap.done();
        }
        part(&link)
    }
}

/// Answers that are awaited at once: enough that no thread ever waits for a message.
const AT_A_TIME: usize = 256;

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let actor = measure.clone();
    let hashers = SyncArbiter::start(measure.workers(), move || Hasher { params, measure: actor.clone() });
    // `send` puts the messages into the mailbox now. The SyncArbiter hands them to its threads in a future on this very thread,
    // which does not get to run before this one awaits: so none is begun before the clock is read.
    let messages: Vec<_> = (0..params.units).map(|unit| hashers.send(Chains { unit })).collect();

    let running = measure.start();
    // Unordered: an answer is taken when it is there, whichever message it is to.
    let mut parts = iter(messages).buffer_unordered(AT_A_TIME);
    let mut answer = 0_u64;
    while let Some(part) = parts.next().await {
        answer = answer.wrapping_add(part.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))?);
    }
    Ok(running.stop(answer))
}
