//! The form: short, and everything in it to be had by one click or by typing.

use anyhow::{Result, ensure};
use browser_tests::{Page, on_stage};
use thirtyfour::{By, Key};

use crate::{ENDLESS, TINY};

/// An attribute of the element with this test id.
async fn attribute(page: &Page, id: &str, name: &str) -> Result<String> {
    Ok(page.get(id).await?.attr(name).await?.unwrap_or_default())
}

#[test]
fn what_the_page_is_for_is_said_until_something_is_run() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.shows("purpose", "which differences are real").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(!page.sees("purpose").await?, "it has been run");
        page.open(&page.address().await?).await?;
        page.shows("status", "Finished").await?;
        ensure!(!page.sees("purpose").await?, "who opens a result knows");
        Ok(())
    })
}

#[test]
fn all_presets_unfold_in_their_groups_and_fold_with_escape_or_a_choice() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        const CHIPS: &str = "return document.querySelectorAll('.chip').length;";
        ensure!(page.script(CHIPS, Vec::new()).await? == 3, "one of each group");
        page.click("all-presets").await?;
        ensure!(page.script(CHIPS, Vec::new()).await?.as_u64() > Some(10), "all of them");
        ensure!(attribute(page, "all-presets", "aria-expanded").await? == "true", "it says so");
        page.press(Key::Escape).await?;
        page.until("they are folded", async || Ok(page.script(CHIPS, Vec::new()).await? == 3)).await?;
        ensure!(page.focus().await? == "all-presets", "the focus stays: {}", page.focus().await?);
        page.choose_preset(4).await?;
        page.until("they are folded", async || Ok(page.script(CHIPS, Vec::new()).await? == 3)).await?;
        ensure!(attribute(page, "preset-4", "aria-pressed").await? == "true", "the chosen one stays in view");
        page.until("and has the focus", async || Ok(page.focus().await? == "preset-4")).await
    })
}

#[test]
fn cancel_stands_where_run_stood_and_keeps_its_focus() -> Result<()> {
    const PLACE: &str =
        "const at = document.querySelector('.go .primary').getBoundingClientRect(); return [at.left, at.top, at.width];";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(ENDLESS).await?;
        let before = page.script(PLACE, Vec::new()).await?;
        page.script("document.querySelector('[data-testid=run]').focus();", Vec::new()).await?;
        page.press(Key::Enter).await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        ensure!(!page.sees("run").await? && page.script(PLACE, Vec::new()).await? == before, "in its place");
        ensure!(page.focus().await? == "cancel", "{}", page.focus().await?);
        page.press(Key::Enter).await?;
        page.shows("status", "Cancelled").await?;
        ensure!(page.sees("run").await?, "and Run again");
        page.on_a_phone().await?;
        page.click("bar-run").await?;
        page.click("bar-cancel").await?;
        page.shows("status", "Cancelled").await
    })
}

#[test]
fn the_help_of_a_field_is_seen_when_its_sign_is_pointed_at_and_stays_when_it_is_pressed() -> Result<()> {
    const HELP: &str = "return document.getElementById('hint-units').checkVisibility();";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        let seen = async || Ok::<bool, anyhow::Error>(page.script(HELP, Vec::new()).await? == true);
        ensure!(!seen().await?, "it is behind its sign");
        let sign = page.get("help-units").await?;
        page.driver().action_chain().move_to_element_center(&sign).perform().await?;
        page.until("pointed at", seen).await?;
        page.click("help-units").await?;
        let elsewhere = page.driver().find(By::Id("main")).await?;
        page.driver().action_chain().move_to_element_center(&elsewhere).perform().await?;
        ensure!(seen().await? && attribute(page, "help-units", "aria-expanded").await? == "true", "it stays");
        page.click("help-units").await?;
        page.driver().action_chain().move_to_element_center(&elsewhere).perform().await?;
        page.script("document.activeElement.blur();", Vec::new()).await?;
        page.until("it is gone", async || Ok(!seen().await?)).await
    })
}

#[test]
fn the_method_is_a_line_that_unfolds_by_itself_when_a_link_says_something_of_it() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/ping-pong?units=2&v=2").await?;
        page.shows("method", "12 repetitions, all cores, seed 42").await?;
        ensure!(!page.sees("field-seed").await?, "folded");
        page.click("method").await?;
        page.get("field-seed").await?;
        page.open("/ping-pong?units=2&cores=one&v=2").await?;
        page.get("field-seed").await?;
        page.shows("method", "one core").await
    })
}

#[test]
fn a_sweep_is_made_part_by_part_or_typed_and_says_its_values_and_its_time() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/spawn?units=1000&models=threads,tokio&repetitions=5&measure=time&measure_ms=200&v=2").await?;
        page.click("sweep-units").await?;
        page.shows("values-units", "1,000").await?;
        ensure!(page.address().await?.contains("units=1..1000+log+4&"), "{}", page.address().await?);
        let to = page.get("units-to").await?;
        to.click().await?;
        page.type_over("10k").await?;
        page.until("the address has it", async || Ok(page.address().await?.contains("units=1..10k+log+4&"))).await?;
        page.shows("values-units", "10,000").await?;
        page.shows("takes-units", "4 values × 15 trials, 12 s at least").await?;
        page.fill("units", "1; 10; 100").await?;
        page.until("typed is the same", async || Ok(!page.sees("units-to").await?)).await?;
        page.shows("takes-units", "3 values × 15 trials").await?;
        page.click("sweep-units").await?;
        page.until("a number again", async || Ok(page.value("units").await? == "100")).await
    })
}

#[test]
fn a_long_strip_is_a_bar_that_opens() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/spawn?units=10&models=threads,tokio,actix&repetitions=50&v=1").await?;
        ensure!(page.cells().await?.is_empty() && page.sees("strip").await?, "a bar");
        ensure!(attribute(page, "strip-open", "aria-expanded").await? == "false", "it says so");
        page.click("run").await?;
        page.within(std::time::Duration::from_secs(120), "it is over", async || {
            Ok(page.text("status").await?.starts_with("Finished"))
        })
        .await?;
        ensure!(attribute(page, "strip", "aria-label").await?.starts_with("200 of 200 trials have ended"), "its words");
        page.click("strip-open").await?;
        page.until("every trial", async || Ok(page.cells_in("ok").await? == 200)).await?;
        page.click("strip-open").await?;
        page.until("a bar again", async || Ok(page.cells().await?.is_empty())).await
    })
}
