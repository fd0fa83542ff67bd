//! The page on a phone: one column, the form in a sheet.

use anyhow::{Result, ensure};
use browser_tests::{Page, on_stage};

use crate::TINY;

/// The page never scrolls sideways; a table may, inside itself.
async fn fits(page: &Page, state: &str) -> Result<()> {
    let over = page.overflow().await?;
    ensure!(over <= 0, "{state}: the page is {over} pixels wider than the phone");
    Ok(())
}

#[test]
fn an_experiment_is_edited_and_run_on_a_phone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.on_a_phone().await?;
        page.driver().goto(format!("http://{}/", stage.server.address)).await?;
        page.get("bar-run").await?;
        fits(page, "first visit").await?;
        page.driver().goto(format!("http://{}{TINY}", stage.server.address)).await?;
        page.get("bar-run").await?;
        ensure!(!page.sees("field-rounds").await?, "the form is in the sheet");
        page.click("sheet-toggle").await?;
        page.fill("rounds", "25").await?;
        fits(page, "the sheet").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.address().await?.contains("rounds=25"), "{}", page.address().await?);
        ensure!(!page.sees("field-rounds").await?, "the sheet has made room for the result");
        fits(page, "result").await?;
        // Running it once more needs no sheet.
        page.click("bar-run").await?;
        page.until("it is another run", async || Ok(page.text("status").await?.starts_with("Finished"))).await?;
        fits(page, "result again").await
    })
}

#[test]
fn nothing_is_wider_than_a_phone_in_any_state() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.on_a_phone().await?;
        for (state, path) in [
            ("a damaged link", "/ping-pong?units=lots&models=fibers&v=1"),
            (
                "eight digits",
                "/spawn?units=1000000&models=threads,thread-pool,tokio,tokio-current-thread,actix,actix-sync&repetitions=50&v=1",
            ),
        ] {
            page.driver().goto(format!("http://{}{path}", stage.server.address)).await?;
            page.get("bar-run").await?;
            fits(page, state).await?;
            page.click("sheet-toggle").await?;
            fits(page, &format!("{state}, the sheet")).await?;
        }
        Ok(())
    })
}
