//! `cargo xtask usable`: whether the page stays usable while it shows its largest run: tasks of the page's thread that are longer
//! than 50 ms, and how soon a choice and a cancel are answered.

use anyhow::{Result, bail};

use crate::arguments::Arguments;
use crate::browser::{self, Browser};
use crate::{page, server, step, tools};

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    page::build(&tools::ready()?)?;
    server::build()?;
    let mut command = browser::tests(&Browser::find()?, &["run", "--package", "browser-tests", "--bin", "usable"])?;
    if !step::shown("the page shows its largest run", &mut command, |_| ())?.success() {
        bail!("the page could not be watched");
    }
    Ok(())
}
