//! Every cell there is, new ones too, is run small: it does its work and its answer is right.

use std::collections::BTreeMap;

use engine::{Halt, Limits, Measured, Registry, TrialSpec, Values};
use protocol::catalog::ARRIVALS_LATE;
use protocol::lanes::{DeedKind, Lanes, LanesOverview};
use protocol::log::Phase;
use protocol::parameter::{ParameterKind, read};
use protocol::{Catalog, Draft, Machine, Value, Workload};

const LIMITS: Limits = Limits { threads: 1_000, files: 1_000 };

fn machine() -> Machine {
    Machine {
        cpu: "any".into(),
        cores: 2,
        memory_bytes: 1 << 30,
        os: "any".into(),
        kernel: "any".into(),
        threads_limit: LIMITS.threads,
        threads_limit_because: "1,000 threads".into(),
        files_limit: LIMITS.files,
        trial_memory_limit_bytes: 1 << 29,
        trial_time_limit_ms: 10_000,
        ..Machine::default()
    }
}

fn catalog() -> Catalog {
    Registry::standard().catalog(&machine())
}

/// The parameters of a small run: the least of everything, and a few units.
fn small(workload: &Workload) -> Values {
    let value = |parameter: &protocol::Parameter| match (&parameter.kind, parameter.name.as_str()) {
        (ParameterKind::Integer { min, step, .. }, "units") => Value::Integer(6.max(*min).div_ceil(*step) * step),
        (ParameterKind::Integer { min, step, .. }, _) => Value::Integer(min.div_ceil(*step) * step * 3),
        (ParameterKind::Choice { default, .. }, _) | (ParameterKind::Steps { default, .. }, _) => Value::Text(default.clone()),
    };
    workload.parameters.iter().map(|parameter| (parameter.name.clone(), value(parameter))).collect()
}

/// Two workers and this seed.
fn method(seed: u64) -> Values {
    let work = ("measure".to_owned(), Value::from("work"));
    [("workers".to_owned(), Value::Integer(2)), ("seed".to_owned(), Value::Integer(seed)), work].into()
}

fn spec(workload: &Workload, model: &str, params: Values) -> TrialSpec {
    TrialSpec { workload: workload.id.clone(), model: model.into(), params, method: method(42), trace: None }
}

#[test]
fn every_cell_does_its_work_and_comes_to_the_right_answer() {
    let registry = Registry::standard();
    for workload in &catalog().workloads {
        for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
            let name = format!("{} on {}", workload.id, cell.model);
            let mut phases = Vec::new();
            let spec = spec(workload, &cell.model, small(workload));
            let measured =
                registry.run(&spec, LIMITS, &mut |phase| phases.push(phase)).unwrap_or_else(|halt| panic!("{name}: {halt}"));
            assert!(measured.answer_ok, "{name}: {measured:?}");
            let figure = |key: &str| measured.figures.get(key).unwrap_or_else(|| panic!("{name} has no {key}: {measured:?}"));
            assert!(figure("wall_ns") > 0.0 && figure("operations") > 0.0 && figure("ops_per_s") > 0.0, "{name}: {measured:?}");
            // One in 64 is timed of some: of a small run, perhaps none.
            let samples = measured.figures.get("latency_ns.samples").unwrap_or(0.0);
            assert!(samples <= figure("operations"), "{name}");
            holds_together(&measured, &name);
            assert!(figure("warm_up.operations") > 0.0 && figure("minor_faults") >= 0.0, "{name}");
            assert!(figure("measured.user_ns") + figure("measured.system_ns") >= 0.0, "{name}");
            assert_eq!(phases, [Phase::WarmUp, Phase::Work, Phase::Check], "{name}");
            // A percentile of a small run has too few samples, see `a_percentile_has_ten_samples_beyond_it_or_is_not_given`.
            let is_percentile = |key: &str| key.contains("_p50_") || key.contains("_p99_") || key == ARRIVALS_LATE;
            let mut wanted = workload.figures.iter().filter(|figure| !is_percentile(&figure.key));
            assert!(wanted.all(|figure| measured.extra.get(&figure.key).is_some()), "{name}: {:?}", measured.extra);
        }
    }
}

