//! What is dropped on the page, pasted into it or chosen: opened, or refused with the reason.

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, on_stage};
use serde_json::json;

use crate::TINY;

/// A run's log, as a server stores it: three models, ten repetitions.
pub(crate) const LOG: &str = include_str!("../../../../server/sample.jsonl");

/// Bytes as text of which a script makes bytes again.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// In a script: the bytes of its second argument.
const BYTES: &str = "const bytes = new Uint8Array((arguments[1].match(/../g) ?? []).map(pair => parseInt(pair, 16))); const brought = new DataTransfer();";

/// Drops a file on the page.
pub(crate) async fn dropped(page: &Page, name: &str, bytes: &[u8]) -> Result<()> {
    let drop = format!(
        "{BYTES} brought.items.add(new File([bytes], arguments[0])); for (const name of ['dragenter', 'dragover', 'drop']) \
         document.body.dispatchEvent(new DragEvent(name, {{bubbles: true, cancelable: true, dataTransfer: brought}}));"
    );
    page.script(&drop, vec![json!(name), json!(hex(bytes))]).await?;
    Ok(())
}

/// Pastes a text, where the focus is not in a field.
async fn pasted(page: &Page, text: &str) -> Result<()> {
    const PASTE: &str = "const brought = new DataTransfer(); brought.setData('text/plain', arguments[0]); document.body.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: brought}));";
    page.script(PASTE, vec![json!(text)]).await?;
    Ok(())
}

/// The report of the run on show, as the API gives it.
async fn report(page: &Page) -> Result<String> {
    const ASK: &str = "const done = arguments[0]; const run = new URLSearchParams(location.search).get('run'); \
                       fetch(`/api/runs/${run}`, {headers: {Accept: 'application/json'}}).then(answer => answer.json()).then(run => done(JSON.stringify(run.report)), problem => done(String(problem)));";
    let report = page.driver().execute_async(ASK, Vec::new()).await?.json().clone();
    Ok(report.as_str().context("no text")?.to_owned())
}

#[test]
fn a_log_a_report_and_a_capsule_are_dropped_and_open_on_a_server_that_never_saw_them() -> Result<()> {
    let (mut from_api, mut capsule, mut verdict) = (String::new(), Vec::new(), String::new());
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(&TINY.replace("units=2", "units=4")).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        (from_api, verdict) = (report(page).await?, page.text("verdict").await?);
        page.click("share-menu").await?;
        capsule = stage.saved("share-file").await?;
        Ok(())
    })?;
    on_stage(async |stage| {
        let page = &stage.page;
        for (name, bytes) in [("report.json", from_api.as_bytes()), ("result.interleave", &capsule)] {
            page.open("/spawn?units=10&v=1").await?;
            dropped(page, name, bytes).await?;
            page.shows("status", "Finished").await.context(name)?;
            page.shows("verdict", &verdict).await.context(name)?;
            ensure!(page.value("units").await? == "4", "{name}: its experiment is in the form");
            ensure!(page.table().await?.len() == 4, "{name}: {:?}", page.table().await?);
        }
        page.open("/spawn?units=10&v=1").await?;
        dropped(page, "run.jsonl", LOG.as_bytes()).await?;
        page.shows("status", "Finished").await?;
        pasted(page, &from_api).await?;
        page.shows("verdict", &verdict).await?;
        page.click("to-history").await?;
        page.shows("history-count", "2 results").await
    })
}

