//! Inverses and folds, over inputs that nobody thought of: links, drafts, steps, both forms of what travels, the fold of a log.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use protocol::experiment::Sweep;
use protocol::lanes::LanesOverview;
use protocol::log::Phase;
use protocol::machine::Calibration;
use protocol::parameter::steps;
use protocol::{
    Conditions, Draft, Experiment, Figures, Happening, Histogram, Parameter, PlannedTrial, Reading, Role, Run, RunEvent,
    Submission, Trial, TrialStatus, Value, View, compact, line, link,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

mod support;
use support::{catalog, program};

/// What a person might type into a field: numbers and words that mean something, and anything at all.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u64..2_000_000).prop_map(|number| number.to_string()),
        (1_u64..1000, 1_u64..100_000).prop_map(|(from, to)| format!("{from}..{to} log")),
        vec(0_u64..5000, 1..5).prop_map(|values| values.iter().map(u64::to_string).collect::<Vec<_>>().join("; ")),
        "(std|tokio|one|block_on|on|sure)",
        "((compute|wait|send|fly) ?[0-9]{0,4}, ?){0,4}",
        ".*",
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let names = ["units", "payload", "lock", "program", "cores", "driver", "workers", "repetitions", "until", "lanes", "seed"];
    let models = proptest::sample::subsequence(vec!["threads".to_owned(), "tokio".to_owned()], 0..=2);
    (proptest::sample::select(vec!["echo", "pool"]), models, btree_map(proptest::sample::select(names.to_vec()), typed(), 0..6))
        .prop_map(|(workload, models, fields)| Draft {
            workload: workload.into(),
            models,
            fields: fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        })
}

fn key() -> impl Strategy<Value = String> {
    "[a-z]{1,6}(\\.[a-z]{1,4})?"
}

fn figures() -> impl Strategy<Value = Figures> {
    btree_map(key(), prop_oneof![(0_u64..1 << 53).prop_map(|whole| whole as f64), -1e12..1e12_f64], 0..6).prop_map(|map| {
        let mut figures = Figures::default();
        // A key cannot be a group and a number at once: `a` and `a.b`.
        let is_group = |key: &str| map.keys().any(|other| other.starts_with(&format!("{key}.")));
        map.iter().filter(|(key, _)| !is_group(key)).for_each(|(key, value)| figures.set(key, *value));
        figures
    })
}

fn planned() -> impl Strategy<Value = PlannedTrial> {
    let role = proptest::sample::select(Role::ALL.to_vec());
    let value = || option::of(any::<u64>());
    (0_u64..20, "(threads|tokio|a-again)", role, 0_u64..50, value(), value())
        .prop_map(|(order, model, role, repetition, at, also_at)| PlannedTrial { order, model, role, repetition, at, also_at })
}

/// Latencies of every length, each with how many operations had it.
fn latencies() -> impl Strategy<Value = Vec<(u64, u64)>> {
    vec((any::<u64>(), 0_u32..64).prop_map(|(ns, shift)| ns >> shift).prop_flat_map(|ns| (Just(ns), 0_u64..1 << 40)), 0..12)
}

fn reading() -> impl Strategy<Value = Reading> {
    let numbers = (any::<u64>(), any::<u64>(), any::<u64>(), any::<u64>(), any::<u64>());
    numbers.prop_map(|(at_ms, rss_bytes, user_ns, system_ns, threads)| Reading { at_ms, rss_bytes, user_ns, system_ns, threads })
}

fn overview() -> impl Strategy<Value = LanesOverview> {
    (any::<[u64; 5]>(), any::<[u32; 2]>(), vec(any::<u8>(), 0..4), any::<bool>()).prop_map(
        |([length_ns, switches, preempted, operations, dropped], [cores, threads], running, is_recorded)| LanesOverview {
            length_ns,
            cores,
            threads,
            running,
            switches,
            preempted,
            operations,
            is_recorded,
            dropped,
        },
    )
}

