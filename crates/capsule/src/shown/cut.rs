//! What a link carries of a result.

use std::collections::{BTreeMap, BTreeSet};

use analysis::quantities::{COVERED, LEAST_COVERED, MEMORY_BYTES, columns, samples_needed, value};
use protocol::catalog::ARRIVALS_LATE;
use protocol::machine::Settings;
use protocol::{Catalog, Figures, Histogram, Machine, Parameter, ParameterKind, PlannedTrial, Run, Trial, Workload};

use crate::wire::Coding;
use crate::{Capsule, Carried, Part};

/// Bits of a value's fraction: of the headline, whose ratios are told in three figures; of other quantities, about four figures;
/// and of both if what is behind the third is left out.
const OF_HEADLINE: u32 = 13;
const OF_OTHERS: u32 = 11;
const OF_FEW: [u32; 2] = [10, 8];

/// Of a count of samples that nobody lacks, and of a share that is near one: it is only asked whether it is enough.
const OF_ENOUGH: u32 = 5;

/// Of a count of samples that is told in full.
const OF_A_COUNT: u32 = 14;

/// Bins of a latency curve, and if half of its points are left out.
const BINS: [usize; 2] = [16, 8];

pub(super) const WALL: &str = "wall_ns";
const SAMPLES: &str = "latency_ns.samples";

/// What a quantity is computed of; most are measured themselves.
pub(super) fn sources(key: &str) -> Vec<&str> {
    match key {
        MEMORY_BYTES => vec!["peak_rss_bytes", "kernel_memory_bytes"],
        "cpu_ns_per_operation" => vec!["operations", "measured.user_ns", "measured.system_ns"],
        "switches_per_operation" => vec!["operations", "measured.voluntary_switches", "measured.involuntary_switches"],
        _ => vec![key],
    }
}

pub(super) struct Cutting<'a> {
    pub(super) whole: &'a Capsule,
    pub(super) without: &'a [Part],
}

