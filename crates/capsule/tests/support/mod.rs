//! Results to carry: the one that the program has in it, and whatever a generator thinks of.

use protocol::{Run, RunEvent};

/// A real run: three models, ten repetitions of TCP echo.
pub(crate) fn sample_log() -> Vec<RunEvent> {
    include_str!("../../../../server/sample.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn sample() -> Run {
    Run::of_log(&sample_log())
}
