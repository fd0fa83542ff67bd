//! An actor per unit, and a supervisor for each. A panic ends the actor's task and nothing else: the join tells the supervisor,
//! which starts another at the same queue. So the address stays good, and what waits in the queue is not lost; the message that
//! was being handled is, and the one that waits for its answer is told.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinSet;

use super::{End, Faults, Life, Params, Recover};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// Do a piece. The answer is whether it was done.
struct Piece(oneshot::Sender<bool>);

/// The queue outlives the actor: it is the supervisor's.
type Inbox = Arc<Mutex<Receiver<Piece>>>;

// region: work
async fn actor(mut life: Life, inbox: Inbox) -> End {
    // Its own for as long as it lives. Tokio's mutex knows no poison: a panic unlocks it, and the next actor has it.
    let mut inbox = inbox.lock().await;
    while let Some(Piece(done)) = inbox.recv().await {
        if !life.goes_on() {
            let end = life.hand_over();
            let _ = done.send(false);
            return end;
        }
        life.piece();
        let _ = done.send(true);
    }
    // Nobody asks any more.
    life.hand_over()
}
// endregion

/// Starts the actor, and another in its place whenever one has died.
async fn supervise(unit: usize, inbox: Inbox, faults: Arc<Faults>) -> Result<(), Halt> {
    loop {
        // region: make
        let ended = tokio::spawn(actor(faults.life(unit), Arc::clone(&inbox))).await;
        // endregion
        // region: join
        let end = match ended {
            Ok(end) => end,
            Err(error) => faults.join_error(error.try_into_panic()?)?,
        };
        if !faults.replaces(end) {
            return Ok(());
        }
        // endregion
    }
}

/// Asks a unit for its pieces, one after the other, and for a piece that came back once more.
async fn ask(actor: Sender<Piece>, faults: Arc<Faults>, gate: Arc<AsyncGate>) {
    gate.wait().await;
    let mut done = 0;
    while done < faults.params.rounds {
        // region: wait
        let (tell, told) = oneshot::channel();
        // The queue is there for as long as somebody serves it.
        let Ok(()) = actor.send(Piece(tell)).await else { return };
        // `false` if it stopped; an error if it panicked: the end of a channel that nobody used.
        let died = !told.await.unwrap_or_else(|_| {
            faults.message_back();
            false
        });
        if died && faults.params.recover == Recover::Leave {
            return;
        }
        done += u64::from(!died);
        // endregion
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, faults) = (AsyncGate::new(params.units), Faults::new(params, &measure));
    let mut tasks = JoinSet::new();
    for unit in 0..params.units {
        let (address, inbox) = channel(1);
        tasks.spawn(supervise(unit, Arc::new(Mutex::new(inbox)), Arc::clone(&faults)));
        let (faults, gate) = (Arc::clone(&faults), Arc::clone(&gate));
        tasks.spawn(async move {
            ask(address, faults, gate).await;
            Ok(())
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(faults.with_figures(running.stop(faults.answer())))
}
