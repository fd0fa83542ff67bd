//! The JSON that outside tools rely on: names are added and never changed.

use protocol::catalog::{Better, Quantity, Unit};
use protocol::lanes::LanesOverview;
use protocol::report::{Interval, Summary};
use protocol::{
    Build, Experiment, Figures, Happening, Keep, Links, PlannedTrial, Reach, Reading, Role, RunEvent, Trial, TrialStatus,
};
use serde_json::{Value as Json, json};

mod support;

fn trial() -> Trial {
    let planned = PlannedTrial { order: 3, model: "tokio".into(), role: Role::Control, repetition: 1, ..PlannedTrial::default() };
    let figures = Figures::default().with("wall_ns", 12.0).with("latency_ns.p50", 5.0).with("latency_ns.mean", 5.5);
    Trial { planned, status: TrialStatus::Ok, figures, extra: Figures::default().with("hop_ns", 0.5), ..Trial::default() }
}

#[test]
fn a_trial_is_one_flat_object_with_null_for_what_it_does_not_have() {
    let json = serde_json::to_value(trial()).unwrap();
    assert_eq!(json["label"], "tokio-again");
    assert_eq!((&json["status"], &json["answer_ok"]), (&json!("ok"), &json!(true)));
    assert_eq!(json["latency_ns"], json!({"mean": 5.5, "p50": 5}));
    assert_eq!(json["extra"], json!({"hop_ns": 0.5}));
    for absent in ["ops_per_s", "user_ns", "peak_rss_bytes", "unit_operations", "foreign_cpu"] {
        assert_eq!(json.get(absent), Some(&Json::Null), "{absent}");
    }
}

#[test]
fn a_trial_of_version_0_1_is_read() {
    let text = json!({
        "model": "tokio", "label": "tokio-again", "repetition": 1, "order": 3, "status": "ok", "error": null, "wall_ns": 12,
        "operations": null, "ops_per_s": 2.5, "latency_ns": {"p50": 5, "mean": 5.5}, "measured": {"user_ns": 1},
        "disturbed": false, "unit_operations": null, "answer": "00ff", "answer_ok": true, "extra": {"hop_ns": 0.5}
    });
    let read: Trial = serde_json::from_value(text).unwrap();
    assert_eq!(read.planned, trial().planned);
    assert_eq!(
        (read.figure("wall_ns"), read.figure("latency_ns.mean"), read.figure("hop_ns")),
        (Some(12.0), Some(5.5), Some(0.5))
    );
    assert_eq!((read.figure("measured.user_ns"), read.answer.as_deref()), (Some(1.0), Some("00ff")));
}

#[test]
fn a_trial_s_latencies_ends_samples_and_lines_are_lists() {
    let reading = Reading { at_ms: 10, rss_bytes: 4096, user_ns: 3, system_ns: 2, threads: 1 };
    let lists = Trial {
        latencies: [(1_030, 3), (5, 1)].into_iter().collect(),
        finishes_ns: vec![7, 9],
        readings: vec![reading],
        work_ms: Some((4, 11)),
        printed: vec!["hello".into()],
        lanes: Some(LanesOverview { cores: 2, running: vec![0, 255], is_recorded: true, ..LanesOverview::default() }),
        ..trial()
    };
    let json = serde_json::to_value(&lists).unwrap();
    assert_eq!(json["latency_histogram"], json!([[5, 1], [1024, 3]]));
    assert_eq!((&json["finishes_ns"], &json["work_ms"], &json["printed"]), (&json!([7, 9]), &json!([4, 11]), &json!(["hello"])));
    let overview = &json["lanes_overview"];
    assert_eq!((&overview["cores"], &overview["running"], &overview["is_recorded"]), (&json!(2), &json!([0, 255]), &json!(true)));
    assert_eq!(json["readings"], json!([{"at_ms": 10, "rss_bytes": 4096, "user_ns": 3, "system_ns": 2, "threads": 1}]));
    assert_eq!(serde_json::from_value::<Trial>(json).unwrap(), lists);
    let without = serde_json::to_value(trial()).unwrap();
    for empty in ["latency_histogram", "finishes_ns", "readings", "printed"] {
        assert_eq!(without[empty], json!([]), "{empty}");
    }
    assert_eq!((without.get("work_ms"), without.get("lanes_overview")), (Some(&Json::Null), Some(&Json::Null)));
}

