//! An actor a unit: a context, a mailbox, and a task of the arbiter's event loop that runs them.

use std::time::Instant;

use actix::prelude::*;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    unit: usize,
    asked: Instant,
    measure: Measure,
    share: Share,
}

impl Actor for Unit {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.measure.record(self.asked.elapsed());
        self.share.report(work(self.measure.seed(), self.unit));
        ctx.stop();
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        let tally = Tally::new(group.len());
        for unit in group {
            let (measure, share) = (measure.clone(), tally.share());
            let asked = Instant::now();
            Unit::start_in_arbiter(arbiters.of(unit), move |_| Unit { unit, asked, measure, share });
        }
        answer = answer.wrapping_add(tally.all().await?);
    }
    Ok(running.stop(answer))
}
