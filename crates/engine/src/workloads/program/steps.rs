//! What a program is made of. How it is written is the protocol's to say; here its words become steps that a cell can match on.

use std::time::Duration;

use protocol::{Parameter, Value};

use crate::parameters::{FromValue, alone, count};

/// The greatest number of steps of a program.
pub(super) const MOST: usize = 12;

/// One of each, as it is written in full.
pub(super) const ONE_OF_EACH: &str = "compute 20, wait 1, send, lock, yield, read, block 1";

/// One step of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// About this many µs.
    Compute(u64),
    Wait(Duration),
    Send,
    Lock,
    Yield,
    Read,
    Block(Duration),
}

/// The words of the steps, each at its [`Step::kind`].
pub(super) const KINDS: [&str; 7] = ["compute", "wait", "send", "lock", "yield", "read", "block"];

/// The words with what each does, and the number that may follow it.
pub(super) fn words() -> Vec<Parameter> {
    let declared = [
        count(1, 100_000, 20)
            .unit("µs")
            .help("calculates for about this long: 250 small calculations per µs, the same for every model"),
        count(1, 10_000, 1).unit("ms").help("sleeps as the model sleeps"),
        alone().help("asks a collector that all units share, and waits for its answer"),
        alone().help("adds one to a number that all units share, behind a lock, through its owner, or atomically, as is chosen"),
        alone().help("gives way to the other units"),
        alone().help("opens a file of 4 KiB, reads it, closes it"),
        count(1, 10_000, 1).unit("ms").help("sleeps and keeps its thread, on every model"),
    ];
    KINDS.iter().zip(declared).map(|(word, declared)| declared.label(word).named(word)).collect()
}

impl Step {
    fn of(word: &str, number: &str) -> Option<Self> {
        let milliseconds = || number.parse().ok().map(Duration::from_millis);
        match word {
            "compute" => number.parse().ok().map(Self::Compute),
            "wait" => milliseconds().map(Self::Wait),
            "send" => Some(Self::Send),
            "lock" => Some(Self::Lock),
            "yield" => Some(Self::Yield),
            "read" => Some(Self::Read),
            "block" => milliseconds().map(Self::Block),
            _ => None,
        }
    }

    /// Its place in [`KINDS`].
    pub(super) fn kind(self) -> usize {
        match self {
            Self::Compute(_) => 0,
            Self::Wait(_) => 1,
            Self::Send => 2,
            Self::Lock => 3,
            Self::Yield => 4,
            Self::Read => 5,
            Self::Block(_) => 6,
        }
    }

    /// How long it sleeps at least, if it does.
    pub(super) fn least(self) -> Option<Duration> {
        match self {
            Self::Wait(time) | Self::Block(time) => Some(time),
            _ => None,
        }
    }

    /// The same, with next to no sleeping.
    fn awake(self) -> Self {
        let least = Duration::from_millis(1);
        match self {
            Self::Wait(_) => Self::Wait(least),
            Self::Block(_) => Self::Block(least),
            other => other,
        }
    }
}

/// A few steps in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// Those behind the last are of no meaning.
    steps: [Step; MOST],
    length: usize,
}

impl Program {
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps[..self.length]
    }

    /// The same, with next to no sleeping: for a warm-up.
    pub(super) fn awake(self) -> Self {
        Self { steps: self.steps.map(Step::awake), ..self }
    }
}

impl FromValue for Program {
    fn from_value(value: &Value) -> Option<Self> {
        let Value::Text(text) = value else { return None };
        let mut program = Self { steps: [Step::Yield; MOST], length: 0 };
        for (word, number) in protocol::parameter::steps::split(text) {
            *program.steps.get_mut(program.length)? = Step::of(word, number)?;
            program.length += 1;
        }
        Some(program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_step_of_its_own_kind() {
        let program = Program::from_value(&Value::from(ONE_OF_EACH)).unwrap();
        let kinds: Vec<usize> = program.steps().iter().map(|step| step.kind()).collect();
        assert_eq!(kinds, [0, 1, 2, 3, 4, 5, 6]);
        for word in words() {
            let text = format!("{} {}", word.name, word.default());
            let program = Program::from_value(&Value::Text(text)).unwrap();
            assert_eq!(KINDS[program.steps()[0].kind()], word.name);
        }
    }

    #[test]
    fn a_number_is_in_the_unit_that_is_said() {
        let program = Program::from_value(&Value::from("compute 7, wait 8, block 9")).unwrap();
        let wanted = [Step::Compute(7), Step::Wait(Duration::from_millis(8)), Step::Block(Duration::from_millis(9))];
        assert_eq!(program.steps(), wanted);
        assert_eq!(Program::from_value(&Value::from(vec!["send"; MOST + 1].join(", ").as_str())), None);
    }
}
