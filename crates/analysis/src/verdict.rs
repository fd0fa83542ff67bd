//! What came out, as a sentence with its scope: never a score.

use protocol::catalog::{Better, Unit};
use protocol::parameter::grouped;
use protocol::plan::block_size;
use protocol::report::{Because, Comparison, Control, Interval, Mend, Verdict, Withheld};
use protocol::{Catalog, Experiment, Parameter, ParameterKind, Quantity, Role, Trial, TrialStatus, Value, Values, Workload};

use crate::adaptive::{is_settled, looks};
use crate::answers::{Answer, answers, unanswered};
use crate::compare::FEWEST_FOR_A_VERDICT;
use crate::interval::FEWEST;
use crate::numbers::{count, covered, ratio, shown, significant};
use crate::order::by;
use crate::quantities::{OPS_PER_S, find, within};
use crate::summary::Summarised;
use crate::tiers::tiers;
use crate::withheld::withheld;

/// What is said before there is anything to say.
pub const EARLY: &str = "Intervals come from the third repetition on, a verdict from the sixth.";

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
    /// Models without a single result, in the words of their first trial; empty if every model has one. It stands first: nothing
    /// below is about them.
    pub left_out: Vec<Segment>,
    /// The sentence itself.
    pub headline: Vec<Segment>,
    /// Its interval, what the control shows against itself, and the other comparisons.
    pub detail: Vec<Segment>,
    /// The models by the quantity, those that cannot be told from each other together: see [`tiers`](fn@crate::tiers::tiers).
    pub tiers: Vec<Vec<String>>,
    /// Speed, tail and memory, whichever quantity the sentence is about.
    pub answers: Vec<Answer>,
    /// Whether more is to come before anything can be told.
    pub early: bool,
    /// What to run instead if it cannot tell and that would help: a host can make a button of it.
    pub mend: Option<Mend>,
}

impl Sentence {
    /// What was left out, the sentence and its detail as plain text, one line each.
    #[must_use]
    pub fn plain(&self) -> String {
        let parts = [&self.left_out, &self.headline, &self.detail];
        let lines: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(|part| text_of(part)).collect();
        lines.join("\n")
    }

    /// Its tiers and answers as plain text: "Speed: Tokio 1.83× native threads (1.53 – 2.36)."
    #[must_use]
    pub fn lines(&self, catalog: &Catalog) -> Vec<String> {
        let name = |id: &String| catalog.model(id).map_or(id.as_str(), |model| &model.name).to_owned();
        let tier = |(index, models): (usize, &Vec<String>)| {
            format!("{} {}", index + 1, models.iter().map(name).collect::<Vec<_>>().join(", "))
        };
        let tiers: Vec<String> = self.tiers.iter().enumerate().map(tier).collect();
        let tiers = (!tiers.is_empty()).then(|| format!("Tiers: {}.", tiers.join(" · ")));
        let answer = |answer: &Answer| format!("{}: {}.", answer.name, text_of(&answer.words));
        tiers.into_iter().chain(self.answers.iter().map(answer)).collect()
    }
}

/// Segments as plain text.
fn text_of(segments: &[Segment]) -> String {
    let text = |segment: &Segment| match segment {
        Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text.clone(),
    };
    segments.iter().map(text).collect()
}

