//! The page on paper, in forced colours, without motion, and enlarged.

use anyhow::{Result, ensure};
use browser_tests::{Page, on_stage};
use serde_json::Value;

use crate::TINY;

/// A result of three repetitions.
async fn result(page: &Page) -> Result<()> {
    page.open(&TINY.replace("repetitions=1", "repetitions=3")).await?;
    page.click("run").await?;
    page.shows("status", "Finished").await
}

/// Of each of these selectors, how many elements are to be seen.
async fn seen(page: &Page, selectors: &[&str]) -> Result<Vec<u64>> {
    const SEEN: &str =
        "return arguments[0].map(css => [...document.querySelectorAll(css)].filter(found => found.checkVisibility()).length);";
    Ok(serde_json::from_value(page.script(SEEN, vec![selectors.into()]).await?)?)
}

/// What is computed for the first element of each of these selectors.
async fn style(page: &Page, property: &str, selectors: &[&str]) -> Result<Vec<String>> {
    const STYLE: &str = "return arguments[1].map(css => getComputedStyle(document.querySelector(css))[arguments[0]]);";
    Ok(serde_json::from_value(page.script(STYLE, vec![property.into(), selectors.into()]).await?)?)
}

/// Whatever has more in it than it shows, in a row or in a column.
async fn cut(page: &Page) -> Result<Value> {
    const CUT: &str = "return [...document.querySelectorAll('main, main *')].filter(found => found.checkVisibility() \
         && !found.closest('svg, .out, .away, [role=listbox], select, .ends') && getComputedStyle(found).overflowX !== 'visible' \
         && (found.scrollWidth > found.clientWidth + 1 || found.scrollHeight > found.clientHeight + 1)) \
         .map(found => `${found.tagName}.${found.className}`);";
    page.script(CUT, Vec::new()).await
}

#[test]
fn on_paper_the_result_is_there_in_full_and_nothing_that_is_for_clicking() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        // A4 without its margins.
        page.in_a_window(688, 1000, false).await?;
        page.in_media("print", &[]).await?;
        let away = [".panel", ".top", ".bar", ".presets", ".button", "main .link", ".notice"];
        ensure!(seen(page, &away).await?.iter().all(|count| *count == 0), "{away:?}: {:?}", seen(page, &away).await?);
        let there = ["[data-testid=verdict]", "[data-testid=trials]", "[data-testid=table]", "[data-testid=code] .line", ".cell"];
        ensure!(seen(page, &there).await?.iter().all(|count| *count > 0), "{there:?}: {:?}", seen(page, &there).await?);
        ensure!(page.overflow().await? <= 0, "it is {} pixels wider than the paper", page.overflow().await?);
        let cut = cut(page).await?;
        ensure!(cut.as_array().is_some_and(Vec::is_empty), "cut: {cut}");
        ensure!(style(page, "breakInside", &[".card"]).await? == ["avoid"], "a card is not broken");
        ensure!(style(page, "printColorAdjust", &[".median"]).await? == ["exact"], "colours are as they are");
        Ok(())
    })
}

#[test]
fn in_forced_colours_what_is_drawn_and_what_is_chosen_is_seen() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open("/").await?;
        page.in_media("screen", &[("forced-colors", "active")]).await?;
        let chips = [".chip[aria-pressed=true]", ".chip[aria-pressed=false]"];
        let grounds = style(page, "backgroundColor", &chips).await?;
        ensure!(grounds[0] != grounds[1], "the chosen preset is not to be told from another: {grounds:?}");
        let ground = style(page, "backgroundColor", &["body"]).await?.remove(0);
        for css in [".median", ".grid"] {
            let drawn = style(page, "backgroundColor", &[css]).await?.remove(0);
            ensure!(drawn != ground && drawn != "rgba(0, 0, 0, 0)", "{css} is {drawn} on {ground}");
        }
        ensure!(style(page, "borderTopStyle", &[".interval"]).await? == ["solid"], "an interval has an edge");
        ensure!(style(page, "backgroundImage", &[".floor"]).await?[0].contains("gradient"), "the control's band has a pattern");
        let fill = style(page, "fill", &[".point .mark:not(.hollow)"]).await?.remove(0);
        ensure!(fill != ground, "a mark is {fill} on {ground}");
        Ok(())
    })
}

#[test]
fn who_wants_no_motion_sees_none() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        result(page).await?;
        page.in_media("screen", &[("prefers-reduced-motion", "reduce")]).await?;
        const MOVING: &str = "return [...document.querySelectorAll('*')].filter(found => { const style = getComputedStyle(found); \
             return style.animationName !== 'none' || !/^0s(, 0s)*$/.test(style.transitionDuration) || style.scrollBehavior === 'smooth'; \
             }).length;";
        ensure!(page.script(MOVING, Vec::new()).await? == 0, "something moves");
        Ok(())
    })
}

#[test]
fn enlarged_to_twice_its_size_nothing_is_cut_and_nothing_scrolls_sideways() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        // A window of 1,280 pixels at 200 %.
        page.in_a_window(640, 500, false).await?;
        page.driver().goto(format!("http://{}{}", stage.server.address, TINY.replace("repetitions=1", "repetitions=3"))).await?;
        page.click("bar-run").await?;
        page.shows("status", "Finished").await?;
        ensure!(page.overflow().await? <= 0, "the result is {} pixels too wide", page.overflow().await?);
        page.click("sheet-toggle").await?;
        page.click("sweep-units").await?;
        page.click("help-units").await?;
        ensure!(page.overflow().await? <= 0, "the form is {} pixels too wide", page.overflow().await?);
        const OUT: &str = "return [...document.querySelectorAll('.panel *')].filter(found => found.checkVisibility() \
             && !found.closest('.out') && found.getBoundingClientRect().right > innerWidth + 1).map(found => found.outerHTML.slice(0, 80));";
        let out = page.script(OUT, Vec::new()).await?;
        ensure!(out.as_array().is_some_and(Vec::is_empty), "beyond the window: {out}");
        Ok(())
    })
}
