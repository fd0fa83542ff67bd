//! What `run` is given: a file, standard input, a link, or a line. What it holds is seen by looking at it.

use std::path::Path;

use protocol::{Catalog, Draft, View, line};

use super::found::{KeptAt, Named, find, sentences};

/// What `run` takes, as a phrase.
const ACCEPTED: &str = "a file with an experiment in JSON or with a result, a link, a workload with NAME=VALUE behind it, or -";

/// The experiment that somebody names, and how its result is to be looked at.
///
/// # Errors
/// A sentence for each thing that is wrong.
pub(crate) fn experiment(what: &str, values: &[String], catalog: &Catalog) -> Result<(Draft, View), Vec<String>> {
    // A line may come as one word, in quotes.
    let words: Vec<String> = line::words(what).into_iter().chain(values.iter().cloned()).collect();
    let is_file = what == "-" || Path::new(what).exists();
    if let Some((workload, values)) = words.split_first().filter(|(first, _)| !is_file && catalog.workload(first).is_some()) {
        return line::read(workload, values, catalog).map_err(sentences);
    }
    if let Some(value) = values.first() {
        let ids: Vec<&str> = catalog.workloads.iter().map(|workload| workload.id.as_str()).collect();
        let accepted = format!("behind a workload, which is one of {}", ids.join(", "));
        return Err(vec![format!("{what}: {value} cannot stand behind it; accepted: {accepted}")]);
    }
    match find(what, &KeptAt::default(), catalog, ACCEPTED)? {
        Named::Experiment(draft, view) => Ok((*draft, view)),
        Named::Results(found) => {
            let mut capsule = found.capsule;
            let first = capsule.results.swap_remove(0);
            Ok((Draft::of_experiment(&first.run.submission.experiment), capsule.view))
        }
    }
}
