//! What the open page takes of a run that it shows, and what it changes in it: measured in a real browser, for two claims.

use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::browser::{self, Browser};
use crate::{page, server, step, tell, tools};

/// Twice as many runs, of some ten seconds each.
const ROUNDS: usize = 9;

/// Seconds of script for a second of the run, median of the rounds.
pub(crate) fn script_share() -> Result<f64> {
    let rounds = rounds()?;
    let share = |of: &str| -> Result<f64> {
        let shares: Option<Vec<f64>> = rounds.iter().map(|round| Some(round[of].as_f64()? / round["run_s"].as_f64()?)).collect();
        Ok(sorted(shares.with_context(|| format!("a round without {of}"))?)[ROUNDS / 2])
    };
    let long: Vec<f64> =
        rounds.iter().flat_map(|round| round["long_ms"].as_array()).flatten().filter_map(Value::as_f64).collect();
    tell(&format!(
        "a second of the run: {:.3} s of script, {:.3} s of style and layout, {:.3} s of the page's main thread in all; {} tasks \
         of more than 50 ms in {ROUNDS} runs, the longest {:.0} ms",
        share("script_s")?,
        share("style_s")? + share("layout_s")?,
        share("task_s")?,
        long.len(),
        long.iter().copied().fold(0.0, f64::max),
    ));
    share("script_s")
}

/// The end farther from 1 of the interval that the ratio lies in: what a run measures with the page open, over what it measures
/// without.
pub(crate) fn ratio() -> Result<f64> {
    let ratios: Option<Vec<f64>> = rounds()?.iter().map(|round| round["ratio"].as_f64()).collect();
    let ratios = sorted(ratios.context("a round without a ratio")?);
    // Of nine, the second from either end: the median lies between them with 96 %, whatever the distribution.
    let (low, middle, high) = (ratios[1], ratios[ROUNDS / 2], ratios[ROUNDS - 2]);
    tell(&format!("with the page open over without: {middle:.3} ({low:.3} to {high:.3}, 96 %)"));
    Ok(if (low - 1.0).abs() > (high - 1.0).abs() { low } else { high })
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// Measured once for whoever asks.
fn rounds() -> Result<&'static [Value]> {
    static ROUNDS_MEASURED: OnceLock<Vec<Value>> = OnceLock::new();
    if let Some(rounds) = ROUNDS_MEASURED.get() {
        return Ok(rounds);
    }
    page::build(&tools::ready()?)?;
    server::build()?;
    let arguments = ["run", "--quiet", "--package", "browser-tests", "--bin", "watched", "--"];
    let mut command = browser::tests(&Browser::find()?, &arguments)?;
    let mut rounds = Vec::new();
    let status = step::shown("watched and unwatched runs", command.arg(ROUNDS.to_string()), |line| {
        rounds.extend(serde_json::from_str::<Value>(line).ok().filter(Value::is_object));
    })?;
    if !status.success() || rounds.len() != ROUNDS {
        bail!("{} of {ROUNDS} rounds were measured", rounds.len());
    }
    Ok(ROUNDS_MEASURED.get_or_init(|| rounds))
}
