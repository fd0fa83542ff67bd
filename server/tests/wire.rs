//! Requests as no well-behaved client sends them, against the real server.

mod support;

use support::{SHORT, Server, folder};

/// The head of a submission, with this besides.
fn submission(head: &str) -> String {
    format!("POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}\r\n\r\n")
}

#[test]
fn a_body_that_says_it_is_too_large_is_refused_before_it_is_sent() {
    let data = folder();
    let server = Server::start(data.path());
    let answer = server.raw(submission("Content-Length: 10000000000").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("/problems/too-large"), "{answer}");
}

#[test]
fn a_compressed_body_is_refused_and_a_plain_one_may_say_that_it_is() {
    let data = folder();
    let server = Server::start(data.path());
    let answer = |encoding: &str| {
        let headers = [("Content-Type", "application/json"), ("Content-Encoding", encoding)];
        server.send("POST", "/api/runs", &headers, SHORT)
    };
    let refused = answer("gzip");
    assert_eq!((refused.status, refused.header("accept-encoding")), (415, "identity"), "{}", refused.text);
    assert!(refused.text.contains("Content-Encoding: gzip"), "{}", refused.text);
    assert_eq!(answer("identity").status, 201);
}
