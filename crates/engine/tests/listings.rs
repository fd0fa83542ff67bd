//! What the listings print.

use std::collections::BTreeSet;

use engine::{Limits, Measured, Registry, TrialSpec};
use protocol::{Machine, Value};

const MODELS: [&str; 3] = ["threads", "tokio", "actix"];

/// The listing of this model, with four units of three lines and no pause.
fn run(model: &str) -> Measured {
    let params = [("units", 4), ("lines", 3), ("pause_ms", 0)].map(|(name, value)| (name.to_owned(), Value::Integer(value)));
    let spec = TrialSpec { workload: "listings".into(), model: model.into(), params: params.into(), ..TrialSpec::default() };
    Registry::standard().run(&spec, Limits { threads: 1_000, files: 1_000 }, &mut |_| {}).unwrap()
}

#[test]
fn every_line_is_printed_once() {
    let expected: BTreeSet<String> =
        (1..=4).flat_map(|unit| (1..=3).map(move |line| format!("unit {unit}: line {line}"))).collect();
    for model in MODELS {
        let Measured { printed, answer_ok, .. } = run(model);
        assert_eq!((printed.len(), answer_ok), (12, true), "{model}: {printed:?}");
        assert_eq!(printed.into_iter().collect::<BTreeSet<_>>(), expected, "{model}");
    }
}

#[test]
fn the_lines_of_one_unit_keep_their_order() {
    for model in MODELS {
        let printed = run(model).printed;
        for unit in 1..=4 {
            let own: Vec<&str> = printed.iter().filter_map(|line| line.strip_prefix(&format!("unit {unit}: line "))).collect();
            assert_eq!(own, ["1", "2", "3"], "unit {unit} of {model}: {printed:?}");
        }
    }
}

/// It starts its runtime itself.
#[test]
fn a_listing_obeys_no_option_of_its_model() {
    let catalog = Registry::standard().catalog(&Machine::default());
    let obeyed = |workload: &str| &catalog.workload(workload).unwrap().cell("tokio").unwrap().options;
    assert!(obeyed("listings").is_empty() && !obeyed("spawn").is_empty());
}
