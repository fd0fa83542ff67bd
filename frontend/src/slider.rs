//! Where a value stands on its slider, and back: linear, or logarithmic where the catalogue says so.

/// Steps of a slider from end to end.
pub const STEPS: u32 = 1000;

/// A parameter's range.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// Least accepted.
    pub min: u64,
    /// Greatest accepted.
    pub max: u64,
    /// What a value is a multiple of.
    pub step: u64,
    /// Whether each part of the way multiplies instead of adding.
    pub log: bool,
}

impl Range {
    /// The place of a value, 0 to [`STEPS`].
    #[must_use]
    pub fn place(self, value: u64) -> u32 {
        let share = if self.log {
            let (min, max) = self.ends();
            ((value as f64).max(min) / min).ln() / (max / min).ln()
        } else {
            (value.max(self.min) - self.min) as f64 / (self.max - self.min).max(1) as f64
        };
        (share.clamp(0.0, 1.0) * f64::from(STEPS)).round() as u32
    }

    /// The value at a place: with at most two significant figures inside a logarithmic range, because nobody means 1,037 by a drag.
    #[must_use]
    pub fn value(self, place: u32) -> u64 {
        let share = f64::from(place.min(STEPS)) / f64::from(STEPS);
        if place == 0 {
            return self.min;
        }
        if place >= STEPS {
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

    /// A logarithm needs a positive start: where 0 is accepted, it stands where 1 does.
    fn ends(self) -> (f64, f64) {
        ((self.min as f64).max(1.0), (self.max as f64).max(2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGES: [Range; 4] = [
        Range { min: 1, max: 1_000_000, step: 1, log: true },
        Range { min: 0, max: 65_536, step: 1, log: true },
        Range { min: 2, max: 1000, step: 2, log: true },
        Range { min: 1, max: 50, step: 1, log: false },
    ];

    #[test]
    fn every_place_is_a_value_that_is_accepted() {
        for range in RANGES {
            for place in 0..=STEPS {
                let value = range.value(place);
                assert!((range.min..=range.max).contains(&value), "{range:?} at {place}: {value}");
                assert!(value.is_multiple_of(range.step), "{range:?} at {place}: {value}");
            }
        }
    }

    #[test]
    fn further_right_is_never_less_and_the_ends_are_the_range_s() {
        for range in RANGES {
            let values: Vec<u64> = (0..=STEPS).map(|place| range.value(place)).collect();
            assert!(values.is_sorted(), "{range:?}");
            assert_eq!((values[0], values[STEPS as usize]), (range.min, range.max));
            assert_eq!((range.place(range.min), range.place(range.max)), (0, STEPS));
        }
    }

    #[test]
    fn a_decade_takes_the_same_way_everywhere_on_a_logarithmic_slider() {
        let range = RANGES[0];
        assert_eq!(range.place(1000), STEPS / 2);
        assert_eq!(range.value(STEPS / 2), 1000);
    }
}
