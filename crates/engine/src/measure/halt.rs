//! Why a cell gave no result.

use std::any::Any;
use std::fmt;
use std::io;

/// Why a cell gave no result, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The machine would not give what the model asked for: a result.
    Refused(String),
    /// Something went wrong.
    Failed(String),
}

impl Halt {
    /// The operating system did not give the `count`-th of these: "thread", "connection".
    #[must_use]
    pub fn at(count: usize, what: &str, error: &io::Error) -> Self {
        let words = format!("the operating system refused {what} {}: {error}", protocol::parameter::grouped(count as u64));
        if is_refusal(error) { Self::Refused(words) } else { Self::Failed(words) }
    }

    /// A unit panicked; `payload` is what its join returned.
    #[must_use]
    pub fn panicked(payload: &(dyn Any + Send)) -> Self {
        let words = payload.downcast_ref::<&str>().map(|words| (*words).to_owned());
        let words = words.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without words".to_owned());
        Self::Failed(format!("a unit panicked: {words}"))
    }
}

/// Limits of the machine, not faults of the work.
fn is_refusal(error: &io::Error) -> bool {
    use nix::libc::{EADDRNOTAVAIL, EAGAIN, EMFILE, ENFILE, ENOBUFS, ENOMEM};
    matches!(error.raw_os_error(), Some(EAGAIN | ENOMEM | EMFILE | ENFILE | ENOBUFS | EADDRNOTAVAIL))
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        if is_refusal(&error) { Self::Refused(error.to_string()) } else { Self::Failed(error.to_string()) }
    }
}

/// What joining a thread returns if it panicked.
impl From<Box<dyn Any + Send>> for Halt {
    fn from(payload: Box<dyn Any + Send>) -> Self {
        Self::panicked(&*payload)
    }
}

impl From<tokio::task::JoinError> for Halt {
    fn from(error: tokio::task::JoinError) -> Self {
        match error.try_into_panic() {
            Ok(payload) => Self::panicked(&*payload),
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(words) | Self::Failed(words) => f.write_str(words),
        }
    }
}
