//! A PostgreSQL for the tests of the store, which start one of their own.

use std::fs;

use anyhow::Result;

use crate::browser::apt;
use crate::place::on_path;

/// Installs it if it is missing.
pub(crate) fn ready() -> Result<()> {
    let mut versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    if on_path("initdb").is_some() || versions.any(|version| version.path().join("bin/initdb").exists()) {
        return Ok(());
    }
    apt("testing the store", &["postgresql"])
}
