//! Lanes: who ran where and what units did, in a trial that is run for nothing else.
//!
//! Two sources on one clock. The kernel says when each thread of the process had which core ([`super::switches`]). The cell says,
//! as in every trial, when a unit is made, ends an operation, or ends; here that moment is written down too, with its thread and
//! the line of the cell that said it. So the lanes are of one kind for all models, and no model's code knows of them.
//!
//! Where the kernel gives no records, each moment reads the kernel's accounts of its thread instead ([`super::account`]). The
//! order inside is not known then: blocked, then runnable, then running, which is how a unit reaches the end of an operation.
//!
//! A moment is written into memory of its thread's own ([`super::marks`]), with the reading of the clock that the operation had
//! anyway. Even so operations that are shorter than [`SHORT`] are seen in windows alone. What a traced trial costs is measured
//! against the others, and shown.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_getaffinity};
use nix::unistd::Pid;
use protocol::lanes::{Deed, DeedKind, LanesAbout, LanesSource, MOST_SPANS, Stint};

use super::account::{Account, now};
use super::marks::{Mark, Marks, Moment, Room, Writer};
use super::nanoseconds;
use super::switches::{OnCore, Recorded, Switches};

/// Operations that take less than this of their thread are seen in windows alone: to write each of them down would cost more than
/// they do.
pub(super) const SHORT: Duration = Duration::from_micros(1);

/// The windows: so long of so much, from the opening of the gate on.
const WINDOW_NS: u64 = 4_000_000;
const EACH_NS: u64 = 100_000_000;

/// A thread that ends more operations than so many in one of these times ends short ones, however long each of them waited for its
/// turn.
const COUNTED_NS: u64 = 1_000_000;
const MOST_LONG: u64 = COUNTED_NS / SHORT.as_nanos() as u64;

/// The lanes of one traced run of a cell.
#[derive(Debug)]
pub(crate) struct Lanes {
    id: u64,
    /// A moment by both clocks.
    made: (Instant, u64),
    units: AtomicU32,
    room: Room,
    threads: Mutex<Vec<Arc<Lane>>>,
    /// What the kernel records, or why it does not; nothing once it has been taken out.
    switches: Mutex<Option<Result<Switches, String>>>,
    /// Whether the kernel records switches.
    recorded: bool,
}

/// One thread's.
#[derive(Debug)]
struct Lane {
    name: String,
    thread: i32,
    marks: Arc<Marks>,
}

/// What this thread keeps between two moments.
struct Own {
    writer: Writer,
    /// Whose they are: a thread may outlive several.
    lanes: u64,
    /// When the moment before was; nothing before the first.
    at: Option<u64>,
    /// Its accounts, if they are what there is.
    account: Option<Account>,
    pace: Pace,
}

/// How fast operations end on a thread.
#[derive(Debug, Default)]
struct Pace {
    /// The last window in which one did.
    window: u64,
    /// The last time in which they were counted, and how many ended in it.
    counted: u64,
    ended: u64,
    /// Whether they are short, as far as they have been seen since that window.
    is_short: bool,
}

