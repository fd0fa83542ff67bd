//! The lanes of a result, opened wide: by pointer and by keyboard, in the link, and for who does not see them.

use anyhow::{Context, Result, ensure};
use browser_tests::{Page, Stage, on_stage, on_two_stages};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

use crate::import::dropped;
use crate::share::{chosen, rest};

/// A run with lanes of these models, over in a moment.
fn traced(models: &str) -> String {
    format!("/tcp-echo?units=8&rounds=200&payload_bytes=64&models={models}&workers=2&repetitions=1&lanes=on&seed=1&v=1")
}

/// Runs it, and opens its lanes.
async fn open_lanes(page: &Page, models: &str) -> Result<()> {
    page.open(&traced(models)).await?;
    page.click("run").await?;
    page.shows("status", "Finished").await?;
    page.click("open-lanes").await?;
    are_whole(page).await
}

/// Waits until all of them have come and are painted.
async fn are_whole(page: &Page) -> Result<()> {
    // It has as many pixels as there is room for it: neither way it is stretched.
    const WHOLE: &str = "const lanes = document.querySelector('[data-testid=lanes]'); const picture = lanes?.querySelector('canvas'); \
         const fits = (pixels, room) => Math.abs(pixels / devicePixelRatio - room) <= 1; \
         return lanes?.dataset.loaded === 'whole' && lanes.dataset.state === 'painted' \
             && fits(picture.width, picture.clientWidth) && fits(picture.height, picture.clientHeight);";
    page.until("the lanes are there", async || Ok(page.script(WHOLE, Vec::new()).await? == true)).await?;
    page.until("they are told in a sentence", async || Ok(page.text("lanes-headline").await?.contains("gets a core"))).await
}

/// What the link says of what is looked at.
async fn view(page: &Page) -> Result<String> {
    let address = page.address().await?;
    let view = address.split(['?', '&']).find_map(|pair| pair.strip_prefix("lanes-view="));
    Ok(view.unwrap_or_default().to_owned())
}

/// The window in the link, which is there once the lanes are.
async fn window(page: &Page) -> Result<(i64, i64)> {
    page.until("the link says the window", async || Ok(view(page).await?.contains('_'))).await?;
    let view = view(page).await?;
    let (from, to) =
        view.split('.').next().and_then(|ends| ends.split_once('_')).with_context(|| format!("no window: {view}"))?;
    Ok((from.parse()?, to.parse()?))
}

/// Waits until the window is another one; which it is then.
async fn another_window(page: &Page, before: (i64, i64)) -> Result<(i64, i64)> {
    page.until("the window is another one", async || Ok(window(page).await? != before)).await?;
    window(page).await
}

/// Where on the page a point of the picture is, in shares of its width, and pixels from its top.
async fn point(page: &Page, share: f64, y: f64) -> Result<(i64, i64)> {
    const PLACE: &str = "const picture = document.querySelector('[data-testid=lanes-picture]'); \
         picture.scrollIntoView({block: 'nearest'}); const at = picture.getBoundingClientRect(); \
         return [Math.round(at.left + at.width * arguments[0]), Math.round(at.top + arguments[1])];";
    let place = page.script(PLACE, vec![json!(share), json!(y)]).await?;
    Ok((place[0].as_i64().context("no place")?, place[1].as_i64().context("no place")?))
}

/// Where the pointer is at something that ran, whose line is known: found by the keyboard, which also says when it was.
async fn at_a_span(page: &Page) -> Result<(i64, i64)> {
    for _ in 0..100 {
        page.press(Key::Right).await?;
        page.shows("lanes-said", " from ").await?;
        if page.sees("lanes-show").await? {
            break;
        }
    }
    page.press("s").await?;
    page.until("its time is picked out", async || Ok(view(page).await?.contains(".s"))).await?;
    let picked = view(page).await?;
    let picked = picked.split('.').find_map(|part| part.strip_prefix('s')).context("no range")?;
    let (from, to) = picked.split_once('_').context("no range")?;
    let middle = (from.parse::<i64>()? + to.parse::<i64>()?) / 2;
    page.press(Key::Escape).await?;
    // The names of rows are on the left, and room for the last word of the axis on the right.
    let width = page.script("return document.querySelector('[data-testid=lanes-picture]').clientWidth;", Vec::new()).await?;
    let (width, (from, to)) = (width.as_f64().context("no width")?, window(page).await?);
    let x = 148.0 + (middle - from) as f64 / (to - from) as f64 * (width - 180.0);
    let mut y = 80.0;
    while y < 400.0 {
        let at = point(page, x / width, y).await?;
        page.driver().action_chain().move_to(at.0, at.1).click().perform().await?;
        page.until("the painter has answered", async || Ok(!page.text("lanes-spot").await?.is_empty())).await?;
        if page.sees("lanes-show").await? {
            return Ok(at);
        }
        y += 9.0;
    }
    anyhow::bail!("nothing is told of at {middle}")
}

