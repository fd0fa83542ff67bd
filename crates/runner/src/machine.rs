//! The machine that measures: what it is, how it is set, what it allows. Probed, never assumed.

use std::fs;
use std::path::Path;

use engine::measure::counters;
use protocol::Machine;
use protocol::parameter::grouped;
use rustix::process::{Resource, getrlimit};

use crate::settings::settings;

/// How long a trial may take. Long enough for a million of anything; short enough that a queue moves.
const TRIAL_TIME_MS: u64 = 60_000;

/// Mappings that a thread of glibc's takes: its stack and the guard below it, each with a neighbour split off.
const MAPPINGS_A_THREAD: u64 = 4;

/// What one idle thread takes, resident and in the kernel.
const BYTES_A_THREAD: u64 = 40_000;

/// *At* a limit the process may abort instead of being refused: this much is kept in hand.
const MARGIN_PERCENT: u64 = 8;

/// Probes this machine; what its clock and scheduler cost is [`crate::calibration`]'s to measure.
#[must_use]
pub fn machine() -> Machine {
    let memory = memory_bytes();
    // A trial must not push the server, or the desktop that the page is looked at on, out of memory.
    let trial_memory = memory / 2;
    let (threads_limit, threads_limit_because) = threads_limit(trial_memory);
    Machine {
        cpu: field_of("/proc/cpuinfo", "model name", ':').unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        cores: std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64),
        memory_bytes: memory,
        os: field_of("/etc/os-release", "PRETTY_NAME", '=').map_or_else(|| "Linux".to_owned(), |name| name.replace('"', "")),
        kernel: format!("Linux {}", text("/proc/sys/kernel/osrelease").unwrap_or_default()),
        threads_limit,
        threads_limit_because,
        files_limit: files_limit(),
        trial_memory_limit_bytes: trial_memory,
        trial_time_limit_ms: TRIAL_TIME_MS,
        calibration: None,
        settings: settings(),
        counters: counters::absent(),
    }
}

/// The least of the kernel's limits, less a margin, and its name.
fn threads_limit(trial_memory: u64) -> (u64, String) {
    let number = |path: &str| text(path).and_then(|text| text.parse::<u64>().ok());
    let mappings = number("/proc/sys/vm/max_map_count");
    let candidates = [
        mappings.map(|count| (count / MAPPINGS_A_THREAD, format!("vm.max_map_count {count}, four mappings per thread"))),
        number("/proc/sys/kernel/threads-max").map(|count| (count, format!("kernel.threads-max {count}"))),
        number("/proc/sys/kernel/pid_max").map(|count| (count, format!("kernel.pid_max {count}"))),
        getrlimit(Resource::Nproc).current.map(|count| (count, format!("the user's limit of {count} processes"))),
        cgroup_limit("pids", "pids.max", "pids.max")
            .map(|count| (count, format!("the control group's limit of {count} processes"))),
        Some((trial_memory / BYTES_A_THREAD, "half of this machine's memory at 40 kB per thread".to_owned())),
    ];
    let (limit, name) =
        candidates.into_iter().flatten().min_by_key(|(limit, _)| *limit).unwrap_or((1_000, "no limit is known".to_owned()));
    let kept = limit * (100 - MARGIN_PERCENT) / 100;
    let rounded = if kept > 1_000 { kept / 100 * 100 } else { kept.max(1) };
    (rounded, format!("{} threads ({name}, less a margin)", grouped(rounded)))
}

fn files_limit() -> u64 {
    let open = text("/proc/sys/fs/nr_open").and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX).min(open)
}

/// What this process may use: the machine's, or less if a control group says so.
fn memory_bytes() -> u64 {
    let kilobytes = field_of("/proc/meminfo", "MemTotal", ':').and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let physical = kilobytes.map_or(1 << 30, |count| count * 1024);
    cgroup_limit("memory", "memory.max", "memory.limit_in_bytes").map_or(physical, |limit| limit.min(physical))
}

/// A limit of this process's control group, of version 2 or of version 1. `None` if there is none, or no such controller.
fn cgroup_limit(controller: &str, file: &str, file_of_v1: &str) -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let limits = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, group) = (parts.next()?, parts.next()?.trim_start_matches('/'));
        let place = if controllers.is_empty() {
            Path::new("/sys/fs/cgroup").join(group).join(file)
        } else if controllers.split(',').any(|name| name == controller) {
            Path::new("/sys/fs/cgroup").join(controller).join(group).join(file_of_v1)
        } else {
            return None;
        };
        fs::read_to_string(place).ok()?.trim().parse::<u64>().ok()
    });
    limits.min()
}

fn text(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

fn field_of(path: &str, name: &str, between: char) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(between)?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_processor_memory_and_limits_with_their_reasons() {
        let machine = machine();
        assert!(machine.cores > 0 && machine.memory_bytes > 100_000_000, "{machine:?}");
        assert!(machine.threads_limit > 0 && machine.threads_limit_because.contains("threads"), "{machine:?}");
        assert!(machine.files_limit > 0 && machine.kernel.starts_with("Linux "), "{machine:?}");
    }
}
