//! Who ran where: the kernel's own record of each time a thread of this process got a core or lost it.
//!
//! `perf_event_open` with an event that never happens (`dummy`) and `context_switch`: the kernel writes 32 bytes into a ring in
//! this process's memory whenever a thread of it is switched to or away from, with the time (`CLOCK_MONOTONIC`), the core, and
//! whether the thread was preempted or went by itself. No privilege is needed (`kernel.perf_event_paranoid` 2), and nothing stands
//! between a clock and the work: who pays is the switch, half a microsecond a record.
//!
//! ```text
//! the thread that watches: one event a core, inherited by every thread that it makes from then on
//!        │ hands the rings over
//!        ▼
//! emptier: a thread made before, and so not watched; sleeps until a ring is half full, or it is to stop
//! ```
//!
//! An unprivileged user's ring is half a megabyte a core at the most, 16,000 records. What does not fit is counted by the kernel.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use perf_event::events::Software;
use perf_event::{Builder, Clock, SampleFlag, Sampler};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};

/// Bytes of a ring; the kernel gives an unprivileged user no more (`kernel.perf_event_mlock_kb`).
const RING: usize = 512 * 1024;

/// Records of all cores that are kept: two a stint, so that a model's million spans fit.
const MOST_RECORDS: usize = 2_000_000;

/// If a core is got so soon after it was lost nobody had it between: the kernel was switching from the one to the other, and
/// charges the time of that to the one that comes. So is it here.
const SWITCHING_NS: u64 = 2_000;

/// The kernel's numbers: `PERF_RECORD_LOST`, `PERF_RECORD_EXIT`, `PERF_RECORD_SWITCH`, and of the latter's `misc` that the thread
/// lost its core, and that it would have gone on (linux/perf_event.h).
const LOST: u32 = 2;
const EXIT: u32 = 4;
const SWITCH: u32 = 14;
const SWITCH_OUT: u16 = 1 << 13;
const SWITCH_OUT_PREEMPT: u16 = 1 << 14;

/// The switches of this process, while they are recorded.
#[derive(Debug)]
pub(crate) struct Switches {
    stop: OwnedFd,
    /// Nothing once it has been told to stop.
    emptier: Option<JoinHandle<Recorded>>,
    since: u64,
    /// The thread that began it, and its core then.
    watcher: (i32, u32),
}

/// What was recorded.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// Every switch, in the order of time.
    pub(crate) switches: Vec<Switch>,
    /// Records that there was no room for, in the kernel or here.
    pub(crate) dropped: u64,
    /// From when to when, nanoseconds of `CLOCK_MONOTONIC`.
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// The thread that began it, which was running then, and its core.
    pub(crate) watcher: (i32, u32),
}

/// A thread got a core, or lost it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Switch {
    /// Nanoseconds of `CLOCK_MONOTONIC`.
    pub(crate) at: u64,
    /// The kernel's number of the thread.
    pub(crate) thread: i32,
    /// The kernel's number of the core.
    pub(crate) core: u32,
    pub(crate) what: What,
}

/// Which way a thread was switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Got,
    /// It waits for something, or has ended.
    Left,
    /// It could have gone on.
    Preempted,
}

/// A time during which a thread had a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OnCore {
    pub(crate) thread: i32,
    pub(crate) core: u32,
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Whether it could have gone on. One that still ran at the end could.
    pub(crate) preempted: bool,
}

/// What is known of a core while records are gone through.
#[derive(Clone, Copy, Debug, Default)]
struct Core {
    /// Who has it, and since when.
    has: Option<(i32, u64)>,
    /// When it was last lost, if nobody has it.
    left: Option<u64>,
}

