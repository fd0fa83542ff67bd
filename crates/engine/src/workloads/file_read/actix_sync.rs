//! A message per reader. Actors on threads of their own may block, and read until their reader is done. If there is time for
//! more, the reader is sent again.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use actix::prelude::*;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{Done, Halt, Lap, Measure};

struct Reader {
    params: Params,
    measure: Measure,
}

impl Actor for Reader {
    type Context = SyncContext<Self>;
}

/// A turn of a reader: it travels to a thread and back.
#[derive(Message)]
#[rtype(result = "io::Result<Turn>")]
struct Turn {
    unit: usize,
    file: File,
    block: Vec<u8>,
    sum: u64,
    lap: Option<Lap>,
}

impl Handler<Turn> for Reader {
    type Result = io::Result<Turn>;

    fn handle(&mut self, mut turn: Turn, _: &mut SyncContext<Self>) -> io::Result<Turn> {
        let lap = turn.lap.get_or_insert_with(|| self.measure.lap(turn.unit, self.params.rounds));
        // region: wait
        for _ in 0..self.params.rounds {
            let Some(round) = lap.another() else { break };
            // One system call, `pread`, which names its place: no seek. It blocks this thread, and the messages in the queue
            // wait.
            turn.file.read_exact_at(&mut turn.block, offset(self.params, self.measure.seed(), turn.unit, round))?;
            lap.done();
            turn.sum = turn.sum.wrapping_add(first_in(&turn.block));
        }
        // endregion
        Ok(turn)
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let of_actors = measure.clone();
    // region: make
    let readers = SyncArbiter::start(measure.workers(), move || Reader { params, measure: of_actors.clone() });
    // endregion
    let mut turns = FuturesUnordered::new();
    for unit in 0..params.units {
        // A handle for each reader, opened before the start. `send` puts the message into the mailbox now, but the SyncArbiter
        // hands it to a thread only when this one awaits.
        let (file, block) = (blocks.open(unit)?, vec![0; params.block_bytes()]);
        // region: make
        turns.push(readers.send(Turn { unit, file, block, sum: 0, lap: None }));
        // endregion
    }

    let running = measure.start();
    let mut answer = 0_u64;
    // region: join
    // Unordered: an answer is taken when it is there, whichever message it is to.
    while let Some(turn) = turns.next().await {
        let turn = turn.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))??;
        if turn.lap.as_ref().is_some_and(|lap| lap.another().is_some()) {
            turns.push(readers.send(turn));
        } else {
            answer = answer.wrapping_add(turn.sum);
        }
    }
    // endregion
    Ok(with_figures(params, running.stop(answer)))
}
