//! What lanes show at a glance.

use serde::{Deserialize, Serialize};

use super::{DeedKind, Lanes, LanesSource};

/// Parts of equal length of the measured part.
pub const BINS: usize = 120;

/// What the lanes of a trial show at a glance, in the measured part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LanesOverview {
    /// How long it was, nanoseconds.
    pub length_ns: u64,
    /// How many cores its threads could use.
    pub cores: u32,
    /// How many threads had a core.
    pub threads: u32,
    /// For each of [`BINS`] parts of equal length, the share of the cores that the threads had, in 255ths.
    pub running: Vec<u8>,
    /// How often a thread got a core.
    pub switches: u64,
    /// How often one lost it that could have gone on.
    pub preempted: u64,
    /// How many operations were seen.
    pub operations: u64,
    /// Whether the kernel's records are what it is from; if not, its accounts.
    pub is_recorded: bool,
    /// Spans that there was no room for.
    pub dropped: u64,
}

impl LanesOverview {
    /// Of these lanes.
    #[must_use]
    pub fn of(lanes: &Lanes) -> Self {
        let length = lanes.about.to.max(0);
        let mut had = vec![0_i64; BINS];
        let mut threads = vec![false; lanes.about.threads.len()];
        let (mut switches, mut preempted) = (0, 0);
        for stint in &lanes.stints {
            let (from, to) = (stint.from.max(0), stint.to.min(length));
            if from >= to {
                continue;
            }
            threads.get_mut(stint.thread as usize).into_iter().for_each(|had| *had = true);
            switches += 1;
            preempted += u64::from(stint.preempted);
            let bin = |at: i64| (i128::from(at) * BINS as i128 / i128::from(length)) as usize;
            for (index, had) in had.iter_mut().enumerate().take(bin(to - 1).min(BINS - 1) + 1).skip(bin(from)) {
                *had += to.min(edge(length, index + 1)) - from.max(edge(length, index));
            }
        }
        let cores = lanes.about.cores.len().max(1);
        let running = had.iter().enumerate().map(|(index, had)| {
            let whole = (edge(length, index + 1) - edge(length, index)).max(1) * cores as i64;
            (i128::from((*had).clamp(0, whole)) * 255 / i128::from(whole)) as u8
        });
        Self {
            length_ns: length.unsigned_abs(),
            cores: cores as u32,
            threads: threads.iter().filter(|had| **had).count() as u32,
            running: running.collect(),
            switches,
            preempted,
            operations: lanes.deeds.iter().filter(|deed| deed.kind == DeedKind::Operation && deed.to > 0).count() as u64,
            is_recorded: lanes.about.source == LanesSource::Switches,
            dropped: lanes.about.dropped,
        }
    }
}

/// Where a bin begins.
fn edge(length: i64, bin: usize) -> i64 {
    (i128::from(length) * bin as i128 / BINS as i128) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{LanesAbout, Stint};

    #[test]
    fn an_overview_holds_the_share_of_the_cores_that_the_threads_had() {
        let about = LanesAbout {
            cores: vec![0, 1],
            threads: vec!["a".into(), "b".into(), "c".into()],
            to: 1_200,
            ..LanesAbout::default()
        };
        let stint = |thread, from, to| Stint { thread, core: Some(0), from, to, waited: 0, preempted: thread == 1 };
        // One core for the first half, both for the last quarter; one span before the gate.
        let stints = vec![stint(2, -500, -100), stint(0, -50, 600), stint(0, 900, 1_200), stint(1, 900, 1_500)];
        let overview = LanesOverview::of(&Lanes { about, stints, deeds: Vec::new() });
        assert_eq!((overview.length_ns, overview.cores, overview.threads), (1_200, 2, 2));
        assert_eq!((overview.switches, overview.preempted), (3, 1));
        assert_eq!(overview.running.len(), BINS);
        assert!(overview.running[..60].iter().all(|share| *share == 127), "{:?}", overview.running);
        assert!(overview.running[60..90].iter().all(|share| *share == 0), "{:?}", overview.running);
        assert!(overview.running[90..].iter().all(|share| *share == 255), "{:?}", overview.running);
        assert_eq!(LanesOverview::of(&Lanes::default()).running, [0; BINS]);
    }
}