/// The sentence for the trials so far, by the workload's headline or by the quantity that a person has `chosen`, by its key.
/// `over` says that no more will come; `cores` is the machine's.
#[must_use]
pub fn sentence(
    catalog: &Catalog,
    experiment: &Experiment,
    trials: &[Trial],
    summarised: &Summarised,
    cores: u64,
    over: bool,
    chosen: Option<&str>,
) -> Sentence {
    let Some(workload) = catalog.workload(&experiment.workload) else { return Sentence::default() };
    let key = chosen.unwrap_or(&workload.headline.metric);
    let words = Words { catalog, workload, experiment, cores, key };
    let most = summarised.summary.iter().map(|summary| summary.trials).max().unwrap_or(0);
    if over && most == 0 {
        return words.nothing(trials);
    }
    if !workload.compares() {
        return words.orders(trials);
    }
    // Eight models are twenty-eight pairs, which nobody reads: the widest differences first, then how many more there are.
    let pairs: Vec<Comparison> = summarised.pairs(key).cloned().collect();
    let pairs = by(&pairs, |pair| -rank(pair));
    let withheld = withheld(catalog, workload, experiment, trials, key);
    let too_few = pairs.iter().all(|comparison| comparison.because == Some(Because::TooFew));
    let several = summarised.summary.iter().filter(|summary| summary.trials > 0 && summary.role == Role::Plain).count() > 1;
    // With two models or more there is a sentence as soon as two of them can be compared.
    if !over && (most < FEWEST as u64 || (several && too_few && withheld.is_none())) {
        let mut sentence = words.too_early(summarised);
        if experiment.models.len() > 1 {
            sentence.answers = unanswered(catalog, experiment, trials, summarised);
        }
        return sentence;
    }
    let told = pairs.first().filter(|comparison| comparison.verdict != Verdict::CannotTell);
    let others = usize::from(told.is_some());
    let shown = others..pairs.len().min(others + MOST_OTHERS);
    let mut sentence = match (told, &withheld) {
        (Some(comparison), _) => words.difference(comparison),
        (None, Some(withheld)) => words.withheld(withheld),
        (None, None) if too_few => words.plain_figures(summarised),
        (None, None) => words.cannot_tell(),
    };
    words.add_control(&mut sentence, summarised.control(key));
    for comparison in &pairs[shown.clone()] {
        words.add_other(&mut sentence, comparison, pairs.len());
    }
    words.add_number_of_more(&mut sentence, &pairs[shown.end..]);
    if pairs.len() > 1 {
        sentence.say(format!("{} pairs were looked at.", pairs.len()));
    }
    if let (true, Some(withheld)) = (others > 0, &withheld) {
        sentence.say(format!("No verdict on some: {}. {}", withheld.reason, advice(&withheld.mend)));
    }
    if over {
        words.add_early_end(&mut sentence, trials, summarised);
    }
    words.add_tracing(&mut sentence, trials);
    sentence.left_out = words.left_out(trials);
    sentence.tiers = words.quantity().map(|quantity| tiers(summarised, quantity)).unwrap_or_default();
    sentence.answers = answers(catalog, experiment, trials, summarised);
    let more = pairs[shown].iter().filter_map(|comparison| comparison.more_repetitions).max();
    let mend = withheld.map(|withheld| withheld.mend).or_else(|| more.map(|more| words.repeat(more)));
    sentence.mend = mend.or(sentence.mend);
    sentence
}

/// A comparison in words: "Tokio against native threads: 1.31× (1.26 – 1.36)." It is one of so many pairs.
#[must_use]
pub fn comparison_words(catalog: &Catalog, experiment: &Experiment, comparison: &Comparison, pairs: usize) -> String {
    let Some(workload) = catalog.workload(&experiment.workload) else { return String::new() };
    let mut sentence = Sentence::default();
    let words = Words { catalog, workload, experiment, cores: 0, key: &comparison.metric };
    words.add_other(&mut sentence, comparison, pairs);
    text_of(&sentence.detail)
}

/// What stands against a verdict whatever the figures are: "trials too short"; `None` of a reason that is in the figures.
#[must_use]
pub fn doubt(because: Because) -> Option<&'static str> {
    match because {
        Because::TooFew => Some("too few repetitions"),
        Because::Short => Some("trials too short"),
        Because::Disturbed => Some("trials disturbed"),
        Because::FewSamples => Some("too few samples"),
        Because::Late => Some("arrivals too late"),
        Because::Interval | Because::Pairs | Because::Control | Because::ThreeFigures => None,
    }
}

