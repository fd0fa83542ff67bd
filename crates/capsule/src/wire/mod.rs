//! Protobuf's wire format, both ways with one description.
//!
//! A type says which of its fields has which number ([`Message::fields`]), once: to write it, all of its fields are gone
//! through; to read it, they are gone through for each field that comes, and the one with its number takes it. So nothing can
//! be written in one way and read in another. Numbers are never used again for something else; what has an unknown number is
//! passed over, so an older page reads what a newer one wrote.
//!
//! Nothing that is read is believed: what it takes of memory is counted before it is taken.

pub(crate) mod bits;
mod column;
mod conditions;
mod experiment;
mod explained;
mod order;
mod place;
mod run;
pub(crate) mod series;
mod sketch;
mod trials;

use std::collections::BTreeMap;

use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

pub(crate) use self::column::Coding;
pub(crate) use self::run::Envelope;
use crate::Refused;

/// A type that has a form on the wire.
pub(crate) trait Message: Sized {
    /// What it is before anything of it has been read.
    fn blank() -> Self;

    /// Each field with its number.
    fn fields(&mut self, wire: &mut Wire<'_>);
}

/// One that is blank by its default.
macro_rules! blank_by_default {
    () => {
        fn blank() -> Self {
            Self::default()
        }
    };
}
pub(crate) use blank_by_default;

/// Where fields go to or come from.
pub(crate) struct Wire<'a>(Way<'a>);

enum Way<'a> {
    Write(Vec<u8>),
    Read { number: u32, came: Came<'a>, reading: &'a mut Reading },
}

/// What came under a number.
#[derive(Clone, Copy)]
enum Came<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// What is left of what reading may take, and what was wrong.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Bytes of memory.
    left: usize,
    /// Messages inside messages.
    depth: u32,
    wrong: Option<Refused>,
}

/// A parameter has words, which are parameters: nothing else is deep.
const DEEPEST: u32 = 12;

/// More than anything that a program or a person calls something by; a panic's words can be some lines.
const LONGEST_TEXT: usize = 64 * 1024;

/// What a value in a list takes besides itself, with the room that a list grows into.
const ROOM: usize = 16;

impl Reading {
    /// May take so many bytes of memory.
    pub(crate) fn new(most: usize) -> Self {
        Self { left: most, depth: 0, wrong: None }
    }

    /// Takes so much.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.left =
            self.left.checked_sub(bytes).ok_or_else(|| Refused::new("it is too large: opened, it would fill the memory"))?;
        Ok(())
    }

    /// What was taken for a moment only is there again.
    pub(crate) fn give_back(&mut self, bytes: usize) {
        self.left = self.left.saturating_add(bytes);
    }

    fn try_to<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Option<T> {
        match read(self) {
            Ok(value) => Some(value),
            Err(refused) => {
                self.wrong.get_or_insert(refused);
                None
            }
        }
    }
}

/// The bytes of a message.
pub(crate) fn written<T: Message>(message: &mut T) -> Vec<u8> {
    let mut wire = Wire(Way::Write(Vec::new()));
    message.fields(&mut wire);
    match wire.0 {
        Way::Write(bytes) => bytes,
        Way::Read { .. } => Vec::new(),
    }
}

/// The message of these bytes.
pub(crate) fn read<T: Message>(bytes: &[u8], reading: &mut Reading) -> Result<T, Refused> {
    reading.depth += 1;
    if reading.depth > DEEPEST {
        return Err(Refused::new("it is damaged: something in it lies too deep"));
    }
    let (mut rest, mut message) = (bytes, T::blank());
    while !rest.is_empty() {
        let (number, kind) = decode_key(&mut rest).map_err(|_| damaged())?;
        let came = match kind {
            WireType::Varint => Came::Number(decode_varint(&mut rest).map_err(|_| damaged())?),
            WireType::LengthDelimited => {
                let length = decode_varint(&mut rest).ok().and_then(|length| usize::try_from(length).ok());
                let (bytes, after) = length.and_then(|length| rest.split_at_checked(length)).ok_or_else(damaged)?;
                rest = after;
                Came::Bytes(bytes)
            }
            // Nothing of today's is of these; of tomorrow's they are passed over.
            WireType::SixtyFourBit | WireType::ThirtyTwoBit => {
                let length = if kind == WireType::SixtyFourBit { 8 } else { 4 };
                rest = rest.get(length..).ok_or_else(damaged)?;
                continue;
            }
            WireType::StartGroup | WireType::EndGroup => return Err(damaged()),
        };
        message.fields(&mut Wire(Way::Read { number, came, reading: &mut *reading }));
        if let Some(wrong) = reading.wrong.take() {
            return Err(wrong);
        }
    }
    reading.depth -= 1;
    Ok(message)
}

