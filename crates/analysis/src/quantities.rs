//! The one table of what is measured: how each quantity is called, read, judged and found in a trial.
//!
//! Tables, CSV, charts, sweeps, the trial's dialog and the documentation are drawn from it. One more quantity is its source,
//! which sets a figure of a trial, and one line here. A workload's own figures ([`Workload::figures`]) stand beside these, and
//! are treated alike.

use protocol::catalog::{Better, Quantity, Unit};
use protocol::{Catalog, Trial, Workload};

/// A line of the table.
struct Line {
    key: &'static str,
    label: &'static str,
    /// Its head in the table of figures; empty if it is shown with a single trial alone.
    column: &'static str,
    unit: Unit,
    better: Better,
    help: &'static str,
    /// How it is computed; most are read from the trial's figures by their key.
    of: Option<fn(&Trial) -> Option<f64>>,
}

/// A quantity that is measured.
const fn measured(key: &'static str, label: &'static str, unit: Unit, better: Better, help: &'static str) -> Line {
    Line { key, label, column: "", unit, better, help, of: None }
}

impl Line {
    /// It has a column in the table of figures, under this head.
    const fn column(self, column: &'static str) -> Self {
        Self { column, ..self }
    }

    /// It is computed from other figures.
    const fn computed(self, of: fn(&Trial) -> Option<f64>) -> Self {
        Self { of: Some(of), ..self }
    }
}

/// Speed: what most workloads compare.
pub const OPS_PER_S: &str = "ops_per_s";

/// Memory: what a workload that waits compares.
pub const MEMORY_BYTES: &str = "memory_bytes";

/// The percentiles of a latency, from the least to the greatest, each with its name.
pub const PERCENTILES: [(&str, &str); 5] = [
    ("latency_ns.p50", "50"),
    ("latency_ns.p90", "90"),
    ("latency_ns.p99", "99"),
    ("latency_ns.p999", "99.9"),
    ("latency_ns.max", "max"),
];

/// The percentiles that are a tail, each with its name: the first of which there are samples enough is compared.
pub(crate) const TAILS: [(&str, &str); 2] = [("latency_ns.p99", "99"), ("latency_ns.p90", "90")];

/// Timed operations that a percentile needs, so that ten lie beyond it; `None` of another quantity.
#[must_use]
pub fn samples_needed(key: &str) -> Option<u64> {
    match key {
        "latency_ns.p50" => Some(20),
        "latency_ns.p90" => Some(100),
        "latency_ns.p99" => Some(1_000),
        "latency_ns.p999" => Some(10_000),
        _ => None,
    }
}

/// Operations that were timed in a trial; in results of earlier versions, those that the times stand for.
#[must_use]
pub fn samples_timed(trial: &Trial) -> Option<f64> {
    trial.figure("latency_ns.samples").or_else(|| trial.figure("latency_ns.count"))
}

/// The share of its units' time that a trial's latencies account for.
pub const COVERED: &str = "covered";

/// Less than this share is flagged: what operations waited for is then in no percentile.
pub const LEAST_COVERED: f64 = 0.95;

use Better::{Higher, Lower, Neither};
use Unit::{Bytes, Count, Nanoseconds, PerSecond, Share};

