//! Results that are kept: their links, their forms, and who may do what, against the real server.

mod support;

use std::collections::BTreeMap;
use std::io::Read;
use std::net::UdpSocket;

use serde_json::{Value, json};
use support::{Answer, SHORT, Server, WAITING, folder, keep, with_a_run};

fn send_bytes(server: &Server, path: &str, kind: &str, bytes: &[u8]) -> Answer {
    server.send_bytes("POST", path, &[("Content-Type", kind)], bytes)
}

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    brotli::Decompressor::new(&answer.bytes[..], 4096).read_to_string(&mut text).unwrap();
    text
}

/// What a crawler reads of a page: the content of each meta element by its name or property, and the links to other forms.
fn head_of(html: &str) -> (BTreeMap<String, String>, Vec<(String, String)>) {
    let (mut metas, mut alternates) = (BTreeMap::new(), Vec::new());
    let attribute = |element: &str, name: &str| {
        let (_, rest) = element.split_once(&format!(" {name}=\""))?;
        Some(rest.split('"').next()?.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\""))
    };
    for element in html.split('<').filter_map(|part| part.split('>').next()) {
        if element.starts_with("meta ") {
            let name = attribute(element, "property").or_else(|| attribute(element, "name"));
            metas.extend(name.zip(attribute(element, "content")));
        }
        if element.starts_with("link ") && attribute(element, "rel").as_deref() == Some("alternate") {
            alternates.extend(attribute(element, "type").zip(attribute(element, "href")));
        }
    }
    (metas, alternates)
}

#[test]
fn a_result_is_kept_once_and_the_same_result_has_the_same_link() {
    let (data, server, run) = with_a_run();
    let kept = keep(&server, &run);
    let (id, token) = kept.clone();
    assert_eq!(token.as_ref().map(String::len), Some(32));
    assert_eq!(keep(&server, &run), (id.clone(), None), "the token is told once");
    // What it is kept as says the same, wherever it comes from.
    let capsule = server.get(&format!("/r/{id}.interleave"));
    let again = send_bytes(&server, "/api/results", "application/vnd.interleave.capsule", &capsule.bytes);
    assert_eq!((again.status, again.json()), (201, json!({"id": id})), "{}", again.text);
    let other = folder();
    let other = Server::start(other.path());
    let elsewhere = send_bytes(&other, "/api/results", "application/octet-stream", &capsule.bytes);
    assert_eq!((elsewhere.status, &elsewhere.json()["id"]), (201, &json!(id)), "{}", elsewhere.text);
    // A report does not say when each trial began: it is another result, of the same figures, and one however often it comes.
    let report = server.get(&format!("/r/{id}.json"));
    let upload =
        || send_bytes(&other, "/api/results", "application/json", &report.bytes).json()["id"].as_str().unwrap().to_owned();
    let of_report = upload();
    assert_eq!(upload(), of_report);
    for id in [&id, &of_report] {
        assert_eq!(other.get(&format!("/r/{id}.csv")).text, server.get(&format!("/r/{}.csv", kept.0)).text, "{id}");
    }
    drop(server);
    let server = Server::start(data.path());
    assert_eq!(server.get(&format!("/r/{id}.interleave")).bytes, capsule.bytes, "it outlives its server");
}

#[test]
fn who_has_the_token_deletes_a_result_and_nobody_else() {
    let (_data, server, run) = with_a_run();
    let (id, token) = keep(&server, &run);
    let path = format!("/r/{id}");
    assert_eq!(server.get(&path).status, 200);
    let delete = |path: &str, token: &str| {
        let authorization = format!("Bearer {token}");
        server.send("DELETE", path, &[("Authorization", &authorization)], "")
    };
    let without = server.send("DELETE", &path, &[], "");
    assert_eq!((without.status, without.header("www-authenticate")), (401, "Bearer"), "{}", without.text);
    assert_eq!(delete(&path, "0123456789abcdef0123456789abcdef").status, 403);
    assert_eq!(server.get(&path).status, 200, "it is there still");
    assert_eq!(delete("/r/abcdefghijkmnpqr", token.as_ref().unwrap()).status, 404);
    assert_eq!(delete(&path, token.as_ref().unwrap()).status, 204);
    for ending in ["", ".json", ".png"] {
        assert_eq!(server.get(&format!("{path}{ending}")).status, 404, "{ending}: what was sent a moment ago is gone too");
    }
    assert_eq!(delete(&path, token.as_ref().unwrap()).status, 404);
    assert!(keep(&server, &run).1.is_some_and(|new| Some(new) != token), "it can be kept anew, with another token");
}

