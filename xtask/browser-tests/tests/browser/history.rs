//! The history: what a browser keeps, whatever becomes of the server.

use anyhow::{Result, bail, ensure};
use browser_tests::{Page, on_stage};
use serde_json::json;
use thirtyfour::Key;

use crate::TINY;
use crate::import::dropped;

/// The names in the list, in its order: those that people gave, else what stands in their place.
async fn names(page: &Page) -> Result<Vec<String>> {
    const NAMES: &str =
        "return [...document.querySelectorAll('[data-testid=\"kept-name\"]')].map(field => field.value || field.placeholder);";
    Ok(serde_json::from_value(page.script(NAMES, Vec::new()).await?)?)
}

async fn until_named(page: &Page, names_are: &[&str]) -> Result<()> {
    let holds = async || Ok(names(page).await? == names_are);
    if let Err(problem) = page.until(&format!("the list is {names_are:?}"), holds).await {
        bail!("{problem}; it is {:?}", names(page).await?);
    }
    Ok(())
}

/// Runs two experiments, and names them `one` and `two`.
async fn two_named(page: &Page) -> Result<()> {
    for (units, kept) in [("2", 1), ("4", 2)] {
        page.open(&TINY.replace("units=2", &format!("units={units}"))).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.click("to-history").await?;
        page.until(&format!("{kept} are kept"), async || Ok(names(page).await?.len() == kept)).await?;
    }
    for (row, name) in [(1, "one"), (0, "two")] {
        name_row(page, row, name).await?;
    }
    until_named(page, &["two", "one"]).await
}

async fn name_row(page: &Page, row: usize, name: &str) -> Result<()> {
    const FOCUS: &str = "document.querySelectorAll('[data-testid=\"kept-name\"]')[arguments[0]].focus();";
    page.script(FOCUS, vec![json!(row)]).await?;
    page.type_over(name).await?;
    page.press(Key::Enter).await
}

#[test]
fn a_run_is_kept_and_found_again_whatever_becomes_of_the_server() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        let (verdict, link) = (page.text("verdict").await?, page.address().await?);
        page.click("to-history").await?;
        page.until("it is there", async || Ok(names(page).await?.len() == 1)).await?;
        page.shows("kept", "run here").await?;
        // A store with nothing in it, on the same address.
        stage.server.stop();
        stage.server.forget_everything()?;
        stage.server.start_again()?;
        page.driver().refresh().await?;
        page.until("it is still there", async || Ok(names(page).await?.len() == 1)).await?;
        page.click("kept-open").await?;
        page.shows("verdict", &verdict).await?;
        page.is_drawn().await?;
        ensure!(page.table().await?.len() == 4, "with its figures: {:?}", page.table().await?);
        page.open(&link).await?;
        page.shows("notice", "your history has it").await?;
        page.shows("verdict", &verdict).await
    })
}

#[test]
fn results_are_named_pinned_found_deleted_and_put_back() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        two_named(page).await?;
        page.driver().refresh().await?;
        until_named(page, &["two", "one"]).await?;

        const PIN: &str = "document.querySelectorAll('[data-testid=pin]')[1].click();";
        page.script(PIN, Vec::new()).await?;
        until_named(page, &["one", "two"]).await?;

        page.click("history-search").await?;
        page.press("TWO ping").await?;
        until_named(page, &["two"]).await?;
        page.shows("history-count", "1 of 2").await?;
        page.type_over("nobody wrote this").await?;
        page.shows("history-none", "nobody wrote this").await?;
        page.type_over(Key::Delete + "").await?;
        until_named(page, &["one", "two"]).await?;

        page.click("delete").await?;
        until_named(page, &["two"]).await?;
        page.shows("deleted", "one").await?;
        page.click("undo-delete").await?;
        until_named(page, &["one", "two"]).await?;

        // By keys: the first result, the next, away with it.
        page.script("document.querySelector('[data-testid=kept-open]').focus();", Vec::new()).await?;
        page.press(Key::Down).await?;
        page.press(Key::Delete).await?;
        until_named(page, &["one"]).await?;
        page.script("document.querySelector('[data-testid=kept-open]').focus();", Vec::new()).await?;
        page.press(Key::Enter).await?;
        page.shows("status", "Finished").await?;
        page.driver().back().await?;
        until_named(page, &["one"]).await
    })
}

#[test]
fn two_results_of_the_history_are_compared() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        two_named(page).await?;
        for row in [1, 0] {
            let tick = format!("document.querySelectorAll('[data-testid=tick]')[{row}].click();");
            page.script(&tick, Vec::new()).await?;
        }
        page.shows("ticked", "A: one. B: two.").await?;
        page.click("compare").await?;
        page.get("side-A").await?;
        page.get("side-B").await?;
        Ok(())
    })
}

#[test]
fn the_history_goes_to_another_browser_as_one_file() -> Result<()> {
    let mut file = Vec::new();
    on_stage(async |stage| {
        two_named(&stage.page).await?;
        file = stage.saved("save-all").await?;
        ensure!(String::from_utf8_lossy(&file).starts_with("{\"interleave_history\":1"), "it says what it is");
        Ok(())
    })?;
    // Another profile, and a server that has never seen these runs.
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        dropped(page, "history.json", &file).await?;
        page.shows("notice", "2 results of the file").await?;
        until_named(page, &["two", "one"]).await?;
        page.click("kept-open").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.table().await?.len() == 4, "{:?}", page.table().await?);
        Ok(())
    })
}

#[test]
fn the_history_is_accessible_and_fits_a_phone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.driver().goto(format!("http://{}/history", stage.server.address)).await?;
        page.get("history-empty").await?;
        page.is_accessible("an empty history").await?;
        two_named(page).await?;
        page.script("document.querySelector('[data-testid=tick]').click();", Vec::new()).await?;
        page.script("document.querySelector('[data-testid=pin]').click();", Vec::new()).await?;
        page.shows("kept", "Pinned").await?;
        page.is_accessible("a history").await?;
        page.click("delete").await?;
        page.get("deleted").await?;
        page.is_accessible("something deleted").await?;
        page.on_a_phone().await?;
        ensure!(page.overflow().await? <= 0, "it is {} pixels wider than a phone", page.overflow().await?);
        page.is_accessible("a history on a phone").await
    })
}