#[rustfmt::skip]
const TABLE: &[Line] = &[
    measured(OPS_PER_S, "{Operations} per second", PerSecond, Higher, "Operations of the measured part divided by its length.")
        .column("{operations}/s"),
    measured("latency_ns.p50", "Latency, median", Nanoseconds, Lower, "Half of the operations took at most this.").column("p50"),
    measured("latency_ns.p90", "Latency, p90", Nanoseconds, Lower, "Nine of ten operations took at most this."),
    measured("latency_ns.p99", "Latency, p99", Nanoseconds, Lower, "99 of 100 operations took at most this.").column("p99"),
    measured("latency_ns.p999", "Latency, p99.9", Nanoseconds, Lower, "999 of 1,000 operations took at most this.")
        .column("p99.9"),
    measured("latency_ns.max", "Latency, longest", Nanoseconds, Lower, "The longest operation that was timed in a trial."),
    measured("latency_ns.mean", "Latency, mean", Nanoseconds, Lower, "The mean of the operations."),
    measured("latency_ns.count", "Latencies", Count, Neither, "Operations that the percentiles stand for."),
    measured("latency_ns.samples", "Latencies timed", Count, Neither,
        "Operations that were timed; a percentile has ten of them beyond it, or is not given."),
    measured(COVERED, "Time covered", Share, Neither,
        "Share of the units' time that the latencies account for: mean latency times rate, by unit (Little's law)."),
    measured(MEMORY_BYTES, "Memory", Bytes, Lower, "Peak resident memory, and the kernel's stacks and page tables.")
        .column("memory").computed(memory),
    measured("cpu_ns_per_operation", "CPU time per operation", Nanoseconds, Lower,
        "User and system time of the measured part, per operation.")
        .column("CPU/op").computed(cpu),
    measured("switches_per_operation", "Context switches per operation", Count, Lower,
        "Context switches of the measured part, per operation.")
        .column("switches/op").computed(switches),
    measured("os_threads_peak", "OS threads, most", Count, Lower, "The most OS threads that the trial's process had.")
        .column("OS threads"),
    measured("wall_ns", "Measured part", Nanoseconds, Neither,
        "Wall-clock time from before the start barrier opens until the last operation is done; with fixed work, until all units are joined."),
    measured("join_ns", "Joining", Nanoseconds, Neither, "From the last operation until all units had been joined."),
    measured("operations", "Operations", Count, Neither, "Operations done in the measured part."),
    measured("unit_finish_ns.first", "First unit's end", Nanoseconds, Neither,
        "From the opening of the start barrier until the first unit was done."),
    measured("unit_finish_ns.last", "Last unit's end", Nanoseconds, Neither, "The same of the last unit."),
    measured("finish_spread", "Spread of ends", Share, Lower,
        "Share of the measured part between the first unit's end and the last's; with fixed work others then had the cores."),
    measured("unit_operations.min", "Operations per unit, least", Count, Neither, "The fewest operations that one unit did."),
    measured("unit_operations.max", "Operations per unit, most", Count, Neither, "The most operations that one unit did."),
    measured("measured.user_ns", "User time, measured part", Nanoseconds, Lower,
        "CPU time in user mode, read by the process itself at both ends."),
    measured("measured.system_ns", "System time, measured part", Nanoseconds, Lower,
        "CPU time in the kernel, read by the process itself at both ends."),
    measured("measured.voluntary_switches", "Voluntary switches, measured part", Count, Lower,
        "Times that a thread blocked or yielded."),
    measured("measured.involuntary_switches", "Involuntary switches, measured part", Count, Lower,
        "Times that the scheduler took the core away from a thread."),
    measured("minor_faults", "Minor page faults", Count, Lower,
        "Times in the measured part that a page was found or made without the disk."),
    measured("migrations", "Migrations", Count, Lower,
        "Times in the measured part that a thread was moved to another core; unknown if the threads have ended by then."),
    measured("run_delay_ns", "Waited for a core", Nanoseconds, Lower,
        "Time in the measured part that threads were ready to run and had no core, summed; unknown if they have ended by then."),
    measured("user_ns", "User time, whole process", Nanoseconds, Lower,
        "CPU time in user mode (wait4), set-up and warm-up included."),
    measured("system_ns", "System time, whole process", Nanoseconds, Lower,
        "CPU time in the kernel (wait4), set-up and warm-up included."),
    measured("voluntary_switches", "Voluntary switches, whole process", Count, Lower,
        "Times that a thread blocked or yielded (wait4)."),
    measured("involuntary_switches", "Involuntary switches, whole process", Count, Lower,
        "Times that the scheduler took the core away from a thread (wait4)."),
    measured("peak_rss_bytes", "Resident memory, peak", Bytes, Lower, "The most resident memory of the process."),
    measured("kernel_memory_bytes", "Kernel memory, peak", Bytes, Lower,
        "Kernel stacks and page tables of the process at its peak."),
    measured("foreign_cpu", "CPU used by others", Share, Lower,
        "Share of the machine's CPU time that other processes used meanwhile."),
    measured("warm_up.operations", "Warm-up, operations", Count, Neither, "Operations before the measured part, not counted."),
    measured("warm_up.wall_ns", "Warm-up", Nanoseconds, Neither, "The warm-up by the wall clock, not counted."),
    measured("lanes.spans", "Spans recorded", Count, Neither, "Of a traced trial: the spans of its lanes."),
    measured("lanes.dropped", "Spans dropped", Count, Lower, "Of a traced trial: spans for which there was no room."),
    measured("major_faults", "Major page faults", Count, Lower, "Times in the measured part that a page was read from the disk."),
    measured("cycles", "Cycles", Count, Lower, "Of a traced trial: the processor's cycles in the measured part."),
    measured("instructions", "Instructions", Count, Lower, "Of a traced trial: instructions of the measured part."),
    measured("cache_misses", "Cache misses", Count, Lower, "Of a traced trial: accesses to memory that no cache could serve."),
];

/// Those that a report summarises besides the ones that have a column.
const SUMMARISED: [&str; 7] =
    ["latency_ns.p90", "latency_ns.max", "latency_ns.mean", "latency_ns.samples", COVERED, "finish_spread", "peak_rss_bytes"];

