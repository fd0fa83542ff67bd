//! What one more unit takes, for `idle-memory`: the slope of a line through readings at several counts of units.

use std::fs;

/// Counts at which memory is read.
pub const STEPS: usize = 8;

/// The machine's slab is part of it only if units are threads: the kernel keeps nothing for what it does not know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// A kernel stack each, and descriptors in the slab.
    Threads,
    /// Memory of the process alone.
    Others,
}

/// Bytes that the process holds now, the kernel's part too: its own pages, its page tables, the stacks and descriptors of its
/// threads.
///
/// # Panics
/// If `/proc` is not there.
#[must_use]
pub fn held(units: Units) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let own = kib(&status, "VmRSS:") + kib(&status, "VmPTE:");
    match units {
        Units::Others => own * 1024.0,
        Units::Threads => {
            let slab = kib(&fs::read_to_string("/proc/meminfo").unwrap(), "Slab:");
            (own + slab + 16.0 * kib(&status, "Threads:")) * 1024.0
        }
    }
}

/// The number behind a word.
fn kib(text: &str, word: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(word)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Of the line with the least squares through points (units, bytes).
#[must_use]
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0);
    for (units, bytes) in points {
        x += units;
        y += bytes;
        xx += units * units;
        xy += units * bytes;
    }
    (n * xy - x * y) / (n * xx - x * x)
}
