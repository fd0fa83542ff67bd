//! What a person decides by, in three lines: speed, tail, memory; each with the best model, by how much, and how sure that is.

use protocol::catalog::{Better, Unit};
use protocol::report::{Because, Comparison};
use protocol::{Catalog, Experiment, Quantity, Trial, Workload};

use crate::numbers::capital;
use crate::quantities::{MEMORY_BYTES, OPS_PER_S, TAILS, find, label, samples_timed};
use crate::summary::Summarised;
use crate::tiers::{pair, ranked, told};
use crate::verdict::{Segment, Words, rank};
use crate::withheld::withheld;

/// What is asked of every result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// "Speed", "Tail (p99)", "Memory".
    pub name: String,
    /// The key of the quantity that it is by.
    pub key: String,
    /// The model with the best median, by its id; `None` if it cannot be told from any other.
    pub best: Option<String>,
    /// "Tokio 1.83× native threads (1.53 – 2.36)"
    pub words: Vec<Segment>,
}

/// The answers, as far as the trials go: none before two models can be compared. They keep to the rules of every comparison, which
/// they are: `summarised` has them.
///
/// A workload that compares a time of its own is asked for that one instead of speed; one whose models are all offered the same
/// work is not asked for speed, nor one that times nothing for its tail.
#[must_use]
pub fn answers(catalog: &Catalog, experiment: &Experiment, trials: &[Trial], summarised: &Summarised) -> Vec<Answer> {
    if summarised.comparisons.iter().all(|pair| pair.because == Some(Because::TooFew)) {
        return Vec::new();
    }
    let Some(all) = All::of(catalog, experiment, trials, summarised) else { return Vec::new() };
    all.asked().map(|(name, quantity)| all.answer(name, quantity)).collect()
}

/// The same before there is an answer: what is asked, so that its room can be kept.
pub(crate) fn unanswered(catalog: &Catalog, experiment: &Experiment, trials: &[Trial], summarised: &Summarised) -> Vec<Answer> {
    let Some(all) = All::of(catalog, experiment, trials, summarised) else { return Vec::new() };
    let answer = |(name, quantity): (String, &Quantity)| Answer {
        name,
        key: quantity.key.clone(),
        best: None,
        words: vec![Segment::Text("–".to_owned())],
    };
    all.asked().map(answer).collect()
}

struct All<'a> {
    catalog: &'a Catalog,
    workload: &'a Workload,
    experiment: &'a Experiment,
    trials: &'a [Trial],
    summarised: &'a Summarised,
}

impl<'a> All<'a> {
    fn of(catalog: &'a Catalog, experiment: &'a Experiment, trials: &'a [Trial], summarised: &'a Summarised) -> Option<Self> {
        Some(Self { catalog, workload: catalog.workload(&experiment.workload)?, experiment, trials, summarised })
    }

    /// The questions, and by which quantity each is answered.
    fn asked(&self) -> impl Iterator<Item = (String, &'a Quantity)> {
        [self.speed(), self.tail(), self.memory()].into_iter().flatten()
    }

    fn find(&self, key: &str) -> Option<&'a Quantity> {
        find(self.catalog, self.workload, key)
    }

    fn headline(&self) -> Option<&'a Quantity> {
        self.find(&self.workload.headline.metric)
    }

    fn speed(&self) -> Option<(String, &'a Quantity)> {
        let quantity = self.headline()?;
        let is_own_time = (quantity.unit, quantity.better) == (Unit::Nanoseconds, Better::Lower);
        if quantity.key == OPS_PER_S {
            Some(("Speed".to_owned(), quantity))
        } else {
            let is_own = is_own_time && !quantity.key.starts_with("latency_ns.");
            is_own.then(|| (capital(&label(quantity, self.workload)), quantity))
        }
    }

    /// The greatest percentile by which models can be compared.
    fn tail(&self) -> Option<(String, &'a Quantity)> {
        let is_compared = |(key, _): &&(&str, &str)| self.summarised.pairs(key).next().is_some();
        let timed =
            self.trials.is_empty() || self.trials.iter().any(|trial| samples_timed(trial).is_some_and(|timed| timed > 0.0));
        let (key, name) = TAILS.iter().find(is_compared).or_else(|| TAILS.first().filter(|_| timed))?;
        Some((format!("Tail (p{name})"), self.find(key)?))
    }

    fn memory(&self) -> Option<(String, &'a Quantity)> {
        let headline = self.headline().filter(|quantity| quantity.unit == Unit::Bytes);
        Some(("Memory".to_owned(), headline.or_else(|| self.find(MEMORY_BYTES))?))
    }

    fn answer(&self, name: String, quantity: &Quantity) -> Answer {
        let Self { catalog, workload, experiment, trials, summarised } = *self;
        let words = Words { catalog, workload, experiment, cores: 0, key: &quantity.key };
        let ranked = ranked(summarised, quantity);
        let answer = |best: Option<&str>, words| Answer {
            name: name.clone(),
            key: quantity.key.clone(),
            best: best.map(str::to_owned),
            words,
        };
        let best = ranked.first().copied().unwrap_or_default();
        let of = |model, other: &&str| told(summarised, quantity, model, other);
        // Of those that cannot be told from the best, the one with the widest difference: the sentence is about that one.
        let candidates = ranked.iter().enumerate().filter(|(_, model)| of(best, model).is_none());
        let wider = |one: (&'a str, &'a Comparison), other: (&'a str, &'a Comparison)| {
            if rank(other.1) > rank(one.1) { other } else { one }
        };
        let worse = |(place, model): (usize, &&'a str)| {
            let model = *model;
            ranked.iter().skip(place + 1).filter_map(move |other| Some((model, of(model, other)?)))
        };
        let found = candidates.flat_map(worse).reduce(wider);
        if let Some((winner, told)) = found {
            let alike: Vec<&str> =
                ranked.iter().copied().filter(|other| *other != winner && of(winner, other).is_none()).collect();
            return answer(Some(winner), words.best(winner, told, &alike));
        }
        let widest = ranked.last().and_then(|last| pair(summarised, &quantity.key, best, last));
        let withheld = withheld(catalog, workload, experiment, trials, &quantity.key);
        answer(None, words.untold(withheld.as_ref(), widest, summarised.pairs(&quantity.key).count()))
    }
}