fn memory(trial: &Trial) -> Option<f64> {
    Some(trial.figure("peak_rss_bytes")? + trial.figure("kernel_memory_bytes").unwrap_or(0.0))
}

fn cpu(trial: &Trial) -> Option<f64> {
    per_operation(trial, ["measured.user_ns", "measured.system_ns"])
}

fn switches(trial: &Trial) -> Option<f64> {
    per_operation(trial, ["measured.voluntary_switches", "measured.involuntary_switches"])
}

fn per_operation(trial: &Trial, [one, other]: [&str; 2]) -> Option<f64> {
    let operations = trial.figure("operations").filter(|operations| *operations > 0.0)?;
    Some((trial.figure(one)? + trial.figure(other)?) / operations)
}

/// The table as the catalogue has it.
#[must_use]
pub fn all() -> Vec<Quantity> {
    let quantity = |line: &Line| Quantity {
        key: line.key.to_owned(),
        label: line.label.to_owned(),
        column: line.column.to_owned(),
        unit: line.unit,
        better: line.better,
        help: line.help.to_owned(),
    };
    TABLE.iter().map(quantity).collect()
}

/// A quantity of a trial, in the unit that the table says; `None` if the trial does not have it.
#[must_use]
pub fn value(trial: &Trial, key: &str) -> Option<f64> {
    reader(key).value(trial)
}

/// Reads one quantity of many trials.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'k> {
    key: &'k str,
    of: Option<fn(&Trial) -> Option<f64>>,
}

/// Of the quantity with this key.
pub(crate) fn reader(key: &str) -> Reader<'_> {
    Reader { key, of: TABLE.iter().find(|line| line.key == key).and_then(|line| line.of) }
}

impl Reader<'_> {
    pub(crate) fn value(self, trial: &Trial) -> Option<f64> {
        match self.of {
            Some(of) => of(trial),
            None => trial.figure(self.key),
        }
    }
}

/// Everything that a result's trials may have, in the order in which it is shown: what every trial has, then the workload's own.
pub fn of<'a>(catalog: &'a Catalog, workload: &'a Workload) -> impl Iterator<Item = &'a Quantity> {
    catalog.quantities.iter().chain(&workload.figures)
}

/// The quantity with this key.
#[must_use]
pub fn find<'a>(catalog: &'a Catalog, workload: &'a Workload, key: &str) -> Option<&'a Quantity> {
    of(catalog, workload).find(|quantity| quantity.key == key)
}

/// The columns of the table of figures: what a person has chosen, the headline, then those of the table of quantities. A wait
/// never claims speed: if the headline is not about speed, there is no column for it unless somebody chooses it.
#[must_use]
pub fn columns<'a>(catalog: &'a Catalog, workload: &'a Workload, chosen: Option<&str>) -> Vec<&'a Quantity> {
    let headline = workload.headline.metric.as_str();
    let mut keys: Vec<&str> = chosen.into_iter().chain([headline]).collect();
    keys.dedup();
    let shown = |quantity: &&Quantity| {
        let key = quantity.key.as_str();
        !quantity.column.is_empty() && key != OPS_PER_S && !keys.contains(&key)
    };
    let first = keys.iter().filter_map(|key| find(catalog, workload, key));
    first.chain(catalog.quantities.iter().filter(shown)).collect()
}

/// What chart and verdict can be about: first the workload's headline, the columns and its own figures, then everything else of
/// which one way is better.
#[must_use]
pub fn offered<'a>(catalog: &'a Catalog, workload: &'a Workload) -> (Vec<&'a Quantity>, Vec<&'a Quantity>) {
    let mut first = columns(catalog, workload, None);
    let own = workload.figures.iter().filter(|own| own.key != workload.headline.metric);
    first.extend(own);
    let is_first = |quantity: &&Quantity| first.iter().any(|other| other.key == quantity.key);
    let more = catalog.quantities.iter().filter(|quantity| quantity.better != Better::Neither && !is_first(quantity)).collect();
    (first, more)
}

/// The keys that are summarised over trials, besides the workload's own: the columns, these, and a few more.
pub(crate) fn summarised<'k>(also: &'k [&str]) -> impl Iterator<Item = &'static str> + use<'k> {
    let is_one = |line: &&Line| !line.column.is_empty() || SUMMARISED.contains(&line.key) || also.contains(&line.key);
    TABLE.iter().filter(is_one).map(|line| line.key)
}

