//! A catalogue to check and to link against.

use std::collections::BTreeMap;

use protocol::catalog::{Cell, Headline, Look, Noun, Shape};
use protocol::parameter::Choice;
use protocol::{Catalog, Model, Parameter, ParameterKind, Preset, PresetGroup, Value, Workload};

pub(crate) fn integer(name: &str, min: u64, max: u64, step: u64, default: u64) -> Parameter {
    let kind = ParameterKind::Integer { min, max, step, default, log: false };
    Parameter {
        name: name.into(),
        label: name.into(),
        unit: String::new(),
        help: String::new(),
        kind,
        earlier: Vec::new(),
        can_be_swept: true,
        is_work: false,
    }
}

pub(crate) fn choice(name: &str, words: &[&str]) -> Parameter {
    let options = words.iter().map(|word| Choice { value: (*word).into(), label: (*word).into() }).collect();
    let kind = ParameterKind::Choice { options, default: words[0].into() };
    Parameter { kind, can_be_swept: false, ..integer(name, 0, 0, 1, 0) }
}

/// Up to five steps: two words with a number and one without, a block with a number and one without.
pub(crate) fn program() -> Parameter {
    let word = |word: &str, unit: &str, max, default| Parameter { unit: unit.into(), ..integer(word, 1, max, 1, default) };
    let alone = || ParameterKind::Choice { options: Vec::new(), default: String::new() };
    let send = Parameter { kind: alone(), ..integer("send", 0, 0, 1, 0) };
    let words = vec![word("compute", "µs", 100_000, 20), word("wait", "ms", 10_000, 1), send];
    let blocks = vec![integer("repeat", 1, 1_000, 1, 2), Parameter { kind: alone(), ..integer("in parallel", 0, 0, 1, 0) }];
    let kind = ParameterKind::Steps { words, blocks, most: 5, default: "send".into() };
    Parameter { kind, can_be_swept: false, ..integer("program", 0, 0, 1, 0) }
}

/// Two models, two workloads; the second model cannot run the second workload; `payload` was 32 in links of version 1.
pub(crate) fn catalog() -> Catalog {
    let look = || Look { shape: Shape::Circle, notched: false, light: "#000000".into(), dark: "#ffffff".into() };
    let model = |id: &str, options: Vec<Parameter>| Model {
        id: id.into(),
        name: id.into(),
        within: id.into(),
        summary: String::new(),
        variant_of: None,
        look: look(),
        options,
        libraries: Vec::new(),
    };
    let noun = || Noun { one: "one".into(), many: "many".into() };
    let lock = choice("lock", &["std", "tokio"]);
    let payload = Parameter { earlier: vec![(1, Value::Integer(32))], ..integer("payload", 1, 65_536, 1, 64) };
    let cell = |model: &str, absent: Option<&str>| Cell {
        model: model.into(),
        absent: absent.map(Into::into),
        source: None,
        options: if model == "tokio" { vec!["driver".into()] } else { Vec::new() },
        libraries: Vec::new(),
        units_limit: None,
    };
    let workload = |id: &str, second: Option<&str>| Workload {
        id: id.into(),
        name: id.into(),
        summary: String::new(),
        help: String::new(),
        unit: noun(),
        operation: noun(),
        latency: String::new(),
        scope: Vec::new(),
        headline: Headline { metric: "ops_per_s".into(), subject: String::new(), verb: String::new() },
        by_time: false,
        parameters: vec![integer("units", 2, 1_000_000, 2, 1000), payload.clone(), lock.clone(), program()],
        figures: Vec::new(),
        cells: vec![cell("threads", None), cell("tokio", second)],
    };
    Catalog {
        version: 2,
        models: vec![model("threads", Vec::new()), model("tokio", vec![choice("driver", &["worker", "block_on"])])],
        quantities: Vec::new(),
        workloads: vec![workload("echo", None), workload("pool", Some("a pool would deadlock"))],
        method: vec![
            choice("cores", &["all", "one"]),
            integer("workers", 1, 64, 1, 2),
            Parameter { can_be_swept: false, ..integer("repetitions", 1, 50, 1, 5) },
            choice("until", &["all", "sure"]),
            choice("lanes", &["off", "on"]),
            Parameter { can_be_swept: false, ..integer("seed", 0, 1 << 53, 1, 42) },
        ],
        presets: vec![Preset {
            name: "first".into(),
            group: PresetGroup::default(),
            note: String::new(),
            workload: "echo".into(),
            models: vec!["tokio".into()],
            set: BTreeMap::from([("units".into(), Value::Integer(10))]),
        }],
    }
}
