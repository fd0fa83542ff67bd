//! The real browser, and what looks at pages with it.
//!
//! Found on the PATH; otherwise installed through apt if that may be done without asking anybody (as root); otherwise one line
//! says what to install. Nothing that needs the browser is passed over in silence.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::{cargo, interleave, on_path};
use crate::tools::{Package, npm_package};
use crate::{step, tell};

/// Finds what a screen reader would stumble over.
const AXE: Package = Package { name: "axe-core", version: "4.14.1" };

/// Chromium and its driver.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    chromedriver: PathBuf,
}

impl Browser {
    pub(crate) fn find() -> Result<Self> {
        if let Some(found) = Self::found() {
            return Ok(found);
        }
        apt("testing in a browser", &["chromium", "chromium-driver"])?;
        Self::found().context("Chromium and chromedriver are not on the PATH after they were installed")
    }

    fn found() -> Option<Self> {
        let chromium =
            ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].iter().find_map(|name| on_path(name))?;
        Some(Self { chromium, chromedriver: on_path("chromedriver")? })
    }
}

/// Runs something of the browser tests' crate, and tells it where everything is. The server has to be built before.
pub(crate) fn tests(browser: &Browser, arguments: &[&str]) -> Result<Command> {
    let axe = npm(&AXE)?.join("node_modules/axe-core/axe.min.js");
    let mut command = cargo();
    command.args(arguments);
    command.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.chromedriver);
    command.env("INTERLEAVE", interleave()).env("AXE", axe);
    // What is wrong is said in words; the way through the runtime to it says nothing.
    command.env("RUST_LIB_BACKTRACE", "0");
    Ok(command)
}

/// An npm package that the tests cannot do without.
pub(crate) fn npm(package: &Package) -> Result<PathBuf> {
    if on_path("npm").is_none() {
        apt("testing in a browser", &["npm"])?;
    }
    npm_package(package)?.with_context(|| format!("there is no npm to install {} with", package.name))
}

/// Installs packages that something cannot do without; if that may not be done without asking, says what to install.
pub(crate) fn apt(what: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !(nix::unistd::geteuid().is_root() && Path::new("/usr/bin/apt-get").exists()) {
        bail!("{what} needs {names}: `sudo apt-get install {names}` installs them on a system with apt");
    }
    tell(&format!("{names} are not there: installing them"));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // A service that comes with a package is not started: here it is a program that is called.
        command.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1").args(arguments);
        command
    };
    step::run("apt-get update", &mut apt(&["update"]))?;
    let arguments = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    step::run(&format!("apt-get install {names}"), &mut apt(&arguments))
}
