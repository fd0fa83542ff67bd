//! A run that is read back is what it was, however its server ended, against the real server.

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use postgres::Postgres;
use serde_json::{Value, json};
use support::{SHORT, SPINNING, Server, WAITING, folder, trials_of, until};

/// Thirty trials of some milliseconds.
const TINY: &str =
    r#"{"workload":"wait","models":["tokio","threads"],"params":{"units":2,"rounds":2,"wait_ms":1},"repetitions":10}"#;

#[test]
fn a_run_is_the_same_before_and_after_a_restart() {
    let data = folder();
    let server = Server::start(data.path());
    let whole = [
        SHORT,
        r#"{"workload":"spawn","models":["threads","tokio"],"params":{"units":1000},"repetitions":50,"until":"sure","measure":"work"}"#,
        r#"{"workload":"spawn","models":["tokio"],"params":{"units":50},"repetitions":1,"lanes":"on","measure":"work"}"#,
        r#"{"workload":"wait","models":["threads","tokio"],"params":{"units":100000,"rounds":1,"wait_ms":1},"repetitions":1}"#,
    ];
    let mut ids: Vec<String> = whole.iter().map(|experiment| server.submit(experiment)).collect();
    ids.iter().for_each(|id| drop(server.until_over(id)));
    let spinning = server.submit(SPINNING);
    let waiting = server.submit(WAITING);
    server.events(&spinning, 0).until("trial_phase");
    assert_eq!((server.cancel(&waiting).status, server.cancel(&spinning).status), (200, 200));
    ids.extend([spinning, waiting]);
    let all = |server: &Server| -> Vec<(Value, Vec<Value>)> {
        ids.iter().map(|id| (server.run(id), server.events(id, 0).collect())).collect()
    };
    let before = all(&server);
    server.kill();
    let after = all(&Server::start(data.path()));
    for ((run, events), (run_after, events_after)) in before.iter().zip(&after) {
        assert_eq!(run, run_after);
        assert_eq!(events, events_after);
    }
    let states: Vec<&str> = before.iter().map(|(run, _)| run["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["finished", "finished", "finished", "finished", "cancelled", "cancelled"]);
}

#[test]
fn a_client_that_resumes_after_a_restart_gets_the_rest_under_the_same_numbers() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(SHORT);
    let before: Vec<Value> = server.events(&id, 0).collect();
    server.kill();
    let server = Server::start(data.path());
    for after in 0..before.len() + 2 {
        let rest: Vec<Value> = server.events(&id, after as u64).collect();
        assert_eq!(rest, before[after.min(before.len())..], "after {after}");
    }
    for beyond in ["1000000", "18446744073709551615"] {
        let answer = server.get_with(&format!("/api/runs/{id}/events"), &[("Last-Event-ID", beyond)]);
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "it is empty and ends");
    }
}

#[test]
fn a_client_that_was_cut_off_in_the_middle_learns_the_end_from_the_next_server() {
    let data = folder();
    let server = Server::start(data.path());
    let id = server.submit(SPINNING);
    let mut events = server.events(&id, 0);
    let started = events.until("trial_phase")["number"].as_u64().unwrap();
    server.kill();
    let last = events.last().and_then(|event| event["number"].as_u64()).unwrap_or(started);
    let server = Server::start(data.path());
    let rest: Vec<Value> = server.events(&id, last).collect();
    let end = rest.last().unwrap();
    assert_eq!(end["event"], "interrupted", "{rest:?}");
    let numbers: Vec<u64> = rest.iter().filter_map(|event| event["number"].as_u64()).collect();
    assert_eq!(numbers, (last + 1..=last + numbers.len() as u64).collect::<Vec<_>>());
    let run = server.run(&id);
    assert_eq!((&run["state"], &run["report"]["state"]), (&json!("interrupted"), &json!("interrupted")));
    assert_eq!(server.cancel(&id).status, 409);
}

#[test]
fn servers_that_start_on_the_folder_of_a_live_one_disturb_none_of_its_runs() {
    let data = folder();
    let server = Server::start(data.path());
    let one = r#"{"workload":"spawn","models":["tokio"],"params":{"units":1},"repetitions":1,"measure":"work"}"#;
    let mut runs = Vec::new();
    // Runs begin and end while the others look through the folder.
    std::thread::scope(|scope| {
        let others = scope.spawn(|| (0..8).for_each(|_| drop(Server::start_with(data.path(), &data.path().join("another")))));
        while !others.is_finished() {
            let id = server.submit(one);
            runs.push((server.until_over(&id), server.events(&id, 0).collect::<Vec<_>>()));
        }
    });
    server.kill();
    let next = Server::start(data.path());
    assert!(runs.len() > 1, "nothing was run meanwhile");
    for (run, events) in &runs {
        let id = run["id"].as_str().unwrap();
        assert_eq!((&run["state"], &run["not_stored"]), (&json!("finished"), &json!(null)), "{run}");
        assert_eq!((&next.run(id), &next.events(id, 0).collect()), (run, events));
    }
}

