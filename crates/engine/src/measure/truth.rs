//! Lanes held against truth: programs whose schedule is known are recorded, and what the lanes say of them is compared with what
//! the programs say themselves, by the same clock, and with the kernel's account of each thread.
//!
//! Nothing here says how fast anything must be: on a machine that is busy with other things a thread gets its core later, and
//! both records say so. What is compared are two records of the same event. A thread reads the clock while it has a core, so its
//! lane has a stint at that moment, whatever else goes on; when it gives the core up it cannot read the clock any more, so there
//! the lane may differ from it by the way into the kernel, [`APART`] at the most. (One in twenty may be longer: an interrupt's
//! work is done in the name of the thread that it met.)

use std::fs::File;
use std::sync::Arc;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::{Pid, gettid};
use protocol::lanes::{Deed, DeedKind, Lanes as Shown, LanesSource, Stint};
use rustix::thread::futex;

use super::Lanes;
use super::account::{of_schedstat, ran};
use super::lanes::own_cores;
use super::marks::Moment;

/// How far the lanes and a program may be from each other, nanoseconds.
const APART: i64 = 50_000;

/// How long a switch to a thread may take: from an idle core, and from another process's thread, which leaves the caches cold, or
/// where a hypervisor takes the core away.
const SWITCHING: [i64; 2] = [3_000, APART];

/// The clock of a program: nanoseconds since its gate, as the lanes have them.
#[derive(Clone, Copy, Debug)]
struct Clock(Instant);

/// A moment at which a thread was running, and what the kernel says of it until then.
#[derive(Clone, Copy, Debug)]
struct Reading {
    at: i64,
    ran: i64,
    /// Could have run and had no core.
    waited: i64,
}

/// From when to when, of one thread.
type Part = (Reading, Reading);

/// What a thread told of itself.
#[derive(Clone, Debug, Default)]
struct Told {
    thread: i32,
    /// It never gave the core up of its own will in these.
    busy: Vec<Part>,
    /// It had nothing to do in these: from when it was about to wait to when what it waited for was about to happen.
    idle: Vec<(i64, i64)>,
}

impl Clock {
    fn now(self) -> i64 {
        self.at(Instant::now())
    }

    fn at(self, at: Instant) -> i64 {
        i64::try_from(at.duration_since(self.0).as_nanos()).unwrap()
    }

    fn read(self, schedstat: &File) -> Reading {
        // The kernel brings its account up to date when a thread asks for its CPU time, and not when it reads the file.
        let ran = ran();
        let [_, waited] = of_schedstat(schedstat);
        Reading { at: self.now(), ran: ran.cast_signed(), waited: waited.cast_signed() }
    }

    /// Keeps the core for that much CPU time, if nobody takes it.
    fn spin(self, schedstat: &File, nanoseconds: u64) -> Part {
        let begin = self.read(schedstat);
        let before = ran();
        while ran() - before < nanoseconds {}
        (begin, self.read(schedstat))
    }
}

fn schedstat() -> File {
    File::open("/proc/thread-self/schedstat").unwrap()
}

/// Keeps this thread on that one of the cores that it may use; on the last if there are not so many.
fn keep_to(core: usize) {
    let cores = own_cores();
    let mut only = CpuSet::new();
    only.set(cores[core.min(cores.len() - 1)]).unwrap();
    sched_setaffinity(Pid::from_raw(0), &only).unwrap();
}

/// Runs a program, which starts its threads itself, and what was recorded of it. In a thread of its own: what that one makes is
/// recorded, and nothing else.
fn recorded<T: Send + 'static>(program: impl FnOnce(Clock, &Arc<Lanes>) -> T + Send + 'static) -> (T, Shown) {
    let all = thread::spawn(|| {
        let lanes = Lanes::new();
        let clock = Clock(Instant::now());
        lanes.mark(None, Moment::Start, (None, clock.0), None);
        let told = program(clock, &lanes);
        lanes.mark(None, Moment::Stop, (None, Instant::now()), None);
        (told, lanes.take("threads", None))
    });
    let (told, shown) = all.join().unwrap();
    assert_eq!((&shown.about.source, shown.about.dropped), (&LanesSource::Switches, 0));
    (told, shown)
}

