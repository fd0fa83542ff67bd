//! A program of a few steps, as a text: `compute 20, wait 1, send`.
//!
//! The grammar is here alone. Steps are parted by commas, semicolons or line ends; each is a word and, with some words, a number.

use super::{Parameter, ParameterKind, read as read_value};
use crate::problem::shortened;

/// The steps of a text: each its word, and what follows it; empty if nothing does.
pub fn split(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let steps = text.split([',', ';', '\n', '\r']).map(str::trim).filter(|step| !step.is_empty());
    steps.map(|step| step.split_once(char::is_whitespace).unwrap_or((step, "")))
}

/// The program as it is written in full, every number said; or what is wrong with it.
pub(crate) fn read(words: &[Parameter], most: u64, text: &str) -> Result<String, String> {
    let (mut program, mut count) = (String::new(), 0);
    for (word, typed) in split(text) {
        let Some(known) = words.iter().find(|known| known.name.eq_ignore_ascii_case(word)) else {
            return Err(format!("has the unknown step \"{}\"", shortened(word.to_owned())));
        };
        // With its unit, as what is accepted is shown, or without.
        let number = typed.strip_suffix(&known.unit).unwrap_or(typed);
        let value = if number.is_empty() {
            known.default()
        } else {
            let wrong = |message| format!("asks for \"{} {}\", which {message}", known.name, shortened(typed.to_owned()));
            match known.kind {
                ParameterKind::Choice { .. } => return Err(wrong("takes no number".to_owned())),
                _ => read_value(known, number).map_err(|problem| wrong(problem.message))?,
            }
        };
        let comma = if program.is_empty() { "" } else { ", " };
        program = format!("{program}{comma}{} {value}", known.name).trim_end().to_owned();
        count += 1;
    }
    match count {
        0 => Err("is empty".to_owned()),
        _ if count > most => Err(format!("has {count} steps: too many")),
        _ => Ok(program),
    }
}
