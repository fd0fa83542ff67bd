//! The lanes of all models of a run: `"ILB1"`, then each model's [`Lanes::to_bytes`](super::Lanes::to_bytes) with its length, 4
//! bytes, least first, before it.

use std::io::{self, Write};

use super::NoLanes;
use super::columns::{during, of_slice};

const MAGIC: &[u8; 4] = b"ILB1";

/// More models than a run has.
const MOST: usize = 1_000;

/// One after the other.
#[must_use]
pub fn bundle(lanes: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Nothing fails in memory.
    let _ = write_bundle(lanes, &mut bytes);
    bytes
}

/// The same, a model's after the other, to wherever that is.
///
/// # Errors
/// Those of writing.
pub fn write_bundle(lanes: impl IntoIterator<Item: AsRef<[u8]>>, to: &mut impl Write) -> io::Result<()> {
    to.write_all(MAGIC)?;
    for lanes in lanes {
        to.write_all(&(lanes.as_ref().len() as u32).to_le_bytes())?;
        to.write_all(lanes.as_ref())?;
    }
    Ok(())
}

/// The bundle in which each model has only the blocks with something in them of this time.
///
/// # Errors
/// If it is no bundle, or one of its parts is none.
pub fn bundle_during(bytes: &[u8], from: i64, to: i64) -> Result<Vec<u8>, NoLanes> {
    read_bundle_during(of_slice(bytes), bytes.len(), from, to)
}

/// The same of a bundle of this length that is not in memory: `read` gives so many of its bytes, from a place on. It is asked for
/// heads and for those blocks alone.
///
/// # Errors
/// Those of reading, and as [`bundle_during`].
pub fn read_bundle_during<E: From<NoLanes>>(
    read: impl Fn(usize, usize) -> Result<Vec<u8>, E>,
    length: usize,
    from: i64,
    to: i64,
) -> Result<Vec<u8>, E> {
    let parts = places(&read, length)?;
    let parts = parts.into_iter().map(|part| during(&read, part, from, to)).collect::<Result<Vec<Vec<u8>>, E>>()?;
    Ok(bundle(&parts))
}

/// The bytes of one model's lanes after the other, of a bundle that is not in memory.
///
/// # Errors
/// Those of reading, and if it is no bundle.
pub fn read_bundled<'a, E: From<NoLanes> + 'a>(
    read: &'a impl Fn(usize, usize) -> Result<Vec<u8>, E>,
    length: usize,
) -> Result<impl Iterator<Item = Result<Vec<u8>, E>> + 'a, E> {
    Ok(places(read, length)?.into_iter().map(move |(at, length)| read(at, length)))
}

/// Where each begins, and its length.
fn places<E: From<NoLanes>>(read: &impl Fn(usize, usize) -> Result<Vec<u8>, E>, length: usize) -> Result<Vec<(usize, usize)>, E> {
    if length < MAGIC.len() || read(0, MAGIC.len())? != MAGIC {
        return Err(NoLanes::Other.into());
    }
    let (mut at, mut all) = (MAGIC.len(), Vec::new());
    while at < length {
        let begin = at + 4;
        if begin > length || all.len() == MOST {
            return Err(NoLanes::Damaged.into());
        }
        let own = read(at, 4)?.try_into().map_or(0, u32::from_le_bytes) as usize;
        at = begin.saturating_add(own);
        if at > length {
            return Err(NoLanes::Damaged.into());
        }
        all.push((begin, own));
    }
    Ok(all)
}

/// Whether these bytes begin as a bundle does.
#[must_use]
pub fn is_bundle(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The bytes of each.
///
/// # Errors
/// If it is no bundle, or is cut off. What its parts are is not looked at.
pub fn bundled(bytes: &[u8]) -> Result<Vec<&[u8]>, NoLanes> {
    let parts = places(&of_slice(bytes), bytes.len())?;
    Ok(parts.into_iter().map(|(at, length)| &bytes[at..at + length]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Lanes, LanesAbout, SPANS_PER_BLOCK, Stint};

    #[test]
    fn a_part_of_the_time_is_read_of_each_model_without_the_rest() {
        let stint = |from| Stint { from, to: from + 10, ..Stint::default() };
        let about = |model: &str| LanesAbout { model: model.into(), threads: vec!["t".into()], ..LanesAbout::default() };
        let of = |model, spans: i64| Lanes {
            about: about(model),
            stints: (-500..spans - 500).map(stint).collect(),
            deeds: Vec::new(),
        };
        let whole = [of("threads", 20_000), of("tokio", 10_000)];
        let bytes = bundle(&whole.each_ref().map(Lanes::to_bytes));
        let read = std::cell::Cell::new(0);
        let counted = |at, length| {
            read.set(read.get() + length);
            of_slice(&bytes)(at, length)
        };
        let part = read_bundle_during(counted, bytes.len(), 14_500, 14_600).unwrap();
        let lanes: Vec<Lanes> = bundled(&part).unwrap().into_iter().map(|part| Lanes::of_bytes(part).unwrap()).collect();
        assert_eq!(lanes[0].stints, whole[0].stints[3 * SPANS_PER_BLOCK..4 * SPANS_PER_BLOCK]);
        assert_eq!((lanes[1].about.model.as_str(), lanes[1].stints.len()), ("tokio", 0));
        assert!(read.get() < bytes.len() / 4, "{} of {} bytes were read", read.get(), bytes.len());
        assert_eq!(bundle_during(&bytes, i64::MIN, i64::MAX).unwrap(), bytes);
        let heads = bundle_during(&bytes, 0, -1).unwrap();
        assert!(bundled(&heads).unwrap().into_iter().all(|part| Lanes::of_bytes(part).unwrap().stints.is_empty()));
        assert_eq!(bundle_during(&bytes[..bytes.len() - 1], 0, 1), Err(NoLanes::Damaged));
        let all: Vec<_> = read_bundled(&of_slice(&bytes), bytes.len()).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(all, whole.each_ref().map(Lanes::to_bytes));
    }

    #[test]
    fn what_was_bundled_comes_back() {
        let parts: [&[u8]; 3] = [b"one", b"", b"three"];
        let bytes = bundle(&parts);
        assert_eq!(bundled(&bytes), Ok(parts.to_vec()));
        assert_eq!(bundled(&bundle(&[] as &[&[u8]; 0])), Ok(Vec::new()));
        assert_eq!(bundled(b"ILL1"), Err(NoLanes::Other));
        assert_eq!(bundled(&bytes[..bytes.len() - 1]), Err(NoLanes::Damaged));
    }
}
