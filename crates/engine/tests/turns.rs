//! Units that give way take turns: who ran last on a thread changes, and changes all the time.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use engine::{Limits, Registry, TrialSpec, Values};
use protocol::lanes::{Deed, DeedKind, Lanes};
use protocol::parameter::ParameterKind;
use protocol::{Machine, Value, Workload};

const UNITS: u64 = 6;

fn registry() -> (Registry, Vec<Workload>) {
    let registry = Registry::standard();
    let machine = Machine { cores: 2, threads_limit: 1_000, files_limit: 1_000, ..Machine::default() };
    let workloads = registry.catalog(&machine).workloads;
    (registry, workloads)
}

/// A few units with so many operations each that who began first does not matter.
fn params(workload: &Workload) -> Values {
    let value = |parameter: &protocol::Parameter| match &parameter.kind {
        ParameterKind::Integer { min, step, .. } if parameter.name == "units" => {
            Value::Integer(UNITS.max(*min).div_ceil(*step) * step)
        }
        // Batches of a hundred and more count as one turn.
        ParameterKind::Integer { min, max, step, .. } if parameter.is_work => {
            Value::Integer((min * 2_000).clamp(step * 2_000, *max))
        }
        ParameterKind::Integer { min, step, .. } => Value::Integer(min.div_ceil(*step) * step),
        ParameterKind::Choice { default, .. } => Value::Text(default.clone()),
        ParameterKind::Steps { .. } => Value::from("yield"),
    };
    workload.parameters.iter().map(|parameter| (parameter.name.clone(), value(parameter))).collect()
}

/// Of the operations that ended on one thread one after the other, since each of its units had begun: the share before which
/// another unit's had ended. (Before that one unit may be alone: who starts the others waits for a core.)
fn share_of_changes(name: &str, lanes: &Path) -> f64 {
    let lanes = Lanes::of_bytes(&std::fs::read(lanes).unwrap()).unwrap();
    let mut operations: Vec<Deed> = lanes.deeds.into_iter().filter(|deed| deed.kind == DeedKind::Operation).collect();
    operations.sort_by_key(|operation| operation.to);
    let mut threads: HashMap<u32, Vec<u32>> = HashMap::new();
    for Deed { thread, unit, .. } in operations {
        threads.entry(thread).or_default().extend(unit);
    }
    let (mut changes, mut pairs) = (0_u64, 0_u64);
    for units in threads.values() {
        let mut seen = HashSet::new();
        let all_there = (0..units.len()).filter(|place| seen.insert(&units[*place])).last().unwrap_or(0);
        for pair in units[all_there..].windows(2) {
            pairs += 1;
            changes += u64::from(pair[0] != pair[1]);
        }
    }
    assert!(pairs > 50, "{name}: only {pairs} operations were seen");
    changes as f64 / pairs as f64
}

#[test]
fn wherever_a_cell_gives_way_between_operations_its_units_take_turns() {
    let (registry, workloads) = registry();
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    // Operations of the others do not follow each other in a unit: that of `cancel` is a unit's end, and that all of them were
    // running is in its answer.
    for workload in workloads.iter().filter(|workload| workload.by_time) {
        for source in registry.sources(&workload.id).unwrap() {
            let text: String = source.pieces.iter().map(|piece| piece.1.as_str()).collect();
            let Some(model) = source.model.filter(|_| text.contains("yield_now().await")) else { continue };
            let name = format!("{} on {model}", workload.id);
            let trace = folder.path().join(&name);
            let method = [("workers", 2.into()), ("seed", 42.into()), ("measure", Value::from("work"))];
            let method = method.map(|(field, value)| (field.to_owned(), value)).into();
            let (params, path) = (params(workload), Some(trace.clone()));
            let spec = TrialSpec { workload: workload.id.clone(), model, params, method, trace: path };
            let limits = Limits { threads: 1_000, files: 1_000 };
            let measured = registry.run(&spec, limits, &mut |_| {}).unwrap_or_else(|halt| panic!("{name}: {halt}"));
            assert!(measured.answer_ok, "{name}: {measured:?}");
            let share = share_of_changes(&name, &trace);
            assert!(share > 0.4, "{name}: after {:.0} % of the operations the same unit went on", (1.0 - share) * 100.0);
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen} cells give way");
}

#[test]
fn a_job_that_runs_to_completion_is_seen_to() {
    let (registry, workloads) = registry();
    let workload = workloads.iter().find(|workload| workload.id == "cpu-hash").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("pool");
    let method = [("workers", 2.into()), ("seed", 42.into()), ("measure", Value::from("work"))];
    let method = method.map(|(field, value)| (field.to_owned(), value)).into();
    let (params, path) = (params(workload), Some(trace.clone()));
    let spec = TrialSpec { workload: workload.id.clone(), model: "thread-pool".into(), params, method, trace: path };
    assert!(registry.run(&spec, Limits { threads: 1_000, files: 1_000 }, &mut |_| {}).unwrap().answer_ok);
    let share = share_of_changes("cpu-hash on thread-pool", &trace);
    assert!(share < 0.1, "it changes {share} of the time");
}
