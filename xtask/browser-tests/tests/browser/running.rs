//! The main job: choose, edit, run, watch, read; and what can come between.

use anyhow::{Context, Result, ensure};
use browser_tests::on_stage;

use crate::{ENDLESS, TINY, WATCHED};

#[test]
fn an_experiment_is_chosen_edited_run_watched_and_read() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        page.choose_workload("Ping").await?;
        page.choose_models(&["threads", "tokio", "actix"]).await?;
        page.fill("units", "4").await?;
        ensure!(!page.sees("field-rounds").await?, "measured by time, the number of rounds decides nothing");
        page.choose("measure", "work").await?;
        page.fill("rounds", "50").await?;
        page.fill("repetitions", "3").await?;
        let address = page.address().await?;
        ensure!(
            address.starts_with("/ping-pong?units=4&rounds=50&models=threads,tokio,actix&"),
            "the address is not the form: {address}"
        );

        page.click("run").await?;
        page.until("a trial is seen to run, or has run", async || {
            Ok(page.cells_in("ok").await? + page.cells_in("running").await? > 0)
        })
        .await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == 12, "three repetitions of three models and the control: {:?}", page.cells().await?);

        let table = page.table().await?;
        ensure!(table.len() == 4, "a row a label: {table:?}");
        for name in ["Threads", "Tokio", "Actix"] {
            let row = table.iter().find(|row| row[0].to_lowercase().contains(&name.to_lowercase()));
            ensure!(
                row.is_some_and(|row| row.len() > 6 && row[1].starts_with(|first: char| first.is_ascii_digit())),
                "{name}: {table:?}"
            );
        }
        ensure!(page.text("verdict").await?.len() > 20, "no sentence: {:?}", page.text("verdict").await?);
        ensure!(page.sees("trials").await?, "no chart");
        page.shows("code", "spawn").await?;
        ensure!(page.address().await?.contains("&run="), "the link does not carry the run: {}", page.address().await?);
        Ok(())
    })
}

#[test]
fn a_preset_is_one_click_and_its_code_is_there() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        page.choose_preset(1).await?;
        ensure!(page.value("units").await? == "2", "the article's examples are two units");
        ensure!(page.address().await?.starts_with("/listings?units=2&"), "{}", page.address().await?);
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == page.cells().await?.len(), "{:?}", page.cells().await?);
        page.shows("code", "thread::spawn").await
    })
}

#[test]
fn cancelling_keeps_what_has_come() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(ENDLESS).await?;
        page.click("run").await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        page.click("cancel").await?;
        page.shows("status", "Cancelled").await?;
        page.until("the trial is marked", async || Ok(page.cells_in("cancelled").await? == 1)).await?;
        // The way is free again.
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await
    })
}

#[test]
fn a_run_goes_on_without_its_page_and_its_link_shows_it() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(WATCHED).await?;
        page.click("run").await?;
        page.until("a trial has ended", async || Ok(page.cells_in("ok").await? > 0)).await?;
        let link = page.address().await?;
        let before = page.cells_in("ok").await?;
        page.driver().goto("about:blank").await?;
        page.open(&link).await?;
        page.until("what had ended is there again", async || Ok(page.cells_in("ok").await? >= before)).await?;
        ensure!(page.text("status").await?.contains("Running"), "it should go on: {:?}", page.text("status").await?);
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == 9, "{:?}", page.cells().await?);
        // And once more, now that it is over.
        page.driver().refresh().await?;
        page.shows("status", "Finished").await?;
        ensure!(page.table().await?.len() == 3, "{:?}", page.table().await?);
        Ok(())
    })
}

#[test]
fn a_run_waits_for_its_turn_and_says_so() -> Result<()> {
    const BESIDE: &str = "return document.getElementById('run-about').innerText;";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(ENDLESS).await?;
        page.click("run").await?;
        page.until("a trial runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        let first = page.driver().window().await?;
        let second = page.driver().new_tab().await?;
        page.driver().switch_to_window(second).await?;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Queued").await?;
        page.until("it says so beside the button too", async || {
            Ok(page.script(BESIDE, Vec::new()).await?.as_str().is_some_and(|text| text.starts_with("Queued behind 1 other run.")))
        })
        .await?;
        ensure!(page.cells_in("planned").await? == 4, "{:?}", page.cells().await?);
        page.driver().switch_to_window(first).await?;
        page.click("cancel").await?;
        page.shows("status", "Cancelled").await?;
        page.driver().close_window().await?;
        let rest = page.driver().windows().await?;
        page.driver().switch_to_window(rest[0].clone()).await?;
        page.shows("status", "Finished").await
    })
}

