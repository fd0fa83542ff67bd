//! What can be run, as data: the catalogue of it, the sources of it, and one trial of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use protocol::catalog::{self, Catalog, Cell as CatalogCell, Parameter, ParameterKind, Preset, Source, UnitsLimit, grouped};
use protocol::event::Phase;
use protocol::report::{Latency, MinMax, Usage, WarmUp};
use protocol::{Driver, Machine, Model};
use serde::{Deserialize, Serialize};

use crate::cell::{Cell, Needs};
use crate::measure::{Done, Footprint, Halt, Lanes, Measure};
use crate::parameters::{Params, Values, choice, count};
use crate::workload::Workload;
use crate::{models, presets, source, workloads};

/// The version that links carry; it rises when a default changes, and the old default then moves to `Parameter::earlier`.
const CATALOG_VERSION: u32 = 1;

/// Threads of a process beside those of the units: the main one, the runtime's, and some in hand.
const THREADS_BESIDE: u64 = 8;

/// Files of a process beside those of the units: its pipes, the listener, an epoll and an event a runtime's worker.
const FILES_BESIDE: u64 = 64;

/// What can be run: models, workloads, presets.
#[expect(missing_debug_implementations, reason = "it holds functions")]
pub struct Registry {
    models: Vec<Model>,
    workloads: Vec<Entry>,
    presets: Vec<Preset>,
}

/// A workload whose parameters' type is forgotten.
struct Entry {
    words: catalog::Workload,
    cells: Vec<EntryCell>,
    run: Box<RunTrial>,
}

type RunTrial = dyn Fn(&TrialSpec, Limits, &mut dyn FnMut(Phase)) -> Result<Measured, Halt> + Send + Sync;

struct EntryCell {
    model: &'static str,
    source: Option<(String, &'static str)>,
    absent: Option<&'static str>,
    needs: Needs,
}

/// One trial to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialSpec {
    /// The workload's id.
    pub workload: String,
    /// The model's id.
    pub model: String,
    /// Every parameter of the workload, checked.
    pub params: Values,
    /// Worker threads.
    pub workers: u64,
    /// Decides whatever in the work is random.
    pub seed: u64,
    /// Where Tokio runs the cell.
    #[serde(default)]
    pub driver: Driver,
    /// The file for the lanes of a traced trial: events of the Chrome trace format, a line each
    /// with a comma behind it.
    #[serde(default)]
    pub trace: Option<PathBuf>,
}

/// What one process may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// OS threads, with a margin below the point where the process would abort.
    pub threads: u64,
    /// File descriptors.
    pub files: u64,
}

/// What was measured in one trial, from inside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of `protocol::Trial`")]
pub struct Measured {
    pub wall_ns: u64,
    pub operations: u64,
    pub latency_ns: Option<Latency>,
    pub measured: Usage,
    pub unit_operations: Option<MinMax>,
    pub os_threads: u64,
    pub page_table_bytes: u64,
    pub answer: String,
    pub answer_ok: bool,
    pub warm_up: WarmUp,
    pub lanes: Option<protocol::report::Lanes>,
    pub extra: BTreeMap<String, f64>,
}

impl Registry {
    /// Every model and workload of this project.
    #[must_use]
    pub fn standard() -> Self {
        workloads::all(Self { models: models::all(), workloads: Vec::new(), presets: presets::all() })
    }

    /// The models and nothing to run on them.
    #[must_use]
    pub fn empty() -> Self {
        Self { models: models::all(), workloads: Vec::new(), presets: Vec::new() }
    }

    /// With one more workload.
    #[must_use]
    pub fn with<P: Params>(mut self, workload: Workload<P>) -> Self {
        self.workloads.push(Entry::of(workload));
        self
    }

    /// What can be run, on this machine.
    #[must_use]
    pub fn catalog(&self, machine: &Machine) -> Catalog {
        let limits = Limits { threads: machine.threads_limit, files: machine.files_limit };
        let describe = |entry: &Entry| {
            let mut words = entry.words.clone();
            words.cells = self.models.iter().map(|model| entry.catalog_cell(&model.id, machine, limits)).collect();
            clamp_units(&mut words);
            words
        };
        Catalog {
            version: CATALOG_VERSION,
            models: self.models.clone(),
            workloads: self.workloads.iter().map(describe).collect(),
            method: method(machine.cores),
            presets: self.presets.clone(),
        }
    }

    /// The sources of a workload's cells, one a model that has one.
    #[must_use]
    pub fn sources(&self, workload: &str) -> Option<Vec<Source>> {
        let cells = self.entry(workload)?.cells.iter();
        let source_of = |cell: &EntryCell| {
            let (path, text) = cell.source.as_ref()?;
            Some(Source { model: cell.model.to_owned(), path: path.clone(), pieces: source::pieces(text) })
        };
        Some(cells.filter_map(source_of).collect())
    }

