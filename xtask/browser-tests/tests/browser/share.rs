//! Links with results in them: each kind goes from one person's page to another's, which has another server and has never seen
//! the run.

use std::fs;

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, Stage, on_stage, on_two_stages};
use thirtyfour::Key;

use crate::TINY;

/// Runs the tiny experiment on a stage to its end, with the clipboard in reach.
pub(crate) async fn measured(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    page.open(TINY).await?;
    page.may_copy().await?;
    page.click("run").await?;
    page.shows("status", "Finished").await
}

/// Clicks *Copy link*, and gives what it copied.
pub(crate) async fn copied_link(page: &Page) -> Result<String> {
    page.click("copy-link").await?;
    page.shows("copy-link", "Copied").await?;
    page.clipboard().await
}

/// Chooses a way to share in the menu, and gives what it copied.
pub(crate) async fn chosen(page: &Page, way: &str) -> Result<String> {
    page.click("share-menu").await?;
    page.click(&format!("share-{way}")).await?;
    page.shows("copy-link", "Copied").await?;
    page.clipboard().await
}

/// Of a link, what stands behind the address of its server.
pub(crate) fn rest(link: &str) -> Result<&str> {
    let (_, rest) = link.split_once("://").with_context(|| format!("{link:?} is no link"))?;
    Ok(&rest[rest.find('/').with_context(|| format!("{link:?} leads nowhere"))?..])
}

/// The rows of the table without what is new whenever it is measured.
async fn verdict_and_rows(page: &Page) -> Result<(String, usize)> {
    page.is_drawn().await?;
    Ok((page.text("verdict").await?, page.table().await?.len()))
}

/// When the run in the address was started, as the browser itself writes it.
async fn when(page: &Page) -> Result<String> {
    const WHEN: &str = "const done = arguments[0]; const id = new URLSearchParams(location.search).get('run'); \
         fetch(`/api/runs/${id}`).then(answer => answer.json()).then(({report}) => done(new Date(report.started_ms) \
             .toLocaleString('en-GB', {dateStyle: 'medium', timeStyle: 'short'}).replace('Sept', 'Sep')));";
    let when = page.driver().execute_async(WHEN, Vec::new()).await?.json().clone();
    Ok(when.as_str().context("no time")?.to_owned())
}

#[test]
fn a_result_in_a_link_opens_where_neither_server_nor_browser_has_seen_it() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let link = copied_link(&mine.page).await?;
        ensure!(link.contains("/c#") && link.len() <= 2000, "{} characters: {link}", link.len());
        mine.page.shows("given-out", "Link with the result copied").await?;
        let (told, when) = (verdict_and_rows(&mine.page).await?, when(&mine.page).await?);
        mine.server.stop();

        let page = &theirs.page;
        page.open(rest(&link)?).await?;
        page.shows("recorded", &format!("Recorded {when} on a ")).await?;
        page.shows("recorded", "Run it here").await?;
        ensure!(verdict_and_rows(page).await? == told, "{:?} is not {told:?}", verdict_and_rows(page).await?);
        ensure!(page.value("rounds").await? == "20", "its experiment is in the form");
        ensure!(page.driver().current_url().await?.as_str().ends_with(rest(&link)?), "the address stays the link");
        page.fill("rounds", "30").await?;
        page.shows("changed", "Changed since shared").await?;
        page.driver().back().await?;
        page.until("back at the link", async || Ok(page.value("rounds").await? == "20")).await
    })
}

#[test]
fn a_result_in_a_link_needs_no_server_to_be_seen() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let link = copied_link(&mine.page).await?;
        let told = verdict_and_rows(&mine.page).await?;
        let page = &theirs.page;
        page.cut_off(&["*/api/*"]).await?;
        page.driver().goto(format!("http://{}{}", theirs.server.address, rest(&link)?)).await?;
        page.shows("recorded", "Recorded").await?;
        ensure!(verdict_and_rows(page).await? == told, "the same is told");
        page.shows("banner", "does not answer").await?;
        page.cut_off(&[]).await?;
        page.until("the form comes with the server", async || Ok(page.sees("field-rounds").await?)).await?;
        ensure!(page.value("rounds").await? == "20", "and has its experiment");
        Ok(())
    })
}

#[test]
fn a_link_that_is_pasted_over_another_address_of_the_page_opens() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        measured(stage).await?;
        let link = copied_link(page).await?;
        page.open("/c").await?;
        // The page is the same: the fragment alone is another.
        page.driver().goto(&link).await?;
        page.shows("recorded", "Recorded").await
    })
}

#[test]
fn a_damaged_capsule_says_why_and_the_page_works() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        measured(stage).await?;
        let link = copied_link(page).await?;
        page.open("/").await?;
        page.open(&rest(&link)?[..rest(&link)?.len() / 2]).await?;
        page.shows("notice", "could not be opened").await?;
        page.is_accessible("a damaged capsule").await?;
        page.fill("units", "2").await?;
        page.until("the address is the form's", async || Ok(!page.driver().current_url().await?.as_str().contains('#'))).await
    })
}

