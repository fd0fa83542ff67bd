//! Form, link, file and API body go through one check: for every input a sentence comes out and nothing is lost.

use protocol::Value;
use protocol::draft::experiment_of_json;
use protocol::parameter::sweep::Parts;
use protocol::{Draft, View, link};
use serde_json::json;

mod support;
use support::{catalog, program};

#[test]
fn absent_fields_take_the_catalogue_s_defaults() {
    let experiment = experiment_of_json(r#"{"workload":"echo","models":["tokio"]}"#, &catalog()).unwrap();
    assert_eq!(experiment.params["payload"], Value::Integer(64));
    assert_eq!(experiment.params["lock"], Value::Text("std".into()));
    assert_eq!((experiment.workers(), experiment.repetitions(), experiment.seed()), (2, 5, 42));
}

#[test]
fn a_workload_that_compares_no_figure_cannot_be_swept() {
    let mut catalog = catalog();
    let swept = r#"{"workload":"echo","models":["tokio"],"params":{"units":"2; 4"}}"#;
    assert!(experiment_of_json(swept, &catalog).is_ok());
    catalog.workloads[0].headline.metric.clear();
    let problems = experiment_of_json(swept, &catalog).unwrap_err();
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["units: 2; 4 cannot be swept: echo has no figure that depends on it; accepted: one value"]
    );
}