    /// Runs one trial in this process, which should be there for nothing else. `tell` is called at each phase.
    ///
    /// # Errors
    /// Where there is no such cell, the machine refuses, or a unit fails.
    pub fn run(&self, spec: &TrialSpec, limits: Limits, tell: &mut dyn FnMut(Phase)) -> Result<Measured, Halt> {
        let entry = self.entry(&spec.workload).ok_or_else(|| Halt::Failed(format!("{} is no workload", spec.workload)))?;
        (entry.run)(spec, limits, tell)
    }

    fn entry(&self, workload: &str) -> Option<&Entry> {
        self.workloads.iter().find(|entry| entry.words.id == workload)
    }
}

impl Entry {
    fn of<P: Params>(workload: Workload<P>) -> Self {
        let words = catalog::Workload {
            id: workload.id.to_owned(),
            name: workload.name.to_owned(),
            summary: workload.summary.to_owned(),
            help: workload.help.to_owned(),
            unit: workload.unit.clone(),
            operation: workload.operation.clone(),
            latency: workload.latency.to_owned(),
            scope: workload.scope.iter().map(|phrase| (*phrase).to_owned()).collect(),
            headline: workload.headline.clone(),
            parameters: P::declared(),
            figures: workload.figures.clone(),
            cells: Vec::new(),
        };
        let entry_cell = |cell: &Cell<P>| {
            let content = cell.content.as_ref();
            EntryCell {
                model: cell.model,
                source: content.ok().map(|content| (content.path.clone(), content.text)),
                absent: content.err().copied(),
                needs: content.map_or_else(|_| Needs::default(), |content| content.needs),
            }
        };
        let cells = workload.cells.iter().map(entry_cell).collect();
        Self { words, cells, run: Box::new(move |spec, limits, tell| trial(&workload, spec, limits, tell)) }
    }

    fn catalog_cell(&self, model: &str, machine: &Machine, limits: Limits) -> CatalogCell {
        let cell = self.cells.iter().find(|cell| cell.model == model);
        let absent = match cell {
            Some(cell) => cell.absent.map(str::to_owned),
            None => Some(format!("{} has not been written for it", self.words.id)),
        };
        let because = |limit: &UnitsLimit| match limit.because.as_str() {
            "threads" => machine.threads_limit_because.clone(),
            _ => format!("{} open files", grouped(machine.files_limit)),
        };
        CatalogCell {
            model: model.to_owned(),
            absent,
            source: cell.and_then(|cell| cell.source.as_ref()).map(|(path, _)| path.clone()),
            units_limit: cell
                .and_then(|cell| units_limit(cell.needs, limits))
                .map(|limit| UnitsLimit { because: because(&limit), ..limit }),
        }
    }
}

/// Warm-up, the whole, and the check.
fn trial<P: Params>(
    workload: &Workload<P>,
    spec: &TrialSpec,
    limits: Limits,
    tell: &mut dyn FnMut(Phase),
) -> Result<Measured, Halt> {
    let cell = workload.cells.iter().find(|cell| cell.model == spec.model).map(|cell| cell.content.as_ref());
    let content = match cell {
        Some(Ok(content)) => content,
        Some(Err(reason)) => return Err(Halt::Failed(format!("{} cannot run {}: {reason}", spec.model, spec.workload))),
        None => return Err(Halt::Failed(format!("{} has no cell for {}", spec.workload, spec.model))),
    };
    refuse_too_many(content.needs, limits, spec)?;
    let params = P::read(&spec.params);
    let run = |params: P, lanes: Option<&Arc<Lanes>>| -> Result<Done, Halt> {
        let workers = usize::try_from(spec.workers).unwrap_or(1);
        (content.run)(params, &Measure::with(params.units(), workers, spec.seed, spec.driver, lanes.cloned()))
    };

    tell(Phase::WarmUp);
    let warm_up = run((workload.warm_up)(params), None)?;
    let lanes = spec.trace.as_ref().map(|_| Lanes::new());
    tell(Phase::Work);
    let done = run(params, lanes.as_ref())?;
    let after = Footprint::now();
    tell(Phase::Check);
    if let (Some(path), Some(lanes)) = (&spec.trace, &lanes) {
        lanes.write(path, &spec.model).map_err(|error| Halt::Failed(format!("its lanes could not be written: {error}")))?;
    }

    let latency = done.latency();
    let mut extra = done.figures;
    if let Some(latency) = &latency {
        extra.extend((workload.figure_values)(params, latency));
    }
    let (answer, operations) = ((workload.answer)(params, spec.seed), (workload.operations)(params));
    Ok(Measured {
        wall_ns: nanoseconds(done.wall),
        operations: done.operations,
        extra,
        latency_ns: latency,
        measured: done.usage,
        unit_operations: done.unit_operations,
        os_threads: done.footprint.threads.max(after.threads),
        page_table_bytes: done.footprint.page_table_bytes.max(after.page_table_bytes),
        answer: format!("{:016x}", done.answer),
        answer_ok: done.answer == answer && done.operations == operations,
        lanes: lanes.map(|lanes| lanes.count()),
        warm_up: WarmUp { operations: warm_up.operations, wall_ns: nanoseconds(warm_up.wall) },
    })
}

