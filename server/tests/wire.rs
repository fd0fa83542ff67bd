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

#[test]
fn an_origin_that_is_no_text_or_stands_second_is_foreign() {
    let data = folder();
    let server = Server::start(data.path());
    let asked = |origins: &[u8]| {
        let mut request = b"DELETE /api/runs/none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".to_vec();
        request.extend_from_slice(origins);
        request.extend_from_slice(b"\r\n");
        server.raw(&request)[..12].to_owned()
    };
    assert_eq!(asked(b"Origin: http://localhost\r\nOrigin: http://127.0.0.1:8080\r\n"), "HTTP/1.1 404");
    assert_eq!(asked(b"Origin: \xff\xfe\r\n"), "HTTP/1.1 403");
    assert_eq!(asked(b"Origin: http://localhost\r\nOrigin: http://evil.example\r\n"), "HTTP/1.1 403");
    assert_eq!(asked(b"Host: evil.example\r\n"), "HTTP/1.1 400", "two names are no HTTP");
}

#[test]
fn what_is_no_http_is_answered_by_its_status_and_closed() {
    let data = folder();
    let server = Server::start(data.path());
    assert!(server.raw(b"nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "Long: x\r\n".repeat(1_000));
    assert!(server.raw(long.as_bytes()).starts_with("HTTP/1.1 431 "));
}
