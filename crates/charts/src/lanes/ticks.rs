//! Times: the axis, and how moments and lengths are written.

use analysis::numbers::{decimal, time};
use protocol::parameter::grouped;

use super::layout::Layout;
use super::view::LanesView;

/// Between two ticks at least, pixels.
const APART: f64 = 96.0;
const APART_NARROW: f64 = 74.0;

/// Units of time, each with its name.
const UNITS: [(i64, &str); 4] = [(1, "ns"), (1_000, "µs"), (1_000_000, "ms"), (1_000_000_000, "s")];

/// The moments of the axis that are seen, with what is written under them. All have one unit, and as many decimals as tell them
/// apart.
pub(super) fn ticks(view: &LanesView, layout: &Layout) -> Vec<(i64, String)> {
    let apart = if layout.is_narrow() { APART_NARROW } else { APART };
    let least = view.length() as f64 / (layout.plot.width / apart).max(1.0);
    let mut step = 1_i64;
    while (step as f64) < least && step < i64::MAX / 8 {
        // 1, 2, 5, 10, …
        step = if step.to_string().starts_with('2') { step / 2 * 5 } else { step * 2 };
    }
    let furthest = view.from.saturating_abs().max(view.to.saturating_abs());
    let (unit, name) = unit_of(furthest, step);
    let decimals = (0..9).find(|decimals| step % (unit / 10_i64.pow(*decimals)).max(1) == 0).unwrap_or(9);
    let first = view.from.div_euclid(step).saturating_mul(step);
    let all = (0..64).map_while(|index| first.checked_add(step.checked_mul(index)?));
    let seen = all.filter(|time| (view.from..=view.to).contains(time));
    seen.map(|time| (time, format!("{} {name}", fixed(time, unit, decimals)))).collect()
}

/// The unit for times as far from zero as this, so many nanoseconds apart: the largest that leaves something before the point, and
/// not more than three places behind it.
fn unit_of(furthest: i64, step: i64) -> (i64, &'static str) {
    let fits = |(unit, _): &&(i64, &str)| furthest >= *unit && step.saturating_mul(1_000) >= *unit;
    UNITS.iter().rev().find(fits).copied().unwrap_or(UNITS[0])
}

/// A time in this unit with so many decimals, by whole numbers: no float tells nanoseconds of hours apart.
fn fixed(time: i64, unit: i64, decimals: u32) -> String {
    let part = unit / 10_i64.pow(decimals).max(1);
    let whole = time.unsigned_abs() / part.max(1).unsigned_abs();
    let scale = 10_u64.pow(decimals);
    let sign = if time < 0 && whole > 0 { "−" } else { "" };
    match decimals {
        _ if time == 0 => "0".to_owned(),
        0 => format!("{sign}{}", grouped(whole)),
        _ => format!("{sign}{}.{:0width$}", grouped(whole / scale), whole % scale, width = decimals as usize),
    }
}

/// A moment, to a tenth of a microsecond: "152.1 µs", "1,204.1521 ms".
#[must_use]
pub fn moment(time: i64) -> String {
    if time.unsigned_abs() < 10_000_000 {
        format!("{} µs", fixed(time, 1_000, 1))
    } else {
        format!("{} ms", fixed(time, 1_000_000, 4))
    }
}

/// How long something took.
#[must_use]
pub(crate) fn length(time_ns: i64) -> String {
    if time_ns < 1_000 { format!("{} ns", decimal(time_ns.max(0) as f64, 0)) } else { time(time_ns as f64) }
}

/// A length that a person chose: as round as it is. "400 µs"
#[must_use]
pub fn window(time_ns: i64) -> String {
    let (unit, name) = UNITS.iter().rev().find(|(unit, _)| time_ns >= *unit).copied().unwrap_or(UNITS[0]);
    let text = fixed(time_ns.saturating_add(unit / 200), unit, if unit == 1 { 0 } else { 2 });
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::surface::Area;

    fn of(from: i64, to: i64, width: f64) -> Vec<String> {
        let view = LanesView { from, to, ..LanesView::default() };
        let plot = Area { width, ..Area::default() };
        let layout = Layout { plot, size: (width, 100.0), ..Layout::default() };
        ticks(&view, &layout).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn ticks_have_sensible_units_and_tell_each_other_apart() {
        assert_eq!(of(0, 400_000, 500.0), ["0 µs", "100 µs", "200 µs", "300 µs", "400 µs"]);
        assert_eq!(of(-500_000_000, 1_400_000_000, 600.0), ["−0.5 s", "0 s", "0.5 s", "1.0 s"]);
        assert_eq!(
            of(1_200_000_000, 1_200_000_400, 300.0),
            ["1,200,000.0 µs", "1,200,000.1 µs", "1,200,000.2 µs", "1,200,000.3 µs", "1,200,000.4 µs"]
        );
        assert_eq!(of(0, 90_000_000_000, 600.0), ["0 s", "20 s", "40 s", "60 s", "80 s"]);
        assert!(of(i64::MIN, i64::MAX, 600.0).len() < 64);
        assert!(of(5, 6, 1e9).len() < 64);
    }

    #[test]
    fn moments_are_exact_and_lengths_have_three_figures() {
        assert_eq!([152_100, 0, 1_204_152_150].map(moment), ["152.1 µs", "0 µs", "1,204.1521 ms"]);
        assert_eq!([0, 999, 6_412, 1_400_000_000].map(length), ["0 ns", "999 ns", "6.41 µs", "1.40 s"]);
        assert_eq!([400_000, 1_400_000_000, 152_130, 7].map(window), ["400 µs", "1.4 s", "152.13 µs", "7 ns"]);
    }
}
