//! The moments of one thread, written down at next to no cost: a few words each, in memory that no other thread writes to.
//!
//! ```text
//! Room        memory for the moments of all threads, touched before anything is measured
//!    │ gives out pieces
//!    ▼
//! Writer      the thread's own end, in its thread-local memory: stores words, and then how many moments are whole
//!    │
//!    ▼
//! Marks       the thread's pieces, for whoever reads them when the work is over
//! ```
//!
//! No lock, no clock, and no allocation: what lived among the memory of the work would change how that is given out and given
//! back. (With pieces from glibc's heap spawning on a current-thread runtime took half as long as without lanes: a heap with a
//! piece on top is not given back to the kernel and fetched again.) Pieces are each twice as long as the one before, so that ten
//! thousand threads with few moments take little.

use std::panic::Location;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Moments of the shortest and of the longest piece.
const SHORTEST: usize = 16;
const LONGEST: usize = 1_024;

/// Words of a moment, without and with its account.
const WORDS: usize = 3;
const WORDS_WITH_ACCOUNT: usize = 5;

/// Words before the moments of a piece: how many are whole, and where the next piece is.
const WORDS_OF_PIECE: usize = 2;

/// Places that are told apart on a thread; a cell has some three.
const MOST_PLACES: usize = 16;

/// What has just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A unit was made.
    Created,
    /// An operation was done.
    Done,
    /// The unit ended.
    Ended,
    /// The unit ended because its thread was panicking.
    Failed,
    /// The measured part began.
    Start,
    /// The measured part ended.
    Stop,
}

impl Moment {
    /// As the numbers of a word say them.
    const ALL: [Self; 6] = [Self::Created, Self::Done, Self::Ended, Self::Failed, Self::Start, Self::Stop];
}

/// A moment as it is written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Nanoseconds of `CLOCK_MONOTONIC`; and of the moment before on this thread, or of what this is the end of if that is later.
    pub(super) at: u64,
    pub(super) since: u64,
    pub(super) unit: Option<u32>,
    pub(super) moment: Moment,
    pub(super) place: Option<&'static Location<'static>>,
    /// How long the thread ran since the moment before, and how long it could have and had no core, by its accounts.
    pub(super) account: Option<(u64, u64)>,
}

/// Memory for so many moments, of all threads.
#[derive(Debug)]
pub(super) struct Room {
    words: Box<[AtomicU64]>,
    /// Words of a moment.
    width: usize,
    /// Moments that nobody has taken yet.
    left: AtomicUsize,
    /// Where the next piece begins.
    next: AtomicUsize,
}

impl Room {
    /// For so many, with accounts or without. It takes some milliseconds: every page is written to.
    pub(super) fn new(moments: usize, has_accounts: bool) -> Self {
        let width = if has_accounts { WORDS_WITH_ACCOUNT } else { WORDS };
        // A piece is shorter than the shortest only if it is one of the last.
        let pieces = moments / SHORTEST + SHORTEST;
        // Nothing is at 0, so that a 0 can say that there is no piece.
        let words = 1 + moments * width + pieces * WORDS_OF_PIECE;
        let words = (0..words).map(|_| AtomicU64::new(0)).collect();
        Self { words, width, left: AtomicUsize::new(moments), next: AtomicUsize::new(1) }
    }

    /// A piece of so many moments, or of those that are left; nothing if none is.
    fn take(&self, wanted: usize) -> Option<Piece> {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left - wanted.min(left)));
        let moments = wanted.min(left.unwrap_or_default());
        let begin = |words| self.next.fetch_add(words, Ordering::Relaxed);
        (moments > 0).then(|| Piece { begin: begin(WORDS_OF_PIECE + moments * self.width), moments })
    }

    /// How many moments of the piece that begins there are whole.
    fn whole(&self, piece: usize) -> &AtomicU64 {
        &self.words[piece]
    }

    /// Where the piece behind the one that begins there is; 0 if there is none.
    fn behind(&self, piece: usize) -> &AtomicU64 {
        &self.words[piece + 1]
    }

    /// The words of a moment of the piece that begins there.
    fn moment(&self, piece: usize, number: usize) -> &[AtomicU64] {
        &self.words[piece + WORDS_OF_PIECE + number * self.width..][..self.width]
    }
}

/// A part of the room, which one thread writes to.
#[derive(Clone, Copy, Debug, Default)]
struct Piece {
    begin: usize,
    moments: usize,
}

/// The moments of one thread.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where its first piece begins; 0 if it has none.
    first: AtomicUsize,
    /// Where they were told of, by the number in a moment's words less one.
    places: Mutex<Vec<&'static Location<'static>>>,
    /// Those that there was no room for.
    dropped: AtomicU64,
}

/// What writes them.
#[derive(Debug)]
pub(super) struct Writer {
    marks: Arc<Marks>,
    piece: Piece,
    /// Moments in the piece.
    written: usize,
    dropped: u64,
    places: Vec<&'static Location<'static>>,
}

impl Writer {
    /// Of the thread that makes it, into these.
    pub(super) fn new(marks: Arc<Marks>) -> Self {
        // Now, and not among the memory of the work.
        lock(&marks.places).reserve(MOST_PLACES);
        let places = Vec::with_capacity(MOST_PLACES);
        Self { marks, piece: Piece::default(), written: 0, dropped: 0, places }
    }

