//! The pictures of a result, by mouse and by keyboard.

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, on_stage};
use thirtyfour::{By, Key};

use crate::TINY;

/// A result of three repetitions: twelve marks.
async fn result(page: &Page) -> Result<()> {
    page.open(&TINY.replace("repetitions=1", "repetitions=3")).await?;
    page.click("run").await?;
    page.shows("status", "Finished").await
}

/// An attribute of the first element that is this.
async fn attribute(page: &Page, css: &str, name: &str) -> Result<String> {
    let script = "const found = document.querySelector(arguments[0]); return found ? found.getAttribute(arguments[1]) : null;";
    let found = page.script(script, vec![css.into(), name.into()]).await?;
    Ok(found.as_str().with_context(|| format!("{css} has no {name}"))?.to_owned())
}

const SELECTED: &str = "[role=option][aria-selected=true]";

#[test]
fn a_mark_that_is_pointed_at_says_what_it_is_and_one_that_is_clicked_opens_its_trial() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        // The last one: marks may overlap, and none lies over it.
        let mark = page.driver().find(By::Css("[data-testid=trials] [data-trial]:last-child")).await?;
        let words = mark.attr("aria-label").await?.context("a mark without words")?;
        let order: u64 = mark.attr("data-trial").await?.context("a mark without a trial")?.parse()?;
        page.driver().action_chain().move_to_element_center(&mark).perform().await?;
        page.shows("trials", &words).await?;
        ensure!(attribute(page, SELECTED, "data-trial").await? == order.to_string(), "it is outlined");
        page.driver().action_chain().click().perform().await?;
        page.shows("trial", &format!("Trial {} of 12", order + 1)).await?;
        page.press(Key::Escape).await?;
        page.until("it is closed", async || Ok(!page.sees("trial").await?)).await?;

        // What is pointed at no longer is no longer told of.
        let title = page.get("verdict").await?;
        page.driver().action_chain().move_to_element_center(&title).perform().await?;
        page.until("the words are gone", async || Ok(!page.text("trials").await?.contains(&words))).await
    })
}

#[test]
fn the_marks_are_one_stop_of_the_tab_key_and_arrows_go_from_trial_to_trial() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        // From the switch over the chart, Tab comes to its marks.
        page.script("document.querySelector('[data-testid=trials-png]').focus();", Vec::new()).await?;
        page.press(Key::Tab).await?;
        const IN_BOX: &str = "return document.activeElement.getAttribute('role') === 'listbox';";
        let in_box = async || Ok::<bool, anyhow::Error>(page.script(IN_BOX, Vec::new()).await? == true);
        ensure!(in_box().await?, "{}", page.focus().await?);

        let at = async || attribute(page, SELECTED, "data-trial").await;
        page.press(Key::Right).await?;
        let first = at().await?;
        page.press(Key::Right).await?;
        ensure!(at().await? != first, "the next one");
        ensure!(
            attribute(page, "[data-testid=trials] [role=listbox]", "aria-activedescendant").await?
                == attribute(page, SELECTED, "id").await?,
            "is told"
        );
        page.press(Key::Left).await?;
        ensure!(at().await? == first, "and back");
        page.press(Key::End).await?;
        ensure!(at().await? != first, "the last");
        page.press(Key::Home).await?;
        ensure!(at().await? == first && in_box().await?, "the first, and the focus has not moved: {}", at().await?);
        page.press(Key::Enter).await?;
        page.shows("trial", &format!("Trial {} of 12", first.parse::<u64>()? + 1)).await?;
        page.press(Key::Escape).await?;
        page.until("it is closed", async || Ok(!page.sees("trial").await?)).await?;
        ensure!(in_box().await?, "the focus comes back: {}", page.focus().await?);
        page.press(Key::Tab).await?;
        ensure!(!in_box().await?, "one Tab goes past all marks");
        Ok(())
    })
}

#[test]
fn an_option_stands_under_the_model_that_has_it_and_only_while_that_is_chosen() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        const UNDER: &str = "const field = document.querySelector('[data-testid=field-driver]'); if (!field) return 'nowhere'; \
             if (field.closest('.method')) return 'method'; \
             return field.closest('.model-row').querySelector('[data-testid^=model-]').dataset.testid;";
        let under =
            async || Ok::<_, anyhow::Error>(page.script(UNDER, Vec::new()).await?.as_str().unwrap_or_default().to_owned());
        ensure!(under().await? == "model-tokio", "{}", under().await?);
        ensure!(page.text("field-models").await?.contains("Tokio's root task"), "{}", page.text("field-models").await?);

        page.choose("driver", "block_on").await?;
        ensure!(page.address().await?.contains("driver=block_on"), "{}", page.address().await?);
        page.choose_models(&["threads", "actix"]).await?;
        ensure!(under().await? == "nowhere", "nobody has it: {}", under().await?);
        page.choose_models(&["threads", "tokio", "actix"]).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.address().await?.contains("driver=block_on"), "it is as it was: {}", page.address().await?);
        ensure!(page.cells_in("ok").await? == 4, "{:?}", page.cells().await?);
        Ok(())
    })
}

#[test]
fn the_conditions_stay_open_while_trials_end() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(crate::WATCHED).await?;
        page.click("run").await?;
        page.until("it runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        const OPEN: &str = "return document.querySelector('[data-testid=conditions]').open;";
        page.script("document.querySelector('[data-testid=conditions] summary').click();", Vec::new()).await?;
        page.shows("status", "Finished").await?;
        ensure!(page.script(OPEN, Vec::new()).await? == true, "nobody has closed them");
        Ok(())
    })
}