/// How one model is told to differ from another, as the part of a sentence before "than": "answered more requests per second",
/// "needed more memory", "had a shorter p99 latency"; and whether that is told of the one that has less.
#[must_use]
pub fn differed(catalog: &Catalog, workload: &Workload, key: &str) -> (String, bool) {
    let quantity = find(catalog, workload, key);
    let what = quantity.map_or_else(|| key.to_owned(), |quantity| within(quantity, workload));
    let manner = Manner::of(key, quantity);
    let words = match manner {
        Manner::Did => format!("{} more {what}", workload.headline.verb),
        Manner::Needed => format!("needed more {what}"),
        Manner::Shorter => format!("had a shorter {what}"),
        Manner::Had => format!("had a higher {what}"),
    };
    (words, manner == Manner::Shorter)
}

/// How a difference in a quantity is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// "Tokio answered 1.31× as many requests per second as native threads": speed.
    Did,
    /// "Native threads needed 3.10× as much memory as Tokio": bytes.
    Needed,
    /// "Tokio's p99 latency was 12.0× shorter than native threads'": a time of which less is better.
    Shorter,
    /// "Tokio had 2.00× the context switches per operation of native threads": all others.
    Had,
}

impl Manner {
    fn of(key: &str, quantity: Option<&Quantity>) -> Self {
        match quantity.map(|quantity| (quantity.unit, quantity.better)) {
            _ if key == OPS_PER_S => Self::Did,
            Some((Unit::Bytes, _)) => Self::Needed,
            Some((Unit::Nanoseconds, Better::Lower)) => Self::Shorter,
            _ => Self::Had,
        }
    }
}

impl Sentence {
    /// Adds a sentence to the detail.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.add(vec![Segment::Text(text.into())]);
    }

    pub(crate) fn add(&mut self, segments: Vec<Segment>) {
        if !self.detail.is_empty() {
            self.detail.push(Segment::Text(" ".into()));
        }
        self.detail.extend(segments);
    }
}

/// Comparisons that are told in full besides the one that the sentence is about.
const MOST_OTHERS: usize = 3;

/// By how much two models differ; those that cannot be told apart come last.
pub(crate) fn rank(comparison: &Comparison) -> f64 {
    let told = if comparison.verdict == Verdict::CannotTell { 0.0 } else { 1e3 };
    told + comparison.ratio.ln().abs()
}

/// "Measure 200 ms each (measure=time, measure_ms=200)."
fn advice(Mend { label, set }: &Mend) -> String {
    let set: Vec<String> = set.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if set.is_empty() { format!("{label}.") } else { format!("{label} ({}).", set.join(", ")) }
}

/// The words for an experiment's outcome by one quantity.
pub(crate) struct Words<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) workload: &'a Workload,
    pub(crate) experiment: &'a Experiment,
    pub(crate) cores: u64,
    pub(crate) key: &'a str,
}

