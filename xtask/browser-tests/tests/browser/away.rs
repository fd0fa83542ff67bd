//! The server comes and goes; the page stays, and keeps what it has.

use anyhow::{Result, ensure};
use browser_tests::on_stage;
use std::time::Duration;

use crate::import::{LOG, dropped};
use crate::{ENDLESS, TINY, WATCHED};

#[test]
fn a_server_that_is_away_is_told_of_and_what_was_typed_stays() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        stage.server.stop();
        page.fill("rounds", "33").await?;
        page.click("run").await?;
        page.shows("banner", "does not answer").await?;
        ensure!(page.value("rounds").await? == "33", "what was typed stays");
        stage.server.start_again()?;
        page.until("the banner goes by itself", async || Ok(!page.sees("banner").await?)).await?;
        ensure!(page.value("rounds").await? == "33", "what was typed stays");
        page.click("run").await?;
        page.shows("status", "Finished").await
    })
}

#[test]
fn a_server_that_was_started_again_still_has_its_results() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        let link = page.address().await?;
        stage.server.stop();
        stage.server.start_again()?;
        page.open(&link).await?;
        page.shows("status", "Finished").await?;
        ensure!(page.table().await?.len() == 4, "{:?}", page.table().await?);
        Ok(())
    })
}

#[test]
fn a_server_that_goes_during_a_run_is_noticed_and_its_return_too() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(WATCHED).await?;
        page.click("run").await?;
        page.until("a trial has ended", async || Ok(page.cells_in("ok").await? > 0)).await?;
        stage.server.stop();
        page.shows("banner", "does not answer").await?;
        ensure!(page.cells_in("ok").await? > 0, "what had come stays");
        stage.server.start_again()?;
        page.until("the banner goes by itself", async || Ok(!page.sees("banner").await?)).await?;
        page.until("the run's fate is told", async || {
            let status = page.text("status").await?;
            Ok(["Cancelled", "Finished", "Interrupted"].iter().any(|word| status.starts_with(word)))
        })
        .await?;
        page.click("run").await?;
        page.shows("status", "Finished").await
    })
}

#[test]
fn a_server_with_a_page_and_a_run_on_it_stops_at_once() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(ENDLESS).await?;
        page.click("run").await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        let took = stage.server.stop();
        ensure!(took < Duration::from_secs(2), "it took {took:?} to stop");
        Ok(())
    })
}

#[test]
fn what_opens_results_is_loaded_again_when_the_server_is_back() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/spawn?units=10&v=1").await?;
        page.get("run").await?;
        stage.server.stop();
        dropped(page, "run.jsonl", LOG.as_bytes()).await?;
        page.shows("notice", "The history cannot be reached").await?;
        stage.server.start_again()?;
        dropped(page, "run.jsonl", LOG.as_bytes()).await?;
        page.shows("recorded", "Recorded").await
    })
}
