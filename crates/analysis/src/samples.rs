//! The trials that count, and what they say of a quantity.

use protocol::{Role, Trial};

use crate::quantities::value;

/// A quantity over the trials of a model and role that are `ok`, in the order in which they were run.
#[must_use]
pub fn samples(model: &str, role: Role, trials: &[Trial], key: &str) -> Vec<f64> {
    good(model, role, trials).filter_map(|trial| value(trial, key)).collect()
}

/// The trials of a model and role that are `ok`.
pub(crate) fn good<'a>(model: &'a str, role: Role, trials: &'a [Trial]) -> impl Iterator<Item = &'a Trial> {
    trials.iter().filter(move |trial| trial.planned.model == model && trial.planned.role == role && trial.is_ok())
}