/// What is reported whole says the same as the figures.
fn holds_together(measured: &Measured, name: &str) {
    let figure = |key: &str| measured.figures.get(key);
    assert_eq!(measured.latencies.count() as f64, figure("latency_ns.samples").unwrap_or(0.0), "{name}");
    let (ends, wall) = (&measured.finishes_ns, figure("wall_ns").unwrap());
    assert!(ends.is_sorted() && ends.len() <= 200 && ends.last().is_none_or(|last| *last as f64 <= wall), "{name}: {ends:?}");
    // Units that time their own operations, one after the other, and no others.
    let reported = |of: Option<&u64>, key| of.is_none_or(|end| Some(*end as f64) == figure(key));
    assert!(reported(ends.first(), "unit_finish_ns.first") && reported(ends.last(), "unit_finish_ns.last"), "{name}: {ends:?}");
    let (from, to) = measured.span_ns.unwrap();
    assert_eq!((to - from) as f64, wall, "{name}");
}

#[test]
fn measured_by_time_every_cell_that_can_be_comes_to_the_answer_of_what_it_did() {
    let registry = Registry::standard();
    for workload in catalog().workloads.iter().filter(|workload| workload.by_time) {
        for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
            let name = format!("{} on {}", workload.id, cell.model);
            let mut spec = spec(workload, &cell.model, small(workload));
            spec.method.extend([("measure".to_owned(), "time".into()), ("measure_ms".to_owned(), 20.into())]);
            let measured = registry.run(&spec, LIMITS, &mut |_| {}).unwrap_or_else(|halt| panic!("{name}: {halt}"));
            assert!(measured.answer_ok, "{name}: {measured:?}");
            assert!(measured.figures["wall_ns"] >= 20e6, "{name} ended before its time: {measured:?}");
            holds_together(&measured, &name);
        }
    }
}

#[test]
fn a_cold_start_has_no_warm_up() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("spawn").unwrap();
    for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
        let mut spec = spec(workload, &cell.model, small(workload));
        spec.method.insert("start".into(), "cold".into());
        let mut phases = Vec::new();
        let measured = registry.run(&spec, LIMITS, &mut |phase| phases.push(phase)).unwrap();
        assert!(measured.answer_ok && measured.figures.get("warm_up.operations").is_none(), "{}: {measured:?}", cell.model);
        assert_eq!(phases, [Phase::Work, Phase::Check], "{}", cell.model);
    }
}

#[test]
fn every_choice_of_every_cell_works() {
    let registry = Registry::standard();
    for workload in &catalog().workloads {
        for parameter in &workload.parameters {
            let ParameterKind::Choice { options, .. } = &parameter.kind else { continue };
            for option in options {
                let params =
                    small(workload).into_iter().chain([(parameter.name.clone(), Value::Text(option.value.clone()))]).collect();
                for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
                    let spec = spec(workload, &cell.model, BTreeMap::clone(&params));
                    let measured = registry.run(&spec, LIMITS, &mut |_| {});
                    assert!(
                        measured.is_ok_and(|measured| measured.answer_ok),
                        "{} on {}: {}",
                        workload.id,
                        cell.model,
                        option.value
                    );
                }
            }
        }
    }
}

#[test]
fn a_program_reports_times_of_the_steps_that_it_has_and_of_no_others() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("program").unwrap();
    let mut params = small(workload);
    params.insert("program".into(), Value::from("lock, compute 1, lock, read"));
    // Six units: enough of each kind for a 99th percentile.
    params.insert("rounds".into(), Value::Integer(200));
    for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
        let measured = registry.run(&spec(workload, &cell.model, params.clone()), LIMITS, &mut |_| {}).unwrap();
        assert!(measured.answer_ok, "{}: {measured:?}", cell.model);
        let keys: Vec<&str> = measured.extra.iter().map(|(key, _)| key).collect();
        let kinds = ["compute", "lock", "read", "round"];
        let wanted: Vec<String> = kinds.iter().flat_map(|kind| [format!("{kind}_p50_ns"), format!("{kind}_p99_ns")]).collect();
        assert_eq!(keys, wanted, "{}", cell.model);
    }
}

/// Six steps a round: what is done at once is one, whatever is in it, and what is repeated counts as often as it is done.
const BLOCKS: &str = "in parallel { compute 1, repeat 2 { send, lock }, in parallel { read, wait 1 } }, \
                      repeat 2 { lock, in parallel { yield, send } }, block 1";

