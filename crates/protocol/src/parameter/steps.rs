//! A program of a few steps, as a text: `compute 20, repeat 3 { wait 1, send }`.
//!
//! The grammar is here alone. Steps are parted by commas, semicolons or line ends; each is a word, with some words a number, and
//! with some a block behind it: more steps between braces.
//!
//! [`parse`] takes any text and gives what can be made of it, so that what is wrong in one step leaves the others as they are;
//! [`meaning`] says of each step what it is, or what is wrong with it; `read` accepts a whole program or none.

use super::{Parameter, ParameterKind, read as read_value};
use crate::problem::shortened;

/// How many blocks may stand in each other.
pub const DEEPEST: usize = 4;

/// The greatest number of steps from the first to the last, each counted as often as it is done. Enough for any question; a
/// unit that is told to stop does so only at the end.
pub const LONGEST: u64 = 10_000;

/// A step as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Its word, and what follows that.
    pub head: String,
    /// The steps between its braces; `None` if it has none.
    pub inside: Option<Vec<Step>>,
}

/// What a text says, as far as it can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Its steps. A block that is not closed ends with the text.
    pub steps: Vec<Step>,
    /// What is wrong with its braces, a phrase that follows the text: "has a { that is not closed".
    pub fault: Option<String>,
}

/// What a parameter of [`ParameterKind::Steps`] declares.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// The words that stand alone or before a number.
    pub words: &'a [Parameter],
    /// Those that a block follows.
    pub blocks: &'a [Parameter],
    /// The greatest number of steps that may be written, blocks counted.
    pub most: u64,
}

/// What a step means.
#[derive(Clone, Copy, Debug)]
pub struct Meaning<'a> {
    /// Its word, as it is declared.
    pub word: &'a Parameter,
    /// The number behind it, said or not; `None` of a word that takes none.
    pub number: Option<u64>,
    /// Whether it is a block.
    pub is_block: bool,
}

impl<'a> Vocabulary<'a> {
    /// Of a parameter; `None` if it is no program.
    #[must_use]
    pub fn of(parameter: &'a Parameter) -> Option<Self> {
        match &parameter.kind {
            ParameterKind::Steps { words, blocks, most, .. } => Some(Self { words, blocks, most: *most }),
            _ => None,
        }
    }

    /// The word that a step begins with, whether it is a block's, and what follows the word.
    #[must_use]
    pub fn find<'t>(&self, head: &'t str) -> Option<(&'a Parameter, bool, &'t str)> {
        let words = self.words.iter().map(|word| (word, false)).chain(self.blocks.iter().map(|word| (word, true)));
        words.into_iter().find_map(|(word, is_block)| {
            let (said, rest) = head.split_at_checked(word.name.len())?;
            let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
            (ends && said.eq_ignore_ascii_case(&word.name)).then(|| (word, is_block, rest.trim_start()))
        })
    }
}

impl Step {
    /// The word of a step that is written in full, and its number.
    #[must_use]
    pub fn word_and_number(&self) -> (&str, Option<u64>) {
        let number = self.head.rsplit_once(' ').and_then(|(word, number)| Some((word, number.parse().ok()?)));
        number.map_or((&self.head, None), |(word, number)| (word, Some(number)))
    }
}

/// The steps of a text.
#[must_use]
pub fn parse(text: &str) -> Written {
    let (mut written, mut rest) = (Written::default(), text);
    // The blocks that are open, each with the steps that are in it so far.
    let mut open: Vec<Step> = Vec::new();
    loop {
        let end = rest.find([',', ';', '\n', '\r', '{', '}']).unwrap_or(rest.len());
        let (head, sign) = (rest[..end].trim(), rest[end..].chars().next());
        let mut into = |open: &mut Vec<Step>, step: Step| match open.last_mut() {
            Some(block) => block.inside.get_or_insert_default().push(step),
            None => written.steps.push(step),
        };
        if sign == Some('{') {
            if open.len() == DEEPEST {
                written.fault = Some(format!("has blocks in blocks, more than {DEEPEST} deep"));
                break;
            }
            open.push(Step { head: head.to_owned(), inside: Some(Vec::new()) });
        } else {
            if !head.is_empty() {
                into(&mut open, Step { head: head.to_owned(), inside: None });
            }
            match (sign, open.pop()) {
                (Some('}'), Some(block)) => into(&mut open, block),
                (Some('}'), None) => {
                    written.fault = Some("has a } that closes nothing".to_owned());
                    break;
                }
                (_, block) => open.extend(block),
            }
        }
        match sign {
            None => break,
            Some(_) => rest = &rest[end + 1..],
        }
    }
    while let Some(block) = open.pop() {
        written.fault.get_or_insert_with(|| "has a { that is not closed".to_owned());
        match open.last_mut() {
            Some(outer) => outer.inside.get_or_insert_default().push(block),
            None => written.steps.push(block),
        }
    }
    written
}

