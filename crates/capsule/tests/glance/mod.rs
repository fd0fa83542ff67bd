//! Overviews of lanes.

use protocol::lanes::{BINS, LanesOverview};

/// What lanes may show at a glance; another seed, another picture.
pub(crate) fn overview(seed: u64) -> LanesOverview {
    LanesOverview {
        length_ns: 40_000_000 + seed,
        cores: 2,
        threads: 3,
        running: (0..BINS as u64).map(|bin| (200 + (bin * seed) % 50) as u8).collect(),
        switches: 1_000 * seed,
        preempted: 7 * seed,
        operations: 100_000,
        is_recorded: !seed.is_multiple_of(2),
        dropped: seed / 2,
    }
}
