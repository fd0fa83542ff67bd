//! The HTTP API, the queue, the store and the command line.
//!
//! A library too: a crate that registers workloads of its own calls [`main`] with them, and has the same page and the same
//! measuring.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "Interleave measures on Linux alone: its trials are watched through /proc, and end with the server through prctl. \
     On another system run it in a Linux virtual machine, on Windows in WSL 2"
);

mod cli;
mod context;
mod document;
mod http;
mod json;
mod runs;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
pub use runner::Registry;

use crate::cli::run::{Print, RunArguments};
use crate::cli::{catalog, run, serve};
use crate::context::Context;

/// See, measure and argue about Rust's execution models.
#[derive(Debug, Parser)]
#[command(name = "interleave", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the page and its API, and run what is asked for.
    Serve {
        /// Where to listen: a loopback address; port 0 takes a free one. The first line on standard output is the page's address.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
        listen: SocketAddr,
        /// Where runs are kept; the user's data folder unless given.
        #[arg(long, value_name = "FOLDER")]
        data: Option<PathBuf>,
    },
    /// Run an experiment here, without a browser: the same trials, the same figures.
    ///
    /// Exit status: 0 all went well (a model that the machine refuses is a result), 1 a trial failed, 2 the experiment cannot be
    /// used; 129 the terminal was closed, 130 Ctrl-C, 143 a polite kill: what was measured until then is shown.
    Run {
        /// A file with an experiment in JSON, or - for standard input:
        /// {"workload": "tcp-echo", "models": ["threads", "tokio"], "params": {"units": 100}, "repetitions": 5}
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Measure at several values of one parameter, as its field in the page takes them: units=1,10,100 or "units=1..10000
        /// log". Given twice, at every pair of the values of two.
        #[arg(long, value_name = "PARAMETER=VALUES")]
        sweep: Vec<String>,
        /// End as soon as every pair of models can be told apart; the experiment's repetitions (48 unless given) are then the
        /// maximum.
        #[arg(long)]
        until_sure: bool,
        /// What the sentence, the chart and the first column are about, by its key in the report: latency_ns.p99, memory_bytes;
        /// the workload's headline unless given.
        #[arg(long, value_name = "KEY")]
        quantity: Option<String>,
        /// Run each model once more, traced, and write what each thread did when: Chrome trace JSON, which Perfetto opens.
        #[arg(long, value_name = "FILE")]
        trace: Option<PathBuf>,
        /// Write one file that opens anywhere: the verdict, the pictures, the tables, the code, the report inside.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
        /// Print the report as JSON, and nothing else, on standard output.
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Print the trials as CSV, one line each, and nothing else, on standard output.
        #[arg(long)]
        csv: bool,
    },
    /// Say what can be run: models, workloads, their parameters and what each accepts.
    Catalog {
        /// As JSON, as the API has it.
        #[arg(long)]
        json: bool,
    },
    /// Print what a shell needs to complete commands and options.
    ///
    /// For bash: interleave completions bash > ~/.local/share/bash-completion/completions/interleave
    Completions {
        /// Which shell.
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
}

/// An exit status that says that the input cannot be used.
const UNUSABLE: u8 = 2;

/// The whole program, with what this registry holds. In the child role it runs one trial and does not return.
#[must_use]
pub fn main(registry: Registry) -> ExitCode {
    runner::enter_child(&registry);
    // Made only for the commands that need it: it measures the machine first.
    let context = |measures| Arc::new(Context::new(registry, measures));
    match Arguments::parse().command {
        Command::Serve { listen, data } => serve::serve(context(true), listen, data),
        Command::Run { file, sweep, until_sure, quantity, trace, html, json, csv } => {
            let print = match (json, csv) {
                (true, _) => Print::Json,
                (_, true) => Print::Csv,
                _ => Print::Text,
            };
            run::run(context(true), &RunArguments { file, sweep, until_sure, quantity, trace, html, print })
        }
        Command::Catalog { json } => catalog::catalog(&context(false).catalog, json),
        Command::Completions { shell } => completions(shell),
    }
}

fn completions(shell: Shell) -> ExitCode {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "interleave", &mut text);
    print_and_end(String::from_utf8_lossy(&text).trim_end(), ExitCode::SUCCESS)
}

/// A line to a person, beside what the program prints as its result.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints a result. The reader may have stopped reading: a closed pipe is no error, a full disk is one.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Prints what the program was run for, and fails if it did not arrive; otherwise the status is this.
fn print_and_end(text: &str, status: ExitCode) -> ExitCode {
    match print(text) {
        Ok(()) => status,
        Err(error) => {
            say(&format!("standard output cannot be written to: {error}"));
            ExitCode::FAILURE
        }
    }
}
