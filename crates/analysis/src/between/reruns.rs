//! Many results of one experiment: on how many machines the order of the first held.

use protocol::{Machine, Run};

use super::order::{Held, ModelOrder, held, upright};
use crate::compare::Compared;
use protocol::report::Comparison;

/// Results of the same experiment, the two that are compared first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reruns {
    /// One for each, in the order in which they came.
    pub results: Vec<Rerun>,
    /// The model that the first result says is ahead, in the pair that it tells furthest apart.
    pub ahead: String,
    /// The other one.
    pub behind: String,
    /// How many machines there are: those that agree in processor, cores and memory count as one.
    pub machines: usize,
    /// On how many of them the order held.
    pub held: usize,
    /// On how many a pair is the other way round.
    pub changed: usize,
    /// Results that are of another experiment, and are not counted.
    pub others: usize,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Rerun {
    /// Which of the results it is.
    pub result: usize,
    /// The first result of the same machine; itself if there is none before it.
    pub machine: usize,
    /// What became of the first result's order in it.
    pub held: Held,
    /// The pair's comparison, of the model ahead over the other.
    pub by: Option<Comparison>,
}

/// All of these results; `None` without a pair of models that the first two have.
pub(super) fn reruns(
    results: &[&Run],
    order: &ModelOrder,
    compared: &[Compared; 2],
    mut alone: impl FnMut(&Run) -> Compared,
) -> Option<Reruns> {
    let headline = &order.pairs[order.headline?];
    let mut all = Reruns { ahead: headline.ahead.clone(), behind: headline.behind.clone(), ..Reruns::default() };
    for (result, run) in results.iter().enumerate() {
        if result > 0 && !is_same(results[0], run) {
            all.others += 1;
            continue;
        }
        let own;
        let compared = match compared.get(result) {
            Some(known) => known,
            None => {
                own = alone(run);
                &own
            }
        };
        // As the first tells them.
        let told = |pair: &super::order::OrderedPair| {
            let [first, _] = pair.is_ahead;
            let in_first = pair.by[0].as_ref().map(|by| by.ratio > 1.0);
            let here = upright(compared, &pair.ahead, &pair.behind);
            let here = here.filter(|by| by.verdict != protocol::report::Verdict::CannotTell).map(|by| by.ratio > 1.0);
            [first.and(in_first), here]
        };
        let machine = all.results.iter().find(|other| is_one(&results[other.result].submission.machine, &run.submission.machine));
        all.results.push(Rerun {
            result,
            machine: machine.map_or(result, |other| other.machine),
            held: held(order.pairs.iter().map(told)),
            by: upright(compared, &all.ahead, &all.behind),
        });
    }
    let of_machine = |machine: usize, which: Held| all.results.iter().any(|one| one.machine == machine && one.held == which);
    let machines: Vec<usize> = all.results.iter().filter(|one| one.machine == one.result).map(|one| one.result).collect();
    let changed = machines.iter().filter(|machine| of_machine(**machine, Held::Changed)).count();
    let holds = |machine: &&usize| of_machine(**machine, Held::Held) && !of_machine(**machine, Held::Changed);
    let held = machines.iter().filter(holds).count();
    (all.machines, all.changed, all.held) = (machines.len(), changed, held);
    Some(all)
}

/// Whether two results are of one experiment: the same work on the same values. How often, how long and on how many cores it was
/// measured is what machines differ in.
fn is_same(one: &Run, other: &Run) -> bool {
    let (one, other) = (&one.submission.experiment, &other.submission.experiment);
    one.workload == other.workload && one.params == other.params && other.sweep.is_none()
}

/// Whether these may be one machine: nothing in a result names it.
fn is_one(one: &Machine, other: &Machine) -> bool {
    let near = |one: u64, other: u64| one.abs_diff(other) as f64 <= 0.02 * one.max(other) as f64;
    one.cpu == other.cpu && one.cores == other.cores && near(one.memory_bytes, other.memory_bytes)
}
