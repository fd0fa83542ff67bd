//! `cargo xtask lanes`: how soon lanes are drawn, natively and in the page, and what they cost and weigh; with `--record`,
//! `docs/lanes.md`.

mod cost;
mod record;
mod things;

use anyhow::{Result, bail};

use crate::arguments::Arguments;
use crate::browser::{self, Browser};
use crate::place::cargo;
use crate::process::output;
use crate::server::{self, Server};
use crate::{page, say, tools};

pub(crate) const TAKES: &str = "[--only frames|page|cost]… [--workload WORKLOAD[/MODEL]]… [--rounds 8] [--ms 100] | --record [--thing \
                                ID]…   --record writes docs/lanes.md, of --thing these things anew";

/// Looked at in the page: recordings of so many milliseconds, some ten thousand spans, a hundred thousand, and as many as are
/// kept.
const RECORDED_MS: [&str; 3] = ["50", "500", "6000"];

/// The parts, in the order in which they are measured.
const PARTS: [&str; 3] = ["frames", "page", "cost"];

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let only = arguments.values("--only")?;
    let workloads = arguments.values("--workload")?;
    let rounds: usize = arguments.number("--rounds", 8)?;
    let ms: u64 = arguments.number("--ms", 100)?;
    let (records, things) = (arguments.flag("--record"), arguments.values("--thing")?);
    arguments.end()?;
    if let Some(unknown) = things.iter().find(|id| things::THINGS.iter().all(|thing| thing.id != *id)) {
        bail!("there is no thing {unknown:?}; accepted: {}", things::THINGS.map(|thing| thing.id).join(", "));
    }
    if let Some(unknown) = only.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no part {unknown:?}; accepted: {}", PARTS.join(", "));
    }
    let wanted = |part: &str| only.is_empty() || only.iter().any(|one| one == part);
    if !records && wanted("frames") {
        frames()?;
    }
    if !records && wanted("page") {
        in_the_page()?;
    }
    if !records && !wanted("cost") {
        return Ok(());
    }
    server::build()?;
    let server = Server::start("lanes")?;
    if records { record::run(&server, &things) } else { cost::run(&server, &workloads, rounds, ms) }
}

/// How long frames take, as the charts' own benchmark says it.
fn frames() -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "interleave-charts", "--example", "lanes"]);
    say(output(&mut command)?.trim_end());
    Ok(())
}

/// How soon they are seen in a browser, as `browser-tests` says it.
fn in_the_page() -> Result<()> {
    page::build(&tools::ready()?)?;
    server::build()?;
    let arguments = ["run", "--quiet", "--package", "browser-tests", "--bin", "lanes_shown", "--"];
    let mut command = browser::tests(&Browser::find()?, &arguments)?;
    command.args(RECORDED_MS);
    say(output(&mut command)?.trim_end());
    Ok(())
}
