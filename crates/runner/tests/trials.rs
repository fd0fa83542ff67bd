//! Real trials in real processes, good ones and hostile ones: no matter what a child does, its trial ends with a status and
//! words, and the next one runs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::parameters::{choice, parameters};
use engine::workload::{OPS_PER_S, all_at_once, headline, no_figures, noun};
use engine::{Contract, Done, Halt, Measure};
use libtest_mimic::{Arguments, Trial as Test};
use protocol::lanes::{DeedKind, Lanes, LanesOverview};
use protocol::log::Phase;
use protocol::{Experiment, PlannedTrial, Sweep, Trial, TrialStatus, Value, Values};
use runner::{Job, Program, Registry, Supervisor, Told, TrialHandle, TrialLimits, calibration, enter_child, machine};

parameters! {
    struct Params {
        units: usize = engine::parameters::count(1, 1_000, 1),
        deed: Deed = choice(&[("well", "")]),
    }
}

/// What a hostile cell does, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    PanicsInAUnit,
    ExitsWithAStatus,
    Aborts,
    Exits,
    Prints,
    Spins,
    EatsMemory,
    SaysItsAllocator,
    Lies,
}

const DEEDS: [(&str, Deed); 9] = [
    ("panics-in-a-unit", Deed::PanicsInAUnit),
    ("exits-with-a-status", Deed::ExitsWithAStatus),
    ("aborts", Deed::Aborts),
    ("exits", Deed::Exits),
    ("prints", Deed::Prints),
    ("spins", Deed::Spins),
    ("eats-memory", Deed::EatsMemory),
    ("says-its-allocator", Deed::SaysItsAllocator),
    ("lies", Deed::Lies),
];

impl engine::parameters::FromValue for Deed {
    fn from_value(value: &Value) -> Option<Self> {
        let name = value.to_string();
        DEEDS.iter().find(|(word, _)| *word == name).map(|(_, deed)| *deed)
    }
}

/// The cell in threads. It reports one operation per unit, no matter what else it does.
mod hostile {
    use super::{Deed, Done, Halt, Measure, Params};

    pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
        let running = measure.start();
        let units: Vec<_> = (0..params.units)
            .map(|_| measure.clone())
            .map(|measure| std::thread::spawn(move || unit(params, &measure)))
            .collect();
        let mut answer = 0;
        for unit in units {
            answer += unit.join()?;
        }
        Ok(running.stop(if params.deed == Deed::Lies { answer + 1 } else { answer }))
    }

    fn unit(params: Params, measure: &Measure) -> u64 {
        let mut eaten: Vec<Vec<u8>> = Vec::new();
        match params.deed {
            Deed::PanicsInAUnit => panic!("a unit had enough"),
            Deed::ExitsWithAStatus => std::process::exit(101),
            Deed::Aborts => std::process::abort(),
            Deed::Exits => std::process::exit(0),
            Deed::Spins => loop {
                std::hint::spin_loop();
            },
            Deed::EatsMemory => loop {
                eaten.push(vec![1; 1 << 20]);
            },
            Deed::SaysItsAllocator => {
                let before = glibc_s_bytes();
                eaten.extend((0..1_000).map(|_| vec![1; 1_000]));
                let glibc_s = glibc_s_bytes().saturating_sub(before) > 1_000_000;
                panic!("it is {}", if glibc_s { "glibc's" } else { "another" });
            }
            #[expect(clippy::print_stdout, reason = "that is what is tested")]
            Deed::Prints => println!("{{\"line\":\"measured\"}}"),
            Deed::Lies => {}
        }
        measure.record(std::time::Duration::from_nanos(1));
        1
    }

    /// What glibc has given to this process.
    fn glibc_s_bytes() -> usize {
        // SAFETY: it has no conditions.
        #[expect(unsafe_code, reason = "no crate here asks for it")]
        unsafe {
            libc::mallinfo2().uordblks
        }
    }
}

