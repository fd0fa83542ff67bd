//! A link's capsule: short, and what it says is what the whole result says.

use analysis::report::{report, summarised};
use analysis::verdict::sentence;
use capsule::{Capsule, Carried, Detail, Packed, Part, open, pack, shared, text_of};
use protocol::report::{Because, Report, Verdict};
use protocol::{Role, Run, View};

mod glance;
mod support;
mod varied;
use glance::overview;
use support::sample;
use varied::varied;

fn capsule_of(runs: impl IntoIterator<Item = Run>) -> Capsule {
    Capsule { results: runs.into_iter().map(Carried::from).collect(), ..Capsule::default() }
}

fn link_of(capsule: &Capsule, most_chars: usize) -> (Packed, Capsule) {
    let packed = pack(capsule, Detail::Shown { most_chars });
    let opened = open(&packed.bytes).unwrap();
    (packed, opened)
}

/// Everything that is told of a result.
fn told(run: &Run) -> (String, Vec<String>) {
    let submission = &run.submission;
    let (summarised, trials) = (summarised(run), &run.trials);
    let sentence =
        sentence(&submission.catalog, &submission.experiment, trials, &summarised, submission.machine.cores, true, None);
    (sentence.plain(), sentence.lines(&submission.catalog))
}

/// Each pair, by every quantity that is shown, with its verdict.
fn verdicts(report: &Report) -> Vec<(&str, &str, &str, Verdict, Option<Because>)> {
    let pairs = report.comparisons.iter();
    pairs.map(|pair| (pair.metric.as_str(), pair.a.as_str(), pair.b.as_str(), pair.verdict, pair.because)).collect()
}

#[test]
fn three_models_by_ten_repetitions_fit_and_leave_a_link_s_base_its_room() {
    let (packed, opened) = link_of(&capsule_of([sample()]), 1_600);
    let text = text_of(&packed.bytes);
    assert!(text.len() <= 1_600, "{} characters", text.len());
    assert_eq!(packed.left_out, [Part::Trials, Part::OtherFigures]);
    assert_eq!(opened.results[0].left_out, packed.left_out);
    assert_eq!(opened.results[0].run.trials.len(), 40);
}

#[test]
fn sentence_answers_and_verdicts_are_those_of_the_whole_result() {
    for seed in 0..12_u64 {
        let run = varied(seed);
        let (_, opened) = link_of(&capsule_of([run.clone()]), 2_000);
        let opened = &opened.results[0].run;
        assert_eq!(told(opened), told(&run), "of {seed}");
        assert_eq!(verdicts(&report(opened)), verdicts(&report(&run)), "of {seed}");
        let withheld = |run: &Run| report(run).withheld;
        assert_eq!(withheld(opened), withheld(&run), "of {seed}");
    }
}

#[test]
fn what_is_looked_at_is_carried_and_told_alike() {
    let view = View { quantity: Some("latency_ns.max".into()), pinned: vec!["finish_spread".into()], ..View::default() };
    let (_, opened) = link_of(&Capsule { view: view.clone(), ..capsule_of([sample()]) }, 2_000);
    assert_eq!(opened.view, view);
    let run = &opened.results[0].run;
    for key in ["latency_ns.max", "finish_spread"] {
        assert!(run.trials.iter().all(|trial| trial.figure(key).is_some()), "{key}");
        assert!(run.submission.catalog.quantities.iter().any(|quantity| quantity.key == key), "{key}");
    }
}

#[test]
fn values_keep_about_four_figures_and_the_headline_more() {
    let (_, opened) = link_of(&capsule_of([sample()]), 2_000);
    let keys = [("ops_per_s", 1e-4), ("latency_ns.p99", 3e-4), ("memory_bytes", 3e-4), ("cpu_ns_per_operation", 1e-3)];
    for (is, was) in opened.results[0].run.trials.iter().zip(&sample().trials) {
        assert_eq!(is.planned, was.planned);
        for (key, most) in keys {
            let value = |trial| analysis::quantities::value(trial, key).unwrap();
            assert!((value(is) / value(was) - 1.0).abs() <= most, "{key}: {} {}", value(is), value(was));
        }
        assert_eq!(is.figure("os_threads_peak"), was.figure("os_threads_peak"));
    }
}

