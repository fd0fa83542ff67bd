//! CPU time, context switches, page faults and memory of this process, as the kernel counts them. What a thread used that has
//! ended is among it.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use protocol::Figures;

use super::accounts::Accounts;

pub mod counters;

/// What the kernel has counted for this process so far, each by the key of the figure that its growth is.
pub(super) type Counts = Vec<(&'static str, u64)>;

/// The same, and what it has counted for each of the threads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counters {
    pub(super) process: Counts,
    threads: Accounts,
}

impl Counters {
    /// Reads them before the measured part. The threads' first: what that costs must be in no account of the process.
    pub(crate) fn at_start() -> Self {
        let threads = Accounts::now();
        Self { process: of_process(), threads }
    }

    /// Reads them behind the measured part; for the same reason the process's first.
    pub(crate) fn at_stop() -> Self {
        let process = of_process();
        Self { process, threads: Accounts::now() }
    }

    /// By how much each has grown since then. What was missing then, or is missing now, is left out.
    pub(crate) fn since(&self, start: &Self) -> Figures {
        let mut figures = Figures::default();
        for (key, end) in &self.process {
            if let Some((_, start)) = start.process.iter().find(|(other, _)| other == key) {
                figures.count(*key, end.saturating_sub(*start));
            }
        }
        let switches: f64 = figures.iter().filter(|(key, _)| key.ends_with("_switches")).map(|(_, count)| count).sum();
        if let Some((waited_ns, migrations)) = self.threads.since(&start.threads, switches as u64) {
            figures.count("run_delay_ns", waited_ns);
            if figures.get("migrations").is_none() {
                migrations.into_iter().for_each(|migrations| figures.count("migrations", migrations));
            }
        }
        figures
    }
}

/// What the kernel has counted for this process so far. `getrusage` costs nothing while it is not called.
pub(super) fn of_process() -> Counts {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return Vec::new() };
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let usage = [
        ("minor_faults", count(usage.minor_page_faults())),
        ("major_faults", count(usage.major_page_faults())),
        ("measured.user_ns", nanoseconds(usage.user_time())),
        ("measured.system_ns", nanoseconds(usage.system_time())),
        ("measured.voluntary_switches", count(usage.voluntary_context_switches())),
        ("measured.involuntary_switches", count(usage.involuntary_context_switches())),
    ];
    usage.into_iter().chain(counters::read()).collect()
}

fn nanoseconds(time: TimeVal) -> u64 {
    u64::try_from(time.tv_sec()).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_usec()).unwrap_or(0) * 1_000
}

/// Kernel stack of a thread on x86-64 and arm64 (THREAD_SIZE).
pub const KERNEL_STACK_BYTES: u64 = 16 * 1024;

/// What the process holds at one moment: `/proc/PID/status`, see proc(5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// OS threads.
    pub threads: u64,
    /// Resident memory.
    pub resident_bytes: u64,
    /// The most that was resident until now.
    pub peak_resident_bytes: u64,
    /// The kernel's page tables for it.
    pub page_table_bytes: u64,
}

impl Footprint {
    /// Of this process.
    #[must_use]
    pub fn now() -> Self {
        std::fs::read_to_string("/proc/self/status").map(|status| Self::of_status(&status)).unwrap_or_default()
    }

    /// From the text of a `/proc/PID/status`. What is not there is 0.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        let field = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0)
        };
        Self {
            threads: field("Threads"),
            resident_bytes: field("VmRSS") * 1024,
            peak_resident_bytes: field("VmHWM") * 1024,
            page_table_bytes: field("VmPTE") * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_own_words_are_read() {
        let status = "Name:\tcat\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nVmPTE:\t      44 kB\nThreads:\t3\n";
        let read = Footprint::of_status(status);
        let expected =
            Footprint { threads: 3, resident_bytes: 1_048_576, peak_resident_bytes: 2_097_152, page_table_bytes: 45_056 };
        assert_eq!(read, expected);
        assert!(Footprint::now().resident_bytes > 0);
    }

    #[test]
    fn work_shows_in_the_cpu_time() {
        let before = Counters::at_start();
        let work_ns = || -> f64 {
            let grown = Counters::at_stop().since(&before);
            ["measured.user_ns", "measured.system_ns"].iter().filter_map(|key| grown.get(key)).sum()
        };
        let mut sum = 0_u64;
        // Far more than it takes, so that a clock that stands still fails and does not hang.
        for _ in 0..10_000 {
            sum = (0..100_000).fold(sum, |sum, number| std::hint::black_box(sum.wrapping_mul(31).wrapping_add(number)));
            if work_ns() > 0.0 {
                return;
            }
        }
        panic!("no CPU time after a thousand million steps: {sum}");
    }
}
