//! What was made of a result, kept for whoever asks next: as much as there is room for. What was asked for longest ago goes
//! first.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::Bytes;
use tokio::sync::Semaphore;

use super::Twin;
use crate::http::ready::Ready;
use crate::runs::id::ResultId;

/// Room for some thousand pages, or some hundred whole reports.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// How long what is on the shelf is sent without asking the store whether the result is still there: another server may have
/// deleted it.
const FRESH_MS: u64 = 60_000;
/// How many may be saving something at once: eight megabytes of a stranger's are held for each.
const SAVING: usize = 4;

/// Which answer: of which result, in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::http) struct Shelved {
    pub(super) id: ResultId,
    pub(super) twin: Twin,
    pub(super) dark: bool,
}

impl Shelved {
    /// This form of a result, asked for with this query.
    pub(super) fn of(id: ResultId, twin: Twin, query: &str) -> Self {
        Self { id, twin, dark: twin.is_drawn() && query.contains("theme=dark") }
    }

    /// What a path and its query ask for, as [`super::get`] reads them; `None` of another path, of one that has to be decoded,
    /// and of a file with lanes in it, which lies on no shelf.
    pub(in crate::http) fn asked_for(path: &str, query: &str) -> Option<Self> {
        let (id, twin) = Twin::named(path.strip_prefix("/r/")?)?;
        (!twin.is_with_lanes(query)).then(|| Self::of(id, twin, query))
    }
}

/// What is kept of answers, and whose turn it is to make one.
#[derive(Debug)]
pub(in crate::http) struct Shelf {
    books: Mutex<Books>,
    /// The lanes that were asked for last: a page asks for one piece of them after the other.
    lanes: Mutex<Option<(ResultId, Bytes)>>,
    /// Pictures take a core for some hundred milliseconds, which others measure on: one at a time.
    pub(in crate::http) making: Semaphore,
    pub(super) saving: Semaphore,
}

#[derive(Debug, Default)]
struct Books {
    places: HashMap<Shelved, Book>,
    bytes: usize,
    /// Counts who asked: the larger, the later.
    asked: u64,
}

#[derive(Debug)]
struct Book {
    ready: Arc<Ready>,
    /// When the store was last asked whether it is still there.
    checked_ms: AtomicU64,
    expires_ms: Option<u64>,
    asked: u64,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { books: Mutex::default(), lanes: Mutex::default(), making: Semaphore::new(1), saving: Semaphore::new(SAVING) }
    }
}

impl Shelf {
    fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is there and known to be the result's still.
    pub(in crate::http) fn fresh(&self, which: Shelved, now_ms: u64) -> Option<Arc<Ready>> {
        let mut books = self.books();
        books.asked += 1;
        let asked = books.asked;
        let book = books.places.get_mut(&which)?;
        let checked = book.checked_ms.load(Ordering::Relaxed);
        if now_ms.saturating_sub(checked) > FRESH_MS || book.expires_ms.is_some_and(|end| end <= now_ms) {
            return None;
        }
        book.asked = asked;
        Some(Arc::clone(&book.ready))
    }

    /// What was made before, of a result that has just been found in the store.
    pub(super) fn still(&self, which: Shelved, now_ms: u64) -> Option<Arc<Ready>> {
        let books = self.books();
        let book = books.places.get(&which)?;
        book.checked_ms.store(now_ms, Ordering::Relaxed);
        Some(Arc::clone(&book.ready))
    }

    pub(super) fn put(&self, which: Shelved, ready: &Arc<Ready>, now_ms: u64, expires_ms: Option<u64>) {
        if ready.bytes() > MOST_BYTES / 4 {
            return;
        }
        let mut books = self.books();
        books.asked += 1;
        let book = Book { ready: Arc::clone(ready), checked_ms: AtomicU64::new(now_ms), expires_ms, asked: books.asked };
        books.bytes += ready.bytes();
        if let Some(old) = books.places.insert(which, book) {
            books.bytes -= old.ready.bytes();
        }
        while books.bytes > MOST_BYTES {
            let oldest = books.places.iter().min_by_key(|(_, book)| book.asked).map(|(which, _)| *which);
            let Some(gone) = oldest.and_then(|oldest| books.places.remove(&oldest)) else { break };
            books.bytes -= gone.ready.bytes();
        }
    }

    /// Of a result that is gone nothing stays.
    pub(super) fn forget(&self, id: ResultId) {
        let mut books = self.books();
        books.places.retain(|which, _| which.id != id);
        books.bytes = books.places.values().map(|book| book.ready.bytes()).sum();
        self.last_lanes().take_if(|(of, _)| *of == id);
    }

    /// The lanes of a result that has just been found in the store, if they were asked for last.
    pub(super) fn lanes(&self, id: ResultId) -> Option<Bytes> {
        self.last_lanes().as_ref().filter(|(of, _)| *of == id).map(|(_, lanes)| lanes.clone())
    }

    pub(super) fn put_lanes(&self, id: ResultId, lanes: &Bytes) {
        *self.last_lanes() = Some((id, lanes.clone()));
    }

    fn last_lanes(&self) -> std::sync::MutexGuard<'_, Option<(ResultId, Bytes)>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn which(letter: char) -> Shelved {
        let id = ResultId::read(&letter.to_string().repeat(16)).unwrap();
        Shelved { id, twin: Twin::Json, dark: false }
    }

    fn of(bytes: usize) -> Arc<Ready> {
        Arc::new(Ready::new("image/png", vec![1; bytes]))
    }

    #[test]
    fn what_was_asked_for_longest_ago_makes_room() {
        let shelf = Shelf::default();
        for letter in ['a', 'b', 'c', 'd'] {
            shelf.put(which(letter), &of(MOST_BYTES / 5), 0, None);
        }
        assert!(shelf.fresh(which('a'), 0).is_some());
        shelf.put(which('e'), &of(MOST_BYTES / 5), 0, None);
        assert!(shelf.fresh(which('a'), 0).is_some() && shelf.fresh(which('b'), 0).is_none());
        assert!(shelf.books().bytes <= MOST_BYTES);
        shelf.put(which('f'), &of(MOST_BYTES), 0, None);
        assert!(shelf.fresh(which('f'), 0).is_none(), "one that would take the place of all others is made each time");
    }

    #[test]
    fn a_deleted_an_expired_and_a_long_unchecked_result_is_not_sent() {
        let shelf = Shelf::default();
        shelf.put(which('a'), &of(10), 0, Some(1_000));
        shelf.put(which('b'), &of(10), 0, None);
        assert!(shelf.fresh(which('a'), 999).is_some() && shelf.fresh(which('a'), 1_000).is_none());
        assert!(shelf.fresh(which('b'), FRESH_MS).is_some() && shelf.fresh(which('b'), FRESH_MS + 1).is_none());
        assert!(shelf.still(which('b'), FRESH_MS + 1).is_some() && shelf.fresh(which('b'), FRESH_MS + 1).is_some());
        shelf.forget(which('b').id);
        assert!(shelf.fresh(which('b'), 0).is_none() && shelf.still(which('b'), 0).is_none());
    }
}
