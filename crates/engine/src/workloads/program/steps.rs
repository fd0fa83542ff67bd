//! What a program is made of. How it is written is the protocol's to say; here its words become steps that a cell can match on.

use std::time::Duration;

use protocol::parameter::steps::{self as written, DEEPEST};
use protocol::{Parameter, Value};

use crate::parameters::{FromValue, alone, count};

/// The greatest number of steps that are written, blocks counted.
pub(super) const MOST: usize = 24;

/// One of each, as it is written in full.
pub(super) const ONE_OF_EACH: &str = "compute 20, wait 1, send, lock, yield, read, block 1";

/// One step of a program, as it is done.
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
    /// All of these at once: done when the last of them is. See [`Program::branches`].
    Parallel(Stretch),
}

/// The words of the steps, each at its [`Step::kind`]; the last is short for a block's.
pub(super) const KINDS: [&str; 8] = ["compute", "wait", "send", "lock", "yield", "read", "block", "parallel"];

/// The block whose steps are done one after the other, again and again.
const REPEAT: &str = "repeat";
/// The block whose steps are done at once.
const IN_PARALLEL: &str = "in parallel";

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

/// The words that a block follows.
pub(super) fn blocks() -> Vec<Parameter> {
    let repeat = count(1, 1_000, 2).unit("times").help("does what is between its braces so often, one after the other");
    let parallel = alone().help(
        "does what is between its braces at once, each step or block beside the others, and goes on when all are done: in threads, \
         tasks or messages of the unit's own, as the model does it",
    );
    vec![repeat.label(REPEAT).named(REPEAT), parallel.label(IN_PARALLEL).named(IN_PARALLEL)]
}

impl Step {
    fn of(word: &str, number: Option<u64>) -> Option<Self> {
        let milliseconds = || number.map(Duration::from_millis);
        match word {
            "compute" => number.map(Self::Compute),
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
            Self::Parallel(_) => 7,
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

/// What is written of a program: a step, or a block with the place behind its last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Step(Step),
    Repeat { times: u64, end: usize },
    Parallel { end: usize },
}

/// A few steps in a row, and blocks of them, which stand before what is in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// Those behind the last are of no meaning.
    items: [Item; MOST],
    length: usize,
}

/// A part of a program: from one place of it to the next but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    from: usize,
    end: usize,
}

impl Program {
    /// Its steps, one after the other: what is repeated comes as often as it is done, what is done at once is one step.
    pub(super) fn steps(&self) -> Walk<'_> {
        self.steps_of(Stretch { from: 0, end: self.length })
    }

    /// The same of a branch.
    pub(super) fn steps_of(&self, Stretch { from, end }: Stretch) -> Walk<'_> {
        Walk { program: self, at: from, end, repeats: [(0, 0, 0); DEEPEST], depth: 0 }
    }

    /// What is done at once in a step: each branch is a step, or a block of steps.
    pub(super) fn branches(&self, inside: Stretch) -> impl Iterator<Item = Stretch> {
        let mut from = inside.from;
        std::iter::from_fn(move || {
            let end = (from < inside.end).then(|| self.behind(from))?;
            let branch = Stretch { from, end };
            from = end;
            Some(branch)
        })
    }

    /// The place behind the step or block at this one.
    fn behind(&self, at: usize) -> usize {
        match self.items[at] {
            Item::Step(_) => at + 1,
            Item::Repeat { end, .. } | Item::Parallel { end } => end,
        }
    }

    /// The kinds of its steps, at any depth.
    pub(super) fn kinds(&self) -> impl Iterator<Item = usize> {
        self.items[..self.length].iter().enumerate().filter_map(|(at, item)| match item {
            Item::Step(step) => Some(step.kind()),
            Item::Parallel { end } => Some(Step::Parallel(Stretch { from: at + 1, end: *end }).kind()),
            Item::Repeat { .. } => None,
        })
    }

    /// How many steps a unit does at once at most.
    pub(super) fn width(&self) -> usize {
        self.width_of(Stretch { from: 0, end: self.length })
    }

    fn width_of(&self, stretch: Stretch) -> usize {
        let widths = self.branches(stretch).map(|Stretch { from, end }| match self.items[from] {
            Item::Step(_) => 1,
            Item::Repeat { .. } => self.width_of(Stretch { from: from + 1, end }),
            Item::Parallel { .. } => self.branches(Stretch { from: from + 1, end }).map(|branch| self.width_of(branch)).sum(),
        });
        widths.max().unwrap_or(1)
    }

    /// The same, with next to no sleeping: for a warm-up.
    pub(super) fn awake(self) -> Self {
        let awake = |item| if let Item::Step(step) = item { Item::Step(step.awake()) } else { item };
        Self { items: self.items.map(awake), ..self }
    }

    fn push(&mut self, steps: &[written::Step]) -> Option<()> {
        for step in steps {
            let (word, number) = step.word_and_number();
            // A block stands before what is in it.
            let at = self.length;
            self.length += 1;
            self.push(step.inside.as_deref().unwrap_or_default())?;
            let end = self.length;
            *self.items.get_mut(at)? = match (word, &step.inside) {
                (_, None) => Item::Step(Step::of(word, number)?),
                (REPEAT, Some(_)) => Item::Repeat { times: number?, end },
                (IN_PARALLEL, Some(_)) => Item::Parallel { end },
                _ => return None,
            };
        }
        Some(())
    }
}

