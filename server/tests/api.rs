//! The API, against the real server.

mod support;

use protocol::lanes::{BINS, Lanes, bundled};
use serde_json::{Value, json};
use support::{SHORT, SPINNING, Server, WAITING, folder, lives, until};

#[test]
fn a_run_goes_from_asking_to_a_report() {
    let data = folder();
    let server = Server::start(data.path());
    let run = server.until_over(&server.submit(SHORT));
    assert_eq!((&run["state"], run["trials"].as_array().unwrap().len()), (&json!("finished"), 12));
    let report = &run["report"];
    let trials = report["trials"].as_array().unwrap();
    assert!(trials.iter().all(|trial| trial["status"] == "ok"), "{report}");
    let summary = report["summary"].as_array().unwrap();
    let labels: Vec<&str> = summary.iter().map(|summary| summary["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["threads", "tokio", "tokio-again", "actix"]);
    // The median that is reported is the median of the trials that are reported.
    for summary in summary {
        let of = |trial: &&Value| trial["label"] == summary["label"];
        let mut figures: Vec<f64> = trials.iter().filter(of).filter_map(|trial| trial["ops_per_s"].as_f64()).collect();
        figures.sort_by(f64::total_cmp);
        assert_eq!(summary["ops_per_s"]["median"], json!(figures[1]), "{summary}");
    }
    let about = |name: &str, metric: &str| {
        report[name].as_array().unwrap().iter().filter(|one| one["metric"] == metric).cloned().collect::<Vec<Value>>()
    };
    assert_eq!(report["noise_floor"], about("controls", "ops_per_s")[0], "{report}");
    let pairs = about("comparisons", "ops_per_s");
    assert!(pairs.len() == 3 && pairs.iter().all(|pair| pair["verdict"] == "cannot_tell"), "{report}");
    assert!(pairs.iter().all(|pair| pair["repetitions"] == 3 && pair["coverage"] == 0.75), "{report}");
    assert_eq!((about("comparisons", "memory_bytes").len(), about("controls", "memory_bytes").len()), (3, 1), "{report}");
    let version = |name: &str| report["build"]["libraries"][name].as_str().unwrap_or_default().to_owned();
    assert!(!report["build"]["rustc"].as_str().unwrap().is_empty(), "{report}");
    assert!(version("tokio").starts_with("1.") && version("actix").starts_with("0.13"), "{report}");
}

#[test]
fn trials_are_run_in_the_order_of_the_plan() {
    let data = folder();
    let server = Server::start(data.path());
    let run = server.until_over(&server.submit(SHORT));
    for (planned, trial) in run["plan"].as_array().unwrap().iter().zip(run["trials"].as_array().unwrap()) {
        for field in ["order", "model", "label", "repetition"] {
            assert_eq!(planned[field], trial[field]);
        }
    }
}

#[test]
fn events_are_numbered_without_a_gap_and_taken_up_where_a_follower_left_off() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(SHORT);
    let numbers: Vec<u64> = server.events(&id, 0).map(|event| event["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let rest: Vec<u64> = server.events(&id, 7).map(|event| event["number"].as_u64().unwrap()).collect();
    assert_eq!(rest, numbers[7..]);
    let by_header = server.get_with(&format!("/api/runs/{id}/events"), &[("Last-Event-ID", "7")]);
    assert!(by_header.text.starts_with("id: 8\n"), "{}", by_header.text);
    assert_eq!(server.events(&id, numbers.len() as u64).count(), 0);
}

#[test]
fn a_refused_model_is_a_result_and_the_others_go_on() {
    let data = folder();
    let server = Server::start(data.path());
    let experiment =
        r#"{"workload":"wait","models":["threads","tokio"],"params":{"units":100000,"rounds":1,"wait_ms":1},"repetitions":1}"#;
    let run = server.until_over(&server.submit(experiment));
    for trial in run["trials"].as_array().unwrap() {
        if trial["model"] == "threads" {
            assert_eq!(trial["status"], "refused", "{trial}");
            let words = trial["error"].as_str().unwrap();
            assert!(words.contains("100,000 units") && words.contains("limit"), "{words}");
        } else {
            assert_eq!((&trial["status"], &trial["operations"]), (&json!("ok"), &json!(100_000)), "{trial}");
        }
    }
}

#[test]
fn cancelling_ends_a_spinning_run_and_its_child_is_gone_when_the_answer_comes() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(SPINNING);
    server.events(&id, 0).until("trial_phase");
    let child = server.child().expect("a trial runs");
    let answer = server.send("DELETE", &format!("/api/runs/{id}"), &[], "");
    assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("cancelled")));
    assert!(!lives(child) && server.child().is_none());
    let run = server.run(&id);
    assert_eq!(run["trials"][0]["status"], "cancelled");
    assert_eq!(server.events(&id, 0).last().unwrap()["event"], "cancelled");
    assert_eq!(server.send("DELETE", &format!("/api/runs/{id}"), &[], "").status, 409);
    // And the next one runs.
    assert_eq!(server.until_over(&server.submit(SHORT))["state"], "finished");
}

