//! An actor per unit: a context, a mailbox, and a task of the arbiter's event loop that runs them.

use actix::prelude::*;

use super::{Params, result};
use crate::measure::{Done, Halt, Measure, Sample, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    unit: usize,
    seed: u64,
    timed: Option<(Sample, Measure)>,
    share: Share,
    result: Option<u64>,
}

// region: join
/// Reported when the actor is freed, because nobody can join one. One that never ran reports nothing, and that is noticed.
impl Drop for Unit {
    fn drop(&mut self) {
        if let Some(result) = self.result {
            self.share.report(result);
        }
    }
}
// endregion

impl Actor for Unit {
    type Context = Context<Self>;

    // region: work
    fn started(&mut self, ctx: &mut Context<Self>) {
        if let Some((sample, measure)) = self.timed.take() {
            measure.sampled(sample);
        }
        self.result = Some(result(self.seed, self.unit));
        ctx.stop();
    }
    // endregion
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    let mut answer = 0_u64;
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    while rounds.another().is_some() {
        for group in params.groups() {
            let tally = Tally::new(group.len());
            for unit in group {
                let share = tally.share();
                let timed = sampler.begin().map(|sample| (sample, measure.clone()));
                // region: make
                // What travels to the arbiter is a closure in a box, and the actor is made there: its context must not leave its
                // thread.
                Unit::start_in_arbiter(arbiters.of(unit), move |_| Unit { unit, seed, timed, share, result: None });
                // endregion
            }
            // region: join
            // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is
            // noticed.
            answer = answer.wrapping_add(tally.all().await?);
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}
