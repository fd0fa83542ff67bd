//! The files that are read, for `file-read` and `program`: without a name, so that they are gone with the program.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::{AsRawFd, RawFd};

use crate::{Args, mixed};

fn nameless(bytes: &[u8]) -> RawFd {
    let path = std::env::temp_dir().join(format!("by-hand-{}", std::process::id()));
    let mut file = File::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    file.write_all(bytes).unwrap();
    let descriptor = file.as_raw_fd();
    // Open until the end of the program.
    std::mem::forget(file);
    descriptor
}

/// A file of blocks, each of which begins with a number that tells which it is.
#[derive(Clone, Copy, Debug)]
pub struct Blocks {
    descriptor: RawFd,
    /// Of a block.
    pub bytes: usize,
    count: u64,
    seed: u64,
}

impl Blocks {
    /// Writes it, and so has it in the page cache.
    ///
    /// # Panics
    /// If it cannot.
    #[must_use]
    pub fn write(args: Args) -> Self {
        let bytes = args.number("block_kib") as usize * 1024;
        let count = args.number("file_mib") * 1024 / args.number("block_kib");
        let mut content = vec![0x5a; bytes * count as usize];
        for (block, index) in content.chunks_mut(bytes).zip(0..) {
            block[..8].copy_from_slice(&mixed(index).to_le_bytes());
        }
        Self { descriptor: nameless(&content), bytes, count, seed: args.seed }
    }

    /// A handle of its own.
    ///
    /// # Panics
    /// If there can be no more.
    #[must_use]
    pub fn open(&self) -> File {
        File::open(format!("/proc/self/fd/{}", self.descriptor)).unwrap()
    }

    /// Where a unit reads in this round.
    #[must_use]
    pub fn offset(&self, unit: usize, round: u64) -> u64 {
        mixed(self.seed ^ mixed(unit as u64) ^ round) % self.count * self.bytes as u64
    }
}

/// What a block begins with.
#[must_use]
pub fn first(block: &[u8]) -> u64 {
    block.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// The path of a file of 512 numbers.
///
/// # Panics
/// If it cannot be written.
#[must_use]
pub fn numbers() -> String {
    let bytes: Vec<u8> = (0..512).flat_map(|number| mixed(number).to_le_bytes()).collect();
    format!("/proc/self/fd/{}", nameless(&bytes))
}

/// The sum of the numbers in a file that was read.
#[must_use]
pub fn sum(bytes: &[u8]) -> u64 {
    bytes.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight)).fold(0, u64::wrapping_add)
}