impl Switches {
    /// Records this thread and every thread that it or one of them makes from now on, on these cores.
    ///
    /// # Errors
    /// If the kernel does not let it.
    pub(crate) fn record(cores: impl IntoIterator<Item = usize>) -> io::Result<Self> {
        let stop = eventfd(0, EventfdFlags::CLOEXEC)?;
        let stopped = stop.try_clone()?;
        let (hand_over, rings) = mpsc::channel();
        let emptier = thread::Builder::new().name("lanes".to_owned()).spawn(move || match rings.recv() {
            Ok(rings) => empty(rings, &stopped),
            Err(_) => Recorded::default(),
        })?;
        let core = nix::sched::sched_getcpu().ok().and_then(|core| u32::try_from(core).ok()).unwrap_or_default();
        let watcher = (nix::unistd::gettid().as_raw(), core);
        let since = super::account::now();
        let rings = cores.into_iter().map(ring).collect::<io::Result<Vec<Sampler>>>()?;
        // It waits for them, and does not end before.
        let _ = hand_over.send(rings);
        Ok(Self { stop, emptier: Some(emptier), since, watcher })
    }

    /// What has been recorded until now; nothing is any more.
    pub(crate) fn stop(mut self) -> Recorded {
        let to = super::account::now();
        let mut recorded = self.end();
        // Each core's are in order.
        recorded.switches.sort_by_key(|switch| switch.at);
        recorded.switches.retain(|switch| switch.at <= to);
        Recorded { from: self.since, to, watcher: self.watcher, ..recorded }
    }

    fn end(&mut self) -> Recorded {
        let _ = rustix::io::write(&self.stop, &1_u64.to_ne_bytes());
        self.emptier.take().and_then(|emptier| emptier.join().ok()).unwrap_or_default()
    }
}

/// Of a trial that came to nothing.
impl Drop for Switches {
    fn drop(&mut self) {
        self.end();
    }
}

/// A core's switches from now on.
fn ring(core: usize) -> io::Result<Sampler> {
    let mut event = Builder::new(Software::DUMMY);
    event.observe_self().one_cpu(core).inherit(true).exclude_kernel(true);
    event.context_switch(true).task(true).clockid(Clock::MONOTONIC);
    event.sample_id_all(true).sample(SampleFlag::TID | SampleFlag::TIME | SampleFlag::CPU);
    event.wakeup_watermark(RING / 2).enabled(true).build()?.sampled(RING)
}

/// Takes what is in the rings, whenever one is half full.
fn empty(mut rings: Vec<Sampler>, stop: &OwnedFd) -> Recorded {
    let mut recorded = Recorded::default();
    loop {
        let descriptors: Vec<i32> = rings.iter().map(|ring| ring.as_counter().as_raw_fd()).collect();
        #[expect(unsafe_code, reason = "the library lends its descriptors as numbers; `rings` keeps them open")]
        let descriptors = descriptors.into_iter().map(|number| unsafe { BorrowedFd::borrow_raw(number) });
        let mut waiting = vec![PollFd::new(stop, PollFlags::IN)];
        let descriptors: Vec<BorrowedFd<'_>> = descriptors.collect();
        waiting.extend(descriptors.iter().map(|descriptor| PollFd::new(descriptor, PollFlags::IN)));
        // A signal is no reason to miss anything.
        let _ = poll(&mut waiting, None);
        let over = waiting.first().is_some_and(|stop| !stop.revents().is_empty());
        for ring in &mut rings {
            while let Some(record) = ring.next_record() {
                recorded.take(record.ty(), record.misc(), &record.to_contiguous());
            }
        }
        if over {
            return recorded;
        }
    }
}

impl Recorded {
    /// A record behind its header. A switch is what `sample_id_all` puts behind every record: process, thread, time, core,
    /// reserved.
    fn take(&mut self, kind: u32, misc: u16, body: &[u8]) {
        let number = |at: usize| body.get(at..at + 4).and_then(|bytes| Some(u32::from_ne_bytes(bytes.try_into().ok()?)));
        let long = |at: usize| body.get(at..at + 8).and_then(|bytes| Some(u64::from_ne_bytes(bytes.try_into().ok()?)));
        match kind {
            // The event's id, and how many.
            LOST => self.dropped += long(8).unwrap_or(1),
            SWITCH | EXIT if self.switches.len() >= MOST_RECORDS => self.dropped += 1,
            // A thread that ends is not watched any more when it is switched away from. Process, parent, thread, thread's maker,
            // time stand before what is behind every record.
            EXIT => {
                if let (Some(thread), Some(at), Some(core)) = (number(8), long(32), number(40)) {
                    self.switches.push(Switch { at, thread: thread.cast_signed(), core, what: What::Left });
                }
            }
            SWITCH => {
                let (Some(thread), Some(at), Some(core)) = (number(4), long(8), number(16)) else { return };
                let what = match misc {
                    misc if misc & SWITCH_OUT == 0 => What::Got,
                    misc if misc & SWITCH_OUT_PREEMPT == 0 => What::Left,
                    _ => What::Preempted,
                };
                self.switches.push(Switch { at, thread: thread.cast_signed(), core, what });
            }
            _ => {}
        }
    }

