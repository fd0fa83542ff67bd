//! A workload from outside is one like any other.

use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn a_workload_of_a_user_s_own_runs_and_is_in_the_catalogue() {
    let program = || Command::new(env!("CARGO_BIN_EXE_own-workload"));
    let mut run = program()
        .args(["run", "-"])
        .env("INTERLEAVE_LOCK", std::env::temp_dir().join(format!("own-workload-{}.lock", std::process::id())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let experiment =
        r#"{"workload":"sort","models":["threads","tokio"],"params":{"units":3,"rounds":2,"length":50},"repetitions":1}"#;
    run.stdin.take().unwrap().write_all(experiment.as_bytes()).unwrap();
    let output = run.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("lists/s") && shown.contains("Tokio, again"), "{shown}");

    let catalog = program().arg("catalog").output().unwrap();
    let shown = String::from_utf8_lossy(&catalog.stdout);
    assert!(shown.contains("Each unit sorts lists of its own") && shown.contains("sort has not been written for it"), "{shown}");
}