/// At the very limit a process may abort instead of being refused: so it is refused before.
fn refuse_too_many(needs: Needs, limits: Limits, spec: &TrialSpec) -> Result<(), Halt> {
    let units = spec.params.get("units").and_then(protocol::Value::integer).unwrap_or(1);
    match units_limit(needs, limits) {
        Some(limit) if units > limit.units => {
            let (each, all) = match limit.because.as_str() {
                "threads" => (needs.threads, limits.threads),
                _ => (needs.files, limits.files),
            };
            let (units, most, all, what) = (grouped(units), grouped(limit.units), grouped(all), &limit.because);
            let each = if each == 1 { format!("a {} each", what.trim_end_matches('s')) } else { format!("{each} {what} each") };
            Err(Halt::Refused(format!(
                "{units} units, {each}, are over this machine's limit of {all} {what} a process: {most} units at most"
            )))
        }
        _ => Ok(()),
    }
}

/// The most units; `because` is "threads" or "files".
fn units_limit(needs: Needs, limits: Limits) -> Option<UnitsLimit> {
    let by = |each: u64, all: u64, beside: u64, because: &str| {
        (each > 0).then(|| UnitsLimit { units: all.saturating_sub(beside) / each, because: because.to_owned() })
    };
    let threads = by(needs.threads, limits.threads, THREADS_BESIDE, "threads");
    let files = by(needs.files, limits.files, FILES_BESIDE, "files");
    threads.into_iter().chain(files).min_by_key(|limit| limit.units)
}

/// No model of this machine can run more: then it is not worth typing.
fn clamp_units(words: &mut catalog::Workload) {
    let present = words.cells.iter().filter(|cell| cell.absent.is_none());
    let limits: Option<Vec<u64>> = present.map(|cell| cell.units_limit.as_ref().map(|limit| limit.units)).collect();
    let Some(most) = limits.and_then(|limits| limits.into_iter().max()) else { return };
    if let Some(units) = words.parameters.iter_mut().find(|parameter| parameter.name == "units")
        && let ParameterKind::Integer { min, max, step, default, .. } = &mut units.kind
    {
        *max = (*max).min(most / *step * *step).max(*min);
        *default = (*default).min(*max);
    }
}

/// What every experiment has besides its workload's parameters.
fn method(cores: u64) -> Vec<Parameter> {
    vec![
        choice(&[("all", "all"), ("one", "one")])
            .label("Cores")
            .help("One keeps every thread of a trial to one core. To wake a thread on another core can cost tens of times more than on the same.")
            .named("cores"),
        choice(&[("worker", "worker"), ("block_on", "block_on")])
            .label("Tokio's driver")
            .help("Where Tokio runs the future that makes the units and waits for them: in a task on a worker, or on the thread of block_on, from where every wake crosses threads.")
            .named("driver"),
        count(1, 64, cores.clamp(1, 64))
            .label("Workers")
            .unit("threads")
            .help("Worker threads of the models that have them: a pool, Tokio's runtime, Actix's arbiters.")
            .named("workers"),
        count(1, 50, 5)
            .label("Repetitions")
            .unit("trials a model")
            .help("Each is a process of its own. Three give an interval, five a verdict worth arguing about.")
            .named("repetitions"),
        choice(&[("all", "all repetitions"), ("sure", "it can tell")])
            .label("Until")
            .help("With \u{201c}it can tell\u{201d} it ends as soon as every pair of models can be told apart, looking after 5, 10, 20 and 40 repetitions; the repetitions are then the most.")
            .named("until"),
        choice(&[("off", "off"), ("on", "on")])
            .label("Lanes")
            .help("Runs each model once more, traced, to see which thread did what when. Those trials count nowhere.")
            .named("lanes"),
        count(0, 1 << 53, 42)
            .label("Seed")
            .help("Decides the order of the trials, and whatever in the work is random. The same seed gives the same order.")
            .named("seed"),
    ]
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
