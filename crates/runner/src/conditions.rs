//! How the machine was while a run went on: others, load, steal, throttling. What the kernel does not say is left out, not
//! assumed.

use std::fs;

use protocol::{Conditions, Trial};

use crate::busy::Busy;
use crate::cores;

/// The kernel's counters when a run began.
#[derive(Clone, Debug)]
pub struct Before {
    load: Option<f64>,
    busy: Busy,
    throttled: Option<u64>,
}

impl Before {
    /// Reads them.
    #[must_use]
    pub fn now() -> Self {
        Self { load: load(), busy: Busy::now(cores::allowed()), throttled: throttled() }
    }

    /// What happened since, with the run's trials.
    #[must_use]
    pub fn until_now(&self, trials: &[Trial]) -> Conditions {
        let own_ns: f64 = trials.iter().flat_map(|trial| ["user_ns", "system_ns"].map(|key| trial.figure(key))).flatten().sum();
        Conditions {
            load_before: self.load,
            load_after: load(),
            foreign_cpu: self.busy.others_since(own_ns as u64),
            steal: self.busy.stolen_since(),
            throttled: self.throttled.zip(throttled()).map(|(before, now)| now.saturating_sub(before)),
            disturbed: trials.iter().filter(|trial| trial.disturbed).count() as u64,
        }
    }
}

fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Times that a core was slowed down for its heat, and that this control group had used up its share. `None` if neither is
/// counted.
fn throttled() -> Option<u64> {
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let cores = (0..std::thread::available_parallelism().map_or(1, usize::from))
        .filter_map(|core| number(&format!("/sys/devices/system/cpu/cpu{core}/thermal_throttle/core_throttle_count")));
    let group = fs::read_to_string("/proc/self/cgroup").ok().and_then(|groups| {
        let own = groups.lines().find_map(|line| line.strip_prefix("0::"))?.trim_start_matches('/').to_owned();
        let text = fs::read_to_string(format!("/sys/fs/cgroup/{own}/cpu.stat")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("nr_throttled "))?.trim().parse::<u64>().ok()
    });
    let counted: Vec<u64> = cores.chain(group).collect();
    (!counted.is_empty()).then(|| counted.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_what_this_kernel_counts_and_how_many_trials_were_disturbed() {
        let disturbed = Trial { disturbed: true, ..Trial::default() };
        let conditions = Before::now().until_now(&[disturbed, Trial::default()]);
        assert!(conditions.load_before.is_some_and(f64::is_finite), "{conditions:?}");
        assert!(conditions.steal.is_none_or(|share| (0.0..=1.0).contains(&share)), "{conditions:?}");
        assert_eq!(conditions.disturbed, 1);
    }
}
