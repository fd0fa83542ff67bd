//! The workloads: a folder each. `mod.rs` is the contract (parameters, words, expected answer), each other file a cell.
//!
//! One more: its folder, a line here, and a line in [`all`].

mod cpu_hash;
mod ping_pong;
mod shared_counter;
mod spawn;
mod tcp_echo;
mod wait;

use crate::registry::Registry;

/// With every workload, in the order in which they are shown.
pub(crate) fn all(registry: Registry) -> Registry {
    registry
        .with(tcp_echo::workload())
        .with(cpu_hash::workload())
        .with(wait::workload())
        .with(ping_pong::workload())
        .with(spawn::workload())
        .with(shared_counter::workload())
}
