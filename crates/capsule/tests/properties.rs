//! Whatever a run holds, a whole capsule opens to it, its log folds to it, and a link opens.

use capsule::{Capsule, Carried, Detail, content, log, open, pack, shared, shared_without};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use protocol::plan::plan;
use protocol::view::{LatencyForm, Sort};
use protocol::{
    Conditions, Experiment, Figures, Histogram, PlannedTrial, Reading, Run, RunState, Sweep, Trial, TrialStatus, Value, View,
};

mod glance;
mod support;
use glance::overview;
use support::sample;

/// No number that is measured is greater.
const GREATEST: u64 = 1 << 53;

fn number() -> impl Strategy<Value = u64> {
    (0..=GREATEST, 0_u32..54).prop_map(|(number, shift)| number >> shift)
}

fn figures() -> impl Strategy<Value = Figures> {
    let keys = ["ops_per_s", "wall_ns", "operations", "latency_ns.p50", "latency_ns.p99", "peak_rss_bytes", "x", "y.z"];
    let value = prop_oneof![
        number().prop_map(|number| number as f64),
        number().prop_map(|number| -(number as f64)),
        -1e12..1e12_f64,
        Just(-0.0),
        Just(5e-324),
        Just(1e299),
    ];
    btree_map(proptest::sample::select(keys.to_vec()), value, 0..8).prop_map(|map| {
        let mut figures = Figures::default();
        map.into_iter().for_each(|(key, value)| figures.set(key, value));
        figures
    })
}

fn latencies() -> impl Strategy<Value = Histogram> {
    vec((any::<u64>(), 0_u32..64, 0_u64..1 << 40), 0..12)
        .prop_map(|all| all.into_iter().map(|(ns, shift, count)| (ns >> shift, count)).collect())
}

fn reading() -> impl Strategy<Value = Reading> {
    (number(), number(), number(), number(), number()).prop_map(|(at_ms, rss_bytes, user_ns, system_ns, threads)| Reading {
        at_ms,
        rss_bytes,
        user_ns,
        system_ns,
        threads,
    })
}

fn trial() -> impl Strategy<Value = Trial> {
    use TrialStatus::{Cancelled, Failed, Invalid, Killed, Ok, Refused, Timeout};
    let status = proptest::sample::select(vec![Ok, Ok, Ok, Refused, Failed, Timeout, Killed, Cancelled, Invalid]);
    let words = (option::of(".{0,20}"), option::of("[0-9a-f]{16}"), vec(".{0,9}", 0..3), any::<bool>());
    let lanes = option::of(any::<u16>().prop_map(|seed| overview(seed.into())));
    let lists = (latencies(), vec(number(), 0..4), vec(reading(), 0..4), option::of((number(), number())), lanes);
    (status, words, figures(), figures(), lists).prop_map(
        |(status, (error, answer, printed, disturbed), figures, extra, (latencies, finishes_ns, readings, work_ms, lanes))| {
            let planned = PlannedTrial::default();
            Trial {
                planned,
                status,
                error,
                answer,
                disturbed,
                figures,
                extra,
                latencies,
                finishes_ns,
                readings,
                work_ms,
                printed,
                lanes,
            }
        },
    )
}

/// What was run, on models of the sample, with values of any kind.
fn experiment() -> impl Strategy<Value = Experiment> {
    let models = proptest::sample::subsequence(vec!["threads".to_owned(), "tokio".to_owned(), "actix".to_owned()], 1..=3);
    let sweep = || {
        option::of(
            btree_map(1..1000_u64, Just(()), 2..4)
                .prop_map(|values| Sweep { parameter: "units".into(), values: values.into_keys().collect() }),
        )
    };
    let value = || prop_oneof![number().prop_map(Value::Integer), ".{0,9}".prop_map(Value::Text)];
    let others = btree_map("[a-z]{1,5}", value(), 0..3);
    (models, sweep(), sweep(), 1_u64..4, number(), others).prop_map(|(models, sweep, sweep2, repetitions, seed, others)| {
        let mut experiment = sample().submission.experiment;
        experiment.params.extend(others);
        let sweep2 = sweep2.filter(|_| sweep.is_some());
        Experiment { models, sweep, sweep2, ..experiment }.with("repetitions", repetitions).with("seed", seed)
    })
}

