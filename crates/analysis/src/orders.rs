//! In which orders lines were printed: what is told of a workload that compares no figure.

use protocol::{Experiment, Role, Trial};

use crate::order::by;
use crate::verdict::{Segment, Sentence, Words};

/// What a model's units printed in its runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed<'a> {
    /// The model's id.
    pub model: &'a str,
    /// Runs that came to a result.
    pub runs: usize,
    /// The different orders: the most frequent first, of those that are as frequent the one that came first.
    pub orders: Vec<PrintedOrder<'a>>,
}

/// One order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedOrder<'a> {
    /// The lines in it.
    pub lines: &'a [String],
    /// In how many runs it came.
    pub times: usize,
}

/// One for each model, in the order of the experiment. A model's control and its traced trial are not counted: they are no more
/// runs of it than other models have.
#[must_use]
pub fn printed<'a>(experiment: &'a Experiment, trials: &'a [Trial]) -> Vec<Printed<'a>> {
    let of_model = |model: &'a String| {
        let counts = |trial: &&Trial| trial.is_ok() && trial.planned.role == Role::Plain && trial.planned.model == *model;
        let (mut runs, mut orders) = (0, Vec::<PrintedOrder<'_>>::new());
        for Trial { printed: lines, .. } in trials.iter().filter(counts) {
            runs += 1;
            match orders.iter_mut().find(|order| order.lines == lines) {
                Some(order) => order.times += 1,
                None => orders.push(PrintedOrder { lines, times: 1 }),
            }
        }
        Printed { model, runs, orders: by(&orders, |order| -(order.times as f64)) }
    };
    experiment.models.iter().map(of_model).collect()
}

impl Printed<'_> {
    /// "3 different orders", "1 order".
    #[must_use]
    pub fn different(&self) -> String {
        if self.orders.len() == 1 { "1 order".to_owned() } else { format!("{} different orders", self.orders.len()) }
    }

    /// "20 runs".
    #[must_use]
    pub fn in_runs(&self) -> String {
        format!("{} run{}", self.runs, if self.runs == 1 { "" } else { "s" })
    }
}

impl Words<'_> {
    /// "For 2 units that print 5 lines each on this 2-core machine, native threads printed 10 lines in 3 different orders in 20
    /// runs, Tokio in 1, Actix in 1." From the first run on: it counts what came, and estimates nothing.
    pub(crate) fn orders(&self, trials: &[Trial]) -> Sentence {
        let mut told = printed(self.experiment, trials);
        told.retain(|printed| printed.runs > 0);
        let Some(first) = told.first() else {
            let headline = vec![Segment::Text("Nothing has been printed yet.".into())];
            return Sentence { headline, early: true, ..Sentence::default() };
        };
        let lines = first.orders.first().map_or(0, |order| order.lines.len());
        let mut headline = vec![self.scope()];
        for (index, printed) in told.iter().enumerate() {
            let (verb, orders) = match index {
                0 => (format!(" printed {lines} lines in "), printed.different()),
                _ => (" in ".to_owned(), printed.orders.len().to_string()),
            };
            headline.extend([self.model(printed.model), Segment::Text(verb), Segment::Strong(orders)]);
            if index == 0 || printed.runs != first.runs {
                headline.push(Segment::Text(format!(" in {}", printed.in_runs())));
            }
            headline.push(Segment::Text(if index + 1 == told.len() { "." } else { ", " }.into()));
        }
        let mut sentence = Sentence { headline, left_out: self.left_out(trials), ..Sentence::default() };
        sentence.say("An order that did not come may come in another run. No speed is claimed of so little work.");
        sentence
    }
}
