//! Capsules of every version that there has been open, and say what they said when they were made.
//!
//! The files in `fixtures/` are never made again: they stand for links that people have put somewhere. What each says stands
//! beside it in a `.facts` file, which is not changed either. A new version gets new files beside these.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use analysis::quantities::value;
use capsule::{Capsule, bytes_of, open};
use protocol::{Histogram, Role, Run, Trial};

fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
}

/// What a capsule says, in lines.
fn facts(capsule: &Capsule) -> String {
    let mut facts = String::new();
    let mut say = |line: String| {
        let _ = writeln!(facts, "{line}");
    };
    let view = &capsule.view;
    say(format!("view: {:?} {:?} {:?} {} {:?}", view.quantity, view.base, view.pinned, view.latency.word(), view.sort));
    for carried in &capsule.results {
        let run = &carried.run;
        let submission = &run.submission;
        let (experiment, machine, build) = (&submission.experiment, &submission.machine, &submission.build);
        say(format!("result {}, called {:?}, without {} parts", run.id(), carried.name, carried.left_out.len()));
        let (ended, trials) = (run.ended_ms, run.trials.len());
        say(format!("  submitted {}, began {:?}, ended {ended:?}, {:?}", submission.submitted_ms, run.began_ms, run.state));
        let values =
            |values: &protocol::Values| values.iter().map(|(name, value)| format!(" {name}={value}")).collect::<String>();
        say(format!(
            "  {} {:?}{};{}",
            experiment.workload,
            experiment.models,
            values(&experiment.params),
            values(&experiment.method)
        ));
        for sweep in experiment.sweeps() {
            say(format!("  sweep of {} over {:?}", sweep.parameter, sweep.values));
        }
        say(format!(
            "  {}, {} cores, {} bytes, {}, {}",
            machine.cpu, machine.cores, machine.memory_bytes, machine.os, machine.kernel
        ));
        say(format!("  {} {} {} tokio {:?}", build.version, build.commit, build.rustc, build.libraries.get("tokio")));
        let names = submission.catalog.models.iter().map(|model| format!(" {}/{}", model.id, model.name)).collect::<String>();
        let keys = submission.catalog.quantities.iter().map(|quantity| format!(" {}", quantity.key)).collect::<String>();
        say(format!("  explained:{names};{keys}"));
        let disturbed = run.trials.iter().filter(|trial| trial.disturbed).count();
        say(format!("  {trials} trials of {} planned, {disturbed} disturbed, {:?}", run.plan.len(), run.conditions.is_some()));
        for (at, also) in experiment.points() {
            for model in &experiment.models {
                for role in Role::ALL {
                    let is_own = |trial: &&Trial| {
                        let planned = &trial.planned;
                        (&planned.model, planned.role, planned.at, planned.also_at) == (model, role, at, also)
                    };
                    let own: Vec<&Trial> = run.trials.iter().filter(is_own).collect();
                    if !own.is_empty() {
                        say(format!("  {}{}", role.label_of(model), of_group(run, &own)));
                    }
                }
            }
        }
    }
    facts
}

/// What trials of one model, role and point say.
fn of_group(run: &Run, own: &[&Trial]) -> String {
    let mut words = String::new();
    if let Some(at) = own[0].planned.at {
        let _ = write!(words, " at {at}");
    }
    let ok = own.iter().filter(|trial| trial.is_ok()).count();
    let _ = write!(words, ": {ok} of {} ok", own.len());
    if let Some(error) = own.iter().find_map(|trial| trial.error.as_ref()) {
        let _ = write!(words, ", {}: {error}", own[0].status);
    }
    let workload = run.submission.catalog.workload(&run.submission.experiment.workload).unwrap();
    for key in [workload.headline.metric.as_str(), "latency_ns.p99", "memory_bytes", "cpu_ns_per_operation", "os_threads_peak"] {
        let values: Vec<f64> = own.iter().filter_map(|trial| value(trial, key)).collect();
        if !values.is_empty() {
            let _ = write!(words, ", {key} {:.6e}", values.iter().sum::<f64>() / values.len() as f64);
        }
    }
    let mut latencies = Histogram::default();
    own.iter().for_each(|trial| latencies.merge(&trial.latencies));
    if let (Some(half), Some(most)) = (latencies.quantile(0.5), latencies.quantile(0.99)) {
        let _ = write!(words, ", {} latencies: half in {half:.3e}, most in {most:.3e}", latencies.count());
    }
    for lanes in own.iter().filter_map(|trial| trial.lanes.as_ref()) {
        let _ = write!(words, ", lanes of {} threads: {} switches, {:?}", lanes.threads, lanes.switches, lanes.running);
    }
    let lines: usize = own.iter().map(|trial| trial.printed.len()).sum();
    if lines > 0 {
        let _ = write!(words, ", {lines} lines printed, the first {:?}", own[0].printed.first());
    }
    words
}

