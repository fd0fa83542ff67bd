//! A history as a file: a text of JSON, so that a person can look at what leaves their browser.
//!
//! ```text
//! {"interleave_history": 1, "results": [{"name": "…", "pinned": true, "kept_ms": …, "from": "run", "capsule": "…"}]}
//! ```
//!
//! The capsules are what counts, as text; what is told of a result is computed from them again. Delete tokens are not in it: they
//! stay in the browser. A file of several capsules ([`capsule::bundle`]) is taken in as a history too.

use serde::{Deserialize, Serialize};

use super::kept::{KeptFrom, KeptResult};

/// The version of the file's form.
const FILE_VERSION: u32 = 1;
/// How every such file begins, but for white space.
const BEGINS: &str = "{\"interleave_history\":";
/// More results than a history has.
const MOST_FILED: usize = 5_000;

#[derive(Debug, Serialize, Deserialize)]
struct HistoryFile {
    interleave_history: u32,
    results: Vec<FiledResult>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FiledResult {
    #[serde(default)]
    name: String,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    kept_ms: u64,
    #[serde(default)]
    from: KeptFrom,
    capsule: String,
}

/// What a file of several capsules begins with.
const BUNDLE: u8 = 30;

/// Whether these bytes say that they are a history.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    if bytes.first() == Some(&BUNDLE) {
        // One result with its lanes is a result.
        return capsule::bundled(bytes).map_or(true, |capsules| capsules.len() != 1);
    }
    let letters = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    letters.take(BEGINS.len()).eq(BEGINS.as_bytes())
}

/// The file of these results and their capsules.
pub(super) fn write(filed: &[(KeptResult, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let results = filed.iter().map(|(kept, capsule)| FiledResult {
        name: kept.name.clone(),
        pinned: kept.pinned,
        kept_ms: kept.kept_ms,
        from: kept.from,
        capsule: capsule::text_of(capsule),
    });
    let file = HistoryFile { interleave_history: FILE_VERSION, results: results.collect() };
    serde_json::to_vec(&file).map_err(|error| format!("The history cannot be written as a file: {error}."))
}

/// The results of a file and their capsules, none of them opened yet.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(KeptResult, Vec<u8>)>, String> {
    let damaged = |error: &dyn std::fmt::Display| format!("It cannot be opened: it is a history, and is damaged: {error}.");
    if bytes.first() == Some(&BUNDLE) {
        let capsules = capsule::bundled(bytes).map_err(|refused| format!("It cannot be opened: {refused}."))?;
        check_count(capsules.len())?;
        let filed = |capsule: &[u8]| (KeptResult { from: KeptFrom::File, ..KeptResult::default() }, capsule.to_vec());
        return Ok(capsules.into_iter().map(filed).collect());
    }
    let file: HistoryFile = serde_json::from_slice(bytes).map_err(|error| damaged(&error))?;
    if file.interleave_history != FILE_VERSION {
        let version = file.interleave_history;
        return Err(format!(
            "It cannot be opened: it is a history of version {version}, of a newer Interleave; accepted: version {FILE_VERSION}."
        ));
    }
    check_count(file.results.len())?;
    let filed = file.results.into_iter().map(|filed| {
        let kept = KeptResult {
            name: filed.name,
            pinned: filed.pinned,
            kept_ms: filed.kept_ms,
            from: filed.from,
            ..KeptResult::default()
        };
        let capsule = capsule::bytes_of(&filed.capsule).map_err(|refused| damaged(&refused))?;
        Ok((kept, capsule))
    });
    filed.collect()
}

fn check_count(count: usize) -> Result<(), String> {
    if count <= MOST_FILED {
        return Ok(());
    }
    Err(format!("It cannot be opened: it is a history of {count} results; accepted: up to {MOST_FILED}."))
}
