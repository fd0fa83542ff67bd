//! A disk that is full, a folder that is gone, and files of any kind in it, against the real server.

mod support;

use std::fs::{self, File};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use support::{Answer, SHORT, Server, WAITING, folder};

/// A report as version 0.1.0 stored it.
const REPORT: &str = include_str!("stored/report-0.1.0.json");
const REPORT_ID: &str = "yc7qptt2mz";

/// Six trials of a tenth of a second.
const SIX: &str = r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":10,"wait_ms":10},"repetitions":3}"#;

fn report() -> Value {
    serde_json::from_str(REPORT).unwrap()
}

/// The report with this much of its trials, as a run that was to end when it could tell.
fn until_sure(trials: usize, last: &str) -> Value {
    let mut report = report();
    let experiment = report["experiment"].as_object_mut().unwrap();
    experiment.extend([("until".to_owned(), json!("sure")), ("repetitions".to_owned(), json!(50))]);
    let stored = report["trials"].as_array_mut().unwrap();
    stored.truncate(trials);
    stored[trials - 1]["status"] = json!(last);
    report
}

fn store(data: &Path, report: &Value) {
    fs::write(data.join(format!("{REPORT_ID}.json")), report.to_string()).unwrap();
}

fn kinds(server: &Server, id: &str) -> Vec<String> {
    server.events(id, 0).map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_report_of_version_0_1_opens_with_its_events_and_its_figures() {
    let data = folder();
    fs::write(data.path().join(format!("{REPORT_ID}.json")), REPORT).unwrap();
    let server = Server::start(data.path());
    let (run, stored) = (server.run(REPORT_ID), report());
    assert_eq!((&run["state"], &run["experiment"]), (&json!("finished"), &stored["experiment"]));
    let (trials, plan) = (run["trials"].as_array().unwrap(), run["plan"].as_array().unwrap());
    assert_eq!((trials.len(), plan.len()), (20, 20));
    for ((trial, planned), stored) in trials.iter().zip(plan).zip(stored["trials"].as_array().unwrap()) {
        for (name, value) in stored.as_object().unwrap() {
            // A figure that is whole is written without a fraction.
            let same = value == &trial[name] || value.as_f64().is_some_and(|value| trial[name].as_f64() == Some(value));
            assert!(same || value.is_object(), "{name}: {value} and {}", trial[name]);
            for (inner, value) in value.as_object().into_iter().flatten() {
                assert_eq!(trial[name][inner].as_f64(), value.as_f64(), "{name}.{inner}");
            }
        }
        for name in ["order", "model", "label", "repetition"] {
            assert_eq!(planned[name], stored[name], "{name}");
        }
    }
    let report = &run["report"];
    assert_eq!(report["started_ms"], stored["started_ms"]);
    for (name, value) in stored["conditions"].as_object().unwrap() {
        assert_eq!(&report["conditions"][name], value, "{name}");
    }
    assert_eq!(report["build"]["libraries"]["tokio"], stored["build"]["tokio"]);
    assert_eq!(report["summary"][0]["ops_per_s"]["median"], stored["summary"][0]["ops_per_s"]["median"]);
    let kinds = kinds(&server, REPORT_ID);
    assert_eq!(kinds[..3], ["submitted", "queued", "started"]);
    assert_eq!(kinds[3..23], ["trial_finished"; 20]);
    assert_eq!(kinds[23..], ["finished"]);
}

/// Every name of the one is in the other, at every depth.
fn assert_names_are_kept(old: &Value, new: &Value, place: &str) {
    for (name, value) in old.as_object().into_iter().flatten() {
        let found = new.get(name).unwrap_or_else(|| panic!("{place}.{name} is gone"));
        assert_names_are_kept(value, found, &format!("{place}.{name}"));
    }
    for (old, new) in old.as_array().into_iter().flatten().zip(new.as_array().into_iter().flatten()) {
        assert_names_are_kept(old, new, place);
    }
}

#[test]
fn every_name_that_a_report_had_it_has_still() {
    let data = folder();
    let mut old = report();
    // The versions of libraries are a map now.
    old["build"].as_object_mut().unwrap().retain(|name, _| ["version", "commit", "profile", "rustc"].contains(&name.as_str()));
    store(data.path(), &report());
    assert_names_are_kept(&old, &Server::start(data.path()).run(REPORT_ID)["report"], "report");
}

#[test]
fn a_stored_run_that_was_cancelled_before_it_could_tell_is_cancelled_with_its_whole_plan() {
    for trials in [7, 8] {
        let data = folder();
        store(data.path(), &until_sure(trials, "cancelled"));
        let run = Server::start(data.path()).run(REPORT_ID);
        assert_eq!((&run["state"], run["trials"].as_array().unwrap().len()), (&json!("cancelled"), trials));
        assert_eq!(run["plan"].as_array().unwrap().len(), 200);
    }
}

#[test]
fn a_stored_run_that_could_tell_by_an_earlier_rule_is_finished_with_the_plan_that_it_had() {
    let data = folder();
    // Today nobody looks after three repetitions.
    let mut stored = until_sure(12, "ok");
    // Nor would the trials be run in this order.
    stored["experiment"]["seed"] = json!(43);
    store(data.path(), &stored);
    let server = Server::start(data.path());
    let run = server.run(REPORT_ID);
    let labels = |list: &Value| list.as_array().unwrap().iter().map(|trial| trial["label"].clone()).collect::<Vec<_>>();
    assert_eq!((&run["state"], labels(&run["plan"])), (&json!("finished"), labels(&stored["trials"])));
    assert_eq!(kinds(&server, REPORT_ID).last().unwrap(), "finished");
}

fn assert_unreadable(answer: &Answer, words: &str, about: &str) {
    assert_eq!((answer.status, &answer.json()["type"]), (422, &json!("/problems/unreadable-run")), "{about}: {}", answer.text);
    assert!(answer.text.contains(words), "{about}: {}", answer.text);
}

/// The most memory that it has had, kilobytes.
fn peak(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_stored_report_of_more_trials_than_there_can_be_is_refused_and_takes_no_memory() {
    let data = folder();
    let server = Server::start(data.path());
    let before = peak(&server);
    for repetitions in [1_000_000_u64, 1_000_000_000_000_000, u64::MAX] {
        let mut report = report();
        report["experiment"]["repetitions"] = json!(repetitions);
        store(data.path(), &report);
        for path in [format!("/api/runs/{REPORT_ID}"), format!("/api/runs/{REPORT_ID}/events")] {
            assert_unreadable(&server.get(&path), "more trials than any experiment", &repetitions.to_string());
        }
    }
    let grown = peak(&server) - before;
    assert!(grown < 50_000, "{grown} kB");
    assert_eq!(server.until_over(&server.submit(SHORT))["state"], "finished", "the server lives");
}

/// What may lie at a path.
enum Thing {
    Text(String),
    Pipe,
    Folder,
    Sparse(u64),
}

fn lay(path: &Path, thing: &Thing) {
    let _ = fs::remove_file(path);
    let _ = fs::remove_dir(path);
    match thing {
        Thing::Text(text) => fs::write(path, text).unwrap(),
        Thing::Pipe => mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap(),
        Thing::Folder => fs::create_dir(path).unwrap(),
        Thing::Sparse(length) => File::create(path).unwrap().set_len(*length).unwrap(),
    }
}

/// A run that is over, and its log as text.
fn log_of_a_run() -> (String, String) {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(SHORT);
    server.until_over(&id);
    let log = server.log(&id);
    (id, log)
}

#[test]
fn what_is_stored_and_cannot_be_read_is_said_with_the_reason() {
    let data = folder();
    let (id, log) = log_of_a_run();
    let path = data.path().join(format!("{id}.jsonl"));
    let of_log = |from: &str, to: &str| Thing::Text(log.replacen(from, to, 1));
    // The log's own version stands last; the catalogue in it has one too.
    let of_version = |version: u32| {
        let (before, after) = log.rsplit_once("\"version\":2").unwrap();
        Thing::Text(format!("{before}\"version\":{version}{after}"))
    };
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let of_report = |name: &str, value: Value| {
        let mut report = report();
        report[name] = value;
        Thing::Text(report.to_string())
    };
    // The file's ending, what lies there, words.
    let cases = [
        ("jsonl", Thing::Text(String::new()), "what was submitted"),
        ("jsonl", Thing::Text("{\"number\":1".to_owned()), "what was submitted"),
        ("jsonl", Thing::Text("nonsense\n".to_owned()), "line 1: expected"),
        ("jsonl", Thing::Text([lines[0], "{}\n"].concat()), "line 2: missing field `number`"),
        ("jsonl", Thing::Text([lines[0], lines[2]].concat()), "line 2: it has the number 3"),
        ("jsonl", Thing::Text(lines[1].replacen("\"number\":2", "\"number\":1", 1)), "what was submitted"),
        ("jsonl", Thing::Text([lines[0], "\u{0}\u{ff}\n"].concat()), "line 2: expected value"),
        ("jsonl", of_version(0), "of version 0"),
        ("jsonl", of_version(99), "of version 99"),
        ("jsonl", of_log(&id, "anotherone"), "it is of the run anotherone"),
        ("jsonl", of_log("\"repetitions\":3", "\"repetitions\":1000000000000000"), "more trials"),
        ("jsonl", Thing::Text("{\"number\":".to_owned() + &"[".repeat(1_000_000) + "\n"), "recursion limit"),
        ("jsonl", Thing::Pipe, "it is not a file"),
        ("jsonl", Thing::Folder, "it is not a file"),
        ("jsonl", Thing::Sparse(100_000_000), "it has 100 MB"),
        ("json", Thing::Text(String::new()), "EOF"),
        ("json", Thing::Text(REPORT[..2_001].to_owned()), "line 1 column 2001"),
        ("json", Thing::Text("nonsense".to_owned()), "expected ident"),
        ("json", of_report("version", json!(0)), "of version 0"),
        ("json", of_report("version", json!(99)), "of version 99"),
        ("json", of_report("trials", json!("none")), "invalid type"),
        ("json", of_report("id", json!("anotherone")), "it is of the run anotherone"),
        ("json", of_report("id", json!(id)), "its workload nothing is not known here"),
        ("json", Thing::Pipe, "it is not a file"),
        ("json", Thing::Folder, "it is not a file"),
        ("json", Thing::Sparse(100_000_000), "it has 100 MB"),
    ];
    let server = Server::start(data.path());
    let before = peak(&server);
    for (index, (ending, thing, words)) in cases.into_iter().enumerate() {
        let thing = match thing {
            Thing::Text(text) if words.contains("its workload") => Thing::Text(text.replace("tcp-echo", "nothing")),
            thing => thing,
        };
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(&path);
        let place = data.path().join(format!("{id}.{ending}"));
        lay(&place, &thing);
        let about = format!("case {index}: {words}");
        for path in [format!("/api/runs/{id}"), format!("/api/runs/{id}/events")] {
            assert_unreadable(&server.get(&path), words, &about);
        }
        assert_eq!(server.cancel(&id).status, 409, "{about}");
        // A server that starts names it, leaves it where it is, and starts.
        drop(Server::start(data.path()));
        assert_unreadable(&server.get(&format!("/api/runs/{id}")), words, &about);
    }
    let grown = peak(&server) - before;
    assert!(grown < 50_000, "{grown} kB");
    assert_eq!(server.get("/api/runs/abcdefghij").status, 404, "nothing is there");
    for form in ["trace.json", "lanes"] {
        lay(&data.path().join(format!("{id}.{form}")), &Thing::Pipe);
        assert_eq!(server.get(&format!("/api/runs/{id}/{form}")).status, 404);
    }
    assert_eq!(server.get("/api/health").status, 200);
}

#[test]
fn of_a_log_that_is_cut_the_whole_lines_are_there() {
    let (id, log) = log_of_a_run();
    let whole: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let trials = |events: &[Value]| events.iter().filter(|event| event["event"] == "trial_finished").count();
    // All but the last event; the first three; the first alone.
    for kept in [whole.len() - 1, 3, 1] {
        let data = folder();
        let path = data.path().join(format!("{id}.jsonl"));
        let end = log.split_inclusive('\n').take(kept).map(str::len).sum::<usize>();
        fs::write(&path, &log[..end + 20]).unwrap();
        let server = Server::start(data.path());
        assert!(!path.exists(), "it is moved into the store");
        let events: Vec<Value> = server.events(&id, 0).collect();
        assert_eq!(events[..kept], whole[..kept]);
        let state = if trials(&whole[..kept]) == 12 { "finished" } else { "interrupted" };
        assert_eq!((events.len(), &events[kept]["event"]), (kept + 1, &json!(state)));
        assert_eq!((&events[kept]["number"], &server.run(&id)["state"]), (&json!(kept + 1), &json!(state)));
    }
}

/// From now on it can write to no file.
fn fill_the_disk(server: &Server) {
    let limit = libc::rlimit { rlim_cur: 0, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the limit is read and outlives the call; nothing is written.
    #[expect(unsafe_code, reason = "a limit of a process that the test started")]
    let set = unsafe { libc::prlimit(server.pid().cast_signed(), libc::RLIMIT_FSIZE, &raw const limit, std::ptr::null_mut()) };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}

/// The run goes on, and says why it is not stored: once, in its events and when it is asked for.
fn assert_not_stored(server: &Server, id: &str, words: &str) {
    let events: Vec<Value> = server.events(id, 0).collect();
    let told: Vec<&Value> = events.iter().filter(|event| event["event"] == "not_stored").collect();
    assert!(told.len() == 1 && told[0]["reason"].as_str().unwrap().contains(words), "{words}: {told:?}");
    assert_eq!(events.last().unwrap()["event"], "finished");
    let run = server.run(id);
    assert_eq!((&run["state"], &run["not_stored"]), (&json!("finished"), &told[0]["reason"]));
    assert!(run["trials"].as_array().unwrap().iter().all(|trial| trial["status"] == "ok"), "{run}");
}

/// The file that runs and results are in.
fn database(data: &Path) -> std::path::PathBuf {
    data.join("interleave.sqlite")
}

#[tokio::test]
async fn what_is_in_the_database_and_cannot_be_read_is_said_with_the_reason() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let data = folder();
    let (id, log) = log_of_a_run();
    fs::write(data.path().join(format!("{id}.jsonl")), &log).unwrap();
    drop(Server::start(data.path()));
    let mut own = SqliteConnectOptions::new().filename(database(data.path())).connect().await.unwrap();
    let squeezed = |text: &str| miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6);
    let another = log.replacen(&id, "anotherone", 1);
    let endless = squeezed(&"x".repeat(10_000_000));
    let length = |text: &str| i64::try_from(text.len()).unwrap();
    // Form, length, text, words.
    let cases: [(i64, i64, Vec<u8>, &str); 8] = [
        (9, length(&log), squeezed(&log), "of the form 9"),
        (2, -1, squeezed(&log), "it has -1 bytes"),
        (2, i64::MAX, squeezed(&log), "at most 67108864"),
        (2, length(&log), b"nonsense".to_vec(), "cannot be decompressed"),
        (2, length(&log) - 1, squeezed(&log), "cannot be decompressed"),
        (2, 1_000, endless, "cannot be decompressed"),
        (2, length(&another), squeezed(&another), "it is of the run anotherone"),
        (1, length(&log), squeezed(&log), "trailing characters"),
    ];
    let server = Server::start(data.path());
    let before = peak(&server);
    for (form, bytes, text, words) in cases {
        let change = sqlx::query("UPDATE run SET form = $1, bytes = $2, text = $3").bind(form).bind(bytes).bind(text);
        assert_eq!(change.execute(&mut own).await.unwrap().rows_affected(), 1);
        for path in [format!("/api/runs/{id}"), format!("/api/runs/{id}/events")] {
            assert_unreadable(&server.get(&path), words, words);
        }
        assert_eq!(server.cancel(&id).status, 409, "{words}");
    }
    let grown = peak(&server) - before;
    assert!(grown < 50_000, "{grown} kB");
    own.close().await.unwrap();
}

#[test]
fn a_server_whose_database_is_damaged_says_so_measures_and_keeps_runs_in_files() {
    let data = folder();
    let old = {
        let server = Server::start(data.path());
        let old = server.submit(SHORT);
        server.until_over(&old);
        old
    };
    let whole = fs::read(database(data.path())).unwrap();
    let _ = fs::remove_file(data.path().join("interleave.sqlite-wal"));
    fs::write(database(data.path()), [0xa5; 100_000]).unwrap();
    let new = {
        let server = Server::start(data.path());
        assert_unreadable(&server.get(&format!("/api/runs/{old}")), "the store is damaged", "an old run");
        let new = server.submit(SHORT);
        assert_eq!(server.until_over(&new)["not_stored"], Value::Null);
        server.kill();
        new
    };
    assert!(data.path().join(format!("{new}.jsonl")).exists());
    assert!(fs::read(database(data.path())).unwrap() == [0xa5; 100_000], "it is as it was");
    let server = Server::start(data.path());
    assert_eq!(server.run(&new)["state"], "finished");
    drop(server);
    // The person who has a copy puts it back.
    fs::write(database(data.path()), whole).unwrap();
    let server = Server::start(data.path());
    assert_eq!(server.run(&new)["state"], "finished");
    assert!(!data.path().join(format!("{new}.jsonl")).exists(), "it is moved into the store");
}

#[test]
fn files_of_earlier_versions_are_moved_into_the_store_and_are_the_same_there() {
    let data = folder();
    let (id, log) = log_of_a_run();
    let files = [data.path().join(format!("{id}.jsonl")), data.path().join(format!("{REPORT_ID}.json"))];
    fs::write(&files[0], &log).unwrap();
    fs::write(&files[1], REPORT).unwrap();
    // Not ours.
    fs::write(data.path().join("notes.json"), "{}").unwrap();
    fs::write(data.path().join("Notes.jsonl"), "{}").unwrap();
    let server = Server::start(data.path());
    assert!(files.iter().all(|file| !file.exists()));
    assert!(data.path().join("notes.json").exists() && data.path().join("Notes.jsonl").exists());
    assert_eq!(server.log(&id), log);
    assert_eq!((&server.run(REPORT_ID)["state"], kinds(&server, REPORT_ID).len()), (&json!("finished"), 24));
    // Of a file that comes again nothing is lost, nor doubled; another run of that name stays where it is.
    fs::write(&files[0], &log).unwrap();
    drop(Server::start(data.path()));
    assert!(!files[0].exists());
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    fs::write(&files[0], lines[..3].concat()).unwrap();
    let next = Server::start(data.path());
    assert!(files[0].exists());
    assert_eq!(next.run(&id)["state"], "interrupted");
    fs::remove_file(&files[0]).unwrap();
    assert_eq!(next.log(&id), log);
}

#[test]
fn a_run_that_a_full_disk_does_not_take_says_so_and_goes_on() {
    let data = folder();
    let server = Server::start(data.path());
    let begun = server.submit(SIX);
    server.events(&begun, 0).until("trial_finished");
    fill_the_disk(&server);
    let after = server.submit(SHORT);
    assert_not_stored(&server, &begun, "File too large");
    assert_not_stored(&server, &after, "File too large");
    assert_eq!(server.run(&after)["trials"].as_array().unwrap().len(), 12);
    server.kill();
    // What was stored of it until then is there.
    let server = Server::start(data.path());
    assert_eq!((&server.run(&begun)["state"], server.get(&format!("/api/runs/{after}")).status), (&json!("interrupted"), 404));
    let left: Vec<_> = fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn a_run_whose_folder_is_removed_or_replaced_says_so_and_goes_on() {
    let data = folder();
    let runs = data.path().join("runs");
    let server = Server::start_with(&runs, &data.path().join("lock"));
    let begun = server.submit(SIX);
    server.events(&begun, 0).until("trial_finished");
    fs::remove_dir_all(&runs).unwrap();
    assert_not_stored(&server, &begun, "its file is gone");
    // The folder is made again for the next one.
    let stored = server.submit(SIX);
    server.events(&stored, 0).until("trial_finished");
    let log = runs.join(format!("{stored}.jsonl"));
    fs::copy(&log, runs.join("copy")).unwrap();
    fs::rename(runs.join("copy"), &log).unwrap();
    assert_not_stored(&server, &stored, "its file has been replaced");
    fs::remove_dir_all(&runs).unwrap();
    fs::write(&runs, "a file").unwrap();
    let refused = server.submit(SHORT);
    assert_not_stored(&server, &refused, "exists");
}

#[test]
fn without_a_folder_every_run_says_that_it_is_not_stored() {
    let data = folder();
    let place = data.path().join("a-file");
    fs::write(&place, "not a folder").unwrap();
    let server = Server::start_with(&place, &data.path().join("lock"));
    assert_not_stored(&server, &server.submit(SHORT), "a-file");
}

#[test]
fn what_a_dead_server_left_is_removed_and_what_a_live_one_writes_is_not() {
    let data = folder();
    let server = Server::start(data.path());
    // Its last trial but one has left its lanes when its last one starts.
    let traced =
        SIX.replace(r#"["tokio"]"#, r#"["tokio","threads"]"#).replace(r#""repetitions":3"#, r#""repetitions":1,"lanes":"on""#);
    let dead = server.submit(&traced);
    server.events(&dead, 0).find(|event| event["event"] == "trial_started" && event["order"] == 4).unwrap();
    server.kill();
    let left = [format!(".{dead}-3.lanes"), format!(".{dead}.part"), ".abcdefghij-12.lanes".to_owned()];
    assert!(data.path().join(&left[0]).exists(), "the trial wrote no lanes");
    fs::write(data.path().join(&left[1]), "half").unwrap();
    fs::write(data.path().join(&left[2]), "half").unwrap();
    let first = Server::start(data.path());
    assert!(left.iter().all(|name| !data.path().join(name).exists()));
    assert_eq!(first.run(&dead)["state"], "interrupted");

    let live = first.submit(WAITING);
    first.events(&live, 0).until("trial_phase");
    let kept = [format!(".{live}-3.lanes"), format!(".{live}.part"), ".notes.part".to_owned(), ".my-1.lanes".to_owned()];
    kept.iter().for_each(|name| fs::write(data.path().join(name), "half").unwrap());
    let second = Server::start_with(data.path(), &data.path().join("another-lock"));
    assert!(kept.iter().all(|name| data.path().join(name).exists()));
    assert_eq!(second.run(&live)["state"], "running", "it is another's, and alive");
    assert_eq!(first.cancel(&live).json()["state"], "cancelled");
}
