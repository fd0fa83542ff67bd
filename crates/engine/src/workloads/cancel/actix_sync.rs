//! A message per piece. An actor on a thread of its own is as deaf as a thread while it works, and one that worked on without end
//! would keep its thread from all messages in the queue: so its handler looks at a flag, and the unit is sent again for its next
//! piece.

use actix::prelude::*;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

struct Worker;

impl Actor for Worker {
    type Context = SyncContext<Self>;
}

/// A unit travels to a thread for its next piece, and back unless it has stopped.
#[derive(Message)]
#[rtype(result = "Option<Turn>")]
struct Turn(Working);

// region: answer
impl Handler<Turn> for Worker {
    type Result = Option<Turn>;

    fn handle(&mut self, Turn(mut working): Turn, _: &mut SyncContext<Self>) -> Option<Turn> {
        // A message cannot be taken out of the queue again, so each unit has still to come to its turn.
        if working.is_told() {
            return None;
        }
        working.piece();
        Some(Turn(working))
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    // region: make
    let workers = SyncArbiter::start(measure.workers(), || Worker);
    let first = |unit| Turn(Working::new(unit, &telling, tally.share()));
    let mut turns: FuturesUnordered<_> = (0..params.units).map(|unit| workers.send(first(unit))).collect();
    // endregion

    // region: join
    // Raises the flag, and that is all.
    let teller = telling.teller(|| {})?;
    while let Some(turn) = turns.next().await {
        let turn = turn.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))?;
        turns.extend(turn.map(|turn| workers.send(turn)));
    }
    // endregion
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(tally.sum())))
}
