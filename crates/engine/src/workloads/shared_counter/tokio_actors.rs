//! An actor per unit, told to begin by a message, and one that owns the number, if it has an owner. With a lock or an atomic
//! number the actors share it, as tasks do: nothing keeps an actor from that.

use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinSet;

use super::Params;
use super::tokio_tasks::{Counter, add_all, own};
use crate::measure::{Done, Halt, Measure};

/// The only message to a unit.
struct Go;

struct Unit {
    number: usize,
    counter: Counter,
    measure: Measure,
    inbox: Receiver<Go>,
}

impl Unit {
    // region: work
    /// Handles its messages one after the other, until nobody can send any more.
    async fn live(mut self, params: Params) -> Result<(), Halt> {
        while let Some(Go) = self.inbox.recv().await {
            add_all(params, self.number, self.counter.clone(), self.measure.clone()).await?;
        }
        Ok(())
    }
    // endregion
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (counter, asked) = Counter::new(params);
    // The actor that owns the number is the task that does so on Tokio: a loop over a queue, a `oneshot` for each answer.
    // region: make
    let owner = tokio::spawn(own(asked));
    // endregion
    let (mut units, mut addresses) = (JoinSet::new(), Vec::with_capacity(params.units));
    for number in 0..params.units {
        // region: make
        let (address, inbox) = channel(1);
        units.spawn(Unit { number, counter: counter.clone(), measure: measure.clone(), inbox }.live(params));
        addresses.push(address);
        // endregion
    }

    // No gate: an actor is there when it has an address, and waits for its message.
    let running = measure.start();
    for address in addresses {
        // The queue is empty, so this does not wait. The address is dropped: the unit ends when it has done this.
        address.send(Go).await.map_err(|_| Halt::Failed("a unit is gone".to_owned()))?;
    }
    // region: join
    while let Some(unit) = units.join_next().await {
        unit??;
    }
    let done = running.stop(counter.sum().await?);
    // endregion
    drop(counter);
    owner.await?;
    Ok(done)
}
