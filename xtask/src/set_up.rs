//! `cargo xtask set-up`: everything that building needs, and nothing if it is there.

use anyhow::Result;

use crate::arguments::Arguments;
use crate::{say, tools};

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    tools::ready()?;
    tools::wasm_opt()?;
    say("all is there: the wasm target, trunk, wasm-bindgen");
    Ok(())
}