impl Words<'_> {
    /// "For 1,000 echo connections (message: 1,024 bytes) on this 2-core machine, "
    pub(crate) fn scope(&self) -> Segment {
        let mut subject = self.workload.headline.subject.clone();
        for (name, value) in &self.experiment.params {
            subject = subject.replace(&format!("{{{name}}}"), &plain(value));
        }
        let choices = self.choices();
        let choices = if choices.is_empty() { String::new() } else { format!(" ({})", choices.join(", ")) };
        let cores = if self.experiment.keeps_to_one_core() { "one core of " } else { "" };
        Segment::Text(format!("For {subject}{choices} on {cores}this {}-core machine, ", self.cores))
    }

    /// Whatever of the work is not at its default and not said by the subject: "message: 1,024 bytes".
    fn choices(&self) -> Vec<String> {
        // What says how often and in which order trials are made is none of the work.
        let work = self.experiment.work();
        let of_models: Vec<&str> =
            self.catalog.models.iter().flat_map(|model| &model.options).map(|option| option.name.as_str()).collect();
        let cells = || self.workload.cells.iter().filter(|cell| self.experiment.models.contains(&cell.model));
        let is_obeyed =
            |name: &str| !of_models.contains(&name) || cells().any(|cell| cell.options.iter().any(|option| option == name));
        let is_said = |name: &str| {
            let swept = self.experiment.sweeps().any(|sweep| sweep.parameter == name);
            let one_core = name == "cores" && self.experiment.keeps_to_one_core();
            // Of a course of its own there is no choice.
            let own_course = name == "measure" && !self.workload.by_time;
            swept || one_core || own_course || self.workload.headline.subject.contains(&format!("{{{name}}}"))
        };
        let choice = |parameter: &Parameter| {
            let value = work.value(&parameter.name).filter(|value| **value != parameter.default())?;
            let is_told = !is_said(&parameter.name) && is_obeyed(&parameter.name);
            is_told.then(|| format!("{}: {}", parameter.label.to_ascii_lowercase(), chosen(parameter, value)))
        };
        self.workload.parameters.iter().chain(self.catalog.method_fields()).filter_map(choice).collect()
    }

    pub(crate) fn quantity(&self) -> Option<&Quantity> {
        find(self.catalog, self.workload, self.key)
    }

    pub(crate) fn manner(&self) -> Manner {
        Manner::of(self.key, self.quantity())
    }

    /// The quantity inside a sentence: "requests per second", "memory".
    pub(crate) fn what(&self) -> String {
        self.quantity().map_or_else(|| self.key.to_owned(), |quantity| within(quantity, self.workload))
    }

    pub(crate) fn model(&self, id: &str) -> Segment {
        Segment::Model(id.to_owned(), self.name(id))
    }

    /// A model at the beginning of a sentence.
    pub(crate) fn first(&self, id: &str) -> Segment {
        Segment::Model(id.to_owned(), self.catalog.model(id).map_or(id, |model| &model.name).to_owned())
    }

    pub(crate) fn name(&self, id: &str) -> String {
        self.catalog.model(id).map_or(id, |model| &model.within).to_owned()
    }

    /// "'s", or "'" behind an s.
    fn possessive(&self, id: &str) -> &'static str {
        if self.name(id).ends_with('s') { "'" } else { "'s" }
    }

    fn too_early(&self, summarised: &Summarised) -> Sentence {
        let headline = vec![Segment::Text("Too early to tell.".into())];
        let mut sentence = Sentence { headline, early: true, ..Sentence::default() };
        sentence.say(EARLY);
        self.add_control(&mut sentence, summarised.control(self.key));
        sentence
    }

    fn nothing(&self, trials: &[Trial]) -> Sentence {
        let headline = if trials.is_empty() { "Nothing was measured." } else { "No trial came to a result." };
        Sentence { headline: vec![Segment::Text(headline.into())], detail: self.left_out(trials), ..Sentence::default() }
    }

    /// A comparison told so that its ratio is at least one: whom it is told of, against whom, and the interval. Of a time of
    /// which less is better it is told of the one that has less.
    fn upright<'c>(&self, comparison: &'c Comparison) -> (&'c str, &'c str, Interval) {
        let Comparison { a, b, ratio, low, high, coverage, .. } = comparison;
        let (more, less, told) = if *ratio >= 1.0 {
            (a, b, Interval { median: *ratio, low: *low, high: *high, coverage: *coverage })
        } else {
            (b, a, Interval { median: 1.0 / ratio, low: 1.0 / high, high: 1.0 / low, coverage: *coverage })
        };
        if self.manner() == Manner::Shorter { (less, more, told) } else { (more, less, told) }
    }

    fn difference(&self, comparison: &Comparison) -> Sentence {
        let (first, second, told) = self.upright(comparison);
        let factor = ratio(told.median);
        let what = self.what();
        let (before, strong, behind, end) = match self.manner() {
            Manner::Did => (format!(" {} ", self.workload.headline.verb), factor, format!(" as many {what} as "), ""),
            Manner::Needed => (" needed ".to_owned(), factor, format!(" as much {what} as "), ""),
            Manner::Shorter => {
                let before = format!("{} {what} was ", self.possessive(first));
                (before, format!("{factor} shorter"), " than ".to_owned(), self.possessive(second))
            }
            Manner::Had => (" had ".to_owned(), factor, format!(" the {what} of "), ""),
        };
        let headline = vec![
            self.scope(),
            self.model(first),
            Segment::Text(before),
            Segment::Strong(strong),
            Segment::Text(behind),
            self.model(second),
            Segment::Text(format!("{end}.")),
        ];
        let mut sentence = Sentence { headline, ..Sentence::default() };
        sentence.say(format!("{} ({}).", range(told.low, told.high), covered(told.coverage)));
        sentence
    }

    fn cannot_tell(&self) -> Sentence {
        let headline = vec![
            self.scope(),
            Segment::Strong("no difference".into()),
            Segment::Text(format!(" in {} could be shown between these models.", self.what())),
        ];
        Sentence { headline, ..Sentence::default() }
    }

    fn withheld(&self, withheld: &Withheld) -> Sentence {
        let headline = vec![Segment::Strong("Cannot tell".into()), Segment::Text(format!(": {}.", withheld.reason))];
        let mut sentence = Sentence { headline, ..Sentence::default() };
        sentence.say(advice(&withheld.mend));
        sentence
    }

    /// One model, or too few repetitions for a verdict: what was measured.
    fn plain_figures(&self, summarised: &Summarised) -> Sentence {
        let unit = self.quantity().map_or(Unit::Count, |quantity| quantity.unit);
        let mut headline = vec![self.scope()];
        let figures = summarised.summary.iter().filter(|summary| summary.role == Role::Plain);
        let figures: Vec<_> = figures.filter_map(|summary| Some((&summary.model, summary.value(self.key)?.median))).collect();
        let last = figures.len().saturating_sub(1);
        let several = figures.len() > 1;
        if figures.is_empty() {
            headline.push(Segment::Text(format!("nothing was measured of {}", self.what())));
        }
        for (index, (model, figure)) in figures.into_iter().enumerate() {
            if index > 0 {
                headline.push(Segment::Text(if index == last { " and " } else { ", " }.into()));
            }
            headline.push(self.model(model));
            // "answered 101 requests per second", "needed 24.8 MB of memory", "had 3.40 ms of oversleep"
            let (verb, figure, of_what) = match self.manner() {
                Manner::Did => (self.workload.headline.verb.as_str(), count(figure), format!(" {}", self.what())),
                Manner::Needed => ("needed", shown(unit, figure), format!(" of {}", self.what())),
                Manner::Shorter | Manner::Had => ("had", shown(unit, figure), format!(" of {}", self.what())),
            };
            headline.push(Segment::Text(format!(" {verb} ")));
            headline.push(Segment::Strong(figure));
            headline.push(Segment::Text(of_what));
        }
        headline.push(Segment::Text(".".into()));
        let mut sentence = Sentence { headline, ..Sentence::default() };
        let planned_too_few = self.experiment.repetitions() < FEWEST_FOR_A_VERDICT;
        sentence.say(match (several, planned_too_few) {
            (true, true) => "Too few repetitions for a verdict: run six or more.",
            (true, false) => "Too few repetitions came to a result for a verdict: it needs six.",
            (false, _) => "There is nothing to compare it with.",
        });
        if several && planned_too_few {
            sentence.mend = Some(self.repeat(FEWEST_FOR_A_VERDICT.saturating_sub(self.experiment.repetitions())));
        }
        sentence
    }

    /// The same with so many more repetitions.
    fn repeat(&self, more: u64) -> Mend {
        let repetitions = self.experiment.repetitions() + more;
        let mut set = Values::new();
        set.insert("repetitions".to_owned(), repetitions.into());
        Mend { label: format!("Run {repetitions} repetitions"), set }
    }

    /// "Tokio against itself: 0.980× (0.800 – 1.16)."
    fn add_control(&self, sentence: &mut Sentence, control: Option<&Control>) {
        let Some(control) = control else { return };
        sentence.add(vec![self.first(&control.model), Segment::Text(format!(" against itself: {}.", against_itself(control)))]);
    }

    fn add_other(&self, sentence: &mut Sentence, comparison: &Comparison, pairs: usize) {
        let (first, second, told) = self.upright(comparison);
        let range = range(told.low, told.high);
        let mut segments = vec![self.first(first), Segment::Text(" against ".into()), self.model(second)];
        if let Some(because) = comparison.because {
            let more = comparison
                .more_repetitions
                .map(|more| format!("; about {more} more repetition{}", if more == 1 { "" } else { "s" }));
            let why = self.why(because, pairs).map(|why| format!("; {why}"));
            let inside = format!(" ({range}{}{}).", why.unwrap_or_default(), more.unwrap_or_default());
            segments.extend([Segment::Text(": ".into()), Segment::Strong("cannot tell".into()), Segment::Text(inside)]);
        } else {
            let shorter = if self.manner() == Manner::Shorter { " shorter" } else { "" };
            segments.push(Segment::Text(format!(": {}{shorter} ({range}).", ratio(told.median))));
        }
        sentence.add(segments);
    }

    /// Why a pair cannot be told apart; `None` if its interval says it.
    pub(crate) fn why(&self, because: Because, pairs: usize) -> Option<String> {
        let looks = looks(self.experiment).len();
        Some(match because {
            Because::Interval => return None,
            Because::Pairs if looks > 1 => format!("not any more when corrected for {pairs} pairs and {looks} looks"),
            Because::Pairs => format!("not any more when corrected for {pairs} pairs"),
            Because::Control => {
                format!("{} against itself shows as much", self.name(self.experiment.control().unwrap_or_default()))
            }
            Because::ThreeFigures => "not in three figures".to_owned(),
            other => return doubt(other).map(str::to_owned),
        })
    }

    /// "Of 5 more pairs, 2 cannot be told apart."
    fn add_number_of_more(&self, sentence: &mut Sentence, more: &[Comparison]) {
        if more.is_empty() {
            return;
        }
        let untold = more.iter().filter(|comparison| comparison.verdict == Verdict::CannotTell).count();
        let pairs = if more.len() == 1 { "One more pair".to_owned() } else { format!("{} more pairs", more.len()) };
        sentence.say(match untold {
            0 => format!("{pairs} differ{} too.", if more.len() == 1 { "s" } else { "" }),
            _ if untold == more.len() => format!("{pairs} cannot be told apart."),
            _ => format!("Of {pairs}, {untold} cannot be told apart."),
        });
    }

    /// Whether its name is a plural: "native threads are", "Tokio is".
    pub(crate) fn are_many(&self, model: &str) -> bool {
        self.name(model).ends_with('s')
    }

    /// "Native threads were refused: too many threads."
    pub(crate) fn left_out(&self, trials: &[Trial]) -> Vec<Segment> {
        let mut segments = Vec::new();
        for model in &self.experiment.models {
            let mut own = trials.iter().filter(|trial| trial.planned.model == *model);
            if own.clone().any(Trial::is_ok) {
                continue;
            }
            let Some(trial) = own.next() else { continue };
            let words = trial.error.as_deref().map(|words| format!(": {}", words.trim_end_matches('.'))).unwrap_or_default();
            let were = if self.are_many(model) { "were" } else { "was" };
            let ended = match trial.status {
                TrialStatus::Timeout => "took too long".to_owned(),
                TrialStatus::Invalid => "gave a wrong answer".to_owned(),
                TrialStatus::Failed => "failed".to_owned(),
                status => format!("{were} {}", status.word()),
            };
            if !segments.is_empty() {
                segments.push(Segment::Text(" ".into()));
            }
            segments.extend([self.first(model), Segment::Text(format!(" {ended}{words}."))]);
        }
        segments
    }

    /// That it was looked before the planned end, and everything was told.
    fn add_early_end(&self, sentence: &mut Sentence, trials: &[Trial], summarised: &Summarised) {
        let planned = block_size(self.experiment) * self.experiment.repetitions();
        let measured = trials.iter().filter(|trial| trial.planned.is_measured()).count() as u64;
        let is_look = looks(self.experiment).iter().any(|look| look * block_size(self.experiment) == measured);
        if measured < planned && is_look && summarised.pairs(&self.workload.headline.metric).all(is_settled) {
            sentence.say(format!(
                "It ended early, after {} of {} planned trials: told apart.",
                grouped(measured),
                grouped(planned)
            ));
        }
    }

    /// The best model against another: "Tokio 1.83× native threads (1.53 – 2.36); Actix cannot be told from it".
    pub(crate) fn best(&self, best: &str, told: &Comparison, alike: &[&str]) -> Vec<Segment> {
        let other = if told.a == best { &told.b } else { &told.a };
        let (.., interval) = self.upright(told);
        let factor = ratio(interval.median);
        let (factor, than) = match (self.manner(), self.quantity().map(|quantity| quantity.better)) {
            (Manner::Shorter, _) => (format!("{factor} shorter"), " than "),
            (_, Some(Better::Lower)) => (format!("{factor} less"), " than "),
            _ => (factor, " "),
        };
        let rest = match alike {
            [] => String::new(),
            [one] => format!("; {} cannot be told from it", self.name(one)),
            several => format!("; {} others cannot be told from it", several.len()),
        };
        vec![
            self.first(best),
            Segment::Text(" ".into()),
            Segment::Strong(factor),
            Segment::Text(than.into()),
            self.model(other),
            Segment::Text(format!(" ({}){rest}", range(interval.low, interval.high))),
        ]
    }

    /// Why the best model cannot be told from any other: "cannot tell (0.930 – 1.04)". `widest` is it against the last one, one
    /// of so many `pairs`.
    pub(crate) fn untold(&self, withheld: Option<&Withheld>, widest: Option<&Comparison>, pairs: usize) -> Vec<Segment> {
        let why = match (widest, withheld) {
            (Some(pair), _) => match pair.because.and_then(doubt) {
                Some(doubt) => format!(": {doubt}"),
                None => {
                    let (.., interval) = self.upright(pair);
                    let why = pair.because.and_then(|because| self.why(because, pairs)).map(|why| format!("; {why}"));
                    format!(" ({}{})", range(interval.low, interval.high), why.unwrap_or_default())
                }
            },
            (None, Some(withheld)) => format!(": {}", withheld.reason),
            (None, None) => ": fewer than two models have it".to_owned(),
        };
        vec![Segment::Strong("cannot tell".into()), Segment::Text(why)]
    }
}

