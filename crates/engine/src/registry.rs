//! What can be run, as data: the catalogue of it, the sources of it, and one trial of it.

use std::path::PathBuf;

use protocol::catalog::{self, Catalog, Preset, Source, UnitsLimit};
use protocol::lanes::LanesOverview;
use protocol::log::Phase;
use protocol::parameter::{ParameterKind, grouped};
use protocol::{Figures, Histogram, Machine, Values};
use serde::{Deserialize, Serialize};

use crate::cell::{CompiledCell, Needs};
use crate::measure::{self, Footprint, Halt, Lanes, Passes, Warmed};
use crate::models::Described;
use crate::parameters::Params;
use crate::workload::Contract;
use crate::{method, models, source};

/// The version that links carry; it rises when a default changes, and the old default then moves to `Parameter::earlier`.
const CATALOG_VERSION: u32 = 2;

/// Threads of a process beside those of the units: the main one, the runtime's, and some in hand.
const THREADS_BESIDE: u64 = 8;

/// Files of a process beside those of the units: its pipes, the listener, an epoll and an event per worker of a runtime.
const FILES_BESIDE: u64 = 64;

/// What can be run: models, workloads, presets.
#[expect(missing_debug_implementations, reason = "it holds functions")]
pub struct Registry {
    models: Vec<Described>,
    workloads: Vec<Registered>,
    presets: Vec<Preset>,
}

/// A workload whose parameters' type is forgotten.
struct Registered {
    words: catalog::Workload,
    source: (&'static str, &'static str),
    cells: Vec<RegisteredCell>,
    run: Box<RunTrial>,
}

type RunTrial = dyn Fn(&TrialSpec, Limits, &mut dyn FnMut(Phase)) -> Result<Measured, Halt> + Send + Sync;

