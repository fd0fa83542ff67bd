//! The pieces of `fault`, and a panic half-way.

use std::ops::Range;
use std::panic::resume_unwind;

use crate::{Args, mixed, mixed_times};

/// What one life of a unit is to do.
#[derive(Clone, Debug)]
pub struct Pieces {
    seed: u64,
    left: Range<u64>,
    dies_at: Option<u64>,
}

impl Pieces {
    /// Of a unit that panics half-way, if it is one of the faulty, which are spread evenly.
    #[must_use]
    pub fn first_life(args: Args, unit: usize) -> Self {
        let faulty = args.number("faulty") as usize;
        let before = |unit: usize| unit * faulty / args.units;
        let dies_at = (before(unit + 1) > before(unit)).then_some(args.rounds / 2);
        Self { seed: mixed(args.seed.wrapping_add(unit as u64)), left: 0..args.rounds, dies_at }
    }

    /// Of one that takes its place.
    #[must_use]
    pub fn second_life(args: Args, unit: usize) -> Self {
        Self { left: args.rounds / 2..args.rounds, dies_at: None, ..Self::first_life(args, unit) }
    }

    /// All of them, in one go.
    #[must_use]
    pub fn sum(self) -> u64 {
        self.fold(0, u64::wrapping_add)
    }
}

impl Iterator for Pieces {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.dies_at == Some(self.left.start) {
            // Prints nothing.
            resume_unwind(Box::new("as it is to be"));
        }
        self.left.next().map(|piece| mixed_times(self.seed ^ piece, 1_000))
    }
}
