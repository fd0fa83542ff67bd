//! How the dictionary of version 1 was made. It is never made again: a later version gets another one beside it.

use std::collections::BTreeMap;
use std::fs;

use protocol::machine::Settings;
use protocol::{
    Build, Catalog, Experiment, Figures, Machine, PlannedTrial, Role, Run, RunState, Submission, Sweep, Trial, TrialStatus, View,
};

use super::NEVER;
use super::cut::Cutting;
use crate::wire::bits::BitWriter;
use crate::wire::{Coding, Envelope, written};
use crate::{Capsule, Carried, Part};

/// Farther back than this nothing is found any more behind the messages of a link.
const MOST: usize = 30_000;

/// What machines call themselves, and what kernels and trials say; rare ones first.
const SAID: &str = "\
Too many open files (os error 24)Resource temporarily unavailable (os error 11)Cannot allocate memory (os error 12)\
Address already in use (os error 98)Connection refused (os error 111)the process was killed by signal 9 (SIGKILL)\
it took longer than 60 s: stoppedthe process ended before it had a resultpanicked at crates/engine/src/workloads/\
called `Result::unwrap()` on an `Err` value: cancelled(a path)(an address)(a name)\
at most 15,000 threads (vm.max_map_count 65530, four mappings per thread, less a margin)\
31,000 threads (kernel.threads-max 63,000)pids.max of its control group\
the kernel does not let this user count it (perf_event_paranoid 4, EACCES)\
the machine has no such hardware counter (ENOENT)\
AppleM1 M2 M3 M4 Pro Max UltraNeoverse-N1Neoverse-V2Cortex-A72AMD EPYC-Milan ProcessorAMD EPYC 7B13 64-Core Processor\
AMD EPYC 9R14 96-Core ProcessorAMD EPYC 7763 64-Core ProcessorAMD Ryzen 5 5600X 6-Core Processor\
AMD Ryzen 7 5800X 8-Core ProcessorAMD Ryzen 7 7840U w/ Radeon 780M Graphics\
AMD Ryzen 9 5950X 16-Core ProcessorAMD Ryzen 9 7950X 16-Core Processor\
11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz12th Gen Intel(R) Core(TM) i7-12700K13th Gen Intel(R) Core(TM) i9-13900K\
Intel(R) Core(TM) i5-8250U CPU @ 1.60GHzIntel(R) Core(TM) i7-9750H CPU @ 2.60GHzIntel(R) Core(TM) Ultra 7 155H\
Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHzIntel(R) Xeon(R) CPU E5-2673 v4 @ 2.30GHzIntel(R) Xeon(R) Processor\
Alpine Linux v3.20openSUSE TumbleweedNixOS 24.11Arch LinuxFedora Linux 41 (Workstation Edition)Ubuntu 20.04.6 LTS\
Ubuntu 22.04.5 LTSUbuntu 24.04.1 LTSDebian GNU/Linux 13 (trixie)Debian GNU/Linux 12 (bookworm)\
Linux 5.15.167.4-microsoft-standard-WSL2Linux 6.6.87.2-microsoft-standard-WSL2Linux 6.11.0-1012-azureLinux 6.8.0-1021-aws\
Linux 5.15.0-125-genericLinux 6.8.0-51-genericLinux 6.1.0-28-amd64Linux 6.12.6-arch1-1Linux 6.18.\
musl 1.2.5glibc 2.31glibc 2.35glibc 2.39glibc 2.41glibc 2.36\
hpetkvm-clockarch_sys_countertscnotimplementednotsupportedforceoffoffon\
alwaysnevermadviseondemandpowersaveschedutilperformance4 of 19; open: spectre_v2, mds, retbleed";

fn build() -> Build {
    let version = |name: &str, version: &str| (name.to_owned(), version.to_owned());
    Build {
        version: "0.1.0".into(),
        commit: "-dirty".into(),
        profile: "release".into(),
        rustc: "1.95.0".into(),
        opt_level: "3".into(),
        lto: "thin-local".into(),
        codegen_units: "16".into(),
        target_cpu: "generic".into(),
        allocators: vec!["glibc".into(), "mimalloc".into()],
        libraries: BTreeMap::from([
            version("actix", "0.13.5"),
            version("actix-rt", "2.15.0"),
            version("actix-web", "4.18.1"),
            version("compio", "0.19.2"),
            version("crossbeam-channel", "0.5.17"),
            version("httparse", "1.10.1"),
            version("hyper", "1.12.0"),
            version("rayon", "1.12.0"),
            version("smol", "2.0.2"),
            version("tokio", "1.54.1"),
        ]),
    }
}