struct RegisteredCell {
    model: &'static str,
    source: Option<(String, &'static str)>,
    absent: Option<&'static str>,
    needs: Needs,
    obeys: Vec<&'static str>,
    libraries: Vec<&'static str>,
    is_launched: bool,
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
    /// The fields of the method and the options of models, by name.
    pub method: Values,
    /// The file for the lanes of a traced trial, in the form of [`protocol::lanes::Lanes::to_bytes`].
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
pub struct Measured {
    /// By the keys of the table of quantities.
    pub figures: Figures,
    /// What only this workload reports.
    pub extra: Figures,
    /// The latencies of all operations that were timed.
    pub latencies: Histogram,
    /// When units had ended their last operation, see [`protocol::Trial::finishes_ns`].
    pub finishes_ns: Vec<u64>,
    /// From when to when the measured part was, nanoseconds of `CLOCK_MONOTONIC`.
    pub span_ns: Option<(u64, u64)>,
    /// The result of the work.
    pub answer: String,
    /// Whether that is the expected one.
    pub answer_ok: bool,
    /// The lines that it printed, in the order in which they came.
    #[serde(default)]
    pub printed: Vec<String>,
    /// Of a traced trial: what its lanes show at a glance.
    #[serde(default)]
    pub lanes: Option<LanesOverview>,
    /// The most OS threads that it saw itself.
    pub os_threads: u64,
    /// The most page tables that it saw itself, bytes.
    pub page_table_bytes: u64,
}

impl TrialSpec {
    /// A number of the method; 0 if it is not there.
    fn number(&self, name: &str) -> u64 {
        self.method.get(name).and_then(protocol::Value::integer).unwrap_or(0)
    }
}

impl Registry {
    /// The models and nothing to run on them.
    #[must_use]
    pub fn empty() -> Self {
        Self { models: models::all(), workloads: Vec::new(), presets: Vec::new() }
    }

    /// With these presets.
    pub(crate) fn with_presets(mut self, presets: Vec<Preset>) -> Self {
        self.presets = presets;
        self
    }

    /// With one more workload.
    #[must_use]
    pub fn with<P: Params>(mut self, workload: Contract<P>) -> Self {
        self.workloads.push(Registered::of(workload));
        self
    }

    /// What can be run, on this machine. The quantities are `analysis`'s to add: the engine measures them and reads none.
    #[must_use]
    pub fn catalog(&self, machine: &Machine) -> Catalog {
        let limits = Limits { threads: machine.threads_limit, files: machine.files_limit };
        let describe = |entry: &Registered| {
            let mut words = entry.words.clone();
            words.cells = self.models.iter().map(|described| entry.catalog_cell(described, machine, limits)).collect();
            clamp_units(&mut words);
            words
        };
        Catalog {
            version: CATALOG_VERSION,
            models: self.models.iter().map(|described| described.model.clone()).collect(),
            workloads: self.workloads.iter().map(describe).collect(),
            method: method::fields(machine.cores),
            quantities: Vec::new(),
            presets: self.presets.clone(),
        }
    }

    /// The sources of a workload: its contract without the tests, then its cells, one for each model that has one.
    #[must_use]
    pub fn sources(&self, workload: &str) -> Option<Vec<Source>> {
        let Registered { source: (path, text), cells, .. } = self.entry(workload)?;
        let text = text.split("#[cfg(test)]").next().unwrap_or_default().trim_end();
        let contract = Source { model: None, path: (*path).to_owned(), pieces: source::pieces(text) };
        let source_of = |cell: &RegisteredCell| {
            let (path, text) = cell.source.as_ref()?;
            Some(Source { model: Some(cell.model.to_owned()), path: path.clone(), pieces: source::pieces(text) })
        };
        Some(std::iter::once(contract).chain(cells.iter().filter_map(source_of)).collect())
    }

    /// Runs one trial in this process, which should be there for nothing else. `tell` is called at each phase.
    ///
    /// # Errors
    /// If there is no such cell, the machine refuses, or a unit fails.
    pub fn run(&self, spec: &TrialSpec, limits: Limits, tell: &mut dyn FnMut(Phase)) -> Result<Measured, Halt> {
        let entry = self.entry(&spec.workload).ok_or_else(|| Halt::Failed(format!("there is no workload {}", spec.workload)))?;
        (entry.run)(spec, limits, tell)
    }

    fn entry(&self, workload: &str) -> Option<&Registered> {
        self.workloads.iter().find(|entry| entry.words.id == workload)
    }
}

impl Registered {
    fn of<P: Params>(workload: Contract<P>) -> Self {
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
            by_time: workload.by_time,
            figures: workload.figures.clone(),
            cells: Vec::new(),
        };
        let registered_cell = |cell: &CompiledCell<P>| {
            let content = cell.content.as_ref();
            RegisteredCell {
                model: cell.model,
                source: content.ok().map(|content| (content.path.clone(), content.text)),
                absent: content.err().copied(),
                needs: content.map_or_else(|_| Needs::default(), |content| content.needs),
                obeys: content.map_or_else(|_| Vec::new(), |content| content.obeys.clone()),
                libraries: content.map_or_else(|_| Vec::new(), |content| content.libraries.clone()),
                is_launched: content.is_ok_and(|content| content.is_launched),
            }
        };
        let cells = workload.cells.iter().map(registered_cell).collect();
        let source = workload.source;
        Self { words, source, cells, run: Box::new(move |spec, limits, tell| trial(&workload, spec, limits, tell)) }
    }

    fn catalog_cell(&self, described: &Described, machine: &Machine, limits: Limits) -> catalog::Cell {
        let model = described.model.id.as_str();
        let cell = self.cells.iter().find(|cell| cell.model == model);
        let absent = match cell {
            Some(cell) => cell.absent.map(str::to_owned).or_else(|| described.unavailable.clone()),
            None => Some(format!("{} has not been written for it", self.words.id)),
        };
        let launched = cell.filter(|cell| absent.is_none() && cell.is_launched);
        let launched = launched.map(|_| described.launch_obeys.clone()).unwrap_or_default();
        let own = cell.into_iter().flat_map(|cell| &cell.obeys).map(|option| (*option).to_owned());
        let because = |limit: Scarce| match limit {
            Scarce::Threads => machine.threads_limit_because.clone(),
            Scarce::Files => format!("{} open files", grouped(machine.files_limit)),
        };
        let source = cell.and_then(|cell| cell.source.as_ref()).filter(|_| absent.is_none());
        catalog::Cell {
            model: model.to_owned(),
            absent,
            source: source.map(|(path, _)| path.clone()),
            options: launched.into_iter().chain(own).collect(),
            libraries: cell.into_iter().flat_map(|cell| &cell.libraries).map(|library| (*library).to_owned()).collect(),
            units_limit: cell
                .and_then(|cell| units_limit(cell.needs, limits))
                .map(|(units, scarce)| UnitsLimit { units, because: because(scarce) }),
        }
    }
}

/// Warm-up, the whole, and the check.
fn trial<P: Params>(
    workload: &Contract<P>,
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
    let params = P::read(&spec.params);
    let at_once = (workload.at_once)(params);
    refuse_too_many(content.needs, limits, params.units() as u64, at_once as u64)?;
    let seed = spec.number("seed");
    let workers = usize::try_from(spec.number("workers")).unwrap_or(1).max(1);
    let lanes = spec.trace.as_ref().map(|_| Lanes::new());
    let both = ((workload.warm_up)(params), params);
    let mut passes = Passes::new(both, (workers, seed), &spec.method, lanes.clone(), tell).with_at_once(at_once);
    (content.run)(&mut passes)?;
    let (warmed, done) = passes.outcome();
    let done = done.ok_or_else(|| Halt::Failed(format!("{} was not run", spec.workload)))?;
    let after = Footprint::now();
    tell(Phase::Check);
    let lanes = lanes.map(|lanes| lanes.take(&spec.model, Some(&content.path)));
    if let (Some(path), Some(lanes)) = (&spec.trace, &lanes) {
        let written = std::fs::write(path, lanes.to_bytes());
        written.map_err(|error| Halt::Failed(format!("its lanes could not be written: {error}")))?;
    }

    let (latency, work) = (done.latency(), done.work());
    let by_time = workload.by_time && measure::time(&spec.method).is_some();
    let as_much_as_asked = by_time || done.operations == (workload.operations)(params);
    let answer_ok = as_much_as_asked && done.answer == (workload.answer)(params, seed, &work);
    let (latencies, finishes_ns, span_ns) = (done.latencies(), done.finishes_ns(), done.span_ns());
    let covered = latency.as_ref().and_then(|latency| done.covered(latency.mean));
    let (mut figures, mut extra) = (done.figures, done.extra);
    if let Some(latency) = &latency {
        latency.figures().for_each(|(key, value)| figures.set(key, value));
        figures.count("latency_ns.count", done.operations);
        covered.into_iter().for_each(|share| figures.set("covered", share));
        (workload.figure_values)(params, latency).into_iter().for_each(|(key, value)| extra.set(key, value));
    }
    if let Some(Warmed { operations, wall }) = warmed {
        figures.count("warm_up.operations", operations);
        figures.count("warm_up.wall_ns", u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX));
    }
    if let Some(lanes) = &lanes {
        figures.count("lanes.spans", (lanes.stints.len() + lanes.deeds.len()) as u64);
        figures.count("lanes.dropped", lanes.about.dropped);
    }
    Ok(Measured {
        figures,
        extra,
        latencies,
        finishes_ns,
        span_ns,
        answer: format!("{:016x}", done.answer),
        answer_ok,
        printed: done.printed,
        lanes: lanes.as_ref().map(LanesOverview::of),
        os_threads: done.footprint.threads.max(after.threads),
        page_table_bytes: done.footprint.page_table_bytes.max(after.page_table_bytes),
    })
}

