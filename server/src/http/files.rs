//! The static edition: the page, recorded results in every form, and what stands in for the API, as files that any host serves.
//!
//! ```text
//! index.html, page-….js, painter.js, …     the page; its base is this folder, wherever that lies
//! data/TYPES/catalog.bin, sources/…, …     what the API would answer, in the compact form
//! r/index.html                             the list
//! r/ID/index.html, r/ID.json, …            each result: the page with a head of its own, its twins, its lanes
//! embed/r/ID/index.html                    the same for a frame in another's page
//! c/, history/, embed/c/                   the page where links of these kinds lead
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use capsule::Capsule;
use charts::preview::{Mention, PREVIEW_HEIGHT, PREVIEW_WIDTH, mention, preview};
use charts::words::moment;
use charts::{Kind, Theme};
use maud::{Markup, PreEscaped, html};
use protocol::{Links, Reach, Run, compact};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::lanes::LANES;
use super::results::{CAPSULE, title_of, with_head};
use super::{catalog, embed, page, sheet};
use crate::context::Context;
use crate::runs::id::ResultId;
use crate::{cli, document, pixels};

/// Says of an index.html that it is of a static edition.
const MARK: &str = "<meta name=\"interleave-edition\" content=\"static\"";

/// What an earlier export has left, and this one writes anew.
const FOLDERS: [&str; 5] = ["r", "c", "embed", "history", "data"];

/// A result that goes into the site.
#[derive(Debug)]
pub(crate) struct SiteResult {
    id: ResultId,
    /// Its first result is the one that is shown.
    capsule: Capsule,
    bytes: Vec<u8>,
    mention: Mention,
    /// Its lanes, a bundle, if it has any.
    lanes: Option<Vec<u8>>,
}

impl SiteResult {
    /// What a capsule's first result is called, and how it is written.
    pub(crate) fn new(capsule: Capsule, lanes: Option<Vec<u8>>) -> Self {
        let run = &capsule.results[0].run;
        let id = ResultId::of_hash(&Sha256::digest(capsule::content(run)).into());
        let mention = mention(run, &capsule.view);
        let bytes = capsule::pack(&capsule, capsule::Detail::Whole).bytes;
        Self { id, bytes, mention, capsule, lanes }
    }

    pub(crate) fn id(&self) -> &str {
        self.id.as_str()
    }

    fn run(&self) -> &Run {
        &self.capsule.results[0].run
    }
}

/// Writes a site into a folder.
pub(crate) struct SiteWriter<'a> {
    context: &'a Context,
    folder: PathBuf,
    /// Where it will be published, without a slash at its end.
    address: Option<String>,
    files: usize,
    bytes: u64,
}

impl<'a> SiteWriter<'a> {
    /// In this folder, which is empty, is missing, or holds an earlier site.
    ///
    /// # Errors
    /// If it holds something else, or the program was built without its page.
    pub(crate) fn new(context: &'a Context, folder: &Path, address: Option<&str>) -> Result<Self> {
        if page::index().is_none() {
            bail!("this program was built without its page; `cargo xtask serve` builds both");
        }
        let is_empty =
            fs::read_dir(folder).map_or(Ok(true), |mut entries| entries.next().map_or(Ok(true), |first| first.map(|_| false)))?;
        if !is_empty {
            let index = fs::read_to_string(folder.join("index.html")).unwrap_or_default();
            if !index.contains(MARK) {
                bail!(
                    "DIR: {} holds something else; accepted: a folder that is empty or new, or an earlier export",
                    folder.display()
                );
            }
        }
        let address = address.map(|address| address.trim_end_matches('/').to_owned());
        Ok(Self { context, folder: folder.to_owned(), address, files: 0, bytes: 0 })
    }

    /// Writes all of it: how many files, and how many bytes.
    ///
    /// # Errors
    /// If something cannot be written.
    pub(crate) fn write(mut self, results: &[SiteResult]) -> Result<(usize, u64)> {
        self.clear()?;
        for (name, content) in page::files().filter(|(name, _)| *name != "index.html") {
            self.put(name, content)?;
        }
        self.put("index.html", index("./", None))?;
        for folder in ["c", "history"] {
            self.put(&format!("{folder}/index.html"), index("../", None))?;
        }
        self.put("embed/c/index.html", embed::capsule_at("../../c/", "../../c/", None))?;
        self.data()?;
        for result in results {
            self.result(result)?;
        }
        self.put("r/index.html", self.list(results))?;
        Ok((self.files, self.bytes))
    }

