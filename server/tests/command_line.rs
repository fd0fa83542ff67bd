//! The command line, as a shell sees it.

mod support;

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use protocol::{Catalog, Report};
use support::{SHORT, child_of, folder, interleave, until};

fn output(command: &mut Command, input: &str) -> Output {
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    process.wait_with_output().unwrap()
}

fn run(arguments: &[&str], input: &str) -> Output {
    let own = folder();
    output(interleave().args(arguments).env("INTERLEAVE_LOCK", own.path().join("lock")), input)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn an_experiment_from_standard_input_ends_as_a_table_and_a_sentence() {
    let output = run(&["run", "-"], SHORT);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for words in ["units/s", "Native threads", "Tokio, again (A/A)", "Actix", "noise floor"] {
        assert!(shown.to_lowercase().contains(&words.to_lowercase()), "{words} in {shown}");
    }
    assert!(text(&output.stderr).contains("12 of 12"), "progress is told");
}

#[test]
fn a_figure_that_no_row_has_has_no_column() {
    let experiment = r#"{"workload":"program","models":["threads"],"params":{"units":2,"program":"Lock; send"},"repetitions":1}"#;
    let output = run(&["run", "-"], experiment);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(shown.contains("lock, median") && shown.contains("send, p99"), "{shown}");
    assert!(!shown.contains("compute,") && !shown.contains("block,"), "{shown}");
}

#[test]
fn with_json_the_report_alone_is_on_standard_output() {
    let folder = folder();
    let file = folder.path().join("experiment.json");
    std::fs::write(&file, SHORT).unwrap();
    let output = run(&["run", file.to_str().unwrap(), "--json"], "");
    let report: Report = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report.trials.len(), report.summary.len()), (12, 4));
}

#[test]
fn input_that_cannot_be_used_is_a_line_a_problem_and_status_2() {
    let all_wrong = r#"{"workload":"wait","models":["go"],"params":{"units":0}}"#;
    // Arguments, input, what each line begins with.
    let cases: [(&[&str], &str, &[&str]); 6] = [
        (&["run", "-"], all_wrong, &["models: go", "units: 0"]),
        (&["run", "-"], "not json", &["experiment: is not JSON"]),
        (&["run", "/no/such/file"], "", &["FILE: /no/such/file"]),
        (&["serve", "--listen", "0.0.0.0:0"], "", &["listen: 0.0.0.0:0"]),
        (&["serve", "--listen", "nonsense"], "", &["error: invalid value 'nonsense' for '--listen"]),
        (&["nonsense"], "", &["error: unrecognized subcommand 'nonsense'"]),
    ];
    for (arguments, input, beginnings) in cases {
        let output = run(arguments, input);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        for (line, beginning) in said.lines().zip(beginnings) {
            assert!(line.starts_with(beginning), "{arguments:?}: {line}");
        }
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address], "");
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("is in use"), "{said}");
}

#[test]
fn what_the_machine_refuses_is_a_result_unless_there_is_no_other() {
    let experiment = |models: &str| {
        format!(r#"{{"workload":"wait","models":[{models}],"params":{{"units":100000,"rounds":1,"wait_ms":1}},"repetitions":1}}"#)
    };
    let beside = run(&["run", "-"], &experiment(r#""threads","tokio""#));
    assert_eq!(beside.status.code(), Some(0), "{}", text(&beside.stderr));
    assert!(text(&beside.stdout).contains("refused: 100,000 units"), "{}", text(&beside.stdout));
    let alone = run(&["run", "-"], &experiment(r#""threads""#));
    assert_eq!(alone.status.code(), Some(1), "{}", text(&alone.stdout));
    assert!(text(&alone.stdout).contains("No trial came to a result"), "{}", text(&alone.stdout));
}

/// The same experiment as a shell would start it, with its process number.
fn begun(experiment: &str) -> (std::process::Child, tempfile::TempDir) {
    let own = folder();
    let mut command = interleave();
    command.args(["run", "-"]).env("INTERLEAVE_LOCK", own.path().join("lock"));
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(experiment.as_bytes()).unwrap();
    until("a trial runs", || child_of(process.id()).is_some());
    (process, own)
}

#[test]
fn a_failed_trial_is_status_1_and_the_others_are_shown() {
    let (process, _own) =
        begun(r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":10,"wait_ms":100},"repetitions":1}"#);
    support::kill(child_of(process.id()).unwrap(), libc::SIGKILL);
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("killed from outside") && text(&output.stdout).contains("Tokio"));
}

#[test]
fn an_interrupt_ends_the_run_shows_what_there_is_and_leaves_no_child() {
    let (process, _own) = begun(support::SPINNING);
    let child = child_of(process.id()).unwrap();
    support::kill(process.id(), libc::SIGINT);
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(!support::lives(child));
}

#[test]
fn the_catalogue_is_there_to_be_read_and_as_json() {
    let shown = text(&run(&["catalog"], "").stdout);
    for words in ["tcp-echo", "payload_bytes", "a whole number from 1 to", "not here: "] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let catalog: Catalog = serde_json::from_slice(&run(&["catalog", "--json"], "").stdout).unwrap();
    assert!(catalog.workloads.len() >= 6 && catalog.models.len() >= 6);
}

#[test]
fn every_command_explains_itself() {
    for arguments in [&["--help"][..], &["serve", "--help"], &["run", "--help"], &["catalog", "--help"]] {
        let output = run(arguments, "");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(text(&output.stdout).contains("Usage: interleave"), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let mut process = interleave().args(["catalog", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stdout.take());
    let output = process.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}