#[test]
fn a_program_that_repeats_and_does_several_things_at_once_comes_to_the_right_answer_on_every_model() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("program").unwrap();
    for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
        for (by, owner) in [("work", "lock"), ("time", "owner"), ("work", "atomic")] {
            let mut spec = spec(workload, &cell.model, small(workload));
            spec.params.insert("program".into(), Value::from(BLOCKS));
            spec.params.insert("lock_by".into(), Value::from(owner));
            spec.params.insert("rounds".into(), Value::Integer(40));
            spec.method.insert("measure".into(), Value::from(by));
            spec.method.insert("measure_ms".into(), Value::Integer(200));
            let measured = registry.run(&spec, LIMITS, &mut |_| {}).unwrap();
            let name = format!("{}, {by}, {owner}", cell.model);
            assert!(measured.answer_ok, "{name}: {measured:?}");
            let operations = measured.figures["operations"];
            assert_eq!(operations % 6.0, 0.0, "{name}");
            assert!(by == "time" || operations == 6.0 * 40.0 * 6.0, "{name}: {operations}");
            // Twelve times a round, of which four are in branches.
            assert!(
                ["parallel", "send", "lock", "round"].iter().all(|kind| measured.extra.get(&format!("{kind}_p50_ns")).is_some())
            );
        }
    }
}

#[test]
fn a_program_is_refused_if_what_its_units_do_at_once_needs_too_many_threads() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("program").unwrap();
    let run = |program: &str| {
        let mut spec = spec(workload, "threads", small(workload));
        spec.params.insert("units".into(), Value::Integer(300));
        spec.params.insert("program".into(), Value::from(program));
        registry.run(&spec, Limits { files: 100_000, ..LIMITS }, &mut |_| {})
    };
    assert!(run("send").unwrap().answer_ok);
    let refused = run("in parallel { send, send, send, send }");
    let why = "300 units, which are up to 1,500 at once, a thread each, are over this machine's limit of 1,000 threads";
    assert!(matches!(&refused, Err(Halt::Refused(words)) if words.starts_with(why)), "{refused:?}");
}

/// The answer of `timeout` counts the questions that got no answer and timed out.
#[test]
fn a_question_that_gets_no_answer_times_out_unless_there_is_no_timeout() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("timeout").unwrap();
    let params: Values = [("units", 4), ("rounds", 100), ("timeout_ms", 2), ("late_per_mille", 200)]
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into();
    for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
        for with in ["timeout", "none"] {
            let mut spec = spec(workload, &cell.model, params.clone());
            spec.params.insert("with".into(), with.into());
            let measured = registry.run(&spec, LIMITS, &mut |_| {}).unwrap();
            assert!(measured.answer_ok, "{}: {measured:?}", cell.model);
            let (timed_out, overdue) = (measured.extra["timed_out"], measured.extra.get("overdue_p50_ns"));
            // A fifth of 200; perhaps more, on a machine that has much else to do.
            assert_eq!((timed_out > 20.0, overdue.is_some()), (with == "timeout", with == "timeout"), "{}", cell.model);
        }
    }
}

/// The answer of `cancel` counts the units that had done a piece before they were told, and have stopped.
#[test]
fn every_unit_is_running_when_it_is_told_to_stop_and_stops() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("cancel").unwrap();
    let params = [("units", 40), ("piece", 1_000), ("after_ms", 1)].map(|(name, value)| (name.to_owned(), value.into()));
    for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
        let measured = registry.run(&spec(workload, &cell.model, params.clone().into()), LIMITS, &mut |_| {}).unwrap();
        assert_eq!(measured.answer, format!("{:016x}", 40), "{}", cell.model);
        assert!(measured.answer_ok && measured.figures["latency_ns.samples"] == 40.0, "{}: {measured:?}", cell.model);
    }
}

#[test]
fn every_default_is_accepted_and_means_itself() {
    let catalog = catalog();
    for parameter in catalog.workloads.iter().flat_map(|workload| &workload.parameters).chain(catalog.method_fields()) {
        let default = parameter.default();
        assert_eq!(read(parameter, &default.to_string()), Ok(default), "{}", parameter.name);
    }
}

#[test]
fn every_model_has_a_cell_or_a_reason_in_every_workload() {
    for workload in &catalog().workloads {
        for cell in &workload.cells {
            let reason = cell.absent.as_deref().unwrap_or_default();
            assert!(!reason.contains("has not been written"), "{} on {}", workload.id, cell.model);
            assert_eq!(cell.absent.is_none(), cell.source.is_some(), "{} on {}", workload.id, cell.model);
        }
    }
}

