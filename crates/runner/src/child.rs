//! The child's side: confine itself, run one trial, say what came out, end when told to.

use std::fs::File;
use std::io::{Read, Write};

use engine::measure::counters;
use engine::{Halt, Limits, Registry};
use rustix::process::{Resource, Rlimit, Signal, getppid, getrlimit, set_parent_process_death_signal, setrlimit, setsid};

use crate::allocator::{self, allocators};
use crate::calibrate::{CALIBRATE_ROLE, calibrate};
use crate::cores;
use crate::wire::{Assignment, CHILD_ROLE, Line};

/// In a child role runs the one trial that it was started for, drives one with clients ([`engine::generator`]), or calibrates, and
/// never returns; otherwise returns at once.
///
/// The first thing in `main`: no runtime, no thread and no allocator state of a server must be in the process that is measured.
pub fn enter_child(registry: &Registry) {
    engine::generator::enter();
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(CHILD_ROLE) => {}
        Some(CALIBRATE_ROLE) => calibrate(),
        _ => return,
    }
    let assignment = arguments.next().and_then(|text| serde_json::from_str::<Assignment>(&text).ok());
    let Some(assignment) = assignment else { end("a child is started by its server, with an assignment") };
    if let Err(error) = confine(&assignment) {
        end(&format!("it could not set its limits: {error}"));
    }
    match private_stdout() {
        Ok(lines) => run(registry, &assignment, lines),
        Err(error) => end(&format!("it has no standard output: {error}")),
    }
}

/// A session of its own (the scheduler then weighs it against the server as a whole, however many threads it has), death with its
/// parent, one core if that is asked for, as many files as it may have, no core dump.
fn confine(assignment: &Assignment) -> rustix::io::Result<()> {
    setsid()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The parent may have died before the kernel was told.
    if getppid().is_none_or(|pid| pid.as_raw_nonzero().get().unsigned_abs() != assignment.parent) {
        std::process::exit(1);
    }
    if assignment.one_core {
        cores::keep_to(&cores::of_trial(true))?;
    }
    let files = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files })?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
}

/// A copy of the standard output that nothing else knows; everything that prints from now on prints to the standard error.
fn private_stdout() -> rustix::io::Result<File> {
    let private = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(File::from(private))
}

fn run(registry: &Registry, assignment: &Assignment, mut lines: File) -> ! {
    if assignment.spec.trace.is_some() {
        // Before there is any other thread, so that every one of them counts.
        counters::count();
    }
    let limits = Limits { threads: assignment.threads_limit, files: assignment.files_limit };
    let result = match allocator::unknown() {
        Some(asked) => Err(Halt::Refused(format!("this build has no allocator {asked}: it has {}", allocators().join(", ")))),
        None => registry.run(&assignment.spec, limits, &mut |phase| say(&mut lines, &Line::Phase { phase })),
    };
    let last = match result {
        Ok(measured) => Line::Measured(Box::new(measured)),
        Err(Halt::Refused(words)) => Line::Refused { words },
        Err(Halt::Failed(words)) => Line::Failed { words },
    };
    say(&mut lines, &last);
    // The parent reads from /proc how much memory this process has used, and then closes this.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    // Without taking down a million actors in good order.
    std::process::exit(0)
}

fn say(lines: &mut File, line: &Line) {
    let written = serde_json::to_vec(line).map_err(std::io::Error::from).and_then(|mut text| {
        text.push(b'\n');
        lines.write_all(&text)
    });
    if let Err(error) = written {
        end(&format!("nobody listens to it: {error}"));
    }
}

/// Ends the process; the words go to its standard error.
fn end(words: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "{words}");
    std::process::exit(2)
}