fn view() -> impl Strategy<Value = View> {
    let key = || option::of(proptest::sample::select(vec!["latency_ns.p99".to_owned(), "memory_bytes".into(), "wall_ns".into()]));
    let base = option::of(Just("tokio".to_owned()));
    (key(), base, key(), key(), any::<bool>()).prop_map(|(quantity, base, pinned, sort, descending)| View {
        quantity,
        base,
        pinned: pinned.into_iter().collect(),
        latency: if descending { LatencyForm::Histogram } else { LatencyForm::default() },
        sort: sort.map(|key| Sort { key, descending }),
        lanes: descending.then(|| "both:0-400000".to_owned()),
    })
}

fn conditions() -> impl Strategy<Value = Option<Conditions>> {
    let share = || option::of(0.0..1.0_f64);
    option::of((share(), share(), option::of(number()), number())).prop_map(|told| {
        told.map(|(steal, load, throttled, disturbed)| Conditions {
            steal,
            load_before: load,
            throttled,
            disturbed,
            ..Conditions::default()
        })
    })
}

fn run() -> impl Strategy<Value = Run> {
    let state = proptest::sample::select(vec![RunState::Finished, RunState::Cancelled, RunState::Interrupted, RunState::Running]);
    let times = (option::of(number()), option::of(number()), number());
    let trials = vec((trial(), option::of(number()), 0_u32..5), 0..12);
    (experiment(), trials, state, times, conditions(), ".{0,9}").prop_map(
        |(experiment, trials, state, (began_ms, ended_ms, submitted_ms), conditions, said)| {
            let mut run = Run { plan: plan(&experiment), state, began_ms, ended_ms, conditions, ..sample() };
            run.submission.catalog = run.submission.catalog.slice(&experiment);
            (run.submission.experiment, run.submission.submitted_ms) = (experiment, submitted_ms);
            run.submission.machine.threads_limit_because = said;
            (run.trials, run.took_ms) = Default::default();
            for (planned, (trial, took_ms, kind)) in run.plan.clone().into_iter().zip(trials) {
                // Now and then one is not there.
                if kind > 0 {
                    run.took_ms.extend(took_ms.map(|took_ms| (planned.order, took_ms)));
                    run.trials.push(Trial { planned, ..trial });
                }
            }
            run
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_whole_capsule_opens_to_the_shared_runs(runs in vec((run(), ".{0,9}"), 1..3), view in view()) {
        let of = |(run, name): &(Run, String)| Carried { name: name.clone(), ..Carried::from(run.clone()) };
        // What is not among its models is not looked at.
        let first = runs[0].0.submission.experiment.models[0].clone();
        let view = View { base: view.base.as_ref().map(|_| first), ..view };
        let capsule = Capsule { results: runs.iter().map(of).collect(), view };
        let mut expected = capsule.clone();
        expected.results.iter_mut().for_each(|carried| carried.run = shared(&carried.run));
        prop_assert_eq!(open(&pack(&capsule, Detail::Whole).bytes), Ok(expected));
    }

    #[test]
    fn the_log_of_a_shared_run_folds_to_it_and_sharing_it_again_changes_nothing(run in run()) {
        let shared = shared(&run);
        prop_assert_eq!(&Run::of_log(&log(&shared)), &shared);
        prop_assert_eq!(&capsule::shared(&shared), &shared);
        prop_assert_eq!(&shared_without(&run, &[]), &shared);
        prop_assert_eq!(content(&run), content(&shared));
    }

    #[test]
    fn a_link_opens_whatever_was_measured(run in run(), view in view(), most_chars in 0_usize..4_000) {
        let capsule = Capsule { results: vec![Carried::from(run)], view };
        let packed = pack(&capsule, Detail::Shown { most_chars });
        let opened = open(&packed.bytes);
        prop_assert!(opened.is_ok(), "{:?}", opened);
        let (is, was) = (&opened.unwrap().results[0].run, shared(&capsule.results[0].run));
        let planned = |run: &Run| run.trials.iter().map(|trial| (trial.planned.clone(), trial.status)).collect::<Vec<_>>();
        prop_assert_eq!(planned(is), planned(&was));
        prop_assert_eq!(&is.plan, &was.plan);
        prop_assert_eq!(&is.submission.experiment, &was.submission.experiment);
    }
}
