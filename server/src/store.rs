//! Finished reports on disk, a file each: a link to a result outlives the server that measured it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use protocol::Report;

/// A folder of reports.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    /// In this folder, which is made where it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder: Some(folder) })
    }

    /// Keeps nothing.
    pub(crate) fn none() -> Self {
        Self { folder: None }
    }

    /// Whole or not at all: written beside its place, and moved there when it is on the disk.
    pub(crate) fn save(&self, report: &Report) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let beside = folder.join(format!(".{}.part", report.id));
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(report)?)?;
        file.sync_all()?;
        fs::rename(&beside, folder.join(format!("{}.json", report.id)))?;
        // The move itself is on the disk when the folder is.
        File::open(folder)?.sync_all()
    }

    /// The report of a run that an earlier server has finished. The id comes from outside: [`is_id`] first.
    pub(crate) fn load(&self, id: &str) -> Option<Report> {
        let path = self.folder.as_ref()?.join(format!("{id}.json"));
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }
}

/// Where reports are kept unless something else is said: the user's data folder.
pub(crate) fn default_folder() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))?;
    Some(data.join("interleave/runs"))
}

/// Whether this has the form of a run's id, and so cannot lead out of the folder.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_out_of_the_folder() {
        for (text, good) in [("a1b2", true), ("", false), ("../etc", false), ("a/b", false), ("A", false), (".hidden", false)] {
            assert_eq!(is_id(text), good, "{text}");
        }
        assert!(!is_id(&"a".repeat(65)));
    }
}
