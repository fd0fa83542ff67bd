//! Whether the page stays usable while it shows its largest run: `cargo xtask usable` runs this.
//!
//! Every model that can, fifty repetitions, each trial short. Meanwhile the table is sorted and a quantity chosen. A line of JSON:
//!
//! ```text
//! trials      how many were run
//! run_s       in how long, seconds
//! long_ms     tasks of the page's thread of more than 50 ms, milliseconds each, as the browser tells them
//! drawing_ms  from the choice of another quantity to its picture, while the run goes on
//! cancel_ms   from the click on Cancel to the word that it was cancelled
//! ```

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use browser_tests::on_stage;
use serde_json::json;

/// How long a run may take.
const RUN: Duration = Duration::from_secs(600);
const MODELS: &str = "return fetch('/api/catalog').then(answer => answer.json()).then(catalog => \
    catalog.workloads.find(workload => workload.id === 'spawn').cells.filter(cell => !cell.absent).map(cell => cell.model));";
const OBSERVE: &str = "window.long = []; \
    new PerformanceObserver(list => list.getEntries().forEach(task => window.long.push(Math.round(task.duration)))) \
        .observe({type: 'longtask'});";
/// Milliseconds from an action until an element says something.
const UNTIL: &str = "const [action, id, words, done] = arguments; const began = performance.now(); \
    const says = () => document.querySelector(`[data-testid=${id}]`)?.textContent.includes(words); \
    const watch = new MutationObserver(() => { if (says()) { watch.disconnect(); done(performance.now() - began); } }); \
    watch.observe(document.body, {subtree: true, childList: true, characterData: true}); (new Function(action))();";

fn main() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.driver().set_script_timeout(RUN).await?;
        page.open("/spawn").await?;
        let models = page.script(MODELS, Vec::new()).await?;
        let models: Vec<&str> = models.as_array().context("no models")?.iter().filter_map(|model| model.as_str()).collect();
        let link = format!("/spawn?units=100&models={}&repetitions=50&measure_ms=20", models.join(","));
        page.open(&link).await?;
        page.script(OBSERVE, Vec::new()).await?;
        let since = Instant::now();
        page.press("r").await?;
        page.within(RUN, "a third has run", async || Ok(page.cells_in("ok").await? > 200)).await?;
        const CHOOSE: &str = "const select = document.querySelector('[data-testid=quantity]'); \
            select.value = 'memory_bytes'; select.dispatchEvent(new Event('change', {bubbles: true}));";
        let until = async |action: &str, id: &str, words: &str| -> Result<f64> {
            let took = page.driver().execute_async(UNTIL, vec![json!(action), json!(id), json!(words)]).await?;
            took.json().as_f64().context("no time")
        };
        let drawing_ms = until(CHOOSE, "verdict", "memory").await?;
        page.within(RUN, "it is finished", async || Ok(page.text("status").await?.contains("Finished"))).await?;
        let run_s = since.elapsed().as_secs_f64();
        let trials = page.cells().await?.len();
        let long = page.script("return window.long;", Vec::new()).await?;
        page.open(&link).await?;
        page.press("r").await?;
        page.within(RUN, "some have run", async || Ok(page.cells_in("ok").await? > 100)).await?;
        let cancel_ms = until("document.querySelector('[data-testid=cancel]').click();", "status", "Cancelled").await?;
        #[expect(clippy::print_stdout, reason = "what the caller reads")]
        {
            println!(
                "{}",
                json!({"models": models.len(), "trials": trials, "run_s": run_s, "long_ms": long, "drawing_ms": drawing_ms, "cancel_ms": cancel_ms})
            );
        }
        Ok(())
    })
}
