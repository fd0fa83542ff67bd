//! Where the history lies: this browser's database, or memory where a browser gives the page none.
//!
//! ```text
//! IndexedDB "interleave", version 1
//!   entries    run id ─► JSON: what a person made of the result, and what is told of it
//!   capsules   run id ─► bytes: the result
//! ```
//!
//! An entry and its capsule are written in one transaction: both are there, or neither is.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::database::Database;

/// Where the history lies.
#[derive(Debug)]
pub enum Shelf {
    /// The browser's database.
    Database(Database),
    /// For as long as the page is there.
    Memory(Memory),
}

/// Entries and capsules by their run's id.
#[derive(Debug, Default)]
pub struct Memory {
    entries: RefCell<BTreeMap<String, String>>,
    capsules: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Shelf {
    /// The run ids and the texts of all entries.
    ///
    /// # Errors
    /// Why the browser does not give them, in a sentence.
    pub async fn entries(&self) -> Result<Vec<(String, String)>, String> {
        match self {
            Self::Database(database) => database.entries().await,
            Self::Memory(memory) => Ok(memory.entries.borrow().iter().map(|(run, text)| (run.clone(), text.clone())).collect()),
        }
    }

    /// The text of a run's entry; `None` if there is none.
    ///
    /// # Errors
    /// As [`Self::entries`].
    pub async fn entry(&self, run: &str) -> Result<Option<String>, String> {
        match self {
            Self::Database(database) => database.entry(run).await,
            Self::Memory(memory) => Ok(memory.entries.borrow().get(run).cloned()),
        }
    }

    /// A run's capsule; `None` if there is none.
    ///
    /// # Errors
    /// As [`Self::entries`].
    pub async fn capsule(&self, run: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Database(database) => database.capsule(run).await,
            Self::Memory(memory) => Ok(memory.capsules.borrow().get(run).cloned()),
        }
    }

    /// Puts an entry over what is there, and its capsule too if one is given.
    ///
    /// # Errors
    /// Why the browser does not take it, in a sentence: nothing is changed then.
    pub async fn put(&self, run: &str, entry: &str, capsule: Option<&[u8]>) -> Result<(), String> {
        match self {
            Self::Database(database) => database.put(run, entry, capsule).await,
            Self::Memory(memory) => {
                memory.entries.borrow_mut().insert(run.to_owned(), entry.to_owned());
                if let Some(capsule) = capsule {
                    memory.capsules.borrow_mut().insert(run.to_owned(), capsule.to_vec());
                }
                Ok(())
            }
        }
    }

    /// Takes entries and their capsules away.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn remove(&self, runs: &[String]) -> Result<(), String> {
        match self {
            Self::Database(database) => database.remove(runs).await,
            Self::Memory(memory) => {
                for run in runs {
                    memory.entries.borrow_mut().remove(run);
                    memory.capsules.borrow_mut().remove(run);
                }
                Ok(())
            }
        }
    }
}