impl Cutting<'_> {
    fn has(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }

    /// The result at this place as it is carried, and how.
    pub(super) fn cut(&self, index: usize) -> (Carried, Coding) {
        let Carried { run: whole, name, left_out } = &self.whole.results[index];
        let mut run = whole.clone();
        // The others are there for the order of their models alone.
        let is_again = index >= 2;
        let keys = self.keys(whole, is_again);
        let figures: BTreeSet<&str> = keys.iter().flat_map(|key| sources(key)).collect();
        let precision = self.precision(whole, &figures);
        run.submission.catalog = self.explained(index, &keys);
        self.cut_machine(&mut run.submission.machine, is_again);
        self.cut_conditions(&mut run, is_again);
        self.cut_trials(&mut run, &figures, is_again);
        let has_lanes = whole.trials.iter().any(|trial| trial.lanes.is_some());
        let without = self.without.iter().filter(|part| **part != Part::Lanes || has_lanes);
        let mut left_out: Vec<Part> = left_out.iter().chain(without).copied().collect();
        left_out.sort_unstable();
        left_out.dedup();
        let bins = BINS[usize::from(!self.has(Part::FinerCurves))];
        (Carried { run, name: name.clone(), left_out }, Coding { precision, bins })
    }

    /// The keys of the quantities that are carried.
    fn keys(&self, run: &Run, is_again: bool) -> Vec<String> {
        let catalog = &run.submission.catalog;
        let Some(workload) = catalog.workload(&run.submission.experiment.workload) else { return Vec::new() };
        let headline = &workload.headline.metric;
        let is_measured = |key: &str| run.trials.iter().any(|trial| value(trial, key).is_some());
        if is_again {
            return vec![headline.clone()];
        }
        let view = &self.whole.view;
        let mut keys: Vec<&str> = vec![headline.as_str(), WALL, ARRIVALS_LATE];
        keys.extend(view.quantity.iter().chain(&view.pinned).chain(view.sort.iter().map(|sort| &sort.key)).map(String::as_str));
        // If nobody has samples enough for the one percentile, the other is the tail.
        let tail = if is_measured("latency_ns.p99") { "latency_ns.p99" } else { "latency_ns.p90" };
        if self.has(Part::Answers) {
            keys.extend([tail, MEMORY_BYTES, SAMPLES]);
        }
        if self.has(Part::Columns) {
            keys.extend(columns(catalog, workload, None).into_iter().map(|quantity| quantity.key.as_str()));
            keys.extend(workload.figures.iter().map(|quantity| quantity.key.as_str()));
            keys.push(COVERED);
        }
        let mut seen = BTreeSet::new();
        keys.into_iter().filter(|key| is_measured(key) && seen.insert(*key)).map(str::to_owned).collect()
    }

    /// Bits of each figure's fraction.
    fn precision(&self, run: &Run, figures: &BTreeSet<&str>) -> BTreeMap<String, u32> {
        let submission = &run.submission;
        let workload = submission.catalog.workload(&submission.experiment.workload);
        let headline = workload.map_or("", |workload| workload.headline.metric.as_str());
        let of_headline = sources(headline);
        let values = |key: &'static str| run.trials.iter().filter_map(move |trial| trial.figure(key));
        let lacks = |trial: &Trial| {
            let needed = figures.iter().filter_map(|key| samples_needed(key)).max().unwrap_or(0);
            trial.figure(SAMPLES).is_some_and(|samples| samples < needed as f64)
        };
        let [headline, others] = if self.has(Part::Precision) { [OF_HEADLINE, OF_OTHERS] } else { OF_FEW };
        let of = |key: &&str| match *key {
            SAMPLES if run.trials.iter().any(lacks) => OF_A_COUNT,
            SAMPLES => OF_ENOUGH,
            COVERED if values(COVERED).all(|share| share > LEAST_COVERED + 0.02) => OF_ENOUGH,
            key if of_headline.contains(&key) => headline,
            _ => others,
        };
        figures.iter().map(|key| ((*key).to_owned(), of(key))).collect()
    }

    /// What explains a result, without what only help needs.
    fn explained(&self, index: usize, keys: &[String]) -> Catalog {
        let submission = &self.whole.results[index].run.submission;
        let experiment = &submission.experiment;
        if let Some(first) = self.whole.results.first().filter(|_| index >= 2) {
            let other = &first.run.submission.catalog;
            let knows = |id: &String| other.model(id).is_some();
            if other.workload(&experiment.workload).is_some() && experiment.models.iter().all(knows) {
                return self.explained(0, &self.keys(&first.run, false));
            }
        }
        let mut catalog = submission.catalog.slice(experiment);
        let is_kept = |key: &String| keys.contains(key);
        catalog.quantities.retain(|quantity| is_kept(&quantity.key));
        catalog.quantities.iter_mut().for_each(|quantity| quantity.help.clear());
        catalog.method.iter_mut().for_each(without_help);
        catalog.models.iter_mut().flat_map(|model| &mut model.options).for_each(without_help);
        catalog.models.iter_mut().for_each(|model| model.summary.clear());
        for workload in &mut catalog.workloads {
            let Workload { help, summary, parameters, figures, cells, headline, .. } = workload;
            help.clear();
            summary.clear();
            parameters.iter_mut().for_each(without_help);
            figures.retain(|quantity| is_kept(&quantity.key) || quantity.key == headline.metric);
            figures.iter_mut().for_each(|quantity| quantity.help.clear());
            for cell in cells {
                // What this machine can run is asked of the machine that is to run it, and the code of who has it.
                (cell.units_limit, cell.source) = (None, None);
            }
        }
        catalog
    }

    fn cut_machine(&self, machine: &mut Machine, is_again: bool) {
        if is_again || !self.has(Part::Calibration) {
            let Machine { cpu, cores, memory_bytes, os, kernel, settings, .. } = std::mem::take(machine);
            *machine = Machine { cpu, cores, memory_bytes, os, kernel, settings, ..Machine::default() };
        }
        if is_again || !self.has(Part::Settings) {
            machine.settings = Settings::default();
        }
    }

    fn cut_conditions(&self, run: &mut Run, is_again: bool) {
        run.took_ms.clear();
        let Some(conditions) = run.conditions.as_mut().filter(|_| !is_again) else {
            run.conditions = None;
            return;
        };
        for share in [&mut conditions.load_before, &mut conditions.load_after, &mut conditions.foreign_cpu, &mut conditions.steal]
        {
            // Eight bits of the fraction.
            *share = share.map(|share| f64::from_bits((share.to_bits() + (1 << 43)) & !((1 << 44) - 1)));
        }
    }

    fn cut_trials(&self, run: &mut Run, figures: &BTreeSet<&str>, is_again: bool) {
        let experiment = &run.submission.experiment;
        let compares = run.submission.catalog.workload(&experiment.workload).is_none_or(Workload::compares);
        let has_curves = experiment.sweep.is_none() && !is_again && self.has(Part::Curves);
        let mut curves: BTreeMap<Of, Histogram> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for trial in &mut run.trials {
            let of = of(&trial.planned);
            let latencies = std::mem::take(&mut trial.latencies);
            let is_drawn = trial.planned.role == protocol::Role::Plain || self.has(Part::FinerCurves);
            if has_curves && trial.is_ok() && trial.planned.is_measured() && is_drawn {
                curves.entry(of.clone()).or_default().merge(&latencies);
            }
            // Of trials that ended alike one says why.
            if !told.insert((of, trial.status)) {
                trial.error = None;
            }
            trial.answer = None;
            trial.finishes_ns = Vec::new();
            trial.readings = Vec::new();
            trial.work_ms = None;
            if compares || is_again {
                trial.printed = Vec::new();
            }
            if is_again || !self.has(Part::Lanes) {
                trial.lanes = None;
            }
            for all in [&mut trial.figures, &mut trial.extra] {
                let mut kept = Figures::default();
                all.iter().filter(|(key, _)| figures.contains(key)).for_each(|(key, value)| kept.set(key, value));
                *all = kept;
            }
        }
        // The curve is of all trials together: the first of them has it.
        for trial in run.trials.iter_mut().filter(|trial| trial.is_ok()) {
            if let Some(curve) = curves.remove(&of(&trial.planned)) {
                trial.latencies = curve;
            }
        }
    }
}

/// What trials have in common that are one model's, in one role, at one point.
type Of = (String, protocol::Role, Option<u64>, Option<u64>);

fn of(planned: &PlannedTrial) -> Of {
    (planned.model.clone(), planned.role, planned.at, planned.also_at)
}

/// Without what only a form needs.
fn without_help(parameter: &mut Parameter) {
    parameter.help.clear();
    parameter.earlier.clear();
    if let ParameterKind::Steps { words, blocks, .. } = &mut parameter.kind {
        words.iter_mut().chain(blocks).for_each(without_help);
    }
}
