//! The server and command line of Interleave, with every model and workload of this project.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::main(server::Registry::standard())
}
