//! Many numbers in a row, as varints: small ones are short, so what is written are mostly differences.

use prost::encoding::{decode_varint, encode_varint};

use super::{Reading, damaged};
use crate::Refused;

/// Numbers in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Series(pub(crate) Vec<u8>);

impl Series {
    pub(crate) fn push(&mut self, number: u64) {
        encode_varint(number, &mut self.0);
    }

    /// A difference: small ones of either sign are short.
    pub(crate) fn push_signed(&mut self, number: i64) {
        self.push(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    /// A list: how many there are, then each by its difference to the one before it.
    pub(crate) fn push_list(&mut self, numbers: impl ExactSizeIterator<Item = u64>) {
        self.push(numbers.len() as u64);
        let mut before = 0_u64;
        for number in numbers {
            self.push_signed(number.wrapping_sub(before).cast_signed());
            before = number;
        }
    }

    /// A series of one list.
    pub(crate) fn of_numbers(numbers: &[u64]) -> Self {
        let mut series = Self::default();
        series.push_list(numbers.iter().copied());
        series
    }

    /// That list.
    pub(crate) fn numbers(&self, reading: &mut Reading) -> Result<Vec<u64>, Refused> {
        Numbers(&self.0).list(reading)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is left of a series that is being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers<'a>(pub(crate) &'a [u8]);

impl Numbers<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn next(&mut self) -> Result<u64, Refused> {
        decode_varint(&mut self.0).map_err(|_| damaged())
    }

    pub(crate) fn next_signed(&mut self) -> Result<i64, Refused> {
        let turned = self.next()?;
        Ok((turned >> 1).cast_signed() ^ -(turned & 1).cast_signed())
    }

    /// How many of something follow, each of which takes a byte at least.
    pub(crate) fn count(&mut self) -> Result<usize, Refused> {
        let count = usize::try_from(self.next()?).map_err(|_| damaged())?;
        if count > self.0.len() { Err(damaged()) } else { Ok(count) }
    }

    pub(crate) fn list(&mut self, reading: &mut Reading) -> Result<Vec<u64>, Refused> {
        let count = self.count()?;
        reading.take(count * size_of::<u64>())?;
        let (mut before, mut numbers) = (0_u64, Vec::with_capacity(count));
        for _ in 0..count {
            before = before.wrapping_add(self.next_signed()?.cast_unsigned());
            numbers.push(before);
        }
        Ok(numbers)
    }
}
