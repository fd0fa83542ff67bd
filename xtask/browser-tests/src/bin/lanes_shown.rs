//! How soon lanes are seen in the page, and whether it stays usable: `cargo xtask lanes` runs this.
//!
//! `lanes_shown MS…`: two threads hand over to each other on one core for so many milliseconds, which makes some 400 spans a
//! millisecond, and are looked at. A line of JSON for each:
//!
//! ```text
//! spans     how many were recorded
//! first_ms  from the click to the first picture; whole_ms until all of them are there
//! frame_ms  of zooming in and out again, what the painter takes for a picture: median and longest
//! shown_ms  the same from the click to the answer that it is painted, with the wait for the browser's next frame
//! long_ms   tasks of the page's own thread of more than 50 ms, milliseconds each, as the browser tells them
//! ```

use std::time::Duration;

use anyhow::{Context, Result, bail};
use browser_tests::on_stage;
use serde_json::{Value, json};

/// How long a run and a script may take.
const LONGEST: Duration = Duration::from_secs(120);
/// Clicks on the buttons for in, then as many for out.
const CLICKS: usize = 20;
const OPEN: &str = "const done = arguments[0]; window.long = []; const began = performance.now(); let first = null; \
    new PerformanceObserver(list => list.getEntries().forEach(task => window.long.push(Math.round(task.duration)))) \
        .observe({type: 'longtask'}); \
    const look = () => { \
        const {state, loaded} = document.querySelector('[data-testid=lanes]')?.dataset ?? {}; \
        if (state === 'painted') first ??= performance.now() - began; \
        if (first && loaded === 'whole') return done([first, performance.now() - began]); \
        requestAnimationFrame(look); \
    }; \
    requestAnimationFrame(look); \
    document.querySelector('[data-testid=open-lanes]').click();";
const ZOOM: &str = "const [clicks, done] = arguments; const lanes = document.querySelector('[data-testid=lanes]'); \
    const buttons = [...Array(clicks).fill('in'), ...Array(clicks).fill('out')]; const [took, shown] = [[], []]; let began; \
    const next = () => { const button = buttons.shift(); if (!button) { watch.disconnect(); return done([took, shown]); } \
        began = performance.now(); document.querySelector(`[data-testid=lanes-${button}]`).click(); }; \
    const watch = new MutationObserver(() => { \
        took.push(Number(lanes.dataset.took)); shown.push(performance.now() - began); next(); }); \
    watch.observe(lanes, {attributeFilter: ['data-took']}); next();";
const SPANS: &str = "return fetch('/api/runs/' + new URLSearchParams(location.search).get('run')).then(answer => answer.json()) \
    .then(run => run.trials.map(trial => trial.lanes?.spans ?? 0).reduce((sum, spans) => sum + spans, 0));";

fn main() -> Result<()> {
    let times: Vec<u64> = std::env::args().skip(1).map(|ms| ms.parse()).collect::<Result<_, _>>()?;
    on_stage(async |stage| {
        let page = &stage.page;
        page.driver().set_script_timeout(LONGEST).await?;
        for ms in times {
            page.open(&format!(
                "/ping-pong?units=2&models=threads&cores=one&measure=time&measure_ms={ms}&repetitions=1&lanes=on&v=2"
            ))
            .await?;
            page.click("run").await?;
            page.within(LONGEST, "it is finished", async || Ok(page.text("status").await?.contains("Finished"))).await?;
            page.get("open-lanes").await?;
            let opened = page.driver().execute_async(OPEN, Vec::new()).await?.json().clone();
            let zoomed = page.driver().execute_async(ZOOM, vec![json!(CLICKS)]).await?.json().clone();
            let spans = page.script(SPANS, Vec::new()).await?;
            let long = page.script("return window.long;", Vec::new()).await?;
            #[expect(clippy::print_stdout, reason = "what the caller reads")]
            {
                println!(
                    "{}",
                    json!({
                        "spans": spans, "first_ms": rounded(&opened[0])?, "whole_ms": rounded(&opened[1])?,
                        "frame_ms": middle_and_longest(&zoomed[0])?, "shown_ms": middle_and_longest(&zoomed[1])?, "long_ms": long,
                    })
                );
            }
        }
        Ok(())
    })
}

fn rounded(ms: &Value) -> Result<f64> {
    Ok((ms.as_f64().with_context(|| format!("no time: {ms}"))? * 10.0).round() / 10.0)
}

fn middle_and_longest(times: &Value) -> Result<[f64; 2]> {
    let mut times = times.as_array().into_iter().flatten().map(rounded).collect::<Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    match times.last() {
        Some(longest) => Ok([times[times.len() / 2], *longest]),
        None => bail!("no pictures"),
    }
}
