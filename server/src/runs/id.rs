//! What a run is called.

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
}