fn registry() -> Registry {
    let text = include_str!("trials.rs");
    let content = engine::cell::Content {
        run: |passes| engine::models::threads::launch(hostile::run, passes),
        path: file!().to_owned(),
        text,
        needs: engine::Needs::default(),
        libraries: Vec::new(),
        is_launched: true,
        obeys: Vec::new(),
    };
    Registry::standard().with(Contract {
        id: "hostile",
        source: (file!(), text),
        name: "Hostile",
        summary: "",
        help: "",
        unit: noun("unit", "units"),
        operation: noun("deed", "deeds"),
        latency: "",
        scope: &[],
        headline: headline(OPS_PER_S, "", ""),
        figures: Vec::new(),
        cells: vec![engine::CompiledCell { model: "threads", content: Ok(content) }],
        warm_up: |params| params,
        by_time: false,
        at_once: all_at_once,
        operations: |params| params.units as u64,
        answer: |params, _, _| params.units as u64,
        figure_values: no_figures,
    })
}

fn limits() -> TrialLimits {
    // Long enough for a machine that others keep busy: no test waits for it but the one that is about it.
    TrialLimits { time: Duration::from_secs(50), memory_bytes: 2 << 30, ..TrialLimits::of(&machine()) }
}

fn job(workload: &str, model: &str, params: &[(&str, Value)], limits: TrialLimits) -> Job {
    let params: Values = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let experiment = Experiment { workload: workload.into(), params, models: vec![model.into()], ..Experiment::default() };
    let experiment = experiment.with("workers", 2).with("repetitions", 1).with("seed", 42);
    let planned = PlannedTrial { model: model.into(), ..PlannedTrial::default() };
    Job { planned, experiment: Arc::new(experiment), limits, trace: None }
}

fn deed(name: &str, limits: TrialLimits) -> Job {
    job("hostile", "threads", &[("units", 1.into()), ("deed", name.into())], limits)
}

/// What is told of a job, as it is told.
fn begin(supervisor: &Supervisor, job: Job) -> (TrialHandle, Receiver<Told>) {
    let (tell, told) = channel();
    let handle = supervisor.run(job, move |what| drop(tell.send(what))).expect("the supervisor lives");
    (handle, told)
}

fn ended(told: &Receiver<Told>) -> Trial {
    told.iter().find_map(|what| if let Told::Ended(trial) = what { Some(*trial) } else { None }).expect("every trial ends")
}

fn run(supervisor: &Supervisor, job: Job) -> Trial {
    let (_handle, told) = begin(supervisor, job);
    ended(&told)
}

fn supervisor() -> Supervisor {
    Supervisor::start(Program::this().unwrap()).unwrap()
}

/// A child that is a shell script.
fn script(text: &str) -> Supervisor {
    Supervisor::start(Program { path: PathBuf::from("/bin/sh"), arguments: vec!["-c".into(), text.into(), "child".into()] })
        .unwrap()
}

/// The trial ended as this, with these words, and the next trial of the same supervisor is fine.
fn check(supervisor: &Supervisor, job: Job, status: TrialStatus, words: &str) {
    let trial = run(supervisor, job);
    assert_eq!(trial.status, status, "{trial:?}");
    assert!(trial.error.as_deref().unwrap_or_default().contains(words), "{trial:?}");
    assert_eq!(trial.figure("ops_per_s").is_some(), matches!(status, TrialStatus::Ok | TrialStatus::Invalid), "{trial:?}");
}

