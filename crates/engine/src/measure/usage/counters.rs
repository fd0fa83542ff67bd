//! The kernel's counters of events (`perf_event_open`): what neither `getrusage` nor `/proc` says.
//!
//! They count in a traced trial alone, because they cost: a thread that has one pays for it each time it gets or loses a core
//! (with the cheapest, migrations, a hand-over between two threads on one core takes 1.13 times as long, with four of them 1.20;
//! to make a thread 1.04 and 1.10 times). Context switches and page faults, which `getrusage` counts at no cost and of threads
//! that have ended too, are therefore not among them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use nix::errno::Errno;
use perf_event::events::{Hardware, Software};
use perf_event::{Builder, Counter};

/// Those of this process, open; none unless [`count`] has been called.
static OPEN: Mutex<Vec<(&str, Counter)>> = Mutex::new(Vec::new());

/// What the kernel counts.
#[derive(Clone, Copy)]
enum Counted {
    Software(Software),
    Hardware(Hardware),
}

/// Each by the key of the figure that its growth is.
const EVENTS: [(&str, Counted); 4] = [
    ("migrations", Counted::Software(Software::CPU_MIGRATIONS)),
    ("cycles", Counted::Hardware(Hardware::CPU_CYCLES)),
    ("instructions", Counted::Hardware(Hardware::INSTRUCTIONS)),
    ("cache_misses", Counted::Hardware(Hardware::CACHE_MISSES)),
];

/// From now on counts what this thread does, and every thread that it or one of them makes. Which the kernel does not allow is
/// left out.
pub fn count() {
    let open = EVENTS.into_iter().filter_map(|(key, event)| Some((key, open(event).ok()?)));
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).extend(open);
}

/// Why the kernel does not count a figure here, by the figure's key; none if it counts them all.
#[must_use]
pub fn absent() -> BTreeMap<String, String> {
    let reason = |event: Counted| {
        let is_hardware = matches!(event, Counted::Hardware(_));
        open(event).err().map(|error| reason(is_hardware, &error))
    };
    EVENTS.into_iter().filter_map(|(key, event)| Some((key.to_owned(), reason(event)?))).collect()
}

/// The counts until now, those of threads that have ended among them; without those that shared the hardware with others and
/// were therefore not counted all the time.
pub(super) fn read() -> Vec<(&'static str, u64)> {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let now = |(key, counter): &mut (&'static str, Counter)| {
        let now = counter.read_full().ok()?;
        (now.time_running() == now.time_enabled()).then_some((*key, now.count()))
    };
    open.iter_mut().filter_map(now).collect()
}

/// Time in the kernel counts too: a model that has it work is not to look the lighter for it.
fn open(event: Counted) -> io::Result<Counter> {
    let mut builder = match event {
        Counted::Software(event) => Builder::new(event),
        Counted::Hardware(event) => Builder::new(event),
    };
    builder.include_kernel().inherit(true).enabled(true).build()
}

fn reason(is_hardware: bool, error: &io::Error) -> String {
    match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ENOENT | Errno::EOPNOTSUPP) if is_hardware => "the machine has no such hardware counter (ENOENT)".to_owned(),
        Some(refused @ (Errno::EACCES | Errno::EPERM)) => {
            let level = std::fs::read_to_string("/proc/sys/kernel/perf_event_paranoid").unwrap_or_default();
            format!("the kernel does not allow it ({refused:?}; kernel.perf_event_paranoid is {}, 1 allows it)", level.trim())
        }
        Some(Errno::ENOSYS) => "the kernel has no perf_event_open (ENOSYS)".to_owned(),
        _ => format!("the kernel does not count it: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use nix::sched::{CpuSet, sched_setaffinity};
    use nix::unistd::Pid;

    use super::*;

    #[test]
    fn a_figure_is_counted_or_has_a_reason() {
        let absent = absent();
        assert!(absent.values().all(|reason| reason.ends_with(')') || reason.contains(": ")), "{absent:?}");
        assert!(read().is_empty(), "nothing is counted before it is asked for");
        count();
        let counted = read();
        for (key, _) in EVENTS {
            // One that shares the hardware with others is neither.
            let is_counted = counted.iter().any(|(counted, _)| *counted == key);
            assert!(!(is_counted && absent.contains_key(key)), "{key}: {absent:?}, {counted:?}");
        }
    }

    #[test]
    fn a_refusal_is_told_with_what_would_allow_it() {
        let told = |is_hardware, errno: Errno| reason(is_hardware, &io::Error::from_raw_os_error(errno as i32));
        assert_eq!(told(true, Errno::ENOENT), "the machine has no such hardware counter (ENOENT)");
        assert!(told(false, Errno::EACCES).contains("perf_event_paranoid"), "{}", told(false, Errno::EACCES));
        assert!(told(false, Errno::ENOSYS).contains("ENOSYS"));
        assert!(told(false, Errno::EMFILE).contains("many"), "the kernel's own words");
    }

    /// Moves itself from one core to another and back, and ends.
    #[test]
    fn a_thread_that_was_moved_and_has_ended_is_counted() {
        const MOVES: u64 = 20;
        let cores: Vec<usize> = {
            let allowed = nix::sched::sched_getaffinity(Pid::from_raw(0)).unwrap();
            (0..CpuSet::count()).filter(|core| allowed.is_set(*core).unwrap_or(false)).collect()
        };
        count();
        let migrations = || read().iter().find(|(key, _)| *key == "migrations").map(|(_, count)| *count);
        let (Some(before), [one, .., other]) = (migrations(), &cores[..]) else {
            return assert!(absent().contains_key("migrations") || cores.len() == 1, "{:?}", absent());
        };
        let cores = [*one, *other];
        let to_and_fro = move || {
            for core in cores.iter().cycle().take(MOVES as usize) {
                let mut only = CpuSet::new();
                only.set(*core).unwrap();
                sched_setaffinity(Pid::from_raw(0), &only).unwrap();
            }
        };
        std::thread::spawn(to_and_fro).join().unwrap();
        assert!(migrations().is_some_and(|now| now >= before + MOVES - 1), "{:?} after {before}", migrations());
    }
}
