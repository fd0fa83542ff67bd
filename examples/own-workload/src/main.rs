//! `interleave`, with one more workload. `cargo run --release -p own-workload -- serve` serves the same page, with it in the
//! list.

mod sort;

use std::process::ExitCode;

use engine::Registry;

fn main() -> ExitCode {
    server::main(Registry::standard().with(sort::workload()))
}
