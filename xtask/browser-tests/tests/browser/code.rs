//! The code of two models side by side.

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, on_stage};
use serde_json::json;
use thirtyfour::{By, Key};

use crate::TINY;

/// How many elements are this.
async fn count(page: &Page, css: &str) -> Result<u64> {
    let found = page.script("return document.querySelectorAll(arguments[0]).length;", vec![css.into()]).await?;
    found.as_u64().context("no count")
}

/// The id of what has the focus.
async fn focused(page: &Page) -> Result<String> {
    Ok(page.script("return document.activeElement.id;", Vec::new()).await?.as_str().unwrap_or_default().to_owned())
}

/// Chooses this model on this side.
async fn choose(page: &Page, side: &str, model: &str) -> Result<()> {
    let option = format!("[data-testid=code-{side}] option[value={model}]");
    Ok(page.driver().find(By::Css(option)).await?.click().await?)
}

#[test]
fn what_differs_stands_side_by_side_and_a_diff_and_whole_files_are_one_click_away() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.shows("code-rows", "how units are made").await?;
        page.shows("code-rows", "thread()").await?;
        ensure!(!page.text("code-rows").await?.contains("use super"), "only what differs: {}", page.text("code-rows").await?);
        ensure!(count(page, "[data-testid=code-rows] .side").await? % 2 == 0, "in pairs");

        page.click("diff").await?;
        page.until("each has lines alone, and some are in both", async || {
            let (left, right) =
                (count(page, "[data-testid=code-rows] del").await?, count(page, "[data-testid=code-rows] ins").await?);
            Ok(left > 0 && right > 0 && count(page, "[data-testid=code-rows] .same").await? > 0)
        })
        .await?;
        choose(page, "right", "actix").await?;
        page.shows("code-rows", "impl Handler").await?;

        page.click("whole-files").await?;
        page.shows("code-rows", "lines: imports").await?;
        ensure!(count(page, "[data-testid=code-rows] del").await? == 0, "no diff any more");
        page.driver().find(By::Css("[data-testid=code] .contract > summary")).await?.click().await?;
        page.shows("code", "fn workload()").await
    })
}

#[test]
fn a_line_s_number_is_a_link_to_it() -> Result<()> {
    const IN_VIEW: &str = "const at = document.querySelector('[aria-current=true]').getBoundingClientRect(); \
         return at.top >= 0 && at.bottom <= innerHeight;";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(&format!("{TINY}&line=actix:40")).await?;
        page.until("the focus is there", async || Ok(focused(page).await? == "L-actix-40")).await?;
        ensure!(count(page, "[aria-current=true]").await? == 1, "it is marked, and it alone");
        ensure!(page.script(IN_VIEW, Vec::new()).await? == true, "it is in view");
        ensure!(page.address().await?.contains("&line=actix:40&"), "{}", page.address().await?);

        page.driver().find(By::Id("L-actix-42")).await?.click().await?;
        page.until("the link is to that line", async || Ok(page.address().await?.contains("&line=actix:42&"))).await?;
        ensure!(focused(page).await? == "L-actix-42", "{}", focused(page).await?);
        page.driver().refresh().await?;
        page.until("it leads there", async || Ok(focused(page).await? == "L-actix-42")).await?;
        page.driver().find(By::Id("L-actix-42")).await?.click().await?;
        page.until("the link is to no line", async || Ok(!page.address().await?.contains("line="))).await
    })
}

#[test]
fn a_diff_is_read_and_a_line_is_linked_to_with_the_keyboard_alone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.shows("code-rows", "how units are made").await?;
        page.script("document.querySelector('[data-testid=diff]').focus();", Vec::new()).await?;
        page.press(Key::Enter).await?;
        page.until("it is a diff", async || Ok(count(page, "[data-testid=code-rows] del").await? > 0)).await?;
        for _ in 0..8 {
            page.press(Key::Tab).await?;
            if page.focus().await? == "code-rows" {
                break;
            }
        }
        ensure!(page.focus().await? == "code-rows", "one stop for all lines: {}", page.focus().await?);
        page.press(Key::Down).await?;
        let first = focused(page).await?;
        page.press(Key::Down).await?;
        let second = focused(page).await?;
        ensure!(first.starts_with("L-") && second.starts_with("L-") && first != second, "{first}, {second}");
        page.press(Key::Up).await?;
        ensure!(focused(page).await? == first, "and back");
        page.press(Key::Enter).await?;
        page.until("the link is to the line", async || Ok(page.address().await?.contains("&line="))).await?;
        ensure!(focused(page).await? == first, "the focus stays: {}", focused(page).await?);
        Ok(())
    })
}

#[test]
fn a_file_is_copied_as_it_was_compiled() -> Result<()> {
    const READ: &str = "const done = arguments[0]; navigator.clipboard.readText().then(done, problem => done(String(problem)));";
    const COMPILED: &str = "const done = arguments[0]; fetch('/api/sources/ping-pong').then(answer => answer.json()).then(sources => \
         done(sources.find(source => source.model === 'tokio').pieces.map(piece => piece[1]).join('')));";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        let permissions = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        page.driver().cdp().send_raw("Browser.grantPermissions", permissions).await?;
        page.shows("code-rows", "how units are made").await?;
        page.click("copy-right").await?;
        page.shows("copy-right", "Copied").await?;
        ensure!(page.text("copy-link").await? == "Copy link", "the link was not");
        let copied = page.driver().execute_async(READ, Vec::new()).await?.json().clone();
        let compiled = page.driver().execute_async(COMPILED, Vec::new()).await?.json().clone();
        ensure!(copied == compiled && compiled.as_str().is_some_and(|text| text.contains("fn run(")), "{copied}");
        Ok(())
    })
}

#[test]
fn on_a_phone_the_code_is_behind_a_button_and_in_one_column() -> Result<()> {
    const LEFTS: &str = "return new Set([...document.querySelectorAll('[data-testid=code-rows] .side')]\
         .map(side => Math.round(side.getBoundingClientRect().left))).size;";
    on_stage(async |stage| {
        let page = &stage.page;
        page.on_a_phone().await?;
        page.driver().goto(format!("http://{}{TINY}", stage.server.address)).await?;
        page.shows("show-code", "Show the code (3 files)").await?;
        ensure!(!page.sees("code-rows").await?, "it is folded");
        page.click("show-code").await?;
        page.shows("code-rows", "how units are made").await?;
        ensure!(page.script(LEFTS, Vec::new()).await? == 1, "one under the other");
        for show in ["diff", "whole-files", "regions"] {
            page.click(show).await?;
            ensure!(page.overflow().await? <= 0, "{show}: it is {} pixels wider than a phone", page.overflow().await?);
        }
        Ok(())
    })
}
