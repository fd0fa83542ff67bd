//! Results whose trials have whole histograms, their units' ends, what they used over time, and memory by parts.

use protocol::catalog::{Look, Shape, Unit};
use protocol::{Catalog, Figures, Histogram, Model, PlannedTrial, Reading, Role, Trial};

use super::{Case, MODELS, experiment, figure, good, run, speed};

/// Models that stand behind the others, so that there are twelve.
const MORE: [(&str, &str, Shape, bool, &str, &str); 4] = [
    ("tokio-per-core", "Tokio, one per core", Shape::Cross, false, "#8a3b12", "#ffb38a"),
    ("tokio-actors", "Tokio, actors", Shape::Pentagon, false, "#7a5c00", "#e0c060"),
    ("actix-rt", "Actix, without actors", Shape::Wedge, false, "#2f6f7a", "#8fd3de"),
    ("io-uring", "io_uring", Shape::Bars, false, "#4b4b8f", "#b6b6f0"),
];

pub(crate) fn catalog() -> Catalog {
    let mut catalog = super::catalog();
    catalog.models.extend(MORE.map(|(id, name, shape, notched, light, dark)| Model {
        id: id.into(),
        name: name.into(),
        within: name.into(),
        look: Look { shape, notched, light: light.into(), dark: dark.into() },
        ..catalog.models[0].clone()
    }));
    let wait = catalog.workloads.iter_mut().find(|workload| workload.id == "wait").expect("there is one");
    let parts = [
        ("bytes_per_unit", "Memory per unit"),
        ("resident_per_unit", "Resident"),
        ("kernel_stack_per_unit", "Kernel stack"),
        ("slab_per_unit", "Slab"),
        ("page_tables_per_unit", "Page tables"),
    ];
    wait.figures.extend(parts.map(|(key, label)| figure(key, label, Unit::Bytes)));
    catalog
}

/// Two humps, the slower one with a tail: some 20,000 operations, more in a faster trial.
fn latencies(planned: &PlannedTrial, mean_ns: f64) -> Histogram {
    let wide = 0.2 + 0.1 * (planned.model.len() % 4) as f64;
    let hump = |at: f64, wide: f64, count: f64| {
        (-30..=30).map(move |step| {
            let by = f64::from(step) / 10.0;
            ((mean_ns * at * (by * wide).exp()) as u64, (count * (-by * by / 2.0).exp()) as u64)
        })
    };
    let tail = (0..40).map(|step| ((mean_ns * 3.0 * 1.1_f64.powi(step)) as u64, (60.0 * 0.85_f64.powi(step)) as u64));
    hump(0.8, wide, 700.0 + planned.repetition as f64).chain(hump(2.5, wide / 2.0, 90.0)).chain(tail).collect()
}

/// 200 of a thousand units; threads end one after the other, the others near each other.
fn finishes(planned: &PlannedTrial, wall_ns: f64) -> Vec<u64> {
    let first = if planned.model == "threads" { 0.1 } else { 0.8 };
    (0..200).map(|unit| (wall_ns * (first + (1.0 - first) * (f64::from(unit) / 199.0).powi(2))) as u64).collect()
}

/// Memory that grows, and a pause before the measured part.
fn readings(planned: &PlannedTrial, wall_ns: f64) -> (Vec<Reading>, Option<(u64, u64)>) {
    let (ms, most) = ((wall_ns / 1e6) as u64, if planned.model == "threads" { 30e6 } else { 6e6 });
    let reading = |step: u64| {
        let at_ms = step * (ms + 120) / 40;
        let measured = at_ms.saturating_sub(100).min(ms);
        let cpu = 40_000_000 + measured * 1_000_000 * (1 + planned.model.len() as u64 % 2);
        let grown = (at_ms as f64 / 100.0).min(1.0);
        Reading { at_ms, rss_bytes: (2e6 + most * grown) as u64, user_ns: cpu / 4, system_ns: cpu * 3 / 4, threads: 5 }
    };
    ((1..=40).map(reading).collect(), Some((100, 100 + ms)))
}

/// A trial with everything that is seen of one.
pub(crate) fn whole(planned: &PlannedTrial) -> Trial {
    let (trial, rate) = (good(planned, speed(planned)), speed(planned));
    let wall_ns = 400e6 * 1e5 / rate;
    let (readings, work_ms) = readings(planned, wall_ns);
    let waits = if planned.model == "threads" { 900e6 } else { 200e6 };
    let figures = trial.figures.clone().with("run_delay_ns", waits).with("wall_ns", wall_ns);
    Trial {
        latencies: latencies(planned, 1e9 / rate),
        finishes_ns: finishes(planned, wall_ns),
        readings,
        work_ms,
        figures,
        ..trial
    }
}

/// One of a workload that measures memory by units, in so much time that units did not do equally much.
fn parts(planned: &PlannedTrial) -> Trial {
    let trial = good(planned, 1000.0);
    let is_thread = planned.model.starts_with("thread");
    let parts = if is_thread { [9_700.0, 16_384.0, 8_200.0, 4_100.0] } else { [1_250.0, 0.0, 0.0, -12.0] };
    let by = 1.0 + planned.repetition as f64 / 100.0;
    let mut extra = Figures::default().with("bytes_per_unit", parts.iter().sum::<f64>() * by);
    let keys = ["resident_per_unit", "kernel_stack_per_unit", "slab_per_unit", "page_tables_per_unit"];
    keys.iter().zip(parts).for_each(|(key, part)| extra.set(*key, part * by));
    let most = if is_thread { 16_279.0 } else { 400.0 };
    let figures = trial.figures.clone().with("unit_operations.min", 115.0).with("unit_operations.max", most);
    Trial { figures, extra, ..trial }
}

/// All models.
pub(crate) fn twelve() -> Vec<&'static str> {
    MODELS.iter().chain(&MORE).map(|(id, ..)| *id).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    let catalog = catalog();
    let twelve = twelve();
    let echo = |models: &[&str]| experiment("tcp-echo", models, 6);
    // The control has its own histograms, which are in no picture.
    let as_usual = |planned: &PlannedTrial| {
        let trial = whole(planned);
        let far = if planned.role == Role::Control { 1000.0 } else { 1.0 };
        Some(Trial {
            latencies: trial.latencies.buckets().map(|(ns, _, count)| ((ns as f64 * far) as u64, count)).collect(),
            ..trial
        })
    };
    let three = ["threads", "tokio", "actix"];
    vec![
        ("whole", run(&catalog, echo(&three), as_usual)),
        ("whole-one", run(&catalog, echo(&["tokio"]), as_usual)),
        ("whole-twelve", run(&catalog, echo(&twelve), as_usual)),
        ("parts", run(&catalog, experiment("wait", &three, 6), |planned| Some(parts(planned)))),
    ]
}
