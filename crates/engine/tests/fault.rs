//! What becomes of units that die: the claims that the workload `fault` makes of each model, run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix::prelude::*;
use engine::Values;
use engine::{Limits, Measured, Registry, TrialSpec};
use protocol::Machine;
use protocol::experiment::Value;

const LIMITS: Limits = Limits { threads: 1_000, files: 1_000 };

/// The models in which a join reports a panic.
const JOINED: [&str; 9] =
    ["threads", "thread-pool", "tokio", "tokio-current-thread", "smol", "actix-rt", "tokio-per-core", "io-uring", "tokio-actors"];

/// The models in which only the one that waits for an answer is told of it.
const ASKED: [&str; 2] = ["actix", "actix-sync"];

const FAULTS: [&str; 2] = ["panic", "stop"];
const RECOVERS: [&str; 2] = ["restart", "none"];

/// An odd number of pieces, so that its halves can be told apart: four before the fault, five from there on.
const ROUNDS: u64 = 9;

fn run(model: &str, units: u64, faulty: u64, fault: &str, recover: &str) -> Measured {
    let word = |word: &str| Value::Text(word.to_owned());
    let params: Values = [
        ("units", Value::Integer(units)),
        ("rounds", Value::Integer(ROUNDS)),
        ("faulty", Value::Integer(faulty)),
        ("fault", word(fault)),
        ("recover", word(recover)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let method = [("workers".to_owned(), 2.into()), ("seed".to_owned(), 7.into())].into();
    let spec = TrialSpec { workload: "fault".into(), model: model.into(), params, method, trace: None };
    let measured = Registry::standard().run(&spec, LIMITS, &mut |_| {});
    let measured = measured.unwrap_or_else(|halt| panic!("{model}, {fault}, {recover}: {halt}"));
    assert!(measured.answer_ok, "{model}, {fault}, {recover}: {measured:?}");
    measured
}

/// Those of these that this machine can run: its kernel may give no io_uring.
fn here(models: &[&'static str]) -> Vec<&'static str> {
    let machine = Machine {
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
    };
    let catalog = Registry::standard().catalog(&machine);
    let cell = |model: &&str| catalog.workload("fault").and_then(|workload| workload.cell(model)).unwrap().absent.is_none();
    models.iter().copied().filter(cell).collect()
}

fn joined() -> Vec<&'static str> {
    here(&JOINED)
}

fn models() -> impl Iterator<Item = &'static str> {
    joined().into_iter().chain(ASKED)
}

#[test]
fn a_panic_loses_what_its_unit_held_and_a_stop_does_not() {
    for model in models() {
        let lost = |fault, recover| run(model, 12, 3, fault, recover).extra["lost_pieces"];
        assert_eq!(lost("panic", "restart"), 3.0 * 4.0, "{model}");
        assert_eq!(lost("stop", "restart"), 0.0, "{model}");
    }
}

#[test]
fn what_a_unit_that_is_left_dead_had_still_to_do_is_lost() {
    for model in models() {
        let left = |fault| run(model, 12, 3, fault, "none");
        let operations = |fault| left(fault).figures["operations"] as u64;
        assert_eq!((operations("panic"), operations("stop")), (9 * ROUNDS + 3 * 4, 9 * ROUNDS + 3 * 4), "{model}");
        assert_eq!(left("panic").extra["lost_pieces"], 3.0 * 9.0, "{model}");
        assert_eq!(left("stop").extra["lost_pieces"], 3.0 * 5.0, "{model}");
    }
}

#[test]
fn each_that_died_is_restarted_once_and_the_others_survive() {
    for model in models() {
        for fault in FAULTS {
            // The last: more faulty ones than there are units.
            for (units, faulty, died) in [(12, 3, 3.0), (1, 1, 1.0), (5, 10_000, 5.0)] {
                let restarted = run(model, units, faulty, fault, "restart");
                assert_eq!(restarted.extra["restarted"], died, "{model}, {fault}");
                assert_eq!(restarted.extra["survivors"], units as f64 - died, "{model}, {fault}");
                assert_eq!(restarted.figures["operations"] as u64, units * ROUNDS, "{model}, {fault}");
                let (p50, max) = (restarted.extra["recover_p50_ns"], restarted.extra["recover_max_ns"]);
                assert!(0.0 < p50 && p50 <= max, "{model}, {fault}: {p50}, {max}");

                let left = run(model, units, faulty, fault, "none");
                assert_eq!(left.extra["survivors"], units as f64 - died, "{model}, {fault}");
                assert_eq!((left.extra["restarted"], left.extra["by_supervisor"]), (0.0, 0.0), "{model}, {fault}");
                for figure in ["recover_p50_ns", "recover_max_ns"] {
                    assert_eq!(left.extra.get(figure), None, "{model}, {fault}: {figure}");
                }
            }
        }
    }
}

#[test]
fn a_panic_is_told_to_whoever_joins_a_thread_a_job_or_a_task() {
    for recover in RECOVERS {
        for model in joined() {
            assert_eq!(run(model, 12, 3, "panic", recover).extra["join_errors"], 3.0, "{model}, {recover}");
            assert_eq!(run(model, 12, 3, "stop", recover).extra["join_errors"], 0.0, "{model}, {recover}");
        }
    }
}

#[test]
fn of_an_actor_that_panics_nobody_is_told_but_who_waits_for_its_answer() {
    for recover in RECOVERS {
        for model in ASKED {
            let figures = run(model, 12, 3, "panic", recover).extra;
            assert_eq!((figures["join_errors"], figures["dead_mailbox"]), (0.0, 3.0), "{model}, {recover}");
        }
    }
}

#[test]
fn of_an_actor_by_hand_that_panics_its_supervisor_is_told_and_who_waits_for_its_answer() {
    for recover in RECOVERS {
        let figures = run("tokio-actors", 12, 3, "panic", recover).extra;
        assert_eq!((figures["join_errors"], figures["dead_mailbox"]), (3.0, 3.0), "{recover}");
    }
}

#[test]
fn the_supervisor_restarts_on_stop_and_not_on_panic() {
    let (stop, panic) = (run("actix", 12, 3, "stop", "restart").extra, run("actix", 12, 3, "panic", "restart").extra);
    assert_eq!((stop["by_supervisor"], stop["dead_mailbox"]), (3.0, 0.0));
    assert_eq!((panic["by_supervisor"], panic["dead_mailbox"]), (0.0, 3.0));
}

#[test]
fn a_sync_arbiter_s_thread_makes_another_actor_after_a_stop_and_none_after_a_panic() {
    let (stop, panic) = (run("actix-sync", 12, 3, "stop", "restart").extra, run("actix-sync", 12, 3, "panic", "restart").extra);
    assert_eq!((stop["by_supervisor"], stop["dead_mailbox"]), (3.0, 0.0));
    assert_eq!((panic["by_supervisor"], panic["dead_mailbox"]), (0.0, 3.0));
}

/// Counts what it is told about its end.
struct Mortal {
    stopped: Arc<AtomicUsize>,
    restarted: Arc<AtomicUsize>,
    /// Messages it has had: what it holds.
    had: usize,
}

impl Actor for Mortal {
    type Context = Context<Self>;

    fn stopped(&mut self, _: &mut Context<Self>) {
        self.stopped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Supervised for Mortal {
    fn restarting(&mut self, _: &mut Context<Self>) {
        self.restarted.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Message, Clone, Copy, PartialEq, Eq)]
#[rtype(result = "usize")]
enum Told {
    Stop,
    Panic,
    Nothing,
}

impl Handler<Told> for Mortal {
    type Result = usize;

    fn handle(&mut self, told: Told, ctx: &mut Context<Self>) -> usize {
        self.had += 1;
        match told {
            Told::Stop => ctx.stop(),
            Told::Panic => std::panic::resume_unwind(Box::new("on purpose")),
            Told::Nothing => {}
        }
        self.had
    }
}

/// What a supervised actor answers when it is told this and then asked, how often `stopped` was called, how often `restarting`.
fn supervised(told: Told) -> (Option<usize>, usize, usize) {
    let (stopped, restarted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let answer = System::new().block_on(async {
        let mortal = Mortal { stopped: Arc::clone(&stopped), restarted: Arc::clone(&restarted), had: 0 };
        let actor = Supervisor::start(|_| mortal);
        assert_eq!(actor.send(told).await.is_ok(), told != Told::Panic);
        actor.send(Told::Nothing).await.ok()
    });
    (answer, stopped.load(Ordering::SeqCst), restarted.load(Ordering::SeqCst))
}

/// Why no cell hands anything over in `stopped`.
#[test]
fn an_actor_that_panics_is_told_that_it_stopped_and_is_not_restarted() {
    assert_eq!(supervised(Told::Panic), (None, 1, 0));
}

#[test]
fn a_supervised_actor_that_stops_goes_on_as_the_same_value() {
    let (answer, _, restarted) = supervised(Told::Stop);
    assert_eq!((answer, restarted), (Some(2), 1));
}
