//! Cells are there to be read: each says why it is written so, and docs/patterns.md leads to them.

use std::path::{Path, PathBuf};

use engine::Registry;
use protocol::Machine;

/// The top of the repository.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One on which every workload can be run.
fn machine() -> Machine {
    Machine {
        cpu: "any".into(),
        cores: 2,
        memory_bytes: 1 << 30,
        os: "any".into(),
        kernel: "any".into(),
        threads_limit: 1_000,
        threads_limit_because: "1,000 threads".into(),
        files_limit: 1_000,
        trial_memory_limit_bytes: 1 << 29,
        trial_time_limit_ms: 10_000,
        ..Machine::default()
    }
}

/// What is wrong with the comments of a cell, if anything: it needs one at its head and one beside its code.
fn complaint(text: &str) -> Option<&'static str> {
    let comments: Vec<&str> = text.lines().map(str::trim_start).filter(|line| line.starts_with("//")).collect();
    if !text.starts_with("//!") {
        Some("does not begin with what it shows (//!)")
    } else if comments.iter().all(|line| line.starts_with("//!")) {
        Some("says nowhere beside its code why it is written so (//)")
    } else {
        None
    }
}

/// The targets of a Markdown text's links into the repository, without their anchors.
fn targets(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1).filter_map(|after| after.split_once(')'));
    ends.map(|(target, _)| target.split('#').next().unwrap_or_default()).filter(|target| !target.contains("://")).collect()
}

#[test]
fn every_cell_says_what_it_shows_at_its_head_and_why_it_is_so_beside_its_code() {
    let registry = Registry::standard();
    let (mut read, mut complaints) = (0, Vec::new());
    for workload in registry.catalog(&machine()).workloads {
        for source in registry.sources(&workload.id).unwrap() {
            let text: String = source.pieces.iter().map(|piece| piece.1.as_str()).collect();
            complaints.extend(complaint(&text).map(|complaint| format!("{} {complaint}", source.path)));
            read += 1;
        }
    }
    assert!(read > 0 && complaints.is_empty(), "of {read} cells:\n{}", complaints.join("\n"));
}

#[test]
fn a_cell_without_a_comment_at_its_head_or_beside_its_code_is_found() {
    assert_eq!(complaint("//! A task per unit.\n\nfn run() {\n    // Because.\n    work();\n}\n"), None);
    assert!(complaint("//! A task per unit.\n//! Two lines of it.\n\nfn run() {}\n").is_some_and(|said| said.contains("beside")));
    assert!(complaint("fn run() {\n    // Because.\n    work();\n}\n").is_some_and(|said| said.contains("begin")));
}

#[test]
fn every_file_that_the_index_of_patterns_names_is_there() {
    let docs = top().join("docs");
    let text = std::fs::read_to_string(docs.join("patterns.md")).unwrap();
    let missing: Vec<&str> = targets(&text).into_iter().filter(|target| !docs.join(target).is_file()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let rows = text.lines().filter(|line| line.starts_with("| ") && !targets(line).is_empty()).count();
    let named = text.lines().filter(|line| line.starts_with("| ")).count();
    assert!(rows >= 20 && named == rows + 2, "of {named} rows {rows} lead to a file, and two are the table's head");
}
