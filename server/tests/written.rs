//! The files that `interleave run` writes: lanes, and the result as a page.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use support::{Server, child_of, folder, interleave, kill, lives};

/// Trials of 50 ms, more than anybody waits for.
const LONG: &str = r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":5,"wait_ms":10},"repetitions":50}"#;
const QUICK: &str = r#"{"workload":"spawn","models":["tokio","threads"],"params":{"units":20},"repetitions":3,"measure":"work"}"#;

fn command(arguments: &[&str], own: &Path) -> Command {
    let mut command = interleave();
    command.args(["run", "-"]).args(arguments).env("INTERLEAVE_LOCK", own.join("lock"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], input: &str) -> Output {
    let own = folder();
    let mut process = command(arguments, own.path()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    process.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn ctrl_c_before_the_lanes_shows_the_figures_so_far() {
    let own = folder();
    let (trace, page) = (own.path().join("t.json"), own.path().join("t.html"));
    let arguments = ["--trace", trace.to_str().unwrap(), "--html", page.to_str().unwrap()];
    let mut process = command(&arguments, own.path()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(LONG.as_bytes()).unwrap();
    let mut said = BufReader::new(process.stderr.take().unwrap());
    let told = said.by_ref().lines().map_while(Result::ok).find(|line| line.starts_with("4 of "));
    assert!(told.is_some_and(|line| line.contains("ok")), "four trials have ended");
    let child = child_of(process.id());
    kill(process.id(), libc::SIGINT);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    let output = process.wait_with_output().unwrap();
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{rest}");
    assert!(shown.contains("Tokio") && shown.contains("Conditions:"), "{shown}");
    assert!(rest.contains("cancelled before a traced trial had ended"), "{rest}");
    assert!(!trace.exists() && child.is_none_or(|child| !lives(child)));
    // The page has them too.
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("of 101 trials, cancelled") && report_in(&page)["state"] == "cancelled");
}

#[test]
fn a_file_that_cannot_be_written_is_said_before_the_first_trial() {
    let own = folder();
    for option in ["--trace", "--html"] {
        for place in ["/nowhere/out", own.path().to_str().unwrap()] {
            let output = run(&[option, place], LONG);
            let said = text(&output.stderr);
            assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""), "{said}");
            assert!(said.starts_with(&format!("{option}: {place} cannot be written")) && said.lines().count() == 1, "{said}");
        }
    }
}

#[test]
fn a_disk_that_is_full_at_the_end_costs_the_file_and_not_the_figures() {
    for option in ["--trace", "--html"] {
        let output = run(&[option, "/dev/full"], QUICK);
        let (shown, said) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("/dev/full") && shown.contains("Native threads"), "{said}\n{shown}");
    }
}

#[test]
fn what_was_in_a_file_stays_until_there_is_something_to_write() {
    let own = folder();
    let page = own.path().join("result.html");
    std::fs::write(&page, "before").unwrap();
    let output = run(&["--html", page.to_str().unwrap(), "--trace", "/nowhere/out"], QUICK);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "before");
}

/// The report that a page carries.
fn report_in(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"report\">").expect("a report");
    let (json, behind) = rest.split_once("</script>").unwrap();
    assert!(!behind.contains("<script"), "there is one script, and it does nothing");
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

#[test]
fn a_result_as_a_page_has_its_verdict_and_its_report_and_asks_for_nothing() {
    let own = folder();
    let file = own.path().join("result.html");
    let output = run(&["--json", "--html", file.to_str().unwrap()], QUICK);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("data-testid=\"verdict\"") && page.contains("<svg"), "{page}");
    assert!(page.contains("default-src 'none'") && page.contains("JoinSet"), "a policy, and the code");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report_in(&page), printed, "the report that is printed is the one inside");
    let before_report = page.split("<script").next().unwrap();
    for loads in ["src=", "<link", "<iframe", "<object", "@import", "url(http", "href=\"http", "href=\"//", "srcset="] {
        assert!(!before_report.contains(loads), "{loads}");
    }
    // The code has generics.
    assert!(page.contains("<span class=\"t\">Result</span>&lt;"), "code is text");
}

#[test]
fn the_page_of_a_result_is_served_as_it_is_written() {
    let own = folder();
    let server = Server::start(own.path());
    let id = server.submit(QUICK);
    server.until_over(&id);
    let answer = server.get(&format!("/api/runs/{id}/report.html"));
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "nothing runs in it");
    let report = report_in(&answer.text);
    assert_eq!((&report["id"], &report["state"]), (&Value::from(id.as_str()), &Value::from("finished")));
    assert_eq!(server.get("/api/runs/nowhere/report.html").status, 404);
}

#[test]
fn a_picture_of_a_result_is_served_by_its_name_as_svg_and_as_figures() {
    let own = folder();
    let server = Server::start(own.path());
    let id = server.submit(QUICK);
    server.until_over(&id);
    let picture = |file: &str| server.get(&format!("/api/runs/{id}/pictures/{file}"));
    let drawn = picture("trials.svg");
    assert_eq!((drawn.status, drawn.header("content-type")), (200, "image/svg+xml"));
    assert!(drawn.text.starts_with("<svg ") && drawn.text.contains("</svg>"), "{}", drawn.text);
    assert_ne!(picture("trials.svg?theme=dark").text, drawn.text);
    let figures = picture("trials.csv?quantity=memory_bytes");
    assert_eq!((figures.status, figures.header("content-type")), (200, "text/csv; charset=utf-8"));
    let of_models = figures.text.lines().skip(1).count();
    assert!(of_models > 0 && figures.text.starts_with("Model,median,interval"), "{}", figures.text);
    for (file, accepted) in [("cake.svg", "trials"), ("trials.gif", ".svg, .csv"), ("trials.svg?quantity=cake", "memory_bytes")] {
        let refused = picture(file);
        assert!(refused.status == 404 && refused.text.contains(accepted), "{file}: {}", refused.text);
    }
}
