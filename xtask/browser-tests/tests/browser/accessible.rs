//! axe-core finds nothing, in any state of the page, in light and in dark.

use anyhow::Result;
use browser_tests::on_stage;

use crate::{ENDLESS, TINY};

#[test]
fn the_first_visit_and_a_result_are_accessible() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        page.is_accessible("first visit").await?;
        page.open(&TINY.replace("repetitions=1", "repetitions=3")).await?;
        page.is_accessible("not run yet").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.is_accessible("result").await?;
        page.click("trials-as-table").await?;
        page.is_accessible("the chart as a table").await?;
        page.click("trial-cell").await?;
        page.shows("trial", "Trial 1 of 12").await?;
        page.is_accessible("a trial").await?;
        page.press(thirtyfour::Key::Escape).await?;
        page.press("?").await?;
        page.is_accessible("help").await
    })
}

#[test]
fn what_goes_on_and_what_went_wrong_is_accessible() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(ENDLESS).await?;
        page.click("run").await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        page.is_accessible("running").await?;
        page.click("cancel").await?;
        page.shows("status", "Cancelled").await?;
        page.is_accessible("cancelled").await?;
        page.open("/wait?units=100000&rounds=1&wait_ms=1&models=threads,tokio&workers=2&repetitions=1&seed=1&v=1").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.is_accessible("refused beside ok").await?;
        page.open("/ping-pong?units=lots&models=fibers&v=1").await?;
        page.is_accessible("a damaged link").await?;
        stage.server.stop();
        page.click("preset-0").await?;
        page.click("run").await?;
        page.shows("banner", "does not answer").await?;
        page.is_accessible("the server away").await
    })
}

#[test]
fn the_phone_is_accessible() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.on_a_phone().await?;
        page.driver().goto(format!("http://{}{TINY}", stage.server.address)).await?;
        page.click("bar-run").await?;
        page.shows("status", "Finished").await?;
        page.is_accessible("result on a phone").await?;
        page.click("sheet-toggle").await?;
        page.get("run").await?;
        page.is_accessible("the sheet").await
    })
}
