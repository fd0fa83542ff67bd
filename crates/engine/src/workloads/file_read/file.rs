//! The file that is read: made for the trial, and gone with it, however it ends.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;

use super::Params;
use crate::measure::Halt;
use crate::workload::mixed;

/// A file whose blocks each begin with a number that tells which it is. It has no name any more, so that a trial that is killed
/// leaves nothing behind.
#[derive(Debug)]
pub(super) struct Blocks {
    file: File,
}

impl Blocks {
    pub(super) fn write(params: Params) -> Result<Self, Halt> {
        let path = std::env::temp_dir().join(format!("interleave-blocks-{}", std::process::id()));
        let written = || -> io::Result<File> {
            let file = File::create(&path)?;
            fs::remove_file(&path)?;
            // In large pieces: the kernel then keeps it in large ones, as it does a file that it has read ahead. From a page cache of
            // 16 KiB pieces a read takes a sixth longer.
            let mut writer = BufWriter::with_capacity(8 << 20, &file);
            let mut block = vec![0x5a; params.block_bytes()];
            for index in 0..params.blocks() {
                block[..8].copy_from_slice(&first_of(index).to_le_bytes());
                writer.write_all(&block)?;
            }
            writer.flush()?;
            drop(writer);
            Ok(file)
        };
        let file = written().map_err(|error| Halt::Failed(format!("{} could not be written: {error}", path.display())))?;
        Ok(Self { file })
    }

    /// Each open of it gives a handle of its own. It is a path for as long as this is kept.
    pub(super) fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.file.as_raw_fd()).into()
    }

    /// A handle of its own on it.
    pub(super) fn open(&self, unit: usize) -> Result<File, Halt> {
        File::open(self.path()).map_err(|error| Halt::at(unit, "file", &error))
    }
}

/// What a block begins with.
pub(super) fn first_of(index: u64) -> u64 {
    mixed(index)
}

/// What a block that was read begins with.
pub(super) fn first_in(block: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&block[..8]);
    u64::from_le_bytes(first)
}