/// The stints of the thread with this number.
fn of_thread(shown: &Shown, thread: i32) -> Vec<Stint> {
    let ending = format!(" {thread}");
    let place = shown.about.threads.iter().position(|name| name.ends_with(&ending)).expect("the thread is in the lanes");
    shown.stints.iter().filter(|stint| stint.thread as usize == place).copied().collect()
}

/// How long it ran between the two, by its stints.
fn running(stints: &[Stint], from: i64, to: i64) -> i64 {
    stints.iter().map(|stint| (stint.to.min(to) - stint.from.max(from)).max(0)).sum()
}

/// How much of it a hypervisor had: the thread was busy, by the wall clock, and neither ran nor waited by the kernel's account,
/// which leaves out what the hypervisor says that it took. On a virtual machine that is told late, after a wake: so it is seen in
/// threads that wake each other across cores, half of whose time may be missing, and hardly in `/proc/stat`.
fn stolen((begin, end): &Part) -> i64 {
    ((end.at - begin.at) - (end.ran - begin.ran) - (end.waited - begin.waited)).max(0)
}

/// Whether it gave its core up between the two, and nobody took it from it.
fn went_by_itself(stints: &[Stint], from: i64, to: i64) -> bool {
    stints.iter().rfind(|stint| stint.from < to).is_some_and(|last| !last.preempted && from <= last.to && last.to < to)
}

/// That it holds of all but one in twenty.
fn of_nearly_all<T: std::fmt::Debug>(all: &[T], what: &str, holds: impl Fn(&T) -> bool) {
    let exceptions: Vec<&T> = all.iter().filter(|one| !holds(one)).collect();
    assert!(
        exceptions.len() * 20 <= all.len().max(20),
        "{what}, but not of {} in {}: {exceptions:?}",
        exceptions.len(),
        all.len()
    );
}

/// What must hold of any recording.
fn check(told: &[Told], shown: &Shown) {
    // A core has one thread at a time, and a thread one core.
    let keys: [fn(&Stint) -> u32; 2] = [|stint| stint.core.unwrap(), |stint| stint.thread];
    for key in keys {
        let mut stints = shown.stints.clone();
        stints.sort_by_key(|stint| (key(stint), stint.from));
        for pair in stints.windows(2).filter(|pair| key(&pair[0]) == key(&pair[1])) {
            assert!(pair[0].from <= pair[0].to && pair[0].to <= pair[1].from, "{pair:?} overlap");
        }
    }
    for Told { thread, busy, idle } in told {
        let stints = of_thread(shown, *thread);
        for reading in busy.iter().flat_map(|(begin, end)| [begin, end]) {
            assert!(stints.iter().any(|stint| (stint.from..=stint.to).contains(&reading.at)), "{thread} ran at {}", reading.at);
        }
        // While it is busy it is running, or was preempted and waits for a core: there is nothing between.
        for (begin, end) in busy {
            for pair in stints.windows(2).filter(|pair| begin.at <= pair[0].to && pair[1].from <= end.at) {
                assert!(
                    pair[0].preempted && pair[1].waited == pair[1].from.abs_diff(pair[0].to),
                    "{thread} did not wait: {pair:?}"
                );
            }
        }
        let mut waits = idle.clone();
        waits.retain(|(from, to)| from < to);
        of_nearly_all(&waits, "who has nothing to do has no core", |(from, to)| running(&stints, *from, *to) <= APART);
        // From the first moment that it tells of to the last, all that it did.
        let (Some((first, _)), Some((_, last))) = (busy.first(), busy.last()) else { continue };
        let inside = || stints.iter().filter(|stint| (first.at..last.at).contains(&stint.from));
        let waited: i64 = inside().map(|stint| stint.waited.cast_signed()).sum();
        // The switch to a thread is in its account. Where it was from another of this process, it is in its lane too. Who had to
        // wait for its core had others before it.
        let from_others = inside().filter(|stint| !shown.stints.iter().any(|other| other.to == stint.from)).count() as i64;
        let stolen: i64 = busy.iter().map(stolen).sum();
        let is_disturbed = (last.waited - first.waited + stolen) * 20 > last.ran - first.ran;
        let switching = SWITCHING[usize::from(is_disturbed)] * from_others;
        let ran = running(&stints, first.at, last.at);
        let accounts = [("ran", ran, last.ran - first.ran + stolen), ("waited", waited, last.waited - first.waited)];
        // That it could run again is known of a thread that was preempted, and not of one that was woken.
        let known = if idle.is_empty() { 2 } else { 1 };
        for (what, by_stints, by_kernel) in &accounts[..known] {
            assert!(
                (by_stints - by_kernel).abs() <= by_kernel / 50 + APART + switching,
                "{thread} {what} {by_stints} ns by its stints, {by_kernel} by the kernel's account; \
                 {} stints, {from_others} of them after others, {switching} ns for that; {stolen} ns stolen",
                inside().count()
            );
        }
    }
}