#[test]
fn the_answer_depends_on_the_seed_where_the_work_does() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("cpu-hash").unwrap();
    let answer = |seed| {
        let spec = TrialSpec { method: method(seed), ..spec(workload, "tokio", small(workload)) };
        registry.run(&spec, LIMITS, &mut |_| {}).unwrap().answer
    };
    assert_eq!(answer(1), answer(1));
    assert_ne!(answer(1), answer(2));
}

#[test]
fn more_than_the_machine_allows_is_refused_with_the_count_and_the_reason() {
    let registry = Registry::standard();
    let catalog = catalog();
    // The workload, the model, units, what is said.
    let cases = [
        ("wait", "threads", 993, "1,000 threads"),
        ("tcp-echo", "threads", 469, "1,000 files"),
        ("tcp-echo", "tokio", 469, "1,000 files"),
    ];
    for (id, model, units, words) in cases {
        let workload = catalog.workload(id).unwrap();
        let mut params = small(workload);
        params.insert("units".into(), Value::Integer(units));
        match registry.run(&spec(workload, model, params), LIMITS, &mut |_| panic!("nothing is begun")) {
            Err(Halt::Refused(said)) => assert!(said.contains(words) && said.contains(&units.to_string()), "{said}"),
            other => panic!("{id} on {model}: {other:?}"),
        }
        assert_eq!(workload.cell(model).unwrap().units_limit.as_ref().map(|limit| limit.units), Some(units - 1));
    }
}

#[test]
fn every_preset_is_an_experiment() {
    // As large a machine as they need: on a smaller one the page says what is too large.
    let machine = Machine { threads_limit: 1_000_000, files_limit: 1_000_000, ..machine() };
    let catalog = Registry::standard().catalog(&machine);
    for preset in &catalog.presets {
        let checked = Draft::of_preset(preset).check(&catalog);
        assert!(checked.is_ok(), "{}: {checked:?}", preset.name);
    }
}

#[test]
fn the_source_that_is_shown_is_the_file_that_was_compiled() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let registry = Registry::standard();
    for workload in &catalog().workloads {
        let sources = registry.sources(&workload.id).unwrap();
        let cells = workload.cells.iter().filter(|cell| cell.absent.is_none()).count();
        assert_eq!((sources[0].model.as_deref(), sources.len()), (None, 1 + cells), "the contract, and each cell");
        for source in sources {
            let text: String = source.pieces.iter().map(|piece| piece.1.as_str()).collect();
            let file = std::fs::read_to_string(top.join(&source.path)).unwrap();
            let (shown, rest) = file.split_at(text.len().min(file.len()));
            assert_eq!(text, shown, "{}", source.path);
            let left_out = rest.trim_start();
            let may_be = source.model.is_none() && left_out.starts_with("#[cfg(test)]");
            assert!(left_out.is_empty() || may_be, "{}: {left_out}", source.path);
        }
    }
}

#[test]
fn tokio_comes_to_the_same_from_the_thread_of_block_on() {
    let registry = Registry::standard();
    for workload in &catalog().workloads {
        for model in ["tokio", "tokio-current-thread"] {
            if workload.cell(model).is_none_or(|cell| cell.absent.is_some()) {
                continue;
            }
            let mut spec = spec(workload, model, small(workload));
            spec.method.insert("driver".into(), "block_on".into());
            let measured = registry.run(&spec, LIMITS, &mut |_| {});
            assert!(measured.is_ok_and(|measured| measured.answer_ok), "{} on {model}", workload.id);
        }
    }
}

#[test]
fn wherever_neighbours_are_placed_a_cell_comes_to_the_same() {
    let registry = Registry::standard();
    for workload in &catalog().workloads {
        for cell in workload.cells.iter().filter(|cell| cell.options.iter().any(|option| option == "placement")) {
            for placement in ["own", "spread", "together"] {
                let mut spec = spec(workload, &cell.model, small(workload));
                spec.method.insert("placement".into(), placement.into());
                let measured = registry.run(&spec, LIMITS, &mut |_| {});
                assert!(
                    measured.as_ref().is_ok_and(|measured| measured.answer_ok),
                    "{} on {}, {placement}: {measured:?}",
                    workload.id,
                    cell.model
                );
            }
        }
    }
}

