//! Whether the order of the models held: from what each result tells of its own pairs, and from nothing else.

use protocol::catalog::Better;
use protocol::report::{Comparison, Verdict};
use protocol::{Run, Workload};

use crate::compare::Compared;
use crate::order::by;
use crate::quantities::find;
use crate::verdict::rank;

/// What became of the order that the first result tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Every pair that the first tells apart the second tells apart in the same way.
    Held,
    /// The same of some; of the others the second cannot tell.
    InPart,
    /// At least one pair is the other way round.
    Changed,
    /// The second can tell none of the pairs that the first tells.
    CannotTell,
    /// The first tells no pair apart.
    #[default]
    NoOrder,
}

/// Two models of both results.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderedPair {
    /// The model that the first result says is ahead; if it cannot tell, the one that comes first in it.
    pub ahead: String,
    /// The other one.
    pub behind: String,
    /// How each of the two results compares them: so much of the quantity has the one ahead of what the other has.
    pub by: [Option<Comparison>; 2],
    /// Whether the one ahead is ahead in each; `None` if that one cannot tell.
    pub is_ahead: [Option<bool>; 2],
}

/// The order of the models of both results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelOrder {
    /// What became of it.
    pub held: Held,
    /// Every pair, in the order of the first result.
    pub pairs: Vec<OrderedPair>,
    /// If it held, and everything is ahead of everything in a later tier while neither result tells two of one tier apart: the
    /// tiers.
    pub tiers: Vec<Vec<String>>,
    /// The pair that the first result tells furthest apart, by its place among the pairs; of all pairs, if it tells none.
    pub headline: Option<usize>,
}

/// The order of these two.
pub(super) fn order(workload: &Workload, key: &str, a: &Run, b: &Run, compared: &[Compared; 2]) -> ModelOrder {
    let better = better(workload, key, a);
    let models: Vec<&String> =
        a.submission.experiment.models.iter().filter(|model| b.submission.experiment.models.contains(model)).collect();
    let mut pairs = Vec::new();
    for (index, one) in models.iter().enumerate() {
        for other in &models[index + 1..] {
            let by = [0, 1].map(|side: usize| upright(&compared[side], one, other));
            let first = [0, 1].map(|side: usize| by[side].as_ref().and_then(|by| is_ahead(by, better)));
            // Told of the one ahead.
            let pair = if first[0].or(first[1]) == Some(false) {
                let by = [0, 1].map(|side: usize| upright(&compared[side], other, one));
                OrderedPair {
                    ahead: (*other).clone(),
                    behind: (*one).clone(),
                    by,
                    is_ahead: first.map(|first| first.map(|is| !is)),
                }
            } else {
                OrderedPair { ahead: (*one).clone(), behind: (*other).clone(), by, is_ahead: first }
            };
            pairs.push(pair);
        }
    }
    let held = held(pairs.iter().map(|pair| pair.is_ahead));
    let tiers = if held == Held::Held { tiers(&models, &pairs) } else { Vec::new() };
    let width = |pair: &OrderedPair| pair.by[0].as_ref().map_or(-1.0, rank);
    let headline = by(&(0..pairs.len()).collect::<Vec<_>>(), |index| -width(&pairs[*index])).first().copied();
    ModelOrder { held, pairs, tiers, headline }
}

fn better(workload: &Workload, key: &str, run: &Run) -> Better {
    find(&run.submission.catalog, workload, key).map_or(Better::Neither, |quantity| quantity.better)
}

/// The comparison of these two, told of the first.
pub(super) fn upright(compared: &Compared, one: &str, other: &str) -> Option<Comparison> {
    let found =
        compared.comparisons.iter().find(|pair| (pair.a == one && pair.b == other) || (pair.a == other && pair.b == one))?;
    if found.a == one {
        return Some(found.clone());
    }
    let verdict = match found.verdict {
        Verdict::Faster => Verdict::Slower,
        Verdict::Slower => Verdict::Faster,
        Verdict::More => Verdict::Less,
        Verdict::Less => Verdict::More,
        Verdict::CannotTell => Verdict::CannotTell,
    };
    let Comparison { ratio, low, high, .. } = *found;
    let (a, b) = (found.b.clone(), found.a.clone());
    Some(Comparison { a, b, ratio: 1.0 / ratio, low: 1.0 / high, high: 1.0 / low, verdict, ..found.clone() })
}

/// Whether the first is ahead; `None` if that cannot be told. Where neither way is better, more of it is ahead.
fn is_ahead(comparison: &Comparison, better: Better) -> Option<bool> {
    let told = comparison.verdict != Verdict::CannotTell;
    told.then_some((comparison.ratio > 1.0) != (better == Better::Lower))
}

/// What became of the order, from whether the one that the first result says is ahead is so in both.
pub(super) fn held(pairs: impl Iterator<Item = [Option<bool>; 2]>) -> Held {
    let (mut same, mut untold, mut changed) = (0, 0, 0);
    for [first, second] in pairs {
        match (first, second) {
            (None, _) => {}
            (Some(_), None) => untold += 1,
            (Some(first), Some(second)) if first == second => same += 1,
            (Some(_), Some(_)) => changed += 1,
        }
    }
    match (same, untold, changed) {
        (0, 0, 0) => Held::NoOrder,
        (_, _, 1..) => Held::Changed,
        (_, 0, _) => Held::Held,
        (0, ..) => Held::CannotTell,
        _ => Held::InPart,
    }
}

/// Those who are ahead of as many others, the most first; nothing if that does not say all.
fn tiers(models: &[&String], pairs: &[OrderedPair]) -> Vec<Vec<String>> {
    let wins = |model: &&String| pairs.iter().filter(|pair| pair.ahead == **model && pair.is_ahead[0] == Some(true)).count();
    let counted: Vec<(&String, usize)> = models.iter().map(|model| (*model, wins(model))).collect();
    let of = |model: &str| counted.iter().find(|(other, _)| *other == model).map_or(0, |(_, wins)| *wins);
    let says_all = pairs.iter().all(|pair| match of(&pair.ahead).cmp(&of(&pair.behind)) {
        std::cmp::Ordering::Greater => pair.is_ahead == [Some(true); 2],
        std::cmp::Ordering::Equal => pair.is_ahead == [None; 2],
        std::cmp::Ordering::Less => false,
    });
    let mut tiers: Vec<(usize, Vec<String>)> = Vec::new();
    for (model, wins) in by(&counted, |(_, wins)| -(*wins as f64)) {
        match tiers.last_mut().filter(|(of, _)| *of == wins) {
            Some((_, tier)) => tier.push(model.clone()),
            None => tiers.push((wins, vec![model.clone()])),
        }
    }
    if says_all && tiers.len() > 1 { tiers.into_iter().map(|(_, tier)| tier).collect() } else { Vec::new() }
}
