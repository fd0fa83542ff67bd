//! A run that is read back is what it was, however its server ended, against the real server.

mod support;

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
