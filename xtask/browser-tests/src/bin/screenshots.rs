//! Pictures of the page: the README's, and one of every state, to be looked at. `cargo xtask screenshots` runs this.
//!
//! `screenshots PAGE.png [FOLDER]`

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use browser_tests::{Page, Stage, on_stage};

const RESULT: &str = "/tcp-echo?units=100&models=threads,tokio,actix&repetitions=5&v=1";
const ENDLESS: &str = "/wait?units=100&rounds=100&wait_ms=1000&models=threads,tokio,actix&repetitions=3&v=1";
const REFUSED: &str = "/wait?units=100000&rounds=1&wait_ms=100&models=threads,tokio,actix&repetitions=3&v=1";
const EVERYTHING: &str =
    "/spawn?units=1000&models=threads,thread-pool,tokio,tokio-current-thread,actix,actix-sync,rayon,smol&repetitions=10&v=1";
const TWELVE: &str = "/tcp-echo?units=100&models=threads,thread-pool,tokio,tokio-current-thread,tokio-per-core,tokio-actors,actix,actix-rt,actix-sync,rayon,smol,io-uring&repetitions=10&v=1";
const HEAT: &str =
    "/tcp-echo?units=1;10;100&payload_bytes=64;1024;16384&models=threads,tokio,actix&repetitions=6&measure_ms=50&v=1";
const SWEEP: &str = "/spawn?units=1..10000+log&models=threads,tokio,actix,rayon&repetitions=5&v=1";
const LANES: &str = "/ping-pong?units=2&rounds=1000&models=threads,tokio&repetitions=3&lanes=on&v=1";
const ALONE: &str = "/ping-pong?units=2&rounds=1000&models=tokio&repetitions=1&v=1";

/// How long a run may take: these are real experiments, not the tests' tiny ones.
const RUN: Duration = Duration::from_secs(300);

#[derive(Clone, Copy)]
struct Device {
    name: &'static str,
    width: u32,
    height: u32,
    is_phone: bool,
}

const TABLET: Device = Device { name: "tablet", width: 820, height: 1180, is_phone: false };
const DESKTOP: Device = Device { name: "desktop", width: 1480, height: 1000, is_phone: false };
const PHONE: Device = Device { name: "phone", width: 390, height: 844, is_phone: true };
/// A program with blocks in blocks, and one number that is wrong.
const COMPOSED: &str = "/program?units=50&rounds=10&program=wait+10,+lock,+in+parallel+{+repeat+3+{+wait+2,+compute+30+},+read+},+block+0\
                        &models=threads,tokio,actix&v=1";

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let page = arguments.next().context("a file for the README's picture")?;
    let folder = arguments.next();
    on_stage(async |stage| {
        stage.page.driver().cdp().send_raw("Emulation.setScrollbarsHidden", serde_json::json!({"hidden": true})).await?;
        for device in [PHONE, TABLET, DESKTOP] {
            stage.page.in_a_window(device.width, device.height, device.is_phone).await?;
            if let Some(folder) = &folder {
                std::fs::create_dir_all(folder)?;
                states(stage, folder, device).await?;
                workloads(stage, folder, device).await?;
            }
        }
        // The recorded sample: a run that is watched by a driver on two cores is disturbed by it.
        visit(stage, "/").await?;
        stage.page.is_drawn().await?;
        stage.page.picture(&page).await
    })
}

