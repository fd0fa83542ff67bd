//! The tools that build the page, and that tests call, in the versions that this repository was tried with.
//!
//! They lie in the user's cache folder, `TOOL-VERSION` each, so that later runs and other clones find them. A tool is built
//! beside its place and moved there when it is whole; one set-up at a time does that on a machine. Nothing names a registry:
//! cargo and npm know theirs.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::place::{cache, cargo, in_repository, on_path};
use crate::process::go_on;
use crate::{step, tell};

/// A program that cargo builds.
struct Built {
    /// Its folder in the cache, without the version; also the program's file name.
    program: &'static str,
    package: &'static str,
    version: &'static str,
    flags: &'static [&'static str],
    /// About how long, on two cores, so that nobody thinks it hangs.
    takes: &'static str,
}

const TRUNK: Built = Built {
    program: "trunk",
    package: "trunk",
    version: "0.22.1",
    // It asks for a later rustc than ours, needlessly. Without the TLS feature it does not compile; its other default features
    // are not needed.
    flags: &["--locked", "--no-default-features", "--features", "rustls", "--ignore-rust-version"],
    takes: "three or four minutes, once",
};

/// Must be exactly the library's version (Cargo.toml): trunk takes it from the PATH only then, and would download it otherwise.
const WASM_BINDGEN: Built = Built {
    program: "wasm-bindgen",
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    // Not `--locked`: its lock file names a version that the registry no longer gives.
    // One program of three: the others are for running tests of modules.
    flags: &["--no-default-features", "--bin", "wasm-bindgen"],
    takes: "a minute, once",
};

/// Holds licences, sources and versions against deny.toml. Only the tests ask for it: no start of the page waits for it.
const CARGO_DENY: Built = Built {
    program: "cargo-deny",
    package: "cargo-deny",
    version: "0.20.2",
    flags: &["--locked", "--no-default-features"],
    takes: "about a minute, once",
};

/// Builds the book whose pages have results in them. Only the browser's tests ask for it.
const MDBOOK: Built = Built {
    program: "mdbook",
    package: "mdbook",
    version: "0.5.4",
    // Its server, its watching and its search are not needed.
    flags: &["--locked", "--no-default-features"],
    takes: "about a minute, once",
};

/// A package that npm installs.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// For wasm-opt: older ones, such as Debian's, reject what today's rustc writes.
const BINARYEN: Package = Package { name: "binaryen", version: "132.0.0" };

/// What the page is built with.
pub(crate) struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
    /// What was missing and has been built now, with how long that took.
    pub(crate) took: Vec<(&'static str, Duration)>,
}

/// Finds the tools; installs those that are missing.
pub(crate) fn ready() -> Result<Tools> {
    wasm_target()?;
    let took = built(&[&TRUNK, &WASM_BINDGEN])?;
    Ok(Tools { trunk: TRUNK.folder(), wasm_bindgen: WASM_BINDGEN.folder(), took })
}

/// Makes a module a tenth smaller; `None` if there is no npm to install it with. What is served at once has no use for it.
pub(crate) fn wasm_opt() -> Result<Option<PathBuf>> {
    let folder = npm_package(&BINARYEN).or_else(|problem| {
        go_on()?;
        tell(&format!("{problem:#}"));
        anyhow::Ok(None)
    })?;
    if folder.is_none() {
        tell("wasm-opt is not there, and there is no npm that installs it: the page works, and is about a tenth larger");
    }
    Ok(folder.map(|folder| folder.join("node_modules/.bin/wasm-opt")))
}

impl Tools {
    /// Trunk, in the repository. It must never try to download anything.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = in_repository(self.trunk.join(TRUNK.program));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let own = [self.trunk.clone(), self.wasm_bindgen.clone()];
        let folders = own.into_iter().chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command.env("TRUNK_OFFLINE", "true").env("TRUNK_SKIP_VERSION_CHECK", "true");
        // Trunk takes nothing but true and false for this, and many a shell has it as 1.
        command.env_remove("NO_COLOR");
        command
    }
}

/// `cargo deny`, installed if it is missing; in the repository.
pub(crate) fn cargo_deny() -> Result<Command> {
    // Not as cargo's subcommand, which is looked for on the PATH: another version may lie there.
    built(&[&CARGO_DENY])?;
    Ok(in_repository(CARGO_DENY.folder().join(CARGO_DENY.program)))
}

/// mdBook, installed if it is missing.
pub(crate) fn mdbook() -> Result<PathBuf> {
    built(&[&MDBOOK])?;
    Ok(MDBOOK.folder().join(MDBOOK.program))
}

/// The npm package's folder in the cache; `None` if there is no npm.
pub(crate) fn npm_package(package: &Package) -> Result<Option<PathBuf>> {
    let folder = cache().join(format!("{}-{}", package.name, package.version));
    if folder.join("node_modules").is_dir() {
        return Ok(Some(folder));
    }
    let Some(npm) = on_path("npm") else { return Ok(None) };
    let _lock = lock()?;
    if folder.join("node_modules").is_dir() {
        return Ok(Some(folder));
    }
    let new = fresh(&format!(".new-{}", package.name))?;
    let mut command = Command::new(npm);
    command.current_dir(&new).args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&new);
    command.arg(format!("{}@{}", package.name, package.version));
    step::run(&format!("npm installs {} {}", package.name, package.version), &mut command)?;
    put(&new, &folder)?;
    Ok(Some(folder))
}

