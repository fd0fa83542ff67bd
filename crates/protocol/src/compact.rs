//! The compact form: postcard, for the page. No names travel, so both ends must have been compiled from the same types.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The media type of an answer in this form. Its parameter `types` is [`TYPES`].
pub const MEDIA_TYPE: &str = "application/vnd.interleave.postcard";

/// Names the types that this was compiled from; an answer of others cannot be read.
pub const TYPES: &str = env!("INTERLEAVE_TYPES");

/// The whole value of a `Content-Type` header: `application/vnd.interleave.postcard; types=0123456789abcdef`.
#[must_use]
pub fn content_type() -> String {
    format!("{MEDIA_TYPE}; types={TYPES}")
}

/// Whether a `Content-Type` says that the body is in this form, and if so whether it is of these very types.
#[must_use]
pub fn is_of_these_types(content_type: &str) -> Option<bool> {
    let rest = content_type.trim().strip_prefix(MEDIA_TYPE)?;
    Some(rest.split(';').any(|parameter| parameter.trim().strip_prefix("types=") == Some(TYPES)))
}

/// A value's bytes.
///
/// # Errors
/// If the value cannot be written in this form: none of this crate's.
pub fn write(value: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(value)
}

/// The value of these bytes.
///
/// # Errors
/// If they are none of it.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, postcard::Error> {
    postcard::from_bytes(bytes)
}

/// A value behind its length, four bytes, least first: one of several in a stream.
///
/// # Errors
/// As [`write()`].
pub fn write_framed(value: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    Ok(framed(&write(value)?))
}

/// A frame with this body, of less than four gigabytes.
#[must_use]
pub fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_le_bytes(), body].concat()
}

/// A frame with nothing in it: the stream is alive.
pub const HEARTBEAT: [u8; 4] = [0; 4];

/// Takes the frames of a stream apart, in whichever pieces it arrives.
#[derive(Clone, Debug, Default)]
pub struct Frames(Vec<u8>);

impl Frames {
    /// The next piece has come.
    pub fn push(&mut self, piece: &[u8]) {
        self.0.extend_from_slice(piece);
    }

    /// The body of the next whole frame; heartbeats are left out.
    pub fn next_frame(&mut self) -> Option<Vec<u8>> {
        loop {
            let length = usize::try_from(u32::from_le_bytes(*self.0.first_chunk()?)).ok()?;
            if self.0.len() - 4 < length {
                return None;
            }
            let rest = self.0.split_off(4 + length);
            let body = std::mem::replace(&mut self.0, rest).split_off(4);
            if !body.is_empty() {
                return Some(body);
            }
        }
    }
}
