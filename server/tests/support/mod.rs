//! A real server, and what a test needs to talk to it.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::{Agent, Body, BodyReader};

/// A server of the test's own: port, data folder, lock.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    agent: Agent,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }
}

pub(crate) fn interleave() -> Command {
    Command::new(env!("CARGO_BIN_EXE_interleave"))
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

impl Server {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &data.join("lock"))
    }

    /// With a lock that may be another server's too.
    pub(crate) fn start_with(data: &Path, lock: &Path) -> Self {
        Self::start_as(data, lock, &[])
    }

    /// With these arguments besides.
    pub(crate) fn start_as(data: &Path, lock: &Path, arguments: &[&str]) -> Self {
        let mut process = interleave()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .env("INTERLEAVE_LOCK", lock)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_end_matches('/').to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
        // Long enough for any machine: it only ends a test that would otherwise hang.
        let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(120))).build();
        Self { process, address, agent: agent.into() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], body)
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send_bytes(method, path, headers, body.as_bytes())
    }

    pub(crate) fn send_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer =
            if body.is_empty() { self.agent.run(request.body(()).unwrap()) } else { self.agent.run(request.body(body).unwrap()) };
        let mut answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned())
        };
        // The rest of a stream that was broken is nobody's.
        let bytes = answer.body_mut().read_to_vec().unwrap_or_default();
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().iter().map(header).collect(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// Sends these bytes, and reads until the server closes the connection: what no HTTP client would send.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address.trim_start_matches("http://")).unwrap();
        // As above: only a test that would hang notices.
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks for a run: its id.
    pub(crate) fn submit(&self, experiment: &str) -> String {
        let answer = self.post("/api/runs", experiment);
        assert_eq!(answer.status, 201, "{}", answer.text);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(answer.header("location"), format!("/api/runs/{id}"));
        id
    }

    pub(crate) fn run(&self, id: &str) -> Value {
        self.get(&format!("/api/runs/{id}")).json()
    }

    /// A run's events after this one.
    pub(crate) fn events(&self, id: &str, after: u64) -> Events {
        let answer = self.agent.get(format!("{}/api/runs/{id}/events?after={after}", self.address)).call().unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Events::of(answer.into_body())
    }

    /// A run's log as it is stored: an event a line.
    pub(crate) fn log(&self, id: &str) -> String {
        let answer = self.get(&format!("/api/runs/{id}/events"));
        answer.text.lines().filter_map(|line| line.strip_prefix("data: ")).map(|line| format!("{line}\n")).collect()
    }

    /// Waits until the run is over.
    pub(crate) fn until_over(&self, id: &str) -> Value {
        self.events(id, 0).for_each(drop);
        self.run(id)
    }

    /// Cancels it: what is answered.
    pub(crate) fn cancel(&self, id: &str) -> Answer {
        self.send("DELETE", &format!("/api/runs/{id}"), &[], "")
    }

    /// Ends it without a word, and waits until its process is gone.
    pub(crate) fn kill(mut self) {
        self.signal(libc::SIGKILL);
        self.wait();
    }

    pub(crate) fn signal(&self, signal: libc::c_int) {
        kill(self.pid(), signal);
    }

    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        self.process.wait().unwrap()
    }

    /// The trial's process.
    pub(crate) fn child(&self) -> Option<u32> {
        child_of(self.pid())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The events of a stream, as they come.
pub(crate) struct Events(Lines<BufReader<BodyReader<'static>>>);

impl Events {
    fn of(body: Body) -> Self {
        Self(BufReader::new(body.into_reader()).lines())
    }

    /// Waits for one of this kind.
    pub(crate) fn until(&mut self, kind: &str) -> Value {
        self.find(|event| event["event"] == kind).unwrap_or_else(|| panic!("the stream ended without {kind}"))
    }
}

impl Iterator for Events {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        loop {
            let line = self.0.next()?.ok()?;
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }
}

pub(crate) fn kill(pid: u32, signal: libc::c_int) {
    // SAFETY: no memory is involved; the process is one that the test started.
    #[expect(unsafe_code, reason = "a signal to a process that the test started")]
    let result = unsafe { libc::kill(pid.try_into().unwrap(), signal) };
    assert_eq!(result, 0);
}

/// The process of the trial that runs. (Another may be calibrating when the program starts.)
pub(crate) fn child_of(pid: u32) -> Option<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    let children =
        children.flat_map(|text| text.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>());
    let runs_a_trial =
        |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains("run-one-trial"));
    children.into_iter().find(runs_a_trial)
}

/// The processes of trials that this server started, whether it still lives or not.
pub(crate) fn trials_of(pid: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_its_own = |other: &u32| {
        let line = std::fs::read_to_string(format!("/proc/{other}/cmdline")).unwrap_or_default();
        line.contains("run-one-trial") && line.contains(&format!("\"parent\":{pid},"))
    };
    processes.filter(is_its_own).collect()
}

/// Whether it is there and no zombie.
pub(crate) fn lives(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Waits for something that is not told by an event.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came to this: {what}");
}

/// A server with a run that is over, and its id.
pub(crate) fn with_a_run() -> (TempDir, Server, String) {
    let data = folder();
    let server = Server::start(data.path());
    let run = server.submit(SHORT);
    server.until_over(&run);
    (data, server, run)
}

/// Keeps the result of a run: its id, and its token if it was told.
pub(crate) fn keep(server: &Server, run: &str) -> (String, Option<String>) {
    let answer = server.post("/api/results", &json!({"run": run}).to_string());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let kept = answer.json();
    let id = kept["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/r/{id}"));
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{id}");
    (id, kept["delete_token"].as_str().map(str::to_owned))
}

/// Runs until it is cancelled, and keeps a core busy or idles.
pub(crate) const SPINNING: &str =
    r#"{"workload":"cpu-hash","models":["threads"],"params":{"units":50,"rounds":1000000,"hashes":1000},"repetitions":2}"#;
pub(crate) const WAITING: &str =
    r#"{"workload":"wait","models":["tokio"],"params":{"units":5,"rounds":100000,"wait_ms":10},"repetitions":2}"#;
pub(crate) const SHORT: &str =
    r#"{"workload":"spawn","models":["threads","tokio","actix"],"params":{"units":50},"repetitions":3,"measure":"work"}"#;
