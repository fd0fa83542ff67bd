//! A capsule that is short: what is shown of its results, in as many figures as it takes to say the same of them.
//!
//! Parts are left out one after the other ([`Part::ALL`]) until it is short enough. Values are rounded, and sentence and
//! verdicts are computed from what is left, by the code that will compute them when it is opened: where they are not those of the
//! whole run, what they are about is carried with more figures. So a link says what the result says that it is made of.

mod cut;
#[cfg(test)]
mod dictionary;
mod said;

use std::collections::BTreeMap;

use self::cut::{Cutting, sources};
use self::said::Said;
use crate::squeezed::squeezed;
use crate::wire::bits::{BitWriter, MOST_PRECISION};
use crate::wire::{self, Coding, Envelope};
use crate::{Capsule, Carried, Packed, Part};

/// Parts that no link has.
const NEVER: usize = 2;

/// Times that figures are added before all are carried.
const MOST_TRIES: usize = 6;

/// Bits that are added to a value's fraction at once: a figure is a little more than three.
const MORE: u32 = 3;

/// Packs results, in their shared form, in at most so many characters if that is possible.
pub(crate) fn packed(capsule: &Capsule, most_chars: usize) -> Packed {
    let whole: Vec<Said> = capsule.results.iter().take(2).map(|carried| Said::of(&carried.run, &capsule.view)).collect();
    let mut attempt = Attempt::of(capsule, NEVER);
    for parts in NEVER..=Part::ALL.len() {
        attempt = Attempt::of(capsule, parts);
        if attempt.chars() <= most_chars && !Part::ALL[..parts].contains(&Part::Precision) {
            attempt.say_the_same(&whole);
        }
        if attempt.chars() <= most_chars {
            break;
        }
    }
    let mut left_out: Vec<Part> = attempt.short.results.iter().flat_map(|carried| carried.left_out.iter().copied()).collect();
    left_out.sort_unstable();
    left_out.dedup();
    Packed { bytes: attempt.bytes, left_out }
}

/// A capsule without some parts.
struct Attempt<'a> {
    whole: &'a Capsule,
    without: &'a [Part],
    /// Bits that are added to the figures of each result, by their key.
    more: Vec<BTreeMap<String, u32>>,
    short: Capsule,
    bytes: Vec<u8>,
}

impl<'a> Attempt<'a> {
    fn of(whole: &'a Capsule, parts: usize) -> Self {
        let more = vec![BTreeMap::new(); whole.results.len()];
        let mut this = Self { whole, without: &Part::ALL[..parts], more, short: Capsule::default(), bytes: Vec::new() };
        this.pack();
        this
    }

    fn pack(&mut self) {
        let cutting = Cutting { whole: self.whole, without: self.without };
        let (mut results, mut codings): (Vec<Carried>, Vec<Coding>) = Default::default();
        for (index, more) in self.more.iter().enumerate() {
            let (carried, mut coding) = cutting.cut(index);
            for (key, more) in more {
                coding.precision.entry(key.clone()).and_modify(|bits| *bits = (*bits + more).min(MOST_PRECISION));
            }
            results.push(carried);
            codings.push(coding);
        }
        self.short = Capsule { results, view: self.whole.view.clone() };
        let mut bits = BitWriter::default();
        let messages = wire::written(&mut Envelope::coded(&self.short, &codings, &mut bits));
        self.bytes = squeezed(&messages, &bits.into_bytes());
    }

    /// Characters of its text.
    fn chars(&self) -> usize {
        (self.bytes.len() * 4).div_ceil(3)
    }

    /// Carries more figures until what is opened says what the whole results say.
    fn say_the_same(&mut self, whole: &[Said]) {
        for _ in 0..MOST_TRIES {
            let Ok(opened) = crate::open(&self.bytes) else { return };
            let mut is_same = true;
            for (index, (carried, whole)) in opened.results.iter().zip(whole).enumerate() {
                let different = Said::of(&carried.run, &self.whole.view).different(whole, &carried.run);
                is_same &= different.is_empty();
                for key in different.iter().flat_map(|key| sources(key)) {
                    *self.more[index].entry((*key).to_owned()).or_default() += MORE;
                }
            }
            if is_same {
                return;
            }
            self.pack();
        }
    }
}
