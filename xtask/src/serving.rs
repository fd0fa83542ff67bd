//! `cargo xtask serving`: a stored result's page and its JSON, sent by the real server and by nginx, in one run.
//!
//! nginx serves the very bytes that the server sent, compressed as they came, from files that it keeps open (`open_file_cache`):
//! as well as it can. Both have one worker, both are on loopback, and `wrk` asks them in turn, so that a machine that gets slower
//! does so for both.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::process::{BEAT, Owned, go_on};
use crate::server::{self, Server};
use crate::{browser, http, page, place, say, tell, tools};

pub(crate) const TAKES: &str = "[--rounds 9] [--seconds 2] [--connections 32]";

/// What is asked for: so many of nginx's requests a second.
const LEAST: f64 = 0.8;

/// Ten repetitions of three models: what a result has that somebody shares.
const EXPERIMENT: &str = r#"{"workload": "spawn", "models": ["threads", "tokio", "actix"], "params": {"units": 100},
    "repetitions": 10, "measure": "work"}"#;

const ENCODING: (&str, &str) = ("Accept-Encoding", "br");

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let rounds: usize = arguments.number("--rounds", 9)?;
    let seconds: u64 = arguments.number("--seconds", 2)?;
    let connections: u64 = arguments.number("--connections", 32)?;
    arguments.end()?;
    let (nginx, wrk) = (program("nginx", "nginx-light")?, program("wrk", "wrk")?);
    // A page that is there is taken as it is.
    if std::env::var_os("INTERLEAVE_PAGE").is_none() && !place::page().join("index.html").exists() {
        page::build(&tools::ready()?)?;
    }
    server::build()?;

    let server = Server::start("serving")?;
    let id = kept(server.address)?;
    let files: Vec<(&str, String)> =
        [("page", ""), ("JSON", ".json")].map(|(name, ending)| (name, format!("/r/{id}{ending}"))).to_vec();
    let folder = place::target().join("xtask/serving-nginx");
    let beside = Nginx::start(&nginx, &folder, server.address, &files)?;

    let mut below = Vec::new();
    for (name, path) in &files {
        let bytes = http::ask_with(server.address, "GET", path, &[ENCODING], None)?.body.len();
        let mut pairs = Vec::new();
        for round in 0..rounds {
            go_on()?;
            let ask = |address| requests_per_second(&wrk, address, path, seconds, connections);
            // Neither is always the first.
            let pair = if round % 2 == 0 {
                let ours = ask(server.address)?;
                (ours, ask(beside.address)?)
            } else {
                let theirs = ask(beside.address)?;
                (ask(server.address)?, theirs)
            };
            tell(&format!("{name}, round {}: interleave {:.0}/s, nginx {:.0}/s", round + 1, pair.0, pair.1));
            pairs.push(pair);
        }
        let ratios: Vec<f64> = sorted(pairs.iter().map(|(ours, theirs)| ours / theirs));
        let (ours, theirs) = (median(&sorted(pairs.iter().map(|pair| pair.0))), median(&sorted(pairs.iter().map(|pair| pair.1))));
        let (ratio, least, most) = (median(&ratios), ratios[0], ratios[ratios.len() - 1]);
        let figures = format!("interleave {ours:>7.0}/s   nginx {theirs:>7.0}/s");
        say(&format!("{name:<5} {bytes:>7} bytes   {figures}   {ratio:.2} of nginx ({least:.2} – {most:.2})"));
        if ratio < LEAST {
            below.push(format!("{name}: {ratio:.2}"));
        }
    }
    if !below.is_empty() {
        bail!("below {LEAST} of nginx: {}", below.join(", "));
    }
    Ok(())
}

/// Found on the PATH, or installed.
fn program(name: &str, package: &str) -> Result<PathBuf> {
    // A service's program is not on everybody's PATH.
    let found = || place::on_path(name).or_else(|| Some(Path::new("/usr/sbin").join(name)).filter(|path| path.exists()));
    if let Some(found) = found() {
        return Ok(found);
    }
    browser::apt("cargo xtask serving", &[package])?;
    found().with_context(|| format!("there is no {name} after {package} was installed"))
}

