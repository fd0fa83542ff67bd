//! Theirs and mine on one chart.

use anyhow::{Result, ensure};
use browser_tests::{Page, on_stage, on_two_stages};

use crate::share::{copied_link, measured, rest};
use crate::{ENDLESS, TINY};

/// Whose chart is on show.
async fn compares(page: &Page) -> Result<()> {
    page.get("sides").await?;
    page.until("both are drawn over each other", async || page.sees("between").await).await?;
    page.is_drawn().await
}

#[test]
fn what_was_measured_there_and_here_is_on_one_chart_and_the_link_carries_both() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let link = copied_link(&mine.page).await?;
        let page = &theirs.page;
        page.open(rest(&link)?).await?;
        page.may_copy().await?;
        page.click("run-shown").await?;
        compares(page).await?;
        page.shows("side-A", "theirs").await?;
        page.shows("side-A", "from the link").await?;
        page.shows("side-B", "yours").await?;
        page.shows("verdict", "there").await?;
        ensure!(page.sees("between-overlay").await?, "A and B on one chart");
        page.is_accessible("theirs and mine").await?;
        let both = copied_link(page).await?;
        page.shows("given-out", "both results").await?;
        ensure!(both.len() <= 2000, "{} characters", both.len());
        let told = page.text("verdict").await?;

        // Whoever was first opens it, and their own server has never seen the second run.
        theirs.server.stop();
        mine.page.open(rest(&both)?).await?;
        compares(&mine.page).await?;
        ensure!(mine.page.text("verdict").await?.starts_with(&told[..10]), "{} is not {told}", mine.page.text("verdict").await?);
        mine.page.click("swap").await?;
        mine.page.is_drawn().await?;
        mine.page.click("remove-A").await?;
        mine.page.until("one is left", async || Ok(!mine.page.sees("sides").await?)).await
    })
}

#[test]
fn while_mine_is_measured_theirs_stays_on_show() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        mine.page.open(&ENDLESS.replace("rounds=100&wait_ms=1000", "rounds=2&wait_ms=1")).await?;
        mine.page.may_copy().await?;
        mine.page.click("run").await?;
        mine.page.shows("status", "Finished").await?;
        let link = copied_link(&mine.page).await?;
        let page = &theirs.page;
        page.open(rest(&link)?).await?;
        page.is_drawn().await?;
        let told = page.text("verdict").await?;
        // Longer than anybody waits: the same work, and much more of it.
        page.fill("rounds", "100").await?;
        page.fill("wait_ms", "1000").await?;
        page.click("run").await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        page.shows("side-B", "being measured").await?;
        ensure!(page.text("verdict").await? == told, "theirs stays: {}", page.text("verdict").await?);
        page.is_accessible("while mine is measured").await?;
        page.click("cancel").await?;
        page.shows("status", "Cancelled").await
    })
}

#[test]
fn two_runs_of_the_history_are_compared_whatever_differs_and_the_comparison_opens_again() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        measured(stage).await?;
        page.fill("rounds", "40").await?;
        page.click("run").await?;
        page.until("another run", async || Ok(page.address().await?.contains("rounds=40"))).await?;
        page.shows("status", "Finished").await?;
        page.click("to-history").await?;
        page.get("history-list").await?;
        const TICKS: &str = "return document.querySelectorAll('[data-tick]').length;";
        page.until("both are kept", async || Ok(page.script(TICKS, Vec::new()).await? == 2)).await?;
        for index in 0..2 {
            let tick = format!("document.querySelectorAll('[data-tick]')[{index}].click();");
            page.script(&tick, Vec::new()).await?;
            let ticked = "return document.querySelectorAll('[data-tick]:checked').length;";
            page.until("it is ticked", async || Ok(page.script(ticked, Vec::new()).await? == index + 1)).await?;
        }
        page.click("compare").await?;
        compares(page).await?;
        page.shows("differs", "20").await?;
        let address = page.address().await?;
        ensure!(address.contains("&with="), "{address}");
        page.open("/").await?;
        page.open(&address).await?;
        compares(page).await?;
        page.on_a_phone().await?;
        ensure!(page.overflow().await? <= 0, "it is {} pixels wider than a phone", page.overflow().await?);
        page.is_accessible("a comparison on a phone").await
    })
}

#[test]
fn b_is_run_again_in_its_place() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let link = copied_link(&mine.page).await?;
        let page = &theirs.page;
        page.open(rest(&link)?).await?;
        page.click("run-shown").await?;
        compares(page).await?;
        let before = page.address().await?;
        page.click("run-b").await?;
        page.until("another run", async || Ok(page.address().await? != before)).await?;
        compares(page).await?;
        page.shows("side-A", "theirs").await?;
        ensure!(page.address().await?.starts_with(&TINY[..10]), "{}", page.address().await?);
        Ok(())
    })
}

#[test]
fn a_link_to_two_runs_of_a_server_opens_in_a_browser_that_has_seen_neither() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let run_in = async || {
            let address = mine.page.address().await?;
            Ok::<_, anyhow::Error>(address.split("&run=").nth(1).map(str::to_owned).unwrap_or_default())
        };
        let first = run_in().await?;
        mine.page.fill("rounds", "40").await?;
        mine.page.click("run").await?;
        mine.page.until("another run", async || Ok(![String::new(), first.clone()].contains(&run_in().await?))).await?;
        mine.page.shows("status", "Finished").await?;
        let (page, address) = (&theirs.page, mine.page.address().await?);
        page.driver().goto(format!("http://{}{address}&with={first}", mine.server.address)).await?;
        compares(page).await
    })
}