fn a_good_trial_has_all_its_figures() {
    let params = [("units", 50.into()), ("rounds", 20.into()), ("payload_bytes", 64.into())];
    let supervisor = supervisor();
    for model in ["threads", "tokio", "actix"] {
        let (_handle, told) = begin(&supervisor, job("tcp-echo", model, &params, limits()));
        // Other tests may be measuring.
        let all: Vec<Told> = told.iter().filter(|what| *what != Told::WaitingForMachine).collect();
        let phases = [Phase::WarmUp, Phase::Work, Phase::Check].map(Told::Phase);
        assert_eq!((all.first(), &all[1..4]), (Some(&Told::Started), &phases[..]), "{model}");
        let [.., Told::Ended(trial)] = &all[..] else { panic!("{model}: {all:?}") };
        assert_eq!((trial.status, trial.figures["operations"]), (TrialStatus::Ok, 1_000.0), "{model}: {trial:?}");
        let threads = trial.figures["os_threads_peak"];
        assert!(if model == "threads" { threads > 100.0 } else { threads < 10.0 }, "{model}: {threads} threads");
        for (key, least) in [("peak_rss_bytes", 1e6), ("kernel_memory_bytes", 1e4), ("user_ns", 0.0), ("voluntary_switches", 1.0)]
        {
            assert!(trial.figures[key] >= least, "{model}, {key}: {trial:?}");
        }
        assert_eq!([trial.figures["unit_operations.min"], trial.figures["unit_operations.max"]], [20.0; 2], "{model}");
        assert_eq!((trial.latencies.count(), trial.finishes_ns.len()), (1_000, 50), "{model}: {trial:?}");
        seen_while_it_ran(trial);
    }
}

/// What its parent saw agrees with what the trial and the kernel say of the whole.
fn seen_while_it_ran(trial: &Trial) {
    let (readings, (from, to)) = (&trial.readings, trial.work_ms.unwrap());
    let last = readings.last().unwrap();
    assert!((1..=120).contains(&readings.len()) && readings.is_sorted_by_key(|reading| reading.at_ms), "{readings:?}");
    // The last look is when the work is done; milliseconds are rounded down.
    assert!(from <= to && to <= last.at_ms, "{:?} and {last:?}", trial.work_ms);
    assert!((to - from).abs_diff(trial.figures["wall_ns"] as u64 / 1_000_000) <= 1, "{:?}: {trial:?}", trial.work_ms);
    let most = |of: fn(&protocol::Reading) -> u64| readings.iter().map(of).max().unwrap() as f64;
    assert!(most(|reading| reading.rss_bytes) <= trial.figures["peak_rss_bytes"], "{trial:?}");
    assert!(most(|reading| reading.threads) <= trial.figures["os_threads_peak"], "{trial:?}");
    // The kernel scales the whole to microseconds.
    let whole = trial.figures["user_ns"] + trial.figures["system_ns"] + 2_000.0;
    let measured = trial.figures["measured.user_ns"] + trial.figures["measured.system_ns"];
    let seen = (last.user_ns + last.system_ns) as f64;
    assert!(seen <= whole && seen + 2_000.0 >= measured, "{measured} to {whole}: {seen}");
}

fn a_trial_of_a_sweep_is_run_at_its_own_value() {
    let swept = job("spawn", "tokio", &[("units", 40.into()), ("join", "all".into()), ("kept", "handles".into())], limits());
    let sweep = Some(Sweep { parameter: "units".into(), values: vec![4, 40] });
    let experiment = Arc::new(Experiment { sweep, ..Experiment::clone(&swept.experiment) });
    for (at, operations) in [(Some(4), 4.0), (Some(40), 40.0)] {
        let planned = PlannedTrial { at, ..swept.planned.clone() };
        let trial = run(&supervisor(), Job { planned, experiment: Arc::clone(&experiment), ..swept.clone() });
        assert_eq!((trial.planned.at, trial.figure("operations")), (at, Some(operations)), "{trial:?}");
    }
}

