//! `cargo xtask page`: the page as a release serves it, in `target/page`, from where `server/build.rs` takes it.
//!
//! Always from a fresh `trunk build --release`: what `trunk serve` leaves behind reloads itself. The result replaces the last one
//! only if it differs, so that an unchanged page does not cost a build of the server.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::arguments::Arguments;
use crate::count::Count;
use crate::tools::{self, Tools};
use crate::{glue, place, say, step};

/// Bytes of the first view, compressed as they are sent: the WebAssembly module, its glue, the HTML with its styles, the sign in
/// the tab. (The sample result comes from the server, with the catalogue.) A tenth of it is what links, history and comparing
/// need before a result is there: their state, their buttons and notices.
const BUDGET: usize = 220_000;

/// Bytes of the second module and its glue, which are loaded when there is a result to draw. Half of it is what any module needs
/// that folds a log and does statistics; the other half is nine pictures of a result and four of two, each as HTML and as SVG, and
/// the composer, which is a tenth.
const BUDGET_OF_THE_PAINTER: usize = 210_000;

/// Bytes of the third module and its glue, which are loaded when a result is opened, copied or kept, or when the history is
/// shown: what it weighs (309 kB) and 3 % more. A third of it reads and writes capsules and has their dictionary; a third reads
/// logs and reports, which are JSON, with the whole protocol in that form too; the rest is the fold, the sentence and the
/// history.
const BUDGET_OF_THE_KEEPER: usize = 318_000;

/// Bytes of the fourth module and its glue, which are loaded when lanes are opened. Most of it is the scene, its painting and its
/// words; it has neither the fold of a log nor statistics.
const BUDGET_OF_THE_LANES: usize = 120_000;

/// What the names of the second module's files begin with: trunk names them by their binary.
const PAINTER: &str = "painter";
/// The same of the third.
const KEEPER: &str = "keeper";
/// The same of the fourth.
const LANES: &str = "lanes";

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    arguments.end()?;
    let count = build(&tools::ready()?)?;
    if count.failed > 0 {
        bail!("the page is over its budget");
    }
    Ok(())
}

/// Builds the page and holds it against its budget.
pub(crate) fn build(tools: &Tools) -> Result<Count> {
    let made = place::root().join("target/page-made");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    step::run("trunk builds the page (release)", tools.trunk().args(["build", "--release", "--dist"]).arg(&made))?;
    let mut files = read(&made)?;
    // Trunk's own, left behind.
    files.remove(".trunk-lock");
    if let Some(wasm_opt) = tools::wasm_opt()? {
        for (name, bytes) in files.iter_mut().filter(|(name, _)| is_module(name)) {
            *bytes = smaller(&wasm_opt, &made, name, bytes)?;
        }
    }
    shorten(&mut files)?;
    let page = place::page();
    if read(&page).ok().as_ref() != Some(&files) {
        if page.exists() {
            fs::remove_dir_all(&page)?;
        }
        for (name, bytes) in &files {
            let path = page.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&page))?;
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        }
    }
    Ok(weigh(&files))
}

/// The files below a folder, by their path in it.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

fn is_module(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "wasm")
}

/// Gives what each module and its glue call each other by short names.
fn shorten(files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let modules: Vec<String> = files.keys().filter(|name| is_module(name)).cloned().collect();
    for module in modules {
        let of_module = |name: &&String| name.ends_with(".js") && !name.ends_with("_loader.js") && stem(name) == stem(&module);
        let beside = files.keys().find(of_module).cloned().with_context(|| format!("no glue of {module}"))?;
        let text = String::from_utf8_lossy(&files[&beside]);
        let (bytes, text) =
            glue::shortened(&files[&module], &text).with_context(|| format!("{module} is not as the glue tool writes one"))?;
        files.extend([(module, bytes), (beside, text.into_bytes())]);
    }
    Ok(())
}

/// What a module is called: its files' names have a hash of their own behind it, or an ending.
fn stem(name: &str) -> &str {
    name.split(['-', '_', '.']).next().unwrap_or(name)
}

/// Once over what values can be at all, then smaller, twice. (Rust's modules have the end of their stack in the first kilobyte.)
/// Last, functions with nearly the same name, which do nearly the same, stand beside each other: that compresses better, by half a
/// percent to one.
const SMALLER: [&str; 5] = ["--low-memory-unused", "--gufa", "-Oz", "-Oz", "--reorder-functions-by-name"];

