//! What is compared: a workload, a model and its parameters, and by which quantity.

use serde_json::Value;

/// A workload, a model, and parameters with which the measured part takes some tenth of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Case(pub(super) &'static str, pub(super) &'static str, pub(super) &'static str);

pub(super) const CASES: &[Case] = &[
    Case("spawn", "threads", "units=10000"),
    Case("spawn", "thread-pool", "units=300000"),
    Case("spawn", "tokio", "units=200000"),
    Case("spawn", "tokio-current-thread", "units=300000"),
    Case("spawn", "actix", "units=100000"),
    Case("spawn", "actix-sync", "units=100000"),
    Case("spawn", "rayon", "units=500000"),
    Case("spawn", "smol", "units=200000"),
    Case("ping-pong", "threads", "units=20 rounds=1000"),
    Case("ping-pong", "tokio", "units=20 rounds=50000"),
    Case("ping-pong", "tokio-current-thread", "units=20 rounds=40000"),
    Case("ping-pong", "actix", "units=20 rounds=50000"),
    Case("ping-pong", "smol", "units=20 rounds=20000"),
    Case("ring", "threads", "units=100 rounds=200"),
    Case("ring", "tokio", "units=100 rounds=5000"),
    Case("ring", "tokio-current-thread", "units=100 rounds=8000"),
    Case("ring", "actix", "units=100 rounds=100"),
    Case("ring", "smol", "units=100 rounds=5000"),
    Case("cpu-hash", "threads", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "thread-pool", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "tokio", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "tokio-current-thread", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "actix", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "actix-sync", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "rayon", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "smol", "units=64 rounds=20 hashes=1000"),
    Case("tcp-echo", "threads", "units=1 rounds=10000"),
    Case("tcp-echo", "threads", "units=100 rounds=100"),
    Case("tcp-echo", "threads", "units=1000 rounds=20"),
    Case("tcp-echo", "tokio", "units=1 rounds=10000"),
    Case("tcp-echo", "tokio", "units=100 rounds=100"),
    Case("tcp-echo", "tokio", "units=1000 rounds=20"),
    Case("tcp-echo", "tokio-current-thread", "units=1 rounds=10000"),
    Case("tcp-echo", "tokio-current-thread", "units=100 rounds=100"),
    Case("tcp-echo", "tokio-current-thread", "units=1000 rounds=20"),
    Case("tcp-echo", "actix", "units=1 rounds=10000"),
    Case("tcp-echo", "actix", "units=100 rounds=100"),
    Case("tcp-echo", "actix", "units=1000 rounds=20"),
    Case("tcp-echo", "smol", "units=1 rounds=10000"),
    Case("tcp-echo", "smol", "units=100 rounds=100"),
    Case("tcp-echo", "smol", "units=1000 rounds=20"),
    Case("shared-counter", "threads", "units=8 increments=500000"),
    Case("shared-counter", "thread-pool", "units=8 increments=500000"),
    Case("shared-counter", "tokio", "units=8 increments=500000"),
    Case("shared-counter", "tokio-current-thread", "units=8 increments=1000000"),
    Case("shared-counter", "actix", "units=8 increments=20000"),
    Case("shared-counter", "rayon", "units=8 increments=500000"),
    Case("shared-counter", "smol", "units=8 increments=500000"),
    Case("idle-memory", "threads", "units=4000"),
    Case("idle-memory", "tokio", "units=100000"),
    Case("idle-memory", "tokio-current-thread", "units=100000"),
    Case("idle-memory", "actix", "units=40000"),
    Case("idle-memory", "smol", "units=100000"),
];

/// What is compared of a workload: nanoseconds or bytes, less is better. A plain program's line has the form of a trial, so the
/// pointer (RFC 6901) into both is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// The measured part divided by the operations.
    PerOperation,
    Nanoseconds(&'static str),
    Bytes(&'static str),
}

impl Quantity {
    pub(super) fn of(self, line: &Value) -> Option<f64> {
        let figure = match self {
            Self::PerOperation => line["wall_ns"].as_f64()? / line["operations"].as_f64()?,
            Self::Nanoseconds(pointer) | Self::Bytes(pointer) => line.pointer(pointer)?.as_f64()?,
        };
        (figure > 0.0).then_some(figure)
    }

    /// How far the two sides may be from each other, if the plain program's figure is this.
    pub(super) fn band(self, by_hand: f64) -> f64 {
        match self {
            Self::Bytes(_) => 0.03,
            Self::PerOperation if by_hand < 1000.0 => 0.10,
            Self::PerOperation | Self::Nanoseconds(_) => 0.05,
        }
    }
}

impl Case {
    pub(super) fn quantity(&self) -> Quantity {
        match self.0 {
            "idle-memory" => Quantity::Bytes("/extra/bytes_per_unit"),
            _ => Quantity::PerOperation,
        }
    }

    /// By `--only WORKLOAD` or `--only WORKLOAD/MODEL`; without one everything is.
    pub(super) fn is_asked_for(&self, only: &[String]) -> bool {
        let Self(workload, model, _) = self;
        only.is_empty() || only.iter().any(|asked| asked == workload || *asked == format!("{workload}/{model}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sides::named;
    use super::*;

    #[test]
    fn every_case_s_parameters_are_understood_and_no_row_is_twice() {
        for (place, case) in CASES.iter().enumerate() {
            assert!(!named(case.2).unwrap().is_empty());
            assert!(!CASES[..place].contains(case), "{case:?}");
        }
        assert!(named("units").is_err());
    }

    #[test]
    fn only_takes_a_workload_or_one_of_its_models() {
        let case = Case("ring", "tokio", "");
        assert!(case.is_asked_for(&[]));
        assert!(case.is_asked_for(&["ring".into()]) && case.is_asked_for(&["ring/tokio".into()]));
        assert!(!case.is_asked_for(&["ring/smol".into()]));
    }
}
