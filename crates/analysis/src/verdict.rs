//! What came out, as a sentence with its scope: never a score, never a ranking.

use protocol::parameter::grouped;
use protocol::report::{Comparison, Interval, Verdict};
use protocol::{Catalog, Experiment, Quantity, Role, Trial, Value, Workload};

use crate::bootstrap::FEWEST;
use crate::numbers::{count, ratio, shown, significant};
use crate::quantities::{MEMORY_BYTES, OPS_PER_S, find, within};
use crate::summary::{Summarised, tracing_costs};

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Words.
    Text(String),
    /// A model, by its id, and the name to write.
    Model(String, String),
    /// The figure that the sentence is about.
    Strong(String),
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// The sentence itself.
    pub headline: Vec<Segment>,
    /// Its intervals, the noise floor, and the other comparisons.
    pub detail: Vec<Segment>,
}

impl Sentence {
    /// Both parts as plain text, one line each.
    #[must_use]
    pub fn plain(&self) -> String {
        let plain = |segments: &[Segment]| -> String {
            let text = |segment: &Segment| match segment {
                Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text.clone(),
            };
            segments.iter().map(text).collect()
        };
        format!("{}\n{}", plain(&self.headline), plain(&self.detail)).trim_end().to_owned()
    }
}

/// The sentence for the trials so far. `over` says that no more will come; `cores` is the machine's.
#[must_use]
pub fn sentence(
    catalog: &Catalog,
    experiment: &Experiment,
    trials: &[Trial],
    summarised: &Summarised,
    cores: u64,
    over: bool,
) -> Sentence {
    let Some(workload) = catalog.workload(&experiment.workload) else { return Sentence::default() };
    let words = Words { catalog, workload, experiment, cores };
    let most = summarised.summary.iter().map(|summary| summary.trials).max().unwrap_or(0);
    if over && most == 0 {
        return words.nothing(trials);
    }
    // With two models or more there is a sentence as soon as two of them can be compared.
    let models = summarised.summary.iter().filter(|summary| summary.trials > 0 && summary.role == Role::Plain).count();
    if !over && (most < FEWEST as u64 || (models > 1 && summarised.comparisons.is_empty())) {
        return words.too_early(summarised);
    }
    let telling: Vec<&Comparison> =
        summarised.comparisons.iter().filter(|comparison| comparison.verdict != Verdict::CannotTell).collect();
    let extent = |comparison: &Comparison| comparison.ratio.ln().abs();
    let widest = telling.iter().copied().max_by(|left, right| extent(left).total_cmp(&extent(right)));
    let mut sentence = match (widest, summarised.comparisons.is_empty()) {
        (Some(comparison), _) => words.difference(comparison),
        (None, false) => words.cannot_tell(),
        (None, true) => words.plain_figures(summarised),
    };
    words.add_floor(&mut sentence, summarised);
    let mut others: Vec<&Comparison> = summarised.comparisons.iter().filter(|comparison| widest != Some(*comparison)).collect();
    // Eight models are twenty-eight pairs, which nobody reads: the widest differences first, then how many more there are.
    others.sort_by(|one, other| rank(other).total_cmp(&rank(one)));
    for comparison in others.iter().take(MOST_OTHERS) {
        words.add_other(&mut sentence, comparison);
    }
    words.add_number_of_more(&mut sentence, others.get(MOST_OTHERS..).unwrap_or_default());
    words.add_left_out(&mut sentence, trials);
    words.add_tracing(&mut sentence, trials);
    sentence
}

/// What a model did more of than another, as the part of a sentence before "than": "answered more requests per second",
/// "needed more memory", "had a higher oversleep, p99".
#[must_use]
pub fn did_more(catalog: &Catalog, workload: &Workload) -> String {
    let headline = workload.headline.metric.as_str();
    let what = find(catalog, workload, headline).map_or_else(|| headline.to_owned(), |quantity| within(quantity, workload));
    match headline {
        OPS_PER_S => format!("{} more {what}", workload.headline.verb),
        MEMORY_BYTES => format!("needed more {what}"),
        _ => format!("had a higher {what}"),
    }
}

/// Comparisons that are told in full besides the one that the sentence is about.
const MOST_OTHERS: usize = 3;

/// By how much two models differ; those that cannot be told apart come last.
fn rank(comparison: &Comparison) -> f64 {
    let told = if comparison.verdict == Verdict::CannotTell { 0.0 } else { 1e3 };
    told + comparison.ratio.ln().abs()
}

struct Words<'a> {
    catalog: &'a Catalog,
    workload: &'a Workload,
    experiment: &'a Experiment,
    cores: u64,
}