    /// The stints that these switches begin and end, in the order in which they end. The one who watched was running when it
    /// began, and may be still when it ends.
    pub(crate) fn stints(&self) -> Vec<OnCore> {
        let mut stints = Vec::with_capacity(self.switches.len() / 2 + 1);
        let mut watcher_left = false;
        // A core is a small number.
        let mut cores: Vec<Core> = Vec::new();
        for Switch { at, thread, core, what } in &self.switches {
            let place = usize::try_from(*core).unwrap_or(usize::MAX);
            if place >= 4096 {
                continue;
            }
            if cores.len() <= place {
                cores.resize(place + 1, Core::default());
            }
            let Core { has, left } = std::mem::take(&mut cores[place]);
            if *what == What::Got {
                let from = left.filter(|left| at.saturating_sub(*left) <= SWITCHING_NS).unwrap_or(*at);
                cores[place].has = Some((*thread, from));
                continue;
            }
            cores[place].left = Some(*at);
            let own = has.filter(|(owner, _)| owner == thread).map(|(_, since)| since);
            // Otherwise the record of its beginning was dropped.
            let began = || (*thread == self.watcher.0 && !watcher_left).then_some(self.from.min(*at));
            if let Some(from) = own.or_else(began) {
                stints.push(OnCore { thread: *thread, core: *core, from, to: *at, preempted: *what == What::Preempted });
            }
            watcher_left |= *thread == self.watcher.0;
        }
        // It has never been switched away from, nor to.
        let (watcher, core) = self.watcher;
        if watcher != 0 && self.switches.iter().all(|switch| switch.thread != watcher) {
            stints.push(OnCore { thread: watcher, core, from: self.from, to: self.to, preempted: true });
        }
        for (core, Core { has, .. }) in cores.into_iter().enumerate() {
            if let Some((thread, from)) = has {
                let core = u32::try_from(core).unwrap_or_default();
                stints.push(OnCore { thread, core, from, to: self.to, preempted: true });
            }
        }
        stints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        let mut body = [0; 24];
        let mut recorded = Recorded::default();
        recorded.take(SWITCH, 0, &body);
        assert_eq!((recorded.switches.len(), recorded.dropped), (1, 0));
        body[8] = 7;
        recorded.take(LOST, 0, &body[..16]);
        assert_eq!((recorded.switches.len(), recorded.dropped), (1, 7));
        // Of a kind that nobody asked for, or cut off.
        recorded.take(3, 0, &body);
        recorded.take(SWITCH, 0, &body[..10]);
        assert_eq!((recorded.switches.len(), recorded.dropped), (1, 7));
    }

    #[test]
    fn a_switch_from_one_to_the_other_is_the_time_of_the_one_that_comes() {
        use What::{Got, Left, Preempted};
        let records = [
            (1_000, 1, 0, Got),
            (5_000, 1, 0, Preempted),
            // At once, on this core; on the other somebody else had it between.
            (5_400, 2, 0, Got),
            (6_000, 3, 1, Got),
            (7_000, 3, 1, Left),
            (7_000 + SWITCHING_NS + 1, 1, 1, Got),
            (10_000, 2, 0, Left),
            (12_000, 1, 1, Left),
        ];
        let switches = records.map(|(at, thread, core, what)| Switch { at, thread, core, what }).to_vec();
        let stints = Recorded { switches, to: 20_000, ..Recorded::default() }.stints();
        let shown: Vec<_> = stints.iter().map(|stint| (stint.thread, stint.core, stint.from, stint.to)).collect();
        assert_eq!(shown, [(1, 0, 1_000, 5_000), (3, 1, 6_000, 7_000), (2, 0, 5_000, 10_000), (1, 1, 9_001, 12_000)]);
    }
}
