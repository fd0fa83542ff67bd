//! What a person does with the page, and what they see.
//!
//! Elements are found by their `data-testid`, which the page keeps stable; what is checked is what they show.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{Key, TypingData};

use crate::process::given;

/// How long what must be seen may take: generous, for a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// The page in its browser.
#[derive(Debug)]
pub struct Page {
    driver: WebDriver,
    server: SocketAddr,
    /// The browser gives each line of its log once.
    log: RefCell<Vec<String>>,
}

/// A cell of the trial strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// "planned", "running", or how its trial ended.
    pub state: String,
    /// What it says when pointed at.
    pub label: String,
}

impl Page {
    pub(crate) fn new(driver: WebDriver, server: SocketAddr) -> Self {
        Self { driver, server, log: RefCell::default() }
    }

    /// The browser's driver, for what is not below.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a path of the server and waits for the form.
    pub async fn open(&self, path: &str) -> Result<()> {
        self.driver.goto(format!("http://{}{path}", self.server)).await?;
        // In its place while a run goes on.
        self.until("the form is there", async || Ok(self.sees("run").await? || self.sees("cancel").await?)).await
    }

    /// The element with this test id, once it is in view of a person.
    pub async fn get(&self, id: &str) -> Result<WebElement> {
        let found = self.driver.query(by(id)).wait(PATIENCE, LOOK).ignore_errors(true).and_displayed().first().await;
        found.with_context(|| format!("{id} is not to be seen"))
    }

    /// Whether it is there and in view now.
    pub async fn sees(&self, id: &str) -> Result<bool> {
        // In one step: between two, the page may have drawn itself anew.
        const SEEN: &str = "const found = document.querySelector(`[data-testid=\"${arguments[0]}\"]`); return !!found && found.checkVisibility();";
        Ok(self.script(SEEN, vec![json!(id)]).await? == true)
    }