thread_local! {
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

/// The window in which this is, so long after the gate was opened; nothing of what is between two.
fn window(since_opening: Duration) -> Option<u64> {
    let at = nanoseconds(since_opening);
    (at % EACH_NS < WINDOW_NS).then_some(at / EACH_NS)
}

/// Whether an operation of this length is seen that ends on this thread so long after the gate was opened.
pub(super) fn is_seen(took: Duration, since_opening: Duration) -> bool {
    let ends_short_ones = |own: &RefCell<Option<Own>>| own.borrow().as_ref().is_some_and(|own| own.pace.is_short);
    window(since_opening).is_some() || (took >= SHORT && !OWN.try_with(ends_short_ones).unwrap_or(false))
}

impl Lanes {
    /// Of this thread and those that it makes from now on.
    pub(crate) fn new() -> Arc<Self> {
        Self::of(Switches::record(own_cores()).map_err(|error| format!("the kernel gives no records of switches: {error}")))
    }

    fn of(switches: Result<Switches, String>) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Arc::new(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            made: (Instant::now(), now()),
            units: AtomicU32::new(0),
            room: Room::new(MOST_SPANS, switches.is_err()),
            threads: Mutex::default(),
            recorded: switches.is_ok(),
            switches: Mutex::new(Some(switches)),
        })
    }

    /// A number for the next unit.
    pub(crate) fn unit(&self) -> u32 {
        self.units.fetch_add(1, Ordering::Relaxed)
    }

    /// An operation ended on this thread, so long after the gate was opened: it is written down if it is to be seen.
    pub(super) fn mark_operation(
        &self,
        unit: Option<u32>,
        (begun, at): (Instant, Instant),
        since_opening: Duration,
        place: &'static Location<'static>,
    ) {
        if !is_seen(at.saturating_duration_since(begun), since_opening) {
            return;
        }
        self.mark(unit, Moment::Done, (Some(begun), at), Some(place));
        let _ = OWN.try_with(|own| own.borrow_mut().as_mut().map(|own| own.pace.count(since_opening)));
    }

    /// Something happened on this thread, as this place of a cell says: when it began, if it is something that takes time, and
    /// when it ended.
    pub(crate) fn mark(
        &self,
        unit: Option<u32>,
        moment: Moment,
        (begun, at): (Option<Instant>, Instant),
        place: Option<&'static Location<'static>>,
    ) {
        // A thread that is being torn down has no account any more.
        let _ = OWN.try_with(|own| {
            let mut own = own.borrow_mut();
            let own = match &mut *own {
                Some(own) if own.lanes == self.id => own,
                other => other.insert(self.register()),
            };
            let at = self.time(at);
            let since = own.at.max(begun.map(|begun| self.time(begun))).map_or(at, |since| since.min(at));
            let account = own.account.as_mut().map(Account::since);
            own.writer.write(Mark { at, since, unit, moment, place, account }, &self.room);
            own.at = Some(at);
            if let Some(account) = &mut own.account {
                own.at = Some(now());
                account.leave_out_own();
            }
        });
    }

    /// This thread's first moment. The only lock, once per thread.
    #[cold]
    fn register(&self) -> Own {
        let thread = nix::unistd::gettid().as_raw();
        let name = thread::current().name().unwrap_or("unit").to_owned();
        let marks = Arc::new(Marks::default());
        let writer = Writer::new(Arc::clone(&marks));
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(Lane { name, thread, marks }));
        let account = (!self.recorded).then(Account::open);
        Own { writer, lanes: self.id, at: None, account, pace: Pace::default() }
    }

    /// By the clock of the records.
    fn time(&self, at: Instant) -> u64 {
        self.made.1.saturating_add(nanoseconds(at.saturating_duration_since(self.made.0)))
    }

    /// What was recorded until now, of the cell in this file; the kernel records nothing any more. Times are from the opening of
    /// the gate.
    pub(crate) fn take(&self, model: &str, cell: Option<&str>) -> protocol::lanes::Lanes {
        let switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (recorded, source) = match switches {
            Some(Ok(switches)) => (switches.stop(), LanesSource::Switches),
            Some(Err(reason)) => (Recorded::default(), LanesSource::Accounts(reason)),
            None => (Recorded::default(), LanesSource::Switches),
        };
        let lanes = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let marked: Vec<(&Lane, Vec<Mark>)> = lanes.iter().map(|lane| (&**lane, lane.marks.read(&self.room))).collect();
        let all = || marked.iter().flat_map(|(_, marks)| marks);
        let when = |moment: Moment| all().find(|mark| mark.moment == moment).map(|mark| mark.at);
        let gate = when(Moment::Start).or_else(|| all().map(|mark| mark.at).min()).unwrap_or(recorded.from);
        let since_gate = |at: u64| at.cast_signed().wrapping_sub(gate.cast_signed());
        let mut threads = Threads::default();
        let mut stints = Vec::new();
        let mut deeds = Vec::new();
        for (lane, marks) in &marked {
            let thread = threads.place(lane.thread, &lane.name);
            for mark in marks {
                stints.extend(mark.stint(thread, since_gate));
                deeds.extend(mark.deed(thread, cell, since_gate));
            }
        }
        // The warm-up ran before the first moment that is marked; who was there for it alone is in no lane.
        let begin = all().map(|mark| mark.since).min().unwrap_or(recorded.from);
        // Who was preempted could run from then on.
        let mut ready = BTreeMap::new();
        for OnCore { thread, core, from, to, preempted } in recorded.stints() {
            let waited = ready.remove(&thread).map_or(0, |since| from.saturating_sub(since));
            if preempted {
                ready.insert(thread, to);
            }
            if to < begin {
                continue;
            }
            let thread = threads.place(thread, "thread");
            stints.push(Stint { thread, core: Some(core), from: since_gate(from), to: since_gate(to), waited, preempted });
        }
        stints.sort_by_key(|stint| stint.from);
        deeds.sort_by_key(|deed| deed.from);
        let dropped = lanes.iter().map(|lane| lane.marks.dropped()).sum::<u64>() + recorded.dropped;
        let dropped = dropped + cut(&mut stints, &mut deeds, MOST_SPANS);
        let about = LanesAbout {
            model: model.to_owned(),
            cores: own_cores().into_iter().filter_map(|core| u32::try_from(core).ok()).collect(),
            threads: threads.names,
            from: since_gate(begin.min(gate)),
            to: when(Moment::Stop).map_or_else(|| stints.iter().map(|stint| stint.to).max().unwrap_or_default(), since_gate),
            source,
            dropped,
        };
        protocol::lanes::Lanes { about, stints, deeds }
    }
}