#[test]
fn latency_curves_are_drawn_of_every_model_and_keep_their_percentiles() {
    let (_, opened) = link_of(&capsule_of([sample()]), 2_000);
    for model in ["threads", "tokio", "actix"] {
        let curve = |run: &Run| {
            let mut curve = protocol::Histogram::default();
            let own = run.trials.iter().filter(|trial| trial.planned.model == model && trial.planned.role == Role::Plain);
            own.for_each(|trial| curve.merge(&trial.latencies));
            curve
        };
        let (is, was) = (curve(&opened.results[0].run), curve(&sample()));
        for share in [0.1, 0.5, 0.9, 0.99, 0.999] {
            let (is, was) = (is.quantile(share).unwrap(), was.quantile(share).unwrap());
            assert!((is / was).ln().abs() < 0.15, "{model} at {share}: {is} {was}");
        }
        let (is, was) = (is.count() as f64, was.count() as f64);
        assert!((is / was - 1.0).abs() < 0.03, "{model}: {is} {was}");
    }
}

#[test]
fn parts_are_left_out_in_their_order_until_it_is_short_enough() {
    let capsule = capsule_of([sample()]);
    let mut before = usize::MAX;
    for most in [100_000, 1_500, 1_200, 1_000, 800, 600, 450] {
        let (packed, opened) = link_of(&capsule, most);
        let length = text_of(&packed.bytes).len();
        assert!(length <= most && length <= before, "{length} characters of {most}");
        assert_eq!(packed.left_out, without_lanes()[..packed.left_out.len()]);
        before = length;
        // Whatever is left out, the headline is told alike until its figures are.
        if !packed.left_out.contains(&Part::Precision) {
            assert_eq!(told(&opened.results[0].run).0, told(&sample()).0);
        }
    }
    let (packed, _) = link_of(&capsule, 10);
    assert_eq!(packed.left_out, without_lanes(), "it cannot be shorter");
}

/// Of a result that has no lanes none are left out.
fn without_lanes() -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| *part != Part::Lanes).collect()
}

#[test]
fn what_lanes_show_at_a_glance_is_in_a_link_if_it_fits_and_said_if_it_does_not() {
    let mut run = sample();
    let overviews: Vec<_> = (1..=3).map(overview).collect();
    for (trial, lanes) in run.trials.iter_mut().rev().zip(&overviews) {
        trial.planned.role = protocol::Role::Traced;
        trial.lanes = Some(lanes.clone());
    }
    let shown = |most| {
        let (packed, opened) = link_of(&capsule_of([run.clone()]), most);
        let lanes: Vec<_> = opened.results[0].run.trials.iter().rev().filter_map(|trial| trial.lanes.clone()).collect();
        (packed.left_out, lanes)
    };
    assert_eq!(shown(2_200), (Part::ALL[..2].to_vec(), overviews));
    let (left_out, lanes) = shown(1_500);
    assert!(left_out.contains(&Part::Lanes) && lanes.is_empty(), "{left_out:?}");
    assert_eq!(left_out, Part::ALL[..left_out.len()]);
}

#[test]
fn a_link_carries_two_results_and_of_re_runs_the_headline() {
    let again = |index: u64| {
        let mut run = varied(index);
        run.submission.id = format!("again-{index}");
        run.submission.machine.cpu = format!("AMD Ryzen {index}");
        run
    };
    let two = capsule_of([sample(), again(1)]);
    let (packed, opened) = link_of(&two, 4_000);
    assert_eq!(packed.left_out, [Part::Trials, Part::OtherFigures]);
    assert_eq!(told(&opened.results[1].run), told(&again(1)));
    let of_two = text_of(&packed.bytes).len();
    let many = capsule_of(std::iter::once(sample()).chain((1..14).map(again)));
    let (packed, opened) = link_of(&many, 10_000);
    let each = (text_of(&packed.bytes).len() - of_two) / 12;
    assert!(each <= 240, "{each} characters a re-run");
    for (index, carried) in (0..).zip(&opened.results).skip(2) {
        let (is, was) = (&carried.run, shared(&again(index)));
        assert_eq!((&is.submission.machine.cpu, &is.submission.build), (&was.submission.machine.cpu, &was.submission.build));
        assert_eq!(
            (is.submission.submitted_ms, &is.submission.experiment),
            (was.submission.submitted_ms, &was.submission.experiment)
        );
        let figures = |trial: &protocol::Trial| trial.figures.iter().map(|(key, _)| key.to_owned()).collect::<Vec<_>>();
        assert!(is.trials.iter().all(|trial| figures(trial) == ["ops_per_s"]), "{:?}", is.trials[0]);
    }
}

#[test]
fn a_link_of_a_link_says_the_same_and_what_both_left_out() {
    let (first, opened) = link_of(&capsule_of([sample()]), 800);
    let (second, again) = link_of(&opened, 2_000);
    assert_eq!(second.left_out, first.left_out);
    assert_eq!(told(&again.results[0].run), told(&opened.results[0].run));
    assert_eq!(pack(&opened, Detail::Whole).left_out, first.left_out);
}
