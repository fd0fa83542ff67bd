//! A task per unit, made on the core that it stays on. Each core makes its share, and joins it. A handle that is dropped cancels its
//! task.

use compio::runtime::spawn;

use super::{CommonRounds, Params, result};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    let (gate, tally) = (AsyncGate::new(cores.count()), Tally::new(cores.count()));
    let rounds = CommonRounds::new(&measure);
    for core in 0..cores.count() {
        let (gate, measure, rounds) = (gate.clone(), measure.clone(), rounds.clone());
        let (mut share, count) = (tally.share(), cores.count());
        cores.spawn(core, move || async move {
            let mut handles = Vec::with_capacity(params.units / count + 1);
            let mut sampler = measure.sampler(core, u64::MAX);
            let (mut answer, mut done) = (0_u64, 0);
            gate.wait().await;
            while rounds.another(done) {
                done += 1;
                for group in params.groups() {
                    for unit in group.filter(|unit| unit % count == core) {
                        // region: make
                        let task = async move { result(seed, unit) };
                        // A task that is timed is inside another; the others carry nothing for that.
                        handles.push(match sampler.begin() {
                            None => spawn(task),
                            Some(sample) => {
                                let measure = measure.clone();
                                spawn(async move {
                                    measure.sampled(sample);
                                    task.await
                                })
                            }
                        });
                        // endregion
                    }
                    // region: join
                    for unit in handles.drain(..) {
                        // A task that panicked: this one ends without a report, and the tally says so.
                        let Ok(part) = unit.await else { return };
                        answer = answer.wrapping_add(part);
                    }
                    // endregion
                }
            }
            drop(sampler);
            share.report(answer);
        });
    }
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let answer = tally.all().await?;
    Ok(running.stop(answer))
}
