//! Clients are in a process of their own: this executable can be started as one, as the server's can.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use engine::{Limits, Measured, Registry, TrialSpec, Values};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::sys::resource::{UsageWho, getrusage};
use protocol::Value;
use protocol::log::Phase;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// The workloads that have clients.
const WORKLOADS: [&str; 2] = ["churn", "http"];

/// The first argument of this executable as a trial that does not end by itself.
const ENDLESS: &str = "be-an-endless-trial";

fn main() -> ExitCode {
    engine::generator::enter();
    if std::env::args().nth(1).as_deref() == Some(ENDLESS) {
        let workload = std::env::args().nth(2).unwrap_or_default();
        #[expect(clippy::print_stdout, reason = "whoever started it waits for that")]
        let tell = |phase| println!("{phase:?}");
        drop(run(&workload, "tokio", Some(3_600_000), tell));
        return ExitCode::FAILURE;
    }
    let arguments = Arguments::from_args();
    let mut tests = Vec::new();
    for workload in WORKLOADS {
        tests.push(Trial::test(format!("{workload}_s_clients_are_another_process_that_is_reaped"), || {
            is_another_process(workload)
        }));
        tests.push(Trial::test(format!("{workload}_s_clients_die_with_their_trial"), || dies_with_its_trial(workload)));
    }
    libtest_mimic::run(&arguments, tests).exit_code()
}

/// One trial, of a little work or for so many milliseconds.
fn run(workload: &str, model: &str, time: Option<u64>, mut tell: impl FnMut(Phase)) -> Result<Measured, String> {
    let registry = Registry::standard();
    let catalog = registry.catalog(&machine());
    let parameters = &catalog.workload(workload).ok_or("there is no such workload")?.parameters;
    let mut params: Values = parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default())).collect();
    params.insert("units".to_owned(), Value::Integer(4));
    let by = if time.is_some() { "time" } else { "work" };
    let method = [
        ("measure".to_owned(), Value::from(by)),
        ("measure_ms".to_owned(), Value::Integer(time.unwrap_or(0))),
        ("workers".to_owned(), Value::Integer(2)),
    ];
    let spec = TrialSpec { workload: workload.into(), model: model.into(), params, method: method.into(), trace: None };
    registry.run(&spec, LIMITS, &mut tell).map_err(|halt| halt.to_string())
}

fn is_another_process(workload: &str) -> Result<(), Failed> {
    let measured = run(workload, "tokio", None, |_| {})?;
    assert!(measured.answer_ok, "{measured:?}");
    // The kernel counts for a process those of its children that it has waited for.
    assert!(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() > 0, "no process has been there and is reaped");
    Ok(())
}

fn dies_with_its_trial(workload: &str) -> Result<(), Failed> {
    let mut trial = Command::new(std::env::current_exe()?).args([ENDLESS, workload]).stdout(Stdio::piped()).spawn()?;
    let output = trial.stdout.take().ok_or("the trial has no output")?;
    BufReader::new(output).lines().map_while(Result::ok).find(|line| line == "Work").ok_or("the trial never came to its work")?;
    let generator = loop {
        match child_of(trial.id()) {
            Some(generator) => break pidfd_open(generator, PidfdFlags::empty())?,
            // It is about to be started.
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    trial.kill()?;
    trial.wait()?;
    // Readable when that process has ended: nobody but the kernel can have ended it.
    let mut ended = [PollFd::new(&generator, PollFlags::IN)];
    poll(&mut ended, None)?;
    Ok(())
}

fn child_of(parent: u32) -> Option<Pid> {
    let parent_of = |process: &str| -> Option<u32> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
    };
    let processes = std::fs::read_dir("/proc").ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut children = processes.filter(|process| parent_of(process) == Some(parent));
    Pid::from_raw(children.next()?.parse().ok()?)
}

const LIMITS: Limits = Limits { threads: 1_000, files: 1_000 };

fn machine() -> protocol::Machine {
    protocol::Machine {
        cpu: "any".into(),
        cores: 2,
        memory_bytes: 1 << 30,
        os: "any".into(),
        kernel: "any".into(),
        threads_limit: LIMITS.threads,
        threads_limit_because: "1,000 threads".into(),
        files_limit: LIMITS.files,
        trial_memory_limit_bytes: 1 << 29,
        trial_time_limit_ms: 10_000,
        ..protocol::Machine::default()
    }
}