    /// Waits until `holds` does.
    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
        self.within(PATIENCE, what, holds).await
    }

    /// Waits until `holds` does, for as long as this.
    pub async fn within(&self, patience: Duration, what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
        let since = Instant::now();
        let mut look = tokio::time::interval(LOOK);
        while since.elapsed() < patience {
            look.tick().await;
            if holds().await? {
                return Ok(());
            }
        }
        bail!("after {} s still not: {what}", patience.as_secs())
    }

    /// Waits until the element shows this text somewhere.
    pub async fn shows(&self, id: &str, text: &str) -> Result<()> {
        let shown = async || Ok(self.text(id).await?.contains(text));
        if let Err(problem) = self.until(&format!("{id} shows {text:?}"), shown).await {
            bail!("{problem}; it shows {:?}", self.text(id).await?);
        }
        // A run that is over is drawn a moment after it is told of.
        if id == "status" && text == "Finished" { self.is_drawn().await } else { Ok(()) }
    }

    /// Waits until the pictures are of the result as it is.
    pub async fn is_drawn(&self) -> Result<()> {
        const DRAWN: &str = "return document.querySelector('[data-testid=outcome]')?.ariaBusy === 'false';";
        self.until("the result is drawn", async || Ok(self.script(DRAWN, Vec::new()).await? == true)).await
    }

    /// Clicks it, scrolled into view as a person would: the driver does not see that a box that scrolls cuts it off.
    pub async fn click(&self, id: &str) -> Result<()> {
        const SCROLL: &str = "document.querySelector(`[data-testid=\"${arguments[0]}\"]`)?.scrollIntoView({block: 'nearest'});";
        self.get(id).await?;
        self.script(SCROLL, vec![json!(id)]).await?;
        let clicked = match self.get(id).await?.click().await {
            // The page has drawn it anew since it was found.
            Err(problem) if matches!(*problem, WebDriverErrorInner::StaleElementReference(_)) => {
                self.get(id).await?.click().await
            }
            clicked => clicked,
        };
        clicked.with_context(|| format!("{id} cannot be clicked"))
    }

    /// What an element shows; empty where there is none, or none in view.
    pub async fn text(&self, id: &str) -> Result<String> {
        // What lies far below has not been laid out: its text is what it will show.
        const TEXT: &str = "const found = document.querySelector(`[data-testid=\"${arguments[0]}\"]`); \
             return found ? found.innerText || (found.checkVisibility() ? found.textContent : '') : '';";
        Ok(self.script(TEXT, vec![json!(id)]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// What a field of the form holds.
    pub async fn value(&self, field: &str) -> Result<String> {
        Ok(self.get(&format!("field-{field}")).await?.prop("value").await?.unwrap_or_default())
    }

    /// Unfolds what a field of the form is in.
    async fn unfold(&self, field: &str) -> Result<()> {
        const FOLDED: &str = "return !!document.querySelector(`#method-fields[hidden] [data-testid=\"field-${arguments[0]}\"]`);";
        if self.script(FOLDED, vec![json!(field)]).await? == true { self.click("method").await } else { Ok(()) }
    }

    /// Chooses a preset, in its line or among all.
    pub async fn choose_preset(&self, index: usize) -> Result<()> {
        let preset = format!("preset-{index}");
        if !self.sees(&preset).await? {
            self.click("all-presets").await?;
        }
        self.click(&preset).await
    }

    /// Puts a text into a field of the form, over what is there.
    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        self.unfold(field).await?;
        let element = self.get(&format!("field-{field}")).await?;
        element.click().await?;
        self.type_over(text).await
    }

    /// Chooses one of the words of a choice.
    pub async fn choose(&self, field: &str, word: &str) -> Result<()> {
        self.unfold(field).await?;
        let one = format!("[data-testid=field-{field}] input[value={word}]");
        Ok(self.driver.find(By::Css(one)).await?.click().await?)
    }

    /// Types over all that is in the field that has the focus.
    pub async fn type_over(&self, text: impl Into<TypingData>) -> Result<()> {
        let select_all = self.driver.action_chain().key_down(Key::Control).send_keys("a").key_up(Key::Control);
        Ok(select_all.send_keys(text).perform().await?)
    }

    /// Chooses a workload in its list, by typing the first letters of its name there: the list is a native one under a drawn one.
    pub async fn choose_workload(&self, name: &str) -> Result<()> {
        self.driver.query(by("workload")).wait(PATIENCE, LOOK).first().await?.focus().await?;
        self.press(name).await
    }

    /// Ticks exactly these models.
    pub async fn choose_models(&self, ids: &[&str]) -> Result<()> {
        if ids.iter().any(|id| id.contains('-')) && self.text("variants").await?.starts_with('+') {
            self.click("variants").await?;
        }
        const BOXES: &str = "return [...document.querySelectorAll('[data-testid^=\"model-\"]')].map(box => [box.dataset.testid.slice(6), box.checked]);";
        let boxes = self.script(BOXES, Vec::new()).await?;
        // New ones first: the last model cannot be taken out of some drafts before another is in.
        for wanted in [true, false] {
            for found in boxes.as_array().context("no models")? {
                let id = found[0].as_str().context("a model without an id")?;
                if ids.contains(&id) == wanted && found[1] != json!(wanted) {
                    self.driver.find(by(&format!("model-{id}"))).await?.click().await?;
                }
            }
        }
        Ok(())
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// Presses keys while this one is held, wherever the focus is.
    pub async fn press_with(&self, held: Key, keys: impl Into<TypingData>) -> Result<()> {
        let keys = keys.into().as_vec().into_iter().collect::<String>();
        Ok(self.driver.action_chain().key_down(held.clone()).send_keys(keys).key_up(held).perform().await?)
    }

    /// Fingers on the screen of a phone: `"touchStart"`, `"touchMove"` or `"touchEnd"`, and where in the window each is.
    pub async fn touch(&self, what: &str, fingers: &[(i64, i64)]) -> Result<()> {
        let fingers: Vec<Value> = fingers.iter().zip(1..).map(|((x, y), id)| json!({"x": x, "y": y, "id": id})).collect();
        let touch = json!({"type": what, "touchPoints": fingers});
        self.driver.cdp().send_raw("Input.dispatchTouchEvent", touch).await?;
        Ok(())
    }

    /// Lets the page read and write the clipboard, as a person would allow it when asked.
    pub async fn may_copy(&self) -> Result<()> {
        let permissions = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        self.driver.cdp().send_raw("Browser.grantPermissions", permissions).await?;
        Ok(())
    }

    /// What is in the clipboard.
    pub async fn clipboard(&self) -> Result<String> {
        const READ: &str =
            "const done = arguments[0]; navigator.clipboard.readText().then(done, problem => done(String(problem)));";
        let text = self.driver.execute_async(READ, Vec::new()).await?.json().clone();
        Ok(text.as_str().context("no text")?.to_owned())
    }

    /// Requests to addresses like these fail, as if nobody answered; all work again if none are given.
    pub async fn cut_off(&self, addresses: &[&str]) -> Result<()> {
        self.driver.cdp().send_raw("Network.enable", json!({})).await?;
        self.driver.cdp().send_raw("Network.setBlockedURLs", json!({"urls": addresses})).await?;
        Ok(())
    }

    /// What is downloaded from now on comes into this folder.
    pub async fn downloads_into(&self, folder: &Path) -> Result<()> {
        let behaviour = json!({"behavior": "allow", "downloadPath": folder.display().to_string()});
        self.driver.cdp().send_raw("Browser.setDownloadBehavior", behaviour).await?;
        Ok(())
    }

    /// Gives a file to a field for files, which need not be in view.
    pub async fn give_file(&self, id: &str, file: &Path) -> Result<()> {
        let field = self.driver.query(by(id)).wait(PATIENCE, LOOK).first().await?;
        Ok(field.send_keys(file.display().to_string()).await?)
    }

    /// What the server of the page on show answers to this path.
    pub async fn status_of(&self, path: &str) -> Result<u64> {
        const ASK: &str = "const done = arguments[1]; fetch(arguments[0], {cache: 'no-store'}).then(answer => done(answer.status), () => done(0));";
        let status = self.driver.execute_async(ASK, vec![json!(path)]).await?.json().clone();
        status.as_u64().context("no status")
    }

    /// The path and the query in the address bar.
    pub async fn address(&self) -> Result<String> {
        let url = self.driver.current_url().await?;
        Ok(match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        })
    }

    /// The trial strip.
    pub async fn cells(&self) -> Result<Vec<Cell>> {
        const CELLS: &str = "return [...document.querySelectorAll('[data-testid=\"trial-cell\"]')].map(cell => [cell.dataset.state, cell.title]);";
        let cells = self.script(CELLS, Vec::new()).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(cells
            .as_array()
            .context("no cells")?
            .iter()
            .map(|cell| Cell { state: text(&cell[0]), label: text(&cell[1]) })
            .collect())
    }

    /// The cells that are in this state.
    pub async fn cells_in(&self, state: &str) -> Result<usize> {
        Ok(self.cells().await?.iter().filter(|cell| cell.state == state).count())
    }

    /// The rows of the table, each as the texts of its cells.
    pub async fn table(&self) -> Result<Vec<Vec<String>>> {
        const ROWS: &str = "return [...document.querySelectorAll('[data-testid=\"table\"] tbody tr:not([hidden])')].map(row => [...row.cells].map(cell => cell.innerText));";
        let rows = self.script(ROWS, Vec::new()).await?;
        Ok(serde_json::from_value(rows)?)
    }

    /// The test id of what has the focus.
    pub async fn focus(&self) -> Result<String> {
        const FOCUS: &str = "const at = document.activeElement; return at ? at.dataset.testid || at.id || at.tagName : '';";
        Ok(self.script(FOCUS, Vec::new()).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// A phone's window.
    pub async fn on_a_phone(&self) -> Result<()> {
        self.in_a_window(390, 844, true).await
    }

    /// A window of this size; a phone's has two pixels to a point, and is touched.
    pub async fn in_a_window(&self, width: u32, height: u32, is_phone: bool) -> Result<()> {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": if is_phone { 2 } else { 1 }, "mobile": is_phone});
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// A system that prefers `"light"` or `"dark"`.
    pub async fn in_colours(&self, scheme: &str) -> Result<()> {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// As on `"print"` or `"screen"`, with features of the system such as `("forced-colors", "active")`.
    pub async fn in_media(&self, media: &str, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let media = json!({"media": media, "features": features});
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// By how many pixels the page is wider than its window.
    pub async fn overflow(&self) -> Result<i64> {
        const OVERFLOW: &str = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth;";
        self.script(OVERFLOW, Vec::new()).await?.as_i64().context("no width")
    }

    /// Has axe-core look at the page as it is now, in light and in dark; an error names all that it finds.
    pub async fn is_accessible(&self, state: &str) -> Result<()> {
        let axe = std::fs::read_to_string(given("AXE")?)?;
        for colours in ["light", "dark"] {
            self.in_colours(colours).await?;
            self.driver.execute(format!("if (!window.axe) {{ {axe} }}"), Vec::new()).await?;
            const RUN: &str = "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.map(rule => `${rule.id}: ${rule.help}: ` + rule.nodes.map(node => node.html.slice(0, 200) + ' / ' + node.failureSummary.replace(/\\s+/g, ' ')).join(' | '))), problem => done([String(problem)]));";
            let found: Vec<String> = serde_json::from_value(self.driver.execute_async(RUN, Vec::new()).await?.json().clone())?;
            if !found.is_empty() {
                bail!("axe-core, {state}, {colours}:\n  {}", found.join("\n  "));
            }
        }
        self.in_colours("light").await
    }

    /// What the browser's console has, up to now.
    pub async fn log(&self) -> Result<Vec<String>> {
        let new = self.driver.browser_log().await?;
        let mut log = self.log.borrow_mut();
        log.extend(new.into_iter().map(|entry| format!("{} {}", entry.level, entry.message)));
        Ok(log.clone())
    }

    /// An error in the console that is not about a request: those are part of some tests, and the page tells of them itself.
    pub(crate) async fn said_nothing_bad(&self) -> Result<()> {
        // What a browser says where nobody answers: tests stop their servers.
        const AWAY: [&str; 3] = ["Failed to load resource", "Failed to fetch", "net::ERR_"];
        let bad = |line: &&String| line.starts_with("SEVERE") && !AWAY.iter().any(|words| line.contains(words));
        match self.log().await?.iter().find(bad) {
            Some(line) => bail!("the console has an error: {line}"),
            None => Ok(()),
        }
    }

    /// Takes a picture of the window.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        Ok(self.driver.screenshot(file).await?)
    }
}

fn by(id: &str) -> By {
    By::Css(format!("[data-testid='{id}']"))
}
