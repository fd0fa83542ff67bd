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
mod lanes;
mod pixels;
mod runs;
pub mod store;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
pub use runner::Registry;

use crate::cli::export::ExportArguments;
use crate::cli::open::OpenArguments;
use crate::cli::run::{Print, RunArguments};
use crate::cli::serve::ServeArguments;
use crate::cli::{backup, catalog, export, man, open, restore, run, serve};
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
        /// Keep results and runs in this PostgreSQL database, postgres://USER@HOST/NAME, instead of a file of the folder; the
        /// variable INTERLEAVE_STORE says the same.
        #[arg(long, value_name = "URL")]
        store: Option<String>,
        /// The address under which others reach this server, through a proxy that hands requests on to it: links begin with it,
        /// and its pages get in as this machine's own do. Whoever reaches it can run experiments on this machine; the
        /// lists of kept results hold what was published only.
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
        /// Delete kept results after so many days; for ever unless given.
        #[arg(long, value_name = "DAYS")]
        expire: Option<u64>,
    },
    /// Run an experiment here, without a browser: the same trials, the same figures.
    ///
    /// For example: interleave run tcp-echo units=100 models=threads,tokio repetitions=7
    ///
    /// Exit status: 0 all went well (a model that the machine refuses is a result), 1 a trial failed, 2 the experiment cannot be
    /// used; 129 the terminal was closed, 130 Ctrl-C, 143 a polite kill: what was measured until then is shown.
    Run {
        /// What to run: a file with an experiment in JSON, or - for standard input; a link that was copied from the page; or a
        /// workload, with NAME=VALUE behind it for what is not to have its default: tcp-echo units=100 models=threads,tokio
        #[arg(value_name = "FILE|-|LINK|WORKLOAD")]
        what: String,
        /// A parameter of the workload, a field of the method, or models; `interleave catalog` has them all.
        #[arg(value_name = "NAME=VALUE")]
        values: Vec<String>,
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
        /// Print a link that carries the result as the last line on standard output; with --json it is the report's `link`.
        #[arg(long, conflicts_with = "csv")]
        link: bool,
        /// What the link begins with: where a server or a static edition of Interleave can be reached; http://127.0.0.1:8081
        /// unless this or the variable INTERLEAVE_PUBLIC_URL says something else.
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
        /// Print the report as JSON, and nothing else, on standard output.
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Print the trials as CSV, one line each, and nothing else, on standard output.
        #[arg(long)]
        csv: bool,
    },
    /// Show a result that somebody has measured: from a link that carries it, a file, or what is kept here. Asks no other
    /// machine.
    Open(OpenArguments),
    /// Write results as a site that any host of files serves, under a folder too: the page, every form of each result, the list.
    Export(ExportArguments),
    /// Write everything that is stored, results with their lanes and runs that are over, into one file, while a server uses it.
    /// Lanes of runs are not in it.
    ///
    /// Exit status: 0 it is there, whole; 1 it could not be written; 2 there is nothing to back up, or FILE is there already.
    Backup {
        /// The file, which is not there yet.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The folder that the server has.
        #[arg(long, value_name = "FOLDER")]
        data: Option<PathBuf>,
        /// The PostgreSQL database that the server has.
        #[arg(long, value_name = "URL")]
        store: Option<String>,
    },
    /// Add what a backup holds to what is stored, while a server uses it. Nothing that is there is changed, and it may be done
    /// again.
    ///
    /// Exit status: 0 all of it is there; 1 the store took no more; 2 FILE cannot be used.
    Restore {
        /// A file that `interleave backup` has written, of a file's store or PostgreSQL's.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The folder that the server has, or is to have.
        #[arg(long, value_name = "FOLDER")]
        data: Option<PathBuf>,
        /// The PostgreSQL database that the server has, or is to have.
        #[arg(long, value_name = "URL")]
        store: Option<String>,
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
    /// Print the manual page, or write it and one for each command into a folder.
    ///
    /// For example: interleave man ~/.local/share/man/man1, and then: man interleave-run
    Man {
        /// Where to write them; it is made if it is missing.
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
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
        Command::Serve { listen, data, store: url, public_url, expire } => {
            serve::serve(context(true), ServeArguments { listen, data, url, public_url, expire })
        }
        Command::Run { what, values, sweep, until_sure, quantity, trace, html, link, public_url, json, csv } => {
            let print = match (json, csv) {
                (true, _) => Print::Json,
                (_, true) => Print::Csv,
                _ => Print::Text,
            };
            let link = link.then(|| run::link_base(public_url));
            run::run(context(true), &RunArguments { what, values, sweep, until_sure, quantity, trace, html, link, print })
        }
        Command::Export(asked) => export::export(&context(false), &asked),
        Command::Open(asked) => open::open(&context(false), &asked),
        Command::Backup { file, data, store } => backup::backup(&file, data, store),
        Command::Restore { file, data, store } => restore::restore(&file, data, store),
        Command::Catalog { json } => catalog::catalog(&context(false).catalog, json),
        Command::Completions { shell } => completions(shell),
        Command::Man { folder } => man::man(Arguments::command(), folder.as_deref()),
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