/// The keys of what is shown of a workload, and so compared: its headline, the columns, its own figures, and one more that
/// somebody asks for.
pub(crate) fn shown<'k>(workload: &'k Workload, also: Option<&'k str>) -> Vec<&'k str> {
    let headline = workload.headline.metric.as_str();
    let columns = TABLE.iter().filter(|line| !line.column.is_empty() && line.key != OPS_PER_S).map(|line| line.key);
    let own = workload.figures.iter().map(|quantity| quantity.key.as_str());
    let mut keys = vec![headline];
    for key in also.into_iter().chain(columns).chain(own) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// How the number of a quantity is to be read.
pub(crate) fn unit(workload: &Workload, key: &str) -> Unit {
    let own = || workload.figures.iter().find(|quantity| quantity.key == key).map(|quantity| quantity.unit);
    TABLE.iter().find(|line| line.key == key).map(|line| line.unit).or_else(own).unwrap_or(Count)
}

/// A quantity's name: "Requests per second".
#[must_use]
pub fn label(quantity: &Quantity, workload: &Workload) -> String {
    named(&quantity.label, workload)
}

/// A quantity's head in a table: "requests/s", "p99", a workload's own by its name.
#[must_use]
pub fn head(quantity: &Quantity, workload: &Workload) -> String {
    named(if quantity.column.is_empty() { &quantity.label } else { &quantity.column }, workload)
}

/// What it is inside a sentence: "requests per second", "memory", "CPU time per operation", "p99 latency".
#[must_use]
pub fn within(quantity: &Quantity, workload: &Workload) -> String {
    let name = label(quantity, workload);
    if let Some((name, which)) = name.split_once(", ") {
        return format!("{} {}", lower(which), lower(name));
    }
    lower(&name)
}

/// Without a capital at its beginning, if that is one of ASCII's.
pub(crate) fn lower(name: &str) -> String {
    let mut name = name.to_owned();
    // An abbreviation keeps its capitals.
    let is_abbreviation = name.as_bytes().get(1).is_some_and(u8::is_ascii_uppercase);
    if let Some(first) = name.get_mut(..1).filter(|_| !is_abbreviation) {
        first.make_ascii_lowercase();
    }
    name
}

fn named(words: &str, workload: &Workload) -> String {
    let many = &workload.operation.many;
    words.replace("{operations}", many).replace("{Operations}", &crate::numbers::capital(many))
}

/// A quantity's name in CSV: its key without the groups' dots, the unit last: `latency_p50_ns`, `measured_user_ns`, `hop_ns`.
#[must_use]
pub fn csv_name(key: &str) -> String {
    match key.split_once('.') {
        Some((group, inner)) => match group.strip_suffix("_ns") {
            // How many there are is no time.
            Some(group) if ["count", "samples"].contains(&inner) => format!("{group}_{inner}"),
            Some(group) => format!("{group}_{inner}_ns"),
            None => format!("{group}_{inner}"),
        },
        None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use protocol::Figures;

    use super::*;

    #[test]
    fn every_quantity_is_named_explained_and_there_once() {
        let keys: BTreeSet<&str> = TABLE.iter().map(|line| line.key).collect();
        assert_eq!(keys.len(), TABLE.len(), "a key stands twice");
        let names: BTreeSet<String> = TABLE.iter().map(|line| csv_name(line.key)).collect();
        assert_eq!(names.len(), TABLE.len(), "a name in CSV stands twice");
        for line in TABLE {
            assert!(!line.label.is_empty() && line.help.ends_with('.'), "{}", line.key);
        }
        for key in SUMMARISED.into_iter().chain(PERCENTILES.map(|(key, _)| key)).chain([OPS_PER_S, MEMORY_BYTES]) {
            assert!(keys.contains(key), "{key} is not in the table");
        }
    }

    #[test]
    fn a_quantity_is_read_from_a_trial_or_computed_from_it() {
        let figures = Figures::default().with("operations", 4.0).with("measured.user_ns", 6.0).with("measured.system_ns", 2.0);
        let trial = Trial { figures: figures.with("peak_rss_bytes", 10.0), ..Trial::default() };
        assert_eq!(value(&trial, "operations"), Some(4.0));
        assert_eq!(value(&trial, "cpu_ns_per_operation"), Some(2.0));
        assert_eq!(value(&trial, MEMORY_BYTES), Some(10.0));
        assert_eq!(value(&trial, "switches_per_operation"), None);
    }

    #[test]
    fn names_in_csv_have_no_dots() {
        let cases = [
            ("ops_per_s", "ops_per_s"),
            ("latency_ns.p50", "latency_p50_ns"),
            ("latency_ns.count", "latency_count"),
            ("latency_ns.samples", "latency_samples"),
            ("measured.user_ns", "measured_user_ns"),
            ("unit_operations.min", "unit_operations_min"),
            ("hop_ns", "hop_ns"),
        ];
        for (key, name) in cases {
            assert_eq!(csv_name(key), name);
        }
    }
}