#[test]
fn an_event_has_its_name_beside_its_fields() {
    let event = RunEvent { number: 7, at_ms: 12, what: Happening::TrialStarted { order: 3 } };
    assert_eq!(serde_json::to_value(&event).unwrap(), json!({"number": 7, "at_ms": 12, "event": "trial_started", "order": 3}));
    let last = RunEvent { number: 8, at_ms: 13, what: Happening::Interrupted };
    assert_eq!(serde_json::to_value(&last).unwrap(), json!({"number": 8, "at_ms": 13, "event": "interrupted"}));
}

#[test]
fn the_method_stands_beside_the_workload_in_an_experiment() {
    let text =
        json!({"workload": "echo", "params": {"units": 4}, "models": ["tokio"], "workers": 2, "driver": "worker", "seed": 1});
    let experiment: Experiment = serde_json::from_value(text.clone()).unwrap();
    assert_eq!((experiment.workers(), experiment.seed(), experiment.units()), (2, 1, 4));
    assert_eq!(serde_json::to_value(&experiment).unwrap(), text);
}

#[test]
fn a_build_of_version_0_1_had_a_field_for_each_library() {
    let text =
        json!({"version": "0.1.0", "commit": "", "profile": "release", "rustc": "1.95.0", "tokio": "1.54.1", "actix": "0.13.5"});
    let build: Build = serde_json::from_value(text).unwrap();
    assert_eq!(build.libraries["actix"], "0.13.5");
    let again: Build = serde_json::from_value(serde_json::to_value(&build).unwrap()).unwrap();
    assert_eq!(again, build);
}

#[test]
fn a_summary_has_each_quantity_under_its_name_and_groups_in_one_object() {
    let interval = Interval { median: 2.0, low: 1.0, high: 3.0, coverage: 0.95 };
    let values = ["ops_per_s", "latency_ns.p50", "latency_ns.p99"].map(|key| (key.to_owned(), interval)).into();
    let summary =
        Summary { model: "tokio".into(), values, extra: [("hop_ns".to_owned(), interval)].into(), ..Summary::default() };
    let json = serde_json::to_value(summary).unwrap();
    assert_eq!((&json["label"], &json["ops_per_s"]["median"]), (&json!("tokio"), &json!(2.0)));
    assert_eq!(json["ops_per_s"]["coverage"], json!(0.95));
    assert_eq!((&json["latency_ns"]["p99"]["high"], &json["extra"]["hop_ns"]["low"]), (&json!(3.0), &json!(1.0)));
}

#[test]
fn parameters_and_quantities_say_their_kind_in_a_word() {
    let json = serde_json::to_value(support::catalog()).unwrap();
    let units = &json["workloads"][0]["parameters"][0];
    assert_eq!((&units["name"], &units["kind"], &units["max"]), (&json!("units"), &json!("integer"), &json!(1_000_000)));
    assert_eq!(json["models"][1]["options"][0]["kind"], "choice");
    let (key, label, column, help) = ("a".into(), "A".into(), String::new(), "Help.".into());
    let quantity = Quantity { key, label, column, unit: Unit::BytesPerSecond, better: Better::Higher, help };
    assert_eq!(serde_json::to_value(quantity).unwrap()["unit"], "bytes_per_second");
}

#[test]
fn the_slice_of_a_catalogue_explains_a_result_and_nothing_else() {
    let experiment = Experiment { workload: "echo".into(), models: vec!["tokio".into()], ..Experiment::default() };
    let slice = support::catalog().slice(&experiment);
    assert_eq!((slice.models.len(), slice.workloads.len(), slice.presets.len()), (1, 1, 0));
    assert_eq!(slice.workloads[0].cells.len(), 1);
    assert_eq!(slice.slice(&experiment), slice);
}

#[test]
fn links_say_where_they_begin_and_who_can_open_them() {
    let links = Links { base: "https://interleave.example".into(), reach: Reach::Public };
    let json = json!({"base": "https://interleave.example", "reach": "public"});
    assert_eq!(serde_json::to_value(&links).unwrap(), json);
    assert_eq!(serde_json::to_value(Reach::Loopback).unwrap(), "loopback");
    assert_eq!(serde_json::from_value::<Links>(json).unwrap(), links);
}

#[test]
fn a_result_is_kept_unpublished_unless_that_is_asked_for_and_an_unknown_field_is_refused() {
    let read = |json: Json| serde_json::from_value::<Keep>(json);
    assert_eq!(read(json!({"run": "abc"})).unwrap(), Keep { run: "abc".into(), publish: false });
    assert_eq!(read(json!({"run": "abc", "publish": true})).unwrap(), Keep { run: "abc".into(), publish: true });
    assert!(read(json!({"run": "abc", "public": true})).is_err());
}