#[test]
fn every_form_of_a_result_is_there_with_its_type() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    // Form, media type, what it begins with, what is in it.
    for (ending, kind, begins, has) in [
        ("", "text/html; charset=utf-8", "<!", "og:description"),
        (".json", "application/json", "{", "\"noise_floor\""),
        (".csv", "text/csv; charset=utf-8", "order,model,label", "tokio-again"),
        (".md", "text/markdown; charset=utf-8", "", "| "),
        (".svg", "image/svg+xml", "<svg", "Interleave"),
        (".png", "image/png", "\u{fffd}PNG", ""),
        (".html", "text/html; charset=utf-8", "<!", "id=\"report\""),
        (".interleave", "application/vnd.interleave.capsule", "", ""),
    ] {
        let answer = server.get(&format!("/r/{id}{ending}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{ending}: {}", answer.text);
        let begin: String = answer.text.chars().take(120).collect();
        assert!(begin.to_lowercase().starts_with(&begins.to_lowercase()) && answer.text.contains(has), "{ending}: {begin}");
        assert_eq!(answer.header("x-robots-tag"), "noindex", "{ending}");
        let head = server.send("HEAD", &format!("/r/{id}{ending}"), &[], "");
        assert_eq!((head.status, head.text.as_str(), head.header("content-type")), (200, "", kind), "{ending}");
    }
    let report = server.get(&format!("/r/{id}.json")).json();
    assert_eq!((&report["id"], report["trials"].as_array().unwrap().len()), (&json!(run), 12));
    let csv = server.get(&format!("/r/{id}.csv")).text;
    assert_eq!(csv.lines().count(), 13, "a line of names, and one for each trial");
    assert!(server.get(&format!("/r/{id}.md")).text.contains(&format!("{}/r/{id}", server.address)));
    let (light, dark) = (server.get(&format!("/r/{id}.svg")), server.get(&format!("/r/{id}.svg?theme=dark")));
    assert!(light.text.contains("#ffffff") && !dark.text.contains("#ffffff") && dark.text.contains("#181b20"));
    assert_ne!(server.get(&format!("/r/{id}.png?theme=dark")).bytes, server.get(&format!("/r/{id}.png")).bytes);
    for (ending, words) in [(".trace.json", "lanes"), (".exe", "accepted: an id, or one with .json, .csv")] {
        let answer = server.get(&format!("/r/{id}{ending}"));
        assert_eq!((answer.status, answer.text.contains(words)), (404, true), "{ending}: {}", answer.text);
    }
    for path in ["/r/abcdefghijkmnpqr", "/r/nothing", "/embed/r/abcdefghijkmnpqr"] {
        let answer = server.get(path);
        let said = answer.text.contains("This result is not here");
        assert_eq!((answer.status, said, answer.header("x-robots-tag")), (404, true, "noindex"), "{path}");
    }
}

#[test]
fn the_lanes_of_a_run_that_was_traced_here_are_a_form_of_its_result() {
    let data = folder();
    let server = Server::start(data.path());
    let experiment =
        r#"{"workload":"spawn","models":["tokio"],"params":{"units":20},"repetitions":1,"measure":"work","lanes":"on"}"#;
    let run = server.submit(experiment);
    server.until_over(&run);
    let (id, token) = keep(&server, &run);
    let of_run = server.get(&format!("/api/runs/{run}/lanes"));
    // They are the result's own: the run's file is not needed any more.
    std::fs::remove_file(data.path().join(format!("{run}.lanes"))).unwrap();
    let answer = server.get(&format!("/r/{id}.trace.json"));
    assert_eq!((answer.status, answer.json()["traceEvents"].is_array()), (200, true));
    let lanes = server.get(&format!("/r/{id}.lanes"));
    assert_eq!((lanes.status, lanes.header("content-type")), (200, "application/vnd.interleave.lanes"));
    assert!(lanes.bytes == of_run.bytes && lanes.header("cache-control").contains("immutable"));
    let heads = server.get(&format!("/r/{id}.lanes?from=0&to=-1"));
    assert!(heads.status == 200 && heads.bytes.len() < lanes.bytes.len() && heads.header("x-robots-tag") == "noindex");
    assert_eq!(server.get(&format!("/r/{id}.lanes?to=noon")).status, 400);
    let (_, alternates) = head_of(&server.get(&format!("/r/{id}")).text);
    for form in [".trace.json", ".lanes"] {
        assert!(alternates.iter().any(|(_, href)| href.ends_with(form)), "{alternates:?}");
    }

    // As a file, with them if they are asked for, which another server keeps as it is.
    let alone = server.get(&format!("/r/{id}.interleave"));
    let file = server.get(&format!("/r/{id}.interleave?lanes=on"));
    assert_eq!(file.bytes, capsule::with_lanes(&alone.bytes, Some(&lanes.bytes)));
    let own = folder();
    let other = Server::start(own.path());
    let kept = send_bytes(&other, "/api/results", "application/vnd.interleave.capsule", &file.bytes);
    assert_eq!((kept.status, kept.json()["id"].as_str()), (201, Some(id.as_str())));
    assert_eq!(other.get(&format!("/r/{id}.lanes")).bytes, lanes.bytes);

    let token = format!("Bearer {}", token.unwrap());
    assert_eq!(server.send("DELETE", &format!("/r/{id}"), &[("Authorization", &token)], "").status, 204);
    assert_eq!(server.get(&format!("/r/{id}.lanes")).status, 404);
}