impl Words<'_> {
    /// "For 1,000 echo connections on this 2-core machine, "
    fn scope(&self) -> Segment {
        let mut subject = self.workload.headline.subject.clone();
        for (name, value) in &self.experiment.params {
            let text = match value {
                Value::Integer(number) => grouped(*number),
                Value::Text(text) => text.clone(),
            };
            subject = subject.replace(&format!("{{{name}}}"), &text);
        }
        let cores = if self.experiment.keeps_to_one_core() { "one core of " } else { "" };
        Segment::Text(format!("For {subject} on {cores}this {}-core machine, ", self.cores))
    }

    fn headline(&self) -> &str {
        &self.workload.headline.metric
    }

    fn quantity(&self) -> Option<&Quantity> {
        find(self.catalog, self.workload, self.headline())
    }

    /// The headline inside a sentence: "requests per second", "memory".
    fn what(&self) -> String {
        self.quantity().map_or_else(|| self.headline().to_owned(), |quantity| within(quantity, self.workload))
    }

    fn model(&self, id: &str) -> Segment {
        Segment::Model(id.to_owned(), self.name(id))
    }

    /// A model at the beginning of a sentence.
    fn first(&self, id: &str) -> Segment {
        Segment::Model(id.to_owned(), self.catalog.model(id).map_or(id, |model| &model.name).to_owned())
    }

    fn name(&self, id: &str) -> String {
        self.catalog.model(id).map_or(id, |model| &model.within).to_owned()
    }

    fn too_early(&self, summarised: &Summarised) -> Sentence {
        let mut detail = "Intervals and a verdict come from the third repetition on.".to_owned();
        if let Some(floor) = &summarised.noise_floor {
            detail.push_str(&format!(" One model against itself has differed by {} so far.", ratio(floor.factor)));
        }
        Sentence { headline: vec![Segment::Text("Too early to tell.".into())], detail: vec![Segment::Text(detail)] }
    }

    fn nothing(&self, trials: &[Trial]) -> Sentence {
        let headline = if trials.is_empty() { "Nothing was measured." } else { "No trial came to a result." };
        let mut sentence = Sentence { headline: vec![Segment::Text(headline.into())], detail: Vec::new() };
        self.add_left_out(&mut sentence, trials);
        sentence
    }

    /// The pair is told so that the ratio is above one: "Tokio answered 1.31× as many requests per second as native threads."
    fn difference(&self, comparison: &Comparison) -> Sentence {
        let (more, less, told) = upright(comparison);
        let (verb, of_what) = match self.headline() {
            OPS_PER_S => (self.workload.headline.verb.as_str(), format!(" as many {} as ", self.what())),
            MEMORY_BYTES => ("needed", format!(" as much {} as ", self.what())),
            _ => ("had", format!(" the {} of ", self.what())),
        };
        let headline = vec![
            self.scope(),
            self.model(more),
            Segment::Text(format!(" {verb} ")),
            Segment::Strong(ratio(told.median)),
            Segment::Text(of_what),
            self.model(less),
            Segment::Text(".".into()),
        ];
        Sentence { headline, detail: vec![Segment::Text(format!("{} (95 %)", range(told)))] }
    }

    fn cannot_tell(&self) -> Sentence {
        let headline = vec![
            self.scope(),
            Segment::Strong("no difference".into()),
            Segment::Text(format!(" in {} could be shown between these models.", self.what())),
        ];
        Sentence { headline, detail: Vec::new() }
    }

    /// One model, or too few repetitions for a comparison: what was measured, without a verdict.
    fn plain_figures(&self, summarised: &Summarised) -> Sentence {
        let unit = self.quantity().map_or(protocol::catalog::Unit::Count, |quantity| quantity.unit);
        let mut headline = vec![self.scope()];
        let figures = summarised.summary.iter().filter(|summary| summary.role == Role::Plain);
        let figures: Vec<_> =
            figures.filter_map(|summary| Some((&summary.model, summary.value(self.headline())?.median))).collect();
        let last = figures.len().saturating_sub(1);
        for (index, (model, figure)) in figures.into_iter().enumerate() {
            if index > 0 {
                headline.push(Segment::Text(if index == last { " and " } else { ", " }.into()));
            }
            headline.push(self.model(model));
            // "answered 101 requests per second", "needed 24.8 MB of memory", "had 3.40 ms of oversleep"
            let (verb, figure, of_what) = match self.headline() {
                OPS_PER_S => (self.workload.headline.verb.as_str(), count(figure), format!(" {}", self.what())),
                MEMORY_BYTES => ("needed", shown(unit, figure), format!(" of {}", self.what())),
                _ => ("had", shown(unit, figure), format!(" of {}", self.what())),
            };
            headline.push(Segment::Text(format!(" {verb} ")));
            headline.push(Segment::Strong(figure));
            headline.push(Segment::Text(of_what));
        }
        headline.push(Segment::Text(".".into()));
        let detail = if self.experiment.repetitions() < FEWEST as u64 {
            "Too few repetitions for an interval or a verdict: run three or more."
        } else {
            "There is nothing to compare it with"
        };
        Sentence { headline, detail: vec![Segment::Text(detail.into())] }
    }

    fn add_floor(&self, sentence: &mut Sentence, summarised: &Summarised) {
        let Some(floor) = &summarised.noise_floor else {
            if let Some(Segment::Text(text)) = sentence.detail.last_mut()
                && !text.ends_with('.')
            {
                text.push('.');
            }
            return;
        };
        let lead = if sentence.detail.is_empty() { "Noise floor" } else { ", noise floor" };
        let text = format!("{lead} {} (", ratio(floor.factor));
        sentence.detail.extend([Segment::Text(text), self.model(&floor.model), Segment::Text(" against itself).".into())]);
    }

    fn add_other(&self, sentence: &mut Sentence, comparison: &Comparison) {
        let (more, less, told) = upright(comparison);
        let text = if comparison.verdict == Verdict::CannotTell {
            let how_many = match comparison.more_repetitions {
                Some(more) => format!("; about {more} more repetition{}", if more == 1 { "" } else { "s" }),
                None => String::new(),
            };
            vec![
                Segment::Text(": ".into()),
                Segment::Strong("cannot tell".into()),
                Segment::Text(format!(" ({}{how_many}).", range(told))),
            ]
        } else {
            vec![Segment::Text(format!(": {} ({}).", ratio(told.median), range(told)))]
        };
        sentence.detail.extend([
            Segment::Text(" ".into()),
            self.first(more),
            Segment::Text(" against ".into()),
            self.model(less),
        ]);
        sentence.detail.extend(text);
    }

    /// "Of 5 more pairs, 2 cannot be told apart."
    fn add_number_of_more(&self, sentence: &mut Sentence, more: &[&Comparison]) {
        if more.is_empty() {
            return;
        }
        let untold = more.iter().filter(|comparison| comparison.verdict == Verdict::CannotTell).count();
        let pairs = if more.len() == 1 { "One more pair".to_owned() } else { format!("{} more pairs", more.len()) };
        let text = match untold {
            0 => format!(" {pairs} differ too."),
            _ if untold == more.len() => format!(" {pairs} cannot be told apart."),
            _ => format!(" Of {pairs}, {untold} cannot be told apart."),
        };
        sentence.detail.push(Segment::Text(text));
    }

    /// A traced trial costs more: how much says how far its lanes can be believed.
    fn add_tracing(&self, sentence: &mut Sentence, trials: &[Trial]) {
        let costs = tracing_costs(self.experiment, trials);
        for (index, cost) in costs.iter().enumerate() {
            let lead = if index == 0 { " With tracing: " } else { ", " };
            let (model, text) = (self.model(&cost.model), format!(" {}", ratio(cost.ratio)));
            sentence.detail.extend([Segment::Text(lead.into()), model, Segment::Text(text)]);
        }
        if !costs.is_empty() {
            sentence.detail.push(Segment::Text(" of its own rate without it.".into()));
        }
    }

    /// Models without a single result, in the words of their first trial.
    fn add_left_out(&self, sentence: &mut Sentence, trials: &[Trial]) {
        for model in &self.experiment.models {
            let mut own = trials.iter().filter(|trial| trial.planned.model == *model);
            if own.clone().any(Trial::is_ok) {
                continue;
            }
            let Some(trial) = own.next() else { continue };
            let words = trial.error.as_deref().map(|words| format!(": {}", words.trim_end_matches('.'))).unwrap_or_default();
            let text = format!(" {}{words}.", trial.status.word());
            let lead = if sentence.detail.is_empty() { "" } else { " " };
            sentence.detail.extend([Segment::Text(lead.into()), self.first(model), Segment::Text(text)]);
        }
    }
}

/// A comparison told so that its ratio is at least one: which has more, which has less, and the interval.
fn upright(comparison: &Comparison) -> (&str, &str, Interval) {
    let Comparison { a, b, ratio, low, high, .. } = comparison;
    if *ratio >= 1.0 {
        (a, b, Interval { median: *ratio, low: *low, high: *high })
    } else {
        (b, a, Interval { median: 1.0 / ratio, low: 1.0 / high, high: 1.0 / low })
    }
}

fn range(interval: Interval) -> String {
    format!("{} – {}", significant(interval.low), significant(interval.high))
}