/// What the control shows against itself: "0.980× (0.800 – 1.16)".
#[must_use]
pub fn against_itself(control: &Control) -> String {
    format!("{} ({})", ratio(control.ratio), range(control.low, control.high))
}

pub(crate) fn range(low: f64, high: f64) -> String {
    format!("{} – {}", significant(low), significant(high))
}

/// A value in words: "1,024", "together".
fn plain(value: &Value) -> String {
    match value {
        Value::Integer(number) => grouped(*number),
        Value::Text(text) => text.clone(),
    }
}

/// The same with what it counts, or as the choice is called: "1,024 bytes", "1 thread", "side by side".
pub(crate) fn chosen(parameter: &Parameter, value: &Value) -> String {
    match (&parameter.kind, value) {
        (ParameterKind::Choice { options, .. }, Value::Text(text)) => {
            options.iter().find(|option| option.value == *text).map_or(text, |option| &option.label).clone()
        }
        (_, Value::Integer(number)) if !parameter.unit.is_empty() && parameter.unit != "units" => {
            // A symbol, such as "ms", has no plural.
            let one = parameter.unit.strip_suffix('s').filter(|one| *number == 1 && one.chars().count() > 1);
            let unit = one.unwrap_or(&parameter.unit);
            if parameter.label.eq_ignore_ascii_case(&parameter.unit) {
                grouped(*number)
            } else {
                format!("{} {unit}", grouped(*number))
            }
        }
        _ => plain(value),
    }
}