#[test]
fn lanes_are_opened_from_the_result_and_closed_again() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio").await?;
        ensure!(!page.sees("run").await?, "the form is away");
        page.shows("lanes-window", " of ").await?;
        ensure!(window(page).await?.0 <= 0, "all of the time, from before the gate: {}", view(page).await?);
        page.shows("lanes-range", "running").await?;
        page.is_accessible("lanes").await?;
        page.click("lanes-close").await?;
        page.get("verdict").await?;
        ensure!(view(page).await?.is_empty() && page.sees("run").await?);
        page.driver().back().await?;
        are_whole(page).await?;
        page.press(Key::Escape).await?;
        page.get("verdict").await?;
        Ok(())
    })
}

#[test]
fn a_result_without_lanes_offers_to_record_them() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(crate::TINY).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.click("record-lanes").await?;
        page.until("it is run again with lanes", async || Ok(page.address().await?.contains("lanes=on"))).await?;
        page.shows("status", "Finished").await?;
        page.click("open-lanes").await?;
        are_whole(page).await
    })
}

#[test]
fn buttons_wheel_and_dragging_change_the_window_and_each_change_can_be_taken_back() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio").await?;
        let whole = window(page).await?;
        page.click("lanes-in").await?;
        let nearer = another_window(page, whole).await?;
        ensure!(nearer.0 > whole.0 && nearer.1 < whole.1, "{nearer:?} in {whole:?}");
        page.click("lanes-undo").await?;
        ensure!(another_window(page, nearer).await? == whole, "as before");

        const WHEEL: &str = "const picture = document.querySelector('[data-testid=lanes-picture]'), at = picture.getBoundingClientRect(); \
             picture.dispatchEvent(new WheelEvent('wheel', {deltaY: -400, clientX: at.left + at.width / 2, clientY: at.top + 150, cancelable: true, bubbles: true}));";
        page.script(WHEEL, Vec::new()).await?;
        let nearer = another_window(page, whole).await?;
        ensure!(nearer.1 - nearer.0 < whole.1 - whole.0);
        let ((x, y), to) = (point(page, 0.6, 150.0).await?, point(page, 0.4, 150.0).await?);
        page.driver().action_chain().move_to(x, y).click_and_hold().move_to(to.0, to.1).release().perform().await?;
        let moved = another_window(page, nearer).await?;
        ensure!(moved.0 > nearer.0 && moved.1 - moved.0 == nearer.1 - nearer.0, "{nearer:?}, then {moved:?}");
        page.click("lanes-whole").await?;
        ensure!(another_window(page, moved).await? == whole);
        Ok(())
    })
}

#[test]
fn a_range_is_picked_out_along_the_axis_and_its_figures_are_told() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "tokio").await?;
        let whole = page.text("lanes-range").await?;
        let (from, to) = (point(page, 0.4, 36.0).await?, point(page, 0.6, 36.0).await?);
        page.driver().action_chain().move_to(from.0, from.1).click_and_hold().move_to(to.0, to.1).release().perform().await?;
        page.until("the range is in the link", async || Ok(view(page).await?.contains(".s"))).await?;
        page.until("its figures are told", async || Ok(page.text("lanes-range").await? != whole)).await?;
        page.press(Key::Escape).await?;
        page.until("no range is", async || Ok(!view(page).await?.contains(".s"))).await
    })
}

#[test]
fn what_the_pointer_is_at_is_told_and_its_line_lights_up_in_the_code() -> Result<()> {
    const LIT: &str = "return document.querySelector('.line.lit a')?.id ?? '';";
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "tokio").await?;
        page.shows("code-rows", "how units are made").await?;
        at_a_span(page).await?;
        page.get("lanes-show").await?;
        page.until("its line is lit", async || {
            Ok(page.script(LIT, Vec::new()).await?.as_str().unwrap_or_default().starts_with("L-tokio-"))
        })
        .await?;
        page.shows("lanes-spot", "in the code").await
    })
}

