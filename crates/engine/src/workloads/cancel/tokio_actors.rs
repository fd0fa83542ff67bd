//! An actor per unit: a task that works, and looks into its queue between two pieces. It stops when it finds a message there, in
//! its own time and in order: nothing is dropped under it.

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::{JoinSet, yield_now};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

/// The only message.
struct Stop;

// region: work
async fn actor(mut working: Working, mut inbox: Receiver<Stop>) {
    // Ends with the message, and also when nobody can send one any more.
    while let Err(TryRecvError::Empty) = inbox.try_recv() {
        working.piece();
        // Without this it would keep its worker, and the other actors would never begin.
        yield_now().await;
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    let (mut units, mut addresses) = (JoinSet::new(), Vec::with_capacity(params.units));
    for unit in 0..params.units {
        // region: make
        let (address, inbox) = channel(1);
        units.spawn(actor(Working::new(unit, &telling, tally.share()), inbox));
        addresses.push(address);
        // endregion
    }

    // region: join
    let teller = telling.teller(move || {
        for unit in addresses {
            // Its queue has room for this one.
            let _ = unit.try_send(Stop);
        }
    })?;
    while let Some(unit) = units.join_next().await {
        unit?;
    }
    // endregion
    // Does not wait: the teller has told everybody, or they would not have stopped.
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(tally.sum())))
}