#[test]
fn a_second_run_waits_for_its_turn_and_knows_its_place() {
    let data = folder();
    let server = Server::start(data.path());
    let first = server.submit(WAITING);
    let (second, third) = (server.submit(SHORT), server.submit(SHORT));
    assert_eq!(server.run(&second)["position"], 1);
    assert_eq!((&server.run(&third)["position"], &server.run(&third)["state"]), (&json!(2), &json!("queued")));
    assert_eq!(server.get("/api/health").json(), json!({"status": "ok", "queued": 2, "running": 1}));
    assert_eq!(server.send("DELETE", &format!("/api/runs/{second}"), &[], "").json()["state"], "cancelled");
    assert_eq!(server.run(&third)["position"], 1, "it moved up");
    assert_eq!(server.run(&first)["state"], "running", "a queued run's end is not a running one's");
    server.send("DELETE", &format!("/api/runs/{first}"), &[], "");
    assert_eq!(server.until_over(&third)["state"], "finished");
}

#[test]
fn a_child_that_is_killed_from_outside_is_its_trial_s_status_and_the_run_goes_on() {
    let data = folder();
    let server = Server::start(data.path());
    let experiment = r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":20,"wait_ms":100},"repetitions":1}"#;
    let id = server.submit(experiment);
    server.events(&id, 0).until("trial_phase");
    support::kill(server.child().unwrap(), libc::SIGKILL);
    let run = server.until_over(&id);
    assert_eq!((&run["trials"][0]["status"], &run["trials"][1]["status"]), (&json!("killed"), &json!("ok")), "{run}");
    assert!(run["trials"][0]["error"].as_str().unwrap().contains("signal 9"), "{run}");
}

#[test]
fn when_the_server_is_killed_no_child_is_left() {
    let data = folder();
    let mut server = Server::start(data.path());
    let id = server.submit(SPINNING);
    server.events(&id, 0).until("trial_phase");
    let child = server.child().unwrap();
    server.signal(libc::SIGKILL);
    server.wait();
    until("the child is gone", || !lives(child));
}

#[test]
fn a_stop_is_not_kept_waiting_by_whoever_follows_a_run() {
    let data = folder();
    let mut server = Server::start(data.path());
    let id = server.submit(WAITING);
    let mut events = server.events(&id, 0);
    events.until("trial_phase");
    let child = server.child().unwrap();
    server.signal(libc::SIGTERM);
    assert!(server.wait().success());
    // What was under way, and then the stream's end.
    events.for_each(drop);
    until("the child is gone", || !lives(child));
}

#[test]
fn a_report_outlives_its_server() {
    let data = folder();
    let id = {
        let mut server = Server::start(data.path());
        let id = server.submit(SHORT);
        server.until_over(&id);
        server.signal(libc::SIGTERM);
        server.wait();
        id
    };
    let server = Server::start(data.path());
    let run = server.run(&id);
    assert_eq!((&run["state"], run["report"]["trials"].as_array().unwrap().len()), (&json!("finished"), 12));
    assert_eq!(server.events(&id, 0).last().unwrap()["event"], "finished");
    assert_eq!(server.send("DELETE", &format!("/api/runs/{id}"), &[], "").status, 409);
}