/// Goes through every state of the page.
async fn states(stage: &Stage, folder: &Path, device: Device) -> Result<()> {
    let page = &stage.page;
    let take = async |state: &str| -> Result<()> {
        for colours in ["light", "dark"] {
            page.in_colours(colours).await?;
            page.picture(&folder.join(format!("{state}-{}-{colours}.png", device.name))).await?;
        }
        page.in_colours("light").await?;
        whole(page, device, &folder.join(format!("{state}-{}-whole.png", device.name))).await
    };

    visit(stage, "/").await?;
    take("first-visit").await?;
    visit(stage, "/ping-pong?units=3&rounds=lots&models=threads,fibers&v=1").await?;
    take("damaged-link").await?;
    open_form(page, device).await?;
    page.fill("units", "3").await?;
    page.fill("rounds", "lots").await?;
    take("invalid-field").await?;
    visit(stage, COMPOSED).await?;
    open_form(page, device).await?;
    page.get("steps").await?;
    page.script("document.getElementById('step-2.0.1').click();", Vec::new()).await?;
    page.script("document.querySelector('.composer').scrollIntoView();", Vec::new()).await?;
    take("composer").await?;
    visit(stage, EVERYTHING).await?;
    take("not-run").await?;
    run(page, "Finished").await?;
    take("eight-models").await?;
    visit(stage, TWELVE).await?;
    run(page, "Finished").await?;
    take("twelve-models").await?;
    visit(stage, HEAT).await?;
    run(page, "Finished").await?;
    page.is_drawn().await?;
    take("heat-map").await?;
    visit(stage, SWEEP).await?;
    run(page, "Finished").await?;
    page.get("sweep-table").await?;
    take("sweep").await?;
    visit(stage, LANES).await?;
    run(page, "Finished").await?;
    page.script("document.querySelector('[data-testid=strip]').lastElementChild.click();", Vec::new()).await?;
    take("lanes").await?;
    page.press(thirtyfour::Key::Escape).await?;
    visit(stage, ALONE).await?;
    run(page, "Finished").await?;
    take("one-model-once").await?;
    visit(stage, REFUSED).await?;
    run(page, "Finished").await?;
    take("refused").await?;
    visit(stage, RESULT).await?;
    run(page, "Finished").await?;
    page.is_drawn().await?;
    take("result").await?;
    for form in ["histogram", "distribution"] {
        page.script(&format!("document.querySelector('[name=latency-form][value={form}]').click();"), Vec::new()).await?;
        page.is_drawn().await?;
        whole(page, device, &folder.join(format!("latency-{form}-{}.png", device.name))).await?;
    }
    page.in_media("print", &[]).await?;
    whole(page, device, &folder.join(format!("print-{}.png", device.name))).await?;
    for colours in ["light", "dark"] {
        page.in_media("screen", &[("forced-colors", "active"), ("prefers-color-scheme", colours)]).await?;
        whole(page, device, &folder.join(format!("forced-colours-{}-{colours}.png", device.name))).await?;
    }
    page.in_media("screen", &[]).await?;
    page.click("trial-cell").await?;
    take("trial").await?;
    page.press(thirtyfour::Key::Escape).await?;
    open_form(page, device).await?;
    page.fill("units", "101").await?;
    close_form(page, device).await?;
    take("stale").await?;

    visit(stage, ENDLESS).await?;
    run(page, "Running").await?;
    take("running").await?;
    let running = page.address().await?;
    visit(stage, ALONE).await?;
    run(page, "Queued").await?;
    take("queued").await?;
    visit(stage, &running).await?;
    page.press(thirtyfour::Key::Escape).await?;
    page.shows("status", "Cancelled").await?;
    take("cancelled").await?;

    visit(stage, ENDLESS).await?;
    run(page, "Running").await?;
    stage.server.kill();
    page.get("banner").await?;
    take("server-away").await?;
    stage.server.start_again()?;
    page.shows("status", "Interrupted").await?;
    take("interrupted").await
}

/// Every workload with its defaults, on the models that a visitor is given.
async fn workloads(stage: &Stage, folder: &Path, device: Device) -> Result<()> {
    const ASK: &str = "const request = new XMLHttpRequest(); request.open('GET', '/api/catalog', false); request.send(); \
                       return JSON.parse(request.responseText).workloads.map((workload) => workload.id);";
    visit(stage, "/").await?;
    let ids = stage.page.script(ASK, Vec::new()).await?;
    for id in ids.as_array().into_iter().flatten().filter_map(|id| id.as_str()) {
        visit(stage, &format!("/{id}?repetitions=3&v=1")).await?;
        run(&stage.page, "Finished").await?;
        whole(&stage.page, device, &folder.join(format!("workload-{id}-{}.png", device.name))).await?;
    }
    Ok(())
}

async fn visit(stage: &Stage, path: &str) -> Result<()> {
    stage.page.driver().goto(format!("http://{}{path}", stage.server.address)).await?;
    stage.page.get("strip").await?;
    Ok(())
}

async fn run(page: &Page, until: &str) -> Result<()> {
    page.press("r").await?;
    page.within(RUN, &format!("the status is {until:?}"), async || Ok(page.text("status").await?.contains(until))).await
}

async fn open_form(page: &Page, device: Device) -> Result<()> {
    if device.is_phone { page.click("sheet-toggle").await } else { Ok(()) }
}

async fn close_form(page: &Page, device: Device) -> Result<()> {
    if device.is_phone { page.press(thirtyfour::Key::Escape).await } else { Ok(()) }
}

/// The page from its top to its end: in a window as high as it is.
async fn whole(page: &Page, device: Device, file: &Path) -> Result<()> {
    const HEIGHT: &str = "return document.scrollingElement.scrollHeight;";
    let height =
        page.script(HEIGHT, Vec::new()).await?.as_u64().and_then(|height| u32::try_from(height).ok()).context("no height")?;
    page.in_a_window(device.width, height, device.is_phone).await?;
    page.picture(file).await?;
    page.in_a_window(device.width, device.height, device.is_phone).await
}
