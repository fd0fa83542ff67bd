//! An actor per unit, told to begin by a message, and one that collects. The steps are those of Tokio's tasks, see there: an
//! actor by hand is a task, and may await what it likes. While it does so, it handles no other message.

use std::sync::Arc;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::tokio_tasks::{Asked, ask, collect, run_program};
use super::{Ask, Common, Params, QUEUE};
use crate::measure::{Done, Halt, Measure};

/// Run the program. The answer is what it computed.
struct Go(oneshot::Sender<u64>);

struct Unit {
    number: u64,
    common: Arc<Common>,
    collector: Sender<Asked>,
    inbox: Receiver<Go>,
}

// region: answer
impl Unit {
    /// Handles its messages one after the other, until nobody can send any more.
    async fn live(mut self) -> Result<(), Halt> {
        while let Some(Go(answer)) = self.inbox.recv().await {
            let _ = answer.send(run_program(&self.common, &self.collector, self.number).await?);
        }
        Ok(())
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let common = Common::new(params, &measure)?;
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (collector, asked) = mpsc::channel(QUEUE);
    // region: make
    let collecting = tokio::spawn(collect(asked));
    // endregion
    let (mut units, mut addresses) = (JoinSet::new(), Vec::with_capacity(params.units));
    for number in 0..params.units as u64 {
        // region: make
        let (address, inbox) = mpsc::channel(1);
        units.spawn(Unit { number, common: Arc::clone(&common), collector: collector.clone(), inbox }.live());
        addresses.push(address);
        // endregion
    }

    let mut answers = Vec::with_capacity(params.units);
    // No gate: an actor is there when it has an address, and waits for its message.
    // region: join
    let running = measure.start();
    for address in addresses {
        let (tell, told) = oneshot::channel();
        // The queue is empty, so this does not wait. The address is dropped: the unit ends when it has done this.
        address.send(Go(tell)).await.map_err(|_| Halt::Failed("a unit is gone".to_owned()))?;
        answers.push(told);
    }
    while let Some(unit) = units.join_next().await {
        unit??;
    }
    let mut sum = 0_u64;
    for answer in answers {
        sum = sum.wrapping_add(answer.await.map_err(|_| Halt::Failed("a unit did not answer".to_owned()))?);
    }
    // endregion
    // Adds nothing: what it counted is in the answer.
    let counted = ask(&collector, Ask::Add(0)).await?;
    let done = common.stop(running, sum.wrapping_add(counted));
    // The last sender: the channel closes, and the collector ends.
    drop(collector);
    collecting.await?;
    Ok(done)
}
