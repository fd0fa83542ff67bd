//! `cargo xtask lighthouse`: the page as `interleave serve` serves it, held against Lighthouse with its desktop settings.
//!
//! Not a part of `cargo xtask test`: its performance score is timed, and a busy machine would fail it. Accessibility is in the
//! tests, by axe-core.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::browser::{self, Browser};
use crate::server::{self, Server};
use crate::tools::Package;
use crate::{page, place, say, step, tools};

/// The last that runs on the node versions in use.
const LIGHTHOUSE: Package = Package { name: "lighthouse", version: "12.8.2" };
/// Category and least score, of a hundred.
const LEAST: [(&str, f64); 3] = [("performance", 98.0), ("accessibility", 100.0), ("best-practices", 100.0)];
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync";

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    let browser = Browser::find()?;
    let lighthouse = browser::npm(&LIGHTHOUSE)?.join("node_modules/.bin/lighthouse");
    page::build(&tools::ready()?)?;
    server::build()?;
    let server = Server::start("lighthouse")?;
    let result = place::target().join("xtask/lighthouse/result.json");

    let mut command = Command::new(lighthouse);
    command.arg(format!("http://{}/", server.address)).args(["--preset=desktop", "--output=json", "--quiet"]);
    command.arg(format!("--output-path={}", result.display())).arg(format!("--chrome-flags={FLAGS}"));
    command.arg(format!("--only-categories={}", LEAST.map(|(category, _)| category).join(",")));
    step::run("Lighthouse looks at the page", command.env("CHROME_PATH", &browser.chromium))?;

    let report: Value = serde_json::from_slice(&fs::read(&result).context("Lighthouse left no result")?)?;
    let mut below = Vec::new();
    for (category, least) in LEAST {
        let score = (report["categories"][category]["score"].as_f64().context("a category without a score")? * 100.0).round();
        say(&format!("{category:<16} {score:>4} of 100, at least {least}"));
        if score < least {
            below.push(category);
        }
    }
    for (name, audit) in report["audits"].as_object().into_iter().flatten() {
        if audit["score"].as_f64().is_some_and(|score| score < 0.9) && audit["scoreDisplayMode"] != "informative" {
            say(&format!(
                "    {name}: {} {}",
                audit["title"].as_str().unwrap_or_default(),
                audit["displayValue"].as_str().unwrap_or_default()
            ));
        }
    }
    if !below.is_empty() {
        bail!("below what is asked: {} (all of it: {})", below.join(", "), result.display());
    }
    Ok(())
}
