//! Where a figure stands in a chart: axes, ticks, and labels that keep out of each other's way. Pure, in shares of the width
//! or height.

use crate::numbers::Scale;
use crate::order::ascending;

/// An axis over the values that there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    log: bool,
    /// Round values, ascending, within the axis.
    pub ticks: Vec<f64>,
}

/// What a person must know to read a position axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// At zero.
    AtZero,
    /// Where the data begin.
    AtData,
    /// It is logarithmic.
    Log,
}

/// Values further apart than this factor are only told apart on a logarithmic axis.
const LOG_FROM: f64 = 12.0;

/// Ratios that lie further apart than this factor have ticks at powers of ten and between.
const RATIOS_FROM: f64 = 5.0;

impl Axis {
    /// An axis for marks: linear from where the data begin, or logarithmic if they lie too far apart; `None` without data.
    #[must_use]
    pub fn of_marks(values: &[f64], wanted_ticks: usize) -> Option<Self> {
        let (least, greatest) = ends(values)?;
        if least > 0.0 && greatest / least > LOG_FROM {
            return Self::log(values);
        }
        let low = if least < greatest * 0.35 { 0.0 } else { least };
        // One value alone stands in the middle of something.
        let spread = if greatest > low { greatest - low } else { greatest.abs().max(1.0) * 0.1 };
        let step = round_step(spread * 1.1 / wanted_ticks as f64);
        let first = ((low - spread * 0.06).max(0.0) / step).floor();
        let last = ((greatest + spread * 0.04) / step).ceil().max(first + 1.0);
        let ticks = (first as i64..=last as i64).map(|index| index as f64 * step).collect();
        Some(Self { low: first * step, high: last * step, log: false, ticks })
    }

    /// A logarithmic axis with a tick at each power of ten, and more between them if those are few; `None` without positive data.
    #[must_use]
    pub fn log(values: &[f64]) -> Option<Self> {
        let positive: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        let (least, greatest) = ends(&positive)?;
        let (first, last) = (least.log10().floor(), (greatest * 1.001).log10().ceil());
        let last = if last > first { last } else { first + 1.0 };
        let steps: &[f64] = match (greatest / least, last - first) {
            (..3.0, _) => &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
            (_, ..=2.0) => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        let mut ticks: Vec<f64> =
            (first as i32..=last as i32).flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power))).collect();
        // No further than one tick beyond the data on either side.
        let low = ticks.iter().copied().filter(|tick| *tick <= least).fold(10_f64.powf(first), f64::max);
        let high = ticks.iter().copied().filter(|tick| *tick >= greatest).fold(10_f64.powf(last), f64::min);
        ticks.retain(|tick| (low..=high * 1.000_001).contains(tick));
        Some(Self { low, high, log: true, ticks })
    }

    /// A logarithmic axis for ratios, with 1 on it and a tick there; `None` without one that is positive.
    #[must_use]
    pub fn of_ratios(ratios: &[f64]) -> Option<Self> {
        let mut ratios: Vec<f64> = ratios.iter().copied().filter(|ratio| *ratio > 0.0 && ratio.is_finite()).collect();
        ends(&ratios)?;
        ratios.push(1.0);
        let (least, greatest) = ends(&ratios)?;
        let room = (greatest / least).max(1.02).powf(0.06);
        let (low, high) = (least / room, greatest * room);
        let ticks = if greatest / least > RATIOS_FROM {
            Self::log(&ratios)?.ticks.into_iter().filter(|tick| (low..=high).contains(tick)).collect()
        } else {
            // Near to 1 even steps are as good as round factors, and there are more of them.
            let step = round_step((high - low) / 5.0);
            let (first, last) = ((low / step).ceil(), (high / step).floor());
            (first as i64..=last as i64).map(|index| index as f64 * step).collect()
        };
        Some(Self { low, high, log: true, ticks })
    }

    /// The place of a value, 0 to 1.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let share = if self.log {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// What must be said beside it.
    #[must_use]
    pub fn begins(&self) -> Begins {
        match (self.log, self.low > 0.0) {
            (true, _) => Begins::Log,
            (false, true) => Begins::AtData,
            (false, false) => Begins::AtZero,
        }
    }

    /// Where it begins.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }
}

/// A round value on an axis: as short as it can be said, "160k", "1.5 ms".
#[must_use]
pub fn tick_text(value: f64, scale: Scale) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let text = scale.show(value);
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{number}{unit}")
}

