//! A program of steps, composed by pointer and by keyboard; its text is beside it.

use anyhow::{Result, ensure};
use browser_tests::{Page, on_stage};
use thirtyfour::{By, Key};

/// A program over in a moment, of steps that are numbered 1, 2 and 3.
const STEPS: &str =
    "/program?units=2&rounds=2&program=send,+compute+5,+lock&models=threads,tokio&workers=2&repetitions=1&seed=1&v=1";

/// Waits until the program is this, and its steps are drawn.
async fn becomes(page: &Page, program: &str) -> Result<()> {
    let holds = async || Ok(page.value("program").await? == program);
    page.until(&format!("the program is {program:?}"), holds).await
}

/// Waits until the rows are these: number, word and what stands in the field behind it.
async fn rows(page: &Page, wanted: &[&str]) -> Result<()> {
    const ROWS: &str = "return [...document.querySelectorAll('[data-testid=step]')].map(row => \
        `${row.querySelector('button').innerText} ${row.querySelector('input')?.value ?? ''}`.replace(/\\s+/g, ' ').trim());";
    let wanted: Vec<String> = wanted.iter().map(|row| (*row).to_owned()).collect();
    page.until(
        &format!("the rows are {wanted:?}"),
        async || Ok(page.script(ROWS, Vec::new()).await? == serde_json::json!(wanted)),
    )
    .await
}

/// Opens the page, and waits for the composer.
async fn open(page: &Page, address: &str) -> Result<()> {
    page.open(address).await?;
    page.get("steps").await.map(drop)
}

/// Puts the focus on the button of a step, by its path.
async fn focus_step(page: &Page, path: &str) -> Result<()> {
    page.script("document.getElementById(`step-${arguments[0]}`).focus();", vec![serde_json::json!(path)]).await.map(drop)
}

async fn focused(page: &Page) -> Result<String> {
    Ok(page.script("return document.activeElement.id;", Vec::new()).await?.as_str().unwrap_or_default().to_owned())
}

/// Waits until a screen reader is told this.
async fn says(page: &Page, words: &str) -> Result<()> {
    const TOLD: &str = "return document.querySelector('.away[role=status]')?.textContent ?? '';";
    let told = async || Ok(page.script(TOLD, Vec::new()).await?.as_str().unwrap_or_default().contains(words));
    page.until(&format!("it is said: {words:?}"), told).await
}

/// Clicks the button of a step.
async fn choose(page: &Page, path: &str) -> Result<()> {
    const SEEN: &str =
        "const step = document.getElementById(`step-${arguments[0]}`); step?.scrollIntoView({block: 'center'}); return !!step;";
    page.until("the step is there", async || Ok(page.script(SEEN, vec![serde_json::json!(path)]).await? == true)).await?;
    page.driver().find(By::Id(format!("step-{path}"))).await?.click().await?;
    let chosen = "return document.getElementById(`step-${arguments[0]}`)?.ariaPressed === 'true';";
    page.until("it is chosen", async || Ok(page.script(chosen, vec![serde_json::json!(path)]).await? == true)).await
}

#[test]
fn steps_are_added_nested_numbered_and_undone_with_clicks() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open(page, STEPS).await?;
        rows(page, &["1 send", "2 compute 5", "3 lock"]).await?;
        page.driver().find(By::Id("step-1")).await?.click().await?;
        page.until("it is chosen", async || {
            Ok(focused(page).await? == "step-1" && page.text("composer").await?.contains("Step 2"))
        })
        .await?;
        page.click("step-word-in-parallel").await?;
        becomes(page, "send, in parallel { compute 5 }, lock").await?;
        page.click("step-word-wait").await?;
        becomes(page, "send, in parallel { compute 5, wait 1 }, lock").await?;
        rows(page, &["1 send", "2 in parallel", "2.1 compute 5", "2.2 wait 1", "3 lock"]).await?;
        ensure!(page.address().await?.contains("in+parallel"), "the link says it: {}", page.address().await?);
        page.click("step-double").await?;
        becomes(page, "send, in parallel { compute 5, wait 1, wait 1 }, lock").await?;
        page.click("step-out").await?;
        becomes(page, "send, in parallel { compute 5, wait 1 }, wait 1, lock").await?;
        page.until("the focus stays on the tool", async || Ok(focused(page).await? == "step-tool-out")).await?;
        page.click("step-delete").await?;
        becomes(page, "send, in parallel { compute 5, wait 1 }, lock").await?;
        page.press_with(Key::Control, "z").await?;
        becomes(page, "send, in parallel { compute 5, wait 1 }, wait 1, lock").await?;
        for _ in 0..4 {
            page.click("undo").await?;
        }
        becomes(page, "send, compute 5, lock").await?;
        rows(page, &["1 send", "2 compute 5", "3 lock"]).await
    })
}

