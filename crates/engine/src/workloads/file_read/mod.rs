//! `file-read`: reads of a real file, which no model but a thread can wait for without help.

mod actix_sync;
mod file;
mod io_uring;
mod per_core;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Work};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, figure, gain, headline, mixed, no_figures, noun};

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
            .of_work()
            .help("How many blocks each of them reads, at places all over the file. A unit of a pool reads as many in one go."),
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
        source: (file!(), include_str!("mod.rs")),
        name: "File reads",
        summary: "Many reads of a real file: a read blocks, so something must have a thread for it",
        help: "Linux has no readiness for files: a read blocks its thread until it is done. Threads do that. A task of Tokio's \
               or smol's hands each read to a thread that is there for what blocks, and awaits it, one way there and back; an \
               actor leaves it to a SyncArbiter; io_uring hands it to the kernel. All read with an offset and without a seek, \
               into one buffer per reader. A job of a pool reads to its end: the latency of its first read is the time it waited \
               in the queue, and the others have no waiting in them. The file has just been written and is in the page cache, so \
               this is the way to the kernel and back, not the disk.",
        unit: noun("reader", "readers"),
        operation: noun("read", "reads"),
        latency: "from asking for a block to having it",
        scope: &["closed loop", "from the page cache"],
        headline: headline(OPS_PER_S, "{units} readers of {block_kib} KiB blocks", "did"),
        figures: vec![
            gain("bytes_per_s", "Read", Unit::BytesPerSecond, "Bytes per second, all readers together."),
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
            actix_actors => "a read would block the arbiter and every actor on it: it belongs in a SyncArbiter, see its cell, or \
                             on a thread for what blocks, see actix-rt",
            actix_sync => (actix_sync, "actix_sync.rs", files: 1),
            rayon_pool => "Rayon's threads are for work that never waits, and a read waits",
            smol_tasks => (smol_tasks, "smol_tasks.rs", files: 1),
            actix_rt => (per_core, "per_core.rs", files: 1),
            tokio_per_core => (per_core, "per_core.rs", files: 1),
            io_uring => (io_uring, "io_uring.rs", files: 1),
            tokio_actors => "an actor would hand each read to a thread for what blocks, as any task does: see tokio",
        },
        // As many readers: the runtimes make threads for what blocks as they are wanted, and keep them for a while.
        warm_up: |params| Params { rounds: params.rounds.min(4), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.rounds,
        answer,
        figure_values: no_figures,
    }
}

/// The sum of what every block begins with that was read.
fn answer(params: Params, seed: u64, work: &Work) -> u64 {
    let part = |unit, round| file::first_of(place(params, seed, unit, round));
    let parts = (0..params.units).flat_map(|unit| (0..work.of(unit, params.rounds)).map(move |round| part(unit, round)));
    parts.fold(0, u64::wrapping_add)
}

/// Which block a unit reads in this round.
fn place(params: Params, seed: u64, unit: usize, round: u64) -> u64 {
    mixed(seed ^ mixed(unit as u64) ^ round) % params.blocks()
}

/// Where that begins in the file, bytes.
fn offset(params: Params, seed: u64, unit: usize, round: u64) -> u64 {
    place(params, seed, unit, round) * params.block_bytes() as u64
}

/// With what is known when all has been read.
fn with_figures(params: Params, done: Done) -> Done {
    let bytes = done.operations as f64 * params.block_bytes() as f64;
    let per_s = bytes / done.wall.as_secs_f64();
    done.with("bytes_per_s", per_s).with("threads_at_end", crate::measure::Footprint::now().threads as f64)
}