fn a_traced_trial_leaves_its_lanes_in_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let plain = job("spawn", "tokio", &[("units", 40.into()), ("join", "all".into()), ("kept", "handles".into())], limits());
    let threads = job("spawn", "threads", &[("units", 40.into()), ("join", "all".into()), ("kept", "handles".into())], limits());
    assert_eq!(run(&supervisor(), plain.clone()).figure("lanes.spans"), None);
    let trial = run(&supervisor(), Job { trace: Some(file.path().to_owned()), ..plain });
    let lanes = Lanes::of_bytes(&std::fs::read(file.path()).unwrap()).unwrap();
    let operations = lanes.deeds.iter().filter(|deed| deed.kind == DeedKind::Operation).count();
    assert_eq!((lanes.about.model.as_str(), operations), ("tokio", 40));
    let spans = (lanes.stints.len() + lanes.deeds.len()) as f64;
    assert_eq!([trial.figures["lanes.spans"], trial.figures["lanes.dropped"]], [spans, 0.0], "{trial:?}");
    assert_eq!(trial.lanes, Some(LanesOverview::of(&lanes)));
    // What costs something to count is counted here or has a reason, of threads that have ended too.
    let trial = run(&supervisor(), Job { trace: Some(file.path().to_owned()), ..threads });
    for key in ["migrations", "cycles", "instructions", "cache_misses"] {
        let (counted, refused) = (trial.figure(key).is_some(), machine().counters.contains_key(key));
        // One that shares the hardware with others is neither.
        assert!(if key == "migrations" { counted != refused } else { !(counted && refused) }, "{key}: {trial:?}");
    }
}

fn two_supervisors_measure_one_after_the_other() {
    let (one, other) = (supervisor(), supervisor());
    let order = Arc::new(Mutex::new(Vec::new()));
    let note = |who: &'static str| {
        let (order, (tell, told)) = (Arc::clone(&order), channel());
        let tell = move |what: Told| {
            let name = match &what {
                Told::WaitingForMachine => "waits",
                Told::Calibrated(_) => "calibrates",
                Told::Started => "starts",
                Told::Phase(_) => "works",
                Told::Ended(_) => "ends",
            };
            order.lock().unwrap().push((who, name));
            let _ = tell.send(what);
        };
        (tell, told)
    };
    let (tell, first) = note("one");
    let handle = one.run(deed("spins", limits()), tell).unwrap();
    assert!(first.iter().any(|what| what == Told::Phase(Phase::WarmUp)));
    let (tell, second) = note("other");
    let _other = other
        .run(job("spawn", "tokio", &[("units", 4.into()), ("join", "all".into()), ("kept", "handles".into())], limits()), tell)
        .unwrap();
    assert_eq!(second.iter().next(), Some(Told::WaitingForMachine));
    handle.cancel();
    assert_eq!((ended(&first).status, ended(&second).status), (TrialStatus::Cancelled, TrialStatus::Ok));
    let order = order.lock().unwrap();
    let place = |wanted| order.iter().position(|seen| *seen == wanted).unwrap();
    assert!(place(("one", "ends")) < place(("other", "starts")), "{order:?}");
}

fn the_machine_is_calibrated_in_a_child() {
    let calibration = calibration().unwrap();
    assert!(calibration.clock_ns > 0 && calibration.wake_same_core_ns > calibration.clock_ns, "{calibration:?}");
    assert_eq!(calibration.wake_cross_core_ns.is_some(), machine().cores > 1, "{calibration:?}");
    let (least, p90) = (calibration.least.unwrap(), calibration.p90.unwrap());
    for (least, median, p90) in [
        (least.clock_ns, calibration.clock_ns, p90.clock_ns),
        (least.wake_same_core_ns, calibration.wake_same_core_ns, p90.wake_same_core_ns),
        (least.timer_late_ns, calibration.timer_late_ns, p90.timer_late_ns),
    ] {
        assert!(least <= median && median <= p90, "{calibration:?}");
    }
    assert_eq!(calibration.pair.is_some_and(|pair| pair.one < pair.other), machine().cores > 1, "{calibration:?}");
    assert_eq!(children_of_this_thread_group().len(), 0);
}

fn a_run_whose_calibration_is_old_begins_with_another() {
    let supervisor = Supervisor::calibrated_for(Program::this().unwrap(), Duration::ZERO).unwrap();
    let calibrations = |order| {
        let job = job("spawn", "tokio", &[("units", 4.into()), ("join", "all".into()), ("kept", "handles".into())], limits());
        let planned = PlannedTrial { order, ..job.planned.clone() };
        let (_handle, told) = begin(&supervisor, Job { planned, ..job });
        told.iter().filter(|what| matches!(what, Told::Calibrated(costs) if costs.clock_ns > 0)).count()
    };
    assert_eq!([calibrations(0), calibrations(1)], [1, 0], "a run's first trial, and no other");
    let (_handle, told) = begin(&self::supervisor(), deed("prints", limits()));
    assert!(!told.iter().any(|what| matches!(what, Told::Calibrated(_))), "it has just been measured");
}