#[test]
fn keys_do_all_that_dragging_does_and_say_what_they_did() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open(page, STEPS).await?;
        let press = async |keys: thirtyfour::TypingData, program: &str, at: &str| {
            page.press(keys).await?;
            becomes(page, program).await?;
            page.until(&format!("the focus is on {at}"), async || Ok(focused(page).await? == at)).await
        };
        let press_with = async |held: Key, keys: thirtyfour::TypingData, program: &str, at: &str| {
            page.press_with(held, keys).await?;
            becomes(page, program).await?;
            page.until(&format!("the focus is on {at}"), async || Ok(focused(page).await? == at)).await
        };
        focus_step(page, "0").await?;
        press(Key::Down.into(), "send, compute 5, lock", "step-1").await?;
        press_with(Key::Alt, Key::Up.into(), "compute 5, send, lock", "step-0").await?;
        says(page, "compute 5 is step 1").await?;
        press_with(Key::Alt, Key::Down.into(), "send, compute 5, lock", "step-1").await?;
        page.click("step-word-repeat").await?;
        becomes(page, "send, repeat 2 { compute 5 }, lock").await?;
        focus_step(page, "2").await?;
        press_with(Key::Alt, Key::Right.into(), "send, repeat 2 { compute 5, lock }", "step-1.1").await?;
        press_with(Key::Control, "d".into(), "send, repeat 2 { compute 5, lock, lock }", "step-1.2").await?;
        press_with(Key::Alt, Key::Left.into(), "send, repeat 2 { compute 5, lock }, lock", "step-2").await?;
        press(Key::Delete.into(), "send, repeat 2 { compute 5, lock }", "step-1").await?;
        page.press_with(Key::Alt, Key::Down).await?;
        says(page, "last step").await?;
        becomes(page, "send, repeat 2 { compute 5, lock }").await
    })
}

#[test]
fn a_step_is_dragged_before_behind_and_into_others() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open(page, STEPS).await?;
        let grip = async |path: &str| page.driver().find(By::Css(format!("[data-drag=\"{path}\"]"))).await;
        let drag = async |from: &str, to: &str, down: i64| -> Result<()> {
            let (from, to) = (grip(from).await?, page.driver().find(By::Css(format!("[data-drop=\"{to}\"]"))).await?);
            let hands = page.driver().action_chain().click_and_hold_element(&from);
            // Once to begin with, and to where it is dropped: above or below the middle of the row.
            hands.move_to_element_center(&to).move_by_offset(0, down).release().perform().await.map_err(Into::into)
        };
        drag("2", "0", -6).await?;
        becomes(page, "lock, send, compute 5").await?;
        drag("0", "2", 6).await?;
        becomes(page, "send, compute 5, lock").await?;
        choose(page, "1").await?;
        page.click("step-word-repeat").await?;
        becomes(page, "send, repeat 2 { compute 5 }, lock").await?;
        drag("0", "1", 6).await?;
        becomes(page, "repeat 2 { send, compute 5 }, lock").await?;
        drag("0.1", "1", -6).await?;
        becomes(page, "repeat 2 { send }, compute 5, lock").await
    })
}

#[test]
fn text_and_steps_are_each_others_mirror_and_what_is_wrong_is_said_where_it_is() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open(page, STEPS).await?;
        page.fill("program", "wait 2, repeat 3 { send, compute 0 }").await?;
        rows(page, &["1 wait 2", "2 repeat 3", "2.1 send", "2.2 compute 0"]).await?;
        page.shows("step-error", "Step 2.2 asks for \"compute 0\", which is too small; accepted: compute N µs (1 to 100,000)")
            .await?;
        page.shows("error-program", "which is too small (step 2.2); accepted: 1 to 24 steps").await?;
        // Mended where it stands, sign by sign.
        page.driver().find(By::Id("step-1.1-number")).await?.click().await?;
        page.press_with(Key::Control, "a").await?;
        for digit in ["7", "5"] {
            page.press(digit).await?;
        }
        becomes(page, "wait 2, repeat 3 { send, compute 75 }").await?;
        rows(page, &["1 wait 2", "2 repeat 3", "2.1 send", "2.2 compute 75"]).await?;
        ensure!(!page.sees("step-error").await? && !page.sees("error-program").await?, "nothing is wrong any more");
        page.shows("life", "compute 225 µs").await?;
        page.fill("program", "repeat 2 { send").await?;
        page.shows("composer", "has a { that is not closed").await?;
        page.fill("program", "in parallel { send, lock }").await?;
        rows(page, &["1 in parallel", "1.1 send", "1.2 lock"]).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == page.cells().await?.len(), "{:?}", page.cells().await?);
        Ok(())
    })
}

#[test]
fn the_composer_is_accessible_and_fits_a_phone() -> Result<()> {
    const NESTED: &str = "/program?units=2&rounds=2&program=compute+40,+wait+5,+in+parallel+{+repeat+3+{+wait+2,+send+},+read+},+block+1\
                          &models=threads&v=1";
    on_stage(async |stage| {
        let page = &stage.page;
        open(page, NESTED).await?;
        page.is_accessible("a program that is composed").await?;
        choose(page, "2.0.0").await?;
        page.is_accessible("a step is chosen").await?;
        page.on_a_phone().await?;
        page.driver().goto(format!("http://{}{NESTED}", stage.server.address)).await?;
        page.click("sheet-toggle").await?;
        page.get("steps").await?;
        page.is_accessible("the composer on a phone").await?;
        ensure!(page.overflow().await? <= 0, "the page scrolls sideways by {}", page.overflow().await?);
        const WIDE: &str = "const box = document.querySelector('.composer'); return box.scrollWidth - box.clientWidth;";
        ensure!(page.script(WIDE, Vec::new()).await? == 0, "the composer is cut off");
        Ok(())
    })
}
