//! Rules of measuring that hold inside a trial, see docs/measurement.md.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ThreadId};

use engine::measure::{AsyncGate, Gate, Passes};
use engine::models::{tokio_current_thread, tokio_tasks};
use engine::{Done, Halt, Limits, Measure, Params, Registry, TrialSpec, Values};
use protocol::Value;

/// The thread that launches a model, as the parameters of a cell.
#[derive(Clone, Copy)]
struct Caller(ThreadId);

impl Params for Caller {
    fn declared() -> Vec<protocol::Parameter> {
        Vec::new()
    }

    fn read(_: &Values) -> Self {
        Self(thread::current().id())
    }

    fn units(&self) -> usize {
        1
    }
}

/// Answers whether it runs on this thread.
async fn runs_on(Caller(caller): Caller, measure: Measure) -> Result<Done, Halt> {
    Ok(measure.start().stop(u64::from(thread::current().id() == caller)))
}

#[test]
fn a_cell_of_tokio_s_runs_on_a_worker_and_not_on_the_thread_of_block_on() {
    let (method, caller) = (Values::new(), Caller(thread::current().id()));
    let mut tell = |_| {};
    let mut passes = Passes::once(caller, 2, &method, &mut tell);
    tokio_tasks::launch(runs_on, &mut passes).unwrap();
    assert_eq!(passes.done().map(|done| done.answer), Some(0));
    // A runtime of one thread has no other.
    let mut passes = Passes::once(caller, 2, &method, &mut tell);
    tokio_current_thread::launch(runs_on, &mut passes).unwrap();
    assert_eq!(passes.done().map(|done| done.answer), Some(1));
}

#[test]
fn the_gate_knows_when_all_wait_and_lets_nobody_pass_before() {
    let (gate, passed) = (Gate::new(8), Arc::new(AtomicUsize::new(0)));
    let unit = || {
        let (gate, passed) = (gate.clone(), passed.clone());
        thread::spawn(move || {
            gate.wait();
            passed.fetch_add(1, Ordering::SeqCst);
        })
    };
    let units: Vec<_> = (0..8).map(|_| unit()).collect();
    gate.all_wait();
    assert_eq!(passed.load(Ordering::SeqCst), 0, "the clock is read now");
    gate.open();
    units.into_iter().for_each(|unit| unit.join().unwrap());
    assert_eq!(passed.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn the_gate_of_tasks_does_as_much() {
    let (gate, passed) = (AsyncGate::new(8), Arc::new(AtomicUsize::new(0)));
    let mut units = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (gate, passed) = (gate.clone(), passed.clone());
        units.spawn(async move {
            gate.wait().await;
            passed.fetch_add(1, Ordering::SeqCst);
        });
    }
    gate.all_wait().await;
    assert_eq!(passed.load(Ordering::SeqCst), 0, "the clock is read now");
    gate.open();
    units.join_all().await;
    assert_eq!(passed.load(Ordering::SeqCst), 8);
}

#[test]
fn in_an_open_loop_a_service_that_falls_behind_cannot_hide_it() {
    // A million arrivals per second at a service of a hundred microseconds: on every machine most of them wait.
    let params = [("units", 500), ("rate", 1_000_000), ("service", 20_000)];
    let mut params: engine::Values = params.map(|(name, value)| (name.to_owned(), Value::Integer(value))).into();
    params.insert("arrivals".to_owned(), Value::from("constant"));
    let registry = Registry::standard();
    for model in ["tokio", "actix", "thread-pool"] {
        let params = params.clone();
        let method = [("workers".to_owned(), Value::Integer(2))].into();
        let spec = TrialSpec { workload: "open-loop".into(), model: model.into(), params, method, ..TrialSpec::default() };
        let measured = registry.run(&spec, Limits { threads: 1_000, files: 1_000 }, &mut |_| {}).unwrap();
        let latency = measured.figures.get("latency_ns.p50").unwrap();
        let service = measured.extra.get("service_p50_ns").unwrap();
        // Two at a time: the request in the middle of five hundred has a hundred and twenty-five services before its own.
        assert!(latency > 10.0 * service, "{model}: p50 {latency} beside a service of {service}");
    }
}

#[test]
fn requests_that_are_not_all_there_at_once_are_not_refused_before_the_machine_refuses_one() {
    let params = [("units", 2_000), ("rate", 20_000), ("service", 0)];
    let mut params: engine::Values = params.map(|(name, value)| (name.to_owned(), Value::Integer(value))).into();
    params.insert("arrivals".to_owned(), Value::from("constant"));
    let spec = TrialSpec { workload: "open-loop".into(), model: "threads".into(), params, ..TrialSpec::default() };
    // Each is a thread, and there are twice as many as there may be threads.
    let measured = Registry::standard().run(&spec, Limits { threads: 1_000, files: 1_000 }, &mut |_| {}).unwrap();
    assert!(measured.answer_ok, "{measured:?}");
}
