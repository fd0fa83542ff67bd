//! A shared result names no machine and no person.

use capsule::{Capsule, Carried, Detail, content, open, pack, shared, shared_without};
use protocol::{Run, TrialStatus};

mod support;
use support::sample;

fn failed(words: &str) -> Run {
    let mut run = sample();
    (run.trials[0].status, run.trials[0].error) = (TrialStatus::Failed, Some(words.to_owned()));
    run.trials[1].printed = vec![words.to_owned()];
    run.submission.machine.threads_limit_because = words.to_owned();
    run.submission.machine.counters.insert("cycles".into(), words.to_owned());
    run
}

/// What is left of words in a shared result.
fn left_of(words: &str) -> String {
    let run = shared(&failed(words));
    let left = run.trials[0].error.clone().unwrap();
    assert_eq!(run.trials[1].printed, std::slice::from_ref(&left));
    assert_eq!(run.submission.machine.threads_limit_because, left);
    assert_eq!(run.submission.machine.counters["cycles"], left);
    assert_eq!(shared(&run), run, "what is shared is shared: {left}");
    left
}

const SAID: [(&str, &str); 25] = [
    (
        "the process panicked at /home/anna/interleave/crates/engine/src/cell.rs:12:5: no",
        "the process panicked at \u{2026}/cell.rs:12:5: no",
    ),
    ("cannot open /home/anna/.config/interleave: Permission denied", "cannot open (a path): Permission denied"),
    ("cannot open \"/home/anna/my papers/plan.txt\"; gone", "cannot open \"(a path)\"; gone"),
    ("reading at:/var/lib/private/x failed", "reading at:(a path) failed"),
    ("no such file: ~/runs/a1", "no such file: (a path)"),
    ("cannot open C:\\Users\\anna\\runs", "cannot open (a path)"),
    ("connect to 192.168.17.4:8080: refused", "connect to (an address):8080: refused"),
    ("connect to 10.0.0.7.", "connect to (an address)."),
    ("bind [fe80::1c2f:9aff:fe01:203%eth0]:443 failed", "bind [(an address)]:443 failed"),
    ("listening on ::1, 2001:db8::8a2e:370:7334", "listening on (an address), (an address)"),
    ("card 3c:22:fb:01:02:03 is down", "card (an address) is down"),
    ("ssh anna@workbench failed; workbench is down", "ssh (a name) failed; (a name) is down"),
    ("lookup of workbench.lan:53 failed", "lookup of (a name) failed"),
    ("see https://build.example.com/logs/7", "see (an address)"),
    ("hostname=workbench", "hostname=(a name)"),
    ("host: workbench, port 80", "host: (a name), port 80"),
    ("user 'anna' has no quota", "user '(a name)' has no quota"),
    ("anna has no quota in /home/anna", "(a name) has no quota in (a path)"),
    // What says what went wrong stays.
    (
        "too many threads: 31,000 of 15,000 (vm.max_map_count 65530)",
        "too many threads: 31,000 of 15,000 (vm.max_map_count 65530)",
    ),
    ("20,000 units are over this machine's limit of 15,000", "20,000 units are over this machine's limit of 15,000"),
    ("panicked at crates/engine/src/cell.rs:12:5", "panicked at crates/engine/src/cell.rs:12:5"),
    ("the machine has no such hardware counter (ENOENT)", "the machine has no such hardware counter (ENOENT)"),
    (
        "called `Result::unwrap()` on an `Err` value: Os { code: 11 }",
        "called `Result::unwrap()` on an `Err` value: Os { code: 11 }",
    ),
    ("host unreachable; tokio 1.54.1 at 12:34:56", "host unreachable; tokio 1.54.1 at 12:34:56"),
    ("read 0.5 of 1.25 and/or 3/4", "read 0.5 of 1.25 and/or 3/4"),
];

#[test]
fn host_names_users_paths_and_addresses_are_hidden_and_what_went_wrong_is_not() {
    for (words, left) in SAID {
        assert_eq!(left_of(words), left, "of: {words}");
    }
}

#[test]
fn names_that_are_known_are_hidden_wherever_they_stand() {
    let run = shared_without(&failed("Builder-7 gave up on jo; builder-70 and Jonas did not"), &["builder-7", "jo"]);
    assert_eq!(run.trials[0].error.as_deref(), Some("(a name) gave up on (a name); builder-70 and Jonas did not"));
}

#[test]
fn no_form_of_a_shared_result_holds_what_is_hidden() {
    let words: Vec<&str> = SAID[..18].iter().map(|(words, _)| *words).collect();
    let mut run = failed(&words.join("; "));
    run.not_stored = Some("cannot write /home/anna/runs".to_owned());
    let capsule = Capsule { results: vec![Carried::from(run.clone())], ..Capsule::default() };
    let opened = |detail| format!("{:?}", open(&pack(&capsule, detail).bytes).unwrap());
    let content = String::from_utf8_lossy(&content(&run)).into_owned();
    for text in [opened(Detail::Whole), opened(Detail::Shown { most_chars: 2_000 }), content] {
        for name in ["anna", "workbench", "192.168", "10.0.0.7", "fe80", "2001:db8", "3c:22", "/home", "/var", "build.example"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
}
