//! `cpu-hash`: work that never waits. Each unit computes chains of SHA-256.

mod actix_actors;
mod actix_sync;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use sha2::{Digest, Sha256};

use crate::cells;
use crate::measure::Work;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 64)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks, actors or jobs that compute at the same time."),
        rounds: u64 = count(1, 1_000_000, 50)
            .label("Chains each")
            .unit("chains")
            .log()
            .of_work()
            .help("Chains that each unit computes, one after the other. A unit of a pool computes as many in one go."),
        hashes: u64 = count(1, 1_000_000, 1_000)
            .label("Length of a chain")
            .unit("hashes")
            .log()
            .help("SHA-256 of the last hash, this many times: a chain cannot be split."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "cpu-hash",
        source: (file!(), include_str!("mod.rs")),
        name: "CPU: SHA-256 chains",
        summary: "Work that never waits: more units than cores add nothing but their own cost",
        help: "Each unit computes chains of SHA-256, every hash from the one before. Nothing waits, so no model can do more than \
               the cores allow; what differs is what it costs to share them. A task or an actor gives way between two chains, \
               not within one, and the kernel takes a thread's core away wherever it is. A job of a pool runs to its end: the \
               latency of its first chain is the time it waited in the queue, and the others have no waiting in them.",
        unit: noun("unit", "units"),
        operation: noun("chain", "chains"),
        latency: "from the end of a unit's last chain, or the start, to the end of this one",
        scope: &["closed loop", "no I/O"],
        headline: headline(OPS_PER_S, "{units} units of hashing", "computed"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs"),
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (per_core, "per_core.rs"),
            tokio_actors => "nobody would write an actor that computes for itself and is sent nothing: see tokio",
        },
        warm_up: |params| Params { rounds: 1, ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.rounds,
        answer,
        figure_values: no_figures,
    }
}

/// A hash.
type Link = [u8; 32];

/// Units start from this many different hashes, so that the check need not do the whole work again.
const DIFFERENT: usize = 4;

/// Where a unit's first chain starts.
fn first_link(seed: u64, unit: usize) -> Link {
    Sha256::digest(mixed(seed ^ (unit % DIFFERENT) as u64).to_le_bytes()).into()
}

/// The pure kernel: the hash of the hash of the hash … Never inlined: each cell would have machine code of its own, and one
/// cell's took 1.4 times as long as another's.
#[inline(never)]
fn chain(first: Link, hashes: u64) -> Link {
    (0..hashes).fold(first, |link, _| Sha256::digest(link).into())
}

/// A unit's part of the answer.
fn part(link: &Link) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *link;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// Units with the same first hash compute one chain, and each goes along it as far as it comes.
fn answer(params: Params, seed: u64, work: &Work) -> u64 {
    let of = |start: usize| {
        let mut ends: Vec<u64> = (start..params.units).step_by(DIFFERENT).map(|unit| work.of(unit, params.rounds)).collect();
        ends.sort_unstable();
        let (mut link, mut at, mut sum) = (first_link(seed, start), 0, 0_u64);
        for end in ends {
            link = chain(link, params.hashes * (end - at));
            at = end;
            sum = sum.wrapping_add(part(&link));
        }
        sum
    };
    (0..DIFFERENT).map(of).fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_the_hash_of_the_hash() {
        let hex = |link: Link| link.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        // FIPS 180-2's digest of "abc", and what `sha256sum` says of its 32 bytes.
        let once: Link = Sha256::digest("abc").into();
        assert_eq!(hex(once), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(chain(once, 1)), "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358");
        assert_eq!(chain(chain(once, 3), 4), chain(once, 7));
    }
}