impl Pace {
    /// An operation that is seen ended so long after the gate was opened. Each window is a new beginning.
    fn count(&mut self, since_opening: Duration) {
        if let Some(window) = window(since_opening).filter(|window| *window != self.window) {
            (self.window, self.is_short) = (window, false);
        }
        let counted = nanoseconds(since_opening) / COUNTED_NS;
        self.ended = if self.counted == counted { self.ended + 1 } else { 1 };
        self.counted = counted;
        self.is_short |= self.ended > MOST_LONG;
    }
}

/// Leaves the first of both together, which are in the order of their begin: how many there was no room for.
fn cut(stints: &mut Vec<Stint>, deeds: &mut Vec<Deed>, most: usize) -> u64 {
    let all = stints.len() + deeds.len();
    if all > most {
        let mut begins: Vec<i64> = stints.iter().map(|stint| stint.from).chain(deeds.iter().map(|deed| deed.from)).collect();
        let (_, end, _) = begins.select_nth_unstable(most);
        stints.truncate(stints.partition_point(|stint| stint.from < *end));
        deeds.truncate(deeds.partition_point(|deed| deed.from < *end));
    }
    (all - stints.len() - deeds.len()) as u64
}

/// The threads by the kernel's numbers, in the order in which they are asked for.
#[derive(Default)]
struct Threads {
    places: BTreeMap<i32, u32>,
    names: Vec<String>,
}

