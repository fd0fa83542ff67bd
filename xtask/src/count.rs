//! How many tests ran, read from what the runners themselves print.

use std::ops::AddAssign;

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Not run because somebody marked them so. Said, never summed up as passed.
    pub(crate) skipped: u64,
}

/// Who counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    Nextest,
    /// Cargo's own. It is also in what nextest shows of a test that failed.
    Cargo,
}

impl Count {
    /// One check that is no runner of tests.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed), skipped: 0 }
    }

    /// What a line says, if it is this runner's summary.
    pub(crate) fn in_line(runner: Runner, line: &str) -> Option<Self> {
        let line = line.trim_start();
        let text = match runner {
            Runner::Nextest => line.strip_prefix("Summary [").and_then(|line| line.split_once(" run:"))?.1,
            Runner::Cargo => line.strip_prefix("test result: ")?.split_once('.')?.1,
        };
        let mut count = Self::default();
        let words: Vec<&str> =
            text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => count.passed += number,
                // "2 timed out", "1 exec failed": two words, the first tells.
                "failed" | "timed" | "exec" => count.failed += number,
                "skipped" | "ignored" => count.skipped += number,
                _ => {}
            }
        }
        Some(count)
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runner: Runner, line: &str, expected: Option<(u64, u64, u64)>) {
        let expected = expected.map(|(passed, failed, skipped)| Count { passed, failed, skipped });
        assert_eq!(Count::in_line(runner, line), expected, "{line}");
    }

    #[test]
    fn summaries_of_both_runners_are_read() {
        use Runner::{Cargo, Nextest};
        check(Nextest, "     Summary [   3.252s] 51 tests run: 51 passed, 0 skipped", Some((51, 0, 0)));
        check(Nextest, "     Summary [   0.004s] 1 test run: 1 passed, 2 skipped", Some((1, 0, 2)));
        let all =
            "     Summary [  12.010s] 9 tests run: 5 passed (1 slow, 1 flaky), 2 failed, 1 timed out, 1 exec failed, 3 skipped";
        check(Nextest, all, Some((5, 4, 3)));
        check(Nextest, "     Summary [   0.007s] 3/9 tests run: 2 passed, 1 failed, 0 skipped", Some((2, 1, 0)));
        check(
            Cargo,
            "test result: ok. 14 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.40s",
            Some((14, 0, 1)),
        );
        check(
            Cargo,
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            Some((1, 2, 0)),
        );
    }

    #[test]
    fn other_lines_are_not() {
        check(Runner::Nextest, "        PASS [   0.004s] analysis tests::one_test_run", None);
        // Within what nextest shows of a test that failed.
        check(
            Runner::Nextest,
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 28 filtered out; finished in 32.41s",
            None,
        );
        check(Runner::Cargo, "running 3 tests", None);
        check(Runner::Cargo, "note: 3 passed", None);
    }
}