#[test]
fn spans_are_gone_to_and_the_window_is_moved_with_the_keyboard_alone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio").await?;
        ensure!(page.focus().await? == "lanes-picture", "it has the focus: {}", page.focus().await?);
        page.press(Key::Right).await?;
        page.shows("lanes-said", "ran for").await?;
        let first = page.text("lanes-said").await?;
        page.press(Key::Right).await?;
        page.until("the next is told", async || Ok(page.text("lanes-said").await? != first)).await?;
        page.press(Key::Left).await?;
        page.shows("lanes-said", &first).await?;
        page.press(Key::Down).await?;
        page.until("the row below is told", async || Ok(page.text("lanes-said").await? != first)).await?;

        let whole = window(page).await?;
        page.press("+").await?;
        let nearer = another_window(page, whole).await?;
        page.press(Key::End).await?;
        let end = another_window(page, nearer).await?;
        ensure!(end.1 == whole.1 && end.1 - end.0 == nearer.1 - nearer.0, "{end:?}");
        page.press(Key::PageUp).await?;
        let before = another_window(page, end).await?;
        ensure!(before.0 == whole.0.max(before.1 - (end.1 - end.0)) && before.0 < end.0, "{before:?} before {end:?}");
        page.press(Key::Backspace).await?;
        page.press(Key::Backspace).await?;
        page.until("what was before is back", async || Ok(window(page).await? != before)).await?;
        page.press("0").await?;
        page.until("all of the time", async || Ok(window(page).await? == whole)).await?;

        page.press("3").await?;
        page.until("rows of threads", async || Ok(view(page).await?.ends_with(".threads"))).await?;
        page.press("?").await?;
        page.get("lanes-keys").await?;
        page.is_accessible("keys of lanes").await?;
        page.press(Key::Escape).await?;
        page.until("the help is closed", async || Ok(!page.sees("lanes-keys").await?)).await?;
        ensure!(page.sees("lanes-picture").await?, "and the lanes are not");
        Ok(())
    })
}

#[test]
fn a_view_in_the_link_survives_a_reload() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio").await?;
        let whole = window(page).await?;
        page.click("lanes-in").await?;
        another_window(page, whole).await?;
        page.driver().find(By::Css("[data-testid=lanes] input[value=units]")).await?.click().await?;
        page.until("rows of units", async || Ok(view(page).await?.ends_with(".units"))).await?;
        let linked = view(page).await?;
        page.driver().refresh().await?;
        are_whole(page).await?;
        ensure!(view(page).await? == linked, "{} is not {linked}", view(page).await?);
        const CHOSEN: &str = "return document.querySelector('[data-testid=lanes] input:checked').value;";
        ensure!(page.script(CHOSEN, Vec::new()).await? == "units");
        Ok(())
    })
}

#[test]
fn a_table_stands_behind_the_picture() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio").await?;
        page.press("t").await?;
        page.shows("lanes-table", "Native threads").await?;
        const ROWS: &str = "return document.querySelectorAll('[data-testid=lanes-table] tbody tr').length;";
        ensure!(page.script(ROWS, Vec::new()).await?.as_u64().unwrap_or_default() > 1);
        ensure!(page.focus().await? == "lanes-table", "{}", page.focus().await?);
        page.is_accessible("table of lanes").await?;
        page.press("t").await?;
        page.until("it is away", async || Ok(!page.sees("lanes-table").await?)).await
    })
}

#[test]
fn a_replay_goes_on_by_itself_and_from_switch_to_switch() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio").await?;
        page.click("lanes-play").await?;
        page.until("a moment is told", async || Ok(!page.text("lanes-moment").await?.is_empty())).await?;
        let before = page.text("lanes-moment").await?;
        page.until("it goes on", async || Ok(page.text("lanes-moment").await? != before)).await?;
        page.click("lanes-play").await?;
        page.shows("lanes-play", "replay").await?;
        page.shows("lanes-said", "running").await?;
        page.is_accessible("replay").await?;
        let paused = page.text("lanes-moment").await?;
        page.click("lanes-after").await?;
        page.until("the next switch", async || Ok(page.text("lanes-moment").await? != paused)).await?;
        let next = page.text("lanes-moment").await?;
        page.script("document.querySelector('[data-testid=lanes-picture]').focus();", Vec::new()).await?;
        page.press(".").await?;
        page.until("the one after it", async || Ok(page.text("lanes-moment").await? != next)).await?;
        page.press(",").await?;
        page.until("and back", async || Ok(page.text("lanes-moment").await? == next)).await
    })
}

