//! What must not get lost, and who must not get in, against the real server.

mod support;

use std::fs::File;
use std::process::Stdio;

use serde_json::json;
use support::{SHORT, Server, WAITING, folder, interleave};

/// A trial that ends by itself, and then one that does not.
const SHORT_THEN_LONG: &str =
    r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":20,"wait_ms":50},"repetitions":30}"#;

#[test]
fn a_stop_keeps_what_was_measured_until_then() {
    let data = folder();
    let mut server = Server::start(data.path());
    let id = server.submit(SHORT_THEN_LONG);
    let waiting = server.submit(SHORT);
    let mut events = server.events(&id, 0);
    events.until("trial_finished");
    server.signal(libc::SIGTERM);
    assert!(server.wait().success());
    assert!(events.all(|event| event["event"] != "cancelled"), "a page that follows is to notice that the server is gone");
    let server = Server::start(data.path());
    let run = server.run(&id);
    assert_eq!((&run["state"], &run["trials"][0]["status"]), (&json!("cancelled"), &json!("ok")), "{run}");
    assert_eq!(server.run(&waiting)["state"], "cancelled", "the last line of one that waited is there too");
}

#[test]
fn a_run_that_is_finished_is_stored() {
    let data = folder();
    let mut server = Server::start(data.path());
    let id = server.submit(SHORT);
    assert_eq!(server.events(&id, 0).last().unwrap()["event"], "finished");
    server.signal(libc::SIGKILL);
    server.wait();
    assert_eq!(Server::start(data.path()).run(&id)["state"], "finished");
}

#[test]
fn how_long_a_run_has_to_wait_is_told_when_it_is_known() {
    let data = folder();
    let server = Server::start(data.path());
    let first = server.submit(SHORT_THEN_LONG);
    let second = server.submit(SHORT);
    let mut waits = server.events(&second, 0).filter(|event| event["event"] == "queued");
    assert_eq!(waits.next().unwrap()["expected_wait_ms"], json!(null), "nothing was run yet");
    let known = waits.next().unwrap();
    assert_eq!(known["position"], 1, "{known}");
    // Sixty trials of a second or more each.
    assert!(known["expected_wait_ms"].as_u64().is_some_and(|wait| (30_000..600_000).contains(&wait)), "{known}");
    server.send("DELETE", &format!("/api/runs/{first}"), &[], "");
    assert_eq!(server.until_over(&second)["state"], "finished");
}

#[test]
fn whatever_can_be_got_can_be_asked_for_its_head() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(WAITING);
    let run = format!("/api/runs/{id}");
    for path in ["/", "/api/catalog", "/api/machine", "/api/health", "/api/sources/wait", &run, &format!("{run}/events")] {
        let answer = server.send("HEAD", path, &[], "");
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    }
}

#[test]
fn the_page_is_sent_once_while_it_is_the_same() {
    let data = folder();
    let server = Server::start(data.path());
    let first = server.get("/");
    let tag = first.header("etag");
    if tag.is_empty() {
        assert!(first.text.contains("cargo xtask serve"), "a server without a page says how to have one");
        return;
    }
    assert_eq!(server.get_with("/", &[("If-None-Match", tag)]).status, 304);
    assert_eq!(server.get_with("/", &[("If-None-Match", "W/\"another\"")]).status, 200);
    assert_eq!(server.get_with("/", &[("Accept-Encoding", "br")]).header("content-encoding"), "br");
    assert_eq!(server.get_with("/", &[("Accept-Encoding", "gzip, br;q=0")]).header("content-encoding"), "");
}

#[test]
fn what_a_first_visit_asks_for_is_compressed_for_who_takes_that() {
    let data = folder();
    let server = Server::start(data.path());
    for large in ["/api/catalog", "/api/sample"] {
        assert_eq!(server.get_with(large, &[("Accept-Encoding", "br")]).header("content-encoding"), "br", "{large}");
        assert_eq!(server.get(large).header("content-encoding"), "", "{large}");
    }
}

#[test]
fn only_this_machine_s_own_names_and_pages_get_in() {
    let data = folder();
    let server = Server::start(data.path());
    // Header, value; status of a DELETE of what is not there.
    for (header, value, status) in [
        ("Host", "localhost:1", 404),
        ("Host", "127.0.0.2:8081", 404),
        ("Host", "evil.example", 403),
        ("Host", "127.0.0.1:8081@evil.example", 403),
        ("Origin", "http://localhost:8080", 404),
        ("Origin", "http://localhost.evil.example", 403),
        ("Origin", "null", 403),
    ] {
        assert_eq!(server.send("DELETE", "/api/runs/none", &[(header, value)], "").status, status, "{header}: {value}");
    }
}

#[test]
fn a_result_that_cannot_be_written_is_no_success() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = interleave().arg("catalog").stdout(full).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.contains("standard output")), (Some(1), true), "{said}");
}

#[test]
fn a_run_goes_on_when_nobody_follows_it() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(SHORT_THEN_LONG);
    let mut events = server.events(&id, 0);
    events.until("trial_finished");
    drop(events);
    let done = server.run(&id)["trials"].as_array().unwrap().len();
    server.events(&id, 0).filter(|event| event["event"] == "trial_finished").nth(done).expect("one more trial ends");
    assert_eq!(server.run(&id)["state"], "running");
}

#[test]
fn a_run_that_waits_for_another_server_of_this_machine_says_so() {
    let (one, other) = (folder(), folder());
    let lock = one.path().join("lock");
    let (first, second) = (Server::start_with(one.path(), &lock), Server::start_with(other.path(), &lock));
    let measuring = first.submit(WAITING);
    first.events(&measuring, 0).until("trial_phase");
    let waits = second.submit(SHORT);
    let told = second.events(&waits, 0).until("waiting_for_machine");
    assert_eq!((&told["order"], &second.run(&waits)["waits_for_machine"]), (&json!(0), &json!(true)));
    // One that waits can be cancelled.
    let cancelled = second.submit(WAITING);
    assert_eq!(second.cancel(&cancelled).status, 200);
    assert_eq!(first.cancel(&measuring).status, 200);
    let run = second.until_over(&waits);
    assert_eq!((&run["state"], &run["waits_for_machine"]), (&json!("finished"), &json!(false)));
    assert_eq!(second.events(&waits, 0).filter(|event| event["event"] == "waiting_for_machine").count(), 1);
}