/// Two threads that have their turn one after the other: each wakes the other through one word.
fn taking_turns(cores: [usize; 2]) -> (Vec<Told>, Shown) {
    const TURNS: u32 = 60;
    recorded(move |clock, _| {
        let turn = Arc::new(AtomicU32::new(0));
        let start = |own: u32| {
            let turn = Arc::clone(&turn);
            thread::spawn(move || {
                keep_to(cores[own as usize]);
                let schedstat = schedstat();
                // When it was about to give the turn away, and about to wait.
                let (mut told, mut gave) = (Told { thread: gettid().as_raw(), ..Told::default() }, Vec::new());
                for _ in 0..TURNS {
                    while turn.load(Ordering::Acquire) != own {
                        let _ = futex::wait(&turn, futex::Flags::PRIVATE, 1 - own, None);
                    }
                    let (begin, _) = clock.spin(&schedstat, 1_000_000);
                    let gives = clock.now();
                    turn.store(1 - own, Ordering::Release);
                    let _ = futex::wake(&turn, futex::Flags::PRIVATE, 1);
                    let end = clock.read(&schedstat);
                    told.busy.push((begin, end));
                    gave.push((gives, end.at));
                }
                (told, gave)
            })
        };
        let mut both = [start(0), start(1)].map(|thread| thread.join().unwrap());
        let gave = both.each_ref().map(|(_, gave)| gave.clone());
        // Idle from when it was about to wait to when the other was about to give it its turn.
        for (own, (told, _)) in both.iter_mut().enumerate() {
            let others = gave[1 - own].iter().skip(own);
            told.idle = gave[own].iter().zip(others).map(|((_, waits), (gives, _))| (*waits, *gives)).collect();
        }
        both.map(|(told, _)| told).to_vec()
    })
}

#[test]
fn of_two_threads_that_take_turns_on_one_core_each_has_it_in_its_own() {
    let (told, shown) = taking_turns([0, 0]);
    check(&told, &shown);
    let core = of_thread(&shown, told[0].thread).last().unwrap().core;
    assert!(told.iter().all(|told| of_thread(&shown, told.thread).last().unwrap().core == core));
}

#[test]
fn of_two_threads_that_take_turns_on_two_cores_each_has_its_own_in_its_own() {
    let (told, shown) = taking_turns([0, 1]);
    check(&told, &shown);
    let cores = [0, 1].map(|own: usize| of_thread(&shown, told[own].thread).last().unwrap().core);
    assert_eq!(cores[0] == cores[1], own_cores().len() == 1);
}

