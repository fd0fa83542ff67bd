//! A message per reader. Actors on threads of their own may block, and read until their reader is done.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use actix::prelude::*;
use futures_util::stream::{StreamExt, iter};

use super::file::{Blocks, first_in};
use super::{Params, place, with_figures};
use crate::measure::{Done, Halt, Measure};

struct Reader {
    params: Params,
    measure: Measure,
}

impl Actor for Reader {
    type Context = SyncContext<Self>;
}

/// The reads of one unit.
#[derive(Message)]
#[rtype(result = "io::Result<u64>")]
struct Read {
    unit: usize,
    file: File,
}

impl Handler<Read> for Reader {
    type Result = io::Result<u64>;

    fn handle(&mut self, Read { unit, file }: Read, _: &mut SyncContext<Self>) -> io::Result<u64> {
        let mut block = vec![0; self.params.block_bytes()];
        let mut sum = 0_u64;
        let mut lap = self.measure.lap();
        for round in 0..self.params.rounds {
            let offset = place(self.params, self.measure.seed(), unit, round) * self.params.block_bytes() as u64;
            // One system call, `pread`, which names its place: no seek. It blocks this thread, and the messages in the queue
            // wait.
            file.read_exact_at(&mut block, offset)?;
            lap.done();
            sum = sum.wrapping_add(first_in(&block));
        }
        Ok(sum)
    }
}

/// Answers that are awaited at once: enough that no thread ever waits for a message.
const AT_A_TIME: usize = 256;

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let of_actors = measure.clone();
    let readers = SyncArbiter::start(measure.workers(), move || Reader { params, measure: of_actors.clone() });
    let mut messages = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // A handle for each reader, opened before the start. `send` puts the message into the mailbox now, but the SyncArbiter
        // hands it to a thread only when this one awaits.
        messages.push(readers.send(Read { unit, file: blocks.open(unit)? }));
    }

    let running = measure.start();
    // Unordered: an answer is taken when it is there, whichever message it is to.
    let mut sums = iter(messages).buffer_unordered(AT_A_TIME);
    let mut answer = 0_u64;
    while let Some(sum) = sums.next().await {
        let sum = sum.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))?;
        answer = answer.wrapping_add(sum?);
    }
    Ok(with_figures(params, running.stop(answer)))
}