/// Cells whose operations no line of their own file tells of: a unit's end is a drop, and some run code that stands in another file.
/// Of a workload without a model, all.
const TOLD_ELSEWHERE: &[(&str, &str)] = &[
    ("cancel", ""),
    ("fault", "actix-rt"),
    ("fault", "tokio-per-core"),
    ("http", "tokio"),
    ("http", "tokio-current-thread"),
    ("http", "tokio-per-core"),
    ("http", "smol"),
    ("http", "io-uring"),
    ("program", "actix-rt"),
    ("program", "tokio-actors"),
    ("program", "tokio-per-core"),
    ("shared-counter", "tokio-actors"),
];

#[test]
fn a_traced_trial_of_any_cell_writes_its_lanes_and_does_the_same_work() {
    let registry = Registry::standard();
    let folder = tempfile::tempdir().unwrap();
    for workload in &catalog().workloads {
        for cell in workload.cells.iter().filter(|cell| cell.absent.is_none()) {
            let name = format!("{} on {}", workload.id, cell.model);
            let path = folder.path().join(&name);
            let spec = TrialSpec { trace: Some(path.clone()), ..spec(workload, &cell.model, small(workload)) };
            let measured = registry.run(&spec, LIMITS, &mut |_| {}).unwrap_or_else(|halt| panic!("{name}: {halt}"));
            let told = ["lanes.spans", "lanes.dropped"].map(|key| measured.figures.get(key));
            assert!(measured.answer_ok && told[0] > Some(0.0) && told[1] == Some(0.0), "{name}: {measured:?}");
            let lanes = Lanes::of_bytes(&std::fs::read(path).unwrap()).unwrap();
            assert_eq!(told[0], Some((lanes.stints.len() + lanes.deeds.len()) as f64), "{name}");
            assert!(lanes.about.to > 0 && lanes.about.from <= 0, "{name}: the measured part has begun and ended");
            assert!(!lanes.stints.is_empty() && !lanes.about.threads.is_empty(), "{name}: {:?}", lanes.about);
            assert_eq!(measured.lanes, Some(LanesOverview::of(&lanes)), "{name}");
            let mut operations = lanes.deeds.iter().filter(|deed| deed.kind == DeedKind::Operation);
            let is_elsewhere = |of: &str| TOLD_ELSEWHERE.contains(&(workload.id.as_str(), of));
            assert!(
                is_elsewhere("") || is_elsewhere(&cell.model) || operations.all(|deed| deed.line > 0),
                "{name}: a line of its cell tells of each operation"
            );
        }
    }
}

#[test]
fn a_cell_names_only_options_that_its_model_has_and_every_option_is_obeyed_somewhere() {
    let catalog = catalog();
    for model in &catalog.models {
        let cells = || catalog.workloads.iter().filter_map(|workload| workload.cell(&model.id));
        for option in cells().flat_map(|cell| &cell.options) {
            assert!(model.options.iter().any(|own| own.name == *option), "{} has no option {option}", model.id);
        }
        for option in &model.options {
            assert!(cells().any(|cell| cell.options.contains(&option.name)), "no cell of {} obeys {}", model.id, option.name);
        }
    }
}

#[test]
fn actors_that_are_placed_together_do_the_same_work_on_one_arbiter() {
    let registry = Registry::standard();
    let catalog = catalog();
    let workload = catalog.workload("ring").unwrap();
    let mut spec = spec(workload, "actix", small(workload));
    spec.params.insert("rounds".into(), Value::Integer(500));
    spec.method.insert("placement".into(), "spread".into());
    let spread = registry.run(&spec, LIMITS, &mut |_| {}).unwrap();
    spec.method.insert("placement".into(), "together".into());
    let together = registry.run(&spec, LIMITS, &mut |_| {}).unwrap();
    assert!(spread.answer_ok && together.answer_ok && spread.answer == together.answer);
    // From one arbiter to the other a thread is woken at nearly every hop; on one, at the beginning and the end.
    let switches = |measured: &engine::Measured| measured.figures["measured.voluntary_switches"] / measured.figures["operations"];
    assert!(switches(&together) < switches(&spread) / 2.0, "{} together, {} spread", switches(&together), switches(&spread));
}
