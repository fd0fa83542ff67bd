//! A run as one file of HTML that opens anywhere: `interleave run --html FILE`.

use anyhow::Result;
use charts::document::{Document, document};
use protocol::{Draft, Run, link};

use crate::context::Context;

/// The page's own style sheets.
const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));

/// The text of the file.
pub(crate) fn of(context: &Context, run: &Run) -> Result<String> {
    let experiment = &run.submission.experiment;
    let summarised = analysis::report::summarised(run);
    let json = serde_json::to_string(&analysis::report::report(run))?;
    let sources = context.registry.sources(&experiment.workload).unwrap_or_default();
    let link = link::encode(&Draft::of_experiment(experiment), None, &context.catalog);
    let again = format!("interleave serve, then http://127.0.0.1:8081{link}");
    Ok(document(&Document { run, summarised: &summarised, json: &json, sources: &sources, styles: STYLES, again: &again }))
}