#[test]
fn who_wants_no_motion_has_steps_alone() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.in_media("screen", &[("prefers-reduced-motion", "reduce")]).await?;
        open_lanes(page, "tokio").await?;
        ensure!(!page.sees("lanes-play").await?, "nothing goes on by itself");
        page.press(".").await?;
        page.until("a moment is told", async || Ok(!page.text("lanes-moment").await?.is_empty())).await?;
        page.shows("lanes-said", "running").await
    })
}

#[test]
fn on_a_phone_lanes_are_as_wide_as_it_and_fit() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "threads,tokio,actix").await?;
        page.on_a_phone().await?;
        page.driver().refresh().await?;
        are_whole(page).await?;
        ensure!(page.overflow().await? <= 0, "{} pixels wider", page.overflow().await?);
        page.is_accessible("lanes on a phone").await
    })
}

#[test]
fn two_fingers_zoom_around_what_is_between_them_and_one_moves_it() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.on_a_phone().await?;
        page.driver().goto(format!("http://{}{}", stage.server.address, traced("threads,tokio"))).await?;
        page.click("bar-run").await?;
        page.shows("status", "Finished").await?;
        page.click("open-lanes").await?;
        are_whole(page).await?;
        let whole = window(page).await?;
        let ((left, y), (right, _)) = (point(page, 0.5, 150.0).await?, point(page, 0.7, 150.0).await?);
        page.touch("touchStart", &[(left, y), (right, y)]).await?;
        page.touch("touchMove", &[(left - 50, y), (right + 50, y)]).await?;
        let nearer = another_window(page, whole).await?;
        ensure!(whole.0 < nearer.0 && nearer.1 < whole.1, "{nearer:?} in {whole:?}");
        page.touch("touchMove", &[(left, y), (right, y)]).await?;
        let back = another_window(page, nearer).await?;
        ensure!(back.1 - back.0 > nearer.1 - nearer.0, "{back:?} after {nearer:?}");
        page.touch("touchMove", &[(left - 50, y), (right + 50, y)]).await?;
        page.touch("touchEnd", &[]).await?;
        let nearer = another_window(page, back).await?;
        page.touch("touchStart", &[(right, y)]).await?;
        page.touch("touchMove", &[(left, y)]).await?;
        page.touch("touchEnd", &[]).await?;
        let moved = another_window(page, nearer).await?;
        ensure!(moved.0 > nearer.0 && moved.1 - moved.0 == nearer.1 - nearer.0, "{nearer:?}, then {moved:?}");
        Ok(())
    })
}

/// The bytes of the painted canvas's first pixels, as a text: another one if the colours are others.
async fn pixels(stage: &Stage) -> Result<String> {
    const PLACE: &str = "const at = document.querySelector('[data-testid=lanes-picture]').getBoundingClientRect(); \
         return {x: at.left + scrollX + 2, y: at.top + scrollY + 2, width: 4, height: 4, scale: 1};";
    let clip = stage.page.script(PLACE, Vec::new()).await?;
    let shot: Value = stage.page.driver().cdp().send_raw("Page.captureScreenshot", json!({"clip": clip})).await?;
    Ok(shot["data"].as_str().context("no picture")?.to_owned())
}

#[test]
fn the_picture_goes_along_with_the_theme() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        open_lanes(page, "tokio").await?;
        let light = pixels(stage).await?;
        page.click("theme").await?;
        page.until("it is dark", async || Ok(pixels(stage).await? != light)).await?;
        page.click("theme").await?;
        page.until("it is light again", async || Ok(pixels(stage).await? == light)).await
    })
}