/// What a step means by itself, whatever is in it.
///
/// # Errors
/// What is wrong with it, a phrase that follows the program: "asks for "wait 0", which is too small".
pub fn meaning<'a>(vocabulary: Vocabulary<'a>, step: &Step) -> Result<Meaning<'a>, String> {
    let head = || shortened(step.head.clone());
    let Some((word, is_block, typed)) = vocabulary.find(&step.head) else {
        let what =
            if step.head.is_empty() { "a block without a word".to_owned() } else { format!("the unknown step \"{}\"", head()) };
        return Err(format!("has {what}"));
    };
    match &step.inside {
        None if is_block => return Err(format!("has \"{}\" without {{ steps }} behind it", head())),
        Some(_) if !is_block => return Err(format!("has {{ }} behind \"{}\", which takes none", head())),
        Some(inside) if inside.is_empty() => return Err(format!("has nothing between the braces of \"{}\"", head())),
        _ => {}
    }
    let wrong = |message: &str| format!("asks for \"{}\", which {message}", head());
    // With its unit, as what is accepted is shown, or without.
    let number = typed.strip_suffix(&word.unit).unwrap_or(typed);
    let number = match word.kind {
        ParameterKind::Integer { default, .. } if number.is_empty() => Some(default),
        ParameterKind::Integer { .. } => read_value(word, number).map_err(|problem| wrong(&problem.message))?.integer(),
        _ if number.is_empty() => None,
        _ => return Err(wrong("takes no number")),
    };
    Ok(Meaning { word, number, is_block })
}

/// Where a step stands in its program, as people read it: "2.1" is the first in the block that is the second.
#[must_use]
pub fn position(path: &[usize]) -> String {
    path.iter().map(|index| (index + 1).to_string()).collect::<Vec<_>>().join(".")
}

/// How many steps are written, blocks counted.
#[must_use]
pub fn count(steps: &[Step]) -> u64 {
    steps.iter().map(|step| 1 + step.inside.as_deref().map_or(0, count)).sum()
}

/// The program as it is written in full, every number said; or what is wrong with it, and in which step.
pub(crate) fn read(vocabulary: Vocabulary<'_>, text: &str) -> Result<String, String> {
    let Written { steps, fault } = parse(text);
    if let Some(fault) = fault {
        return Err(fault);
    }
    let mut full = String::new();
    let length = write(vocabulary, &steps, &mut Vec::new(), &mut full)?;
    match count(&steps) {
        0 => Err("is empty".to_owned()),
        count if count > vocabulary.most => Err(format!("has {count} steps: too many")),
        _ if length > LONGEST => Err(format!("is {length} steps long, with all that is repeated: more than {LONGEST}")),
        _ => Ok(full),
    }
}

/// Writes these steps in full; how many they are, each counted as often as it is done.
fn write(vocabulary: Vocabulary<'_>, steps: &[Step], path: &mut Vec<usize>, full: &mut String) -> Result<u64, String> {
    let mut length = 0_u64;
    for (index, step) in steps.iter().enumerate() {
        path.push(index);
        let meant = meaning(vocabulary, step).map_err(|wrong| format!("{wrong} (step {})", position(path)))?;
        full.push_str(if index > 0 { ", " } else { "" });
        full.push_str(&meant.word.name);
        if let Some(number) = meant.number {
            full.push_str(&format!(" {number}"));
        }
        let mut once = 1;
        if let Some(inside) = &step.inside {
            full.push_str(" { ");
            once = write(vocabulary, inside, path, full)?;
            full.push_str(" }");
        }
        let times = meant.number.filter(|_| meant.is_block).unwrap_or(1);
        length = length.saturating_add(once.saturating_mul(times));
        path.pop();
    }
    Ok(length)
}
