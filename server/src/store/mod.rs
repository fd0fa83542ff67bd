//! What is kept: results that somebody wants to keep, and runs.
//!
//! ```text
//! Store ──► results   kept, found, listed, deleted, expired        ─┐
//!       ├─► runs      the logs of runs that are over               ─┴─► database: SQLite in a file of the folder, or PostgreSQL
//!       └─► files     in the folder: the log of a run that is not over yet, and a run's lanes
//! ```

mod backup;
mod database;
mod error;
mod files;
pub(crate) mod log;
mod result;
mod results;
mod runs;
mod version_1;

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use protocol::RunEvent;

pub use self::backup::{BackedUp, Restored};
use self::database::Database;
pub use self::error::{StoreError, StoreTrouble};
use self::files::RunFiles;
pub(crate) use self::files::{LogFile, default_folder};
pub use self::result::{Cursor, Deleted, NewResult, Put, ResultLine, Sought, StoredResult};
pub use self::results::LARGEST_LANES;
use crate::lanes::Bundle;
pub(crate) use crate::runs::now_ms;

/// The database's file in the folder.
const FILE: &str = "interleave.sqlite";

/// Where to keep what is kept.
#[derive(Clone, Debug)]
pub struct StorePlace {
    /// The folder for what is a file, and for the database unless it is elsewhere.
    pub folder: PathBuf,
    /// The address of a PostgreSQL database: `postgres://…`.
    pub url: Option<String>,
}

impl StorePlace {
    /// Whether something may be stored there; an address is asked only when it is opened.
    pub(crate) fn is_there(&self) -> bool {
        self.url.is_some() || self.folder.join(FILE).exists()
    }
}

/// The address of the database, if the environment names one.
pub(crate) fn url_of_environment() -> Option<String> {
    std::env::var("INTERLEAVE_STORE").ok().filter(|url| !url.is_empty())
}

/// What is kept. A handle: all its clones are of one store.
#[derive(Clone, Debug)]
pub struct Store {
    files: RunFiles,
    database: Arc<Result<Database, StoreError>>,
    /// Whether runs are to be in the database, even if it cannot be used.
    expected: bool,
}

impl Store {
    /// At this place, which is made if it is missing. A database that cannot be used does not keep the rest from working: whoever
    /// needs it is told why.
    ///
    /// # Errors
    /// If there can be no folder.
    pub async fn open(place: &StorePlace) -> io::Result<Self> {
        let files = RunFiles::open(place.folder.clone())?;
        let database = match &place.url {
            Some(url) => Database::open_url(url),
            None => Database::open_file(&place.folder.join(FILE)).await,
        };
        Ok(Self { files, database: Arc::new(database), expected: true })
    }

    /// Keeps nothing, which nobody expects it to.
    pub(crate) fn none() -> Self {
        Self { files: RunFiles::none(), database: nothing("nothing is kept here"), expected: false }
    }

    /// Keeps nothing, for this reason, which each run says.
    pub(crate) fn missing(reason: String) -> Self {
        Self { database: nothing(&reason), files: RunFiles::missing(reason), expected: false }
    }

    /// Keeps files alone, in this folder: for lanes, and for the time of one run.
    pub(crate) fn files_alone(folder: PathBuf) -> io::Result<Self> {
        Ok(Self { files: RunFiles::open(folder)?, database: nothing("nothing is kept here"), expected: false })
    }

    fn database(&self) -> Result<&Database, StoreError> {
        self.database.as_ref().as_ref().map_err(Clone::clone)
    }

    /// Whether results can be kept.
    ///
    /// # Errors
    /// Why they cannot be. A PostgreSQL that is away may come back.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.database()?.check().await
    }

    /// Waits until everything that was begun is done, and closes the database.
    pub async fn close(&self) {
        if let Ok(database) = self.database() {
            database.close().await;
        }
    }

    /// The log of a new run, with its first event in it; `None` if nothing is to be kept.
    pub(crate) fn begin(&self, id: &str, first: &RunEvent) -> io::Result<Option<LogFile>> {
        self.files.begin(id, first)
    }

    /// Puts in order what a server has left that ended in the middle.
    pub(crate) fn recover(&self) -> Vec<String> {
        self.files.recover()
    }

    pub(crate) fn lanes_of_trial(&self, id: &str, order: u64) -> Option<PathBuf> {
        self.files.lanes_of_trial(id, order)
    }

    /// The lanes of a run's traced trials, if there are any.
    pub(crate) fn lanes_of_run(&self, id: &str) -> Option<Bundle> {
        self.files.open_lanes(id).map(Bundle::File)
    }

    /// The same in the Chrome trace format, as an earlier version has kept them.
    pub(crate) fn open_trace(&self, id: &str) -> Option<File> {
        self.files.open_trace(id)
    }
}

fn nothing(reason: &str) -> Arc<Result<Database, StoreError>> {
    Arc::new(Err(StoreError::new(StoreTrouble::Away, reason)))
}
