//! What a trial's process uses over time, as its watchdog sees it.
//!
//! To read a process's CPU time the kernel goes through its threads: 13 µs of a few, 50 µs of a thousand, more than 2 ms of ten
//! thousand, on a core that the trial could have. So it is not read at every look, but as seldom as a picture needs, and the more
//! seldom the more threads there are.

use std::time::{Duration, Instant};

use engine::measure::Footprint;
use nix::time::{ClockId, clock_getcpuclockid};
use nix::unistd::Pid;
use protocol::Reading;

/// Readings that are kept.
const MOST: usize = 120;

/// From one to the next at least so long for each thread: to read them takes a hundredth of it.
const PER_THREAD: Duration = Duration::from_micros(20);

/// Those of one process.
#[derive(Debug)]
pub(crate) struct Readings {
    process: i32,
    /// When it was started.
    since: Instant,
    /// Between two that are kept.
    gap: Duration,
    /// When the next one is due.
    next: Instant,
    kept: Vec<Reading>,
}

impl Readings {
    /// Of the process with this number, started at this moment; one at each `tick` for the time being.
    pub(crate) fn new(process: i32, since: Instant, tick: Duration) -> Self {
        Self { process, since, gap: tick, next: since, kept: Vec::new() }
    }

    /// The process was just seen to be like this: one more reading, if one is due.
    pub(crate) fn look(&mut self, seen: Footprint) {
        if Instant::now() >= self.next {
            self.keep(seen);
        }
    }

    /// The same, due or not. Of a process that has ended nothing is there to be seen.
    pub(crate) fn keep(&mut self, seen: Footprint) {
        let now = Instant::now();
        let Some(cpu) = cpu(self.process).filter(|_| seen.resident_bytes > 0) else { return };
        let at_ms = u64::try_from(now.duration_since(self.since).as_millis()).unwrap_or(u64::MAX);
        self.add(at_ms, seen, cpu);
        self.next = now + self.gap.max(PER_THREAD * u32::try_from(seen.threads).unwrap_or(u32::MAX));
    }

    fn add(&mut self, at_ms: u64, seen: Footprint, (all_ns, in_ticks_ns): (u64, u64)) {
        // Neither may be less than it was: what is in ticks comes late, and then all at once.
        let last = self.kept.last().copied().unwrap_or_default();
        let user_ns = all_ns.saturating_sub(in_ticks_ns.max(last.system_ns)).max(last.user_ns);
        let system_ns = all_ns.saturating_sub(user_ns).max(last.system_ns);
        if self.kept.len() == MOST {
            self.thin_out();
        }
        self.kept.push(Reading { at_ms, rss_bytes: seen.resident_bytes, user_ns, system_ns, threads: seen.threads });
    }

    /// Leaves every second one, and twice the gap from now on.
    fn thin_out(&mut self) {
        let mut leave = false;
        self.kept.retain(|_| {
            leave = !leave;
            leave
        });
        if let [first, .., last] = self.kept[..] {
            self.gap = Duration::from_millis((last.at_ms - first.at_ms) / (self.kept.len() as u64 - 1));
        }
    }

    /// What has been seen.
    pub(crate) fn take(&mut self) -> Vec<Reading> {
        std::mem::take(&mut self.kept)
    }
}

/// CPU time of a process until now, nanoseconds: all of it, exactly, and how much of it the kernel has counted for itself, in its
/// whole ticks (mostly of 10 ms).
fn cpu(process: i32) -> Option<(u64, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let clock: ClockId = clock_getcpuclockid(Pid::from_raw(process)).ok()?;
    let all = Duration::from(clock.now().ok()?);
    let tick_ns = 1_000_000_000 / rustix::param::clock_ticks_per_second();
    Some((u64::try_from(all.as_nanos()).ok()?, system_ticks(&stat)? * tick_ns))
}

/// From the text of a `/proc/PID/stat`, see proc(5): the fifteenth field. The second is a name in brackets, which may have some
/// of its own.
fn system_ticks(stat: &str) -> Option<u64> {
    let (_, from_third) = stat.rsplit_once(')')?;
    from_third.split_ascii_whitespace().nth(12)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings() -> Readings {
        Readings::new(i32::try_from(std::process::id()).unwrap(), Instant::now(), Duration::ZERO)
    }

    const SEEN: Footprint = Footprint { threads: 1, resident_bytes: 1, peak_resident_bytes: 1, page_table_bytes: 0 };

    #[test]
    fn the_kernel_s_own_words_are_read() {
        let stat = "7 (a) b) R 1 7 7 0 -1 4194304 100 200 3 4 51 62 7 8 20 0 1 0 99 1000 100\n";
        assert_eq!(system_ticks(stat), Some(62));
        assert_eq!(system_ticks("7 (cut) R 1"), None);
    }

    #[test]
    fn however_long_a_trial_is_its_readings_are_few_and_evenly_spaced() {
        let mut readings = readings();
        for look in 0..10_000 {
            let at_ms = 10 * look;
            // As the watchdog has it: a reading is due when its gap is over.
            if readings.kept.last().is_none_or(|last| at_ms >= last.at_ms + readings.gap.as_millis() as u64) {
                readings.add(at_ms, SEEN, (at_ms * 1_000_000, 0));
            }
            assert!(readings.kept.len() <= MOST);
        }
        let gaps: Vec<u64> = readings.kept.windows(2).map(|pair| pair[1].at_ms - pair[0].at_ms).collect();
        assert!(gaps.len() >= MOST / 2 - 1 && gaps.iter().all(|gap| *gap == gaps[0]), "{gaps:?}");
        assert_eq!(readings.kept[0].at_ms, 0);
    }

    #[test]
    fn cpu_time_never_goes_back_and_its_two_parts_are_all_of_it() {
        let mut readings = readings();
        // The kernel's own share comes in whole ticks.
        for (all, in_ticks) in [(1, 0), (9, 0), (12, 10), (15, 10), (21, 20), (40, 20)] {
            readings.add(0, SEEN, (all, in_ticks));
        }
        assert!(
            readings.kept.is_sorted_by_key(|reading| reading.user_ns)
                && readings.kept.is_sorted_by_key(|reading| reading.system_ns)
        );
        assert!(readings.kept.iter().map(|reading| reading.user_ns + reading.system_ns).eq([1, 9, 12, 15, 21, 40]));
        assert_eq!(readings.kept.last().map(|last| (last.user_ns, last.system_ns)), Some((20, 20)));
    }

    #[test]
    fn work_shows_in_the_samples_and_a_process_that_has_ended_in_none() {
        let mut readings = readings();
        readings.keep(Footprint::now());
        let busy = Instant::now();
        while busy.elapsed() < Duration::from_millis(20) {}
        readings.keep(Footprint::now());
        readings.keep(Footprint::default());
        let seen = readings.take();
        assert_eq!(seen.len(), 2);
        let cpu = |reading: &Reading| reading.user_ns + reading.system_ns;
        assert!(cpu(&seen[1]) > cpu(&seen[0]) && seen[1].at_ms >= seen[0].at_ms + 20, "{seen:?}");
        assert!(seen.iter().all(|reading| reading.rss_bytes > 0 && reading.threads > 0), "{seen:?}");
    }
}
