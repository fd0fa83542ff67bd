//! What memory grows by as units are added: a slope over several counts, in parts that are never mixed.
//!
//! One peak divided by the number of units would charge each of them with a share of the runtime, the recorder and the allocator.
//! The slope of a line through several counts does not. What a process has resident says nothing of what the kernel keeps for its
//! threads: their kernel stacks follow from their number; their descriptors are in the machine's slab (`/proc/meminfo`), which
//! other processes change too, so it is counted only if threads are what grows, and repetitions with their interval tell how much
//! of it is others'.

use std::fs;

use protocol::Figures;
use protocol::catalog::{Quantity, Unit};

use super::usage::{Footprint, KERNEL_STACK_BYTES};
use crate::workload::{cost, figure};

/// Readings of memory at several counts of units.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    points: Vec<(f64, Parts)>,
}

/// Bytes: resident, kernel stacks, slab, page tables.
type Parts = [f64; 4];

/// The figures' keys, in the order of [`Parts`].
const PARTS: [&str; 4] = ["resident_per_unit", "kernel_stack_per_unit", "slab_per_unit", "page_tables_per_unit"];

/// The key of their sum.
pub const BYTES_PER_UNIT: &str = "bytes_per_unit";

const RESIDUAL: &str = "residual_share";

const KERNEL_STACK: usize = 1;
const SLAB: usize = 2;

impl Growth {
    /// Reads what there is with this many units.
    pub fn read(&mut self, units: usize) {
        let own = Footprint::now();
        let resident = counted_pages().unwrap_or(own.resident_bytes as f64);
        let slab = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("Slab:"))?;
            line.split_ascii_whitespace().next()?.parse::<f64>().ok()
        });
        let stacks = (own.threads * KERNEL_STACK_BYTES) as f64;
        let parts = [resident, stacks, slab.unwrap_or(0.0) * 1024.0, own.page_table_bytes as f64];
        self.points.push((units as f64, parts));
    }

    /// Bytes per unit by part, and their sum as [`BYTES_PER_UNIT`]; of three readings or more, how far they lie from a line.
    #[must_use]
    pub fn per_unit(&self) -> Figures {
        let slope_of = |part: usize| slope(self.points.iter().map(|(units, parts)| (*units, parts[part])));
        let mut parts: Vec<f64> = (0..PARTS.len()).map(slope_of).collect();
        // Units that are no threads of their own are nothing that the kernel knows of.
        let are_threads = parts[KERNEL_STACK] >= KERNEL_STACK_BYTES as f64 / 2.0;
        // What the kernel has given back meanwhile, if it is more, was others'.
        parts[SLAB] = if are_threads { parts[SLAB].max(0.0) } else { 0.0 };
        let mut figures = Figures::default();
        PARTS.iter().zip(&parts).for_each(|(key, part)| figures.set(*key, *part));
        figures.set(BYTES_PER_UNIT, parts.iter().sum());
        if self.points.len() > 2 {
            let counted = |parts: &Parts| parts.iter().sum::<f64>() - if are_threads { 0.0 } else { parts[SLAB] };
            figures.set(RESIDUAL, residual(self.points.iter().map(|(units, parts)| (*units, counted(parts)))));
        }
        figures
    }

    /// What the catalogue says of the sum and its parts.
    pub(crate) fn quantities() -> Vec<Quantity> {
        let part = |part: usize, label, help| figure(PARTS[part], label, Unit::Bytes, help);
        vec![
            cost(BYTES_PER_UNIT, "Memory per unit", Unit::Bytes, "The sum of its four parts: resident, and the kernel's three."),
            part(0, "Resident", "Memory of the process itself. What the allocator keeps for a thread (an arena) is in it."),
            part(KERNEL_STACK, "Kernel stack", "The kernel's own stack for each thread."),
            part(SLAB, "Slab", "What else the kernel keeps for a thread: its descriptors."),
            part(3, "Page tables", "What the kernel keeps to know where the process's memory is."),
        ]
    }

    /// What it says of the line's fit.
    pub(crate) fn fit() -> Quantity {
        figure(
            RESIDUAL,
            "Off the line",
            Unit::Share,
            "How far the readings lie from the fitted line (root mean square), as a share of what memory grew by in all. \
             Large where memory comes in steps that units do not: pages of 2 MiB, arenas of the allocator.",
        )
    }
}

/// Resident memory as the kernel finds it in the page tables, bytes. What it says in `status` it sums from counters of each core,
/// which may be behind by 32 pages each: much beside a thousand tasks.
fn counted_pages() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:"))?;
    Some(line.split_ascii_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
}

/// The root mean square of these points' distances from their line, by the line's own rise between the first and the last; 0 if
/// it does not rise.
fn residual(points: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let count = points.clone().count() as f64;
    let slope = slope(points.clone());
    let mean = |value: fn((f64, f64)) -> f64| points.clone().map(value).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|(x, _)| x), mean(|(_, y)| y));
    let squares: f64 = points.clone().map(|(x, y)| (y - mean_y - slope * (x - mean_x)).powi(2)).sum();
    let x = || points.clone().map(|(x, _)| x);
    let rise = slope.abs() * (x().fold(f64::MIN, f64::max) - x().fold(f64::MAX, f64::min));
    if rise > 0.0 { (squares / count).sqrt() / rise } else { 0.0 }
}

/// Of the line through these points with the least squares (Gauss, Legendre); 0 of fewer than two.
fn slope(points: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let count = points.clone().count() as f64;
    let mean = |value: fn((f64, f64)) -> f64| points.clone().map(value).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|(x, _)| x), mean(|(_, y)| y));
    let spread: f64 = points.clone().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if spread > 0.0 { points.map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_line_whatever_it_starts_from() {
        assert!((slope([(0.0, 100.0), (1.0, 103.0), (2.0, 106.0), (4.0, 112.0)].into_iter()) - 3.0).abs() < 1e-12);
        // numpy.polyfit([1, 2, 3, 4], [1, 3, 2, 5], 1)
        assert!((slope([(1.0, 1.0), (2.0, 3.0), (3.0, 2.0), (4.0, 5.0)].into_iter()) - 1.1).abs() < 1e-12);
        assert!(slope([(1.0, 5.0)].into_iter()).abs() < 1e-12);
    }

    #[test]
    fn readings_on_a_line_are_not_off_it_and_others_are() {
        assert!(residual([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)].into_iter()) < 1e-12);
        // numpy.polyfit([1, 2, 3, 4], [1, 3, 2, 5], 1): 1.1 x + 0, residuals -0.1, 0.8, -1.3, 0.6, by a rise of 3.3.
        let off = residual([(1.0, 1.0), (2.0, 3.0), (3.0, 2.0), (4.0, 5.0)].into_iter());
        assert!((off - (2.7_f64 / 4.0).sqrt() / 3.3).abs() < 1e-12, "{off}");
        assert!(residual([(1.0, 5.0), (2.0, 5.0)].into_iter()).abs() < 1e-12, "no rise");
    }

    #[test]
    fn what_is_held_shows_in_the_slope() {
        let mut growth = Growth::default();
        let mut held: Vec<Vec<u8>> = Vec::new();
        for units in 0..5 {
            growth.read(units);
            held.push(vec![1; 10_000_000]);
        }
        let resident = growth.per_unit().get("resident_per_unit").unwrap();
        assert!((9e6..11e6).contains(&resident), "{resident}");
        drop(held);
    }
}
