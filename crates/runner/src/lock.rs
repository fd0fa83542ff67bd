//! One measured trial at a time on a machine: a lock that the servers of one user share.

use std::fs::File;
use std::io;
use std::path::PathBuf;

/// Names another lock file: tests that measure nothing set one each.
const PLACE: &str = "INTERLEAVE_LOCK";

/// Held while a trial runs.
#[derive(Debug)]
pub(crate) struct MachineLock(File);

impl MachineLock {
    pub(crate) fn open() -> io::Result<Self> {
        let place = std::env::var_os(PLACE).map_or_else(default_place, PathBuf::from);
        File::options().create(true).truncate(false).write(true).open(&place).map(Self).map_err(|error| {
            let place = place.display();
            io::Error::new(error.kind(), format!("the lock file {place} cannot be opened: {error}; {PLACE}=FILE names another"))
        })
    }

    /// Whether it is ours now. Released by [`MachineLock::release`], or by the kernel when the process ends.
    pub(crate) fn take(&self) -> bool {
        self.0.try_lock().is_ok()
    }

    pub(crate) fn release(&self) {
        let _ = self.0.unlock();
    }
}

fn default_place() -> PathBuf {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    folder.join(format!("interleave-{}.lock", rustix::process::getuid().as_raw()))
}
