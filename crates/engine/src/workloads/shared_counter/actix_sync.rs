//! A message per unit. Copies of one actor, each on a thread of its own, add to what threads use: the copies are made by a
//! function, which gives each of them the same counter. If there is time for more, the unit is sent again.

use actix::prelude::*;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::threads::Counter;
use super::{Adding, Params, turn};
use crate::measure::{Done, Halt, Measure};

struct Adder {
    params: Params,
    counter: Counter,
}

impl Actor for Adder {
    type Context = SyncContext<Self>;
}

/// A turn of a unit: it travels to a thread and back.
#[derive(Message)]
#[rtype(result = "Result<Turn, Halt>")]
struct Turn {
    unit: usize,
    adding: Option<Adding>,
    measure: Measure,
}

impl Handler<Turn> for Adder {
    type Result = Result<Turn, Halt>;

    // region: wait
    fn handle(&mut self, mut next: Turn, _: &mut SyncContext<Self>) -> Result<Turn, Halt> {
        let adding = next.adding.get_or_insert_with(|| self.params.adding_in_thread(next.unit, &next.measure));
        // An owner is a thread, and asked through a channel: an actor that is on no arbiter cannot await another's answer.
        turn(self.params, adding, |times| self.counter.add(times))?;
        Ok(next)
    }
    // endregion
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let counter = Counter::new(params.how)?;
    let shared = counter.clone();
    // region: make
    let adders = SyncArbiter::start(measure.workers(), move || Adder { params, counter: shared.clone() });
    // `send` puts the messages into the mailbox now. The SyncArbiter hands them to its threads in a future on this very thread,
    // which does not get to run before this one awaits: so none is begun before the clock is read.
    let first = |unit| Turn { unit, adding: None, measure: measure.clone() };
    let mut turns: FuturesUnordered<_> = (0..params.units).map(|unit| adders.send(first(unit))).collect();
    // endregion

    let running = measure.start();
    // region: join
    // Unordered: an answer is taken when it is there, whichever message it is to.
    while let Some(turn) = turns.next().await {
        let turn = turn.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))??;
        if turn.adding.as_ref().is_some_and(|adding| adding.another(params).is_some()) {
            turns.push(adders.send(turn));
        }
    }
    // endregion
    Ok(running.stop(counter.sum()?))
}