/// Runs an experiment, and keeps its result: its id.
fn kept(server: SocketAddr) -> Result<String> {
    let text =
        |answer: &Value, field: &str| answer[field].as_str().map(str::to_owned).with_context(|| format!("no {field}: {answer}"));
    let run = text(&http::ask(server, "POST", "/api/runs", Some(&serde_json::from_str(EXPERIMENT)?))?.json()?, "id")?;
    tell("a result is measured first …");
    loop {
        go_on()?;
        let state = text(&http::ask(server, "GET", &format!("/api/runs/{run}"), None)?.json()?, "state")?;
        match state.as_str() {
            "finished" => break,
            "queued" | "running" => std::thread::sleep(10 * BEAT),
            state => bail!("the run was {state}"),
        }
    }
    text(&http::ask(server, "POST", "/api/results", Some(&json!({"run": run})))?.json()?, "id")
}

/// An nginx of this task's own, that serves these files as the server does. Dropping it stops it.
struct Nginx {
    _process: Owned,
    address: SocketAddr,
}

impl Nginx {
    fn start(program: &Path, folder: &Path, server: SocketAddr, files: &[(&str, String)]) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        // Free now, and asked for at once.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut locations = String::new();
        for (name, path) in files {
            let file = folder.join(format!("{name}.br"));
            fs::write(&file, http::ask_with(server, "GET", path, &[ENCODING], None)?.body)?;
            let kind = if path.ends_with(".json") { "application/json" } else { "text/html" };
            locations += &format!(
                "location = {path} {{ alias {}; default_type {kind}; add_header Content-Encoding br; \
                 add_header Vary Accept-Encoding; add_header Cache-Control \"public, max-age=86400, immutable\"; }}\n",
                file.display()
            );
        }
        let here = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
            .concat();
        let settings = format!(
            "daemon off;\nworker_processes 1;\npid {here}/pid;\nerror_log {here}/errors;\nevents {{ worker_connections 1024; }}\n\
             http {{\naccess_log off;\nsendfile on;\ntcp_nopush on;\nkeepalive_requests 100000000;\nopen_file_cache max=100;\n\
             {temporary}types {{ }}\nserver {{ listen {address};\n{locations}}}\n}}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, settings)?;
        let mut command = Command::new(program);
        command.arg("-p").arg(folder).arg("-c").arg(&file).arg("-e").arg(folder.join("errors"));
        let mut process = Owned::start("nginx", command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
        loop {
            go_on()?;
            if let Some(status) = process.ended()? {
                bail!("nginx has ended ({status}): {}", fs::read_to_string(folder.join("errors")).unwrap_or_default());
            }
            // The very bytes, or there is nothing to compare.
            let same = files.iter().all(|(name, path)| {
                let answer = http::ask_with(address, "GET", path, &[ENCODING], None).ok();
                answer.is_some_and(|answer| {
                    answer.status == 200 && fs::read(folder.join(format!("{name}.br"))).is_ok_and(|bytes| bytes == answer.body)
                })
            });
            if same {
                return Ok(Self { _process: process, address });
            }
            std::thread::sleep(BEAT);
        }
    }
}

fn requests_per_second(wrk: &Path, address: SocketAddr, path: &str, seconds: u64, connections: u64) -> Result<f64> {
    let mut command = Command::new(wrk);
    command.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "-H", "Accept-Encoding: br"]);
    let output = command.arg(format!("http://{address}{path}")).output().context("wrk does not start")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || text.contains("Non-2xx") || text.contains("Socket errors") {
        bail!("wrk: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    let figure = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    figure.and_then(|figure| figure.trim().parse().ok()).with_context(|| format!("wrk says no rate:\n{text}"))
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Of sorted ones.
fn median(values: &[f64]) -> f64 {
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_values_is_between_two_if_they_are_even() {
        assert_eq!(median(&sorted([3.0, 1.0, 2.0].into_iter())), 2.0);
        assert_eq!(median(&sorted([4.0, 1.0, 2.0, 3.0].into_iter())), 2.5);
    }
}
