//! Lanes as they are kept: those of all models of a run in one bundle, in a file or in memory. A part of the time is given out
//! without reading the rest; the same for other viewers is made as it is asked for.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use actix_web::web::Bytes;
use anyhow::Result;
use futures_util::stream::{self, Stream};
use protocol::Run;
use protocol::lanes::chrome::write_events;
use protocol::lanes::{Lanes, read_bundle_during, read_bundled};
use tokio::sync::mpsc;

/// How much of a trace is handed on at once.
const PIECE: usize = 256 * 1024;

/// A bundle of lanes, wherever it lies.
#[derive(Debug)]
pub(crate) enum Bundle {
    File(File),
    Bytes(Bytes),
}

impl Bundle {
    fn length(&self) -> io::Result<usize> {
        match self {
            Self::File(file) => usize::try_from(file.metadata()?.len()).map_err(io::Error::other),
            Self::Bytes(bytes) => Ok(bytes.len()),
        }
    }

    /// So many bytes from a place on, which are there.
    fn read(&self, at: usize, length: usize) -> Result<Vec<u8>> {
        match self {
            Self::File(file) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, at as u64)?;
                Ok(bytes)
            }
            Self::Bytes(bytes) => Ok(bytes[at..at + length].to_vec()),
        }
    }

    /// All of it; how long it is if that is more than so much.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn whole(&self, most: usize) -> Result<Result<Vec<u8>, usize>> {
        let length = self.length()?;
        if length <= most { Ok(Ok(self.read(0, length)?)) } else { Ok(Err(length)) }
    }

    /// The bundle in which each model has only what is of this time, nanoseconds since the gate.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged.
    pub(crate) fn during(&self, from: i64, to: i64) -> Result<Vec<u8>> {
        read_bundle_during(|at, length| self.read(at, length), self.length()?, from, to)
    }

    /// Writes all of it in the Chrome trace format, one model's lanes after the other; `run` is what they are of.
    ///
    /// # Errors
    /// If it cannot be read, or what is written cannot be taken.
    pub(crate) fn write_trace(&self, run: &Run, to: &mut impl Write) -> Result<()> {
        to.write_all(b"{\"traceEvents\":[\n")?;
        let read = |at, length| self.read(at, length);
        for (process, lanes) in (1..).zip(read_bundled(&read, self.length()?)?) {
            let mut text = Text { to: &mut *to, failed: None };
            if let Err(error) = write_events(&Lanes::of_bytes(&lanes?)?, process, &mut text) {
                return Err(text.failed.map_or(error.into(), Into::into));
            }
        }
        // The last one has no comma behind it.
        let about = serde_json::json!({"run": run.id(), "experiment": run.submission.experiment});
        let last = serde_json::json!({"ph": "M", "pid": 0, "name": "interleave", "args": about});
        writeln!(to, "{last}\n]}}")?;
        Ok(to.flush()?)
    }

    /// The same a piece at a time, as it is taken.
    pub(crate) fn trace(self, run: Arc<Run>) -> impl Stream<Item = io::Result<Bytes>> {
        let (to, mut made) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            let mut pieces = BufWriter::with_capacity(PIECE, Pieces(to));
            if let Err(error) = self.write_trace(&run, &mut pieces) {
                // Who has left does not hear it.
                let _ = pieces.get_ref().0.blocking_send(Err(io::Error::other(error)));
            }
        });
        stream::poll_fn(move |context| made.poll_recv(context))
    }
}

/// What text is written to, and why it could not be.
struct Text<'a, W> {
    to: &'a mut W,
    failed: Option<io::Error>,
}

impl<W: Write> fmt::Write for Text<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.to.write_all(text.as_bytes()).map_err(|error| {
            self.failed = Some(error);
            fmt::Error
        })
    }
}

/// Hands on what is written to it, to who may have left.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(piece)));
        sent.map(|()| piece.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
