//! Cells are there to be read: each says why it is written so, and docs/patterns.md leads to them.

use std::path::{Path, PathBuf};

use engine::Registry;
use protocol::Machine;
use protocol::catalog::{REGIONS, Source};

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

/// Every cell of every workload, and its text.
fn cells() -> Vec<(Source, String)> {
    let registry = Registry::standard();
    let sources = registry.catalog(&machine()).workloads.into_iter().flat_map(|workload| registry.sources(&workload.id).unwrap());
    let cells = sources.filter(|source| source.model.is_some());
    let with_text = |source: Source| {
        let text = source.pieces.iter().map(|piece| piece.1.as_str()).collect();
        (source, text)
    };
    cells.map(with_text).collect()
}

/// What is wrong with the regions of a cell, if anything: it needs one at least, with a known name and a line in it, and none
/// inside another.
fn wrong_region(text: &str) -> Option<String> {
    let (mut open, mut seen) = (None, 0);
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        match (line.strip_prefix("// region: "), open) {
            (Some(_), Some(began)) => return Some(format!("line {number} begins a region in that of line {began}")),
            (Some(name), None) if REGIONS.iter().all(|(known, _)| *known != name) => {
                return Some(format!("line {number}: {name} is not the name of a region"));
            }
            (Some(_), None) => (open, seen) = (Some(number), seen + 1),
            (None, Some(began)) if line == "// endregion" => {
                if number == began + 1 {
                    return Some(format!("the region of line {began} is empty"));
                }
                open = None;
            }
            (None, _) if line.contains("region:") || line == "// endregion" => return Some(format!("line {number}: {line}")),
            (None, _) => {}
        }
    }
    match (open, seen) {
        (Some(began), _) => Some(format!("the region of line {began} does not end")),
        (None, 0) => Some("has no region".to_owned()),
        (None, _) => None,
    }
}

/// What is wrong with the comments of a cell, if anything: it needs one at its head and one beside its code.
fn complaint(text: &str) -> Option<&'static str> {
    let is_comment = |line: &&str| line.starts_with("//") && !line.starts_with("// region: ") && *line != "// endregion";
    let comments: Vec<&str> = text.lines().map(str::trim_start).filter(is_comment).collect();
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
    let cells = cells();
    let said = |(source, text): &(Source, String)| complaint(text).map(|complaint| format!("{} {complaint}", source.path));
    let complaints: Vec<String> = cells.iter().filter_map(said).collect();
    assert!(!cells.is_empty() && complaints.is_empty(), "of {} cells:\n{}", cells.len(), complaints.join("\n"));
}

#[test]
fn what_differs_from_model_to_model_is_marked_in_every_cell_by_a_known_name() {
    let cells = cells();
    // A listing of the article is read whole.
    let said = |(source, text): &(Source, String)| {
        wrong_region(text).filter(|_| !source.path.contains("/listings/")).map(|wrong| format!("{}: {wrong}", source.path))
    };
    let wrong: Vec<String> = cells.iter().filter_map(said).collect();
    assert!(!cells.is_empty() && wrong.is_empty(), "of {} cells:\n{}", cells.len(), wrong.join("\n"));
}

#[test]
fn a_region_that_is_missing_unknown_open_empty_or_inside_another_is_found() {
    assert_eq!(wrong_region("// region: make\nspawn();\n    // endregion\n"), None);
    let cases = [
        ("spawn();\n", "has no region"),
        ("// region: fork\nspawn();\n// endregion\n", "fork is not the name of a region"),
        ("// region: make\nspawn();\n", "does not end"),
        ("// region: make\n// endregion\n", "is empty"),
        ("// region: make\n// region: wait\nspawn();\n// endregion\n", "in that of line 1"),
        ("//region: make\nspawn();\n", "line 1: //region: make"),
        ("// endregion\n", "line 1: // endregion"),
    ];
    for (text, expected) in cases {
        assert!(wrong_region(text).is_some_and(|said| said.contains(expected)), "{text}: {:?}", wrong_region(text));
    }
}

#[test]
fn a_cell_without_a_comment_at_its_head_or_beside_its_code_is_found() {
    assert_eq!(complaint("//! A task per unit.\n\nfn run() {\n    // Because.\n    work();\n}\n"), None);
    assert!(complaint("//! A task per unit.\n//! Two lines of it.\n\nfn run() {}\n").is_some_and(|said| said.contains("beside")));
    let marked = "//! A task per unit.\n// region: make\nfn run() {}\n// endregion\n";
    assert!(complaint(marked).is_some_and(|said| said.contains("beside")), "the mark of a region says nothing");
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

/// `cargo xtask book` writes them, from runs.
#[test]
fn every_workload_and_every_model_has_its_page_and_its_row_in_the_docs() {
    let catalog = Registry::standard().catalog(&machine());
    let docs = top().join("docs");
    let read = |path: String| std::fs::read_to_string(docs.join(&path)).unwrap_or_else(|error| panic!("docs/{path}: {error}"));
    let workloads = catalog.workloads.iter().map(|workload| ("workloads", &workload.id, &workload.name));
    let models = catalog.models.iter().map(|model| ("models", &model.id, &model.name));
    for (folder, id, name) in workloads.chain(models) {
        assert!(read(format!("{folder}/{id}.md")).starts_with(&format!("# {name}\n")), "docs/{folder}/{id}.md");
        let row = format!("| [{name}]({id}.md) |");
        assert!(read(format!("{folder}/README.md")).contains(&row), "{row} is not in docs/{folder}/README.md");
    }
}
