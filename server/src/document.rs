//! A run as one file of HTML that opens anywhere: `interleave run --html FILE`.

use analysis::quantities;
use anyhow::Result;
use charts::document::{Document, document};
use protocol::{Catalog, Draft, Experiment, Run, View, link};

use crate::context::Context;

/// The page's own style sheets.
const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));

/// Whether a quantity that somebody chooses is one of an experiment's.
///
/// # Errors
/// What would be accepted.
pub(crate) fn is_measured(catalog: &Catalog, experiment: &Experiment, chosen: Option<&str>) -> Result<(), String> {
    let Some((key, workload)) = chosen.zip(catalog.workload(&experiment.workload)) else { return Ok(()) };
    let known: Vec<&str> = quantities::of(catalog, workload).map(|quantity| quantity.key.as_str()).collect();
    if known.contains(&key) {
        return Ok(());
    }
    Err(format!("quantity: {key} is not measured in {}; accepted: one of {}", workload.id, known.join(", ")))
}

/// The text of the file, looked at like this.
pub(crate) fn of(context: &Context, run: &Run, view: &View) -> Result<String> {
    let experiment = &run.submission.experiment;
    let summarised = analysis::report::summarised_with(run, view.quantity.as_deref());
    let json = serde_json::to_string(&analysis::report::report(run))?;
    let sources = context.registry.sources(&experiment.workload).unwrap_or_default();
    let link = link::encode(&Draft::of_experiment(experiment), None, &View::default(), &context.catalog);
    let again = format!("interleave serve, then http://127.0.0.1:8081{link}");
    let (summarised, json, sources, again) = (&summarised, &json, &sources, &again);
    Ok(document(&Document { run, summarised, view, json, sources, styles: STYLES, again }))
}

#[cfg(test)]
mod tests {
    use protocol::Submission;
    use runner::Registry;

    use super::*;

    #[test]
    fn no_text_of_a_result_is_markup_or_ends_the_report() {
        const HOSTILE: &str = "</script><img src=x onerror=alert(1)>&\"'";
        let context = Context::new(Registry::standard(), false);
        let experiment = Experiment { workload: "spawn".to_owned(), models: vec!["tokio".to_owned()], ..Experiment::default() };
        let mut catalog = context.catalog.slice(&experiment);
        let (workload, model) = (&mut catalog.workloads[0], &mut catalog.models[0]);
        for text in [&mut workload.name, &mut workload.summary, &mut model.name, &mut model.summary] {
            HOSTILE.clone_into(text);
        }
        let experiment = experiment.with("program", HOSTILE);
        let submission = Submission { experiment, catalog, ..Submission::default() };
        let run = Run { submission, not_stored: Some(HOSTILE.to_owned()), ..Run::default() };
        let page = of(&context, &run, &View::default()).unwrap();
        assert!(!page.contains("<img") && page.contains("&lt;img"), "{page}");
        let (_, report) = page.split_once("id=\"report\">").unwrap();
        let (report, behind) = report.split_once("</script>").unwrap();
        let report: serde_json::Value = serde_json::from_str(report).unwrap();
        assert_eq!(report["catalog"]["workloads"][0]["name"], HOSTILE);
        assert!(!behind.contains("alert"), "{behind}");
    }
}
