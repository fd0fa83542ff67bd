//! By time or by work: what a request means that does not say which.

use protocol::link::decode;
use protocol::{Catalog, Draft, Parameter, Value, draft};

mod support;

/// The workload `echo` can be measured by time, and `payload` is how much work it is; `pool` has its own course.
fn catalog() -> Catalog {
    let mut catalog = support::catalog();
    for workload in &mut catalog.workloads {
        workload.by_time = workload.id == "echo";
        workload.parameters.iter_mut().for_each(|parameter| parameter.is_work = parameter.name == "payload");
    }
    let measure = Parameter { earlier: vec![(1, "work".into())], ..support::choice("measure", &["time", "work"]) };
    catalog.method.extend([measure, Parameter { can_be_swept: false, ..support::integer("measure_ms", 10, 10_000, 1, 250) }]);
    catalog
}

/// What `measure` comes to.
fn measured(json: &str) -> Result<String, String> {
    let catalog = catalog();
    let experiment = draft::experiment_of_json(json, &catalog).map_err(|problems| problems[0].to_string())?;
    Ok(experiment.value("measure").map(ToString::to_string).unwrap_or_default())
}

#[test]
fn who_says_how_much_work_gets_just_that_and_who_does_not_a_fixed_time() {
    let cases = [
        (r#"{"workload": "echo", "models": ["tokio"]}"#, "time"),
        (r#"{"workload": "echo", "models": ["tokio"], "params": {"units": 4}}"#, "time"),
        (r#"{"workload": "echo", "models": ["tokio"], "params": {"payload": 100}}"#, "work"),
        (r#"{"workload": "echo", "models": ["tokio"], "params": {"payload": 100}, "measure": "time"}"#, "time"),
        (r#"{"workload": "echo", "models": ["tokio"], "measure": "work"}"#, "work"),
        (r#"{"workload": "pool", "models": ["threads"]}"#, "work"),
    ];
    for (json, expected) in cases {
        assert_eq!(measured(json), Ok(expected.to_owned()), "{json}");
    }
}

#[test]
fn what_has_its_own_course_is_not_measured_by_time_and_that_is_said() {
    let said = measured(r#"{"workload": "pool", "models": ["threads"], "measure": "time"}"#).unwrap_err();
    assert!(said.contains("measure") && said.contains("pool") && said.contains("work"), "{said}");
}

#[test]
fn links_of_version_1_mean_fixed_work() {
    let of = |query: &str| {
        let catalog = catalog();
        let experiment = decode("/echo", query, &catalog).draft.check(&catalog).unwrap();
        experiment.value("measure").cloned()
    };
    assert_eq!(of("models=tokio&v=1"), Some(Value::from("work")));
    assert_eq!(of("models=tokio&v=2"), Some(Value::from("time")));
    assert_eq!(of("models=tokio&payload=8&v=2"), Some(Value::from("work")));
}

#[test]
fn a_field_that_decides_nothing_is_moot() {
    let catalog = catalog();
    let moot = |draft: &Draft| -> Vec<String> {
        let own = catalog.workload(&draft.workload).unwrap().parameters.iter().chain(&catalog.method);
        own.filter(|field| draft.is_moot(field, &catalog)).map(|field| field.name.clone()).collect()
    };
    let of = |id: &str, measure: Option<&str>| {
        let mut draft = Draft::of(catalog.workload(id).unwrap(), &catalog);
        draft.fields.extend(measure.map(|word| ("measure".to_owned(), word.to_owned())));
        draft
    };
    assert_eq!(moot(&of("echo", None)), ["payload"]);
    assert_eq!(moot(&of("echo", Some("work"))), ["measure_ms"]);
    assert_eq!(moot(&of("pool", None)), ["measure", "measure_ms"]);
}