pub(crate) fn damaged() -> Refused {
    Refused::new("it is damaged: what it holds breaks off or makes no sense")
}

impl Wire<'_> {
    /// A whole number; 0 is not written.
    pub(crate) fn number(&mut self, number: u32, value: &mut u64) {
        match &mut self.0 {
            Way::Write(bytes) if *value != 0 => put_number(bytes, number, *value),
            Way::Read { number: at, came: Came::Number(came), .. } if *at == number => *value = *came,
            _ => {}
        }
    }

    /// One that may be absent.
    pub(crate) fn maybe_number(&mut self, number: u32, value: &mut Option<u64>) {
        match (&mut self.0, &mut *value) {
            (Way::Write(bytes), Some(value)) => put_number(bytes, number, *value),
            (Way::Read { number: at, came: Came::Number(came), .. }, value) if *at == number => *value = Some(*came),
            _ => {}
        }
    }

    /// Yes or no; no is not written.
    pub(crate) fn flag(&mut self, number: u32, value: &mut bool) {
        let mut whole = u64::from(*value);
        self.number(number, &mut whole);
        *value = whole != 0;
    }

    /// A small number.
    pub(crate) fn small(&mut self, number: u32, value: &mut u32) {
        let mut whole = u64::from(*value);
        self.number(number, &mut whole);
        *value = u32::try_from(whole).unwrap_or(u32::MAX);
    }

    /// A number with a fraction, exactly. Its bits are turned round, so that one with few figures is short.
    pub(crate) fn fraction(&mut self, number: u32, value: &mut Option<f64>) {
        let mut turned = value.map(|value| value.to_bits().reverse_bits());
        self.maybe_number(number, &mut turned);
        *value = turned.map(|turned| f64::from_bits(turned.reverse_bits())).filter(|value| value.is_finite());
    }

    /// One of these, by its place among them; the first is not written.
    pub(crate) fn one_of<T: Copy + PartialEq>(&mut self, number: u32, value: &mut T, all: &[T]) {
        let mut place = all.iter().position(|one| one == value).unwrap_or(0) as u64;
        let before = place;
        self.number(number, &mut place);
        if place == before {
            return;
        }
        match (usize::try_from(place).ok().and_then(|place| all.get(place)), &mut self.0) {
            (Some(one), _) => *value = *one,
            (None, Way::Read { reading, .. }) => {
                reading.wrong.get_or_insert(Refused::new(
                    "it was made by a newer Interleave: it says something that this one does not know",
                ));
            }
            (None, Way::Write(_)) => {}
        }
    }

    /// The same of something that may be absent.
    pub(crate) fn maybe_one_of<T: Copy + PartialEq>(&mut self, number: u32, value: &mut Option<T>, all: &[T]) {
        let mut is_there = value.is_some();
        let mut one = value.or(all.first().copied());
        // Its place and one, so that the first is written too.
        let mut place = value.and_then(|value| all.iter().position(|one| *one == value)).map_or(0, |place| place as u64 + 1);
        self.number(number, &mut place);
        if let Some(place) = usize::try_from(place).ok().and_then(|place| place.checked_sub(1)) {
            (is_there, one) = (true, all.get(place).copied());
        }
        *value = one.filter(|_| is_there);
    }

    /// Words; none are not written.
    pub(crate) fn text(&mut self, number: u32, value: &mut String) {
        match &mut self.0 {
            Way::Write(bytes) if !value.is_empty() => put_bytes(bytes, number, value.as_bytes()),
            Way::Read { number: at, came: Came::Bytes(came), reading } if *at == number => {
                if let Some(text) = reading.try_to(|reading| text(came, reading)) {
                    *value = text;
                }
            }
            _ => {}
        }
    }

    /// Words that may be absent.
    pub(crate) fn maybe_text(&mut self, number: u32, value: &mut Option<String>) {
        match (&mut self.0, &mut *value) {
            (Way::Write(bytes), Some(value)) => put_bytes(bytes, number, value.as_bytes()),
            (Way::Read { number: at, came: Came::Bytes(came), reading }, value) if *at == number => {
                *value = reading.try_to(|reading| text(came, reading));
            }
            _ => {}
        }
    }

    /// Several words.
    pub(crate) fn texts(&mut self, number: u32, values: &mut Vec<String>) {
        match &mut self.0 {
            Way::Write(bytes) => values.iter().for_each(|value| put_bytes(bytes, number, value.as_bytes())),
            Way::Read { number: at, came: Came::Bytes(came), reading } if *at == number => {
                values.extend(reading.try_to(|reading| text(came, reading)));
            }
            Way::Read { .. } => {}
        }
    }

    /// Bytes that are a form of their own; none are not written.
    pub(crate) fn bytes(&mut self, number: u32, value: &mut Vec<u8>) {
        match &mut self.0 {
            Way::Write(bytes) if !value.is_empty() => put_bytes(bytes, number, value),
            Way::Read { number: at, came: Came::Bytes(came), reading } if *at == number => {
                let room = reading.try_to(|reading| reading.take(came.len()));
                *value = room.map(|()| came.to_vec()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// A message; one that says nothing is not written.
    pub(crate) fn message<T: Message>(&mut self, number: u32, value: &mut T) {
        match &mut self.0 {
            Way::Write(bytes) => {
                let own = written(value);
                if !own.is_empty() {
                    put_bytes(bytes, number, &own);
                }
            }
            Way::Read { number: at, came: Came::Bytes(came), reading } if *at == number => {
                if let Some(message) = reading.try_to(|reading| read(came, reading)) {
                    *value = message;
                }
            }
            Way::Read { .. } => {}
        }
    }

    /// A message that may be absent.
    pub(crate) fn maybe_message<T: Message>(&mut self, number: u32, value: &mut Option<T>) {
        match (&mut self.0, &mut *value) {
            (Way::Write(bytes), Some(value)) => put_bytes(bytes, number, &written(value)),
            (Way::Read { number: at, came: Came::Bytes(came), reading }, value) if *at == number => {
                *value = reading.try_to(|reading| read(came, reading));
            }
            _ => {}
        }
    }

    /// Several messages.
    pub(crate) fn messages<T: Message>(&mut self, number: u32, values: &mut Vec<T>) {
        match &mut self.0 {
            Way::Write(bytes) => values.iter_mut().for_each(|value| put_bytes(bytes, number, &written(value))),
            Way::Read { number: at, came: Came::Bytes(came), reading } if *at == number => {
                values.extend(reading.try_to(|reading| {
                    reading.take(2 * size_of::<T>() + ROOM)?;
                    read(came, reading)
                }));
            }
            Way::Read { .. } => {}
        }
    }

    /// Does this if the field with this number has just been read.
    pub(crate) fn on_reading(&mut self, number: u32, take: impl FnOnce(&mut Reading) -> Result<(), Refused>) {
        if let Way::Read { number: at, reading, .. } = &mut self.0
            && *at == number
        {
            let _ = reading.try_to(take);
        }
    }

    /// Messages by names that they carry.
    pub(crate) fn named<T: Clone, M: Message>(
        &mut self,
        number: u32,
        values: &mut BTreeMap<String, T>,
        to: impl Fn(&str, &T) -> M,
        of: impl Fn(M) -> (String, T),
    ) {
        let mut messages: Vec<M> = match &self.0 {
            Way::Write(_) => values.iter().map(|(name, value)| to(name, value)).collect(),
            Way::Read { .. } => Vec::new(),
        };
        self.messages(number, &mut messages);
        if matches!(self.0, Way::Read { .. }) {
            values.extend(messages.into_iter().map(of));
        }
    }
}

fn text(bytes: &[u8], reading: &mut Reading) -> Result<String, Refused> {
    if bytes.len() > LONGEST_TEXT {
        return Err(Refused::new("it is damaged or no result: a text in it is longer than any that a result has"));
    }
    reading.take(bytes.len() + 2 * size_of::<String>() + ROOM)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| damaged())
}

fn put_number(bytes: &mut Vec<u8>, number: u32, value: u64) {
    encode_key(number, WireType::Varint, bytes);
    encode_varint(value, bytes);
}

fn put_bytes(bytes: &mut Vec<u8>, number: u32, value: &[u8]) {
    encode_key(number, WireType::LengthDelimited, bytes);
    encode_varint(value.len() as u64, bytes);
    bytes.extend_from_slice(value);
}
