//! How much of the cores that a trial may use went to others.

use std::fs;
use std::time::Instant;

/// The kernel counts whole ticks of 10 ms: over less than this nothing can be said.
const SHORTEST_NS: u64 = 200_000_000;

/// What some cores did since the machine was started, in ticks: user, nice, system, idle, iowait, irq, softirq, steal; see
/// proc(5) on `/proc/stat`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ticks([u64; 8]);

const IDLE: usize = 3;
const IOWAIT: usize = 4;
const IRQ: usize = 5;
const SOFTIRQ: usize = 6;
const STEAL: usize = 7;

impl Ticks {
    /// Of these cores together, from the text of a `/proc/stat`. `None` if one of them is not there.
    fn of(stat: &str, cores: &[usize]) -> Option<Self> {
        let mut sum = [0; 8];
        for core in cores {
            let name = format!("cpu{core} ");
            let line = stat.lines().find_map(|line| line.strip_prefix(&name))?;
            let ticks: Vec<u64> = line.split_ascii_whitespace().map_while(|text| text.parse().ok()).collect();
            sum.iter_mut().zip(ticks.get(..8)?).for_each(|(sum, ticks)| *sum += ticks);
        }
        (!cores.is_empty()).then_some(Self(sum))
    }

    fn since(self, before: Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index].saturating_sub(before.0[index])))
    }

    /// What was not idle. The time of interrupts is somebody's too if the kernel counts it apart from the time of the process
    /// that was interrupted, and nobody can say whose: most of it is the loopback's, which is the trial's own. So it is left out.
    fn busy(self, interrupts_are_apart: bool) -> u64 {
        let idle = self.0[IDLE] + self.0[IOWAIT];
        let interrupts = if interrupts_are_apart { self.0[IRQ] + self.0[SOFTIRQ] } else { 0 };
        self.all() - idle - interrupts
    }

    fn all(self) -> u64 {
        self.0.iter().sum()
    }
}

/// What some cores had done at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Busy {
    at: Instant,
    cores: Vec<usize>,
    ticks: Option<Ticks>,
}

impl Busy {
    /// Of these cores.
    pub(crate) fn now(cores: Vec<usize>) -> Self {
        Self { at: Instant::now(), ticks: read(&cores), cores }
    }

    /// The share of these cores' time since then that neither idled nor went to a trial, which used `own` nanoseconds; what a
    /// hypervisor took away is among it. `None` if the time was too short, or the kernel does not say.
    pub(crate) fn others_since(&self, own: u64) -> Option<f64> {
        let window = u64::try_from(self.at.elapsed().as_nanos()).ok()?;
        let grown = read(&self.cores)?.since(self.ticks?);
        (window >= SHORTEST_NS).then(|| others(grown, window * self.cores.len() as u64, own, interrupts_are_apart()))
    }

    /// The share of these cores' time since then that a hypervisor gave to others.
    pub(crate) fn stolen_since(&self) -> Option<f64> {
        let grown = read(&self.cores)?.since(self.ticks?);
        (grown.all() > 0).then(|| grown.0[STEAL] as f64 / grown.all() as f64)
    }
}

/// Of `nanoseconds` of these cores' time.
fn others(grown: Ticks, nanoseconds: u64, own: u64, interrupts_are_apart: bool) -> f64 {
    let busy = grown.busy(interrupts_are_apart) * 1_000_000_000 / rustix::param::clock_ticks_per_second();
    (busy.saturating_sub(own) as f64 / nanoseconds as f64).min(1.0)
}

fn read(cores: &[usize]) -> Option<Ticks> {
    Ticks::of(&fs::read_to_string("/proc/stat").ok()?, cores)
}

/// Whether the kernel measures the time of interrupts for itself (`CONFIG_IRQ_TIME_ACCOUNTING`): only then it says how much
/// they press (since Linux 6.1). Otherwise it is in the time of whichever process was interrupted.
fn interrupts_are_apart() -> bool {
    fs::read_to_string("/proc/pressure/irq").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "\
cpu  2000 0 1000 8000 100 0 50 0 0 0
cpu0 1000 0 500 4000 50 0 25 0 0 0
cpu1 1000 0 500 4000 50 0 25 0 0 0
cpu10 7 7 7 7 7 7 7 7 7 7
intr 1
";

    /// A second later: on the first core 10 ticks idle, 40 user, 30 system, 10 softirq, 10 stolen; the second idles.
    const AFTER: &str = "\
cpu  2040 0 1030 8110 100 0 60 10 0 0
cpu0 1040 0 530 4010 50 0 35 10 0 0
cpu1 1000 0 500 4100 50 0 25 0 0 0
cpu10 7 7 7 7 7 7 7 7 7 7
intr 1
";

    fn share(cores: &[usize], own: u64, apart: bool) -> f64 {
        let grown = Ticks::of(AFTER, cores).unwrap().since(Ticks::of(BEFORE, cores).unwrap());
        others(grown, 1_000_000_000 * cores.len() as u64, own, apart)
    }

    #[test]
    fn others_are_counted_on_the_cores_that_a_trial_may_use_and_on_no_other() {
        // The same neighbour: most of the core that it shares, half as much of two, nothing of the other.
        for (cores, share_of_others) in [(&[0][..], 0.9), (&[0, 1], 0.45), (&[1], 0.0)] {
            assert!((share(cores, 0, false) - share_of_others).abs() < 1e-9, "{cores:?}");
        }
        assert!((share(&[0], 700_000_000, false) - 0.2).abs() < 1e-9, "less what the trial used");
        assert!(share(&[0], u64::MAX, false) < 1e-9);
    }

    #[test]
    fn where_interrupts_are_counted_apart_the_loopback_s_are_not_others() {
        assert!((share(&[0], 700_000_000, true) - 0.1).abs() < 1e-9, "only what was stolen is left");
    }

    #[test]
    fn a_core_that_is_not_there_is_not_guessed() {
        assert_eq!(Ticks::of(BEFORE, &[0, 3]), None);
        assert_eq!(Ticks::of(BEFORE, &[]), None);
        assert_eq!(Ticks::of("cpu0 1 2 3\n", &[0]), None);
        assert_eq!(Ticks::of(BEFORE, &[1]), Some(Ticks([1000, 0, 500, 4000, 50, 0, 25, 0])), "and not the tenth");
    }

    #[test]
    fn what_a_trial_uses_itself_is_not_what_others_use() {
        let busy = Busy::now(crate::cores::allowed());
        let began = own_nanoseconds();
        while busy.others_since(0).is_none() || own_nanoseconds() - began < 250_000_000 {
            std::hint::black_box(began);
        }
        let own = own_nanoseconds() - began;
        let (with, without) = (busy.others_since(0).unwrap(), busy.others_since(own).unwrap());
        assert!(without < with && (0.0..=1.0).contains(&without), "{with} with its own {own} ns, {without} without");
        assert!(busy.others_since(u64::MAX).is_some_and(|share| share < 1e-9));
        assert!(busy.stolen_since().is_some_and(|share| (0.0..=1.0).contains(&share)));
    }

    /// CPU time of this process.
    fn own_nanoseconds() -> u64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap()
    }
}