#[tokio::test]
async fn with_its_runs_in_postgresql_a_restart_changes_nothing_and_a_server_that_is_away_loses_nothing() {
    let (data, postgres) = (folder(), Postgres::get());
    let url = postgres.database().await;
    let start = || Server::start_as(data.path(), &data.path().join("lock"), &["--store", &url]);
    let server = start();
    let finished = server.submit(SHORT);
    let before = (server.until_over(&finished), server.log(&finished));
    let spinning = server.submit(SPINNING);
    server.events(&spinning, 0).until("trial_phase");
    server.kill();
    let server = start();
    assert_eq!((server.run(&finished), server.log(&finished)), before);
    assert_eq!(server.run(&spinning)["state"], "interrupted");
    let files: Vec<_> = std::fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["lock"], "runs are in the database");
    drop(server);
    // A database that is not there: the run is kept in its file until it is.
    let away = url.replace("host=", "host=/nowhere");
    let server = Server::start_as(data.path(), &data.path().join("lock"), &["--store", &away]);
    let kept = server.submit(SHORT);
    let before = (server.until_over(&kept), server.log(&kept));
    assert_eq!(before.0["not_stored"], Value::Null);
    assert_eq!(server.get(&format!("/api/runs/{finished}")).status, 422, "it cannot be looked for");
    server.kill();
    assert!(data.path().join(format!("{kept}.jsonl")).exists());
    let server = start();
    assert_eq!((server.run(&kept), server.log(&kept)), before);
    assert!(!data.path().join(format!("{kept}.jsonl")).exists());
}

#[test]
fn a_backup_of_a_server_that_runs_is_one_command_and_so_is_its_way_into_another() {
    let (data, other) = (folder(), folder());
    let server = Server::start(data.path());
    let id = server.submit(SHORT);
    let before = (server.until_over(&id), server.log(&id));
    let live = server.submit(WAITING);
    server.events(&live, 0).until("trial_phase");
    let file = data.path().join("backup");
    let command = |name: &str, data: &std::path::Path| {
        let output = support::interleave().arg(name).arg(&file).arg("--data").arg(data).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    };
    let (status, said) = command("backup", data.path());
    assert_eq!(status, 0, "{said}");
    assert!(said.ends_with(": 0 results and 1 run; 1 run that is not over is not in it\n"), "{said}");
    let (status, said) = command("backup", data.path());
    assert!(status == 2 && said.contains("is there already; accepted: a file that is not there yet"), "{said}");
    let next = Server::start(other.path());
    assert_eq!(next.get(&format!("/api/runs/{id}")).status, 404);
    let (status, said) = command("restore", other.path());
    assert!(status == 0 && said.ends_with(": 0 results and 1 run added, 0 were there\n"), "{said}");
    // Into a server that runs.
    assert_eq!((next.run(&id), next.log(&id)), before);
    assert!(command("restore", other.path()).1.ends_with("0 results and 0 runs added, 1 were there\n"));
    std::fs::write(&file, "notes").unwrap();
    let (status, said) = command("restore", other.path());
    assert!(status == 2 && said.contains("backup"), "{said}");
    std::fs::remove_file(&file).unwrap();
    let (status, said) = command("restore", other.path());
    assert!(status == 2 && said.contains("is no file; accepted: a file that `interleave backup` has written"), "{said}");
    let (status, said) = command("backup", &other.path().join("nowhere"));
    assert!(status == 2 && said.contains("nothing is stored in"), "{said}");
    assert!(!other.path().join("nowhere").exists() && !file.exists());
    assert_eq!(server.cancel(&live).status, 200);
}

/// Random numbers, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        // Source: "Fast splittable pseudorandom number generators", Steele, Lea, Flood, 2014 (SplitMix64).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

fn set(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}

/// `INTERLEAVE_KILLS=50` kills that often, `INTERLEAVE_SEED=N` at the moments that a failure named.
#[test]
fn whatever_a_client_was_told_before_its_server_was_killed_is_in_the_log() {
    let (kills, seed) = (set("INTERLEAVE_KILLS").unwrap_or(10), set("INTERLEAVE_SEED").unwrap_or(u64::from(std::process::id())));
    let mut random = Random(seed);
    let data = folder();
    let mut server = Server::start(data.path());
    let (mut interrupted, mut most) = (0, 0);
    for kill in 0..kills {
        // A whole run has 135 events or so: most rounds end in the middle, some behind the end.
        let about = format!("kill {kill} of {kills}, INTERLEAVE_SEED={seed}");
        let id = server.submit(TINY);
        let mut events = server.events(&id, 0);
        let wanted = 1 + random.below(140);
        let mut received: Vec<Value> = events.by_ref().take(usize::try_from(wanted).unwrap()).collect();
        let pid = server.pid();
        server.kill();
        // What was on its way.
        received.extend(events);
        until("every trial's process is gone", || trials_of(pid).is_empty());

        server = Server::start(data.path());
        let stored: Vec<Value> = server.events(&id, 0).collect();
        assert!(stored.len() >= received.len(), "{about}: {} events of {}", stored.len(), received.len());
        for (stored, received) in stored.iter().zip(&received) {
            assert_eq!(stored, received, "{about}");
        }
        let run = server.run(&id);
        let ended = run["trials"].as_array().unwrap().len();
        let state = if ended == 30 { "finished" } else { "interrupted" };
        assert_eq!((&run["state"], &stored.last().unwrap()["event"]), (&json!(state), &json!(state)), "{about}");
        assert_eq!(run["last_event"], stored.len(), "{about}");
        (interrupted, most) = (interrupted + u64::from(state == "interrupted"), most.max(ended));
    }
    assert!(
        interrupted * 2 > kills && most > 0,
        "{interrupted} of {kills} in the middle: the moments prove nothing, seed {seed}"
    );
}