/// At the very limit a process may abort instead of being refused: so it is refused before.
fn refuse_too_many(needs: Needs, limits: Limits, units: u64, at_once: u64) -> Result<(), Halt> {
    match units_limit(needs, limits) {
        Some((most, scarce)) if at_once > most => {
            let (each, all, what) = match scarce {
                Scarce::Threads => (needs.threads, limits.threads, "threads"),
                Scarce::Files => (needs.files, limits.files, "files"),
            };
            // Each may do several things at once, which counts as so many units.
            let wide = at_once.checked_div(units).unwrap_or(1).max(1);
            let who = match wide {
                1 => format!("{} units", grouped(at_once)),
                _ => format!("{} units, which are up to {} at once", grouped(units), grouped(at_once)),
            };
            let (most, all) = (grouped(most / wide), grouped(all));
            let each = if each == 1 { format!("a {} each", what.trim_end_matches('s')) } else { format!("{each} {what} each") };
            Err(Halt::Refused(format!(
                "{who}, {each}, are over this machine's limit of {all} {what} per process: {most} units at most"
            )))
        }
        _ => Ok(()),
    }
}

/// What a machine has a limit on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scarce {
    Threads,
    Files,
}

/// The most units, and what runs out first.
fn units_limit(needs: Needs, limits: Limits) -> Option<(u64, Scarce)> {
    let by = |each: u64, all: u64, beside: u64, scarce| (each > 0).then(|| (all.saturating_sub(beside) / each, scarce));
    let threads = by(needs.threads, limits.threads, THREADS_BESIDE, Scarce::Threads);
    let files = by(needs.files, limits.files, FILES_BESIDE, Scarce::Files);
    threads.into_iter().chain(files).min_by_key(|(units, _)| *units)
}

/// If no model on this machine can run more, a larger number cannot be typed.
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
