//! What a child writes, read without waiting and without trusting it: lines of bounded length, a tail of bounded length.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// A result is some kilobytes.
const LONGEST_LINE: usize = 64 * 1024;

/// A child that writes more than this to one pipe is not measuring.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Of the words of a dying child the last are the ones that matter.
const TAIL: usize = 4 * 1024;

/// The parent's end of a pipe.
#[derive(Debug)]
pub(crate) struct Pipe<R> {
    source: R,
    open: bool,
    total: u64,
    kept: Vec<u8>,
}

/// It writes without end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flood;

impl<R: Read + AsFd> Pipe<R> {
    pub(crate) fn new(source: R) -> io::Result<Self> {
        let flags = fcntl_getfl(&source)?;
        fcntl_setfl(&source, flags | OFlags::NONBLOCK)?;
        Ok(Self { source, open: true, total: 0, kept: Vec::new() })
    }

    /// To wait on; `None` when the other end has been closed.
    pub(crate) fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.open.then(|| self.source.as_fd())
    }

    /// The whole lines that are there, without their ends.
    pub(crate) fn lines(&mut self) -> Result<Vec<Vec<u8>>, Flood> {
        self.read()?;
        let mut lines = Vec::new();
        while let Some(end) = self.kept.iter().position(|byte| *byte == b'\n') {
            let rest = self.kept.split_off(end + 1);
            let mut line = std::mem::replace(&mut self.kept, rest);
            line.pop();
            lines.push(line);
        }
        if self.kept.len() > LONGEST_LINE { Err(Flood) } else { Ok(lines) }
    }

    /// Reads what is there and keeps its tail.
    pub(crate) fn keep_tail(&mut self) -> Result<(), Flood> {
        self.read()?;
        let surplus = self.kept.len().saturating_sub(TAIL);
        self.kept.drain(..surplus);
        Ok(())
    }

    /// What has been kept, as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept).trim().to_owned()
    }

    /// At most some bytes at a time: the caller has other things to watch.
    fn read(&mut self) -> Result<(), Flood> {
        let mut buffer = [0; LONGEST_LINE];
        if self.open {
            match self.source.read(&mut buffer) {
                Ok(0) => self.open = false,
                Ok(count) => {
                    self.total += count as u64;
                    self.kept.extend_from_slice(&buffer[..count]);
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(_) => self.open = false,
            }
        }
        if self.total > MOST_BYTES { Err(Flood) } else { Ok(()) }
    }
}
