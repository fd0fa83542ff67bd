//! The file that is read: made for the trial, and gone with it, however it ends.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::measure::Halt;
use crate::workload::mixed;

/// A file of 4 KiB. It has no name any more, so that a trial that is killed leaves nothing behind; its path is that of a
/// descriptor.
#[derive(Debug)]
pub(super) struct SmallFile {
    path: PathBuf,
    /// Keeps it.
    _open: File,
}

/// Numbers of eight bytes that are in it.
const NUMBERS: u64 = 512;

impl SmallFile {
    pub(super) fn write() -> Result<Self, Halt> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("interleave-program-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let written = || -> io::Result<File> {
            let mut file = File::create_new(&path)?;
            fs::remove_file(&path)?;
            let bytes: Vec<u8> = (0..NUMBERS).flat_map(|number| mixed(number).to_le_bytes()).collect();
            file.write_all(&bytes)?;
            Ok(file)
        };
        let file = written().map_err(|error| Halt::Failed(format!("{} could not be written: {error}", path.display())))?;
        Ok(Self { path: format!("/proc/self/fd/{}", file.as_raw_fd()).into(), _open: file })
    }

    /// Each open of it gives a handle of its own.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The sum of a file that was read: every byte of it counts.
pub(super) fn sum_in(bytes: &[u8]) -> u64 {
    let numbers = bytes.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight));
    numbers.fold(0, u64::wrapping_add)
}

/// The sum that it must have.
pub(super) fn whole_sum() -> u64 {
    (0..NUMBERS).map(mixed).fold(0, u64::wrapping_add)
}
