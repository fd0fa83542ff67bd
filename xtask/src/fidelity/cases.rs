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
    Case("ring", "tokio", "units=100 rounds=10000"),
    Case("ring", "tokio-current-thread", "units=100 rounds=10000"),
    Case("ring", "actix", "units=100 rounds=10000"),
    Case("ring", "smol", "units=100 rounds=5000"),
    Case("cpu-hash", "threads", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "thread-pool", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "tokio", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "tokio-current-thread", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "actix", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "actix-sync", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "rayon", "units=64 rounds=20 hashes=1000"),
    Case("cpu-hash", "smol", "units=64 rounds=20 hashes=1000"),
    Case("tcp-echo", "threads", "units=1 rounds=10000 payload_bytes=64"),
    Case("tcp-echo", "threads", "units=100 rounds=100 payload_bytes=64"),
    Case("tcp-echo", "threads", "units=1000 rounds=20 payload_bytes=64"),
    Case("tcp-echo", "tokio", "units=1 rounds=10000 payload_bytes=64"),
    Case("tcp-echo", "tokio", "units=100 rounds=100 payload_bytes=64"),
    Case("tcp-echo", "tokio", "units=1000 rounds=20 payload_bytes=64"),
    Case("tcp-echo", "tokio-current-thread", "units=1 rounds=10000 payload_bytes=64"),
    Case("tcp-echo", "tokio-current-thread", "units=100 rounds=100 payload_bytes=64"),
    Case("tcp-echo", "tokio-current-thread", "units=1000 rounds=20 payload_bytes=64"),
    Case("tcp-echo", "actix", "units=1 rounds=10000 payload_bytes=64"),
    Case("tcp-echo", "actix", "units=100 rounds=100 payload_bytes=64"),
    Case("tcp-echo", "actix", "units=1000 rounds=20 payload_bytes=64"),
    Case("tcp-echo", "smol", "units=1 rounds=10000 payload_bytes=64"),
    Case("tcp-echo", "smol", "units=100 rounds=100 payload_bytes=64"),
    Case("tcp-echo", "smol", "units=1000 rounds=20 payload_bytes=64"),
    Case("shared-counter", "threads", "units=8 increments=500000 how=lock"),
    Case("shared-counter", "threads", "units=8 increments=2000 how=owner"),
    Case("shared-counter", "threads", "units=8 increments=1000000 how=atomic"),
    Case("shared-counter", "thread-pool", "units=8 increments=500000 how=lock"),
    Case("shared-counter", "tokio", "units=8 increments=500000 how=lock"),
    Case("shared-counter", "tokio", "units=8 increments=50000 how=owner"),
    Case("shared-counter", "tokio", "units=8 increments=1000000 how=atomic"),
    Case("shared-counter", "tokio-current-thread", "units=8 increments=1000000 how=lock"),
    Case("shared-counter", "tokio-current-thread", "units=8 increments=50000 how=owner"),
    Case("shared-counter", "actix", "units=8 increments=500000 how=lock"),
    Case("shared-counter", "actix", "units=8 increments=20000 how=owner"),
    Case("shared-counter", "actix", "units=8 increments=1000000 how=atomic"),
    Case("shared-counter", "rayon", "units=8 increments=500000 how=lock"),
    Case("shared-counter", "smol", "units=8 increments=500000 how=lock"),
    Case("shared-counter", "smol", "units=8 increments=1000000 how=atomic"),
    Case("idle-memory", "threads", "units=4000"),
    Case("idle-memory", "tokio", "units=100000"),
    Case("idle-memory", "tokio-current-thread", "units=100000"),
    Case("idle-memory", "actix", "units=40000"),
    Case("idle-memory", "smol", "units=100000"),
    Case("wait", "threads", "units=1000 rounds=5 wait_ms=20"),
    Case("wait", "tokio", "units=1000 rounds=5 wait_ms=20"),
    Case("wait", "tokio-current-thread", "units=1000 rounds=5 wait_ms=20"),
    Case("wait", "actix", "units=1000 rounds=5 wait_ms=20"),
    Case("yield", "threads", "units=8 yields=100000"),
    Case("yield", "tokio", "units=8 yields=100000"),
    Case("yield", "tokio-current-thread", "units=8 yields=100000"),
    Case("yield", "actix", "units=8 yields=100000"),
    Case("yield", "smol", "units=8 yields=100000"),
    Case("fan-in", "threads", "units=100 messages=2000 capacity=64"),
    Case("fan-in", "tokio", "units=100 messages=5000 capacity=64"),
    Case("fan-in", "tokio-current-thread", "units=100 messages=5000 capacity=64"),
    Case("fan-in", "actix", "units=100 messages=5000 capacity=64"),
    Case("open-loop", "threads", "units=1000 rate=5000 arrivals=constant service=100"),
    Case("open-loop", "tokio", "units=1000 rate=5000 arrivals=constant service=100"),
    Case("open-loop", "tokio-current-thread", "units=1000 rate=5000 arrivals=constant service=100"),
    Case("open-loop", "actix", "units=1000 rate=5000 arrivals=constant service=100"),
    Case("blocking", "threads", "units=4 rounds=5 block_ms=20 how=broken"),
    Case("blocking", "tokio", "units=4 rounds=5 block_ms=20 how=broken"),
    Case("blocking", "tokio", "units=4 rounds=5 block_ms=20 how=mended"),
    Case("blocking", "actix", "units=4 rounds=5 block_ms=20 how=broken"),
    Case("file-read", "threads", "units=32 rounds=500 block_kib=16 file_mib=32"),
    Case("file-read", "tokio", "units=32 rounds=200 block_kib=16 file_mib=32"),
    Case("file-read", "tokio-current-thread", "units=32 rounds=200 block_kib=16 file_mib=32"),
    Case("file-read", "actix-sync", "units=32 rounds=500 block_kib=16 file_mib=32"),
    Case("pipeline", "threads", "units=4 items=20000 capacity=16 work=100"),
    Case("pipeline", "tokio", "units=4 items=50000 capacity=16 work=100"),
    Case("pipeline", "tokio-current-thread", "units=4 items=50000 capacity=16 work=100"),
    Case("pipeline", "actix", "units=4 items=50000 capacity=16 work=100"),
    Case("cancel", "threads", "units=100 piece=10000 after_ms=50"),
    Case("cancel", "tokio", "units=100 piece=10000 after_ms=50"),
    Case("cancel", "tokio-current-thread", "units=100 piece=10000 after_ms=50"),
    Case("cancel", "actix", "units=100 piece=10000 after_ms=50"),
    Case("fault", "threads", "units=64 rounds=500 faulty=32"),
    Case("fault", "tokio", "units=64 rounds=500 faulty=32"),
    Case("fault", "tokio-current-thread", "units=64 rounds=500 faulty=32"),
    Case("fault", "actix", "units=64 rounds=500 faulty=32"),
    Case("program", "threads", "units=100 rounds=10"),
    Case("program", "tokio", "units=100 rounds=10"),
    Case("program", "tokio-current-thread", "units=100 rounds=10"),
    Case("program", "actix", "units=100 rounds=10"),
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
            // What is only waited for or slept through says nothing of the operations: how late things come does.
            "wait" => Quantity::Nanoseconds("/extra/oversleep_p50_ns"),
            "blocking" => Quantity::Nanoseconds("/extra/longest_gap_ns"),
            "cancel" => Quantity::Nanoseconds("/extra/stopped_last_ns"),
            "open-loop" => Quantity::Nanoseconds("/latency_ns/p50"),
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
