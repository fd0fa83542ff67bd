//! What stands in a frame of another's page, and what an editor is told of a link, against the real server.

mod support;

use serde_json::json;
use support::{keep, with_a_run};

#[test]
fn what_stands_in_a_frame_is_small_and_may_be_framed_and_nothing_else_may() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    for path in [format!("/embed/r/{id}"), "/embed/tcp-echo?units=100&models=threads,tokio".to_owned(), "/embed/c".to_owned()] {
        let answer = server.get(&path);
        assert_eq!((answer.status, answer.header("x-frame-options")), (200, ""), "{path}: {}", answer.text);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors *") && policy.contains("default-src 'none'"), "{path}: {policy}");
        // All that is loaded before a click: it asks for nothing else.
        assert!(answer.bytes.len() < 60_000, "{path}: {} bytes", answer.bytes.len());
        assert!(!answer.text.contains(" src=") && !answer.text.contains("url("), "{path}");
        assert!(answer.text.contains("Open in Interleave"), "{path}");
    }
    let (plain, dark) = (server.get(&format!("/embed/r/{id}")), server.get(&format!("/embed/r/{id}?theme=dark")));
    assert!(
        plain.text.contains("content=\"light dark\"") && !plain.text.contains("data-theme=\"dark\">"),
        "the reader's system says"
    );
    assert!(dark.text.contains("<html lang=\"en\" data-theme=\"dark\">"));
    let experiment = server.get("/embed/tcp-echo?units=123&models=threads,tokio&theme=dark").text;
    assert!(
        experiment.contains("123") && experiment.contains("Native threads") && !experiment.contains("is not a parameter"),
        "{experiment}"
    );
    assert!(experiment.contains("href=\"/embed/page/tcp-echo?units=123&amp;models=threads,tokio\""), "{experiment}");
    for path in ["/".to_owned(), format!("/r/{id}"), format!("/r/{id}.html"), "/r".to_owned(), "/api/catalog".to_owned()] {
        assert_eq!(server.get(&path).header("x-frame-options"), "DENY", "{path}");
    }
    // The page in a frame finds its API below it.
    assert_eq!(server.get("/embed/page/api/health").json()["status"], "ok");
    assert_eq!(server.get(&format!("/embed/page/r/{id}.interleave")).bytes, server.get(&format!("/r/{id}.interleave")).bytes);
    let framed = server.get("/embed/page/tcp-echo?units=1");
    if !framed.header("content-security-policy").is_empty() {
        assert!(framed.text.contains("<base href=\"/embed/page/\""), "{}", framed.text);
        let policy = framed.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'self' http://localhost:*"),
            "a foreign page must not lay its buttons over Run: {policy}"
        );
    }
    assert_eq!(server.get("/embed/nothing").status, 404);
}

#[test]
fn an_editor_is_told_what_to_show_in_a_link_s_place() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    let ask = |query: &str| server.get(&format!("/api/oembed?{query}"));
    let base = server.address.replace(':', "%3A").replace('/', "%2F");
    let rich = ask(&format!("url={base}%2Fr%2F{id}&maxwidth=500")).json();
    assert_eq!((&rich["version"], &rich["type"], &rich["width"]), (&json!("1.0"), &json!("rich"), &json!(500)), "{rich}");
    assert!(rich["html"].as_str().unwrap().contains(&format!("src=\"{}/embed/r/{id}\"", server.address)), "{rich}");
    let experiment = ask(&format!("url={base}%2Ftcp-echo%3Funits%3D5%26models%3Dtokio")).json();
    assert!(experiment["html"].as_str().unwrap().contains("/embed/tcp-echo?units=5&amp;models=tokio"), "{experiment}");
    let capsule = ask(&format!("url={base}%2Fc%23AbC-_1")).json();
    assert!(capsule["html"].as_str().unwrap().contains("/embed/c#AbC-_1\""), "{capsule}");
    for (query, status) in [
        (format!("url={base}%2Fr%2F{id}&format=xml"), 501),
        (format!("url={base}%2Fr%2Fabcdefghijkmnpqr"), 404),
        (format!("url={base}%2Fno%2Fsuch"), 404),
        ("url=https%3A%2F%2Fevil.example%2Ftcp-echo".to_owned(), 404),
        (String::new(), 400),
    ] {
        assert_eq!(ask(&query).status, status, "{query}");
    }
}