#[test]
fn threads_that_spin_on_one_core_share_it_and_each_is_preempted() {
    const THREADS: usize = 4;
    let (told, shown) = recorded(|clock, _| {
        let together = Arc::new(Barrier::new(THREADS));
        let start = |_| {
            let together = Arc::clone(&together);
            thread::spawn(move || {
                keep_to(0);
                let schedstat = schedstat();
                together.wait();
                // Several of the scheduler's slices.
                let busy = vec![clock.spin(&schedstat, 60_000_000)];
                Told { thread: gettid().as_raw(), busy, idle: Vec::new() }
            })
        };
        let threads: Vec<_> = (0..THREADS).map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    check(&told, &shown);
    // While all of them spin, each has its share.
    let from = told.iter().map(|told| told.busy[0].0.at).max().unwrap();
    let to = told.iter().map(|told| told.busy[0].1.at).min().unwrap();
    let ran: Vec<i64> = told.iter().map(|told| running(&of_thread(&shown, told.thread), from, to)).collect();
    let all: i64 = ran.iter().sum();
    assert!(all <= to - from, "{ran:?} in {} ns of one core", to - from);
    for (Told { thread, .. }, ran) in told.iter().zip(&ran) {
        assert!(ran * 2 * THREADS as i64 >= all, "{thread} had {ran} of {all} ns");
        assert!(of_thread(&shown, *thread).iter().any(|stint| stint.preempted), "{thread} was never preempted");
    }
}

#[test]
fn who_sleeps_has_no_core_and_went_by_itself() {
    let (told, shown) = recorded(|clock, _| {
        // Long beside a switch, which the hypervisor may have a part in when the core was idle.
        let awake = 5_000_000;
        let sleeper = move || {
            let schedstat = schedstat();
            let mut told = Told { thread: gettid().as_raw(), ..Told::default() };
            for _ in 0..20 {
                told.busy.push(clock.spin(&schedstat, awake));
                let (since, asleep) = (clock.now(), Duration::from_millis(2));
                thread::sleep(asleep);
                told.idle.push((since, since + i64::try_from(asleep.as_nanos()).unwrap()));
            }
            told.busy.push(clock.spin(&schedstat, awake));
            told
        };
        vec![thread::spawn(sleeper).join().unwrap()]
    });
    check(&told, &shown);
    let stints = of_thread(&shown, told[0].thread);
    // It slept until that time was over at least.
    of_nearly_all(&told[0].idle, "who sleeps went by itself", |(from, to)| went_by_itself(&stints, *from, *to));
}

#[test]
fn a_task_that_blocks_keeps_its_worker_from_those_behind_it() {
    const BLOCKS: usize = 20;
    const BEHIND: usize = 4;
    let block = Duration::from_millis(2);
    let (blocked, shown) = recorded(move |clock, lanes| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mark = |lanes: &Lanes, unit, begun| lanes.mark(Some(unit), Moment::Done, (Some(begun), Instant::now()), None);
        let lanes = Arc::clone(lanes);
        let blocker = async move {
            let mut blocked = Vec::new();
            let unit = lanes.unit();
            for _ in 0..BLOCKS {
                let behind: Vec<_> = (0..BEHIND)
                    .map(|_| {
                        let lanes = Arc::clone(&lanes);
                        tokio::spawn(async move {
                            let begun = Instant::now();
                            mark(&lanes, lanes.unit(), begun);
                        })
                    })
                    .collect();
                let begun = Instant::now();
                thread::sleep(block);
                let to = clock.now();
                mark(&lanes, unit, begun);
                for task in behind {
                    task.await.unwrap();
                }
                blocked.push((clock.at(begun), to));
            }
            (gettid().as_raw(), blocked)
        };
        runtime.block_on(async { tokio::spawn(blocker).await.unwrap() })
    });
    let (worker, blocks) = blocked;
    let stints = of_thread(&shown, worker);
    // The worker has no core while its task blocks, and went by itself.
    let length = i64::try_from(block.as_nanos()).unwrap();
    of_nearly_all(&blocks, "who blocks has no core", |(from, to)| running(&stints, *from, *to) <= 2 * APART);
    of_nearly_all(&blocks, "who blocks went by itself", |(from, _)| went_by_itself(&stints, *from, from + length));
    // Those that were spawned before it run behind it, on the same worker.
    let operations: Vec<Deed> = shown.deeds.iter().filter(|deed| deed.kind == DeedKind::Operation).copied().collect();
    assert_eq!(operations.len(), BLOCKS * (BEHIND + 1));
    assert!(operations.iter().all(|deed| shown.about.threads[deed.thread as usize].ends_with(&format!(" {worker}"))));
    for (turn, (from, to)) in operations.chunks_exact(BEHIND + 1).zip(&blocks) {
        let (blocker, behind) = turn.split_first().unwrap();
        assert!(blocker.unit == Some(0) && blocker.from >= from - APART && blocker.to >= *to, "{blocker:?}: {from} to {to}");
        assert!(behind.iter().all(|deed| deed.from >= blocker.to && deed.unit != Some(0)), "{behind:?} behind {blocker:?}");
    }
}
