//! Whatever is dropped on the page: what it is is seen, and what is wrong with it is said.

use analysis::report::report;
use capsule::read::{read, read_with};
use capsule::{Capsule, Carried, Detail, Filed, bundle, bundled, filed, pack, shared, text_of, with_lanes};
use protocol::Run;
use serde_json::{Value as Json, json};

mod support;
use support::sample;

const LOG: &str = include_str!("../../../server/sample.jsonl");

fn whole() -> Capsule {
    Capsule { results: vec![Carried::from(shared(&sample()))], ..Capsule::default() }
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn a_capsule_its_text_and_a_link_are_opened() {
    let bytes = pack(&whole(), Detail::Whole).bytes;
    let text = text_of(&bytes);
    assert_eq!(read(&bytes), Ok(whole()));
    for text in [text.clone(), format!("https://example.org/c#{text}\n")] {
        assert_eq!(read(text.as_bytes()), Ok(whole()));
    }
}

#[test]
fn a_log_is_opened_and_a_line_that_was_being_written_is_left_out() {
    assert_eq!(read(LOG.as_bytes()), Ok(whole()));
    let cut = &LOG[..LOG.len() - 20];
    let opened = read(cut.as_bytes()).unwrap().results.remove(0).run;
    assert_eq!((opened.trials.len(), opened.state), (40, protocol::RunState::Cancelled));
}

#[test]
fn a_report_is_opened_to_the_same_trials() {
    let text = serde_json::to_vec_pretty(&report(&sample())).unwrap();
    let opened = read(&text).unwrap().results.remove(0).run;
    let expected = shared(&sample());
    assert_eq!((&opened.trials, &opened.plan), (&expected.trials, &expected.plan));
    assert_eq!((opened.submission.catalog, opened.conditions), (expected.submission.catalog, expected.conditions));
}

/// As version 0.1 wrote them: without what it did not know.
fn of_version_1() -> Json {
    let mut report = serde_json::to_value(report(&sample())).unwrap();
    let object = report.as_object_mut().unwrap();
    for name in ["catalog", "state", "plan"] {
        object.remove(name);
    }
    object.insert("version".into(), json!(1));
    report
}

#[test]
fn a_report_of_version_1_is_opened_by_whoever_has_a_catalogue() {
    let text = serde_json::to_vec(&of_version_1()).unwrap();
    assert!(refused(&text).contains("does not explain itself"), "{}", refused(&text));
    let catalog = sample().submission.catalog;
    let opened = read_with(&text, Some(&catalog)).unwrap().results.remove(0).run;
    assert_eq!((opened.trials, opened.plan), (sample().trials, sample().plan));
}

#[test]
fn what_cannot_be_read_is_said_with_what_it_was_taken_for() {
    let mut changed = pack(&whole(), Detail::Whole).bytes;
    *changed.last_mut().unwrap() ^= 1;
    let newer = LOG.replacen("\"version\":2}", "\"version\":7}", 1);
    let mut lines: Vec<&str> = LOG.lines().collect();
    lines.remove(5);
    let lines = lines.join("\n");
    let cases: [(&[u8], &str, &str); 12] = [
        (&[], "it is empty", ""),
        (&b" \n"[..], "it is empty", ""),
        (&changed, "taken for a capsule", "changed or cut off"),
        (&[7, 1, 2, 3], "taken for a capsule", "version 7"),
        (&[1, 2], "taken for a capsule", "breaks off"),
        (&b"https://example.org/tcp-echo?units=5"[..], "taken for a link", "letters, digits"),
        (&b"https://example.org/c#"[..], "taken for a link", "no result"),
        (&b"{}"[..], "taken for a report in JSON", "version"),
        (&b"{\"version\": 3}"[..], "taken for a report in JSON", "reads 1 and 2"),
        (newer.as_bytes(), "taken for a run's log", "version 7"),
        (lines.as_bytes(), "taken for a run's log", "its line 6 has the number 7"),
        (&b"\xff\xd8\xff\xe0"[..], "nothing that is opened here", "a report"),
    ];
    for (bytes, first, second) in cases {
        let reason = refused(bytes);
        assert!(reason.contains(first) && reason.contains(second), "{reason}");
    }
}

#[test]
fn a_report_whose_parts_do_not_fit_together_is_refused() {
    let edit = |edit: &dyn Fn(&mut Json)| {
        let mut report = serde_json::to_value(report(&sample())).unwrap();
        edit(&mut report);
        refused(&serde_json::to_vec(&report).unwrap())
    };
    type Case<'c> = (&'c str, &'c dyn Fn(&mut Json));
    let cases: [Case<'_>; 6] = [
        ("is not explained", &|report| report["experiment"]["workload"] = json!("juggling")),
        ("which is none of its models", &|report| report["trials"][3]["model"] = json!("fibers")),
        ("out of order", &|report| report["trials"][3]["order"] = report["trials"][2]["order"].clone()),
        ("more trials than any experiment", &|report| report["experiment"]["repetitions"] = json!(1_000_000)),
        ("a colour that is none", &|report| report["catalog"]["models"][0]["look"]["light"] = json!("red;background:url(x)")),
        ("accepts nothing", &|report| report["catalog"]["method"][1]["step"] = json!(0)),
    ];
    for (reason, change) in cases {
        let refused = edit(change);
        assert!(refused.contains(reason), "{refused}");
    }
}

#[test]
fn a_run_without_trials_is_read() {
    let text = serde_json::to_vec(&report(&Run { trials: Vec::new(), ..sample() })).unwrap();
    assert_eq!(read(&text).unwrap().results[0].run.trials, []);
}

#[test]
fn a_file_of_several_capsules_is_opened_one_by_one_or_at_once() {
    let named = |id: &str| {
        let mut capsule = whole();
        capsule.results[0].run.submission.id = id.into();
        capsule
    };
    let capsules = ["one", "two", "three"].map(|id| pack(&named(id), Detail::Whole).bytes);
    let file = bundle(capsules.iter().map(Vec::as_slice));
    assert_eq!(bundled(&file).unwrap(), capsules);
    assert_eq!(bundled(&capsules[0]).unwrap(), [&capsules[0]]);
    let ids: Vec<String> = read(&file).unwrap().results.iter().map(|carried| carried.run.id().to_owned()).collect();
    assert_eq!(ids, ["one", "two", "three"]);
    assert!(bundled(&file[..file.len() - 1]).unwrap_err().to_string().contains("breaks off"));
}

#[test]
fn a_file_may_hold_the_lanes_of_its_result_beside_it() {
    let capsule = pack(&whole(), Detail::Whole).bytes;
    let lanes = protocol::lanes::bundle(&[b"of a model".as_slice(), b"of another"]);
    assert_eq!(with_lanes(&capsule, None), capsule);
    let file = with_lanes(&capsule, Some(&lanes));
    assert_eq!(filed(&file), Ok(vec![Filed { capsule: &capsule, lanes: Some(&lanes) }]));
    assert_eq!((bundled(&file), read(&file)), (Ok(vec![capsule.as_slice()]), Ok(whole())));
    let several = bundle([capsule.as_slice(), &capsule, &lanes]);
    let has_lanes: Vec<bool> = filed(&several).unwrap().iter().map(|filed| filed.lanes.is_some()).collect();
    assert_eq!(has_lanes, [false, true]);
    for damaged in [bundle([lanes.as_slice(), &capsule]), bundle([capsule.as_slice(), &lanes, &lanes])] {
        assert!(refused(&damaged).contains("lanes in it that are of no result"), "{}", refused(&damaged));
    }
}
