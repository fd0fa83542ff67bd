//! A capsule as text: base64url without padding, which can stand in any address.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::Refused;

/// Reads what somebody's mail program has padded too.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// More than any text that is made: of a file's worth.
const LONGEST: usize = 12 * 1024 * 1024;

/// The text of a capsule's bytes.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes of a capsule's text, or of a whole link: what stands behind its `#`.
///
/// # Errors
/// If it is no such text.
pub fn bytes_of(text: &str) -> Result<Vec<u8>, Refused> {
    if text.len() > LONGEST {
        return Err(Refused::new("it is longer than any link or capsule"));
    }
    let behind = text.rsplit_once('#').map_or(text, |(_, behind)| behind);
    // Mail breaks long lines, and wraps a link in angle brackets.
    let tight: String = behind.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '<' | '>')).collect();
    if tight.is_empty() {
        return Err(Refused::new("it carries no result: nothing stands behind a \u{201c}#\u{201d}"));
    }
    BASE64
        .decode(tight)
        .map_err(|_| Refused::new("it is no capsule, or was cut off: a capsule is letters, digits, - and _ alone"))
}
