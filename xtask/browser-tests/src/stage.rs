//! What is alive during a test: the server and the browser.

use std::cell::RefCell;
use std::fs;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::FutureExt;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::page::Page;
use crate::process::{Folder, Process, given};

/// Enough for the layout with two columns.
const DESKTOP: &str = "--window-size=1480,1000";

/// A server, a browser, and the page in it.
#[derive(Debug)]
pub struct Stage {
    /// The page.
    pub page: Page,
    /// The server.
    pub server: Server,
    // In this order: the driver ends the browser, and then itself; the profile goes last.
    _driver: Process,
    folder: Folder,
}

/// Runs a test on a stage of its own. When it fails, what the page showed and said is left in `target/browser-failures`.
pub fn on_stage(test: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stage = Stage::new().await?;
        let mut outcome = AssertUnwindSafe(test(&stage)).catch_unwind().await;
        if let Ok(Ok(())) = outcome {
            outcome = Ok(stage.page.said_nothing_bad().await);
        }
        if !matches!(outcome, Ok(Ok(()))) {
            leave_traces(&stage, "").await;
        }
        stage.page.driver().clone().quit().await?;
        match outcome {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Runs a test on two stages: two servers, and two browsers with profiles of their own. Neither knows of the other.
pub fn on_two_stages(test: impl AsyncFnOnce(&Stage, &Stage) -> Result<()>) -> Result<()> {
    on_stage(async |first| {
        let second = Stage::new().await?;
        let mut outcome = AssertUnwindSafe(test(first, &second)).catch_unwind().await;
        if let Ok(Ok(())) = outcome {
            outcome = Ok(second.page.said_nothing_bad().await);
        }
        if !matches!(outcome, Ok(Ok(()))) {
            leave_traces(&second, "-second").await;
        }
        second.page.driver().clone().quit().await?;
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

impl Stage {
    /// Where the browser puts what is downloaded.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        self.folder.path("downloads")
    }

    async fn new() -> Result<Self> {
        let folder = Folder::new()?;
        let server = Server::new(&folder)?;
        let (driver_process, port) = chromedriver()?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities(&folder)?).await?;
        driver.set_script_timeout(Duration::from_secs(30)).await?;
        let page = Page::new(driver, server.address);
        Ok(Self { page, server, _driver: driver_process, folder })
    }

    /// A place in this stage's folder, which is gone afterwards.
    #[must_use]
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }

    /// Runs the program with these arguments: what it prints.
    ///
    /// # Errors
    /// If it does not end well.
    pub fn program(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(given("INTERLEAVE")?);
        command
            .args(arguments)
            .env("INTERLEAVE_LOCK", self.folder.path("lock"))
            .env("XDG_DATA_HOME", self.folder.path("nothing"));
        let output = command.output()?;
        ensure!(output.status.success(), "interleave {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Builds an mdBook, in place.
    ///
    /// # Errors
    /// If that does not end well.
    pub fn build_book(&self, folder: &Path) -> Result<()> {
        let output = Command::new(given("MDBOOK")?).arg("build").arg(folder).output()?;
        ensure!(output.status.success(), "mdbook: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Runs an experiment on the command line, and has the result written as one file: `interleave run --html`.
    ///
    /// # Errors
    /// If the program does not end well.
    pub fn html_file(&self, experiment: &str) -> Result<PathBuf> {
        let (asked, file) = (self.folder.path("experiment.json"), self.folder.path("result.html"));
        fs::write(&asked, experiment)?;
        let mut command = Command::new(given("INTERLEAVE")?);
        command.arg("run").arg(&asked).arg("--html").arg(&file).env("INTERLEAVE_LOCK", self.folder.path("lock"));
        let output = command.output()?;
        ensure!(output.status.success(), "interleave run: {}", String::from_utf8_lossy(&output.stderr));
        Ok(file)
    }
}

impl Stage {
    /// Clicks what saves a file, and gives the bytes of that file.
    ///
    /// # Errors
    /// If there is no such thing, or no file comes of it.
    pub async fn saved(&self, id: &str) -> Result<Vec<u8>> {
        let folder = self.folder.path("saved");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let allow = serde_json::json!({"behavior": "allow", "downloadPath": folder});
        self.page.driver().cdp().send_raw("Browser.setDownloadBehavior", allow).await?;
        self.page.click(id).await?;
        let whole = || -> Option<PathBuf> {
            let mut files = fs::read_dir(&folder).ok()?.flatten().map(|entry| entry.path());
            // Until it is whole a file has another name.
            files.find(|file| file.extension().is_some_and(|ending| ending != "crdownload" && ending != "tmp"))
        };
        self.page.until("the file is saved", async || Ok(whole().is_some())).await?;
        Ok(fs::read(whole().context("no file")?)?)
    }
}

/// It takes a free port of IPv4, then the same of IPv6, and ends where somebody else has that: another try finds another.
fn chromedriver() -> Result<(Process, u16)> {
    let start = || {
        Process::start(Command::new(given("CHROMEDRIVER")?).arg("--port=0"), |line| {
            // "ChromeDriver was started successfully on port 41234."
            line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').parse::<u16>().ok()
        })
    };
    (0..4).find_map(|_| start().ok()).map_or_else(start, Ok)
}

fn capabilities(folder: &Folder) -> Result<ChromeCapabilities> {
    let mut capabilities = ChromeCapabilities::new();
    capabilities.set_binary(&given("CHROMIUM")?.display().to_string())?;
    // No network of its own, no first-run pages, no GPU: what it does is what the page asks for.
    for argument in [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--force-color-profile=srgb",
        DESKTOP,
    ] {
        capabilities.add_arg(argument)?;
    }
    if nix::unistd::geteuid().is_root() {
        // Chromium's own sandbox does not work as root; the page is our own.
        capabilities.add_arg("--no-sandbox")?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", folder.path("profile").display()))?;
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}

/// `interleave serve`, which can be stopped and started again where it was.
#[derive(Debug)]
pub struct Server {
    /// Where it listens, or did.
    pub address: SocketAddr,
    process: RefCell<Option<Process>>,
    data: PathBuf,
    lock: PathBuf,
}

impl Server {
    fn new(folder: &Folder) -> Result<Self> {
        let (data, lock) = (folder.path("data"), folder.path("lock"));
        let (process, address) = serve("127.0.0.1:0", &data, &lock)?;
        Ok(Self { address, process: RefCell::new(Some(process)), data, lock })
    }

    /// Stops it, as Ctrl-C would; how long it took to go.
    pub fn stop(&self) -> Duration {
        self.process.borrow_mut().take().map(|mut process| process.stop()).unwrap_or_default()
    }

    /// Kills it, as the kernel does when it needs memory: nothing is written any more, nobody is told.
    pub fn kill(&self) {
        if let Some(mut process) = self.process.borrow_mut().take() {
            process.kill();
        }
    }

    /// Takes everything that it has stored away; it must be stopped.
    ///
    /// # Errors
    /// If there is nothing to take.
    pub fn forget_everything(&self) -> Result<()> {
        Ok(fs::remove_dir_all(&self.data)?)
    }

    /// Starts it again: same port, same store.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_again(&self) -> Result<()> {
        let (process, _) = serve(&self.address.to_string(), &self.data, &self.lock)?;
        *self.process.borrow_mut() = Some(process);
        Ok(())
    }
}

fn serve(listen: &str, data: &Path, lock: &Path) -> Result<(Process, SocketAddr)> {
    let mut command = Command::new(given("INTERLEAVE")?);
    // These tests look at the page, not at the figures: they need not wait for each other's trials.
    command.args(["serve", "--listen", listen, "--data"]).arg(data).env("INTERLEAVE_LOCK", lock);
    Process::start(&mut command, |line| line.trim().strip_prefix("http://")?.trim_end_matches('/').parse().ok())
}

async fn leave_traces(stage: &Stage, which: &str) {
    let name = std::thread::current().name().unwrap_or("browser").replace("::", "-") + which;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/browser-failures");
    let picture = folder.join(format!("{name}.png"));
    match traces(stage, &folder, &picture).await {
        Ok(()) => eprintln!("what the page showed: {}", picture.display()),
        Err(problem) => eprintln!("no traces could be left: {problem:#}"),
    }
}

async fn traces(stage: &Stage, folder: &Path, picture: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let driver = stage.page.driver();
    eprintln!("at {}", driver.current_url().await?);
    driver.screenshot(picture).await?;
    fs::write(picture.with_extension("html"), driver.source().await?)?;
    for line in stage.page.log().await? {
        eprintln!("the browser: {line}");
    }
    Ok(())
}
