//! A message per unit. An actor on a thread of its own is as deaf as a thread while it works: its handler looks at a flag.

use std::sync::Arc;

use actix::prelude::*;

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

struct Worker;

impl Actor for Worker {
    type Context = SyncContext<Self>;
}

/// Work without end.
#[derive(Message)]
#[rtype(result = "()")]
struct Work(Working);

impl Handler<Work> for Worker {
    type Result = ();

    fn handle(&mut self, Work(working): Work, _: &mut SyncContext<Self>) {
        let mut state = 0;
        // Looked at between two pieces: a shorter piece is sooner to stop.
        while !working.telling.is_told() {
            state = std::hint::black_box(working.telling.piece(state));
        }
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    let workers = SyncArbiter::start(measure.workers(), || Worker);
    for _ in 0..params.units {
        // What travels in the message is dropped when its unit has stopped, whatever stopped it: the drop takes the time and
        // reports.
        workers.do_send(Work(Working { telling: Arc::clone(&telling), share: tally.share() }));
    }

    tokio::time::sleep(telling.after()).await;
    let running = measure.start();
    // Raises the flag. A message cannot be taken out of the queue again, so each of them has still to be handled.
    telling.tell();
    let stopped = tally.all().await?;
    Ok(telling.with_figures(running.stop(stopped)))
}