#[test]
fn what_a_crawler_gets_of_a_link_is_its_verdict_and_a_picture_of_it() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    let page = server.get(&format!("/r/{id}"));
    let (metas, alternates) = head_of(&page.text);
    let meta = |name: &str| metas.get(name).map(String::as_str).unwrap_or_default();
    let sentence = server.get(&format!("/r/{id}.json")).json()["sentence"].as_str().unwrap().lines().next().unwrap().to_owned();
    assert_eq!(meta("og:description"), sentence);
    assert_eq!(meta("description"), sentence);
    assert!(meta("og:title").contains("native threads, Tokio, Actix"), "{metas:?}");
    assert!(page.text.contains(&format!("<title>{} · Interleave</title>", meta("og:title"))));
    assert_eq!(page.text.matches("<title>").count(), 1);
    assert_eq!(meta("og:url"), format!("{}/r/{id}", server.address));
    assert_eq!((meta("twitter:card"), meta("robots")), ("summary_large_image", "noindex"));
    let picture = meta("og:image").strip_prefix(&server.address).expect("an absolute address of this server");
    let picture = server.get(picture);
    let number = |at: usize| u32::from_be_bytes(picture.bytes[at..at + 4].try_into().unwrap());
    assert_eq!((picture.header("content-type"), &picture.bytes[1..4]), ("image/png", b"PNG".as_slice()));
    assert_eq!((number(16), number(20), meta("og:image:width"), meta("og:image:height")), (1200, 630, "1200", "630"));
    assert!(alternates.len() >= 8, "{alternates:?}");
    for (kind, href) in &alternates {
        let answer = server.get(href.strip_prefix(&server.address).unwrap());
        assert_eq!(answer.status, 200, "{href}: {}", answer.text);
        if kind != "application/json+oembed" {
            assert_eq!(answer.header("content-type"), kind, "{href}");
        }
    }
}

