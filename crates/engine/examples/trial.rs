//! One trial in this process, plain or traced: `cargo run --release -p interleave-engine --example trial -- WORKLOAD MODEL
//! plain|traced [NAME=VALUE]…`, for a profiler, or where the server would be in the way. Prints nanoseconds of time and of CPU
//! time an operation.

use std::error::Error;

use engine::{Limits, Registry, TrialSpec};
use protocol::{Draft, Machine};

#[expect(clippy::print_stdout, reason = "what it is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workload, model, way, set @ ..] = &arguments[..] else {
        return Err("WORKLOAD MODEL plain|traced [NAME=VALUE]…".into());
    };
    let registry = Registry::standard();
    let cores = std::thread::available_parallelism()?.get() as u64;
    let machine = Machine { cores, threads_limit: 15_000, files_limit: 15_000, ..Machine::default() };
    let fields = set.iter().filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let draft = Draft { workload: workload.clone(), models: vec![model.clone()], fields: fields.collect() };
    let experiment = draft.check(&registry.catalog(&machine)).map_err(|problems| format!("{problems:?}"))?;
    let trace = (way == "traced").then(|| std::env::temp_dir().join(format!("{}.lanes", std::process::id())));
    let (params, method) = (experiment.params.clone(), experiment.method.clone());
    let spec = TrialSpec { workload: workload.clone(), model: model.clone(), params, method, trace: trace.clone() };
    let limits = Limits { threads: machine.threads_limit, files: machine.files_limit };
    let measured = registry.run(&spec, limits, &mut |_| {}).map_err(|halt| halt.to_string())?;
    let figure = |key| measured.figures.get(key).unwrap_or(f64::NAN);
    let cpu = (figure("measured.user_ns") + figure("measured.system_ns")) / figure("operations");
    let bytes = trace.as_ref().and_then(|path| std::fs::metadata(path).ok()).map_or(0, |file| file.len());
    println!("{} {cpu} {} {bytes} {}", 1e9 / figure("ops_per_s"), figure("lanes.spans"), measured.answer_ok);
    trace.map_or(Ok(()), std::fs::remove_file)?;
    Ok(())
}