/// The standard library for the page.
fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let asked = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output().context("rustc")?;
    if Path::new(String::from_utf8_lossy(&asked.stdout).trim()).is_dir() {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!(
            "the page needs Rust's standard library for {TARGET}, and there is no rustup to install it with: install it as this \
             Rust was installed"
        );
    }
    step::run(&format!("rustup adds {TARGET}"), Command::new("rustup").args(["target", "add", TARGET]))
}

/// A part of the toolchain that its smallest installation leaves out; `subcommand` is cargo's name for it.
pub(crate) fn component(name: &str, subcommand: &str) -> Result<()> {
    let asked = cargo().args([subcommand, "--version"]).stdin(Stdio::null()).output().context("cargo")?;
    if asked.status.success() {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!("the tests need {name}, and there is no rustup to install it with: install it as this Rust was installed");
    }
    step::run(&format!("rustup adds {name}"), Command::new("rustup").args(["component", "add", name]))
}

/// Builds those that are not there, in one target folder, because most of what trunk and the glue tool are made of is the same.
/// They are there afterwards; what was built is told with how long it took.
fn built(tools: &[&Built]) -> Result<Vec<(&'static str, Duration)>> {
    let mut took = Vec::new();
    if tools.iter().all(|tool| tool.answers()) {
        return Ok(took);
    }
    let _lock = lock()?;
    // Kept where it was broken off: the next set-up goes on from there.
    let objects = cache().join(".build");
    for tool in tools.iter().filter(|tool| !tool.answers()) {
        let since = Instant::now();
        build(tool, &objects)?;
        took.push((tool.program, since.elapsed()));
    }
    let _ = fs::remove_dir_all(objects);
    Ok(took)
}

fn build(tool: &Built, objects: &Path) -> Result<()> {
    let new = fresh(&format!(".new-{}", tool.program))?;
    let mut command = cargo();
    // Not in the repository, whose settings are none of the tool's business.
    command.current_dir(cache()).args(["install", tool.package, "--version", tool.version]).args(tool.flags);
    command.arg("--root").arg(&new).env("CARGO_TARGET_DIR", objects);
    // They read and write a few files: what counts is how long they take to build, and that each takes what the one before it has
    // built.
    for (setting, value) in SETTINGS {
        command.env(setting, value);
    }
    let folder = tool.home();
    tell(&format!(
        "{} {} is not there: it is built into {}, which takes {}",
        tool.package,
        tool.version,
        folder.display(),
        tool.takes
    ));
    step::run(&format!("cargo builds {} {}", tool.package, tool.version), &mut command)?;
    put(&new, &folder)?;
    if !tool.answers() {
        bail!("{} was built, and does not say that it is version {}", tool.folder().join(tool.program).display(), tool.version);
    }
    Ok(())
}

/// The same for all tools, or they would share nothing. CONTRIBUTING.md has what they save.
const SETTINGS: [(&str, &str); 6] = [
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    // Trunk's own choice; with another one the glue tool's dependencies would be built again.
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
];

impl Built {
    /// Its place in the cache.
    fn home(&self) -> PathBuf {
        cache().join(format!("{}-{}", self.program, self.version))
    }

    /// Where its program is, once it is there.
    fn folder(&self) -> PathBuf {
        self.home().join("bin")
    }

    /// Whether it is there, in this version.
    fn answers(&self) -> bool {
        let mut command = Command::new(self.folder().join(self.program));
        let asked = command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
        asked.is_ok_and(|answer| {
            String::from_utf8_lossy(&answer.stdout).split_whitespace().any(|word| word.trim_start_matches('v') == self.version)
        })
    }
}

/// Held while something is put into the cache; released when dropped, or by the kernel.
fn lock() -> Result<File> {
    fs::create_dir_all(cache()).with_context(|| format!("{} cannot be made", cache().display()))?;
    let path = cache().join(".lock");
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                if !told {
                    tell(&format!("another set-up is at work in {}; waiting for it", cache().display()));
                    told = true;
                }
                go_on()?;
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(TryLockError::Error(problem)) => return Err(problem).with_context(|| path.display().to_string()),
        }
    }
}

fn fresh(name: &str) -> Result<PathBuf> {
    let folder = cache().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn put(new: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::rename(new, folder).with_context(|| format!("{} cannot be put into its place", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_tool_has_the_librarys_version() {
        let locked = fs::read_to_string(crate::place::root().join("Cargo.lock")).unwrap();
        let entry = format!("name = \"wasm-bindgen\"\nversion = \"{}\"\n", WASM_BINDGEN.version);
        assert!(locked.contains(&entry), "Cargo.lock has another wasm-bindgen than xtask installs: {}", WASM_BINDGEN.version);
    }

    #[test]
    fn the_workflow_asks_the_same_cargo_deny_for_advisories() {
        let workflow = fs::read_to_string(crate::place::root().join(".github/workflows/advisories.yml")).unwrap();
        let install = format!("cargo install {} --version {} ", CARGO_DENY.package, CARGO_DENY.version);
        assert!(workflow.contains(&install), "advisories.yml installs another cargo-deny than xtask: {}", CARGO_DENY.version);
    }
}
