//! What lies ready is sent before the application is asked: it is the same answer, and no other's.

mod support;

use support::{Answer, Server, keep, with_a_run};

/// All of an answer but the time at which it was sent.
fn parts(answer: &Answer) -> (u16, Vec<&(String, String)>, &[u8]) {
    let mut headers: Vec<_> = answer.headers.iter().filter(|(name, _)| name != "date").collect();
    headers.sort();
    (answer.status, headers, &answer.bytes)
}

#[test]
fn what_lies_ready_is_the_answer_that_was_made() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    let brotli: &[(&str, &str)] = &[("Accept-Encoding", "br")];
    for ending in ["", ".json", ".csv", ".md", ".svg", ".svg?theme=dark", ".html", ".interleave"] {
        let path = format!("/r/{id}{ending}");
        let made = server.get_with(&path, brotli);
        let ready = server.get_with(&path, brotli);
        assert_eq!(parts(&made), parts(&ready), "{path}");
        let tag = made.header("etag").to_owned();
        let unchanged = server.get_with(&path, &[("If-None-Match", &tag)]);
        assert_eq!((unchanged.status, unchanged.header("etag"), unchanged.bytes.len()), (304, tag.as_str(), 0), "{path}");
        for answer in [&made, &unchanged] {
            assert_eq!((answer.header("x-content-type-options"), answer.header("x-frame-options")), ("nosniff", "DENY"));
            assert_eq!((answer.header("referrer-policy"), answer.header("x-robots-tag")), ("no-referrer", "noindex"), "{path}");
        }
        assert_eq!(made.header("content-encoding") == "br", ending != ".interleave", "{path}");
        assert_eq!(server.get_with(&path, &[("Accept-Encoding", "identity")]).header("content-encoding"), "", "{path}");
    }
}

#[test]
fn what_lies_ready_is_sent_to_nobody_who_may_not_ask() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    let path = format!("/r/{id}.json");
    let status = |server: &Server, headers: &[(&str, &str)]| server.get_with(&path, headers).status;
    // It is made, then sent as it lies, then asked for under names that the server has not heard yet.
    for (host, expected) in [
        ("localhost:1", 200),
        ("localhost:1", 200),
        ("evil.example", 403),
        ("127.0.0.2", 200),
        ("a@localhost", 403),
        ("localhost:1", 200),
    ] {
        assert_eq!(status(&server, &[("Host", host)]), expected, "{host}");
    }
    let target = format!("GET http://evil.example{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(server.raw(target.as_bytes()).starts_with("HTTP/1.1 403"), "its target is another's name");
    assert_eq!(server.send("PUT", &path, &[], "").status, 405);
}
