//! `cargo xtask lighthouse`: the page as `interleave serve` serves it, held against Lighthouse as a desktop and as a phone.
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
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];
/// A form factor, how Lighthouse is told of it, and the least score of performance, of a hundred. (The others: all of it.)
const FORMS: [(&str, &[&str], f64); 2] = [("desktop", &["--preset=desktop"], 98.0), ("phone", &[], 95.0)];
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync";

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    let browser = Browser::find()?;
    let lighthouse = browser::npm(&LIGHTHOUSE)?.join("node_modules/.bin/lighthouse");
    page::build(&tools::ready()?)?;
    server::build()?;
    let server = Server::start("lighthouse")?;
    let mut below = Vec::new();
    for (form, flags, least) in FORMS {
        let result = place::target().join("xtask/lighthouse").join(format!("{form}.json"));
        let mut command = Command::new(&lighthouse);
        command.arg(format!("http://{}/", server.address)).args(flags).args(["--output=json", "--quiet"]);
        command.arg(format!("--output-path={}", result.display())).arg(format!("--chrome-flags={FLAGS}"));
        command.arg(format!("--only-categories={}", CATEGORIES.join(",")));
        step::run(&format!("Lighthouse looks at the page ({form})"), command.env("CHROME_PATH", &browser.chromium))?;

        let report: Value = serde_json::from_slice(&fs::read(&result).context("Lighthouse left no result")?)?;
        for category in CATEGORIES {
            let least = if category == "performance" { least } else { 100.0 };
            let score = (report["categories"][category]["score"].as_f64().context("a category without a score")? * 100.0).round();
            say(&format!("{form:<8} {category:<16} {score:>4} of 100, at least {least}"));
            if score < least {
                below.push(format!("{category} ({form}, all of it: {})", result.display()));
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
    }
    if !below.is_empty() {
        bail!("below what is asked: {}", below.join(", "));
    }
    Ok(())
}
