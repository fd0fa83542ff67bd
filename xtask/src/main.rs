//! `cargo xtask TASK`: what a person, or a machine in their place, does with this repository beyond plain cargo.
//!
//! A task is a file of this folder and a line in [`TASKS`]. What several need is below the tasks: where things are ([`place`]),
//! processes that are owned and never left behind ([`process`]), steps that say how far they are ([`step`]), the tools of the
//! page ([`tools`]).

#[cfg(not(target_os = "linux"))]
compile_error!(
    "Interleave measures on Linux alone: its trials are watched through /proc, and end with the server through prctl. \
     On another system run it in a Linux virtual machine, on Windows in WSL 2"
);

mod book;
mod cancel;
mod claims;
mod fidelity;
mod lanes;
mod lighthouse;
mod page;
mod record;
mod screenshots;
mod serve;
mod serving;
mod set_up;
mod store;
mod test;
mod usable;

mod arguments;
mod browser;
mod count;
mod glue;
mod http;
#[cfg(test)]
mod names;
mod place;
mod postgres;
mod process;
mod server;
mod step;
mod tools;

use std::process::ExitCode;

use anyhow::Result;

use arguments::Arguments;

/// A task: its name, what it takes, what it does, and the function that does it.
struct Task {
    name: &'static str,
    takes: &'static str,
    does: &'static str,
    run: fn(Arguments) -> Result<()>,
}

const TASKS: &[Task] = &[
    Task {
        name: "serve",
        takes: serve::TAKES,
        does: "set up, build, start the server and the page; Ctrl-C stops both",
        run: serve::run,
    },
    Task {
        name: "test",
        takes: test::TAKES,
        does: "every test there is, the browser's too; ends with their count",
        run: test::run,
    },
    Task { name: "set-up", takes: "", does: "install what building the page needs, as far as it is missing", run: set_up::run },
    Task {
        name: "page",
        takes: "",
        does: "build the page that the server embeds, and hold its size against the budget",
        run: page::run,
    },
    Task {
        name: "record",
        takes: "",
        does: "run the first preset; write the sample result that the page shows first",
        run: record::run,
    },
    Task {
        name: "book",
        takes: book::TAKES,
        does: "run every workload; write docs/workloads and docs/models, with pictures",
        run: book::run,
    },
    Task {
        name: "screenshots",
        takes: screenshots::TAKES,
        does: "take docs/page.png, and every state of the page into target/screenshots",
        run: screenshots::run,
    },
    Task {
        name: "cancel",
        takes: cancel::TAKES,
        does: "measure how soon a cancelled trial, and a killed server's, has ended",
        run: cancel::run,
    },
    Task {
        name: "claims",
        takes: claims::TAKES,
        does: "hold what is claimed of the models, and of the measuring, against this machine",
        run: claims::run,
    },
    Task {
        name: "fidelity",
        takes: fidelity::TAKES,
        does: "hold the harness against plain programs that do the same by hand",
        run: fidelity::run,
    },
    Task {
        name: "lanes",
        takes: lanes::TAKES,
        does: "measure what lanes cost and weigh, and how soon they are drawn",
        run: lanes::run,
    },
    Task {
        name: "usable",
        takes: "",
        does: "measure whether the page stays usable while it shows its largest run",
        run: usable::run,
    },
    Task {
        name: "serving",
        takes: serving::TAKES,
        does: "send a stored result's page and JSON, beside nginx that sends the same bytes",
        run: serving::run,
    },
    Task {
        name: "store",
        takes: store::TAKES,
        does: "store a million results; hold opening, listing and the file's size against what is promised",
        run: store::run,
    },
    Task {
        name: "lighthouse",
        takes: "",
        does: "hold the page against Lighthouse, as `interleave serve` serves it",
        run: lighthouse::run,
    },
];

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "--help".into());
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        say(&help());
        return ExitCode::SUCCESS;
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        tell(&format!("there is no task {name:?}\n\n{}", help()));
        return ExitCode::from(2);
    };
    let arguments = Arguments::new(words);
    if arguments.asks_for_help() {
        say(&format!("cargo xtask {} {}\n    {}", task.name, task.takes, task.does));
        return ExitCode::SUCCESS;
    }
    process::listen_for_signals();
    match (task.run)(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            if !problem.is::<AlreadySaid>() {
                tell(&format!("{problem:#}"));
            }
            ExitCode::FAILURE
        }
    }
}

/// A failure that has been told: the last line stays the last.
#[derive(Debug)]
struct AlreadySaid;

impl std::fmt::Display for AlreadySaid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it failed, as told above")
    }
}

impl std::error::Error for AlreadySaid {}

fn help() -> String {
    let mut text = String::from("cargo xtask TASK\n\n");
    for task in TASKS {
        text += &format!("  {:<12} {}\n", task.name, task.does);
        if !task.takes.is_empty() {
            text += &format!("  {:<12}   {}\n", "", task.takes);
        }
    }
    text += "\nREADME.md begins at the beginning; CONTRIBUTING.md says how to work on it.";
    text
}

/// What was asked for: on standard output. A reader that has gone (`| head`) is no reason to fail.
fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// What is going on meanwhile: on standard error.
fn tell(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}
