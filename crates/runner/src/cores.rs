//! Which cores this process, and a trial of it, may use.

use std::fs;

use protocol::machine::Relation;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Those that this process may use, in order. Empty if the kernel does not say.
pub(crate) fn allowed() -> Vec<usize> {
    let allowed = sched_getaffinity(None).unwrap_or_else(|_| CpuSet::new());
    (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect()
}

/// Those that a trial may use: all of them, or the last one, because the first is where a machine's interrupts tend to go.
pub(crate) fn of_trial(one: bool) -> Vec<usize> {
    let mut cores = allowed();
    if one {
        cores = cores.pop().into_iter().collect();
    }
    cores
}

/// Keeps this thread, and the threads that it makes from now on, to these.
///
/// # Errors
/// If the kernel does not allow it.
pub(crate) fn keep_to(cores: &[usize]) -> rustix::io::Result<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    sched_setaffinity(None, &set)
}

/// What two cores share, see the kernel's Documentation/admin-guide/cputopology.rst. `None` if the kernel does not say.
pub(crate) fn relation(one: usize, other: usize) -> Option<Relation> {
    let topology =
        |core: usize, file: &str| fs::read_to_string(format!("/sys/devices/system/cpu/cpu{core}/topology/{file}")).ok();
    let sockets = (topology(one, "physical_package_id")?, topology(other, "physical_package_id")?);
    let siblings = list(&topology(one, "thread_siblings_list")?);
    Some(if siblings.contains(&other) {
        Relation::Siblings
    } else if sockets.0 == sockets.1 {
        Relation::OneSocket
    } else {
        Relation::TwoSockets
    })
}

/// The cores of a list as the kernel writes it: "0,4-6".
fn list(text: &str) -> Vec<usize> {
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.parse::<usize>().ok()?..=to.parse().ok()?)
    };
    text.trim().split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_the_kernel_s_is_read() {
        assert_eq!(list("0,4-6\n"), [0, 4, 5, 6]);
        assert_eq!(list("3"), [3]);
        assert_eq!(list(""), [] as [usize; 0]);
    }

    #[test]
    fn a_trial_of_one_core_has_the_last_of_those_that_there_are() {
        let all = allowed();
        assert_eq!(of_trial(false), all);
        assert_eq!(of_trial(true), [*all.last().unwrap()]);
        let itself = relation(all[0], all[0]);
        assert!(itself.is_none_or(|itself| itself == Relation::Siblings), "{itself:?}");
    }
}
