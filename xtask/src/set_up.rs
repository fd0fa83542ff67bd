//! `cargo xtask set-up`: everything that building needs, and nothing if it is there.

use anyhow::Result;

use crate::arguments::Arguments;
use crate::{postgres, say, tell, tools};

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    tools::ready()?;
    tools::wasm_opt()?;
    // Only tests need it: who builds the page can do without.
    let postgres = match postgres::ready() {
        Ok(()) => ", PostgreSQL",
        Err(problem) => {
            tell(&format!("{problem:#}"));
            ""
        }
    };
    say(&format!("all is there: the wasm target, trunk, wasm-bindgen{postgres}"));
    Ok(())
}
