//! Whatever the catalogue has, the page runs and shows, with no line of its own for it.

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, on_stage};
use serde_json::Value;
use thirtyfour::Key;

/// What can be run, as the page's own server says it.
async fn catalog(page: &Page) -> Result<Value> {
    const ASK: &str = "const request = new XMLHttpRequest(); request.open('GET', '/api/catalog', false); request.send(); \
                       return JSON.parse(request.responseText);";
    page.script(ASK, Vec::new()).await
}

/// The address of the smallest run of a workload on every model that has a cell: one repetition, the least of everything.
fn smallest(workload: &Value) -> Result<(String, Vec<String>)> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let models: Vec<String> =
        list(&workload["cells"]).iter().filter(|cell| cell["absent"].is_null()).map(|cell| text(&cell["model"])).collect();
    let mut address = format!("/{}?", text(&workload["id"]));
    for parameter in list(&workload["parameters"]) {
        let Some(min) = parameter["min"].as_u64() else { continue };
        let step = parameter["step"].as_u64().context("a number without a step")?;
        let value = if parameter["name"] == "units" { min.max(4) } else { min };
        address += &format!("{}={}&", text(&parameter["name"]), value.div_ceil(step) * step);
    }
    Ok((format!("{address}models={}&repetitions=1&v=1", models.join(",")), models))
}

#[test]
fn every_workload_runs_from_the_page_on_every_model_that_has_it_and_shows_its_figures() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        let catalog = catalog(page).await?;
        let workloads = catalog["workloads"].as_array().context("no workloads")?;
        ensure!(workloads.len() >= 17, "{}", workloads.len());
        for workload in workloads {
            let (address, models) = smallest(workload)?;
            page.open(&address).await?;
            page.click("run").await?;
            page.shows("status", "Finished").await?;
            let cells = page.cells().await?;
            ensure!(page.cells_in("ok").await? == models.len() + 1, "{address}: {cells:?}");
            ensure!(page.table().await?.len() == models.len() + 1, "{address}: a row a label");
            let shown = page.script("return document.querySelector('main').textContent;", Vec::new()).await?;
            let shown = shown.as_str().context("no text")?;
            for figure in workload["figures"].as_array().into_iter().flatten() {
                let label = figure["label"].as_str().context("a figure without a name")?;
                // Of a program only the steps that it has.
                ensure!(workload["id"] == "program" || shown.contains(label), "{address}: {label} is not shown");
            }
            if page.sees("variants").await? {
                page.click("variants").await?;
            }
            let panel = page.script("return document.querySelector('.panel').textContent;", Vec::new()).await?;
            let panel = panel.as_str().context("no form")?;
            for cell in workload["cells"].as_array().into_iter().flatten() {
                let reason = cell["absent"].as_str().unwrap_or_default();
                ensure!(panel.contains(reason), "{address}: not said: {reason}");
            }
        }
        Ok(())
    })
}

#[test]
fn a_range_in_a_field_is_a_sweep_with_a_line_a_model_and_a_row_a_value() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/spawn?units=10&models=threads,tokio&repetitions=3&v=1").await?;
        page.fill("units", "1..100 log 3").await?;
        ensure!(page.address().await?.contains("units=1..100+log+3&"), "{}", page.address().await?);
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.get("sweep-table").await?;
        ensure!(page.cells_in("ok").await? == 27, "three labels, three values, three repetitions: {:?}", page.cells().await?);
        let count = async |what: &str| -> Result<u64> {
            let script = format!("return document.querySelectorAll({what:?}).length;");
            page.script(&script, Vec::new()).await?.as_u64().context("no count")
        };
        ensure!(count("[data-testid=sweep] polyline").await? == 2, "a line a model");
        ensure!(count("[data-testid=sweep-table] tbody tr").await? == 3, "a row a value");
        ensure!(page.text("verdict").await?.contains("at any of these values"), "{}", page.text("verdict").await?);

        page.is_accessible("sweep").await?;
        page.fill("units", "1..100 lag").await?;
        page.shows("error-units", "lag").await?;
        page.fill("units", "100..1").await?;
        page.shows("error-units", "does not ascend").await
    })
}

#[test]
fn ranges_in_two_fields_are_a_heat_map_with_a_cell_a_point_of_any_quantity() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/spawn?units=1;10;100&workers=1;2&models=threads,tokio&repetitions=3&v=1").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.get("sweep-table").await?;
        let count = async |what: &str| -> Result<u64> {
            let script = format!("return document.querySelectorAll({what:?}).length;");
            page.script(&script, Vec::new()).await?.as_u64().context("no count")
        };
        ensure!(count("[data-testid=sweep] .heat td[aria-label]").await? == 6, "a cell a point");
        ensure!(count("[data-testid=sweep-table] tbody tr").await? == 6, "a row a point");
        page.is_accessible("heat").await?;
        page.script("document.querySelector('[data-marks]').focus();", Vec::new()).await?;
        page.press(Key::Right).await?;
        page.press(Key::Right).await?;
        let said = page.text("curves").await?;
        ensure!(said.contains("10 units, 1"), "the second cell says what it is of: {said}");
        let choose = "const select = document.querySelector('[data-testid=sweep] [data-testid=quantity]'); \
                      select.value = 'memory_bytes'; select.dispatchEvent(new Event('change', {bubbles: true}));";
        page.script(choose, Vec::new()).await?;
        let title = "return document.querySelector('#curves-title .out').textContent;";
        page.until("the map is of memory", async || Ok(page.script(title, Vec::new()).await? == "Memory")).await?;
        ensure!(page.address().await?.contains("quantity=memory_bytes"), "{}", page.address().await?);
        Ok(())
    })
}

#[test]
fn a_traced_run_has_its_lanes_behind_the_trial() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/spawn?units=10&models=tokio&repetitions=1&lanes=on&v=1").await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == 3, "one, the control, and the traced one: {:?}", page.cells().await?);
        page.script("document.querySelectorAll('.strip .cell, [data-testid=trial-cell]')[2].click();", Vec::new()).await?;
        page.shows("trial", "Lanes as a Chrome trace").await
    })
}
