//! `interleave restore`: what a backup holds, added to the store, while a server uses it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::backup::{count, failed, with_store};
use crate::{UNUSABLE, say};

pub(crate) fn restore(file: &Path, data: Option<PathBuf>, url: Option<String>) -> ExitCode {
    if !file.is_file() {
        say(&format!("FILE: {} is no file; accepted: a file that `interleave backup` has written", file.display()));
        return ExitCode::from(UNUSABLE);
    }
    with_store(data, url, false, async |store| {
        let restored = store.restore(file).await.map_err(|error| failed(&error))?;
        let mut line = format!(
            "{}: {} and {} added, {} were there",
            file.display(),
            count(restored.results, "result"),
            count(restored.runs, "run"),
            restored.there
        );
        if restored.unusable > 0 {
            line += &format!(", {} could not be used", restored.unusable);
        }
        Ok(line)
    })
}
