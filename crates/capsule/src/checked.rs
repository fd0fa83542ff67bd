//! What the rest of the program relies on, of a result that comes from a stranger.

use protocol::draft::MOST_TRIALS;
use protocol::lanes::{BINS, LanesOverview};
use protocol::parameter::grouped;
use protocol::parameter::sweep::MOST_VALUES;
use protocol::plan::plan_size;
use protocol::{Catalog, Parameter, ParameterKind, Run, View};

use crate::{Capsule, MOST_RESULTS, Refused, logged};

/// Up to this every number is exact in a page too, and sums of a few fit.
const GREATEST: u64 = 1 << 53;

/// More cores than a machine has.
const MOST_CORES: u64 = 1 << 20;

/// Whether a capsule's results are such as a program of ours could have made; what is looked at in them is mended.
pub(crate) fn check(capsule: &mut Capsule) -> Result<(), Refused> {
    match capsule.results.len() {
        0 => return Err(Refused::new("it holds no result")),
        count if count > MOST_RESULTS => {
            return Err(Refused::new(format!("it holds {count} results, and at most {MOST_RESULTS} are opened at once")));
        }
        _ => {}
    }
    for carried in &mut capsule.results {
        check_run(&carried.run).map_err(Refused::new)?;
        // It is beside the figures: what is none is left out.
        let overviews = carried.run.trials.iter_mut().map(|trial| &mut trial.lanes);
        overviews.for_each(|lanes| *lanes = lanes.take().filter(is_overview));
        carried.run.last_event = logged::events(&carried.run);
        carried.left_out.dedup();
    }
    if let Some(first) = capsule.results.first() {
        mend_view(&mut capsule.view, &first.run.submission.catalog);
    }
    Ok(())
}

/// What no result has is not looked at.
fn mend_view(view: &mut View, catalog: &Catalog) {
    let own = || catalog.workloads.iter().flat_map(|workload| &workload.figures);
    let known = |key: &String| catalog.quantities.iter().chain(own()).any(|quantity| quantity.key == *key);
    view.quantity = view.quantity.take().filter(known);
    view.base = view.base.take().filter(|id| catalog.model(id).is_some());
    view.pinned.retain(known);
    view.sort = view.sort.take().filter(|sort| known(&sort.key));
    view.lanes = view.lanes.take().filter(|lanes| View::can_be_lanes(lanes));
}

fn check_run(run: &Run) -> Result<(), String> {
    let submission = &run.submission;
    let (experiment, catalog) = (&submission.experiment, &submission.catalog);
    let id = run.id();
    if !(1..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err("a result in it has no id, or one that is not of letters, digits and hyphens".to_owned());
    }
    if !run.state.is_over() {
        return Err(format!("its result {id} is not over"));
    }
    check_catalog(catalog)?;
    if catalog.workload(&experiment.workload).is_none() {
        return Err(format!("its workload {} is not explained in it", experiment.workload));
    }
    if experiment.models.is_empty() {
        return Err("it has no models".to_owned());
    }
    if let Some(model) = experiment.models.iter().find(|model| catalog.model(model).is_none()) {
        return Err(format!("its model {model} is not explained in it"));
    }
    let swept = [&experiment.sweep, &experiment.sweep2];
    let is_ascending = |values: &[u64]| values.is_sorted_by(|one, next| one < next);
    let is_sweep = |values: &[u64]| (2..=MOST_VALUES).contains(&values.len()) && is_ascending(values);
    if swept.iter().copied().flatten().any(|sweep| !is_sweep(&sweep.values)) || (swept[0].is_none() && swept[1].is_some()) {
        return Err(format!("its sweep is none: one has 2 to {MOST_VALUES} values, ascending"));
    }
    match plan_size(experiment) {
        Some(planned) if planned.max(run.plan.len() as u64).max(run.trials.len() as u64) <= MOST_TRIALS => {}
        _ => return Err(format!("it has more trials than any experiment may have: over {}", grouped(MOST_TRIALS))),
    }
    if (0..).zip(&run.plan).any(|(index, planned)| planned.order != index) {
        return Err("its plan is out of order".to_owned());
    }
    if !run.trials.is_sorted_by(|one, next| one.planned.order < next.planned.order) {
        return Err("its trials are out of order".to_owned());
    }
    let planned = run.plan.iter().chain(run.trials.iter().map(|trial| &trial.planned));
    for planned in planned {
        if !experiment.models.contains(&planned.model) {
            return Err(format!("a trial of {} is in it, which is none of its models", planned.model));
        }
        if planned.repetition > MOST_TRIALS || planned.order > GREATEST {
            return Err("a trial in it has a number that no trial has".to_owned());
        }
    }
    check_numbers(run)
}

fn check_catalog(catalog: &Catalog) -> Result<(), String> {
    for model in &catalog.models {
        let is_colour =
            |text: &str| text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
        if !is_colour(&model.look.light) || !is_colour(&model.look.dark) {
            return Err(format!("the model {} has a colour that is none: one is #rrggbb", model.id));
        }
    }
    let own = catalog.workloads.iter().flat_map(|workload| &workload.parameters);
    catalog.method_fields().chain(own).try_for_each(check_parameter)
}

fn check_parameter(parameter: &Parameter) -> Result<(), String> {
    let is_sound = match &parameter.kind {
        ParameterKind::Integer { min, max, step, .. } => min <= max && *max <= GREATEST && (1..=GREATEST).contains(step),
        ParameterKind::Choice { .. } => true,
        ParameterKind::Steps { words, blocks, .. } => return words.iter().chain(blocks).try_for_each(check_parameter),
    };
    if is_sound { Ok(()) } else { Err(format!("its parameter {} accepts nothing", parameter.name)) }
}

fn check_numbers(run: &Run) -> Result<(), String> {
    let too_great = || "a number in it is greater than any that is measured".to_owned();
    let submission = &run.submission;
    let times = [Some(submission.submitted_ms), run.began_ms, run.ended_ms];
    let machine = &submission.machine;
    if times.into_iter().flatten().chain(run.took_ms.values().copied()).any(|number| number > GREATEST) {
        return Err(too_great());
    }
    if machine.cores > MOST_CORES || machine.memory_bytes > GREATEST {
        return Err(too_great());
    }
    for trial in &run.trials {
        let seen =
            trial.readings.iter().flat_map(|seen| [seen.at_ms, seen.rss_bytes, seen.user_ns, seen.system_ns, seen.threads]);
        let work = trial.work_ms.into_iter().flat_map(|(from, to)| [from, to]);
        let counts = trial.latencies.buckets().map(|(_, _, count)| count);
        if seen.chain(work).chain(counts).chain(trial.finishes_ns.iter().copied()).any(|number| number > GREATEST) {
            return Err(too_great());
        }
        let mut figures = trial.figures.iter().chain(trial.extra.iter());
        if figures.any(|(_, value)| value.abs() > 1e300) {
            return Err(too_great());
        }
    }
    Ok(())
}

fn is_overview(lanes: &LanesOverview) -> bool {
    let numbers = [lanes.length_ns, lanes.switches, lanes.preempted, lanes.operations, lanes.dropped];
    let is_small = numbers.into_iter().all(|number| number <= GREATEST) && u64::from(lanes.cores) <= MOST_CORES;
    is_small && lanes.running.len() == BINS
}
