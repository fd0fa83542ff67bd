//! `interleave man`: the manual, made of what `--help` says.

use std::path::Path;
use std::process::ExitCode;

use clap_mangen::Man;

use crate::{UNUSABLE, print_and_end, say};

pub(crate) fn man(command: clap::Command, folder: Option<&Path>) -> ExitCode {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        // It is memory that is written to.
        let _ = Man::new(command).render(&mut page);
        return print_and_end(String::from_utf8_lossy(&page).trim_end(), ExitCode::SUCCESS);
    };
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let folder = folder.display();
            say(&format!("DIR: {folder} cannot be written to: {error}; accepted: a folder, which is made if it is missing"));
            ExitCode::from(UNUSABLE)
        }
    }
}
