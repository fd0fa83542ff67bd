//! One word, one type: a name that the workspace's crates declare as a public type stands for one thing only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::place::root;

/// Rust sources below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Cells and contracts are written alike on purpose: each has its `Params`, its `Unit`.
        if path.is_dir() && !path.ends_with("workloads") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The name that a line declares as a type that other crates or modules can see; `Run` is each model's form of a cell.
fn declared(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let rest = ["struct ", "enum ", "trait "].iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    Some(&rest[..end])
}

#[test]
fn a_type_s_name_is_declared_once_in_the_workspace() {
    let top = root();
    let mut files = Vec::new();
    for folder in [
        "crates/protocol",
        "crates/analysis",
        "crates/capsule",
        "crates/charts",
        "crates/engine",
        "crates/runner",
        "server",
        "frontend",
    ] {
        sources(&top.join(folder).join("src"), &mut files);
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        for name in text.lines().filter_map(declared) {
            let place = file.strip_prefix(&top).unwrap_or(file).display().to_string();
            places.entry(name.to_owned()).or_default().push(place);
        }
    }
    assert!(places.len() > 50, "only {} types were found: the search is broken", places.len());
    let twice: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(twice.is_empty(), "one word, one type: {twice:#?}");
}

#[test]
fn a_declaration_is_told_from_a_use() {
    let cases = [
        ("pub struct Run {", Some("Run")),
        ("    pub enum Phase {", Some("Phase")),
        ("pub trait Setting: Sized {", Some("Setting")),
        ("pub struct Cell<P> {", Some("Cell")),
        ("pub(crate) struct Log {", None),
        ("pub fn run()", None),
        ("/// pub struct Run", None),
    ];
    for (line, name) in cases {
        assert_eq!(declared(line), name, "{line}");
    }
}