/// What wasm-opt makes of a module. Kept beside what it was made from: it takes longer than all the rest of an unchanged build.
fn smaller(wasm_opt: &Path, made: &Path, name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let kept: PathBuf = place::root().join("target/page-optimised");
    fs::create_dir_all(&kept)?;
    // What a module was made from, how, and what came of it.
    let [from, how, to] = ["from.wasm", "how.txt", "to.wasm"].map(|ending| kept.join(format!("{}.{ending}", stem(name))));
    let is_as = |file: &Path, last: &[u8]| fs::read(file).is_ok_and(|kept| kept == last);
    let smaller = SMALLER.join(" ");
    if !(is_as(&from, bytes) && is_as(&how, smaller.as_bytes()) && to.exists()) {
        let _ = fs::remove_file(&to);
        fs::copy(made.join(name), &from)?;
        fs::write(&how, smaller)?;
        step::run("wasm-opt makes it smaller", Command::new(wasm_opt).args(SMALLER).arg(&from).arg("-o").arg(&to))?;
    }
    fs::read(&to).with_context(|| to.display().to_string())
}

fn weigh(files: &BTreeMap<String, Vec<u8>>) -> Count {
    let (mut first_view, mut painter, mut keeper, mut lanes) = (0, 0, 0, 0);
    say(&format!("{:<44} {:>9} {:>9}", "the page, bytes", "raw", "brotli"));
    for (name, bytes) in files {
        let sent = compressed(bytes);
        say(&format!("{name:<44} {:>9} {sent:>9}", bytes.len()));
        *(match name {
            name if name.starts_with(PAINTER) => &mut painter,
            name if name.starts_with(KEEPER) => &mut keeper,
            name if name.starts_with(LANES) => &mut lanes,
            _ => &mut first_view,
        }) += sent;
    }
    let mut count = Count::default();
    let modules = [
        ("the first view", first_view, BUDGET),
        ("the painter", painter, BUDGET_OF_THE_PAINTER),
        ("the keeper", keeper, BUDGET_OF_THE_KEEPER),
        ("the lanes", lanes, BUDGET_OF_THE_LANES),
    ];
    for (what, sent, budget) in modules {
        let within = sent <= budget;
        say(&format!("{what}: {sent} bytes of {budget}{}", if within { "" } else { ": over the budget" }));
        count += Count::one(within);
    }
    count
}

fn compressed(bytes: &[u8]) -> usize {
    let mut sent = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    // Neither end of this can fail: both are memory.
    brotli::BrotliCompress(&mut &*bytes, &mut sent, &settings).map_or(bytes.len(), |_| sent.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_first_view_have_one_budget_together_and_each_worker_has_its_own() {
        // Words of a generator, so that nothing can be made smaller.
        let mut word = 1_u64;
        let mut noise = || {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (word >> 56) as u8
        };
        let mut files = BTreeMap::from([("page_bg.wasm".to_owned(), vec![0; 1_000_000])]);
        files.insert("page.js".to_owned(), (0..BUDGET / 2).map(|_| noise()).collect());
        assert_eq!(weigh(&files), Count { passed: 4, failed: 0, skipped: 0 });
        files.insert("painter_bg.wasm".to_owned(), (0..BUDGET_OF_THE_PAINTER).map(|_| noise()).collect());
        assert_eq!(weigh(&files), Count { passed: 3, failed: 1, skipped: 0 });
        files.insert("keeper_bg.wasm".to_owned(), (0..BUDGET_OF_THE_KEEPER).map(|_| noise()).collect());
        assert_eq!(weigh(&files), Count { passed: 2, failed: 2, skipped: 0 });
        files.insert("lanes_bg.wasm".to_owned(), (0..BUDGET_OF_THE_LANES).map(|_| noise()).collect());
        assert_eq!(weigh(&files), Count { passed: 1, failed: 3, skipped: 0 });
        files.insert("index.html".to_owned(), (0..BUDGET / 2).map(|_| noise()).collect());
        assert_eq!(weigh(&files), Count { passed: 0, failed: 4, skipped: 0 });
    }
}
