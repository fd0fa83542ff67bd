//! What the open page takes of a run that it shows, and what it changes in it: `cargo xtask claims` runs this.
//!
//! `watched ROUNDS`: a round is the same experiment twice, with the page open and with none, in turns first. The browser runs
//! both times; without the page it has a document that has no script. A line of JSON a round:
//!
//! ```text
//! run_s      how long the watched run took, seconds
//! script_s   of the page's main thread meanwhile: in script; also layout_s and style_s; task_s is all that it did
//! long_ms    its tasks of more than 50 ms, milliseconds each
//! ratio      the models' medians of the headline with the page, over those without it: their geometric mean
//! ```

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use browser_tests::{Stage, on_stage};
use serde_json::{Value, json};

const MODELS: [&str; 8] = ["threads", "thread-pool", "tokio", "tokio-current-thread", "actix", "actix-sync", "rayon", "smol"];
const UNITS: u64 = 100;
/// With the control, 270 trials.
const REPETITIONS: u64 = 30;
/// How long each is measured, milliseconds: a fast run, some 30 trials per second.
const MEASURE_MS: u64 = 20;
/// How long a run may take.
const RUN: Duration = Duration::from_secs(600);

fn main() -> Result<()> {
    let rounds: usize = std::env::args().nth(1).context("how many rounds")?.parse()?;
    on_stage(async |stage| {
        stage.page.driver().set_script_timeout(RUN).await?;
        for round in 0..rounds {
            // In turns first: what drifts must not be taken for the page's doing.
            let (watched, alone) = match round % 2 {
                0 => (watched(stage).await?, alone(stage).await?),
                _ => {
                    let alone = alone(stage).await?;
                    (watched(stage).await?, alone)
                }
            };
            let mut line = watched.cost;
            line["ratio"] = ratio(&watched.report, &alone)?.into();
            #[expect(clippy::print_stdout, reason = "what the caller reads")]
            {
                println!("{line}");
            }
        }
        Ok(())
    })
}

/// A run that the page showed.
struct Watched {
    cost: Value,
    report: Value,
}

async fn watched(stage: &Stage) -> Result<Watched> {
    const OBSERVE: &str = "window.long = []; \
         new PerformanceObserver(list => list.getEntries().forEach(task => window.long.push(Math.round(task.duration)))) \
             .observe({type: 'longtask'});";
    let page = &stage.page;
    let models = MODELS.join(",");
    page.open(&format!("/spawn?units={UNITS}&models={models}&repetitions={REPETITIONS}&measure_ms={MEASURE_MS}")).await?;
    page.script(OBSERVE, Vec::new()).await?;
    page.driver().cdp().send_raw("Performance.enable", json!({})).await?;
    let before = metrics(stage).await?;
    let since = Instant::now();
    page.press("r").await?;
    page.until("the run is in the address", async || Ok(page.address().await?.contains("&run="))).await?;
    let address = page.address().await?;
    let id = address.split_once("&run=").context("no run")?.1.split('&').next().unwrap_or_default();
    let report = ended(stage, id).await?;
    let run_s = since.elapsed().as_secs_f64();
    page.shows("status", "Finished").await?;
    let after = metrics(stage).await?;
    let took = |name: &str| Ok::<_, anyhow::Error>(metric(&after, name)? - metric(&before, name)?);
    let cost = json!({
        "run_s": run_s,
        "script_s": took("ScriptDuration")?,
        "layout_s": took("LayoutDuration")?,
        "style_s": took("RecalcStyleDuration")?,
        "task_s": took("TaskDuration")?,
        "long_ms": page.script("return window.long;", Vec::new()).await?,
    });
    Ok(Watched { cost, report })
}

async fn metrics(stage: &Stage) -> Result<Value> {
    Ok(stage.page.driver().cdp().send_raw("Performance.getMetrics", json!({})).await?)
}

fn metric(metrics: &Value, name: &str) -> Result<f64> {
    let all = metrics["metrics"].as_array().into_iter().flatten();
    let found = all.filter(|metric| metric["name"] == name).find_map(|metric| metric["value"].as_f64());
    found.with_context(|| format!("the browser does not tell its {name}"))
}

/// The same with no page open; its report.
async fn alone(stage: &Stage) -> Result<Value> {
    const SUBMIT: &str = "const done = arguments[1]; \
         fetch('/api/runs', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(arguments[0])}) \
             .then(answer => answer.json()).then(run => done(run.id), problem => done(null));";
    let driver = stage.page.driver();
    driver.goto(format!("http://{}/api/machine", stage.server.address)).await?;
    let experiment = json!({
        "workload": "spawn", "models": MODELS, "params": {"units": UNITS}, "repetitions": REPETITIONS, "measure_ms": MEASURE_MS,
    });
    let id = driver.execute_async(SUBMIT, vec![experiment]).await?;
    ended(stage, id.json().as_str().context("the run was not taken")?).await
}

/// Waits for a run's end and gives its report. Nothing is asked meanwhile: the stream is of the events after one that never
/// comes, and is silent until it ends.
async fn ended(stage: &Stage, id: &str) -> Result<Value> {
    const END: &str = "const [id, done] = arguments; \
         fetch(`/api/runs/${id}/events?after=1000000`).then(answer => answer.text()) \
             .then(() => fetch(`/api/runs/${id}`)).then(answer => answer.json()).then(done, problem => done(String(problem)));";
    let run = stage.page.driver().execute_async(END, vec![json!(id)]).await?.json().clone();
    ensure!(run["state"] == "finished", "the run did not finish: {run}");
    Ok(run["report"].clone())
}

/// The geometric mean over the models.
fn ratio(watched: &Value, alone: &Value) -> Result<f64> {
    let median = |report: &Value, model: &str| {
        let mut all = report["summary"].as_array().into_iter().flatten();
        let summary = all.find(|summary| summary["label"] == model);
        let median = summary.and_then(|summary| summary["ops_per_s"]["median"].as_f64());
        median.with_context(|| format!("{model} has no figure: {}", report["summary"]))
    };
    let mut sum = 0.0;
    for model in MODELS {
        sum += (median(watched, model)? / median(alone, model)?).ln();
    }
    Ok((sum / MODELS.len() as f64).exp())
}