fn opened(path: &PathBuf) -> Capsule {
    let bytes = fs::read(path).unwrap();
    let bytes = if path.extension().is_some_and(|ending| ending == "txt") {
        bytes_of(std::str::from_utf8(&bytes).unwrap()).unwrap()
    } else {
        bytes
    };
    open(&bytes).unwrap_or_else(|refused| panic!("{}: {refused}", path.display()))
}

#[test]
fn every_capsule_that_was_ever_made_opens_and_says_what_it_said() {
    let mut seen = 0;
    for entry in fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt" || ending == "interleave") {
            let said = fs::read_to_string(path.with_extension(match path.extension() {
                Some(ending) if ending == "txt" => "txt.facts",
                _ => "interleave.facts",
            }));
            assert_eq!(facts(&opened(&path)), said.unwrap(), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 7, "{seen} fixtures");
}

/// How they were made. Those that are there are left as they are.
#[cfg(feature = "json")]
mod making {
    use capsule::read::read;
    use capsule::{Carried, Detail, pack, text_of};
    use protocol::View;

    use super::*;
    use crate::glance::overview;
    use crate::support::sample;
    use crate::varied::varied;

    #[test]
    #[ignore = "a fixture is made once, with the version that it stands for"]
    fn fixtures_that_are_not_there_yet_are_made() {
        let from = PathBuf::from(std::env::var("INTERLEAVE_REPORTS").unwrap());
        let of = |name: &str| read(&fs::read(from.join(name)).unwrap()).unwrap();
        let of_sample = || Capsule { results: vec![Carried::from(sample())], ..Capsule::default() };
        let mut two = of_sample();
        two.results[0].name = "before".into();
        two.results.push(Carried { name: "after".into(), ..of("00-tcp-echo.json").results.remove(0) });
        two.view = View { base: Some("threads".into()), pinned: vec!["memory_bytes".into()], ..View::default() };
        let mut again = two.clone();
        again.results.extend((1..6).map(|seed| {
            let mut run = varied(seed);
            run.submission.id = format!("again-{seed}");
            run.submission.machine.cpu = format!("AMD Ryzen {seed} 5600X 6-Core Processor");
            Carried::from(run)
        }));
        let links = [
            ("sample", of_sample()),
            ("refused", of("02-tcp-echo.json")),
            ("sweep", of("08-spawn.json")),
            ("orders", of("01-listings.json")),
            ("two", two.clone()),
            ("again", again),
        ];
        for (name, capsule) in links {
            let packed = pack(&capsule, Detail::Shown { most_chars: 2_000 });
            let link = format!("https://interleave.example/c#{}\n", text_of(&packed.bytes));
            keep(&format!("v1-{name}.txt"), link.as_bytes());
        }
        keep("v1-two.interleave", &pack(&two, Detail::Whole).bytes);
    }

    #[test]
    #[ignore = "a fixture is made once, with the version that it stands for"]
    fn fixtures_with_lanes_that_are_not_there_yet_are_made() {
        let mut run = sample();
        for (seed, trial) in (1..=3).zip(run.trials.iter_mut().rev()) {
            trial.planned.role = Role::Traced;
            trial.lanes = Some(overview(seed));
        }
        let capsule = Capsule { results: vec![Carried::from(run)], ..Capsule::default() };
        let packed = pack(&capsule, Detail::Shown { most_chars: 2_200 });
        let link = format!("https://interleave.example/c#{}\n", text_of(&packed.bytes));
        keep("v1-lanes.txt", link.as_bytes());
        keep("v1-lanes.interleave", &pack(&capsule, Detail::Whole).bytes);
    }

    fn keep(name: &str, bytes: &[u8]) {
        let path = fixtures().join(name);
        if !path.exists() {
            fs::write(&path, bytes).unwrap();
            fs::write(fixtures().join(format!("{name}.facts")), facts(&opened(&path))).unwrap();
        }
    }
}

#[cfg(feature = "json")]
mod glance;
#[cfg(feature = "json")]
mod support;
#[cfg(feature = "json")]
mod varied;
