//! `cargo xtask test`: every test there is, in an order in which what is quick and often wrong comes first.

use std::cell::OnceCell;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::arguments::Arguments;
use crate::browser::Browser;
use crate::count::{Count, Runner};
use crate::place::{cargo, on_path};
use crate::process::asked_to_stop;
use crate::step::elapsed;
use crate::tools::{self, Tools};
use crate::{AlreadySaid, browser, page, postgres, say, server, step, tell};

pub(crate) const TAKES: &str =
    "[--only PART]… [--keep-going]   parts: fmt clippy clippy-wasm rustdoc deny unit doc page server browser";

/// A part: its name, what it is, and how it is run.
struct Part {
    name: &'static str,
    is: &'static str,
    run: fn(&Shared) -> Result<Count>,
}

/// What several parts need, found when the first one does.
#[derive(Default)]
struct Shared {
    tools: OnceCell<Tools>,
}

const PARTS: &[Part] = &[
    Part { name: "fmt", is: "cargo fmt --check", run: fmt },
    Part { name: "clippy", is: "clippy, warnings as errors", run: |_| clippy(&["--workspace", "--all-targets"]) },
    Part { name: "clippy-wasm", is: "the same for what the page is made of", run: clippy_wasm },
    Part { name: "rustdoc", is: "the documentation, warnings as errors", run: rustdoc },
    Part { name: "deny", is: "licences, sources and versions of dependencies", run: deny },
    Part { name: "unit", is: "tests of all crates, API and matrix among them", run: unit },
    Part {
        name: "doc",
        is: "examples in the documentation",
        run: |_| count(Runner::Cargo, cargo().args(["test", "--doc"]).args(WITH_TESTS)),
    },
    Part { name: "page", is: "the page builds, and keeps to its budget", run: |shared| page::build(shared.tools()?) },
    Part { name: "server", is: "the server with that page, release profile", run: release },
    Part { name: "browser", is: "the page in a real Chromium", run: in_browser },
];

/// The browser tests need more than cargo: they have a part of their own. The programs by hand have no tests, and need not be
/// linked for that.
const WITH_TESTS: [&str; 5] = ["--workspace", "--exclude", "browser-tests", "--exclude", "by-hand"];

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let only = arguments.values("--only")?;
    let keep_going = arguments.flag("--keep-going");
    arguments.end()?;
    if let Some(unknown) = only.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        bail!("--only {unknown}: there is no such part; {TAKES}");
    }
    let chosen: Vec<&Part> = PARTS.iter().filter(|part| only.is_empty() || only.iter().any(|name| name == part.name)).collect();

    let shared = Shared::default();
    let since = Instant::now();
    let mut sum = Count::default();
    let mut table = Vec::new();
    for (place, part) in chosen.iter().enumerate() {
        tell(&format!("\n== {}: {}", part.name, part.is));
        let began = Instant::now();
        let count = (part.run)(&shared).unwrap_or_else(|problem| {
            tell(&format!("{problem:#}"));
            Count::one(false)
        });
        table.push(format!(
            "{:<12} {:>14}  {:>4} passed, {} failed{}",
            part.name,
            elapsed(began),
            count.passed,
            count.failed,
            skipped(count)
        ));
        sum += count;
        if asked_to_stop() || (count.failed > 0 && !keep_going) {
            let rest: Vec<&str> = chosen[place + 1..].iter().map(|part| part.name).collect();
            if !rest.is_empty() {
                table.push(format!("not run: {}", rest.join(", ")));
            }
            break;
        }
    }
    say(&format!("\n{}\n{:<12} {:>14}{}", table.join("\n"), "all", elapsed(since), skipped(sum)));
    say(&format!("{} passed, {} failed", sum.passed, sum.failed));
    if sum.failed > 0 || sum.passed == 0 { Err(AlreadySaid.into()) } else { Ok(()) }
}

impl Shared {
    fn tools(&self) -> Result<&Tools> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let tools = tools::ready()?;
        Ok(self.tools.get_or_init(|| tools))
    }
}

fn skipped(count: Count) -> String {
    if count.skipped == 0 { String::new() } else { format!(", {} skipped", count.skipped) }
}

/// A program that only says yes or no: one check.
fn check(what: &str, command: &mut Command) -> Result<Count> {
    Ok(Count::one(step::shown(what, command, |_| ())?.success()))
}

fn fmt(_: &Shared) -> Result<Count> {
    tools::component("rustfmt", "fmt")?;
    check("cargo fmt", cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(what: &[&str]) -> Result<Count> {
    tools::component("clippy", "clippy")?;
    check("clippy", cargo().arg("clippy").args(what).args(["--", "--deny", "warnings"]))
}

fn clippy_wasm(shared: &Shared) -> Result<Count> {
    shared.tools()?;
    let of_the_page = ["-p", "interleave-page", "-p", "interleave-protocol", "-p", "interleave-analysis"];
    clippy(&[&of_the_page[..], &["--target", "wasm32-unknown-unknown"]].concat())
}

/// Natively for all, the page too: its documentation is the same for either target.
fn rustdoc(_: &Shared) -> Result<Count> {
    let mut command = cargo();
    command.env("RUSTDOCFLAGS", "--deny warnings");
    check("cargo doc", command.args(["doc", "--workspace", "--no-deps", "--keep-going"]))
}

/// No advisories: those come over a network, and a test that is green today must be so tomorrow. The workflow on GitHub asks for
/// them.
fn deny(_: &Shared) -> Result<Count> {
    let mut command = tools::cargo_deny()?;
    command.args(["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    check("cargo deny", &mut command)
}

fn unit(_: &Shared) -> Result<Count> {
    postgres::ready()?;
    let (runner, run) = run_tests();
    count(runner, cargo().args(run).args(WITH_TESTS))
}

fn release(_: &Shared) -> Result<Count> {
    server::build()?;
    Ok(Count::one(true))
}

fn in_browser(_: &Shared) -> Result<Count> {
    let (runner, run) = run_tests();
    let mut command = browser::tests(&Browser::find()?, run)?;
    command.env("MDBOOK", tools::mdbook()?);
    count(runner, command.args(["--package", "browser-tests"]))
}

/// nextest if it is there: a test that hangs is ended, and named.
fn run_tests() -> (Runner, &'static [&'static str]) {
    if on_path("cargo-nextest").is_some() {
        (Runner::Nextest, &["nextest", "run", "--no-fail-fast", "--color", "never"])
    } else {
        (Runner::Cargo, &["test", "--no-fail-fast", "--lib", "--bins", "--tests"])
    }
}

/// Runs tests: what their runner counted itself.
fn count(runner: Runner, command: &mut Command) -> Result<Count> {
    let mut count = Count::default();
    let mut counted = false;
    let status = step::shown("the tests", command, |line| {
        if let Some(found) = Count::in_line(runner, line) {
            count += found;
            counted = true;
        }
    })?;
    if !status.success() && count.failed == 0 {
        // It ran no test, or died on the way.
        count.failed = 1;
    }
    if status.success() && !counted {
        bail!("the runner ended well and did not say how many tests it ran");
    }
    Ok(count)
}
