//! The compact form is the JSON one in other bytes, against the real server.

mod support;

use protocol::catalog::Source;
use protocol::compact::{self, Frames};
use protocol::drawing::Recorded;
use protocol::problem::ProblemDocument;
use protocol::{Catalog, Here, RunEvent};
use serde::de::DeserializeOwned;
use support::{Answer, SHORT, Server, WAITING, folder};

const COMPACT: [(&str, &str); 1] = [("Accept", compact::MEDIA_TYPE)];

/// What was answered, if it is in the compact form and says so.
fn read<T: DeserializeOwned>(answer: &Answer) -> T {
    let form = compact::is_of_these_types(answer.header("content-type"));
    assert_eq!(form, Some(true), "{}: {}", answer.header("content-type"), answer.text);
    compact::read(&answer.bytes).unwrap()
}

/// The two forms of an answer: they are the same value.
fn assert_same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(server: &Server, path: &str, status: u16) {
    let (plain, compact) = (server.get(path), server.get_with(path, &COMPACT));
    assert_eq!((plain.status, compact.status), (status, status), "{path}");
    assert_eq!((plain.header("vary"), compact.header("vary")), ("Accept", "Accept"), "{path}");
    assert_eq!(serde_json::from_str::<T>(&plain.text).unwrap(), read::<T>(&compact), "{path}");
}

#[test]
fn every_answer_to_the_page_is_the_same_in_both_forms() {
    let data = folder();
    let server = Server::start(data.path());
    assert_same::<Catalog>(&server, "/api/catalog", 200);
    assert_same::<Here>(&server, "/api/machine", 200);
    // The page's form of the sample has what it looks like beside it.
    let (plain, compact) = (server.get("/api/sample"), read::<Recorded>(&server.get_with("/api/sample", &COMPACT)));
    let log = read::<Vec<u8>>(&server.get_with("/api/sample/log", &COMPACT));
    let events: Vec<RunEvent> = serde_json::from_str(&plain.text).unwrap();
    let frames: Vec<u8> = events.iter().flat_map(|event| protocol::compact::write_framed(event).unwrap()).collect();
    assert_eq!((plain.header("vary"), log == frames), ("Accept", true));
    assert!(compact.log.len() * 2 < log.len(), "{} of {} bytes come first", compact.log.len(), log.len());
    assert_same::<Vec<Source>>(&server, "/api/sources/tcp-echo", 200);
    for path in ["/api/sources/nothing", "/api/nothing", "/api/runs/nosuchrun0", "/api/runs/nosuchrun0/events"] {
        assert_same::<ProblemDocument>(&server, path, 404);
    }
    std::fs::write(data.path().join("abcdefghij.json"), "nonsense").unwrap();
    assert_same::<ProblemDocument>(&server, "/api/runs/abcdefghij/events", 422);
}

#[test]
fn a_compact_problem_has_its_fields_and_its_headers() {
    let data = folder();
    let server = Server::start(data.path());
    let headers = [("Content-Type", "application/json"), COMPACT[0]];
    let ask = |body: &str| server.send("POST", "/api/runs", &headers, body);
    let wrong = ask(r#"{"workload":"wait","models":["go"]}"#);
    let document: ProblemDocument = read(&wrong);
    assert_eq!((wrong.status, document.status, document.errors[0].field.as_str()), (422, 422, "models"));
    let method = server.send("PUT", "/api/runs", &COMPACT, "");
    let document: ProblemDocument = read(&method);
    assert_eq!((method.status, document.status, method.header("allow")), (405, 405, "POST"));
    server.submit(WAITING);
    let full = (0..100).map(|_| ask(SHORT)).find(|answer| answer.status != 201).expect("a queue has an end");
    assert_eq!((full.status, read::<ProblemDocument>(&full).kind.as_str()), (429, "/problems/queue-full"));
    assert!(full.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
}

#[test]
fn a_run_in_frames_is_the_run_in_server_sent_events() {
    let data = folder();
    let server = Server::start(data.path());
    let submitted = server.send("POST", "/api/runs", &[("Content-Type", "application/json"), COMPACT[0]], SHORT);
    let id: String = read(&submitted);
    assert_eq!(submitted.header("location"), format!("/api/runs/{id}"));
    // Until it is over: while it runs, then again, then after the server was started again.
    let in_frames = |server: &Server, after: usize| -> Vec<RunEvent> {
        let answer = server.get_with(&format!("/api/runs/{id}/events?after={after}"), &COMPACT);
        assert_eq!(compact::is_of_these_types(answer.header("content-type")), Some(true));
        let mut frames = Frames::default();
        frames.push(&answer.bytes);
        std::iter::from_fn(|| frames.next_frame()).map(|frame| compact::read(&frame).unwrap()).collect()
    };
    let live = in_frames(&server, 0);
    let told: Vec<RunEvent> = server.events(&id, 0).map(|event| serde_json::from_value(event).unwrap()).collect();
    assert_eq!(live, told);
    assert_eq!(in_frames(&server, 7), told[7..]);
    server.kill();
    let server = Server::start(data.path());
    assert_eq!(in_frames(&server, 0), told);
    assert!(in_frames(&server, told.len()).is_empty());
}

#[test]
fn a_run_that_is_cancelled_by_the_page_is_named() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(WAITING);
    let cancelled = server.send("DELETE", &format!("/api/runs/{id}"), &COMPACT, "");
    assert_eq!((cancelled.status, read::<String>(&cancelled)), (200, id));
}
