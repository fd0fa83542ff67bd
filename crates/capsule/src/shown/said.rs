//! What is said of a result: sentence, answers and verdicts.

use std::collections::BTreeMap;

use analysis::report::summarised_with;
use analysis::verdict::sentence;
use protocol::report::{Because, Comparison, Verdict};
use protocol::{Run, Submission, View};

use super::cut::WALL;

/// A point of a sweep, or none; a quantity; two models.
type Pair = (Option<(u64, Option<u64>)>, String, String, String);

/// What is said, by the quantity that it is about.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Said {
    /// The sentence by a quantity.
    sentences: BTreeMap<String, String>,
    /// What is answered by a quantity.
    answers: BTreeMap<String, String>,
    verdicts: BTreeMap<Pair, (Verdict, Option<Because>)>,
}

impl Said {
    /// By the headline, and by what is looked at.
    pub(crate) fn of(run: &Run, view: &View) -> Self {
        let mut this = Self::default();
        let Submission { experiment, catalog, machine, .. } = &run.submission;
        let Some(workload) = catalog.workload(&experiment.workload) else { return this };
        let headline = &workload.headline.metric;
        for key in std::iter::once(headline).chain(view.quantity.iter().filter(|key| *key != headline)) {
            let summarised = summarised_with(run, Some(key));
            let mut add = |point, comparison: &Comparison| {
                let Comparison { a, b, metric, verdict, because, .. } = comparison.clone();
                this.verdicts.insert((point, metric, a, b), (verdict, because));
            };
            summarised.comparisons.iter().for_each(|comparison| add(None, comparison));
            for point in &summarised.points {
                point.comparisons.iter().for_each(|comparison| add(Some((point.value, point.also)), comparison));
            }
            if experiment.sweep.is_none() {
                let said = sentence(catalog, experiment, &run.trials, &summarised, machine.cores, run.state.is_over(), Some(key));
                for answer in &said.answers {
                    this.answers.insert(answer.key.clone(), format!("{} {:?} {:?}", answer.name, answer.best, answer.words));
                }
                this.sentences.insert(key.clone(), format!("{}\n{:?} {:?}", said.plain(), said.tiers, said.mend));
            }
        }
        this
    }

    /// The quantities of which something else is said than of the whole run; of what the run does not have nothing is.
    pub(crate) fn different(&self, whole: &Self, run: &Run) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for (key, said) in &whole.sentences {
            // A sentence may say how long trials lasted, whatever quantity it is of.
            if self.sentences.get(key) != Some(said) {
                keys.extend([key.clone(), WALL.to_owned()]);
            }
        }
        let verdicts = whole.verdicts.iter().filter(|(pair, verdict)| self.verdicts.get(*pair) != Some(verdict));
        keys.extend(verdicts.map(|((_, key, ..), _)| key.clone()));
        keys.extend(whole.answers.iter().filter(|(key, said)| self.answers.get(*key) != Some(said)).map(|(key, _)| key.clone()));
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| run.trials.iter().any(|trial| analysis::quantities::value(trial, key).is_some()));
        keys
    }
}
