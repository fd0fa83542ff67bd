//! The page without a mouse.

use anyhow::{Result, bail, ensure};
use browser_tests::{Page, on_stage};
use thirtyfour::Key;

use crate::{ENDLESS, TINY};

/// Presses Tab until `id` has the focus; nothing is clicked.
async fn tab_to(page: &Page, id: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..80 {
        page.press(Key::Tab).await?;
        let at = page.focus().await?;
        if at == id {
            return Ok(());
        }
        passed.push(at);
    }
    bail!("Tab does not come to {id}: {passed:?}")
}

#[test]
fn an_experiment_is_edited_run_and_read_with_the_keyboard_alone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        tab_to(page, "field-rounds").await?;
        page.type_over("44").await?;
        tab_to(page, "run").await?;
        page.press(Key::Enter).await?;
        page.shows("status", "Finished").await?;
        ensure!(page.address().await?.contains("rounds=44"), "{}", page.address().await?);
        tab_to(page, "trial-cell").await?;
        page.press(Key::Right).await?;
        page.press(Key::Enter).await?;
        page.shows("trial", "Trial 2 of 4").await?;
        page.press(Key::Escape).await?;
        page.until("it is closed", async || Ok(!page.sees("trial").await?)).await?;
        ensure!(page.focus().await? == "trial-cell", "the focus comes back: {}", page.focus().await?);
        Ok(())
    })
}

#[test]
fn r_runs_and_escape_cancels() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(ENDLESS).await?;
        page.press("r").await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        page.press(Key::Escape).await?;
        page.shows("status", "Cancelled").await
    })
}

#[test]
fn letters_typed_into_a_field_are_no_commands() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.fill("rounds", "r").await?;
        page.shows("error-rounds", "r").await?;
        ensure!(!page.address().await?.contains("run="), "{}", page.address().await?);
        ensure!(page.text("status").await?.starts_with("Not run"), "{}", page.text("status").await?);
        Ok(())
    })
}

#[test]
fn help_opens_with_a_question_mark_and_closes_with_escape() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.press("?").await?;
        let open = async || Ok(page.script("return document.querySelector('dialog#help').open;", Vec::new()).await? == true);
        page.until("the help is open", open).await?;
        page.press(Key::Escape).await?;
        page.until("the help is closed", async || Ok(!open().await?)).await
    })
}
