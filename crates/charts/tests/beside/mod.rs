//! Results that are set side by side.

use protocol::{Machine, PlannedTrial, Role, Run, Trial};

use crate::support::{catalog, experiment, good, run, speed};

const THREE: [&str; 3] = ["threads", "tokio", "actix"];

/// One result after another, each with how many times as fast each of its models is.
fn at(speeds: &[(&str, f64)], models: &[&str]) -> Run {
    let end = |planned: &PlannedTrial| {
        let by = speeds.iter().find(|(model, _)| *model == planned.model).map_or(1.0, |(_, by)| *by);
        Some(good(planned, speed(planned) * by))
    };
    run(&catalog(), experiment("tcp-echo", models, 12), end)
}

/// On another machine, of this processor and so many cores.
fn on(mut run: Run, id: &str, cpu: &str, cores: u64) -> Run {
    run.submission.id = id.into();
    let Machine { calibration, settings, .. } = run.submission.machine.clone();
    let calibration =
        calibration.map(|calibration| protocol::machine::Calibration { wake_cross_core_ns: Some(52_000), ..calibration });
    run.submission.machine = Machine {
        cpu: cpu.into(),
        cores,
        kernel: "Linux 6.18.2".into(),
        calibration,
        settings: protocol::machine::Settings { transparent_huge_pages: None, ..settings },
        ..run.submission.machine
    };
    run
}

pub(crate) fn cases() -> Vec<(&'static str, Vec<Run>)> {
    let there = at(&[], &THREE);
    let here = on(at(&[("threads", 0.8)], &THREE), "here", "Intel(R) Xeon(R) Processor @ 2.10GHz", 2);
    let turned = on(at(&[("threads", 2.0)], &THREE), "turned", "AMD EPYC 9654 96-Core Processor", 64);
    let again = on(at(&[("tokio", 1.1)], &THREE), "again", "Intel(R) Xeon(R) Processor @ 2.10GHz", 2);
    let mut other = at(&[], &THREE);
    other.submission.experiment.params.insert("units".into(), 10_u64.into());
    let disturbed =
        |planned: &PlannedTrial| Some(Trial { disturbed: planned.role == Role::Plain, ..good(planned, speed(planned)) });
    let disturbed = run(&catalog(), experiment("tcp-echo", &["tokio", "actix", "smol"], 12), disturbed);
    let echo = |models: &[&str], by: f64| {
        let end = |planned: &PlannedTrial| {
            let trial = crate::support::whole::whole(planned);
            let rate = trial.figure(analysis::quantities::OPS_PER_S).unwrap_or(1.0);
            Some(Trial { figures: trial.figures.clone().with(analysis::quantities::OPS_PER_S, rate * by), ..trial })
        };
        run(&crate::support::whole::catalog(), experiment("tcp-echo", models, 12), end)
    };
    let twelve = crate::support::whole::twelve();
    let sweep = |by: f64| {
        let end = |planned: &PlannedTrial| {
            let trial = crate::support::crossing(planned)?;
            let rate = trial.figure(analysis::quantities::OPS_PER_S).unwrap_or(1.0);
            Some(Trial { figures: trial.figures.clone().with(analysis::quantities::OPS_PER_S, rate * by), ..trial })
        };
        run(&catalog(), crate::support::swept(&THREE), end)
    };
    let plane = |units: &[u64]| run(&catalog(), crate::support::swept_twice(&THREE, units), crate::support::in_a_plane);
    let memory = run(&catalog(), experiment("wait", &THREE, 12), |planned| Some(good(planned, 1000.0)));
    vec![
        ("twelve", vec![echo(&twelve, 1.0), echo(&twelve, 0.9)]),
        ("sweeps", vec![sweep(1.0), sweep(0.9)]),
        ("planes", vec![plane(&[1, 10, 1000]), plane(&[10, 100])]),
        ("workloads", vec![there.clone(), memory]),
        ("two", vec![there.clone(), here.clone()]),
        ("reruns", vec![there.clone(), here, turned.clone(), again, other]),
        ("turned", vec![there.clone(), turned]),
        ("disturbed", vec![there, disturbed]),
    ]
}