fn every_hostile_deed_ends_as_its_trial_s_status_and_the_next_trial_runs() {
    let supervisor = supervisor();
    let small = TrialLimits { memory_bytes: 100_000_000, ..limits() };
    // The deed, the status, the words.
    let cases = [
        ("panics-in-a-unit", TrialStatus::Failed, "a unit had enough"),
        ("exits-with-a-status", TrialStatus::Failed, "exit status 101"),
        ("aborts", TrialStatus::Failed, "signal 6"),
        ("exits", TrialStatus::Failed, "without a result"),
        ("prints", TrialStatus::Ok, ""),
        ("eats-memory", TrialStatus::Killed, "a trial may use 100 MB"),
        ("lies", TrialStatus::Invalid, "has a wrong result"),
    ];
    for (name, status, words) in cases {
        check(&supervisor, deed(name, small), status, words);
    }
    let params = [("units", 4.into()), ("join", "all".into()), ("kept", "handles".into())];
    check(&supervisor, job("spawn", "tokio", &params, limits()), TrialStatus::Ok, "");
}

fn a_trial_has_the_allocator_that_its_method_asks_for() {
    let supervisor = supervisor();
    let asking = |allocator: Option<&str>| {
        let job = deed("says-its-allocator", limits());
        let experiment = Experiment::clone(&job.experiment);
        let experiment = Arc::new(allocator.iter().fold(experiment, |all, allocator| all.with("allocator", *allocator)));
        Job { experiment, ..job }
    };
    for (asked, words) in [(None, "it is glibc's"), (Some("glibc"), "it is glibc's"), (Some("mimalloc"), "it is another")] {
        check(&supervisor, asking(asked), TrialStatus::Failed, words);
    }
    check(&supervisor, asking(Some("dlmalloc")), TrialStatus::Refused, "has no allocator dlmalloc: it has glibc, mimalloc");
    if !runner::allocators().contains(&"jemalloc".to_owned()) {
        check(&supervisor, asking(Some("jemalloc")), TrialStatus::Refused, "has no allocator jemalloc");
    } else {
        check(&supervisor, asking(Some("jemalloc")), TrialStatus::Failed, "it is another");
    }
}

fn a_trial_that_takes_too_long_is_stopped() {
    let short = TrialLimits { time: Duration::from_millis(100), ..limits() };
    check(&supervisor(), deed("spins", short), TrialStatus::Timeout, "0.1 s");
}

fn a_child_that_floods_its_pipe_or_writes_rubbish_has_failed() {
    // What the child runs, the words.
    let cases = [
        ("yes", "no result: y"),
        ("head -c 200000 /dev/zero; sleep 60", "flooded its pipe"),
        ("echo '{\"line\":\"measured\"}'; sleep 60", "no result"),
        ("head -c 100000000 /dev/zero >&2; sleep 60", "flooded its standard error"),
        ("echo 'out of luck' >&2; exit 3", "exit status 3: out of luck"),
    ];
    for (text, words) in cases {
        check(&script(text), deed("spins", limits()), TrialStatus::Failed, words);
    }
}

fn a_child_that_is_killed_from_outside_says_so() {
    check(&script("kill -KILL $$"), deed("spins", limits()), TrialStatus::Killed, "signal 9");
    check(&script("kill -SEGV $$"), deed("spins", limits()), TrialStatus::Failed, "signal 11");
}

fn a_program_that_is_not_there_is_a_failed_trial() {
    let nothing = Supervisor::start(Program { path: PathBuf::from("/nowhere/interleave"), arguments: Vec::new() }).unwrap();
    check(&nothing, deed("spins", limits()), TrialStatus::Failed, "could not be started");
}

