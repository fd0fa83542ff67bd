//! The trials that count, and what they say of a quantity.

use protocol::{PlannedTrial, Role, Trial};

use crate::order::by;
use crate::quantities::Reader;

/// The trials that are `ok`, by model and role, each group in the order of its repetitions.
#[derive(Debug)]
pub(crate) struct Blocks<'a>(Vec<Group<'a>>);

#[derive(Debug)]
struct Group<'a> {
    model: &'a str,
    role: Role,
    trials: Vec<&'a Trial>,
}

/// A quantity over a group: repetition and value.
pub(crate) type Values = Vec<(u64, f64)>;

impl<'a> Blocks<'a> {
    pub(crate) fn of(trials: &'a [Trial]) -> Self {
        Self::of_those(trials, &|_| true)
    }

    /// Of these trials those of which this holds.
    pub(crate) fn of_those(trials: &'a [Trial], holds: &dyn Fn(&PlannedTrial) -> bool) -> Self {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for trial in trials.iter().filter(|trial| trial.is_ok() && holds(&trial.planned)) {
            let (model, role) = (trial.planned.model.as_str(), trial.planned.role);
            match groups.iter_mut().find(|group| group.model == model && group.role == role) {
                Some(group) => group.trials.push(trial),
                None => groups.push(Group { model, role, trials: vec![trial] }),
            }
        }
        for group in &mut groups {
            group.trials = by(&group.trials, |trial| trial.planned.repetition as f64);
        }
        Self(groups)
    }

    /// The trials of a model and role.
    pub(crate) fn trials(&self, model: &str, role: Role) -> &[&'a Trial] {
        let group = self.0.iter().find(|group| group.model == model && group.role == role);
        group.map(|group| group.trials.as_slice()).unwrap_or_default()
    }

    /// The models with plain trials, in the order in which they first came to a result.
    pub(crate) fn models(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(|group| group.role == Role::Plain).map(|group| group.model)
    }

    /// Every trial whose figures count.
    pub(crate) fn measured(&self) -> impl Iterator<Item = &'a Trial> {
        self.0.iter().filter(|group| group.role != Role::Traced).flat_map(|group| group.trials.iter().copied())
    }

    /// A quantity over the trials of a model and role.
    pub(crate) fn values(&self, model: &str, role: Role, reader: Reader<'_>) -> Values {
        let of = |trial: &&Trial| Some((trial.planned.repetition, reader.value(trial)?));
        self.trials(model, role).iter().filter_map(of).collect()
    }
}

/// Each repetition that has both, with the logarithm of `a` over `b`; nothing if a value has no logarithm.
pub(crate) fn ratios(a: &[(u64, f64)], b: &[(u64, f64)]) -> Values {
    let mut both = Vec::with_capacity(a.len());
    let (mut in_a, mut in_b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some((at_a, value_a)), Some((at_b, value_b))) = (in_a.peek(), in_b.peek()) {
        let order = at_a.cmp(at_b);
        if order.is_eq() {
            if !(*value_a > 0.0 && *value_b > 0.0) {
                return Vec::new();
            }
            both.push((*at_a, value_a.ln() - value_b.ln()));
        }
        if order.is_le() {
            in_a.next();
        }
        if order.is_ge() {
            in_b.next();
        }
    }
    both
}
