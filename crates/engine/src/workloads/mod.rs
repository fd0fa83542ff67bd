//! The workloads: a folder each. `mod.rs` is the contract (parameters, words, expected answer), each other file a cell.
//!
//! One more: its folder, a line here, and a line in `all`.

mod blocking;
mod cancel;
pub(crate) mod churn;
mod cpu_hash;
mod fan_in;
mod fault;
mod file_read;
mod fork_join;
pub(crate) mod http;
mod idle_memory;
mod listings;
mod open_loop;
mod ping_pong;
mod pipeline;
mod program;
mod ring;
mod shared_counter;
mod spawn;
mod tcp_echo;
mod timeout;
mod wait;
mod yield_now;

use crate::registry::Registry;

/// With every workload, in the order in which they are shown.
pub(crate) fn all(registry: Registry) -> Registry {
    registry
        .with(tcp_echo::workload())
        .with(http::workload())
        .with(churn::workload())
        .with(cpu_hash::workload())
        .with(fork_join::workload())
        .with(wait::workload())
        .with(timeout::workload())
        .with(ping_pong::workload())
        .with(spawn::workload())
        .with(shared_counter::workload())
        .with(ring::workload())
        .with(yield_now::workload())
        .with(idle_memory::workload())
        .with(fan_in::workload())
        .with(open_loop::workload())
        .with(blocking::workload())
        .with(file_read::workload())
        .with(pipeline::workload())
        .with(cancel::workload())
        .with(fault::workload())
        .with(program::workload())
        .with(listings::workload())
}