fn a_trial_keeps_to_one_core_if_that_is_asked_for() {
    let supervisor = supervisor();
    for (cores, one) in [("one", true), ("all", false)] {
        let job = deed("spins", limits());
        let experiment = Arc::new(Experiment::clone(&job.experiment).with("cores", cores));
        let (handle, told) = begin(&supervisor, Job { experiment, ..job });
        assert!(told.iter().any(|what| what == Told::Phase(Phase::WarmUp)));
        let status = std::fs::read_to_string(format!("/proc/{}/status", children_of_this_thread_group()[0])).unwrap();
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap().trim();
        // On a machine with one core both are the same.
        let is_one = allowed.parse::<usize>().is_ok();
        assert!(is_one == one || machine().cores == 1, "{cores}: {allowed}");
        drop(handle);
        assert_eq!(ended(&told).status, TrialStatus::Cancelled);
    }
}

fn a_cancelled_trial_is_told_when_its_child_has_been_reaped() {
    let supervisor = supervisor();
    let (handle, told) = begin(&supervisor, deed("spins", limits()));
    assert!(told.iter().any(|what| what == Told::Phase(Phase::WarmUp)));
    assert_eq!(children_of_this_thread_group().len(), 1);
    handle.cancel();
    assert_eq!(ended(&told).status, TrialStatus::Cancelled);
    assert_eq!(children_of_this_thread_group().len(), 0);
}

fn dropping_the_handle_cancels_and_what_was_not_begun_is_not_begun() {
    let supervisor = supervisor();
    let (first, first_told) = begin(&supervisor, deed("spins", limits()));
    let (second, second_told) = begin(&supervisor, deed("spins", limits()));
    drop(second);
    drop(first);
    assert_eq!(ended(&first_told).status, TrialStatus::Cancelled);
    assert_eq!(second_told.iter().map(|what| matches!(what, Told::Ended(_))).collect::<Vec<_>>(), [true], "it was never started");
}

/// Each test runs in a process of its own under nextest; alone they run one after the other (see `main`).
fn children_of_this_thread_group() -> Vec<u32> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).ok());
    children.flat_map(|text| text.split_ascii_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>()).collect()
}

macro_rules! tests {
    ($($test:ident),* $(,)?) => { vec![$(Test::test(stringify!($test), || { $test(); Ok(()) })),*] };
}

fn main() -> ExitCode {
    enter_child(&registry());
    let lock = std::env::temp_dir().join(format!("interleave-test-{}.lock", std::process::id()));
    // SAFETY: no other thread has been started.
    #[expect(unsafe_code, reason = "a lock of this test's own: it measures nothing that others could disturb")]
    unsafe {
        std::env::set_var("INTERLEAVE_LOCK", &lock);
    }
    let tests = tests![
        a_good_trial_has_all_its_figures,
        a_trial_of_a_sweep_is_run_at_its_own_value,
        a_traced_trial_leaves_its_lanes_in_the_file,
        two_supervisors_measure_one_after_the_other,
        the_machine_is_calibrated_in_a_child,
        a_run_whose_calibration_is_old_begins_with_another,
        every_hostile_deed_ends_as_its_trial_s_status_and_the_next_trial_runs,
        a_trial_has_the_allocator_that_its_method_asks_for,
        a_trial_that_takes_too_long_is_stopped,
        a_child_that_floods_its_pipe_or_writes_rubbish_has_failed,
        a_child_that_is_killed_from_outside_says_so,
        a_program_that_is_not_there_is_a_failed_trial,
        a_trial_keeps_to_one_core_if_that_is_asked_for,
        a_cancelled_trial_is_told_when_its_child_has_been_reaped,
        dropping_the_handle_cancels_and_what_was_not_begun_is_not_begun,
    ];
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let conclusion = libtest_mimic::run(&arguments, tests);
    let _ = std::fs::remove_file(lock);
    conclusion.exit_code()
}