#[test]
fn a_short_link_opens_in_another_browser_until_it_is_deleted_again() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let told = verdict_and_rows(&mine.page).await?;
        let link = chosen(&mine.page, "short").await?;
        ensure!(rest(&link)?.starts_with("/r/"), "{link}");
        let page = &theirs.page;
        page.driver().goto(&link).await?;
        page.shows("recorded", "Recorded").await?;
        ensure!(verdict_and_rows(page).await? == told, "the same is told");
        mine.page.click("share-menu").await?;
        mine.page.click("share-unstore").await?;
        let gone = async || {
            let answer = page.status_of(&format!("{}.json", rest(&link)?)).await?;
            Ok(answer == 404 || answer == 410)
        };
        page.until("it is deleted", gone).await?;
        page.driver().refresh().await?;
        const SAID: &str = "return document.body.innerText.includes('This result is not here');";
        page.until("it says that there is none", async || Ok(page.script(SAID, Vec::new()).await? == true)).await
    })
}

#[test]
fn the_experiment_alone_opens_without_a_result() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let link = chosen(&mine.page, "experiment").await?;
        let page = &theirs.page;
        page.open(rest(&link)?).await?;
        page.shows("status", "Not run yet").await?;
        ensure!(page.value("rounds").await? == "20", "its experiment is in the form");
        Ok(())
    })
}

#[test]
fn a_frame_for_another_page_shows_the_result() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let frame = chosen(&mine.page, "embed").await?;
        let source = frame.split_once("src=\"").and_then(|(_, rest)| rest.split_once('"')).context("no source")?.0;
        ensure!(frame.starts_with("<iframe ") && source.contains("/embed/c#"), "{frame}");
        theirs.page.driver().goto(format!("http://{}{}", theirs.server.address, rest(source)?)).await?;
        const OPEN: &str = "const open = document.querySelector('[data-deed=open]'); open?.click(); return !!open;";
        theirs.page.until("it offers to be opened", async || Ok(theirs.page.script(OPEN, Vec::new()).await? == true)).await?;
        theirs.page.until("it has its sentence", async || Ok(!theirs.page.text("verdict").await?.is_empty())).await
    })
}

#[test]
fn a_file_has_the_whole_result_and_opens_on_another_page() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        measured(mine).await?;
        let told = verdict_and_rows(&mine.page).await?;
        mine.page.downloads_into(&mine.downloads()).await?;
        mine.page.click("share-menu").await?;
        mine.page.click("share-file").await?;
        let file = || {
            let mut files = fs::read_dir(mine.downloads()).into_iter().flatten().flatten().map(|entry| entry.path());
            files.find(|path| path.extension().is_some_and(|extension| extension == "interleave"))
        };
        mine.page.until("it is saved", async || Ok(file().is_some())).await?;
        let file = file().context("no file")?;
        let page = &theirs.page;
        page.driver().goto(format!("http://{}/history", theirs.server.address)).await?;
        page.give_file("history-file", &file).await?;
        page.shows("recorded", "Recorded").await?;
        ensure!(verdict_and_rows(page).await? == told, "the same is told");
        Ok(())
    })
}

#[test]
fn the_text_has_the_verdict_and_the_table() -> Result<()> {
    on_stage(async |stage| {
        measured(stage).await?;
        let text = chosen(&stage.page, "text").await?;
        ensure!(text.contains('|') && text.to_lowercase().contains("tokio"), "{text}");
        Ok(())
    })
}

#[test]
fn the_menu_is_gone_through_by_keys_and_says_that_links_from_here_stay_here() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        measured(stage).await?;
        page.script("document.getElementById('share-menu').focus();", Vec::new()).await?;
        page.press(Key::Enter).await?;
        page.shows("share-loopback", "127.0.0.1").await?;
        let first = page.focus().await?;
        ensure!(first == "share-file", "what leaves this machine stands first: {first}");
        page.is_accessible("the menu").await?;
        page.press(Key::Down).await?;
        ensure!(page.focus().await? != first, "the arrows go on");
        page.press(Key::Escape).await?;
        page.until("it is closed", async || Ok(!page.sees("share-ways").await?)).await?;
        ensure!(page.focus().await? == "share-menu", "the focus comes back: {}", page.focus().await?);
        page.press(Key::Enter).await?;
        page.get("share-ways").await?;
        // A letter chooses; the R that means *Run* elsewhere means nothing here.
        page.press("r").await?;
        page.press("e").await?;
        page.shows("copy-link", "Copied").await?;
        ensure!(rest(&page.clipboard().await?)?.starts_with("/ping-pong?"), "{}", page.clipboard().await?);
        page.shows("status", "Finished").await
    })
}