#[test]
fn trials_come_into_the_strip_while_the_run_goes_on() -> Result<()> {
    // Written down by the page itself: how many cells say that they are over, at every change of the strip.
    const WATCH: &str = "window.over = [0]; \
         const strip = document.querySelector('[data-testid=strip]'); \
         new MutationObserver(() => { \
             const over = strip.querySelectorAll('[data-state=ok]').length; \
             if (over !== window.over.at(-1)) window.over.push(over); \
         }).observe(strip, {subtree: true, childList: true, attributes: true});";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(WATCHED).await?;
        page.click("run").await?;
        page.until("it runs", async || Ok(page.cells_in("running").await? == 1)).await?;
        page.script(WATCH, Vec::new()).await?;
        page.shows("status", "Finished").await?;
        let over = page.script("return window.over;", Vec::new()).await?;
        ensure!(over.as_array().is_some_and(|over| over.len() > 3), "not all at once: {over}");
        Ok(())
    })
}

#[test]
fn a_page_in_a_tab_behind_another_draws_nothing_and_is_right_when_it_is_seen_again() -> Result<()> {
    // How much the page had been changed whenever it went out of sight or came into it. This is heard before the page hears it.
    const WATCH: &str = "window.changes = 0; window.sights = []; \
         const seen = new MutationObserver(list => { window.changes += list.length; }); \
         seen.observe(document.getElementById('app'), {subtree: true, childList: true, attributes: true, characterData: true}); \
         document.addEventListener('visibilitychange', () => { \
             window.changes += seen.takeRecords().length; \
             window.sights.push([document.visibilityState, window.changes]); \
         });";
    on_stage(async |stage| {
        let page = &stage.page;
        let to_front = async || page.driver().cdp().send_raw("Page.bringToFront", serde_json::json!({})).await;
        page.open(WATCHED).await?;
        page.click("run").await?;
        page.until("a trial has ended", async || Ok(page.cells_in("ok").await? > 0)).await?;
        let address = page.address().await?;
        let id = address.split_once("&run=").map(|(_, id)| id.to_owned()).context("no run in the address")?;
        page.script(WATCH, Vec::new()).await?;

        let first = page.driver().window().await?;
        let second = page.driver().new_tab().await?;
        page.driver().switch_to_window(second).await?;
        to_front().await?;
        page.until("the run is over", async || {
            page.driver().goto(format!("http://{}/api/runs/{id}", stage.server.address)).await?;
            Ok(page.driver().source().await?.replace(' ', "").contains("\"state\":\"finished\""))
        })
        .await?;
        page.driver().switch_to_window(first).await?;
        page.until("the title tells the end", async || Ok(page.driver().title().await?.starts_with("Result"))).await?;
        to_front().await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == 9 && page.table().await?.len() == 3, "{:?}", page.cells().await?);
        let sights = page.script("return window.sights;", Vec::new()).await?;
        ensure!(sights[0][0] == "hidden" && sights[1][0] == "visible", "{sights}");
        ensure!(sights[0][1] == sights[1][1], "it was changed while nobody saw it: {sights}");
        Ok(())
    })
}

#[test]
fn a_refused_model_says_why_and_the_others_go_on() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/wait?units=100000&rounds=1&wait_ms=1&models=threads,tokio&workers=2&repetitions=1&seed=1&v=1").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("refused").await? == 1 && page.cells_in("ok").await? == 2, "{:?}", page.cells().await?);
        let table = page.table().await?;
        let row = table.iter().find(|row| row[0].contains("hreads")).map(|row| row.join(" ")).unwrap_or_default();
        ensure!(row.contains("refused") && row.contains("threads"), "the row of the threads should say why: {table:?}");
        Ok(())
    })
}

#[test]
fn a_result_of_other_parameters_is_marked() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(!page.sees("stale").await?, "it is of these parameters");
        page.fill("rounds", "21").await?;
        page.shows("stale", "different settings").await?;
        ensure!(page.table().await?.len() == 4, "the old result stays");
        page.fill("rounds", "20").await?;
        page.until("it is of these parameters again", async || Ok(!page.sees("stale").await?)).await
    })
}

#[test]
fn a_cell_of_the_strip_opens_its_trial() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.click("trial-cell").await?;
        page.shows("trial", "Trial 1 of 4").await?;
        page.shows("trial", "Round trips per second").await?;
        ensure!(page.script("return document.getElementById('trial').scrollTop;", Vec::new()).await? == 0, "it opens at its top");
        page.press(thirtyfour::Key::Escape).await?;
        page.until("it is closed", async || Ok(!page.sees("trial").await?)).await
    })
}
