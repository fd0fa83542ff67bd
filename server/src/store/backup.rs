//! The whole store in one file, while it is in use: written, and read into a store.
//!
//! The file is a SQLite database with the tables of the store, whatever the store itself is in. What is read out of it is added:
//! nothing that is there is changed or removed, so it can be read again, into the same store or another.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::database::{Database, beside};
use super::error::{StoreError, StoreTrouble};
use super::result::{NewResult, Put};
use super::results::Read;
use super::{RunFiles, Store};

/// Rows that are read and written together: others who write wait for no longer than that takes.
const RESULTS_AT_ONCE: i64 = 200;
const RUNS_AT_ONCE: i64 = 20;

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackedUp {
    /// How many results.
    pub results: u64,
    /// How many runs.
    pub runs: u64,
    /// Runs of the folder that are files still, because they are not over, and are not in it.
    pub left_out: u64,
}

/// What came of reading a backup into a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Results that were not there.
    pub results: u64,
    /// Runs that were not there.
    pub runs: u64,
    /// Results and runs that were there.
    pub there: u64,
    /// What has not the form of a result or a run, or a run's id that another run has.
    pub unusable: u64,
}

impl Store {
    /// Writes everything that is stored into a file that is not there yet.
    ///
    /// # Errors
    /// If there is one, or it cannot be written; then there is none.
    pub async fn backup(&self, to: &Path) -> Result<BackedUp, StoreError> {
        let named = |error: io::Error| StoreError::new(StoreTrouble::Other, format!("{}: {error}", to.display()));
        if to.try_exists().map_err(named)? {
            return Err(named(io::Error::from(io::ErrorKind::AlreadyExists)));
        }
        let part = beside(to, ".part");
        remove(&part);
        let copied = match self.database()? {
            Database::Sqlite(file) => file.copy_to(&part).await,
            Database::Postgres(_) => self.copy_rows_to(&part).await,
        };
        let finished = match copied {
            Ok(()) => finish(&part, to).await.map_err(named).and_then(|held| held),
            Err(error) => Err(error),
        };
        let held = finished.inspect_err(|_| remove(&part))?;
        Ok(BackedUp { left_out: self.files.movable().len() as u64, ..held })
    }

    async fn copy_rows_to(&self, to: &Path) -> Result<(), StoreError> {
        let copy = Self::of_database(Database::open_file(to).await?);
        let added = copy.add_all(self).await;
        copy.close().await;
        added.map(drop)
    }

    /// Adds what a backup holds and is not there. Others may use the store meanwhile.
    ///
    /// # Errors
    /// If the file cannot be used, or the store takes no more. What was added until then is there; the file may be read again.
    pub async fn restore(&self, from: &Path) -> Result<Restored, StoreError> {
        let copy = Self::of_database(Database::open_copy(from).await?);
        let added = self.add_all(&copy).await;
        copy.close().await;
        added
    }

    async fn add_all(&self, from: &Self) -> Result<Restored, StoreError> {
        let mut restored = Restored::default();
        let mut after = -1;
        loop {
            let (results, last, unusable) = from.whole_after(after, RESULTS_AT_ONCE).await?;
            restored.unusable += unusable as u64;
            let Some(last) = last else { break };
            after = last;
            // Those with lanes one by one: of lanes no more than one result's are held.
            let (with_lanes, without): (Vec<Read>, Vec<Read>) = results.into_iter().partition(|read| read.has_lanes);
            let without: Vec<NewResult> = without.into_iter().map(|read| read.new).collect();
            let mut puts = self.put_all(&without).await?;
            for Read { new, .. } in with_lanes {
                let lanes = from.lanes_of_result(&new.id).await?;
                puts.push(self.put(NewResult { lanes, ..new }).await?);
            }
            for put in puts {
                *(if put == Put::New { &mut restored.results } else { &mut restored.there }) += 1;
            }
        }
        let mut after = String::new();
        loop {
            let runs = from.runs_after(&after, RUNS_AT_ONCE).await?;
            let Some(last) = runs.last() else { break };
            after.clone_from(&last.id);
            let read = runs.len();
            let usable: Vec<_> = runs.into_iter().filter(super::runs::StoredRun::is_usable).collect();
            restored.unusable += (read - usable.len()) as u64;
            for put in self.keep_runs(usable).await? {
                let count = match put {
                    Some(Put::New) => &mut restored.runs,
                    Some(Put::There) => &mut restored.there,
                    None => &mut restored.unusable,
                };
                *count += 1;
            }
        }
        Ok(restored)
    }

    /// A store of this database alone.
    fn of_database(database: Database) -> Self {
        Self { files: RunFiles::none(), database: std::sync::Arc::new(Ok(database)), expected: true }
    }
}

/// Looks at what was written, and gives it its name when it is on the disk.
async fn finish(part: &Path, to: &Path) -> io::Result<Result<BackedUp, StoreError>> {
    let held = match Database::open_copy(part).await {
        Ok(database) => {
            let counted = database.count().await;
            database.close().await;
            counted
        }
        Err(error) => Err(error),
    };
    if held.is_ok() {
        File::open(part)?.sync_all()?;
        // Not over another's that has come meanwhile.
        fs::hard_link(part, to)?;
        fs::remove_file(part)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(PathBuf::from("."), Path::to_owned);
        File::open(folder)?.sync_all()?;
    }
    Ok(held.map(|(results, runs)| BackedUp { results, runs, left_out: 0 }))
}

/// What was begun, and what SQLite has beside it.
fn remove(part: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(beside(part, ending));
    }
}
