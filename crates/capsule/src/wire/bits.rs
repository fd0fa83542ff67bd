//! What a link carries of numbers: bits in a row, behind the messages, because no byte of theirs is like another.
//!
//! A value is a code: its binary exponent and so many bits of its fraction, so that it keeps as many figures whatever its size.
//! In a column codes stand by groups, one a model, role and point: the group's first, then each by its difference to the median
//! of those before it in the group, in Rice's code. Source: R. F. Rice, "Some practical universal noiseless coding techniques",
//! JPL 79-22 (1979).

use super::damaged;
use crate::Refused;

/// Bits that are written, the least of a byte first.
#[derive(Clone, Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// How many bits of the last byte are used; 0 if it is full.
    used: u32,
}

impl BitWriter {
    pub(crate) fn put(&mut self, value: u64, bits: u32) {
        for bit in 0..bits {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= (((value >> bit) & 1) as u8) << self.used;
            }
            self.used = (self.used + 1) % 8;
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many bits it has, and then these.
    pub(crate) fn put_sized(&mut self, value: u64) {
        let bits = u64::BITS - value.leading_zeros();
        self.put(u64::from(bits), 6);
        self.put(value, bits.saturating_sub(1));
    }

    pub(crate) fn put_rice(&mut self, value: u64, k: u32) {
        let quotient = value >> k;
        if quotient < LONGEST_UNARY {
            self.put((1 << quotient) - 1, quotient as u32);
            self.put(0, 1);
            self.put(value & ((1 << k) - 1), k);
        } else {
            self.put((1 << LONGEST_UNARY) - 1, LONGEST_UNARY as u32);
            self.put_sized(value);
        }
    }

    pub(crate) fn put_signed_rice(&mut self, value: i64, k: u32) {
        self.put_rice(((value << 1) ^ (value >> 63)).cast_unsigned(), k);
    }
}

/// What does not fit into so many ones is written with its length.
const LONGEST_UNARY: u64 = 16;

/// Bits that are read.
#[derive(Clone, Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many are left.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }

    pub(crate) fn get(&mut self, bits: u32) -> Result<u64, Refused> {
        let mut value = 0;
        for bit in 0..bits {
            let byte = self.bytes.get(self.at / 8).ok_or_else(damaged)?;
            value |= u64::from((byte >> (self.at % 8)) & 1) << bit;
            self.at += 1;
        }
        Ok(value)
    }

    pub(crate) fn get_sized(&mut self) -> Result<u64, Refused> {
        match self.get(6)? as u32 {
            0 => Ok(0),
            bits => Ok(self.get(bits - 1)? | 1 << (bits - 1)),
        }
    }

    pub(crate) fn get_rice(&mut self, k: u32) -> Result<u64, Refused> {
        let mut quotient = 0;
        while quotient < LONGEST_UNARY {
            if self.get(1)? == 0 {
                return Ok(quotient << k | self.get(k)?);
            }
            quotient += 1;
        }
        self.get_sized()
    }

    pub(crate) fn get_signed_rice(&mut self, k: u32) -> Result<i64, Refused> {
        let turned = self.get_rice(k)?;
        Ok((turned >> 1).cast_signed() ^ -(turned & 1).cast_signed())
    }
}

/// Least exponent of a value that is not taken for 0.
const LEAST_EXPONENT: u64 = 40;

/// The most bits of a fraction that are carried: then a value is exact.
pub(crate) const MOST_PRECISION: u32 = 52;

/// The code of a value with so many bits of its fraction; `None` of one that has none: below 0.
pub(crate) fn code(value: f64, precision: u32) -> Option<u64> {
    if value == 0.0 {
        return Some(0);
    }
    let least = (1023 - LEAST_EXPONENT) << precision;
    let shift = MOST_PRECISION - precision;
    let half = if shift == 0 { 0 } else { 1 << (shift - 1) };
    let rounded = value.to_bits().checked_add(half)? >> shift;
    (value > 0.0 && value < 1e300).then(|| rounded.saturating_sub(least).max(1))
}

/// The value of a code; `None` of one that no value has.
pub(crate) fn value(code: u64, precision: u32) -> Option<f64> {
    if code == 0 {
        return Some(0.0);
    }
    let turned = code.checked_add((1023 - LEAST_EXPONENT) << precision)?;
    let value = f64::from_bits(turned.checked_mul(1 << (MOST_PRECISION - precision))?);
    (value.is_finite() && value.is_sign_positive()).then_some(value)
}

/// Instead of a parameter of Rice's code: all of the group are as the first.
const ALIKE: u64 = 31;

