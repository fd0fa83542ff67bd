//! What a run is called, and what a result is.

use super::now_ms;

const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH: usize = 10;

/// Ten letters and digits: nobody comes upon another's run by guessing, and it still fits a link.
pub(crate) fn new_id() -> String {
    let mut bytes = [0; LENGTH];
    // If the system has no randomness the time must do: ids then are still different.
    if getrandom::fill(&mut bytes).is_err() {
        bytes.copy_from_slice(&now_ms().to_le_bytes().repeat(2)[..LENGTH]);
    }
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// Whether [`new_id`] may have made it.
pub(crate) fn is_new_id(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| LETTERS.contains(&byte))
}

/// Whether this has the form of a run's id, and so cannot lead out of the folder.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// What a result is called: sixteen letters and digits of what its content hashes to. The same result has the same name, and
/// nobody comes upon another's by counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ResultId([u8; ResultId::LENGTH]);

impl ResultId {
    const LENGTH: usize = 16;

    /// That of a result whose content hashes to this: five bits for each letter.
    pub(crate) fn of_hash(hash: &[u8; 32]) -> Self {
        let bits = |index: usize| {
            let (byte, shift) = (index * 5 / 8, index * 5 % 8);
            let pair = u16::from_be_bytes([hash[byte], hash[byte + 1]]);
            usize::from(pair >> (11 - shift)) % LETTERS.len()
        };
        Self(std::array::from_fn(|index| LETTERS[bits(index)]))
    }

    /// Reads one; `None` if this is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes: [u8; Self::LENGTH] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|byte| LETTERS.contains(byte)).then_some(Self(bytes))
    }

    /// As it stands in a link.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_out_of_the_folder() {
        for (text, good) in [("a1b2", true), ("", false), ("../etc", false), ("a/b", false), ("A", false), (".hidden", false)] {
            assert_eq!(is_id(text), good, "{text}");
        }
        assert!(!is_id(&"a".repeat(65)));
        assert!(is_id(&new_id()) && is_new_id(&new_id()) && !is_new_id("notes"));
    }

    #[test]
    fn a_result_s_name_is_the_first_eighty_bits_of_what_its_content_hashes_to() {
        let mut hash = [0; 32];
        assert_eq!(ResultId::of_hash(&hash).as_str(), "a".repeat(16));
        // 00001 00010 00011 …
        hash[..3].copy_from_slice(&[0b0000_1000, 0b1000_0110, 0b0000_0000]);
        assert_eq!(ResultId::of_hash(&hash).as_str(), format!("bcd{}", "a".repeat(13)));
        hash[9] = 0b0001_1111;
        assert!(ResultId::of_hash(&hash).as_str().ends_with("a9"));
        hash[10] = 0xff;
        assert!(ResultId::of_hash(&hash).as_str().ends_with("a9"), "no bit behind them");
        for (text, good) in
            [("abcdefghijkmnpqr", true), ("abcdefghijkmnpq", false), ("../../etc/passwd", false), ("Abcdefghijkmnpqr", false)]
        {
            assert_eq!(ResultId::read(text).is_some(), good, "{text}");
        }
    }
}