/// Moves labels apart so that neighbours are at least `gap` from each other, within `0 ..= end`, each as near as that allows
/// to where it belongs. If they do not fit they begin at 0 and go on past the end. The answer is in the order of the question.
#[must_use]
pub fn apart(wanted: &[f64], gap: f64, end: f64) -> Vec<f64> {
    let order = ascending(wanted);
    let row_of = |row: usize| row as f64 * gap;
    // Less its row's share of the gaps, each place need only be no less than the one before: isotonic regression. Labels
    // that would lie on each other are one block, at the mean of where they belong (pool adjacent violators).
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (row, index) in order.iter().enumerate() {
        let mut block = (wanted[*index] - row_of(row), 1);
        while let Some((mean, count)) = blocks.pop_if(|(mean, _)| *mean > block.0) {
            let both = count + block.1;
            block = ((mean * count as f64 + block.0 * block.1 as f64) / both as f64, both);
        }
        blocks.push(block);
    }
    // Kept inside once all blocks are made: to move a block before that may put it on the one above.
    let room = (end - row_of(wanted.len().saturating_sub(1))).max(0.0);
    let means = blocks.into_iter().flat_map(|(mean, count)| std::iter::repeat_n(mean.clamp(0.0, room), count));
    let mut places = vec![0.0; wanted.len()];
    for ((row, index), mean) in order.into_iter().enumerate().zip(means) {
        places[index] = mean + row_of(row);
    }
    places
}

fn ends(values: &[f64]) -> Option<(f64, f64)> {
    let least = values.iter().copied().filter(|value| value.is_finite()).reduce(f64::min)?;
    let greatest = values.iter().copied().filter(|value| value.is_finite()).reduce(f64::max)?;
    Some((least, greatest))
}

/// 1, 2 or 5 times a power of ten, at least this.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|step| step * power).find(|step| *step >= least * 0.999).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_on_its_axis_between_round_ticks() {
        let cases: [&[f64]; 6] =
            [&[182e3, 240e3, 232e3], &[5.0], &[1.0, 900.0], &[0.0, 3.0], &[4.9e6, 5.1e6, 5.0e6], &[12e6, 400e6]];
        for values in cases {
            let axis = Axis::of_marks(values, 5).unwrap();
            assert!((2..=14).contains(&axis.ticks.len()), "{values:?}: {:?}", axis.ticks);
            for value in values {
                let place = (value - axis.low) / (axis.high - axis.low);
                assert!((0.0..=1.0).contains(&place), "{values:?}: {axis:?}");
            }
            assert!(axis.place(axis.ticks[0]) < axis.place(axis.ticks[1]));
        }
    }

    #[test]
    fn ratios_have_an_axis_with_one_on_it() {
        let cases: [&[f64]; 9] =
            [&[3.55], &[4.9, 1.7], &[1.31, 1.02], &[0.99, 1.004], &[1.0], &[7.0, 0.1], &[0.4, 0.5], &[2e5, 3.0], &[1.26, 1.0]];
        for ratios in cases {
            let axis = Axis::of_ratios(ratios).unwrap();
            assert!((1..=8).contains(&axis.ticks.len()), "{ratios:?}: {axis:?}");
            assert!(axis.low > 0.0 && axis.ticks.iter().any(|tick| (tick - 1.0).abs() < 1e-9), "{ratios:?}: {axis:?}");
            assert!(ratios.iter().all(|ratio| (axis.low..=axis.high).contains(ratio)), "{ratios:?}: {axis:?}");
            assert!((axis.place((axis.low * axis.high).sqrt()) - 0.5).abs() < 1e-9, "{ratios:?}: it is logarithmic");
        }
        assert_eq!((Axis::of_ratios(&[]), Axis::of_ratios(&[0.0, f64::INFINITY])), (None, None));
    }

    #[test]
    fn an_axis_says_where_it_begins() {
        let begins = |values: &[f64]| Axis::of_marks(values, 5).unwrap().begins();
        assert_eq!(begins(&[182e3, 240e3]), Begins::AtData);
        assert_eq!(begins(&[50.0, 240.0]), Begins::AtZero);
        assert_eq!(begins(&[5.0, 240.0]), Begins::Log);
        assert_eq!(Axis::of_marks(&[], 5), None);
    }

    #[test]
    fn a_tick_is_as_short_as_it_can_be_said() {
        assert_eq!(tick_text(160e3, Scale::of_count(160e3)), "160k");
        assert_eq!(tick_text(1.5e6, Scale::of_time(1.5e6)), "1.5 ms");
        assert_eq!(tick_text(0.0, Scale::of_count(160e3)), "0");
        assert_eq!(tick_text(100.0, Scale::of_count(100.0)), "100");
    }

    #[test]
    fn labels_keep_their_distance_and_stay_inside() {
        let wanted = [50.0, 52.0, 51.0, 1.0, 99.0, 100.0];
        let places = apart(&wanted, 10.0, 100.0);
        let mut sorted = places.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 10.0 - 1e-9), "{places:?}");
        assert!(sorted[0] >= 0.0 && sorted[5] <= 100.0 + 1e-9, "{places:?}");
        assert!(places[0] < places[2] && places[2] < places[1], "their order is kept: {places:?}");
        assert_eq!(apart(&[10.0, 40.0], 10.0, 100.0), [10.0, 40.0]);
    }
}