    /// Writes a moment down if there is room.
    pub(super) fn write(&mut self, mark: Mark, room: &Room) {
        if self.written == self.piece.moments && !self.grow(room) {
            self.dropped += 1;
            self.marks.dropped.store(self.dropped, Ordering::Relaxed);
            return;
        }
        let unit = mark.unit.map_or(0, |unit| u64::from(unit) + 1);
        let place = mark.place.map_or(0, |place| self.number_of(place));
        let what = unit << 24 | place << 8 | mark.moment as u64;
        let (ran, waited) = mark.account.unwrap_or_default();
        let words = room.moment(self.piece.begin, self.written);
        for (word, value) in words.iter().zip([mark.at, mark.since, what, ran, waited]) {
            word.store(value, Ordering::Relaxed);
        }
        self.written += 1;
        room.whole(self.piece.begin).store(self.written as u64, Ordering::Release);
    }

    /// Gets the next piece, if there is room for one.
    #[cold]
    fn grow(&mut self, room: &Room) -> bool {
        let Some(piece) = room.take((self.written * 2).clamp(SHORTEST, LONGEST)) else { return false };
        match self.piece.begin {
            0 => self.marks.first.store(piece.begin, Ordering::Release),
            before => room.behind(before).store(piece.begin as u64, Ordering::Release),
        }
        (self.piece, self.written) = (piece, 0);
        true
    }

    /// The number of a place, from 1; 0 of those behind the first [`MOST_PLACES`].
    fn number_of(&mut self, place: &'static Location<'static>) -> u64 {
        let known = self.places.iter().position(|known| std::ptr::eq(*known, place));
        let number = known.or_else(|| {
            let is_new = self.places.len() < MOST_PLACES;
            is_new.then(|| {
                self.places.push(place);
                lock(&self.marks.places).push(place);
                self.places.len() - 1
            })
        });
        number.map_or(0, |number| number as u64 + 1)
    }
}

impl Marks {
    /// How many moments there was no room for.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// The moments that are whole, in the order in which they came.
    pub(super) fn read(&self, room: &Room) -> Vec<Mark> {
        let places = lock(&self.places);
        let mut marks = Vec::new();
        let mut piece = self.first.load(Ordering::Acquire);
        while piece != 0 {
            for number in 0..room.whole(piece).load(Ordering::Acquire) as usize {
                let words = room.moment(piece, number);
                let word = |index: usize| words.get(index).map(|word| word.load(Ordering::Relaxed));
                let what = word(2).unwrap_or_default();
                marks.push(Mark {
                    at: word(0).unwrap_or_default(),
                    since: word(1).unwrap_or_default(),
                    unit: (what >> 24).checked_sub(1).and_then(|unit| u32::try_from(unit).ok()),
                    moment: Moment::ALL[(what & 0xff) as usize % Moment::ALL.len()],
                    place: ((what >> 8 & 0xffff) as usize).checked_sub(1).and_then(|place| places.get(place).copied()),
                    account: word(3).zip(word(4)),
                });
            }
            piece = room.behind(piece).load(Ordering::Acquire) as usize;
        }
        marks
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at: u64, account: Option<(u64, u64)>) -> Mark {
        let unit = (!at.is_multiple_of(3)).then_some(u32::MAX - at as u32);
        let place = (!at.is_multiple_of(2)).then(Location::caller);
        Mark { at, since: at / 2, unit, moment: Moment::ALL[at as usize % 6], place, account }
    }

    #[test]
    fn what_was_written_comes_back_in_order_from_pieces_of_any_length() {
        for account in [None, Some((7, 8))] {
            let marks = Arc::new(Marks::default());
            let (mut writer, room) = (Writer::new(Arc::clone(&marks)), Room::new(100_000, account.is_some()));
            (0..90_000).for_each(|at| writer.write(mark(at, account), &room));
            let taken = marks.read(&room);
            assert_eq!((taken.len(), marks.dropped()), (90_000, 0));
            for (at, taken) in (0..).zip(&taken) {
                let expected = mark(at, account);
                assert_eq!(
                    (taken.at, taken.since, taken.unit, taken.moment, taken.account),
                    (expected.at, expected.since, expected.unit, expected.moment, expected.account)
                );
                assert_eq!(taken.place.is_some(), expected.place.is_some(), "{at}");
            }
        }
    }

    #[test]
    fn threads_share_the_room_and_what_comes_later_is_counted() {
        let room = Arc::new(Room::new(1_000, false));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (room, marks) = (Arc::clone(&room), Arc::new(Marks::default()));
                std::thread::spawn(move || {
                    let mut writer = Writer::new(Arc::clone(&marks));
                    (0..1_000).for_each(|at| writer.write(mark(at, None), &room));
                    marks
                })
            })
            .collect();
        let marks = threads.into_iter().map(|thread| thread.join().unwrap());
        let counts: Vec<(usize, u64)> = marks.map(|marks| (marks.read(&room).len(), marks.dropped())).collect();
        assert!(counts.iter().all(|(kept, dropped)| *kept as u64 + dropped == 1_000), "{counts:?}");
        assert_eq!(counts.iter().map(|(kept, _)| kept).sum::<usize>(), 1_000);
    }
}
