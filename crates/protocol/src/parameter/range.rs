//! From one end of a parameter's range to the other: linear, or logarithmic if the catalogue says so.

/// A parameter's range, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterRange {
    /// Least accepted.
    pub min: u64,
    /// Greatest accepted.
    pub max: u64,
    /// What a value is a multiple of.
    pub step: u64,
    /// Whether each part of the way multiplies instead of adding.
    pub log: bool,
}

impl ParameterRange {
    /// What share of the way a value stands at, 0 to 1.
    #[must_use]
    pub fn place(self, value: u64) -> f64 {
        let share = if self.log {
            let (min, max) = self.ends();
            ((value as f64).max(min) / min).ln() / (max / min).ln()
        } else {
            (value.max(self.min) - self.min) as f64 / (self.max - self.min).max(1) as f64
        };
        share.clamp(0.0, 1.0)
    }

    /// The value at a share of the way: with at most two significant figures inside a logarithmic range, because nobody means
    /// 1,037 by a drag.
    #[must_use]
    pub fn value(self, share: f64) -> u64 {
        if share <= 0.0 {
            return self.min;
        }
        if share >= 1.0 {
            return self.max;
        }
        let value = if self.log {
            let (min, max) = self.ends();
            let value = min * (max / min).powf(share);
            let unit = 10_f64.powf(value.log10().floor() - 1.0).max(1.0);
            (value / unit).round() * unit
        } else {
            self.min as f64 + (self.max - self.min) as f64 * share
        };
        let step = self.step.max(1);
        let value = (value / step as f64).round() as u64 * step;
        value.clamp(self.min, self.max)
    }

    /// A logarithm needs a positive start: if 0 is accepted, it stands where 1 does.
    fn ends(self) -> (f64, f64) {
        ((self.min as f64).max(1.0), (self.max as f64).max(2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGES: [ParameterRange; 4] = [
        ParameterRange { min: 1, max: 1_000_000, step: 1, log: true },
        ParameterRange { min: 0, max: 65_536, step: 1, log: true },
        ParameterRange { min: 2, max: 1000, step: 2, log: true },
        ParameterRange { min: 1, max: 50, step: 1, log: false },
    ];

    fn places() -> impl Iterator<Item = f64> {
        (0..=1000).map(|place| f64::from(place) / 1000.0)
    }

    #[test]
    fn every_place_is_a_value_that_is_accepted() {
        for range in RANGES {
            for place in places() {
                let value = range.value(place);
                assert!((range.min..=range.max).contains(&value), "{range:?} at {place}: {value}");
                assert!(value.is_multiple_of(range.step), "{range:?} at {place}: {value}");
            }
        }
    }

    #[test]
    fn further_on_is_never_less_and_the_ends_are_the_range_s() {
        for range in RANGES {
            let values: Vec<u64> = places().map(|place| range.value(place)).collect();
            assert!(values.is_sorted(), "{range:?}");
            assert_eq!((values[0], values[1000]), (range.min, range.max));
            assert!((range.place(range.min), range.place(range.max)) == (0.0, 1.0), "{range:?}");
        }
    }

    #[test]
    fn a_decade_takes_the_same_way_everywhere_on_a_logarithmic_range() {
        assert!((RANGES[0].place(1000) - 0.5).abs() < 1e-12);
        assert_eq!(RANGES[0].value(0.5), 1000);
    }
}
