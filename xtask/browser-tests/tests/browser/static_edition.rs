//! Recorded results as files: the site that `interleave export` writes, on a host that has nothing but files, in a folder of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use browser_tests::{FileHost, Stage, on_stage};
use serde_json::{Value, json};

/// Where hosts of files have pages of projects.
const BELOW: &str = "/docs/bench/";

const LINE: [&str; 6] = ["ping-pong", "units=2", "rounds=2000", "models=threads,tokio,actix", "repetitions=6", "measure=work"];

/// A site with these results in it.
fn exported(stage: &Stage, what: &[&str]) -> Result<PathBuf> {
    let site = stage.place("site");
    stage.program(&[&["export", &site.display().to_string()], what].concat())?;
    Ok(site)
}

/// The id of the only result of a site.
fn only_id(site: &Path) -> Result<String> {
    let mut folders = fs::read_dir(site.join("r"))?.flatten().filter(|entry| entry.path().is_dir());
    let id = folders.next().context("no result")?.file_name().to_string_lossy().into_owned();
    ensure!(folders.next().is_none(), "there is another");
    Ok(id)
}

/// Opens an address, and waits for the form.
async fn open(stage: &Stage, address: &str) -> Result<()> {
    stage.page.driver().goto(address).await?;
    stage.page.until("the form is there", async || stage.page.sees("run").await).await
}

#[test]
fn a_site_below_a_folder_shows_its_results_and_says_what_would_run_them() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        let report = stage.place("report.json");
        fs::write(&report, stage.program(&[&["run"], &LINE[..], &["--json"]].concat())?)?;
        let site = exported(stage, &[&report.display().to_string()])?;
        let id = only_id(&site)?;
        let host = FileHost::new(&site, BELOW)?;
        stage.server.stop();

        open(stage, &host.at("")).await?;
        page.shows("edition", "recorded").await?;
        page.shows("sample", "recorded sample").await?;
        ensure!(!page.sees("banner").await?, "no server is missed");
        page.choose_preset(1).await?;
        let query = async || Ok(page.driver().current_url().await?.to_string().contains("/docs/bench/?workload="));
        page.until("the experiment is in the query", query).await?;
        let units = page.value("units").await?;
        page.driver().refresh().await?;
        page.until("the form is there", async || page.sees("run").await).await?;
        ensure!(page.value("units").await? == units, "the same experiment after loading again");
        page.click("run").await?;
        page.shows("line", "interleave run ").await?;
        page.is_accessible("a static edition that says what runs an experiment").await?;

        page.click("to-results").await?;
        page.until("the list", async || Ok(page.driver().title().await?.starts_with("Results"))).await?;
        ensure!(page.overflow().await? <= 0, "the list is wider than the window");
        page.script("document.querySelector('.kept a').click();", Vec::new()).await?;
        page.shows("recorded", "Recorded").await?;
        page.is_drawn().await?;
        ensure!(page.table().await?.len() == 4, "{:?}", page.table().await?);
        let url = page.driver().current_url().await?;
        ensure!(url.path() == format!("{BELOW}r/{id}/"), "{url}");
        const TWINS: &str = "const done = arguments[0]; Promise.all([...document.querySelectorAll('link[rel=alternate]')].map(link => fetch(link.href).then(answer => answer.status))).then(done);";
        let twins = page.driver().execute_async(TWINS, Vec::new()).await?.json().clone();
        ensure!(twins == json!([200, 200, 200, 200, 200, 200, 200]), "{twins}");

        page.on_a_phone().await?;
        ensure!(page.overflow().await? <= 0, "it is {} pixels wider than a phone", page.overflow().await?);
        ensure!(host.missed().is_empty(), "it asked for {:?}", host.missed());
        Ok(())
    })
}

#[test]
fn a_link_that_carries_a_result_opens_in_a_site_that_has_none() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        let site = exported(stage, &[])?;
        let host = FileHost::new(&site, BELOW)?;
        let shown = stage.program(&[&["run"], &LINE[..], &["--link", "--public-url", &host.at("")]].concat())?;
        let link = shown.lines().last().context("no link")?;
        stage.server.stop();
        for link in [link.to_owned(), link.replacen("/c#", "/index.html#", 1)] {
            open(stage, &link).await?;
            page.shows("recorded", "Recorded").await?;
            page.is_drawn().await?;
            ensure!(page.table().await?.len() == 4, "{:?}", page.table().await?);
            ensure!(page.value("rounds").await? == "2,000", "its experiment is in the form");
        }
        ensure!(host.missed().is_empty(), "it asked for {:?}", host.missed());
        Ok(())
    })
}

/// Copies a folder, as somebody who clones the repository has it.
fn copied(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let place = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copied(&path, &place)?
        } else {
            fs::copy(&path, &place)?;
        }
    }
    Ok(())
}

#[test]
fn a_book_that_is_built_from_files_shows_a_result_as_high_as_it_is() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        let (book, top) = (stage.place("book"), Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        copied(&top.join("docs/book"), &book)?;
        let (site, sample) = (book.join("src/recorded"), top.join("server/sample.jsonl"));
        stage.program(&["export", &site.display().to_string(), &sample.display().to_string()])?;
        let frame = format!("recorded/embed/r/{}/", only_id(&site)?);
        let chapter = fs::read_to_string(book.join("src/echo.md"))?;
        ensure!(chapter.contains(&frame), "the frame in docs/book/src/echo.md is not {frame}");
        stage.build_book(&book)?;
        let host = FileHost::new(&book.join("book"), BELOW)?;
        stage.server.stop();

        page.driver().goto(host.at("echo.html")).await?;
        const HEIGHTS: &str = "const frame = document.querySelector('iframe[src^=recorded]'); const inside = frame?.contentDocument?.documentElement; \
            return inside?.querySelector('.outcome') ? [Math.ceil(inside.getBoundingClientRect().height), frame.clientHeight, inside.scrollWidth - inside.clientWidth] : null;";
        let fits = async || {
            Ok(
                matches!(page.script(HEIGHTS, Vec::new()).await?.as_array().map(Vec::as_slice), Some([inside, outside, over]) if inside == outside && *over == 0),
            )
        };
        page.until("the frame is as high as the result in it", fits).await?;
        const GROUND: &str =
            "return getComputedStyle(document.querySelector('iframe[src^=recorded]').contentDocument.body).backgroundColor;";
        let light: Value = page.script(GROUND, Vec::new()).await?;
        page.in_colours("dark").await?;
        page.until("the frame follows the reader's dark", async || Ok(page.script(GROUND, Vec::new()).await? != light)).await?;
        page.in_colours("light").await?;
        const OPEN: &str =
            "return document.querySelector('iframe[src^=recorded]').contentDocument.querySelector('footer a.open').href;";
        let whole = page.script(OPEN, Vec::new()).await?;
        open(stage, whole.as_str().context("no way to the whole result")?).await?;
        page.shows("recorded", "Recorded").await?;
        ensure!(host.missed().is_empty(), "it asked for {:?}", host.missed());
        Ok(())
    })
}
