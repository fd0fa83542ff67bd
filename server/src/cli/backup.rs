//! `interleave backup`: what is stored, in one file, while a server uses it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::store::{Store, StoreError, StorePlace, StoreTrouble, default_folder, url_of_environment};
use crate::{UNUSABLE, print_and_end, say};

pub(crate) fn backup(file: &Path, data: Option<PathBuf>, url: Option<String>) -> ExitCode {
    if file.exists() {
        say(&format!("FILE: {} is there already; accepted: a file that is not there yet", file.display()));
        return ExitCode::from(UNUSABLE);
    }
    with_store(data, url, true, async |store| {
        let held = store.backup(file).await.map_err(|error| failed(&error))?;
        let left_out = match held.left_out {
            0 => String::new(),
            1 => "; 1 run that is not over is not in it".to_owned(),
            several => format!("; {several} runs that are not over are not in it"),
        };
        Ok(format!("{}: {} and {}{left_out}", file.display(), count(held.results, "result"), count(held.runs, "run")))
    })
}

/// Does something with the store of this folder, or of this database, and says what came of it.
pub(super) fn with_store<F>(
    data: Option<PathBuf>,
    url: Option<String>,
    must_be_there: bool,
    what: impl FnOnce(Store) -> F,
) -> ExitCode
where
    F: Future<Output = Result<String, ExitCode>>,
{
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("no runtime: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        let place = place(data, url, must_be_there)?;
        let store = Store::open(&place).await.map_err(|error| {
            say(&format!("{} cannot be used: {error}", place.folder.display()));
            ExitCode::FAILURE
        })?;
        store.check().await.map_err(|error| failed(&error))?;
        let done = what(store.clone()).await;
        store.close().await;
        done
    });
    match done {
        Ok(line) => print_and_end(&line, ExitCode::SUCCESS),
        Err(status) => status,
    }
}

fn place(data: Option<PathBuf>, url: Option<String>, must_be_there: bool) -> Result<StorePlace, ExitCode> {
    let url = url.or_else(url_of_environment);
    let Some(folder) = data.or_else(default_folder) else {
        say("there is no data folder (HOME is not set; --data FOLDER sets one)");
        return Err(ExitCode::from(UNUSABLE));
    };
    let place = StorePlace { folder, url };
    if must_be_there && !place.is_there() {
        say(&format!("--data: nothing is stored in {}; accepted: the folder that a server has", place.folder.display()));
        return Err(ExitCode::from(UNUSABLE));
    }
    Ok(place)
}

/// What is damaged or not ours is input that cannot be used; a full disk is a failure.
pub(super) fn failed(error: &StoreError) -> ExitCode {
    say(&error.to_string());
    if matches!(error.trouble(), StoreTrouble::Full | StoreTrouble::Away) { ExitCode::FAILURE } else { ExitCode::from(UNUSABLE) }
}

/// "1 result", "2 results"
pub(super) fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
