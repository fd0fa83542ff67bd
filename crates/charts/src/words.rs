//! Words and numbers that several pictures use.

use analysis::numbers::covered;
use protocol::TrialStatus;
use protocol::catalog::{Better, Quantity};
use protocol::parameter::grouped;
use protocol::report::Interval;

/// A share of one as CSS has it: "12.34%".
pub(crate) fn percent(share: f64) -> String {
    format!("{}%", decimal(share * 100.0, 2))
}

/// A share of one in the square of an SVG that is 100 wide and 100 high.
pub(crate) fn hundredth(share: f64) -> String {
    decimal(share * 100.0, 2)
}

/// A number with this many decimals; what is no number is 0.
pub(crate) fn decimal(value: f64, decimals: u32) -> String {
    analysis::numbers::decimal(if value.is_finite() { value } else { 0.0 }, decimals)
}

/// How a quantity's picture begins to be explained: "lower is better; " if a mark further on is a worse one.
pub(crate) fn better(quantity: &Quantity) -> &'static str {
    match quantity.better {
        Better::Lower => "lower is better; ",
        Better::Higher | Better::Neither => "",
    }
}

/// What intervals are, by what they cover: "96 % interval", "75 % to 96 % interval" if some have fewer trials.
pub(crate) fn interval_of(intervals: impl Iterator<Item = Interval>) -> String {
    let coverages: Vec<f64> = intervals.map(|interval| interval.coverage).filter(|coverage| *coverage > 0.0).collect();
    let (Some(least), Some(most)) = (coverages.iter().copied().reduce(f64::min), coverages.iter().copied().reduce(f64::max))
    else {
        return "interval".to_owned();
    };
    let (least, most) = (covered(least), covered(most));
    if least == most { format!("{most} interval") } else { format!("{least} to {most} interval") }
}

/// A count and its noun: "1 trial", "20 trials".
#[must_use]
pub fn counted(count: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(count as u64), if count == 1 { "" } else { "s" })
}

/// How a trial ended, in a few words: "refused by the machine".
#[must_use]
pub fn end(status: TrialStatus) -> &'static str {
    match status {
        TrialStatus::Ok => "ok",
        TrialStatus::Refused => "refused by the machine",
        TrialStatus::Failed => "failed",
        TrialStatus::Timeout => "took too long",
        TrialStatus::Killed => "killed",
        TrialStatus::Cancelled => "cancelled",
        TrialStatus::Invalid => "wrong answer",
    }
}

/// A wait as a person says it: "9 s", "1 min 20 s". Milliseconds.
#[must_use]
pub fn wait(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => "less than a second".to_owned(),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// A moment, from milliseconds since 1970: "2026-11-25 16:04 UTC". The calendar is Howard Hinnant's `civil_from_days`.
#[must_use]
pub fn moment(ms: u64) -> String {
    let (days, minutes) = (ms / 86_400_000, ms / 60_000 % 1440);
    // Years that begin in March: the day that some years have and others do not is then their last.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_that_of_the_calendar() {
        let cases = [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_340_000, "2000-02-28 23:59 UTC"),
            (951_782_400_000, "2000-02-29 00:00 UTC"),
            (951_868_800_000, "2000-03-01 00:00 UTC"),
            (1_735_689_599_999, "2024-12-31 23:59 UTC"),
            (1_795_526_913_305, "2026-11-24 13:28 UTC"),
        ];
        for (ms, expected) in cases {
            assert_eq!(moment(ms), expected);
        }
    }

    #[test]
    fn a_wait_is_said_as_a_person_says_it() {
        let cases =
            [(9_400, "9 s"), (400, "less than a second"), (80_000, "1 min 20 s"), (120_000, "2 min"), (3_720_000, "1 h 2 min")];
        for (ms, expected) in cases {
            assert_eq!(wait(ms), expected);
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!((counted(1, "trial"), counted(1200, "trial")), ("1 trial".into(), "1,200 trials".into()));
    }

    #[test]
    fn a_number_in_a_style_has_two_decimals() {
        assert_eq!(
            (percent(1.0 / 3.0), percent(-0.000_01), percent(f64::NAN)),
            ("33.33%".into(), "0.00%".into(), "0.00%".into())
        );
    }
}
