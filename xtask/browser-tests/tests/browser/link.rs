//! The address bar is the experiment, at every moment and in every state of repair.

use anyhow::{Result, ensure};
use browser_tests::on_stage;

use crate::TINY;

#[test]
fn a_damaged_link_opens_and_says_what_could_not_be_read() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/ping-pong?units=4&rounds=lots&models=threads,fibers,tokio&workers=2&repetitions=1&seed=1&colour=red&v=1")
            .await?;
        page.shows("notice", "could not be read").await?;
        let notice = page.text("notice").await?;
        for bad in ["rounds", "lots", "fibers", "colour"] {
            ensure!(notice.contains(bad), "{bad} is not named: {notice}");
        }
        ensure!(page.value("units").await? == "4", "what could be read is in the form");
        const CHOSEN: &str = "return document.querySelectorAll('[data-testid=\"model-threads\"]:checked, [data-testid=\"model-tokio\"]:checked').length;";
        ensure!(page.script(CHOSEN, Vec::new()).await? == 2, "the models that are known are chosen");
        let address = page.address().await?;
        ensure!(address.contains("rounds=lots") && address.contains("colour=red"), "the address keeps it: {address}");
        page.fill("units", "6").await?;
        let kept = async || Ok(page.address().await?.contains("units=6&rounds=lots"));
        page.until("what is wrong stays until it is set right", kept).await?;
        page.fill("rounds", "30").await?;
        page.until("it is set right", async || Ok(page.address().await?.contains("rounds=30&"))).await
    })
}

#[test]
fn an_unknown_workload_and_an_unknown_run_are_named() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/juggling?units=3&v=1").await?;
        page.shows("notice", "juggling").await?;
        page.open(&format!("{TINY}&run=nosuchrun")).await?;
        page.shows("notice", "nosuchrun").await?;
        ensure!(page.value("rounds").await? == "20", "its experiment is in the form");
        Ok(())
    })
}

#[test]
fn what_is_typed_is_checked_before_anything_is_sent() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.fill("units", "40000000").await?;
        page.shows("error-units", "40000000").await?;
        page.shows("error-units", "accepted").await?;
        ensure!(page.address().await?.contains("units=40000000"), "the address keeps what was typed: {}", page.address().await?);
        page.press("\u{e007}").await?;
        ensure!(page.focus().await? == "field-units", "the focus goes to what is wrong: {}", page.focus().await?);
        ensure!(!page.address().await?.contains("run="), "nothing was run");
        page.fill("units", "2").await?;
        page.until("the error is gone", async || Ok(!page.sees("error-units").await?)).await
    })
}

#[test]
fn a_link_with_a_value_that_is_not_accepted_says_which_and_what_would_be() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        // Pairs: an odd number is none.
        page.open("/ping-pong?units=3&rounds=20&models=tokio&workers=2&repetitions=1&seed=1&v=1").await?;
        page.shows("notice", "units").await?;
        page.shows("notice", "multiple of 2").await?;
        ensure!(page.value("rounds").await? == "20", "the rest is in the form");
        Ok(())
    })
}

#[test]
fn back_and_forward_go_from_experiment_to_experiment() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        page.choose_preset(1).await?;
        let first = page.address().await?;
        page.choose_preset(4).await?;
        page.until("the other preset is in the address", async || Ok(page.address().await? != first)).await?;
        let second = page.address().await?;
        page.driver().back().await?;
        page.until("back", async || Ok(page.address().await? == first && page.value("units").await? == "2")).await?;
        page.driver().forward().await?;
        page.until("forward", async || Ok(page.address().await? == second)).await?;
        page.choose_workload("Wait").await?;
        page.until("the workload is in the address", async || Ok(page.address().await?.starts_with("/wait?"))).await?;
        page.driver().back().await?;
        page.until("back", async || Ok(page.address().await? == second)).await
    })
}

#[test]
fn back_leads_to_the_result_that_was_there() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        let with_run = page.address().await?;
        page.choose_workload("Spawn").await?;
        page.until("another experiment", async || Ok(page.address().await?.starts_with("/spawn?"))).await?;
        page.driver().back().await?;
        page.until("the address of the run", async || Ok(page.address().await? == with_run)).await?;
        page.shows("status", "Finished").await?;
        ensure!(page.table().await?.len() == 4, "{:?}", page.table().await?);
        Ok(())
    })
}

#[test]
fn copy_link_copies_the_address_where_there_is_no_result() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.may_copy().await?;
        page.click("copy-link").await?;
        page.shows("copy-link", "Copied").await?;
        let (copied, url) = (page.clipboard().await?, page.driver().current_url().await?);
        ensure!(copied == url.as_str(), "{copied} is not {url}");
        Ok(())
    })
}

#[test]
fn the_first_visit_shows_a_sample_that_says_it_is_one() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        page.shows("sample", "recorded sample").await?;
        page.shows("sample", "Run it here").await?;
        ensure!(page.table().await?.len() >= 3, "the sample has its table");
        ensure!(page.text("verdict").await?.len() > 20, "and its sentence");
        Ok(())
    })
}