#[test]
fn in_forced_colours_the_picture_has_the_systems_ground_and_text_and_what_is_between() -> Result<()> {
    // A pixel of an edge is of two colours; an area is of one.
    const COLOURS: &str = "const picture = document.querySelector('[data-testid=lanes] canvas'); \
         const on = new OffscreenCanvas(picture.width, picture.height).getContext('2d'); on.drawImage(picture, 0, 0); \
         const {data, width, height} = on.getImageData(0, 0, picture.width, picture.height); \
         const at = (x, y) => [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)].join(); const found = new Set(); \
         for (let y = 0; y + 1 < height; y++) for (let x = 0; x + 1 < width; x++) \
             if ([at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)].every(other => other === at(x, y))) found.add(at(x, y)); \
         return [...found].map(one => one.split(',').map(Number));";
    const SYSTEM: &str = "const {backgroundColor, color} = getComputedStyle(document.body); \
         return [backgroundColor, color].map(one => one.match(/\\d+/g).slice(0, 3).map(Number));";
    on_stage(async |stage| {
        let page = &stage.page;
        let colours =
            async |script| -> Result<Vec<[i32; 3]>> { Ok(serde_json::from_value(page.script(script, Vec::new()).await?)?) };
        open_lanes(page, "threads,tokio,actix").await?;
        page.in_media("screen", &[("forced-colors", "active")]).await?;
        let system = colours(SYSTEM).await?;
        let [ground, text] = system[..] else { anyhow::bail!("{system:?}") };
        let is_between = |colour: &[i32; 3]| {
            let shares = [0, 1, 2].map(|part| f64::from(colour[part] - ground[part]) / f64::from(text[part] - ground[part]));
            shares.iter().all(|share| (-0.01..=1.01).contains(share) && (share - shares[0]).abs() < 0.01)
        };
        page.until("no colour is another", async || Ok(colours(COLOURS).await?.iter().all(is_between))).await?;
        let found = colours(COLOURS).await?;
        ensure!(found.contains(&ground) && found.contains(&text), "{ground:?} and {text:?} in {found:?}");
        Ok(())
    })
}

#[test]
fn lanes_that_nobody_keeps_are_told_of_in_a_sentence_and_the_overview_stands() -> Result<()> {
    const GLANCE: &str = "return document.querySelector('.lanes-glance').checkVisibility() && document.querySelector('.lanes-glance').textContent;";
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(&traced("tokio")).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        stage.server.stop();
        stage.server.forget_everything()?;
        stage.server.start_again()?;
        page.click("open-lanes").await?;
        page.shows("lanes-failed", "keeps no lanes of it").await?;
        let glance = page.script(GLANCE, Vec::new()).await?;
        ensure!(glance.as_str().is_some_and(|text| text.contains("Tokio")), "{glance}");
        page.is_accessible("no lanes").await?;
        page.click("lanes-close").await?;
        page.get("verdict").await?;
        Ok(())
    })
}

#[test]
fn lanes_travel_in_a_file_to_a_browser_whose_server_never_had_them_and_stay_in_its_history() -> Result<()> {
    on_two_stages(async |mine, theirs| {
        open_lanes(&mine.page, "threads,tokio").await?;
        mine.page.click("lanes-close").await?;
        mine.page.click("share-menu").await?;
        let file = mine.saved("share-file").await?;
        let page = &theirs.page;
        page.open(crate::TINY).await?;
        dropped(page, "result.interleave", &file).await?;
        page.shows("recorded", "Recorded").await?;
        page.click("open-lanes").await?;
        are_whole(page).await?;
        let trace: Value = serde_json::from_slice(&theirs.saved("lanes-trace").await?)?;
        ensure!(trace["traceEvents"].as_array().is_some_and(|events| events.len() > 100), "a file for other viewers");
        page.click("lanes-close").await?;
        page.click("to-history").await?;
        page.get("kept").await?;
        page.driver().refresh().await?;
        page.get("kept").await?;
        page.script("document.querySelector('[data-testid=kept]').click();", Vec::new()).await?;
        page.click("open-lanes").await?;
        are_whole(page).await
    })
}

#[test]
fn lanes_of_a_stored_result_are_opened_inside_a_frame() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(&traced("tokio")).await?;
        page.click("run").await?;
        page.shows("status", "Finished").await?;
        page.may_copy().await?;
        let link = chosen(page, "short").await?;
        page.driver().goto(format!("http://{}/embed{}", stage.server.address, rest(&link)?)).await?;
        const OPEN: &str = "const open = document.querySelector('[data-deed=open]'); open?.click(); return !!open;";
        page.until("it offers its lanes", async || Ok(page.script(OPEN, Vec::new()).await? == true)).await?;
        are_whole(page).await
    })
}