#[test]
fn every_error_is_a_problem_document_that_says_what_would_be_accepted() {
    let data = folder();
    let server = Server::start(data.path());
    let json_type = [("Content-Type", "application/json")];
    let large = format!("{{\"workload\":\"{}\"}}", "x".repeat(100_000));
    // Method, path, headers, body; status, words.
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16, &'a str);
    let cases: [Case<'_>; 20] = [
        ("POST", "/api/runs", &json_type, "{", 400, "line 1"),
        ("POST", "/api/runs", &json_type, "[]", 422, "an object with workload"),
        ("POST", "/api/runs", &json_type, r#"{"workload":"nope","models":["tokio"]}"#, 422, "tcp-echo"),
        ("POST", "/api/runs", &json_type, r#"{"workload":"wait","models":["go"]}"#, 422, "threads"),
        ("POST", "/api/runs", &json_type, r#"{"workload":"wait","models":["thread-pool"]}"#, 422, "queue"),
        ("POST", "/api/runs", &json_type, r#"{"workload":"wait","models":["tokio"],"params":{"units":1.5}}"#, 422, "1,000,000"),
        ("POST", "/api/runs", &json_type, r#"{"workload":"wait","models":["tokio"],"cores":"three"}"#, 422, "one of all, one"),
        (
            "POST",
            "/api/runs",
            &json_type,
            r#"{"workload":"wait","models":["tokio"],"seed":1,"seed":2}"#,
            422,
            "seed: 2 is the key's second",
        ),
        (
            "POST",
            "/api/runs",
            &json_type,
            r#"{"workload":"wait","models":["tokio"],"seed":18446744073709551616}"#,
            422,
            "is too large",
        ),
        (
            "POST",
            "/api/runs",
            &json_type,
            r#"{"workload":"wait","models":["tokio"],"params":{"units":1e16}}"#,
            422,
            "is too large",
        ),
        ("POST", "/api/runs", &json_type, &large, 413, "65536"),
        ("POST", "/api/runs", &[("Content-Type", "text/plain")], "{}", 415, "application/json"),
        ("GET", "/api/runs/nosuchrun0", &[], "", 404, "nosuchrun0"),
        ("GET", "/api/runs/..%2F..%2Fetc", &[], "", 404, "not known"),
        ("GET", "/api/runs/nosuchrun0/events", &[], "", 404, "nosuchrun0"),
        ("DELETE", "/api/runs/nosuchrun0", &[], "", 404, "nosuchrun0"),
        ("GET", "/api/nothing", &[], "", 404, "/api/catalog"),
        ("GET", "/api/sources/nothing", &[], "", 404, "tcp-echo"),
        ("GET", "/api/catalog", &[("Host", "evil.example")], "", 403, "localhost"),
        ("POST", "/api/runs", &[("Content-Type", "application/json"), ("Origin", "http://evil.example")], SHORT, 403, "Origin"),
    ];
    for (method, path, headers, body, status, words) in cases {
        let answer = server.send(method, path, headers, body);
        let name = format!("{method} {path} {}: {}", &body[..body.len().min(80)], answer.text);
        assert_eq!(answer.status, status, "{name}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        let document = answer.json();
        assert_eq!(document["status"], status, "{name}");
        assert!(document["type"].is_string() && document["title"].is_string(), "{name}");
        assert!(answer.text.contains(words), "{name}");
    }
    assert_eq!(server.get("/api/health").json()["running"], 0, "nothing was run");
}

#[test]
fn a_method_that_is_not_there_is_answered_with_those_that_are() {
    let data = folder();
    let server = Server::start(data.path());
    // Path, what is allowed.
    let cases = [
        ("/api/catalog", "GET, HEAD"),
        ("/api/runs", "POST"),
        ("/api/runs/abc", "GET, HEAD, DELETE"),
        ("/tcp-echo", "GET, HEAD"),
    ];
    for (path, allow) in cases {
        let answer = server.send("PUT", path, &[], "");
        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{path}");
    }
}

#[test]
fn whole_numbers_are_taken_however_json_writes_them() {
    let data = folder();
    let server = Server::start(data.path());
    let answer = server
        .post("/api/runs", r#"{"workload":"spawn","models":["tokio"],"params":{"units":40.0},"repetitions":1,"measure":"work"}"#);
    assert_eq!((answer.status, &answer.json()["experiment"]["params"]["units"]), (201, &json!(40)), "{}", answer.text);
}

#[test]
fn a_byte_order_mark_before_the_experiment_is_skipped() {
    let data = folder();
    let server = Server::start(data.path());
    assert_eq!(server.post("/api/runs", &format!("\u{feff}{SHORT}")).status, 201);
}

#[test]
fn a_full_queue_says_when_to_come_back() {
    let data = folder();
    let server = Server::start(data.path());
    server.submit(WAITING);
    let refused =
        (0..100).map(|_| server.post("/api/runs", SHORT)).find(|answer| answer.status != 201).expect("a queue has an end");
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[test]
fn any_other_path_is_a_link_and_opens_the_page() {
    let data = folder();
    let server = Server::start(data.path());
    for path in ["/", "/tcp-echo?units=5", "/no/such/thing"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(answer.text.starts_with("<!doctype html>"), "{path}");
    }
}

#[test]
fn the_sources_of_a_workload_are_there_in_whole() {
    let data = folder();
    let server = Server::start(data.path());
    let sources = server.get("/api/sources/tcp-echo").json();
    let text = |source: &Value| -> String {
        source["pieces"].as_array().unwrap().iter().map(|piece| piece[1].as_str().unwrap()).collect()
    };
    let (contract, threads) = (text(&sources[0]), text(&sources[1]));
    assert_eq!((&sources[0]["model"], contract.contains("fn workload(")), (&json!(null), true), "{contract}");
    assert!(!contract.contains("#[test]"), "without its tests: {contract}");
    assert_eq!((&sources[1]["model"], threads.contains("fn serve(")), (&json!("threads"), true), "{threads}");
}

#[test]
fn a_sweep_has_a_point_for_each_value_after_the_server_was_started_again_too() {
    let data = folder();
    let experiment =
        r#"{"workload":"spawn","models":["tokio","actix"],"params":{"units":"1; 10; 100"},"repetitions":3,"measure":"work"}"#;
    let (id, run) = {
        let server = Server::start(data.path());
        let id = server.submit(experiment);
        let run = server.until_over(&id);
        (id, run)
    };
    assert_eq!(run["trials"].as_array().unwrap().len(), 27);
    let report = &run["report"];
    assert_eq!(report["experiment"]["sweep"], json!({"parameter": "units", "values": [1, 10, 100]}));
    let points: Vec<u64> = report["points"].as_array().unwrap().iter().filter_map(|point| point["value"].as_u64()).collect();
    assert_eq!((points, &report["summary"], &report["noise_floor"]), (vec![1, 10, 100], &json!([]), &json!(null)));
    assert_eq!(Server::start(data.path()).run(&id), run);
}

#[test]
fn lanes_are_there_to_be_downloaded_when_the_run_is_over() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server
        .submit(r#"{"workload":"spawn","models":["tokio"],"params":{"units":50},"repetitions":1,"lanes":"on","measure":"work"}"#);
    let run = server.until_over(&id);
    let traced: Vec<_> = run["trials"].as_array().unwrap().iter().filter(|trial| trial["lanes"].is_object()).collect();
    assert!(traced.len() == 1 && traced[0]["label"] == "tokio-traced", "{run}");
    let trace = server.get_with(&format!("/api/runs/{id}/trace.json"), &[]);
    assert_eq!(trace.status, 200);
    let trace: serde_json::Value = serde_json::from_str(&trace.text).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    assert!(events.iter().any(|event| event["name"] == "running"));
    assert_eq!(events.last().unwrap()["args"]["run"], json!(id));
    let overview = &traced[0]["lanes_overview"];
    assert_eq!((overview["running"].as_array().unwrap().len(), overview["operations"].as_u64()), (BINS, Some(50)), "{overview}");
    let without = server.submit(SHORT);
    server.until_over(&without);
    for form in ["trace.json", "lanes", "lanes?from=0"] {
        let answer = server.get_with(&format!("/api/runs/{without}/{form}"), &[]);
        assert!(answer.status == 404 && answer.text.contains("it has no lanes"), "{}", answer.text);
    }
}

#[test]
fn lanes_are_given_out_as_columns_all_of_them_or_a_part_of_the_time() {
    let data = folder();
    let server = Server::start(data.path());
    let experiment = r#"{"workload":"ping-pong","models":["threads","tokio"],"params":{"units":2,"rounds":20000},"repetitions":1,"lanes":"on","measure":"work"}"#;
    let id = server.submit(experiment);
    server.until_over(&id);
    let get = |query: &str, headers: &[(&str, &str)]| server.get_with(&format!("/api/runs/{id}/lanes{query}"), headers);
    let read = |bytes: &[u8]| -> Vec<Lanes> {
        bundled(bytes).unwrap().into_iter().map(|lanes| Lanes::of_bytes(lanes).unwrap()).collect()
    };
    let whole = get("", &[]);
    assert_eq!((whole.status, whole.header("content-type")), (200, "application/vnd.interleave.lanes"));
    let lanes = read(&whole.bytes);
    let models: Vec<&str> = lanes.iter().map(|lanes| lanes.about.model.as_str()).collect();
    assert!(models.len() == 2 && models.contains(&"threads") && models.contains(&"tokio"), "{models:?}");
    let tag = whole.header("etag").to_owned();
    assert_eq!(get("", &[("If-None-Match", &tag)]).status, 304);
    let heads = read(&get("?from=0&to=-1", &[]).bytes);
    for (head, whole) in heads.iter().zip(&lanes) {
        assert_eq!(&head.about, &whole.about);
        assert!(head.stints.is_empty() && head.deeds.is_empty() && !whole.stints.is_empty() && whole.deeds.len() > 20_000);
    }
    let end = lanes[0].about.to;
    let part = read(&get(&format!("?from={}&to={}", end / 2, end / 2 + 1), &[]).bytes);
    let has = |lanes: &Lanes| lanes.deeds.iter().any(|deed| deed.from <= end / 2 && deed.to >= end / 2);
    assert!(has(&part[0]) && part[0].deeds.len() < lanes[0].deeds.len(), "{} deeds", part[0].deeds.len());
    assert!(get("?from=0&to=-1", &[("If-None-Match", &tag)]).status == 200, "another part has another tag");
    let refused = get("?from=soon", &[]);
    assert_eq!((refused.status, refused.header("content-type")), (400, "application/problem+json"));
    let error = &refused.json()["errors"][0];
    assert_eq!((&error["field"], &error["value"]), (&json!("from"), &json!("soon")));
    assert!(error["accepted"].as_str().unwrap().starts_with("nanoseconds since the gate, a whole number from -9223"), "{error}");
}

#[test]
fn a_run_that_can_tell_is_shortened_says_so_and_is_finished_for_ever() {
    let data = folder();
    let experiment = r#"{"workload":"spawn","models":["threads","tokio"],"params":{"units":100},"repetitions":50,"until":"sure","measure_ms":30}"#;
    let (id, plan) = {
        let server = Server::start(data.path());
        let id = server.submit(experiment);
        let run = server.until_over(&id);
        assert_eq!(run["plan"].as_array().unwrap().len(), run["trials"].as_array().unwrap().len());
        let replanned = server.events(&id, 0).find(|event| event["event"] == "replanned").unwrap();
        assert_eq!(replanned["plan"], run["plan"]);
        (id, run["plan"].clone())
    };
    let run = Server::start(data.path()).until_over(&id);
    assert_eq!((&run["state"], &run["plan"]), (&json!("finished"), &plan));
}
