//! Numbers as people read them: three significant figures and a unit.

use protocol::Workload;
use protocol::catalog::Metric;

/// How a quantity is shown: a power of ten and the unit that goes with it. One column keeps one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    divisor: f64,
    suffix: &'static str,
}

const COUNTS: &[(f64, &str)] = &[(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")];
const TIMES: &[(f64, &str)] = &[(1.0, " ns"), (1e3, " µs"), (1e6, " ms"), (1e9, " s")];
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

/// What a workload's verdict is about, as a heading: "Requests a second".
#[must_use]
pub fn metric_name(workload: &Workload) -> String {
    match workload.headline.metric {
        Metric::OpsPerS => capital(&format!("{} a second", workload.operation.many)),
        Metric::MemoryBytes => "Memory".into(),
    }
}

/// With a capital at its beginning.
#[must_use]
pub fn capital(text: &str) -> String {
    // Words of the catalogue begin in ASCII; all of Unicode's capitals would be six kilobytes of the page.
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
        let whole = protocol::catalog::grouped(rounded.abs().round() as u64);
        return if value < 0.0 { format!("-{whole}") } else { whole };
    }
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0).min(9);
    decimal(rounded, decimals)
}

/// A number with so many decimals, through whole numbers: the general printing of floats, exact to the last of a thousand digits, would
/// be three thousand bytes of the page for three digits.
#[must_use]
pub fn decimal(value: f64, decimals: usize) -> String {
    let scaled = (value.abs() * 10_f64.powi(i32::try_from(decimals).unwrap_or(0))).round() as u64;
    let mut text = format!("{scaled:0width$}", width = decimals + 1);
    if decimals > 0 {
        text.insert(text.len() - decimals, '.');
    }
    if value < 0.0 && scaled > 0 {
        text.insert(0, '-');
    }
    text
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
    fn decimals_are_those_of_the_general_printing() {
        for value in [0.0, 0.5, 1.0, 9.99, -3.25, 123.456, 0.000_123, 99_999.0] {
            for decimals in [0, 1, 2, 5] {
                let general = format!("{value:.decimals$}");
                // On a tie the general printing goes to the even digit.
                let tie = (value * 10_f64.powi(decimals as i32)).abs().fract() == 0.5;
                assert!(tie || decimal(value, decimals) == general, "{}, not {general}", decimal(value, decimals));
            }
        }
    }

    #[test]
    fn one_column_keeps_one_scale() {
        let scale = Scale::of_time(62e6);
        assert_eq!((scale.show(62e6), scale.show(950e3), scale.unit()), ("62.0 ms".into(), "0.950 ms".into(), "ms"));
    }
}