impl Threads {
    /// The place of a thread; its name if it has none yet.
    fn place(&mut self, thread: i32, name: &str) -> u32 {
        let names = &mut self.names;
        *self.places.entry(thread).or_insert_with(|| {
            names.push(format!("{name} {thread}"));
            u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

impl Mark {
    /// What the unit did until then; nothing of the measured part's own begin and end.
    fn deed(&self, thread: u32, cell: Option<&str>, since_gate: impl Fn(u64) -> i64) -> Option<Deed> {
        let kind = match self.moment {
            Moment::Created => DeedKind::Made,
            Moment::Done => DeedKind::Operation,
            Moment::Ended => DeedKind::Ended,
            Moment::Failed => DeedKind::Failed,
            Moment::Start | Moment::Stop => return None,
        };
        let line = self.place.filter(|place| cell.is_some_and(|cell| place.file().ends_with(cell)));
        let (from, to) = (since_gate(self.since), since_gate(self.at));
        Some(Deed { thread, unit: self.unit, from, to, line: line.map_or(0, Location::line), kind })
    }

    /// The stint before this moment as the accounts have it: the last part of the time.
    fn stint(&self, thread: u32, since_gate: impl Fn(u64) -> i64) -> Option<Stint> {
        let (running, runnable) = self.account?;
        let length = self.at.saturating_sub(self.since);
        let running = running.min(length);
        let waited = runnable.min(length - running);
        let (from, to) = (since_gate(self.at - running), since_gate(self.at));
        Some(Stint { thread, core: None, from, to, waited, preempted: false })
    }
}

/// The cores that this process may use.
pub(super) fn own_cores() -> Vec<usize> {
    let set = sched_getaffinity(Pid::from_raw(0)).unwrap_or_default();
    (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::account::ran;
    use super::*;

    fn mark(lanes: &Lanes, unit: Option<u32>, moment: Moment, place: Option<&'static Location<'static>>) {
        lanes.mark(unit, moment, (None, Instant::now()), place);
    }

    /// A thread whose one operation sleeps, and one whose one operation computes for 5 ms; their places.
    fn sleeper_and_computer(lanes: &Arc<Lanes>) {
        let work = |name: &str, operation: fn()| {
            let lanes = Arc::clone(lanes);
            let work = move || {
                let unit = Some(lanes.unit());
                mark(&lanes, unit, Moment::Created, None);
                operation();
                mark(&lanes, unit, Moment::Done, None);
                mark(&lanes, unit, Moment::Ended, None);
            };
            thread::Builder::new().name(name.to_owned()).spawn(work).unwrap().join().unwrap();
        };
        work("sleeps", || thread::sleep(Duration::from_millis(20)));
        work("computes", || {
            let before = ran();
            while ran() - before < 5_000_000 {}
        });
    }

    fn check(lanes: &Arc<Lanes>, is_recorded: bool) {
        sleeper_and_computer(lanes);
        let taken = lanes.take("threads", None);
        assert_eq!(taken.deeds.len(), 6);
        assert_eq!((taken.about.source == LanesSource::Switches, taken.about.dropped), (is_recorded, 0));
        let place = |name: &str| taken.about.threads.iter().position(|thread| thread.starts_with(name)).unwrap() as u32;
        let operation =
            |thread: u32| *taken.deeds.iter().find(|deed| deed.thread == thread && deed.kind == DeedKind::Operation).unwrap();
        let ran = |thread: u32| {
            let Deed { from, to, .. } = operation(thread);
            let own = taken.stints.iter().filter(|stint| stint.thread == thread);
            own.map(|stint| (stint.to.min(to) - stint.from.max(from)).max(0)).sum::<i64>()
        };
        let (sleeps, computes) = (place("sleeps"), place("computes"));
        let length = |thread: u32| operation(thread).to - operation(thread).from;
        assert!(ran(sleeps) * 2 < length(sleeps), "{} of {} ns", ran(sleeps), length(sleeps));
        assert!(ran(computes) >= 4_900_000, "{} of {} ns", ran(computes), length(computes));
        let ended = taken.deeds.iter().filter(|deed| deed.kind == DeedKind::Ended);
        assert_eq!(ended.map(|deed| deed.unit).collect::<Vec<_>>(), [Some(0), Some(1)]);
    }

    #[test]
    fn a_thread_that_sleeps_has_no_core_and_one_that_computes_has_one() {
        check(&Lanes::new(), true);
    }

    #[test]
    fn where_the_kernel_gives_no_records_its_accounts_say_the_same() {
        check(&Lanes::of(Err("not here".to_owned())), false);
    }

    #[test]
    fn a_line_is_told_if_it_is_one_of_the_cells_file() {
        let lanes = Lanes::of(Err("not here".to_owned()));
        let here = Location::caller();
        mark(&lanes, None, Moment::Done, Some(here));
        mark(&lanes, None, Moment::Done, None);
        let lines = |cell| lanes.take("threads", cell).deeds.iter().map(|deed| deed.line).collect::<Vec<_>>();
        assert_eq!(lines(Some(file!())), [here.line(), 0]);
        assert_eq!(lines(Some("elsewhere.rs")), [0, 0]);
        assert_eq!(lines(None), [0, 0]);
    }

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        let lanes = Lanes { room: Room::new(1, true), ..Arc::into_inner(Lanes::of(Err("not here".to_owned()))).unwrap() };
        for _ in 0..3 {
            mark(&lanes, None, Moment::Done, None);
        }
        let taken = lanes.take("threads", None);
        assert_eq!((taken.deeds.len(), taken.about.dropped), (1, 2));
    }

    #[test]
    fn of_stints_and_deeds_the_first_are_kept() {
        let mut stints: Vec<Stint> = (0..60).map(|from| Stint { from: from * 10, ..Stint::default() }).collect();
        let mut deeds: Vec<Deed> = (0..60).map(|from| Deed { from: from * 10 + 5, ..Deed::default() }).collect();
        assert_eq!(cut(&mut stints, &mut deeds, 120), 0);
        assert_eq!(cut(&mut stints, &mut deeds, 41), 79);
        assert_eq!((stints.len(), deeds.len()), (21, 20));
        assert_eq!((stints[20].from, deeds[19].from), (200, 195));
    }

    #[test]
    fn short_operations_are_seen_in_windows_and_long_ones_always() {
        let nanosecond = Duration::from_nanos(1);
        let (window, each) = (Duration::from_nanos(WINDOW_NS), Duration::from_nanos(EACH_NS));
        for begin in [Duration::ZERO, each, each * 7] {
            assert!(is_seen(Duration::ZERO, begin) && is_seen(Duration::ZERO, begin + window - nanosecond));
            assert!(!is_seen(SHORT - nanosecond, begin + window) && !is_seen(SHORT - nanosecond, begin + each - nanosecond));
            assert!(is_seen(SHORT, begin + window));
        }
    }
    #[test]
    fn operations_of_which_a_thread_ends_more_than_one_a_microsecond_are_short_however_long_each_waited() {
        let lanes = Lanes::of(Err("not here".to_owned()));
        let (each, waited) = (Duration::from_nanos(EACH_NS), Duration::from_micros(50));
        let between = each / 2;
        let begun = Instant::now();
        let end = |since_opening| lanes.mark_operation(None, (begun, begun + waited), since_opening, Location::caller());
        thread::scope(|scope| {
            scope.spawn(|| {
                (0..MOST_LONG).for_each(|_| end(between));
                assert!(is_seen(waited, between), "so many are long");
                end(between);
                assert!(!is_seen(waited, between) && is_seen(waited, each));
                // In the next window it ends few.
                end(each);
                assert!(is_seen(waited, each + between));
            });
        });
        assert!(is_seen(waited, between), "another thread has nothing to do with it");
    }
}
