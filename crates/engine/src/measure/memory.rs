//! What memory grows by as units are added: a slope over several counts, in parts that are never mixed.
//!
//! One peak divided by the number of units would charge each of them with a share of the runtime, the recorder and the allocator.
//! The slope of a line through several counts does not. What a process has resident says nothing of what the kernel keeps for its
//! threads: their kernel stacks follow from their number; their descriptors are in the machine's slab (`/proc/meminfo`), which
//! other processes change too, so it is counted only if threads are what grows, and repetitions with their interval tell how much
//! of it is others'.

use protocol::Figures;
use std::fs;

use super::usage::{Footprint, KERNEL_STACK_BYTES};

/// Readings of memory at several counts of units.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    points: Vec<(f64, Parts)>,
}

/// Bytes: resident, kernel stacks, slab, page tables.
type Parts = [f64; 4];

/// The figures' keys, in the order of [`Parts`].
const PARTS: [&str; 4] = ["resident_per_unit", "kernel_stack_per_unit", "slab_per_unit", "page_tables_per_unit"];

const KERNEL_STACK: usize = 1;
const SLAB: usize = 2;

impl Growth {
    /// Reads what there is with this many units.
    pub fn read(&mut self, units: usize) {
        let own = Footprint::now();
        let slab = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("Slab:"))?;
            line.split_ascii_whitespace().next()?.parse::<f64>().ok()
        });
        let stacks = (own.threads * KERNEL_STACK_BYTES) as f64;
        let parts = [own.resident_bytes as f64, stacks, slab.unwrap_or(0.0) * 1024.0, own.page_table_bytes as f64];
        self.points.push((units as f64, parts));
    }

    /// Bytes per unit by part, and their sum as `bytes_per_unit`.
    #[must_use]
    pub fn per_unit(&self) -> Figures {
        let slope_of = |part: usize| slope(self.points.iter().map(|(units, parts)| (*units, parts[part])));
        let mut parts: Vec<f64> = (0..PARTS.len()).map(slope_of).collect();
        // Units that are no threads of their own are nothing that the kernel knows of.
        if parts[KERNEL_STACK] < KERNEL_STACK_BYTES as f64 / 2.0 {
            parts[SLAB] = 0.0;
        }
        let mut figures = Figures::default();
        PARTS.iter().zip(&parts).for_each(|(key, part)| figures.set(*key, *part));
        figures.set("bytes_per_unit", parts.iter().sum());
        figures
    }
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
