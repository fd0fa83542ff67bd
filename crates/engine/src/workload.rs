//! A workload: the contract that its cells keep.

use std::collections::BTreeMap;

use protocol::catalog::{Better, Headline, Noun, Quantity, Unit};

use crate::cell::CompiledCell;
use crate::measure::{Latency, Work};
use crate::parameters::Params;

/// The work that every model is given: its parameters, its words, its expected result, and its cells.
#[expect(missing_debug_implementations, reason = "function pointers over P")]
pub struct Contract<P> {
    /// The name that experiments and links use: `tcp-echo`.
    pub id: &'static str,
    /// Path and text of the file that this is in: `(file!(), include_str!("mod.rs"))`. Shown above the cells.
    pub source: (&'static str, &'static str),
    /// The name that people read.
    pub name: &'static str,
    /// One line under the name.
    pub summary: &'static str,
    /// What is done, what is timed, what the numbers do and do not say.
    pub help: &'static str,
    /// What one unit is here.
    pub unit: Noun,
    /// What is counted and timed.
    pub operation: Noun,
    /// What the latency of an operation is here.
    pub latency: &'static str,
    /// What a person must know to read these numbers, a phrase each.
    pub scope: &'static [&'static str],
    /// What the verdict is about, and its words.
    pub headline: Headline,
    /// What it reports besides the usual.
    pub figures: Vec<Quantity>,
    /// One for each model; a model that is not named has no cell yet.
    pub cells: Vec<CompiledCell<P>>,
    /// A small run of the same, before the measured one, on the same runtime. As many units, unless it is their memory that is
    /// measured: what the first ones make grow is then grown.
    pub warm_up: fn(P) -> P,
    /// Whether it can be measured by time, see [`crate::measure::Rounds`]. Each of its parameters that then decides nothing is
    /// declared as work ([`crate::parameters::Declared::of_work`]).
    pub by_time: bool,
    /// The most units that there are at a time: the machine has a limit on them, see [`crate::cell::Needs`].
    pub at_once: fn(P) -> usize,
    /// How many operations it is, measured by work.
    pub operations: fn(P) -> u64,
    /// The expected result of what was done, computed without any of the models; the second argument is the seed.
    pub answer: fn(P, u64, &Work) -> u64,
    /// The values of those `figures` that follow from the latencies; a cell adds the others itself, see [`crate::Done::with`].
    pub figure_values: fn(P, &Latency) -> BTreeMap<String, f64>,
}

/// "request", "requests"
#[must_use]
pub fn noun(one: &str, many: &str) -> Noun {
    Noun { one: one.to_owned(), many: many.to_owned() }
}

/// What a workload's verdict is about: the key of a quantity, the subject with `{name}` for a parameter's value, and what a model
/// did.
#[must_use]
pub fn headline(quantity: &str, subject: &str, verb: &str) -> Headline {
    Headline { metric: quantity.to_owned(), subject: subject.to_owned(), verb: verb.to_owned() }
}

/// The words of a workload that compares no figure: the orders in which its units printed are told of this subject.
#[must_use]
pub fn orders(subject: &str) -> Headline {
    headline("", subject, "printed")
}

/// Operations per second, as a [`headline`].
pub const OPS_PER_S: &str = "ops_per_s";

/// Peak memory, resident and the kernel's, as a [`headline`]: a wait may claim concurrency and memory, never speed.
pub const MEMORY_BYTES: &str = "memory_bytes";

/// What a workload reports besides the usual.
#[must_use]
pub fn figure(key: &str, label: &str, unit: Unit, help: &str) -> Quantity {
    let (key, label, help) = (key.to_owned(), label.to_owned(), help.to_owned());
    Quantity { key, label, column: String::new(), unit, better: Better::Neither, help }
}

/// The same, of which less is better.
#[must_use]
pub fn cost(key: &str, label: &str, unit: Unit, help: &str) -> Quantity {
    Quantity { better: Better::Lower, ..figure(key, label, unit, help) }
}

/// The same, of which more is better.
#[must_use]
pub fn gain(key: &str, label: &str, unit: Unit, help: &str) -> Quantity {
    Quantity { better: Better::Higher, ..figure(key, label, unit, help) }
}

/// For a workload without figures of its own.
#[must_use]
pub fn no_figures<P>(_: P, _: &Latency) -> BTreeMap<String, f64> {
    BTreeMap::new()
}

/// For a workload whose units are all there at once.
#[must_use]
pub fn all_at_once<P: Params>(params: P) -> usize {
    params.units()
}

/// What p99 of the arrivals' lateness is of p99 of the latency, see [`ARRIVALS_LATE`](protocol::catalog::ARRIVALS_LATE).
#[must_use]
pub fn lateness_in(late: &Latency, latency: &Latency) -> Option<f64> {
    Some(late.p99? as f64 / latency.p99?.max(1) as f64)
}

/// So many rounds of each of these that there are about `all` in all, but at least one and at most `most`: for a warm-up.
#[must_use]
pub fn few(of: usize, all: u64, most: u64) -> u64 {
    (all / (of as u64).max(1)).clamp(1, most)
}

/// Spreads the bits of a number: what units start from, so that each has work of its own. Source: S. Vigna, splitmix64.
#[must_use]
pub fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