#[test]
fn every_bad_input_names_its_field_its_value_and_what_would_be_accepted() {
    // What is sent; the field and the words that must come back.
    let cases = [
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":40000000}}"#, "units", "too large"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":99999999999999999999999}}"#, "units", "too large"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":"99999999999999999999999"}}"#, "units", "too large"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":0}}"#, "units", "too small"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":-4}}"#, "units", "too small"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":3}}"#, "units", "multiple of 2"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":4.5}}"#, "units", "whole number"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":"many"}}"#, "units", "whole number"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":""}}"#, "units", "empty"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":"+4"}}"#, "units", "whole number"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":[4]}}"#, "units", "fewer than two"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"units":null}}"#, "units", "number"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"lock":"spin"}}"#, "lock", "choice"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":"send, fly"}}"#, "program", "has the unknown step \"fly\""),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"compute 900000"}}"#,
            "program",
            "900000\", which is too large",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"send, wait 0"}}"#,
            "program",
            "\"wait 0\", which is too small",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"wait -1"}}"#,
            "program",
            "\"wait -1\", which is too small",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"wait long"}}"#,
            "program",
            "\"wait long\", which is not a whole",
        ),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":"wait 1 2 µs"}}"#, "program", "not a whole number"),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"send 3"}}"#,
            "program",
            "\"send 3\", which takes no number",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"send,repeat{send,send,send,send}"}}"#,
            "program",
            "has 6 steps: too many",
        ),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":" , ;"}}"#, "program", "is empty"),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"send { send }"}}"#,
            "program",
            "behind \"send\", which takes none",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"send, repeat 2"}}"#,
            "program",
            "without { steps } behind it (step 2)",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"repeat { }"}}"#,
            "program",
            "nothing between the braces of \"repeat\"",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"repeat { send, wait 0 }"}}"#,
            "program",
            "too small (step 1.2)",
        ),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":"in parallel 3 { send }"}}"#, "program", "takes no number"),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"repeat { send"}}"#,
            "program",
            "has a { that is not closed",
        ),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"send }, wait"}}"#,
            "program",
            "has a } that closes nothing",
        ),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":"{ send }"}}"#, "program", "has a block without a word"),
        (
            r#"{"workload":"echo","models":["tokio"],"params":{"program":"repeat 1000 { repeat 11 { send } }"}}"#,
            "program",
            "is 11000 steps long",
        ),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":"{{{{{send}}}}}"}}"#, "program", "more than 4 deep"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":20}}"#, "program", "unknown step \"20\""),
        (r#"{"workload":"echo","models":["tokio"],"params":{"program":["send"]}}"#, "program", "neither a number nor a word"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"unit":4}}"#, "unit", "not a parameter"),
        (r#"{"workload":"echo","models":["tokio"],"params":{"seed":4}}"#, "seed", "does not belong"),
        (r#"{"workload":"echo","models":["tokio"],"params":7}"#, "params", "not an object"),
        (r#"{"workload":"echo","models":["tokio"],"workers":0}"#, "workers", "too small"),
        (r#"{"workload":"echo","models":["tokio"],"repeat":3}"#, "repeat", "not a field"),
        (r#"{"workload":"echo","models":[]}"#, "models", "empty"),
        (r#"{"workload":"echo","models":["tokio","tokio"]}"#, "models", "twice"),
        (r#"{"workload":"echo","models":["go"]}"#, "models", "not a model"),
        (r#"{"workload":"echo","models":[3]}"#, "models", "not an id"),
        (r#"{"workload":"echo","models":"tokio"}"#, "models", "not a list"),
        (r#"{"workload":"echo"}"#, "models", "missing"),
        (r#"{"workload":"pool","models":["tokio"]}"#, "models", "deadlock"),
        (r#"{"workload":"nope","models":["tokio"]}"#, "workload", "not a workload"),
        (r#"{"models":["tokio"]}"#, "workload", "missing"),
        (r#"[1,2]"#, "experiment", "not an experiment"),
        (r#"{"workload":"#, "experiment", "not JSON"),
    ];
    for (text, field, words) in cases {
        let problems = experiment_of_json(text, &catalog()).expect_err(text);
        let problem = problems.iter().find(|problem| problem.field == field).unwrap_or_else(|| panic!("{text}: {problems:?}"));
        assert!(problem.message.contains(words), "{text}: {problem}");
        assert!(!problem.accepted.is_empty(), "{text}: {problem}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = r#"{"workload":"echo","models":["go"],"params":{"units":1,"payload":0},"workers":999}"#;
    assert_eq!(experiment_of_json(text, &catalog()).unwrap_err().len(), 4);
}

#[test]
fn a_long_value_comes_back_short() {
    let long = "x".repeat(1_000_000);
    for (field, value) in [("units", long.clone()), ("program", long.clone()), ("program", format!("wait {long}"))] {
        let text = format!(r#"{{"workload":"echo","models":["tokio"],"params":{{"{field}":"{value}"}}}}"#);
        assert!(experiment_of_json(&text, &catalog()).unwrap_err()[0].to_string().len() < 400, "{field}");
    }
}

#[test]
fn a_program_is_read_however_it_is_written_and_says_every_number() {
    // What is typed; what it means.
    let cases = [
        ("compute 5, wait 2, send", "compute 5, wait 2, send"),
        ("compute,wait", "compute 20, wait 1"),
        ("  SEND;Compute  1_000\nwait\t10 ms;", "send, compute 1000, wait 10"),
        ("compute 7µs", "compute 7"),
        ("send\r\nsend", "send, send"),
        ("repeat 3{wait 2;send}send", "repeat 3 { wait 2, send }, send"),
        ("in parallel {\n  compute\n  repeat 1 { send, send }\n}", "in parallel { compute 20, repeat 1 { send, send } }"),
    ];
    let catalog = catalog();
    for (typed, meant) in cases {
        let json = serde_json::json!({ "workload": "echo", "models": ["tokio"], "params": { "program": typed } });
        let experiment = experiment_of_json(&json.to_string(), &catalog).unwrap();
        assert_eq!(experiment.params["program"], Value::Text(meant.into()), "{typed}");
        // What it means means itself, in a link too.
        let encoded = link::encode(&Draft::of_experiment(&experiment), None, &View::default(), None, &catalog);
        let (path, query) = encoded.split_once('?').unwrap();
        assert_eq!(link::decode(path, query, &catalog).draft.check(&catalog), Ok(experiment), "{encoded}");
    }
}

#[test]
fn what_a_program_accepts_is_said_word_for_word() {
    let accepted = "1 to 5 steps, each one of compute N µs (1 to 100,000), wait N ms (1 to 10,000), send, \
                    repeat N (1 to 1,000) { steps }, in parallel { steps }";
    assert_eq!(program().accepted(), accepted);
}

#[test]
fn whole_numbers_are_read_however_they_are_written() {
    let of_json = |units: &str| {
        let text = format!(r#"{{"workload":"echo","models":["tokio"],"params":{{"units":{units}}}}}"#);
        experiment_of_json(&text, &catalog())
    };
    for units in ["1000", "1000.0", "1e3", "\"1,000\"", "\" 1_000 \"", "\"1e3\"", "\"1E+3\"", "\"1k\"", "\"1 K\"", "\"0.001M\""] {
        assert_eq!(of_json(units).unwrap().units(), 1000, "{units}");
    }
    // What is typed; what must be said.
    let cases = [
        ("1.5", "not a whole number"),
        ("1.2345k", "not a whole number"),
        ("k", "not a whole number"),
        (".5k", "not a whole number"),
        ("1e", "not a whole number"),
        ("10e-1", "not a whole number"),
        ("1k5", "not a whole number"),
        ("2.5M", "too large"),
        ("1e99999", "too large"),
        ("0k", "too small"),
        ("-1k", "too small"),
        ("0.003k", "multiple of 2"),
    ];
    for (units, said) in cases {
        let problems = of_json(&format!("\"{units}\"")).unwrap_err();
        assert!(problems[0].message.contains(said), "{units}: {}", problems[0]);
    }
}

#[test]
fn a_link_opens_to_what_it_was_made_from() {
    let catalog = catalog();
    let mut draft = Draft::of(&catalog.workloads[0], &catalog);
    draft.fields.insert("units".into(), "500".into());
    draft.fields.insert("lock".into(), "tokio".into());
    let line = link::Line { model: "tokio".into(), number: 23 };
    let encoded = link::encode(&draft, Some("a1b2"), &View::default(), Some(&line), &catalog);
    assert_eq!(
        encoded,
        "/echo?units=500&payload=64&lock=tokio&program=send&models=threads,tokio&cores=all&workers=2&repetitions=5&until=all\
         &lanes=off&seed=42&driver=worker&line=tokio:23&v=2&run=a1b2"
    );
    let (path, query) = encoded.split_once('?').unwrap();
    let opened = link::decode(path, query, &catalog);
    assert_eq!(opened.draft.check(&catalog), draft.check(&catalog));
    assert_eq!((opened.run.as_deref(), opened.line, opened.notes), (Some("a1b2"), Some(line), vec![]));
}

#[test]
fn an_old_link_opens_with_the_defaults_of_its_version() {
    let catalog = catalog();
    let payload = |query: &str| link::decode("/echo", query, &catalog).draft.check(&catalog).unwrap().params["payload"].clone();
    assert_eq!(payload("units=10&v=1"), Value::Integer(32));
    assert_eq!(payload("units=10&v=1&payload=5"), Value::Integer(5));
    assert_eq!(payload("units=10&v=2"), Value::Integer(64));
    assert_eq!(payload("units=10"), Value::Integer(64));
}

#[test]
fn a_damaged_link_opens_with_what_could_be_read_and_says_what_could_not() {
    let catalog = catalog();
    // The query; what is noted; the units that it opens with.
    let cases = [
        ("/echo", "units=abc&payload=5", vec!["units"], 1000),
        ("/echo", "units=10&colour=red", vec!["colour"], 10),
        ("/echo", "units=10&models=tokio,go", vec!["models"], 10),
        ("/echo", "units=10&models=go", vec!["models"], 10),
        ("/pool", "units=10&models=threads,tokio", vec!["models"], 10),
        ("/echo", "units=10&v=99", vec!["v"], 10),
        ("/echo", "units=10&run=../../etc", vec!["run"], 10),
        ("/echo", "units=10&line=tokio:none", vec!["line"], 10),
        ("/echo", "units=10&line=tokio:0", vec!["line"], 10),
        ("/echo", "units=10&line=go:3", vec!["line"], 10),
        ("/eccho", "units=12", vec!["workload"], 12),
        ("/echo", "units=%FF%FE&&=&=3&%", vec!["units", "", "%"], 1000),
        ("/", "", vec![], 10),
    ];
    for (path, query, noted, units) in cases {
        let opened = link::decode(path, query, &catalog);
        for field in noted {
            assert!(opened.notes.iter().any(|note| note.field == field), "{path}?{query}: {field} in {:?}", opened.notes);
        }
        let experiment = opened.draft.check(&catalog).unwrap_or_else(|problems| panic!("{path}?{query}: {problems:?}"));
        assert_eq!(experiment.units(), units, "{path}?{query}");
    }
}

#[test]
fn what_could_not_be_read_can_be_kept_in_the_link_which_opens_as_it_did() {
    let catalog = catalog();
    let links = [
        ("/echo", "units=abc&payload=5&colour=red&v=2", vec!["units=abc&", "payload=5&", "&colour=red"]),
        ("/echo", "units=10&models=tokio,go&v=99", vec!["models=tokio,go&", "&v=99"]),
        ("/eccho", "units=12&run=..%2F", vec!["/eccho?", "units=12&", "&run=..%2F"]),
        ("/echo", "workload=pool&=3", vec!["/echo?", "&=3"]),
    ];
    for (path, query, kept) in links {
        let opened = link::decode(path, query, &catalog);
        let link = link::keeping(&opened.unread, &link::encode(&opened.draft, None, &opened.view, None, &catalog));
        kept.iter().for_each(|kept| assert!(link.contains(kept), "{kept} in {link}"));
        let (path, query) = link.split_once('?').unwrap();
        let again = link::decode(path, query, &catalog);
        assert_eq!((&again.draft.check(&catalog), &again.unread), (&opened.draft.check(&catalog), &opened.unread), "{link}");
    }
    let sound = link::encode(&Draft::of(&catalog.workloads[0], &catalog), Some("a"), &View::default(), None, &catalog);
    assert_eq!(link::keeping(&[], &sound), sound);
}

#[test]
fn a_program_that_cannot_be_read_stays_to_be_mended() {
    let catalog = catalog();
    let opened = link::decode("/echo", "units=10&program=send,+repeat+3+%7B", &catalog);
    assert_eq!((opened.draft.fields["program"].as_str(), opened.notes.as_slice()), ("send, repeat 3 {", &[][..]));
    let problems = opened.draft.check(&catalog).unwrap_err();
    assert!(problems.iter().all(|problem| problem.field == "program") && !problems.is_empty(), "{problems:?}");
    let link = link::encode(&opened.draft, None, &View::default(), None, &catalog);
    assert!(link.contains("program=send%2C+repeat+3+%7B"), "{link}");
    let (path, query) = link.split_once('?').unwrap();
    assert_eq!(link::decode(path, query, &catalog).draft.fields["program"], "send, repeat 3 {");
}

#[test]
fn of_a_parameter_that_is_given_twice_the_last_counts_and_that_is_said() {
    let opened = link::decode("/echo", "units=6&payload=3&units=8&v=1&v=2", &catalog());
    assert_eq!(opened.draft.check(&catalog()).unwrap().units(), 8);
    let said: Vec<String> = opened.notes.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("units: is given twice; the last, 8, is used"), "{said:?}");
    assert!(opened.unread.is_empty(), "it is read");
}

#[test]
fn half_typed_fields_stand_in_the_link_and_are_never_lost() {
    let catalog = catalog();
    let mut draft = Draft::of(&catalog.workloads[0], &catalog);
    draft.fields.insert("units".into(), "12 & more=%".into());
    let encoded = link::encode(&draft, None, &View::default(), None, &catalog);
    assert!(encoded.contains("units=12+%26+more%3D%25&"), "{encoded}");
    draft.models.clear();
    let (path, query) = link::encode(&draft, None, &View::default(), None, &catalog)
        .split_once('?')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_eq!(link::decode(&path, &query, &catalog).draft.models, Vec::<String>::new());
}

#[test]
fn a_field_with_several_values_is_a_sweep_however_it_arrives() {
    let catalog = catalog();
    // What is typed into `units`, a linear parameter of even numbers; the values that it means.
    let cases = [
        ("2; 10; 100", vec![2, 10, 100]),
        ("100;2;10;2", vec![2, 10, 100]),
        ("2..1000 log 4", vec![2, 16, 130, 1000]),
        ("2..200 log", vec![2, 6, 20, 64, 200]),
        ("2..8", vec![2, 4, 6, 8]),
        ("2 .. 1,000 linear 3", vec![2, 502, 1000]),
        ("2..1k linear 3", vec![2, 502, 1000]),
        ("1e1; 0.5k", vec![10, 500]),
    ];
    for (text, values) in cases {
        let mut draft = Draft::of(&catalog.workloads[0], &catalog);
        draft.fields.insert("units".into(), text.into());
        let experiment = draft.check(&catalog).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        let sweep = experiment.sweep.clone().unwrap();
        assert_eq!((sweep.parameter.as_str(), &sweep.values), ("units", &values), "{text}");
        assert_eq!(Some(&experiment.units()), values.last(), "the greatest stands for all: {text}");
        assert_eq!(experiment.at(Some(2), None).units(), 2);
        assert_eq!(Draft::of_experiment(&experiment).check(&catalog).as_ref(), Ok(&experiment), "{text}");
        let json = serde_json::to_string(&experiment).unwrap();
        assert_eq!(experiment_of_json(&json, &catalog).as_ref(), Ok(&experiment), "{json}");
        let (path, query) = link::encode(&draft, None, &View::default(), None, &catalog)
            .split_once('?')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert_eq!(link::decode(&path, &query, &catalog).draft.check(&catalog), Ok(experiment), "{query}");
    }
    let list = r#"{"workload":"echo","models":["tokio"],"params":{"units":[2,10]}}"#;
    assert_eq!(experiment_of_json(list, &catalog).unwrap().sweep.unwrap().values, [2, 10]);
}

#[test]
fn a_range_is_the_same_in_parts() {
    // What is typed; its parts, and what they come to.
    let cases = [
        ("1..1000 log 6", ("1", "1000", Some(true), "6"), "1..1000 log 6"),
        (" 1 .. 1,000", ("1", "1,000", None, ""), "1..1,000"),
        ("..1000 linear", ("", "1000", Some(false), ""), "..1000 linear"),
        ("1.. log 6", ("1", "", Some(true), "6"), "1.. log 6"),
        ("2..8 3", ("2", "8", None, "3"), "2..8 3"),
    ];
    for (text, (from, to, log, count), again) in cases {
        let parts = Parts::of(text).unwrap();
        assert_eq!((parts.from.as_str(), parts.to.as_str(), parts.log, parts.count.as_str()), (from, to, log, count), "{text}");
        assert_eq!(parts.to_string(), again);
        assert_eq!(Parts::of(again), Some(parts));
    }
    assert_eq!(Parts::of("1; 10; 100"), None);
    let spaced = Parts { from: "1".into(), to: "1 000".into(), ..Parts::default() };
    assert_eq!(spaced.to_string(), "1..1000");
}

#[test]
fn two_fields_with_several_values_are_swept_together_however_they_arrive() {
    let catalog = catalog();
    let mut draft = Draft::of(&catalog.workloads[0], &catalog);
    draft.fields.extend([("payload", "1; 64"), ("units", "2..8")].map(|(name, text)| (name.to_owned(), text.to_owned())));
    let experiment = draft.check(&catalog).unwrap();
    let swept: Vec<(&str, &[u64])> = experiment.sweeps().map(|sweep| (sweep.parameter.as_str(), &sweep.values[..])).collect();
    assert_eq!(swept, [("units", &[2, 4, 6, 8][..]), ("payload", &[1, 64])], "in the order of the form");
    let points: Vec<_> = experiment.points().into_iter().map(|(at, also)| (at.unwrap(), also.unwrap())).collect();
    assert_eq!(points, [(2, 1), (2, 64), (4, 1), (4, 64), (6, 1), (6, 64), (8, 1), (8, 64)]);
    let one = experiment.at(Some(4), Some(1));
    assert_eq!((one.units(), &one.params["payload"]), (4, &Value::Integer(1)));

    assert_eq!(Draft::of_experiment(&experiment).check(&catalog).as_ref(), Ok(&experiment));
    let json = serde_json::to_value(&experiment).unwrap();
    assert_eq!(json["sweep"], json!({"parameter": "units", "values": [2, 4, 6, 8]}));
    assert_eq!(json["sweep2"], json!({"parameter": "payload", "values": [1, 64]}));
    assert_eq!(experiment_of_json(&json.to_string(), &catalog).as_ref(), Ok(&experiment));
    let encoded = link::encode(&draft, None, &View::default(), None, &catalog);
    let (path, query) = encoded.split_once('?').unwrap();
    assert_eq!(link::decode(path, query, &catalog).draft.check(&catalog), Ok(experiment), "{query}");

    let twice = json!({"workload": "echo", "models": ["tokio"],
        "sweep": {"parameter": "units", "values": [2, 4]}, "sweep2": {"parameter": "units", "values": [6, 8]}});
    let problems = experiment_of_json(&twice.to_string(), &catalog).unwrap_err();
    assert!(problems[0].field == "sweep2" && problems[0].accepted == "another parameter", "{problems:?}");
}

#[test]
fn a_sweep_that_cannot_be_run_says_which_value_or_which_word_is_wrong() {
    let catalog = catalog();
    // What is typed, into which field; what must be said.
    let cases = [
        ("units", "2; 3", "multiple of 2"),
        ("units", "2; 40000000", "too large"),
        ("units", "2;", "fewer than two"),
        ("units", "10..2", "does not ascend"),
        ("units", "2..1000 lag", "lag"),
        ("units", "2..1000 30", "values"),
        ("lock", "std; tokio", "not one of the choices"),
        ("repetitions", "1..5", "not a whole number"),
    ];
    for (field, text, said) in cases {
        let mut draft = Draft::of(&catalog.workloads[0], &catalog);
        draft.fields.insert(field.into(), text.into());
        let problems = draft.check(&catalog).unwrap_err();
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        assert!(problems[0].field == field && problems[0].message.contains(said), "{text}: {}", problems[0]);
    }
    let mut draft = Draft::of(&catalog.workloads[0], &catalog);
    draft.fields.insert("units".into(), "2..8".into());
    draft.fields.insert("payload".into(), "1..8".into());
    draft.fields.insert("workers".into(), "1..4".into());
    let problems = draft.check(&catalog).unwrap_err();
    let said = "cannot be swept too: only two parameters can, and units and payload already are";
    assert!(problems.len() == 1 && problems[0].field == "workers" && problems[0].message == said, "{problems:?}");
    draft.fields.remove("workers");
    // The most points that there can be: what they make too many of is trials.
    draft.fields.insert("units".into(), "2..1000 20".into());
    draft.fields.insert("payload".into(), "1..64 20".into());
    draft.fields.insert("repetitions".into(), "2".into());
    assert_eq!(draft.check(&catalog).unwrap().points().len(), 400);
    draft.fields.insert("repetitions".into(), "3".into());
    let problems = draft.check(&catalog).unwrap_err();
    let said = "makes 3,600 trials: 20 × 20 values, every model and the control at each";
    assert!(problems[0].field == "repetitions" && problems[0].message == said, "{problems:?}");
    assert_eq!(problems[0].accepted, "fewer: 2,500 trials at most");
    draft.fields.insert("payload".into(), "1..64 21".into());
    let problems = draft.check(&catalog).unwrap_err();
    assert!(problems[0].field == "payload" && problems[0].message.contains("21 values"), "{problems:?}");
}
