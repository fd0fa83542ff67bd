//! What the kernel has written down for each thread of this process: how long it waited for a core, how often it was moved to
//! another.
//!
//! The kernel forgets a thread's account when the thread ends, so these figures exist only if the threads that did the work are
//! still there at the end of the measured part. That is checked against an account that it does not forget: the process's context
//! switches.

use std::collections::HashMap;
use std::fs;

/// The accounts of all threads at one moment, by their id.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts(HashMap<u32, Account>);

/// One thread's, since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Account {
    /// Nanoseconds that it was ready to run and had no core: the second field of `schedstat`.
    waited_ns: u64,
    /// Times that it was given a core: the third.
    runs: u64,
    /// Times that it was moved to another core: `se.nr_migrations` in `sched`.
    migrations: Option<u64>,
}

/// Threads that have ended took their accounts along. Up to this share of the process's switches may be theirs.
const FORGOTTEN: f64 = 0.05;

impl Accounts {
    /// Of the threads that there are now. A thread that ends while they are read is left out.
    pub(super) fn now() -> Self {
        let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let of = |entry: fs::DirEntry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let schedstat = fs::read_to_string(entry.path().join("schedstat")).ok()?;
            let sched = fs::read_to_string(entry.path().join("sched")).unwrap_or_default();
            Some((id, Account::read(&schedstat, &sched)?))
        };
        Self(threads.filter_map(of).collect())
    }

    /// How long threads waited for a core since `start`, and how often they were moved. `None` if too many switches of the
    /// process belong to threads that have ended for the sums to hold; the second also if the kernel does not count it. (What
    /// counts it of threads that have ended too costs, and is left to traced trials: `usage::counters`.)
    pub(super) fn since(&self, start: &Self, switches: u64) -> Option<(u64, Option<u64>)> {
        let (mut waited, mut runs, mut migrations) = (0, 0, Some(0));
        for (id, end) in &self.0 {
            let start = start.0.get(id).copied().unwrap_or(Account { migrations: Some(0), ..Account::default() });
            waited += end.waited_ns.saturating_sub(start.waited_ns);
            runs += end.runs.saturating_sub(start.runs);
            migrations =
                migrations.zip(end.migrations.zip(start.migrations)).map(|(sum, (end, start))| sum + end.saturating_sub(start));
        }
        (runs as f64 >= switches as f64 * (1.0 - FORGOTTEN)).then_some((waited, migrations))
    }
}

impl Account {
    /// From the texts of a thread's `schedstat` and `sched`, see proc(5) and the kernel's
    /// Documentation/scheduler/sched-stats.rst.
    fn read(schedstat: &str, sched: &str) -> Option<Self> {
        let mut fields = schedstat.split_ascii_whitespace().skip(1).map_while(|field| field.parse().ok());
        let (waited_ns, runs) = (fields.next()?, fields.next()?);
        let line = sched.lines().find_map(|line| line.strip_prefix("se.nr_migrations"));
        let migrations = line.and_then(|line| line.split(':').nth(1)?.trim().parse().ok());
        Some(Self { waited_ns, runs, migrations })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn the_kernel_s_own_words_are_read() {
        let sched = "cat (1, #threads: 1)\n-----\nse.nr_migrations                :                    7\nnr_switches : 3\n";
        let expected = Account { waited_ns: 80_453, runs: 3, migrations: Some(7) };
        assert_eq!(Account::read("12 80453 3\n", sched), Some(expected));
        assert_eq!(Account::read("12 80453 3\n", ""), Some(Account { migrations: None, ..expected }));
        assert_eq!(Account::read("", sched), None);
    }

    #[test]
    fn a_thread_that_has_ended_took_its_account_along_and_that_is_noticed() {
        let before = Accounts::now();
        let (tell, told) = channel::<()>();
        let thread = thread::spawn(move || told.iter().count());
        let during = Accounts::now();
        assert!(during.since(&before, 0).is_some(), "its account is there");
        drop(tell);
        thread.join().unwrap();
        // As if it had had a thousand switches: nobody can say how long it waited.
        assert_eq!(Accounts::now().since(&during, 1_000_000), None);
    }

    #[test]
    fn more_spinners_than_cores_wait_for_a_core() {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let start = Accounts::now();
        let spins = || (0..20_000_000_u64).fold(0_u64, |sum, number| std::hint::black_box(sum.wrapping_add(number)));
        let (keep, (ready, all)) = (std::sync::Barrier::new(3 * cores + 1), channel());
        let waited = thread::scope(|scope| {
            for _ in 0..3 * cores {
                let (ready, keep) = (ready.clone(), &keep);
                scope.spawn(move || {
                    ready.send(spins()).unwrap();
                    // Its account stays until it has been read.
                    keep.wait();
                });
            }
            let sums = all.iter().take(3 * cores).count();
            assert_eq!(sums, 3 * cores);
            let waited = Accounts::now().since(&start, 0);
            keep.wait();
            waited
        });
        assert!(waited.is_some_and(|(waited_ns, _)| waited_ns > 1_000_000), "{waited:?}");
    }
}
