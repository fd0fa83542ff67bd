//! What a person looks at in a result: another quantity, another base, another order, another form; and what they take along.

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, on_stage};
use serde_json::json;
use thirtyfour::{By, Key};

/// Short, and told apart: seven repetitions of three models.
const TOLD: &str = "/spawn?units=200&models=threads,tokio,actix&workers=2&repetitions=7&measure=time&measure_ms=20&seed=1&v=1";

async fn result(page: &Page) -> Result<()> {
    page.open(TOLD).await?;
    page.click("run").await?;
    page.shows("status", "Finished").await
}

/// Gives an element the focus without clicking it.
async fn focus(page: &Page, css: &str) -> Result<()> {
    let found =
        page.script("const found = document.querySelector(arguments[0]); found?.focus(); return !!found;", vec![json!(css)]);
    ensure!(found.await? == true, "there is no {css}");
    Ok(())
}

async fn has_focus(page: &Page, css: &str) -> Result<bool> {
    Ok(page.script("return document.activeElement.matches(arguments[0]);", vec![json!(css)]).await? == true)
}

/// The models in the order of the table.
async fn order(page: &Page) -> Result<Vec<String>> {
    Ok(page.table().await?.into_iter().filter_map(|row| row.into_iter().next()).collect())
}

async fn leads_to(page: &Page, part: &str) -> Result<()> {
    page.until(&format!("the address has {part}"), async || Ok(page.address().await?.contains(part))).await?;
    page.is_drawn().await
}

#[test]
fn a_model_is_made_the_base_by_pointer_and_by_keyboard_and_the_link_says_so() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        page.driver().find(By::Css("[data-base=tokio]")).await?.click().await?;
        leads_to(page, "base=tokio").await?;
        page.shows("ratios", "Against Tokio").await?;
        focus(page, "[data-base=actix]").await?;
        page.press(Key::Enter).await?;
        leads_to(page, "base=actix").await?;
        page.shows("ratios", "Against Actix").await?;
        ensure!(has_focus(page, "[data-testid=ratios] *").await?, "the focus stays in the picture: {}", page.focus().await?);
        let link = page.address().await?;
        page.open(&link).await?;
        page.shows("ratios", "Against Actix").await
    })
}

#[test]
fn the_table_is_sorted_by_pointer_and_by_keyboard_and_the_focus_stays_on_its_column() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        let before = order(page).await?;
        page.driver().find(By::Css("[data-sort=ops_per_s]")).await?.click().await?;
        leads_to(page, "sort=-ops_per_s").await?;
        focus(page, "[data-sort=ops_per_s]").await?;
        let greatest_first = order(page).await?;
        page.press(Key::Enter).await?;
        leads_to(page, "sort=ops_per_s").await?;
        let least_first = order(page).await?;
        ensure!(least_first != greatest_first, "the other way round: {least_first:?}");
        ensure!(has_focus(page, "[data-sort=ops_per_s]").await?, "{}", page.focus().await?);
        const SAYS: &str = "return document.querySelector('th:has([data-sort=ops_per_s])').ariaSort;";
        ensure!(page.script(SAYS, Vec::new()).await? == "ascending", "it says so");
        page.press(Key::Enter).await?;
        page.until("as it was", async || Ok(order(page).await? == before)).await
    })
}

#[test]
fn latency_is_drawn_as_curve_histogram_and_distribution_and_the_link_says_which() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        let drawn = async || page.text("latency").await;
        let curve = drawn().await?;
        page.driver().find(By::Css("[name=latency-form][value=histogram]")).await?.click().await?;
        leads_to(page, "latency=histogram").await?;
        let histogram = drawn().await?;
        ensure!(histogram != curve, "{histogram}");
        page.press(Key::Right).await?;
        leads_to(page, "latency=distribution").await?;
        ensure!(drawn().await? != histogram, "by an arrow key too");
        Ok(())
    })
}

#[test]
fn a_quantity_that_is_pinned_stays_beside_the_next_one_and_in_the_link() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        focus(page, "[data-testid=trials-pin]").await?;
        page.press(Key::Enter).await?;
        leads_to(page, "pinned=ops_per_s").await?;
        const CHOOSE: &str = "const select = document.querySelector('[data-testid=quantity]'); \
            select.value = 'memory_bytes'; select.dispatchEvent(new Event('change', {bubbles: true}));";
        page.script(CHOOSE, Vec::new()).await?;
        leads_to(page, "quantity=memory_bytes").await?;
        page.get("pinned-ops_per_s").await?;
        let link = page.address().await?;
        page.open(&link).await?;
        page.get("pinned-ops_per_s").await?;
        page.click("pinned-ops_per_s-pin").await?;
        page.until("it is gone", async || Ok(!page.sees("pinned-ops_per_s").await?)).await
    })
}

#[test]
fn a_picture_is_copied_as_figures_as_svg_and_as_png() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        let permissions = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        page.driver().cdp().send_raw("Browser.grantPermissions", permissions).await?;
        const TEXT: &str =
            "const done = arguments[0]; navigator.clipboard.readText().then(done, problem => done(String(problem)));";
        let text = async || -> Result<String> {
            let read = page.driver().execute_async(TEXT, Vec::new()).await?.json().clone();
            Ok(read.as_str().context("no text")?.to_owned())
        };
        page.click("trials-csv").await?;
        page.until("the figures are there", async || Ok(text().await?.starts_with("Model,median,interval"))).await?;
        page.shows("given-out", "Copied").await?;
        page.click("trials-svg").await?;
        page.until("the SVG is there", async || Ok(text().await?.starts_with("<svg "))).await?;
        page.click("ratios-png").await?;
        const SIZE: &str = "const done = arguments[0]; navigator.clipboard.read() \
            .then(items => items[0].getType('image/png')).then(createImageBitmap) \
            .then(image => done(image.width), problem => done(0));";
        let width = async || Ok::<_, anyhow::Error>(page.driver().execute_async(SIZE, Vec::new()).await?.json().clone());
        page.until("a bitmap is there, as large as the picture", async || Ok(width().await? == 1520)).await
    })
}

#[test]
fn every_picture_has_its_table_and_its_marks_are_gone_through_by_keyboard() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        const CARDS: &str = "return [...document.querySelectorAll('.cards > .card')].map(card => card.dataset.testid);";
        let cards = page.script(CARDS, Vec::new()).await?;
        let cards: Vec<&str> = cards.as_array().context("no cards")?.iter().filter_map(|card| card.as_str()).collect();
        ensure!(cards.len() >= 4, "{cards:?}");
        for card in cards {
            let marks = format!("[data-testid={card}] [role=listbox]");
            focus(page, &marks).await?;
            page.press(Key::Right).await?;
            let note = format!("[data-testid={card}] .foot-note[data-was]");
            const SAID: &str = "return document.querySelector(arguments[0])?.textContent ?? '';";
            ensure!(page.script(SAID, vec![json!(note)]).await? != "", "{card}: nothing is said of its first mark");
            focus(page, &format!("[data-testid={card}-as-table]")).await?;
            page.press(Key::Enter).await?;
            let rows = format!("return document.querySelectorAll('[data-testid={card}] tbody tr').length;");
            page.until(&format!("{card} is a table"), async || Ok(page.script(&rows, Vec::new()).await?.as_u64() > Some(0)))
                .await?;
        }
        page.is_accessible("every picture as a table").await
    })
}
