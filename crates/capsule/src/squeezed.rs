//! The outermost form: a version, a check, and deflate against a dictionary that is the same for ever.
//!
//! ```text
//! 1 byte   1, the version
//! 3 bytes  the check of what follows
//! …        a raw deflate stream whose window begins with dictionary_1.bin: the messages
//! …        what stands behind it: the bits, of which a whole result has none
//! ```

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::Refused;

/// The version of what is written.
const VERSION: u8 = 1;

/// What capsules of version 1 are written against: words, ids and whole pieces of the catalogue as it was then. Never changed.
static DICTIONARY: &[u8] = include_bytes!("dictionary_1.bin");

/// The most bytes that are inflated: twice what the longest experiment has that can be submitted.
const MOST_INFLATED: usize = 16 * 1024 * 1024;

const CHECK: usize = 3;

/// As many probes for a match as there are: a capsule is small, and written once.
const LEVEL: i32 = 10;

/// Messages and bits in the outermost form.
pub(crate) fn squeezed(messages: &[u8], bits: &[u8]) -> Vec<u8> {
    let mut deflate = CompressorOxide::new(create_comp_flags_from_zip_params(LEVEL, 0, 0));
    // What the dictionary is written as is thrown away: the flush ends it at a whole byte, and what follows refers to it.
    compress_to_output(&mut deflate, DICTIONARY, TDEFLFlush::Sync, |_| true);
    let mut stream = Vec::new();
    let (status, _) = compress_to_output(&mut deflate, messages, TDEFLFlush::Finish, |piece| {
        stream.extend_from_slice(piece);
        true
    });
    debug_assert_eq!(status, TDEFLStatus::Done);
    stream.extend_from_slice(bits);
    [&[VERSION], &check(&stream)[..], &stream].concat()
}

/// The messages and the bits of that form.
pub(crate) fn inflated(bytes: &[u8]) -> Result<(Vec<u8>, &[u8]), Refused> {
    let Some((version, rest)) = bytes.split_first() else { return Err(Refused::new("it is empty")) };
    match *version {
        VERSION => {}
        0 => return Err(Refused::new("it is no capsule: its first byte is 0, and a capsule's is its version, from 1 on")),
        newer => {
            let reason = format!("it is no capsule, or one of version {newer}, and this Interleave reads version {VERSION}");
            return Err(Refused::new(reason));
        }
    }
    let Some((sum, stream)) = rest.split_first_chunk::<CHECK>() else { return Err(cut_off()) };
    if *sum != check(stream) {
        return Err(Refused::new("it is damaged: a part of it was changed or cut off on its way"));
    }
    let (messages, length) = inflate(stream)?;
    Ok((messages, stream.get(length..).unwrap_or_default()))
}

/// What a stream inflates to, and how long it is itself.
fn inflate(stream: &[u8]) -> Result<(Vec<u8>, usize), Refused> {
    let (mut state, mut at) = (Box::new(DecompressorOxide::new()), 0);
    let mut out = DICTIONARY.to_vec();
    let mut end = out.len();
    loop {
        let room = (end + 4 * stream.len().max(4096)).max(2 * out.len()).min(DICTIONARY.len() + MOST_INFLATED);
        if room == end {
            return Err(Refused::new(format!("it is too large: opened, it has over {} MiB", MOST_INFLATED / 1024 / 1024)));
        }
        out.resize(room, 0);
        let (status, read, written) =
            decompress(&mut state, &stream[at..], &mut out, end, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        (at, end) = (at + read, end + written);
        match status {
            TINFLStatus::Done => break,
            TINFLStatus::HasMoreOutput => {}
            _ => return Err(cut_off()),
        }
    }
    out.truncate(end);
    out.drain(..DICTIONARY.len());
    Ok((out, at))
}

fn cut_off() -> Refused {
    Refused::new("it is damaged: it breaks off")
}

/// FNV-1a, its first three bytes: against a link that was cut off or mistyped, not against anybody.
fn check(stream: &[u8]) -> [u8; CHECK] {
    let hash = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let [one, two, three, four] = stream.iter().fold(0x811c_9dc5, hash).to_le_bytes();
    [one, two, three ^ four]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_of_version_1_is_what_it_was() {
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        let sum = DICTIONARY.iter().fold(0xcbf2_9ce4_8422_2325, hash);
        assert_eq!(
            (DICTIONARY.len(), sum),
            (29_719, 0xd195_73ad_e2f8_155d),
            "links that people have put somewhere do not open any more"
        );
    }

    #[test]
    fn messages_and_bits_come_back_from_the_outermost_form() {
        for (messages, bits) in
            [(&b""[..], &b""[..]), (b"a", b"\x01"), (&DICTIONARY[500..9000], b"many bits"), (&[7; 100_000], b"")]
        {
            let bytes = squeezed(messages, bits);
            assert_eq!(inflated(&bytes), Ok((messages.to_vec(), bits)));
            for cut in [1, 2, bytes.len() - 1] {
                assert!(inflated(&bytes[..cut]).is_err(), "{cut} of {} bytes", bytes.len());
            }
        }
    }
}