#[test]
fn what_is_no_result_is_refused_with_the_reason_and_what_is_on_show_stays() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        let verdict = page.text("verdict").await?;
        let page_of_somebody = b"<!doctype html><script>window.hacked = 1</script>".to_vec();
        for (name, bytes) in
            [("page.html", page_of_somebody), ("rubbish.bin", vec![0xfe; 9_999]), ("cut.jsonl", LOG[..500].into())]
        {
            dropped(page, name, &bytes).await?;
            page.shows("notice", "It cannot be opened").await.context(name)?;
            page.script("document.querySelector('[data-testid=notice] button').click();", Vec::new()).await?;
            page.until("the notice is read", async || Ok(!page.sees("notice").await?)).await?;
        }
        pasted(page, "what a nice day").await?;
        page.shows("notice", "It cannot be opened").await?;
        const GREAT: &str = "const brought = new DataTransfer(); brought.items.add(new File([new Uint8Array(65 << 20)], 'great.json')); document.body.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: brought}));";
        page.script(GREAT, Vec::new()).await?;
        page.until("its size is said", async || {
            const SAID: &str =
                "return [...document.querySelectorAll('[data-testid=notice]')].some(said => said.innerText.includes('65 MiB'));";
            Ok(page.script(SAID, Vec::new()).await? == true)
        })
        .await?;
        ensure!(page.text("verdict").await? == verdict, "what is on show stays");
        ensure!(page.script("return window.hacked === undefined;", Vec::new()).await? == true, "nothing was executed");
        page.is_accessible("refused").await
    })
}

#[test]
fn names_that_somebody_made_to_be_executed_are_text() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.click("to-history").await?;
        page.get("kept").await?;
        let history = String::from_utf8(stage.saved("save-all").await?)?;
        const NAME: &str = "</li><img src=x onerror='window.hacked = 1'>";
        let hostile = history.replacen("\"name\":\"\"", &format!("\"name\":{}", json!(NAME)), 1);
        ensure!(hostile != history, "it has a name to be replaced: {history:.200}");
        page.click("delete").await?;
        page.get("history-empty").await?;
        dropped(page, "history.json", hostile.as_bytes()).await?;
        page.get("kept").await?;
        const VALUE: &str = "return document.querySelector('[data-testid=kept-name]').value;";
        ensure!(page.script(VALUE, Vec::new()).await? == NAME, "it is what it is called");
        page.click("kept-open").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.script("return window.hacked === undefined;", Vec::new()).await? == true, "nothing was executed");
        // A log whose machine has such a name.
        let log = LOG.replacen("\"cpu\":\"", "\"cpu\":\"<img src=x onerror='window.hacked = 1'>", 1);
        dropped(page, "run.jsonl", log.as_bytes()).await?;
        page.until("it is opened", async || Ok(page.address().await?.starts_with("/tcp-echo"))).await?;
        page.click("to-history").await?;
        page.shows("kept", "<img").await?;
        ensure!(page.script("return window.hacked === undefined;", Vec::new()).await? == true, "nothing was executed");
        Ok(())
    })
}

#[test]
fn a_file_over_the_page_is_said_to_be_welcome_until_it_is_gone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        const DRAG: &str = "const brought = new DataTransfer(); brought.items.add(new File(['x'], 'x')); document.body.dispatchEvent(new DragEvent(arguments[0], {bubbles: true, cancelable: true, dataTransfer: brought}));";
        page.script(DRAG, vec![json!("dragenter")]).await?;
        page.shows("drop-here", "Let go").await?;
        page.script(DRAG, vec![json!("dragleave")]).await?;
        page.until("it is gone", async || Ok(!page.sees("drop-here").await?)).await
    })
}

#[test]
fn what_is_pasted_into_a_field_is_the_field_s() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(TINY).await?;
        page.fill("rounds", "33").await?;
        const PASTE: &str = "const brought = new DataTransfer(); brought.setData('text/plain', 'rubbish'); document.activeElement.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: brought})); return document.querySelectorAll('[data-testid=notice]').length;";
        ensure!(page.script(PASTE, Vec::new()).await? == 0, "nobody takes it for a result");
        // The keeper would have answered by now: it answers what was asked behind it.
        pasted(page, "rubbish").await?;
        page.shows("notice", "It cannot be opened").await?;
        const COUNT: &str = "return document.querySelectorAll('[data-testid=notice]').length;";
        ensure!(page.script(COUNT, Vec::new()).await? == 1, "once");
        Ok(())
    })
}
