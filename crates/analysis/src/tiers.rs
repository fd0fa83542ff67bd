//! Models in tiers: those of one cannot be told from its best. What many pairs say, so that it can be read.

use protocol::catalog::Better;
use protocol::report::{Comparison, Verdict};
use protocol::{Quantity, Role};

use crate::order::by;
use crate::summary::Summarised;
use crate::verdict::doubt;

/// Models below which the pairs themselves can be read.
pub const FEWEST_FOR_TIERS: usize = 4;

/// The models by this quantity, by their ids: the best tier first, the best of a tier first in it. Empty with fewer than
/// [`FEWEST_FOR_TIERS`] models, if none can be told from another, and if neither way of the quantity is better.
///
/// A model of which no pair could be judged, because its trials are too short or too few, is in no tier.
#[must_use]
pub fn tiers(summarised: &Summarised, quantity: &Quantity) -> Vec<Vec<String>> {
    let judged = |model: &&str| pairs_of(summarised, quantity, model).any(|pair| pair.because.and_then(doubt).is_none());
    let mut left: Vec<&str> = ranked(summarised, quantity).into_iter().filter(judged).collect();
    if quantity.better == Better::Neither || left.len() < FEWEST_FOR_TIERS {
        return Vec::new();
    }
    let mut tiers = Vec::new();
    while let Some(best) = left.first().copied() {
        let is_alike = |model: &str| model == best || told(summarised, quantity, best, model).is_none();
        tiers.push(left.iter().filter(|model| is_alike(model)).map(|model| (*model).to_owned()).collect());
        left.retain(|model| !is_alike(model));
    }
    if tiers.len() > 1 { tiers } else { Vec::new() }
}

/// The models that have the quantity, by its median: the best first; if neither way is better, the one with the least.
pub fn ranked<'s>(summarised: &'s Summarised, quantity: &Quantity) -> Vec<&'s str> {
    let plain = summarised.summary.iter().filter(|summary| summary.role == Role::Plain);
    let medians = plain.filter_map(|summary| Some((summary.model.as_str(), summary.value(&quantity.key)?.median)));
    let medians: Vec<(&str, f64)> = medians.collect();
    let sign = if quantity.better == Better::Higher { -1.0 } else { 1.0 };
    by(&medians, |(_, median)| sign * median).into_iter().map(|(model, _)| model).collect()
}

/// The comparison of these two, if it tells them apart.
pub(crate) fn told<'s>(summarised: &'s Summarised, quantity: &Quantity, one: &str, other: &str) -> Option<&'s Comparison> {
    pair(summarised, &quantity.key, one, other).filter(|pair| pair.verdict != Verdict::CannotTell)
}

/// The comparison of these two by this quantity, whichever of them it is about.
#[must_use]
pub fn pair<'s>(summarised: &'s Summarised, key: &str, one: &str, other: &str) -> Option<&'s Comparison> {
    let is_theirs = |pair: &&Comparison| (pair.a == one && pair.b == other) || (pair.a == other && pair.b == one);
    summarised.comparisons.iter().find(|pair| pair.metric == key && is_theirs(pair))
}

fn pairs_of<'s>(summarised: &'s Summarised, quantity: &Quantity, model: &str) -> impl Iterator<Item = &'s Comparison> {
    summarised.comparisons.iter().filter(move |pair| pair.metric == quantity.key && (pair.a == model || pair.b == model))
}