/// Writes codes by groups.
pub(crate) fn put_groups(bits: &mut BitWriter, groups: &[Vec<u64>]) {
    let firsts = || groups.iter().filter_map(|group| group.first().copied());
    let Some(least) = firsts().min() else { return };
    let width = u64::BITS - firsts().map(|first| first - least).max().unwrap_or(0).leading_zeros();
    bits.put_sized(least);
    bits.put(u64::from(width), 6);
    for group in groups {
        let Some((first, rest)) = group.split_first() else { continue };
        bits.put(first - least, width);
        if rest.is_empty() {
            continue;
        }
        let mut before = vec![*first];
        let mut differences = Vec::with_capacity(rest.len());
        for code in rest {
            differences.push(code.wrapping_sub(middle(&before)).cast_signed());
            insert(&mut before, *code);
        }
        if differences.iter().all(|difference| *difference == 0) {
            bits.put(ALIKE, 5);
            continue;
        }
        let k = best_parameter(&differences);
        bits.put(u64::from(k), 5);
        differences.iter().for_each(|difference| bits.put_signed_rice(*difference, k));
    }
}

/// Reads codes of groups of these sizes.
pub(crate) fn get_groups(bits: &mut BitReader<'_>, sizes: &[usize]) -> Result<Vec<Vec<u64>>, Refused> {
    if sizes.iter().all(|size| *size == 0) {
        return Ok(vec![Vec::new(); sizes.len()]);
    }
    let (least, width) = (bits.get_sized()?, bits.get(6)? as u32);
    let mut groups = Vec::with_capacity(sizes.len());
    for size in sizes {
        let mut group = Vec::with_capacity(*size);
        if *size > 0 {
            let first = least.wrapping_add(bits.get(width)?);
            group.push(first);
            let k = if *size > 1 { bits.get(5)? } else { ALIKE };
            let mut before = vec![first];
            while group.len() < *size {
                let code = if k == ALIKE {
                    first
                } else {
                    middle(&before).wrapping_add(bits.get_signed_rice(k as u32)?.cast_unsigned())
                };
                if k != ALIKE {
                    insert(&mut before, code);
                }
                group.push(code);
            }
        }
        groups.push(group);
    }
    Ok(groups)
}

/// The one in the middle of what is sorted, the lesser of two.
fn middle(sorted: &[u64]) -> u64 {
    sorted[(sorted.len() - 1) / 2]
}

fn insert(sorted: &mut Vec<u64>, code: u64) {
    let at = sorted.partition_point(|other| *other < code);
    sorted.insert(at, code);
}

/// With which the differences are shortest.
fn best_parameter(differences: &[i64]) -> u32 {
    let length = |k: u32| {
        let of = |difference: &i64| {
            let quotient = ((difference << 1) ^ (difference >> 63)).cast_unsigned() >> k;
            if quotient < LONGEST_UNARY { quotient + 1 + u64::from(k) } else { LONGEST_UNARY + 6 + 64 }
        };
        differences.iter().map(of).sum::<u64>()
    };
    (0..ALIKE as u32).min_by_key(|k| length(*k)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_from_bits() {
        let mut bits = BitWriter::default();
        let numbers = [0, 1, 2, 5, 63, 64, 1000, u64::from(u32::MAX), u64::MAX >> 1, u64::MAX];
        for number in numbers {
            bits.put_sized(number.min(u64::MAX >> 1));
            bits.put_rice(number.min(u64::MAX >> 1), 3);
            bits.put_signed_rice((number >> 2).cast_signed() - 5, 4);
        }
        let bytes = bits.into_bytes();
        let mut bits = BitReader::of(&bytes);
        for number in numbers {
            assert_eq!(bits.get_sized(), Ok(number.min(u64::MAX >> 1)));
            assert_eq!(bits.get_rice(3), Ok(number.min(u64::MAX >> 1)));
            assert_eq!(bits.get_signed_rice(4), Ok((number >> 2).cast_signed() - 5));
        }
        assert!(bits.left() < 8 && bits.get(8).is_err());
    }

    #[test]
    fn a_code_keeps_as_many_figures_whatever_the_size() {
        for value_of in [1e-9, 0.015, 0.999, 1.0, 3.7, 2001.0, 83_107.377_538_948_16, 1.2e9, 7.7e15] {
            for precision in [8, 11, 16, 52] {
                let back = value(code(value_of, precision).unwrap(), precision).unwrap();
                assert!((back / value_of - 1.0).abs() <= 0.5_f64.powi(precision as i32 + 1), "{value_of} {back}");
            }
        }
        assert_eq!((code(0.0, 11), value(0, 11), code(-1.0, 11)), (Some(0), Some(0.0), None));
        // Small whole numbers are exact, and great ones stay whole.
        for number in [1.0, 5.0, 2001.0, 4095.0] {
            assert_eq!(value(code(number, 11).unwrap(), 11), Some(number));
        }
        assert_eq!(value(code(123_456_789.0, 11).unwrap(), 11).unwrap().fract(), 0.0);
    }

    #[test]
    fn groups_come_back() {
        let groups = vec![vec![500, 510, 490, 505], vec![], vec![7], vec![9000, 9000, 9000], vec![3, 70_000, 4]];
        let mut bits = BitWriter::default();
        put_groups(&mut bits, &groups);
        let bytes = bits.into_bytes();
        let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
        assert_eq!(get_groups(&mut BitReader::of(&bytes), &sizes), Ok(groups));
    }
}