fn trial() -> impl Strategy<Value = Trial> {
    let status =
        proptest::sample::select(vec![TrialStatus::Ok, TrialStatus::Refused, TrialStatus::Cancelled, TrialStatus::Invalid]);
    let own = figures().prop_map(|figures| {
        let mut own = Figures::default();
        figures.iter().for_each(|(key, value)| own.set(key.replace('.', "_"), value));
        own
    });
    let work = option::of((any::<u64>(), any::<u64>()));
    let lists = (latencies(), vec(any::<u64>(), 0..4), vec(reading(), 0..4), work, vec(".*", 0..3), option::of(overview()));
    (planned(), status, option::of(".*"), option::of("[0-9a-f]{16}"), any::<bool>(), figures(), own, lists).prop_map(
        |(planned, status, error, answer, disturbed, figures, extra, lists)| {
            let (latencies, finishes_ns, readings, work_ms, printed, lanes) = lists;
            // Names that a trial has beside its figures.
            let mut free = Figures::default();
            let taken = ["order", "model", "role", "label", "at", "status", "error", "answer", "extra", "lanes_overview"];
            figures
                .iter()
                .filter(|(key, _)| !taken.contains(&key.split('.').next().unwrap()))
                .for_each(|(key, value)| free.set(key, value));
            let (figures, latencies) = (free, latencies.into_iter().collect());
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

fn experiment() -> impl Strategy<Value = Experiment> {
    let value = || prop_oneof![any::<u64>().prop_map(Value::Integer), ".*".prop_map(Value::Text)];
    let sweep =
        || option::of(("[a-z]{1,5}", vec(any::<u64>(), 2..5)).prop_map(|(parameter, values)| Sweep { parameter, values }));
    (
        ".*",
        btree_map("[a-z]{1,5}", value(), 0..4),
        vec("[a-z]{1,5}", 0..3),
        btree_map("(cores|workers|seed|lanes)", value(), 0..4),
        sweep(),
        sweep(),
    )
        .prop_map(|(workload, params, models, method, sweep, sweep2)| Experiment {
            workload,
            params,
            models,
            method,
            sweep,
            sweep2,
        })
}

fn happening() -> impl Strategy<Value = Happening> {
    let conditions = || option::of(option::of(0.0..1.0_f64).prop_map(|steal| Conditions { steal, ..Conditions::default() }));
    prop_oneof![
        experiment().prop_map(|experiment| {
            let (id, catalog) = ("a".to_owned(), catalog());
            Happening::Submitted(Box::new(Submission { id, catalog, experiment, ..Submission::default() }))
        }),
        (any::<u64>(), option::of(any::<u64>()))
            .prop_map(|(position, expected_wait_ms)| Happening::Queued { position, expected_wait_ms }),
        vec(planned(), 0..4).prop_map(|plan| Happening::Started { plan }),
        vec(planned(), 0..4).prop_map(|plan| Happening::Replanned { plan }),
        any::<u64>().prop_map(|order| Happening::WaitingForMachine { order }),
        any::<u64>().prop_map(|clock_ns| {
            let calibration = Calibration { clock_ns, ..Calibration::default() };
            Happening::Calibrated { calibration: Box::new(calibration) }
        }),
        (0_u64..20).prop_map(|order| Happening::TrialStarted { order }),
        (0_u64..20).prop_map(|order| Happening::TrialPhase { order, phase: Phase::Work }),
        trial().prop_map(|trial| Happening::TrialFinished { trial: Box::new(trial) }),
        ".*".prop_map(|reason| Happening::NotStored { reason }),
        conditions().prop_map(|conditions| Happening::Finished { conditions }),
        conditions().prop_map(|conditions| Happening::Cancelled { conditions }),
        Just(Happening::Interrupted),
    ]
}

/// A log with numbers and times that no server would give.
fn any_log() -> impl Strategy<Value = Vec<RunEvent>> {
    vec((0_u64..12, any::<u64>(), happening()), 0..12)
        .prop_map(|events| events.into_iter().map(|(number, at_ms, what)| RunEvent { number, at_ms, what }).collect())
}

fn comes_back_from_both_forms<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).as_ref().ok(), Some(value), "{text}");
    let bytes = compact::write(value).unwrap();
    assert_eq!(compact::read::<T>(&bytes).as_ref().ok(), Some(value), "{} bytes", bytes.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_draft_that_can_be_run_is_the_same_through_its_link(draft in draft()) {
        let catalog = catalog();
        if let Ok(experiment) = draft.check(&catalog) {
            let encoded = link::encode(&draft, None, &View::default(), None, &catalog);
            let (path, query) = encoded.split_once('?').unwrap();
            let opened = link::decode(path, query, &catalog);
            prop_assert_eq!(&opened.notes, &vec![]);
            prop_assert_eq!(opened.draft.check(&catalog), Ok(experiment));
        }
    }

    #[test]
    fn a_draft_that_can_be_run_is_the_same_through_its_line(draft in draft()) {
        let catalog = catalog();
        if let Ok(experiment) = draft.check(&catalog) {
            let line = line::write(&draft, &catalog);
            // No quoted word of these has a quote in it.
            let words = line::words(&line.replace('\'', ""));
            let (again, _) = line::read(&words[0], &words[1..], &catalog).unwrap();
            prop_assert_eq!(again.check(&catalog), Ok(experiment), "{}", line);
        }
    }

    #[test]
    fn a_link_opens_to_the_same_with_its_workload_in_the_query(draft in draft(), behind in "(#[a-z]{0,4})?") {
        let catalog = catalog();
        let whole = link::encode(&draft, None, &View::default(), None, &catalog);
        let (path, query) = whole.split_once('?').unwrap();
        let other = link::in_query(&format!("{whole}{behind}"));
        let (other, _) = other.split_once('#').unwrap_or((&other, ""));
        prop_assert_eq!(link::in_path("/", other.trim_start_matches('?')), (path.to_owned(), query.to_owned()));
        prop_assert_eq!(link::decode("", other.trim_start_matches('?'), &catalog), link::decode(path, query, &catalog));
    }

    #[test]
    fn a_draft_that_cannot_be_run_says_what_would_be_accepted(draft in draft()) {
        if let Err(problems) = draft.check(&catalog()) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(!problem.field.is_empty() && !problem.accepted.is_empty(), "{}", problem);
            }
        }
    }

    #[test]
    fn a_checked_experiment_checks_again_to_itself(draft in draft()) {
        let catalog = catalog();
        if let Ok(experiment) = draft.check(&catalog) {
            let again = Draft::of_experiment(&experiment).check(&catalog);
            prop_assert_eq!(again.as_ref(), Ok(&experiment));
            let json = serde_json::to_value(&experiment).unwrap();
            let again = Draft::of_json(&json, &catalog).and_then(|draft| draft.check(&catalog));
            prop_assert_eq!(again.as_ref(), Ok(&experiment), "{}", json);
        }
    }

    #[test]
    fn any_link_opens_to_something_and_its_own_link_opens_to_the_same(
        path in "/?[a-z-]{0,6}",
        query in "([a-z]{1,8}=[^&]{0,9}&?){0,6}",
    ) {
        let catalog = catalog();
        let opened = link::decode(&path, &query, &catalog);
        let encoded = link::encode(&opened.draft, opened.run.as_deref(), &opened.view, opened.line.as_ref(), &catalog);
        let (path, query) = encoded.split_once('?').unwrap();
        let again = link::decode(path, query, &catalog);
        prop_assert_eq!(again.draft.check(&catalog), opened.draft.check(&catalog));
        prop_assert_eq!((again.run, again.line), (opened.run, opened.line));
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written(number in 1_u64..1 << 53) {
        let field = support::integer("seed", 0, 1 << 53, 1, 42);
        let read = |text: &str| protocol::parameter::read(&field, text);
        let meant = Ok(Value::Integer(number));
        let digits = number.to_string();
        let (first, rest) = digits.split_at(1);
        prop_assert_eq!(read(&protocol::parameter::grouped(number)), meant.clone());
        prop_assert_eq!(read(&format!("{first}.{rest}e{}", rest.len())), meant.clone());
        let (thousands, ones) = (number / 1000, number % 1000);
        prop_assert_eq!(read(&format!("{thousands}.{ones:03}k")), meant.clone());
        let (millions, ones) = (number / 1_000_000, number % 1_000_000);
        prop_assert_eq!(read(&format!("{millions}.{ones:06}M")), meant);
        prop_assert!(read(&format!("{thousands}.{ones:03}1k")).is_err(), "a tenth of one is left");
    }

    #[test]
    fn any_text_is_a_number_or_is_refused_and_never_a_panic(text in "[0-9.,eEkKM+_ -]{0,24}") {
        let field = support::integer("units", 1, 1_000_000, 1, 42);
        if let Ok(Value::Integer(number)) = protocol::parameter::read(&field, &text) {
            prop_assert!((1..=1_000_000).contains(&number));
        }
    }

    #[test]
    fn a_damaged_link_that_is_kept_says_the_same_again(query in "((units|payload|models|v|colour|run)=[a-z0-9]{0,4}&?){0,6}") {
        let catalog = catalog();
        let opened = link::decode("/echo", &query, &catalog);
        let encoded = link::encode(&opened.draft, opened.run.as_deref(), &opened.view, None, &catalog);
        let kept = link::keeping(&opened.unread, &encoded);
        let (path, query) = kept.split_once('?').unwrap();
        let again = link::decode(path, query, &catalog);
        let sorted = |mut unread: Vec<(String, String)>| {
            unread.sort_unstable();
            unread
        };
        prop_assert_eq!(sorted(again.unread), sorted(opened.unread), "{}", kept);
        prop_assert_eq!(again.draft.check(&catalog), opened.draft.check(&catalog));
    }

    #[test]
    fn a_program_written_in_full_is_read_as_itself(
        text in "((compute|wait|send|COMPUTE|repeat|in parallel)?( [0-9]{1,3})? ?[,;\n{}] ?){0,6}"
    ) {
        let program: Parameter = program();
        if let Ok(Value::Text(full)) = protocol::parameter::read(&program, &text) {
            prop_assert_eq!(protocol::parameter::read(&program, &full), Ok(Value::Text(full.clone())));
            prop_assert_eq!(steps::count(&steps::parse(&full).steps), steps::count(&steps::parse(&text).steps));
        }
    }

    #[test]
    fn whatever_is_typed_is_taken_apart_into_no_more_steps_than_it_has_signs(text in "(\\PC|[{},;\n]){0,60}") {
        let written = steps::parse(&text);
        prop_assert!(steps::count(&written.steps) <= text.chars().count() as u64);
        prop_assert_eq!(written.fault.is_none(), is_balanced(&text), "{}", text);
    }

    #[test]
    fn trials_plans_experiments_and_events_come_back_from_json_and_from_the_compact_form(
        trial in trial(), planned in planned(), experiment in experiment(), what in happening()
    ) {
        comes_back_from_both_forms(&trial);
        comes_back_from_both_forms(&planned);
        comes_back_from_both_forms(&experiment);
        comes_back_from_both_forms(&RunEvent { number: 1, at_ms: 2, what });
    }

    #[test]
    fn histograms_are_the_same_whichever_parts_they_are_put_together_from(latencies in latencies(), at in any::<prop::sample::Index>()) {
        let whole: Histogram = latencies.iter().copied().collect();
        let (one, other) = latencies.split_at(at.index(latencies.len() + 1));
        let mut parts: Histogram = other.iter().copied().collect();
        parts.merge(&one.iter().copied().collect());
        prop_assert_eq!(&parts, &whole);
        prop_assert_eq!(whole.count(), latencies.iter().map(|(_, count)| count).sum::<u64>());
        prop_assert!(whole.buckets().is_sorted_by(|(_, to, _), (from, _, _)| to <= from));
        comes_back_from_both_forms(&whole);
    }

    #[test]
    fn quantiles_ascend_and_lie_in_the_bucket_of_the_latency_that_they_are(latencies in latencies(), share in 0.0..=1.0_f64) {
        let histogram: Histogram = latencies.iter().copied().collect();
        let rank = share * histogram.count() as f64;
        let (mut sorted, mut below) = (latencies, 0.0);
        sorted.retain(|(_, count)| *count > 0);
        sorted.sort_unstable();
        let exact = sorted.iter().find(|(_, count)| {
            below += *count as f64;
            below >= rank
        });
        prop_assert_eq!(histogram.quantile(share).is_some(), exact.is_some());
        if let (Some(value), Some((exact, _))) = (histogram.quantile(share), exact) {
            let (from, to, _) = histogram.buckets().find(|(from, to, _)| (from..to).contains(&exact) || *to == u64::MAX).unwrap();
            prop_assert!((from as f64..=to as f64).contains(&value), "{} is not from {} to {}", value, from, to);
            prop_assert!(histogram.quantile(share / 2.0) <= Some(value));
        }
    }

    #[test]
    fn any_beginning_of_any_log_folds_and_the_rest_folds_onto_it(log in any_log(), at in any::<prop::sample::Index>()) {
        let whole = Run::of_log(&log);
        let at = at.index(log.len() + 1);
        let mut parts = Run::of_log(&log[..at]);
        log[at..].iter().for_each(|event| parts.apply(event));
        prop_assert_eq!(&parts, &whole);
        // What has been had is not had again: a stream that is resumed too early changes nothing.
        log.iter().filter(|event| event.number <= whole.last_event).for_each(|event| parts.apply(event));
        prop_assert_eq!(&parts, &whole);
        prop_assert!(whole.trials.is_sorted_by_key(|trial| trial.planned.order));
    }

    #[test]
    fn frames_are_the_same_however_the_stream_is_cut(events in vec(happening(), 0..4), cuts in vec(1_usize..40, 1..20)) {
        let mut stream = Vec::new();
        for what in &events {
            stream.extend(compact::HEARTBEAT);
            stream.extend(compact::write_framed(what).unwrap());
        }
        let (mut frames, mut read) = (compact::Frames::default(), Vec::new());
        let mut cuts = cuts.iter().cycle();
        while !stream.is_empty() {
            let rest = stream.split_off((*cuts.next().unwrap()).min(stream.len()));
            frames.push(&stream);
            stream = rest;
            while let Some(body) = frames.next_frame() {
                read.push(compact::read::<Happening>(&body).unwrap());
            }
        }
        prop_assert_eq!(read, events);
    }

    #[test]
    fn bytes_of_a_stranger_are_refused_and_never_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = compact::read::<RunEvent>(&bytes);
        let _ = serde_json::from_slice::<RunEvent>(&bytes);
        let mut frames = compact::Frames::default();
        frames.push(&bytes);
        while let Some(body) = frames.next_frame() {
            let _ = compact::read::<RunEvent>(&body);
        }
    }
}

/// Whether every brace has its other one, and they are not too deep.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_usize;
    for sign in text.chars().filter(|sign| matches!(sign, '{' | '}')) {
        match (sign, depth) {
            ('{', steps::DEEPEST) | ('}', 0) => return false,
            ('{', _) => depth += 1,
            _ => depth -= 1,
        }
    }
    depth == 0
}
