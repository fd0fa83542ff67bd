//! Numbers as people read them: three significant figures and a unit.

use protocol::catalog::Unit;

/// How a quantity is shown: a power of ten and the unit that goes with it. One column keeps one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    divisor: f64,
    suffix: &'static str,
}

const COUNTS: &[(f64, &str)] = &[(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")];
const TIMES: &[(f64, &str)] = &[(1.0, " ns"), (1e3, " µs"), (1e6, " ms"), (1e9, " s")];
const RATES: &[(f64, &str)] = &[(1.0, "/s"), (1e3, "k/s"), (1e6, "M/s"), (1e9, "G/s")];
const BYTE_RATES: &[(f64, &str)] = &[(1.0, " B/s"), (1e3, " kB/s"), (1e6, " MB/s"), (1e9, " GB/s")];
const BYTES: &[(f64, &str)] = &[(1.0, " B"), (1e3, " kB"), (1e6, " MB"), (1e9, " GB")];

impl Scale {
    /// For a number of things: 182k.
    #[must_use]
    pub fn of_count(value: f64) -> Self {
        Self::of(value, COUNTS)
    }

    /// For nanoseconds: 3.40 ms.
    #[must_use]
    pub fn of_time(nanoseconds: f64) -> Self {
        Self::of(nanoseconds, TIMES)
    }

    /// For bytes, in powers of ten: 24.8 MB.
    #[must_use]
    pub fn of_bytes(bytes: f64) -> Self {
        Self::of(bytes, BYTES)
    }

    /// For a quantity of this unit.
    #[must_use]
    pub fn of_unit(unit: Unit, value: f64) -> Self {
        match unit {
            Unit::Nanoseconds => Self::of_time(value),
            Unit::Bytes => Self::of_bytes(value),
            Unit::BytesPerSecond => Self::of(value, BYTE_RATES),
            Unit::PerSecond => Self::of(value, RATES),
            Unit::Count => Self::of_count(value),
            Unit::Share => Self { divisor: 0.01, suffix: " %" },
        }
    }

    /// The same under a head, or along an axis, that says "per second" itself: 182k.
    #[must_use]
    pub fn of_column(unit: Unit, value: f64) -> Self {
        match unit {
            Unit::PerSecond => Self::of_count(value),
            _ => Self::of_unit(unit, value),
        }
    }

    fn of(value: f64, steps: &[(f64, &'static str)]) -> Self {
        // 999.6 is shown as 1.00k, not as 1000.
        let fits = |(divisor, _): &&(f64, &'static str)| value.abs() >= *divisor * 0.9995;
        let (divisor, suffix) = steps.iter().rev().find(fits).copied().unwrap_or(steps[0]);
        Self { divisor, suffix }
    }

    /// The value on this scale, with its unit.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        format!("{}{}", significant(value / self.divisor), self.suffix)
    }

    /// The value on this scale, without its unit: for the ends of an interval whose middle has it.
    #[must_use]
    pub fn bare(self, value: f64) -> String {
        significant(value / self.divisor)
    }

    /// The unit, without the space before it.
    #[must_use]
    pub fn unit(self) -> &'static str {
        self.suffix.trim_start()
    }
}

/// A number of things: 182k.
#[must_use]
pub fn count(value: f64) -> String {
    Scale::of_count(value).show(value)
}

/// Nanoseconds: 3.40 ms.
#[must_use]
pub fn time(nanoseconds: f64) -> String {
    Scale::of_time(nanoseconds).show(nanoseconds)
}

/// Bytes, in powers of ten: 24.8 MB.
#[must_use]
pub fn bytes(bytes: f64) -> String {
    Scale::of_bytes(bytes).show(bytes)
}

/// A quantity's value alone: 3.40 ms; whole counts under a million in full.
#[must_use]
pub fn shown(unit: Unit, value: f64) -> String {
    shown_on(unit, value, value)
}

/// The same on the scale of another value: a column keeps one.
#[must_use]
pub fn shown_on(unit: Unit, value: f64, of_scale: f64) -> String {
    match unit {
        Unit::Count if value.fract() == 0.0 && of_scale.abs() < 1e6 => grouped_float(value),
        Unit::Count if value > 0.0 && of_scale.abs() < 1.0 => {
            // Nobody would count the zeros.
            if value < LEAST { "< 0.001".to_owned() } else { significant(value) }
        }
        _ => Scale::of_unit(unit, of_scale).show(value),
    }
}

/// A value in a column whose head says what is counted: a rate is 182k there. All have the scale of one of them.
#[must_use]
pub fn in_column(unit: Unit, value: f64, of_scale: f64) -> String {
    match unit {
        Unit::PerSecond => Scale::of_column(unit, of_scale).show(value),
        _ => shown_on(unit, value, of_scale),
    }
}

/// A number in three: what stands before the decimal point, the point and what is behind it, and the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pieces {
    /// "3"
    pub whole: String,
    /// ".40"; empty of a whole number.
    pub fraction: String,
    /// "ms"; empty if there is none.
    pub unit: String,
}

/// A value in a column in which each has the unit that suits it, in pieces: so that the points can stand under each other.
#[must_use]
pub fn pieces(unit: Unit, value: f64) -> Pieces {
    let text = in_column(unit, value, value);
    let end = text.rfind(|letter: char| letter.is_ascii_digit()).map_or(text.len(), |last| last + 1);
    let (number, unit) = text.split_at(end);
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(end));
    Pieces { whole: whole.to_owned(), fraction: fraction.to_owned(), unit: unit.trim_start().to_owned() }
}

/// A value beside another one that has the unit, on the scale of that one: an end of an interval beside its middle.
#[must_use]
pub fn bare(unit: Unit, value: f64, of_scale: f64) -> String {
    match unit {
        Unit::Count if value.fract() == 0.0 && of_scale.abs() < 1e6 => grouped_float(value),
        Unit::Count if of_scale.abs() < 1e6 => significant(value),
        _ => Scale::of_unit(unit, of_scale).bare(value),
    }
}

/// Less than this of a plain number is said as less than this.
const LEAST: f64 = 0.001;

fn grouped_float(value: f64) -> String {
    let whole = protocol::parameter::grouped(value.abs() as u64);
    if value < 0.0 { format!("-{whole}") } else { whole }
}

/// What an interval covers: "94 %".
#[must_use]
pub fn covered(coverage: f64) -> String {
    format!("{} %", decimal(coverage * 100.0, 0))
}

/// With a capital at its beginning. Of ASCII's letters alone, which ours are: Unicode's tables of cases are kilobytes of a module.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A ratio: 1.31×.
#[must_use]
pub fn ratio(value: f64) -> String {
    format!("{}×", significant(value))
}

/// Three significant figures, and no decimals past those: 0.00123, 1.31, 24.8, 182, 40,300.
#[must_use]
pub fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".into() } else { "–".into() };
    }
    let magnitude = value.abs().log10().floor() as i32;
    // Rounding may carry into the next magnitude: 9.996 is 10.0.
    let unit = 10_f64.powi(magnitude - 2);
    let rounded = (value / unit).round() * unit;
    let magnitude = rounded.abs().log10().floor() as i32;
    if magnitude >= 3 {
        let whole = protocol::parameter::grouped(rounded.abs().round() as u64);
        return if value < 0.0 { format!("-{whole}") } else { whole };
    }
    decimal(rounded, u32::try_from(2 - magnitude).unwrap_or(0).min(9))
}

