//! `cargo xtask screenshots`: the README's picture, and every state of the page to look at, from the real page and the real
//! server.
//!
//! The browser is driven by the same code as in the browser tests.

use anyhow::{Result, bail};

use crate::arguments::Arguments;
use crate::browser::{self, Browser};
use crate::{page, place, say, server, step, tools};

pub(crate) const TAKES: &str = "[--readme]   the README's picture alone";

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let readme = arguments.flag("--readme");
    arguments.end()?;
    page::build(&tools::ready()?)?;
    server::build()?;
    let into = place::root().join("target/screenshots");
    let mut command = browser::tests(&Browser::find()?, &["run", "--package", "browser-tests", "--bin", "screenshots", "--"])?;
    command.arg(place::root().join("docs/page.png"));
    if !readme {
        command.arg(&into);
    }
    if !step::shown("taking pictures", &mut command, |_| ())?.success() {
        bail!("not every picture could be taken");
    }
    say("docs/page.png: look at it, and take it again if others disturbed the trials");
    if !readme {
        say(&format!("every state of the page: {}", into.display()));
    }
    Ok(())
}