/// A way through a program, or a part of it. It takes as good as no time beside a step.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    program: &'a Program,
    at: usize,
    end: usize,
    /// Of the blocks that are being repeated, outermost first: the first place in it, the one behind its last, and how often
    /// it is still to be done.
    repeats: [(usize, usize, u64); DEEPEST],
    depth: usize,
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            if let Some((first, end, left)) = self.repeats[..self.depth].last_mut()
                && self.at == *end
            {
                *left -= 1;
                if *left > 0 {
                    self.at = *first;
                } else {
                    self.depth -= 1;
                }
                continue;
            }
            if self.at == self.end {
                return None;
            }
            let at = self.at;
            self.at = self.program.behind(at);
            match self.program.items[at] {
                Item::Step(step) => return Some(step),
                Item::Parallel { end } => return Some(Step::Parallel(Stretch { from: at + 1, end })),
                Item::Repeat { times, end } => {
                    self.repeats[self.depth] = (at + 1, end, times);
                    self.depth += 1;
                    self.at = at + 1;
                }
            }
        }
    }
}

impl FromValue for Program {
    fn from_value(value: &Value) -> Option<Self> {
        let Value::Text(text) = value else { return None };
        let mut program = Self { items: [Item::Step(Step::Yield); MOST], length: 0 };
        program.push(&written::parse(text).steps)?;
        Some(program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(text: &str) -> Program {
        Program::from_value(&Value::from(text)).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn every_word_is_a_step_of_its_own_kind() {
        let kinds: Vec<usize> = program(ONE_OF_EACH).steps().map(Step::kind).collect();
        assert_eq!(kinds, [0, 1, 2, 3, 4, 5, 6]);
        for word in words() {
            let step = program(format!("{} {}", word.name, word.default()).trim()).steps().next().unwrap();
            assert_eq!(KINDS[step.kind()], word.name);
        }
    }

    #[test]
    fn a_number_is_in_the_unit_that_is_said() {
        let wanted = [Step::Compute(7), Step::Wait(Duration::from_millis(8)), Step::Block(Duration::from_millis(9))];
        assert!(program("compute 7, wait 8, block 9").steps().eq(wanted));
        assert_eq!(Program::from_value(&Value::from(vec!["send"; MOST + 1].join(", ").as_str())), None);
    }

    /// The steps as they are done, those that are done at once in brackets.
    fn unrolled(program: &Program, steps: Walk<'_>) -> String {
        let word = |step| match step {
            Step::Parallel(inside) => {
                let branches = program.branches(inside).map(|branch| unrolled(program, program.steps_of(branch)));
                format!("[{}]", branches.collect::<Vec<_>>().join("|"))
            }
            step => KINDS[step.kind()].to_owned(),
        };
        steps.map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_repeated_comes_as_often_as_it_is_done_and_what_is_done_at_once_is_one_step() {
        let cases = [
            ("repeat 3 { send, lock }, read", "send lock send lock send lock read"),
            ("repeat 2 { repeat 2 { send }, lock }", "send send lock send send lock"),
            ("repeat 2 { repeat 2 { repeat 2 { send } } }", "send send send send send send send send"),
            ("in parallel { send, repeat 2 { lock, read }, send }, send", "[send|lock read lock read|send] send"),
            ("repeat 2 { in parallel { send, in parallel { lock, read } } }", "[send|[lock|read]] [send|[lock|read]]"),
        ];
        for (text, wanted) in cases {
            let program = program(text);
            assert_eq!(unrolled(&program, program.steps()), wanted, "{text}");
        }
    }

    #[test]
    fn a_unit_is_as_wide_as_what_it_does_at_once() {
        let cases = [
            ("send, lock", 1),
            ("in parallel { send, lock }, send", 2),
            ("in parallel { send, repeat 3 { in parallel { lock, read, send } } }, in parallel { send, send }", 4),
        ];
        for (text, wanted) in cases {
            assert_eq!(program(text).width(), wanted, "{text}");
        }
    }
}