/// A number with this many decimals; what is no number is 0, and nothing is -0. Not by the standard library, which is exact about
/// numbers of every size: that is four kilobytes of a module of the page.
#[must_use]
pub fn decimal(value: f64, decimals: u32) -> String {
    let scale = 10_u64.pow(decimals.min(9));
    let scaled = (value.abs() * scale as f64).round() as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    let (whole, part) = (scaled / scale, scaled % scale);
    match decimals {
        0 => format!("{sign}{whole}"),
        decimals => format!("{sign}{whole}.{part:0width$}", width = decimals.min(9) as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_significant_figures_and_a_unit() {
        assert_eq!(count(181_960.0), "182k");
        assert_eq!(count(999.7), "1.00k");
        assert_eq!(count(5.0), "5.00");
        assert_eq!(time(3_401_000.0), "3.40 ms");
        assert_eq!(time(140.4), "140 ns");
        assert_eq!(bytes(24_830_000.0), "24.8 MB");
        assert_eq!(ratio(1.3149), "1.31×");
        assert_eq!(ratio(9.996), "10.0×");
        assert_eq!(significant(0.001_234), "0.00123");
        assert_eq!(significant(40_312.0), "40,300");
        assert_eq!(significant(0.0), "0");
    }

    #[test]
    fn a_number_with_decimals_is_written_as_the_standard_library_does() {
        for value in [0.0, 0.004, 0.005_1, 0.96, 1.0, 12.345_6, 99.999, 1234.5678, 40_300.0, 0.000_001_23] {
            for decimals in 0..9 {
                let expected = |value: f64| format!("{:.*}", decimals as usize, value);
                assert_eq!(decimal(value, decimals), expected(value), "{value} to {decimals}");
                let nothing = expected(-value).trim_matches(['-', '0', '.']).is_empty();
                let negative = if nothing { expected(value) } else { expected(-value) };
                assert_eq!(decimal(-value, decimals), negative, "-{value} to {decimals}");
            }
        }
        assert_eq!([decimal(f64::NAN, 1), decimal(f64::INFINITY, 0)], ["0.0".to_owned(), u64::MAX.to_string()]);
    }

    #[test]
    fn a_unit_is_said_once() {
        let rate = Unit::PerSecond;
        assert_eq!((shown(rate, 182e3), in_column(rate, 1.5e3, 182e3)), ("182k/s".into(), "1.50k".into()));
        assert_eq!((bare(rate, 179e3, 182e3), bare(Unit::Nanoseconds, 950e3, 62e6)), ("179".into(), "0.950".into()));
        // A count has no unit: beside one that is told in full, all are.
        let counts = [2001.0, 2000.5, 0.25].map(|value| bare(Unit::Count, value, 2001.0));
        assert_eq!(counts, ["2,001", "2,000", "0.250"]);
        assert_eq!((in_column(Unit::Count, 2001.0, 2001.0), bare(Unit::Share, 0.25, 0.5)), ("2,001".into(), "25.0".into()));
    }

    #[test]
    fn a_number_comes_apart_at_its_point_and_before_its_unit() {
        let cases = [
            (Unit::Nanoseconds, 3.4e6, ["3", ".40", "ms"]),
            (Unit::Nanoseconds, 191.0, ["191", "", "ns"]),
            (Unit::PerSecond, 182_000.0, ["182", "", "k"]),
            (Unit::PerSecond, 7.25, ["7", ".25", ""]),
            (Unit::Count, 2001.0, ["2,001", "", ""]),
            (Unit::Count, 0.000_1, ["< 0", ".001", ""]),
            (Unit::Share, 0.255, ["25", ".5", "%"]),
            (Unit::Bytes, 0.0, ["0", "", "B"]),
            (Unit::Bytes, f64::NAN, ["– B", "", ""]),
        ];
        for (unit, value, [whole, fraction, of]) in cases {
            let expected = Pieces { whole: whole.into(), fraction: fraction.into(), unit: of.into() };
            assert_eq!(pieces(unit, value), expected);
        }
    }

    #[test]
    fn one_column_keeps_one_scale() {
        let scale = Scale::of_time(62e6);
        assert_eq!((scale.show(62e6), scale.show(950e3), scale.unit()), ("62.0 ms".into(), "0.950 ms".into(), "ms"));
    }
}