#[test]
fn no_form_of_a_result_names_this_machine_its_users_its_paths_or_its_addresses() {
    let data = folder();
    let server = Server::start(data.path());
    // One of its models says why it was refused.
    let experiment =
        r#"{"workload":"wait","models":["threads","tokio"],"params":{"units":100000,"rounds":1,"wait_ms":1},"repetitions":1}"#;
    let run = server.submit(experiment);
    server.until_over(&run);
    let (id, _) = keep(&server, &run);
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let mut names = vec![
        read("/proc/sys/kernel/hostname"),
        read("/etc/machine-id"),
        read("/proc/sys/kernel/random/boot_id"),
        std::env::var("USER").unwrap_or_default(),
        std::env::var("HOME").unwrap_or_default(),
        data.path().display().to_string(),
        env!("CARGO_MANIFEST_DIR").to_owned(),
        std::env::temp_dir().display().to_string() + "/",
    ];
    // No packet is sent: the kernel says from which address it would be.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    if socket.connect("192.0.2.1:9").is_ok() {
        names.push(socket.local_addr().unwrap().ip().to_string());
    }
    names.retain(|name| name.len() > 2 && !["localhost", "root", "user", "linux", "127.0.0.1", "/root"].contains(&name.as_str()));
    assert!(!names.is_empty());
    let capsule = server.get(&format!("/r/{id}.interleave"));
    let opened = capsule::open(&capsule.bytes).unwrap();
    let twins =
        ["", ".json", ".csv", ".md", ".svg", ".html"].map(|ending| (ending, server.get(&format!("/r/{id}{ending}")).text));
    let others = [
        ("embed", server.get(&format!("/embed/r/{id}")).text),
        ("list", server.get("/r").text),
        ("capsule", format!("{opened:?}")),
    ];
    for (form, text) in twins.into_iter().chain(others) {
        assert!(!text.is_empty());
        for name in &names {
            assert!(!text.contains(name.as_str()), "{name} is in {form}");
        }
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again_and_what_is_sent_is_compressed() {
    let (_data, server, run) = with_a_run();
    let (id, _) = keep(&server, &run);
    for ending in ["", ".json", ".csv", ".md", ".svg", ".png", ".html", ".interleave"] {
        let path = format!("/r/{id}{ending}");
        let plain = server.get(&path);
        let tag = plain.header("etag");
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        let same = server.get_with(&path, &[("If-None-Match", tag)]);
        assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", tag), "{path}");
        assert_eq!(server.get_with(&path, &[("If-None-Match", "\"another\"")]).status, 200, "{path}");
        let control = plain.header("cache-control");
        // The page names modules of this build.
        let expected = if ending.is_empty() { "no-cache" } else { "public, max-age=86400, immutable" };
        assert_eq!(control, expected, "{path}");
        if ![".png", ".interleave"].contains(&ending) {
            let small = server.get_with(&path, &[("Accept-Encoding", "gzip, br")]);
            assert_eq!((small.header("content-encoding"), small.header("vary")), ("br", "Accept-Encoding"), "{path}");
            assert!(unpacked(&small) == plain.text && small.bytes.len() < plain.bytes.len(), "{path}");
            assert_eq!(server.get_with(&path, &[("Accept-Encoding", "br;q=0")]).header("content-encoding"), "", "{path}");
        }
    }
}

#[test]
fn what_is_no_result_is_refused_with_the_reason() {
    let (_data, server, run) = with_a_run();
    let report = server.get(&format!("/api/runs/{run}")).json()["report"].to_string();
    let (id, _) = keep(&server, &run);
    let capsule = server.get(&format!("/r/{id}.interleave")).bytes;
    let waiting = server.submit(WAITING);
    let later: Vec<u8> = [&[250], &capsule[1..]].concat();
    let cut = &capsule[..capsule.len() / 2];
    let hostile = report.replace("\"Native threads\"", "\"<script>alert(1)</script>\"");
    let long = report.replace("\"Native threads\"", &format!("\"{}\"", "x".repeat(100_000)));
    let many = vec![b' '; 9 << 20];
    let deep = "[".repeat(100_000);
    let still = json!({"run": waiting}).to_string();
    // Type, body; status, words.
    let cases: [(&str, &[u8], u16, &str); 13] = [
        ("application/json", long.as_bytes(), 422, "models: it has 100000 letters; accepted: at most 200"),
        ("text/plain", b"{}", 415, "application/octet-stream"),
        ("application/json", b"", 422, "accepted: a report in JSON, or a capsule"),
        ("application/json", b"{\"run\":\"nosuchrun0\"}", 404, "nosuchrun0"),
        ("application/json", b"{\"run\":\"nosuchrun0\",\"public\":true}", 422, "publish"),
        ("application/json", still.as_bytes(), 409, "not over"),
        ("application/json", b"{\"version\":2}", 422, "accepted"),
        ("application/json", deep.as_bytes(), 422, "accepted"),
        ("application/octet-stream", &later, 422, "accepted"),
        ("application/octet-stream", cut, 422, "accepted"),
        ("application/octet-stream", b"\x01\xff\xff\xff\xff", 422, "accepted"),
        ("application/octet-stream", &many, 413, "8388608"),
        ("application/octet-stream", &[0; 100], 422, "accepted"),
    ];
    for (kind, body, status, words) in cases {
        let answer = send_bytes(&server, "/api/results", kind, body);
        let name = format!("{kind} {}: {}", String::from_utf8_lossy(&body[..body.len().min(40)]), answer.text);
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{name}");
        assert!(answer.text.contains(words), "{name}");
    }
    // Names that are markup are text, wherever they come out.
    let answer = send_bytes(&server, "/api/results", "application/json", hostile.as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    for path in [format!("/r/{id}"), format!("/r/{id}.html"), format!("/r/{id}.svg"), format!("/embed/r/{id}"), "/r".to_owned()] {
        let text = server.get(&path).text;
        assert!(!text.contains("<script>alert"), "{path}");
    }
    server.cancel(&waiting);
}

#[test]
fn results_are_listed_newest_first_in_pages_and_sought() {
    let (_data, server, run) = with_a_run();
    let report = server.get(&format!("/api/runs/{run}")).json()["report"].clone();
    let upload = |name: &str| {
        let mut report = report.clone();
        report["id"] = name.into();
        let answer = send_bytes(&server, "/api/results", "application/json", report.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    assert!(server.get("/r").text.contains("Nothing is kept here yet"));
    let ids: Vec<String> = (0..35).map(|number| upload(&format!("run{number}"))).collect();
    let newest_first: Vec<&String> = ids.iter().rev().collect();
    let first = server.get("/api/results").json();
    let next = first["next"].as_str().unwrap();
    let second = server.get(&format!("/api/results?cursor={next}")).json();
    let of = |page: &Value| {
        page["results"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let both = [of(&first), of(&second)].concat();
    assert_eq!((both.iter().collect::<Vec<_>>(), &second["next"]), (newest_first, &json!(null)));
    // The page has the same, and leads on.
    let page = server.get("/r").text;
    let older = page.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    assert!(page.contains(&format!("/r/{}", ids[34])) && !page.contains(&format!("/r/{}", ids[0])));
    assert!(server.get(&older.replace("&amp;", "&")).text.contains(&format!("/r/{}", ids[0])));
    // Sought.
    let machine = first["results"][0]["machine"].as_str().unwrap().replace(' ', "+").replace('(', "%28").replace(')', "%29");
    for (query, some) in [
        ("workload=spawn".to_owned(), true),
        ("workload=tcp-echo".to_owned(), false),
        ("model=actix&workload=".to_owned(), true),
        ("model=smol".to_owned(), false),
        (format!("machine={machine}"), true),
        ("machine=nobody%27s".to_owned(), false),
    ] {
        let found = server.get(&format!("/api/results?{query}")).json();
        assert_eq!(!of(&found).is_empty(), some, "{query}");
        assert_eq!(server.get(&format!("/r?{query}")).text.contains("Nothing like this"), !some, "{query}");
    }
    assert_eq!(server.get("/api/results?cursor=nothing").status, 400);
    // A form, and nothing that runs.
    assert!(page.contains("<form") && !page.contains("<script"));
}

#[test]
fn on_a_public_server_only_what_is_published_is_listed_and_found() {
    let data = folder();
    let server = Server::start_as(
        data.path(),
        &data.path().join("lock"),
        &["--public-url", "https://interleave.example", "--expire", "30"],
    );
    assert_eq!(server.get("/api/links").json(), json!({"base": "https://interleave.example", "reach": "public"}));
    let run = server.submit(SHORT);
    server.until_over(&run);
    let (hidden, _) = keep(&server, &run);
    let other = server.submit(SHORT);
    server.until_over(&other);
    let answer = server.post("/api/results", &json!({"run": other, "publish": true}).to_string());
    let shown = answer.json()["id"].as_str().unwrap().to_owned();
    let list = server.get("/api/results").json();
    let ids: Vec<&str> = list["results"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [shown.as_str()]);
    assert_eq!(list["results"][0]["link"], format!("https://interleave.example/r/{shown}"));
    let line = &list["results"][0];
    let kept_for = line["expires_ms"].as_u64().unwrap() - line["saved_ms"].as_u64().unwrap();
    assert_eq!(kept_for, 30 * 24 * 60 * 60 * 1000);
    let (hidden_page, shown_page) = (server.get(&format!("/r/{hidden}")), server.get(&format!("/r/{shown}")));
    assert_eq!((hidden_page.header("x-robots-tag"), shown_page.header("x-robots-tag")), ("noindex", ""));
    let (metas, _) = head_of(&shown_page.text);
    assert_eq!(
        (metas.get("robots"), metas["og:image"].as_str()),
        (None, format!("https://interleave.example/r/{shown}.png").as_str())
    );
    // Its own name gets in, as Host and as Origin, and no other.
    let headers = |host: &'static str, origin: &'static str| [("Host", host), ("Origin", origin)];
    for (host, origin, status) in [
        ("interleave.example", "https://interleave.example", 404),
        ("127.0.0.1:1", "https://interleave.example", 404),
        ("interleave.example", "https://evil.example", 403),
        ("evil.example", "https://interleave.example", 403),
    ] {
        assert_eq!(server.send("DELETE", "/api/runs/none", &headers(host, origin), "").status, status, "{host} {origin}");
    }
}

#[test]
fn a_server_of_this_machine_alone_says_so_and_a_result_whose_time_is_over_is_gone() {
    let data = folder();
    let server = Server::start_as(data.path(), &data.path().join("lock"), &["--expire", "0"]);
    assert_eq!(server.get("/api/links").json(), json!({"base": server.address, "reach": "loopback"}));
    let run = server.submit(SHORT);
    server.until_over(&run);
    let (id, _) = keep(&server, &run);
    for path in [format!("/r/{id}"), format!("/r/{id}.json"), format!("/embed/r/{id}")] {
        assert_eq!(server.get(&path).status, 404, "{path}");
    }
    assert_eq!(server.get("/api/results").json()["results"], json!([]));
}
