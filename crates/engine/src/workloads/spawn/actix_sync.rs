//! A message per unit: a place in the queue of actors that are there already, each on a thread of its own.

use actix::prelude::*;
use futures_util::stream::{StreamExt, iter};

use super::{Params, result};
use crate::measure::{Done, Halt, Measure, Sample};

struct Worker {
    measure: Measure,
}

impl Actor for Worker {
    type Context = SyncContext<Self>;
}

/// One unit.
#[derive(Message)]
#[rtype(result = "u64")]
struct Unit {
    unit: usize,
    sample: Option<Sample>,
}

impl Handler<Unit> for Worker {
    type Result = u64;

    // region: work
    fn handle(&mut self, message: Unit, _: &mut SyncContext<Self>) -> u64 {
        if let Some(sample) = message.sample {
            self.measure.sampled(sample);
        }
        result(self.measure.seed(), message.unit)
    }
    // endregion
}

/// Messages that are under way at once. With all of them the time grew with the square of their number (25,000: 0.1 s; 200,000:
/// 16 s).
const AT_A_TIME: usize = 256;

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let actor = measure.clone();
    let workers = SyncArbiter::start(measure.workers(), move || Worker { measure: actor.clone() });
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    let mut answer = 0_u64;
    while rounds.another().is_some() {
        for group in params.groups() {
            // region: make
            // An iterator does nothing before it is asked: each message is sent when there is room among those under way.
            let units = group.map(|unit| workers.send(Unit { unit, sample: sampler.begin() }));
            let mut parts = iter(units).buffer_unordered(AT_A_TIME);
            // endregion
            // region: join
            // The answer to a message is its end, and carries its result.
            while let Some(part) = parts.next().await {
                answer = answer.wrapping_add(part.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))?);
            }
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}
