//! `file-read`: reads of a real file, which no model but a thread can wait for without help.

mod actix_sync;
mod file;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::Done;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 10_000, 32)
            .label("Readers")
            .unit("units")
            .log()
            .help("Threads, tasks or messages that read, each from a handle of its own."),
        rounds: u64 = count(1, 100_000, 200)
            .label("Reads each")
            .unit("reads")
            .log()
            .help("How many blocks each of them reads, at places all over the file."),
        block_kib: usize = count(1, 1_024, 16)
            .label("Block")
            .unit("KiB")
            .log()
            .help("How much each read gets."),
        file_mib: usize = count(1, 1_024, 32)
            .label("File")
            .unit("MiB")
            .log()
            .help("Size of the file. It is written beforehand, and so is in the kernel's page cache."),
    }
}

impl Params {
    fn block_bytes(self) -> usize {
        self.block_kib * 1024
    }

    /// Blocks that the file has; one at least.
    fn blocks(self) -> u64 {
        (self.file_mib * 1024 / self.block_kib).max(1) as u64
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "file-read",
        name: "File reads",
        summary: "Many reads of a real file: a read blocks, so something must have a thread for it",
        help: "Linux has no readiness for files: a read blocks its thread until it is done. Threads do that; tokio::fs and smol \
               hand it to a pool of threads for blocking calls, tokio::fs with two trips per read, one to seek and one to read; \
               an actor must leave it to a SyncArbiter. The file has just been written and is in the page cache, so this is the \
               way to the kernel and back, not the disk.",
        unit: noun("reader", "readers"),
        operation: noun("read", "reads"),
        latency: "from asking for a block to having it",
        scope: &["closed loop", "from the page cache"],
        headline: headline(OPS_PER_S, "{units} readers of {block_kib} KiB blocks", "did"),
        figures: vec![
            figure("bytes_per_s", "Read", Unit::BytesPerSecond, "Bytes per second, all readers together."),
            figure(
                "threads_at_end",
                "Threads",
                Unit::Count,
                "OS threads when the last block had been read: the pool for blocking calls is among them.",
            ),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, files: 1),
            thread_pool => (thread_pool, "thread_pool.rs", files: 1),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs", files: 1),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs", files: 1),
            actix_actors => "a read would block the arbiter and every actor on it: it belongs in a SyncArbiter, see its cell",
            actix_sync => (actix_sync, "actix_sync.rs", files: 1),
            rayon_pool => "Rayon's threads are for work that never waits, and a read waits",
            smol_tasks => (smol_tasks, "smol_tasks.rs", files: 1),
        },
        warm_up: |params| Params { units: params.units.min(4), rounds: 4, ..params },
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, seed| {
            let part = |unit, round| file::first_of(place(params, seed, unit, round));
            let parts = (0..params.units).flat_map(|unit| (0..params.rounds).map(move |round| part(unit, round)));
            parts.fold(0, u64::wrapping_add)
        },
        figure_values: no_figures,
    }
}

/// Which block a unit reads in this round.
fn place(params: Params, seed: u64, unit: usize, round: u64) -> u64 {
    mixed(seed ^ mixed(unit as u64) ^ round) % params.blocks()
}

/// With what is known when all has been read.
fn with_figures(params: Params, done: Done) -> Done {
    let bytes = done.operations as f64 * params.block_bytes() as f64;
    let per_s = bytes / done.wall.as_secs_f64();
    done.with("bytes_per_s", per_s).with("threads_at_end", crate::measure::Footprint::now().threads as f64)
}
