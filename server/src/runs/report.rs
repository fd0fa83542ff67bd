//! What came of a run: its trials, and what is worked out from them.

use analysis::summarise;
use analysis::summary::tracing_costs;
use analysis::sweep::{crossovers, points};
use protocol::report::REPORT_VERSION;
use protocol::{Report, Run};

use crate::context::Context;

/// What came of a run, as far as it got. `started_ms` is the time of day at which its turn came.
pub(crate) fn report(context: &Context, run: &Run, started_ms: u64) -> Report {
    let Run { id, experiment, trials, .. } = run;
    let workload = context.catalog.workload(&experiment.workload);
    let points = workload.map(|workload| points(workload, experiment, trials)).unwrap_or_default();
    let crossovers =
        workload.map(|workload| crossovers(experiment, workload.headline.metric, trials, &points)).unwrap_or_default();
    // Over all values of a sweep together a median means nothing.
    let summarised = workload.filter(|_| points.is_empty()).map(|workload| summarise(workload, experiment, trials));
    let summarised = summarised.unwrap_or_default();
    Report {
        version: REPORT_VERSION,
        id: id.clone(),
        started_ms,
        experiment: experiment.clone(),
        machine: context.here.machine.clone(),
        build: context.here.build.clone(),
        trials: trials.clone(),
        summary: summarised.summary,
        comparisons: summarised.comparisons,
        noise_floor: summarised.noise_floor,
        points,
        crossovers,
        tracing: tracing_costs(experiment, trials),
        conditions: None,
    }
}
