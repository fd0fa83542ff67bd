//! Latencies as a link carries them: a histogram whose neighbouring buckets are taken together where that changes its curve
//! least.

use protocol::Histogram;

use super::bits::{BitReader, BitWriter, code, value};
use super::damaged;
use crate::Refused;
use crate::ladder::{LAST_BUCKET, bucket_of, least_of};

/// Buckets from the first to the one before the end, with how many operations in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bin {
    from: u64,
    end: u64,
    count: u64,
}

/// Bits of a count's fraction: a thirty-second of it more or less is not seen.
const COUNT_PRECISION: u32 = 4;

/// Parameters of Rice's code: bins mostly touch, are some buckets wide, and have about as many operations as their neighbours.
const GAP: u32 = 1;
const WIDTH: u32 = 2;
const COUNT: u32 = 4;

/// The most bins that are carried.
const MOST_BINS: u32 = 31;

/// Writes a histogram in so many bins.
pub(super) fn put(bits: &mut BitWriter, histogram: &Histogram, most: usize) {
    let bins = thinned(histogram, most.min(MOST_BINS as usize));
    bits.put(bins.len() as u64, 5);
    let (mut before, mut before_code) = (0, 0);
    for bin in &bins {
        if before == 0 {
            bits.put(bin.from, 10);
        } else {
            bits.put_rice(bin.from - before, GAP);
        }
        bits.put_rice(bin.end - bin.from - 1, WIDTH);
        let code = code(bin.count as f64, COUNT_PRECISION).unwrap_or(0);
        if before == 0 {
            bits.put_sized(code)
        } else {
            bits.put_signed_rice(code.wrapping_sub(before_code).cast_signed(), COUNT)
        }
        (before, before_code) = (bin.end, code);
    }
}

/// Reads one, and spreads each bin's operations evenly over its buckets.
pub(super) fn get(bits: &mut BitReader<'_>) -> Result<Histogram, Refused> {
    let count = bits.get(5)?;
    let (mut before, mut before_code, mut histogram) = (0_u64, 0_u64, Histogram::default());
    for index in 0..count {
        let from = if index == 0 { bits.get(10)? } else { before.saturating_add(bits.get_rice(GAP)?) };
        let end = from.saturating_add(bits.get_rice(WIDTH)?).saturating_add(1);
        if end > LAST_BUCKET + 1 {
            return Err(damaged());
        }
        let code = match index {
            0 => bits.get_sized()?,
            _ => before_code.wrapping_add(bits.get_signed_rice(COUNT)?.cast_unsigned()),
        };
        let count = value(code, COUNT_PRECISION).filter(|count| *count < 9e15).ok_or_else(damaged)?.round() as u64;
        let (width, mut given) = (end - from, 0);
        for (bucket, number) in (from..end).zip(1_u64..) {
            let until = (u128::from(count) * u128::from(number) / u128::from(width)) as u64;
            histogram.record(least_of(bucket), until - given);
            given = until;
        }
        (before, before_code) = (end, code);
    }
    Ok(histogram)
}

/// A histogram in bins, as many as there may be: the two neighbours that are least missed are taken together, again and again.
fn thinned(histogram: &Histogram, most: usize) -> Vec<Bin> {
    let of = |(from, _, count): (u64, u64, u64)| {
        let bucket = bucket_of(from);
        Bin { from: bucket, end: bucket + 1, count }
    };
    let whole: Vec<Bin> = histogram.buckets().map(of).collect();
    let curve = Curve::of(&whole);
    let mut bins = whole;
    let mut errors: Vec<f64> = bins.windows(2).map(|two| curve.error(two[0], two[1])).collect();
    while bins.len() > most {
        let place = (0..errors.len()).min_by(|one, other| errors[*one].total_cmp(&errors[*other])).unwrap_or(0);
        let next = bins.remove(place + 1);
        bins[place] = together(bins[place], next);
        errors.remove(place);
        if place > 0 {
            errors[place - 1] = curve.error(bins[place - 1], bins[place]);
        }
        if place < errors.len() {
            errors[place] = curve.error(bins[place], bins[place + 1]);
        }
    }
    bins
}

fn together(one: Bin, next: Bin) -> Bin {
    Bin { from: one.from, end: next.end, count: one.count.saturating_add(next.count) }
}

/// How many operations are beyond each bucket's end.
struct Curve {
    first: u64,
    all: f64,
    beyond: Vec<f64>,
}

/// Operations that are added to either side of what is compared: one more or less of a few is no difference.
const FEW: f64 = 5.0;

/// The share below counts so much of the share beyond, which is seen on an axis of decades.
const SHARE: f64 = 3.0;

impl Curve {
    fn of(whole: &[Bin]) -> Self {
        let first = whole.first().map_or(0, |bin| bin.from);
        let end = whole.last().map_or(0, |bin| bin.end);
        let all: f64 = whole.iter().map(|bin| bin.count as f64).sum();
        let (mut beyond, mut left, mut bins) = (Vec::new(), all, whole.iter().peekable());
        for bucket in first..end {
            if let Some(bin) = bins.next_if(|bin| bin.from == bucket) {
                left -= bin.count as f64;
            }
            beyond.push(left);
        }
        Self { first, all, beyond }
    }

    fn beyond(&self, end: u64) -> f64 {
        let index = end.checked_sub(self.first + 1).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.beyond.get(index)).copied().unwrap_or(self.all)
    }

    /// How far the curve is off at most if these two are one.
    fn error(&self, one: Bin, next: Bin) -> f64 {
        let bin = together(one, next);
        let (start, end) = (self.beyond(bin.from), self.beyond(bin.end));
        let width = (bin.end - bin.from) as f64;
        let off = |inner: u64| {
            let (is, would_be) = (self.beyond(inner), start + (end - start) * ((inner - bin.from) as f64 / width));
            let share = SHARE * (is - would_be).abs() / self.all;
            ((is + FEW) / (would_be + FEW)).ln().abs().max(share)
        };
        (bin.from + 1..bin.end).map(off).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two heaps, as a model has whose threads wait for each other.
    fn histogram() -> Histogram {
        let heap = |middle: u64, many: u64| {
            (0..400_u64).map(move |index| (middle + index * index * middle / 90_000, many + 400 - index))
        };
        heap(1_200_000, 40).chain(heap(17_000_000, 3)).collect()
    }

    #[test]
    fn a_sketch_keeps_the_percentiles() {
        let (whole, mut bits) = (histogram(), BitWriter::default());
        put(&mut bits, &whole, 16);
        let bytes = bits.into_bytes();
        let back = get(&mut BitReader::of(&bytes)).unwrap();
        for share in [0.01, 0.1, 0.5, 0.9, 0.99, 0.999] {
            let (is, was) = (back.quantile(share).unwrap(), whole.quantile(share).unwrap());
            assert!((is / was).ln().abs() < 0.07, "{share}: {is} {was}");
        }
        let (is, was) = (back.count() as f64, whole.count() as f64);
        assert!((is / was - 1.0).abs() < 0.02 && bytes.len() < 32, "{is} {was}, {} bytes", bytes.len());
    }

    #[test]
    fn few_latencies_are_sketched_exactly() {
        for latencies in [vec![], vec![(5, 1)], vec![(1, 3), (900, 2), (u64::MAX, 1)]] {
            let (whole, mut bits): (Histogram, _) = (latencies.into_iter().collect(), BitWriter::default());
            put(&mut bits, &whole, 16);
            let bytes = bits.into_bytes();
            assert_eq!(get(&mut BitReader::of(&bytes)), Ok(whole));
        }
    }
}