fn machine() -> Machine {
    let why = "the machine has no such hardware counter (ENOENT)";
    Machine {
        cpu: "Intel(R) Xeon(R) Processor".into(),
        cores: 8,
        memory_bytes: 16 << 30,
        os: "Debian GNU/Linux 12 (bookworm)".into(),
        kernel: "Linux 6.1.0-28-amd64".into(),
        threads_limit: 15_000,
        threads_limit_because: "15,000 threads (vm.max_map_count 65530, four mappings per thread, less a margin)".into(),
        files_limit: 20_000,
        trial_time_limit_ms: 60_000,
        settings: Settings {
            libc: Some("glibc 2.36".into()),
            transparent_huge_pages: Some("madvise".into()),
            governor: Some("performance".into()),
            smt: Some("on".into()),
            mitigations: Some("4 of 19".into()),
            clock_source: Some("tsc".into()),
            tick_hz: Some(250),
        },
        counters: ["cache_misses", "cycles", "instructions"].into_iter().map(|key| (key.to_owned(), why.to_owned())).collect(),
        ..Machine::default()
    }
}

/// A run of a workload on all models, in which each figure is measured once.
fn run(catalog: &Catalog, workload: &str) -> Run {
    let of = catalog.workload(workload).unwrap();
    let params = of.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default())).collect();
    let method = catalog.method_fields().map(|parameter| (parameter.name.clone(), parameter.default())).collect();
    let models: Vec<String> = catalog.models.iter().map(|model| model.id.clone()).collect();
    let sweep = Some(Sweep { parameter: "units".into(), values: vec![1, 10, 100, 1000, 10_000] });
    let experiment = Experiment { workload: workload.into(), params, models, method, sweep, sweep2: None };
    let mut figures = Figures::default();
    for key in catalog.quantities.iter().map(|quantity| &quantity.key).chain(&SOURCES.map(str::to_owned)) {
        figures.set(key, 1.0);
    }
    let mut extra = Figures::default();
    of.figures.iter().for_each(|quantity| extra.set(&quantity.key, 1.0));
    let mut plan: Vec<PlannedTrial> = experiment.models.iter().map(|model| planned(model, Role::Plain)).collect();
    plan.push(planned("tokio", Role::Control));
    let trials = plan.iter().map(|planned| Trial {
        planned: planned.clone(),
        status: TrialStatus::Ok,
        figures: figures.clone(),
        extra: extra.clone(),
        ..Trial::default()
    });
    let mut run = Run { trials: trials.collect(), plan, state: RunState::Finished, ..Run::default() };
    (run.submission.experiment, run.submission.catalog) = (experiment, catalog.clone());
    (run.submission.build, run.submission.machine, run.submission.version) = (build(), machine(), 2);
    run
}

const SOURCES: [&str; 7] = [
    "peak_rss_bytes",
    "kernel_memory_bytes",
    "measured.user_ns",
    "measured.system_ns",
    "measured.voluntary_switches",
    "measured.involuntary_switches",
    "latency_ns.samples",
];

fn planned(model: &str, role: Role) -> PlannedTrial {
    PlannedTrial { model: model.to_owned(), role, ..PlannedTrial::default() }
}

/// A run as a link has it.
fn cut(run: &Run) -> (Carried, Coding) {
    let whole = Capsule { results: vec![Carried::from(run.clone())], view: View::default() };
    Cutting { whole: &whole, without: &Part::ALL[..NEVER] }.cut(0)
}

#[test]
#[ignore = "the dictionary of version 1 has been made"]
fn the_dictionary_is_made_of_the_catalogue() {
    let catalog: Catalog = serde_json::from_slice(&fs::read(std::env::var("INTERLEAVE_CATALOG").unwrap()).unwrap()).unwrap();
    let mut dictionary = SAID.as_bytes().to_vec();
    // Those of presets last, the first of them behind all others: what is near is referred to in fewer bits.
    let of_presets: Vec<&str> = catalog.presets.iter().rev().map(|preset| preset.workload.as_str()).collect();
    let mut workloads: Vec<&str> = catalog.workloads.iter().map(|workload| workload.id.as_str()).collect();
    workloads.sort_by_key(|id| of_presets.iter().rposition(|other| other == id).map_or(0, |place| place + 1));
    for id in &workloads {
        let (carried, _) = cut(&run(&catalog, id));
        let Submission { catalog, experiment, .. } = carried.run.submission;
        let mut own = Catalog { workloads: catalog.workloads, ..Catalog::default() };
        dictionary.extend(written(&mut own));
        dictionary.extend(written(&mut Experiment { params: experiment.params, ..Experiment::default() }));
    }
    // What every result has.
    let (mut carried, coding) = cut(&run(&catalog, workloads.last().unwrap()));
    carried.run.submission.catalog.workloads.clear();
    let short = Capsule { results: vec![carried], view: View::default() };
    dictionary.extend(written(&mut Envelope::coded(&short, &[coding], &mut BitWriter::default())));
    let start = dictionary.len().saturating_sub(MOST);
    eprintln!("{} of {} bytes", dictionary.len() - start, dictionary.len());
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/dictionary_1.bin"), &dictionary[start..]).unwrap();
}
