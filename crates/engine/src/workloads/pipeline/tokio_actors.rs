//! An actor per stage, written by hand: a task with an inbox, and an address of the next. An actor that waits for a place in the
//! next inbox handles nothing meanwhile, and so its own fills too.

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use super::{Item, Outcome, Params, Work, answer_of, gone, with_figures, works};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// What a stage understands.
enum ToStage {
    Pass(Item),
    /// What came of its work.
    Tell(oneshot::Sender<Outcome>),
}

/// A stage as others know it.
#[derive(Clone)]
struct Address(Sender<ToStage>);

impl Address {
    async fn pass(&self, item: Item) -> Result<(), Halt> {
        self.0.send(ToStage::Pass(item)).await.map_err(|_| gone())
    }

    async fn tell(&self) -> Result<Outcome, Halt> {
        let (answer, answered) = oneshot::channel();
        self.0.send(ToStage::Tell(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

// region: work
/// The actor: one message after the other, until nobody can send any more.
async fn stage(mut work: Work, mut inbox: Receiver<ToStage>, next: Option<Address>) -> Result<(), Halt> {
    while let Some(message) = inbox.recv().await {
        match message {
            ToStage::Pass(item) => {
                let item = work.on(item);
                match &next {
                    // Waits for a place and for nothing more: not for the next stage to handle the item.
                    Some(next) => next.pass(item).await?,
                    None => work.out(item),
                }
            }
            // Nobody listens any more: no matter.
            ToStage::Tell(answer) => drop(answer.send(work.outcome)),
        }
    }
    Ok(())
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    // The stages, and the task that puts the items in.
    let gate = AsyncGate::new(params.units + 1);
    let (items, works) = works(params, &measure);
    let (mut stages, mut addresses) = (Vec::with_capacity(params.units), Vec::<Address>::with_capacity(params.units));
    // From the last to the first, because each needs the address of the next.
    for work in works.into_iter().rev() {
        let (address, inbox) = channel(params.capacity);
        let (gate, next) = (gate.clone(), addresses.last().cloned());
        // region: make
        stages.push(tokio::spawn(async move {
            // endregion
            gate.wait().await;
            stage(work, inbox, next).await
        }));
        addresses.push(Address(address));
    }
    addresses.reverse();
    let source = tokio::spawn({
        let (gate, first) = (gate.clone(), addresses[0].clone());
        async move {
            gate.wait().await;
            // region: wait
            for item in items {
                first.pass(item).await?;
            }
            // endregion
            Ok::<(), Halt>(())
        }
    });

    let mut outcomes = Vec::with_capacity(params.units);
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    source.await??;
    // Asked from the first to the last, when everything has been put in: a stage that answers has handed everything on.
    for address in &addresses {
        outcomes.push(address.tell().await?);
    }
    // endregion
    let done = running.stop(answer_of(&outcomes));
    // With the addresses the inboxes close, and the actors end.
    drop(addresses);
    for stage in stages {
        stage.await??;
    }
    Ok(with_figures(params, done, &outcomes))
}
