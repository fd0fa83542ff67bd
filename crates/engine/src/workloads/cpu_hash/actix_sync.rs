//! A message per unit. Copies of one actor, each on a thread of its own, take them from one queue. If there is time for more than
//! its chains, the unit is sent again.

use actix::prelude::*;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::{Link, Params, chain, first_link, part};
use crate::measure::{Done, Halt, Lap, Measure};

struct Hasher {
    params: Params,
}

impl Actor for Hasher {
    type Context = SyncContext<Self>;
}

/// A turn of a unit: it travels to a thread and back.
#[derive(Message)]
#[rtype(result = "Turn")]
struct Turn {
    unit: usize,
    link: Link,
    lap: Option<Lap>,
    measure: Measure,
}

impl Handler<Turn> for Hasher {
    type Result = MessageResult<Turn>;

    // region: work
    fn handle(&mut self, mut turn: Turn, _: &mut SyncContext<Self>) -> MessageResult<Turn> {
        let lap = turn.lap.get_or_insert_with(|| turn.measure.lap(turn.unit, self.params.rounds));
        for _ in 0..self.params.rounds {
            if lap.another().is_none() {
                break;
            }
            // Nothing here gives way: the messages in the queue wait until this one has been handled.
            turn.link = chain(turn.link, self.params.hashes);
            lap.done();
        }
        MessageResult(turn)
    }
    // endregion
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    // region: make
    let hashers = SyncArbiter::start(measure.workers(), move || Hasher { params });
    // `send` puts the messages into the mailbox now. The SyncArbiter hands them to its threads in a future on this very thread,
    // which does not get to run before this one awaits: so none is begun before the clock is read.
    let first = |unit| Turn { unit, link: first_link(measure.seed(), unit), lap: None, measure: measure.clone() };
    let mut turns: FuturesUnordered<_> = (0..params.units).map(|unit| hashers.send(first(unit))).collect();
    // endregion

    let running = measure.start();
    let mut answer = 0_u64;
    // region: join
    // Unordered: an answer is taken when it is there, whichever message it is to.
    while let Some(turn) = turns.next().await {
        let turn = turn.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))?;
        if turn.lap.as_ref().is_some_and(|lap| lap.another().is_some()) {
            turns.push(hashers.send(turn));
        } else {
            answer = answer.wrapping_add(part(&turn.link));
        }
    }
    // endregion
    Ok(running.stop(answer))
}
