//! Several capsules in one file, one behind the other: a history, whose results are opened one by one. Behind one may stand the
//! lanes of its first result.
//!
//! ```text
//! 1 byte    30, which begins no capsule
//! 4 bytes   the length of the first one, least byte first
//! …         the first one; and so on
//! ```
//!
//! Lanes ([`protocol::lanes::bundle`]) begin with "ILB1", and no capsule with a letter: so they need no mark of their own.

use protocol::lanes::is_bundle;

use crate::Refused;

/// What such a file begins with: the separator of records.
pub(crate) const BUNDLE: u8 = 30;

/// A file of these capsules.
#[must_use]
pub fn bundle<'a>(capsules: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = vec![BUNDLE];
    for capsule in capsules {
        bytes.extend_from_slice(&(capsule.len() as u32).to_le_bytes());
        bytes.extend_from_slice(capsule);
    }
    bytes
}

/// A file of a result with its lanes; without any it is the capsule itself.
#[must_use]
pub fn with_lanes(capsule: &[u8], lanes: Option<&[u8]>) -> Vec<u8> {
    lanes.map_or_else(|| capsule.to_vec(), |lanes| bundle([capsule, lanes]))
}

/// What a file has of a result, or of several in one capsule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filed<'a> {
    /// What [`open`](crate::open) opens.
    pub capsule: &'a [u8],
    /// The lanes of its first result.
    pub lanes: Option<&'a [u8]>,
}

/// What such a file holds; of a capsule itself, that one.
///
/// # Errors
/// If it breaks off, or lanes in it are of no result.
pub fn filed(bytes: &[u8]) -> Result<Vec<Filed<'_>>, Refused> {
    let mut all: Vec<Filed<'_>> = Vec::new();
    for record in records(bytes)? {
        if !is_bundle(record) {
            all.push(Filed { capsule: record, lanes: None });
            continue;
        }
        match all.last_mut() {
            Some(Filed { lanes: lanes @ None, .. }) => *lanes = Some(record),
            _ => return Err(Refused::new("it is damaged: there are lanes in it that are of no result")),
        }
    }
    Ok(all)
}

/// The bytes of each capsule of such a file; of a capsule itself, that one.
///
/// # Errors
/// As [`filed`].
pub fn bundled(bytes: &[u8]) -> Result<Vec<&[u8]>, Refused> {
    Ok(filed(bytes)?.into_iter().map(|filed| filed.capsule).collect())
}

fn records(bytes: &[u8]) -> Result<Vec<&[u8]>, Refused> {
    let Some(mut rest) = bytes.strip_prefix(&[BUNDLE]) else { return Ok(vec![bytes]) };
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk().ok_or_else(cut_off)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| cut_off())?;
        // None is shorter than its version and its check: a file of nothing but lengths would have millions.
        let (record, behind) = behind.split_at_checked(length.max(4)).ok_or_else(cut_off)?;
        records.push(record);
        rest = behind;
    }
    Ok(records)
}

fn cut_off() -> Refused {
    Refused::new("it is damaged: it breaks off")
}