    /// Takes away what an earlier export has left: its results may not be among these.
    fn clear(&self) -> Result<()> {
        for entry in fs::read_dir(&self.folder).into_iter().flatten() {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_of_page = ["page-", "painter", "keeper", "favicon-"].iter().any(|begins| name.starts_with(begins));
            if path.is_dir() && FOLDERS.contains(&name.as_str()) {
                fs::remove_dir_all(&path)?;
            } else if path.is_file() && is_of_page {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    fn put(&mut self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.folder.join(name);
        let content = content.as_ref();
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content));
        written.with_context(|| format!("{} could not be written", path.display()))?;
        self.files += 1;
        self.bytes += content.len() as u64;
        Ok(())
    }

    fn put_compact(&mut self, name: &str, value: &impl Serialize) -> Result<()> {
        let content = compact::write(value).map_err(|_| anyhow::anyhow!("{name} has no compact form"))?;
        self.put(&format!("{}{name}.bin", data()), content)
    }

    /// What the API would answer.
    fn data(&mut self) -> Result<()> {
        let context = self.context;
        self.put_compact("catalog", &context.catalog)?;
        self.put_compact("machine", &context.here)?;
        let (sample, log) = catalog::recorded();
        self.put_compact("sample", sample)?;
        self.put_compact("sample/log", &log)?;
        for workload in &context.catalog.workloads {
            let sources = context.registry.sources(&workload.id).unwrap_or_default();
            self.put_compact(&format!("sources/{}", workload.id), &sources)?;
        }
        if let Some(base) = self.address.clone() {
            self.put_compact("links", &Links { base, reach: Reach::Public })?;
        }
        Ok(())
    }

    /// A result in every form.
    fn result(&mut self, result: &SiteResult) -> Result<()> {
        let (run, view, id) = (result.run(), &result.capsule.view, result.id());
        let light = preview(run, view, Theme::Light);
        self.put(&format!("r/{id}/index.html"), index("../../", Some(&self.head(result))))?;
        self.put(&format!("r/{id}.interleave"), &result.bytes)?;
        if let Some(lanes) = &result.lanes {
            self.put(&format!("r/{id}.lanes"), lanes)?;
        }
        self.put(&format!("r/{id}.json"), serde_json::to_vec(&analysis::report::report(run))?)?;
        self.put(&format!("r/{id}.csv"), cli::csv::trials(run)?)?;
        let link = self.address.as_ref().map(|address| format!("{address}/r/{id}/"));
        self.put(&format!("r/{id}.md"), charts::markdown(run, view, link.as_deref()))?;
        self.put(&format!("r/{id}.svg"), &light)?;
        self.put(&format!("r/{id}.png"), pixels::png(&light)?)?;
        self.put(&format!("r/{id}.html"), document::of(self.context, run, view)?)?;
        let page = format!("../../../r/{id}/");
        self.put(&format!("embed/r/{id}/index.html"), embed::result_at(&page, &page, run, view, None))
    }

    /// The head of a result's page. Programs that show a card of a link want whole addresses: there are some if it is known where
    /// the site will be.
    fn head(&self, result: &SiteResult) -> String {
        let (mention, id) = (&result.mention, result.id());
        let twins = [
            ("json", "application/json"),
            ("csv", "text/csv"),
            ("md", "text/markdown"),
            ("svg", "image/svg+xml"),
            ("png", "image/png"),
            ("html", "text/html"),
            ("interleave", CAPSULE),
        ];
        let twins = twins.into_iter().chain(result.lanes.as_ref().map(|_| ("lanes", LANES)));
        let head = html! {
            title { (title_of(mention)) }
            meta name="description" content=(mention.sentence);
            meta property="og:type" content="article";
            meta property="og:site_name" content="Interleave";
            meta property="og:title" content=(mention.title);
            meta property="og:description" content=(mention.sentence);
            @if let Some(address) = &self.address {
                link rel="canonical" href={ (address) "/r/" (id) "/" };
                meta property="og:url" content={ (address) "/r/" (id) "/" };
                meta property="og:image" content={ (address) "/r/" (id) ".png" };
                meta property="og:image:type" content="image/png";
                meta property="og:image:width" content=(PREVIEW_WIDTH);
                meta property="og:image:height" content=(PREVIEW_HEIGHT);
                meta property="og:image:alt" content=(mention.sentence);
                meta name="twitter:card" content="summary_large_image";
            }
            @for (ending, media_type) in twins {
                link rel="alternate" type=(media_type) href={ "r/" (id) "." (ending) } title={ "This result as ." (ending) };
            }
        };
        head.into_string()
    }

    fn list(&self, results: &[SiteResult]) -> String {
        let body = html! {
            h1 { "Results" }
            p.muted { "Recorded, and written as files: nothing runs here." }
            @if results.is_empty() {
                p.nothing data-testid="nothing" { "There are none in this edition but the sample: " a href="../" { "see it" } "." }
            } @else {
                ol.kept { @for result in results { (self.line(result)) } }
            }
        };
        sheet::page_between(["../", "./", "../history/"], "Results", &html! {}, &body)
    }

    fn line(&self, result: &SiteResult) -> Markup {
        let submission = &result.run().submission;
        let (catalog, experiment) = (&submission.catalog, &submission.experiment);
        let workload = catalog.workload(&experiment.workload);
        html! {
            li {
                p.says { a href={ "./" (result.id()) "/" } { (result.mention.sentence) } }
                div.about {
                    span { (workload.map_or(experiment.workload.as_str(), |workload| &workload.name)) }
                    @for model in experiment.models.iter().filter_map(|model| catalog.model(model)) {
                        span.who { (PreEscaped(charts::mark(Some(model), Kind::Model))) (model.name) }
                    }
                    span { (submission.machine.cpu) }
                    time { (moment(result.run().started_ms())) }
                }
            }
        }
    }
}

/// Where the page looks for what stands in for the API; `frontend::edition` knows it too.
fn data() -> String {
    format!("data/{}/", compact::TYPES)
}

/// The page, which finds everything from this base, with this in its head.
fn index(base: &str, head: Option<&str>) -> String {
    let index = page::index().unwrap_or_default();
    // No header comes with a file: what the page may load stands in it.
    let policy: Vec<&str> = page::policy().split("; ").filter(|part| !part.starts_with("frame-ancestors")).collect();
    let policy = policy.join("; ");
    let mark = format!("{MARK} data-files=\"{}\"><meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">", data());
    let index = page::with_base(index, &mark, base);
    head.and_then(|head| with_head(&index, head)).unwrap_or(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_a_site_says_that_it_is_one_and_where_its_base_is() {
        if page::index().is_some() {
            let page = index("../../", Some("<title>A &amp; B</title>"));
            assert!(page.contains("<base href=\"../../\"") && page.contains("<title>A &amp; B</title>"), "{page}");
            assert!(page.contains(MARK) && !page.contains("frame-ancestors") && !page.contains("<title>Interleave</title>"));
        }
    }
}
