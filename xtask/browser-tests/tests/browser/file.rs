//! `interleave run --html`: a result as one file, which opens with no server.

use anyhow::{Context, Result, ensure};
use browser_tests::on_stage;

const EXPERIMENT: &str = r#"{"workload": "ping-pong", "params": {"units": 2, "rounds": 20000},
    "models": ["threads", "tokio", "actix"], "workers": 2, "repetitions": 3, "seed": 1}"#;

#[test]
fn a_result_that_is_written_to_a_file_opens_without_a_server_and_asks_for_nothing() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        let file = stage.html_file(EXPERIMENT)?;
        stage.server.stop();
        page.driver().goto(format!("file://{}", file.display())).await?;
        ensure!(page.text("verdict").await?.len() > 20, "a sentence: {:?}", page.text("verdict").await?);
        let count = async |what: &str| -> Result<u64> {
            let script = format!("return document.querySelectorAll({what:?}).length;");
            page.script(&script, Vec::new()).await?.as_u64().context("no count")
        };
        ensure!(count("[data-testid=trials] .point").await? == 12, "a mark a trial");
        ensure!(count("[data-testid=latency] polyline").await? == 3, "a line a model");
        ensure!(page.table().await?.len() == 4, "{:?}", page.table().await?);
        ensure!(count("[data-testid=code] figure").await? == 3, "a listing a model");
        page.script("document.querySelectorAll('details').forEach(details => details.open = true);", Vec::new()).await?;
        ensure!(page.text("code").await?.contains("fn"), "its code can be read");
        page.in_a_window(390, 844, true).await?;
        ensure!(page.overflow().await? <= 0, "it is {} pixels wider than a phone", page.overflow().await?);
        page.in_a_window(1480, 1000, false).await?;

        const ASKED: &str = "return performance.getEntriesByType('resource').map(entry => entry.name);";
        let asked = page.script(ASKED, Vec::new()).await?;
        ensure!(asked.as_array().is_some_and(Vec::is_empty), "it asks for {asked}");
        const REPORT: &str = "return JSON.parse(document.getElementById('report').textContent).trials.length;";
        ensure!(page.script(REPORT, Vec::new()).await? == 12, "the report is in it");
        ensure!(page.log().await?.is_empty(), "the console says {:?}", page.log().await?);
        page.is_accessible("a file").await
    })
}
