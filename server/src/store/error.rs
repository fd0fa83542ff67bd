//! Why the store could not do what it was asked for.

use std::fmt;

use sqlx::Error;
use sqlx::migrate::MigrateError;

/// What is the matter with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// The disk takes nothing more.
    Full,
    /// What is stored is not what was written: nothing more is written to it.
    Damaged,
    /// It cannot be reached, or is not there.
    Away,
    /// Anything else.
    Other,
}

/// Why the store could not do what it was asked for, as a sentence.
#[derive(Clone, Debug)]
pub struct StoreError {
    trouble: StoreTrouble,
    reason: String,
}

impl StoreError {
    pub(super) fn new(trouble: StoreTrouble, reason: impl Into<String>) -> Self {
        Self { trouble, reason: reason.into() }
    }

    /// The same, with the place before the reason.
    pub(super) fn at(self, place: &str) -> Self {
        if self.reason.starts_with(place) { self } else { Self { reason: format!("{place}: {}", self.reason), ..self } }
    }

    /// What is the matter.
    #[must_use]
    pub fn trouble(&self) -> StoreTrouble {
        self.trouble
    }
}

/// "the store is damaged: database disk image is malformed"
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.trouble {
            StoreTrouble::Full => "the store takes nothing more",
            StoreTrouble::Damaged => "the store is damaged",
            StoreTrouble::Away => "the store cannot be reached",
            StoreTrouble::Other => "the store cannot be used",
        };
        write!(f, "{what}: {}", self.reason)
    }
}

impl std::error::Error for StoreError {}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let trouble = match &error {
            Error::Database(error) => error.code().map_or(StoreTrouble::Other, |code| trouble_of(&code)),
            Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::Tls(_) => StoreTrouble::Away,
            // What is in a column is not what any version of this program has written there.
            Error::ColumnDecode { .. } | Error::Decode(_) => StoreTrouble::Damaged,
            _ => StoreTrouble::Other,
        };
        let reason = match &error {
            Error::Database(error) => error.message().to_owned(),
            Error::PoolTimedOut => "no connection in time".to_owned(),
            error => error.to_string(),
        };
        Self { trouble, reason }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Self::new(
                StoreTrouble::Other,
                format!("it is of a later version of this program (its step {version} is not known)"),
            ),
            error => Self::new(StoreTrouble::Other, error.to_string()),
        }
    }
}

/// SQLite has a number, with the kind in its last byte; PostgreSQL has five letters and digits.
fn trouble_of(code: &str) -> StoreTrouble {
    const IOERR_SHORT_READ: i32 = 522;
    const IOERR_READ: i32 = 266;
    if code.len() == 5 {
        return match code.get(..2) {
            Some("53") => StoreTrouble::Full,
            Some("08" | "57" | "28" | "3D") => StoreTrouble::Away,
            Some("XX") if code != "XX000" => StoreTrouble::Damaged,
            _ => StoreTrouble::Other,
        };
    }
    match code.parse::<i32>() {
        Ok(IOERR_SHORT_READ) => StoreTrouble::Damaged,
        Ok(IOERR_READ) => StoreTrouble::Away,
        Ok(code) => match code & 0xff {
            // SQLITE_FULL, and SQLITE_IOERR in writing: over the limit of a file's size.
            13 | 10 => StoreTrouble::Full,
            // SQLITE_CORRUPT, SQLITE_NOTADB.
            11 | 26 => StoreTrouble::Damaged,
            // SQLITE_BUSY, SQLITE_CANTOPEN.
            5 | 14 => StoreTrouble::Away,
            _ => StoreTrouble::Other,
        },
        Err(_) => StoreTrouble::Other,
    }
}
