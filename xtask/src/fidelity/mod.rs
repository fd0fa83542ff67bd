//! `cargo xtask fidelity`: whether the harness distorts what it measures.
//!
//! Beside cells of the engine there are plain programs that do the same by hand (`by-hand`), in the shape of an upstream benchmark
//! where there is one. Both are run in turn, each time as fresh processes, on one core and on all. That a difference was not found
//! does not show that there is none: a row is *within* only if the whole interval of the ratio lies inside the band.

mod cases;
mod row;
mod sides;
mod table;

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::place::{self, cargo};
use crate::step::{self, elapsed};
use crate::{AlreadySaid, say, server, tell};
use cases::{CASES, Case};
use row::{Row, Verdict};

pub(crate) const TAKES: &str =
    "[--rounds 8] [--only WORKLOAD[/MODEL]]… [--record]   --record writes docs/fidelity.md, of --only their rows alone";

/// Of both sides.
const WORKERS: u64 = 2;
const SEED: u64 = 42;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let rounds: usize = arguments.number("--rounds", 8)?;
    let only = arguments.values("--only")?;
    let record = arguments.flag("--record");
    arguments.end()?;
    let cases: Vec<&Case> = CASES.iter().filter(|case| case.is_asked_for(&only)).collect();
    if cases.is_empty() || rounds < row::FEWEST_ROUNDS {
        bail!("nothing to do, or fewer than {} rounds, with which no interval covers 95 %: {TAKES}", row::FEWEST_ROUNDS);
    }
    server::build()?;
    step::run("cargo builds the programs by hand (release)", cargo().args(["build", "--release", "--package", "by-hand"]))?;

    let since = Instant::now();
    let mut order = fastrand::Rng::with_seed(SEED);
    let mut rows = Vec::new();
    let mut report = Value::Null;
    say(&table::head());
    for case in cases {
        for cores in ["one", "all"] {
            let row = Row::measure(case, cores, rounds, &mut order, &mut report)?;
            say(&table::line(&row));
            rows.push(row);
        }
    }
    tell(&format!("took {}", elapsed(since)));
    say(&summary(&rows, rounds));
    if record {
        let path = place::root().join("docs/fidelity.md");
        let before = if only.is_empty() { String::new() } else { fs::read_to_string(&path).unwrap_or_default() };
        fs::write(&path, table::page(&rows, &before, &report)?).with_context(|| path.display().to_string())?;
        say(&path.display().to_string());
    }
    if count(&rows, Verdict::Outside) > 0 { Err(AlreadySaid.into()) } else { Ok(()) }
}

fn count(rows: &[Row], verdict: Verdict) -> usize {
    rows.iter().filter(|row| row.verdict() == verdict).count()
}

fn summary(rows: &[Row], rounds: usize) -> String {
    let [within, outside, unsure] = Verdict::ALL.map(|verdict| format!("{} {}", count(rows, verdict), verdict.words()));
    let again = rows.iter().filter(|row| row.rounds() > rounds).count();
    format!("{} rows: {within}, {outside}, {unsure}; {again} were given more than {rounds} rounds", rows.len())
}
