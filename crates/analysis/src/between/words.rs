//! What two results say together, as sentences.

use protocol::Run;
use protocol::catalog::Better;
use protocol::report::{Because, Comparison, Verdict};

use super::differences::workload;
use super::order::{Held, OrderedPair};
use super::reruns::Reruns;
use super::{Between, is_doubt};
use crate::numbers::{capital, ratio};
use crate::verdict::{EARLY, Manner, Segment, Sentence, Words, doubt, range};

/// Models that are named in the sentence about their order.
const MOST_IN_ORDER: usize = 5;
/// Pairs and models that are told one by one.
const MOST_TOLD: usize = 4;

/// What the two results are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides([String; 2]);

impl Sides {
    /// By these names, the first of them the first result's; "A" and "B" of those that have none.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        let name = |side: usize| names.get(side).filter(|name| !name.is_empty()).cloned();
        Self([name(0).unwrap_or_else(|| "A".to_owned()), name(1).unwrap_or_else(|| "B".to_owned())])
    }

    /// "there", "in A"
    #[must_use]
    pub fn at(&self, side: usize) -> String {
        let name = &self.0[side];
        if ["there", "here", "then", "now"].contains(&name.as_str()) { name.clone() } else { format!("in {name}") }
    }

    /// "there and here", "in A and in B"
    fn both(&self) -> String {
        format!("{} and {}", self.at(0), self.at(1))
    }
}

/// The sentence about two results and its detail, and the tiers if the order held and many models are in it.
#[must_use]
pub fn between_words(between: &Between, results: &[&Run], sides: &Sides) -> Sentence {
    let [a, b, ..] = results else { return Sentence::default() };
    let Some(workload) = workload(a) else { return Sentence::default() };
    let submission = &a.submission;
    let words = Words { catalog: &submission.catalog, workload, experiment: &submission.experiment, cores: 0, key: &between.key };
    let telling = Telling { between, words, sides };
    let mut sentence = Sentence::default();
    if between.key.is_empty() {
        telling.nothing(b, &mut sentence);
        return sentence;
    }
    if submission.experiment.sweep.is_some() || b.submission.experiment.sweep.is_some() {
        telling.sweeps(&mut sentence);
        return sentence;
    }
    let goes_on = results[..2].iter().any(|run| !run.state.is_over());
    if goes_on && between.changes.iter().all(|change| change.because == Some(Because::TooFew)) {
        sentence.headline = vec![text("Too early to compare.")];
        sentence.early = true;
        sentence.say(EARLY);
        return sentence;
    }
    telling.order(&mut sentence);
    telling.pair(&mut sentence);
    telling.others(&mut sentence);
    telling.changes(&mut sentence);
    if let Some(reruns) = &between.reruns {
        telling.reruns(&mut sentence, reruns);
    }
    telling.caveat(&mut sentence);
    sentence
}

struct Telling<'a> {
    between: &'a Between,
    words: Words<'a>,
    sides: &'a Sides,
}

fn count(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// "0.860×", "0.860× to 0.920×"
fn from_to(least: f64, most: f64) -> String {
    let (least, most) = (ratio(least), ratio(most));
    if least == most { most } else { format!("{least} to {most}") }
}

fn text(words: impl Into<String>) -> Segment {
    Segment::Text(words.into())
}

impl Telling<'_> {
    fn nothing(&self, b: &Run, sentence: &mut Sentence) {
        let other = workload(b).map_or(b.submission.experiment.workload.as_str(), |workload| &workload.name);
        let name = &self.words.workload.name;
        if name == other {
            sentence.headline = vec![text(format!("{name} compares no figure."))];
            sentence.say("Nothing but the conditions of the two can be compared.");
        } else {
            let (there, here) = (self.sides.at(0), self.sides.at(1));
            sentence.headline = vec![text(format!("{name} {there}, {other} {here}."))];
            sentence.say("Of two workloads nothing but the conditions can be compared.");
        }
    }

    /// "The order held: Tokio ahead of Actix ahead of native threads, there and here."
    fn order(&self, sentence: &mut Sentence) {
        let (order, sides) = (&self.between.order, self.sides);
        let told = |side: usize| order.pairs.iter().filter(move |pair| pair.is_ahead[side].is_some());
        let mut headline = Vec::new();
        match order.held {
            _ if order.pairs.is_empty() && self.between.changes.is_empty() => {
                headline.push(text("No model has a result in both."))
            }
            _ if order.pairs.is_empty() => {
                headline.push(text("One model is in both: "));
                headline.extend(self.between.changes.first().map(|change| self.words.model(&change.a)));
                headline.push(text("."));
            }
            Held::Held if order.tiers.iter().map(Vec::len).sum::<usize>() > MOST_IN_ORDER => {
                let models: usize = order.tiers.iter().map(Vec::len).sum();
                headline
                    .extend([Segment::Strong("The order held".into()), text(format!(" of {models} models, {}.", sides.both()))]);
                sentence.tiers.clone_from(&order.tiers);
            }
            Held::Held if !order.tiers.is_empty() => {
                headline.extend([Segment::Strong("The order held".into()), text(": ")]);
                for (place, tier) in order.tiers.iter().enumerate() {
                    if place > 0 {
                        headline.push(text(format!(" {} ", self.ahead_of())));
                    }
                    self.list(&mut headline, tier.iter().map(String::as_str));
                }
                headline.push(text(format!(", {}.", sides.both())));
            }
            Held::Held | Held::InPart => {
                headline.push(Segment::Strong("The order held".into()));
                headline.push(text(if order.held == Held::Held { ": " } else { " where both can tell: " }));
                let same: Vec<&OrderedPair> = told(0).filter(|pair| pair.is_ahead[0] == pair.is_ahead[1]).collect();
                self.pairs(&mut headline, &same);
                headline.push(text("."));
            }
            Held::Changed => {
                headline.extend([Segment::Strong("The order changed".into()), text(": ")]);
                let turned = told(0).filter(|pair| pair.is_ahead[1].is_some_and(|is| Some(is) != pair.is_ahead[0]));
                for (place, OrderedPair { ahead, behind, .. }) in turned.take(MOST_TOLD).enumerate() {
                    let (there, here) = (sides.at(0), sides.at(1));
                    let [ahead, behind] = [ahead, behind].map(|model| self.words.model(model));
                    let lead = if place > 0 { "; " } else { "" };
                    let turned = if self.ahead_of() == "above" { "below" } else { "behind" };
                    headline.extend([text(lead), ahead, text(format!(" {} ", self.ahead_of())), behind]);
                    headline.push(text(format!(" {there}, {turned} {here}")));
                }
                headline.push(text("."));
            }
            Held::CannotTell => {
                let strong = Segment::Strong("Cannot tell".into());
                headline.extend([strong, text(" whether the order held: ")]);
                headline.push(text(if told(1).next().is_some() {
                    format!("no two models can be told apart both {}.", sides.both())
                } else {
                    format!("{} no two models can be told apart.", sides.at(1))
                }));
            }
            Held::NoOrder if told(1).next().is_some() => {
                let strong = Segment::Strong("Cannot tell".into());
                headline
                    .extend([strong, text(format!(" whether the order held: {} no two models can be told apart.", sides.at(0)))]);
            }
            Held::NoOrder => headline.push(text(format!("No two models can be told apart, {}.", sides.both()))),
        }
        sentence.headline = headline;
    }

    /// "ahead of"; where neither way is better, whoever has more is above.
    fn ahead_of(&self) -> &'static str {
        let better = self.words.quantity().map(|quantity| quantity.better);
        if better == Some(Better::Neither) { "above" } else { "ahead of" }
    }

    fn list<'m>(&self, into: &mut Vec<Segment>, models: impl ExactSizeIterator<Item = &'m str>) {
        let last = models.len().saturating_sub(1);
        for (place, model) in models.enumerate() {
            if place > 0 {
                into.push(text(if place == last { " and " } else { ", " }));
            }
            into.push(self.words.model(model));
        }
    }

    fn pairs(&self, into: &mut Vec<Segment>, pairs: &[&OrderedPair]) {
        if pairs.len() > MOST_TOLD {
            into.push(text(format!("in {} pairs", pairs.len())));
            return;
        }
        for (place, OrderedPair { ahead, behind, .. }) in pairs.iter().enumerate() {
            if place > 0 {
                into.push(text(", "));
            }
            into.extend([self.words.model(ahead), text(format!(" {} ", self.ahead_of())), self.words.model(behind)]);
        }
    }

    /// "Tokio against native threads: 1.76× there (1.58 – 2.21), 2.08× here (1.77 – 2.52)."
    fn pair(&self, sentence: &mut Sentence) {
        let order = &self.between.order;
        let Some(pair) = order.headline.and_then(|index| order.pairs.get(index)) else { return };
        let mut segments = vec![self.words.first(&pair.ahead), text(" against "), self.words.model(&pair.behind), text(": ")];
        for side in 0..2 {
            if side > 0 {
                segments.push(text(", "));
            }
            match &pair.by[side] {
                Some(by) => segments.extend(self.factor(by, &self.sides.at(side))),
                None => segments.push(text(format!("no ratio {}", self.sides.at(side)))),
            }
        }
        segments.push(text("."));
        sentence.add(segments);
    }

    /// "1.76× there (1.58 – 2.21)"; of what is better if there is less of it, how much less.
    fn factor(&self, by: &Comparison, at: &str) -> [Segment; 2] {
        let lower = self.words.quantity().is_some_and(|quantity| quantity.better == Better::Lower);
        let Comparison { ratio: of, low, high, .. } = *by;
        let (of, low, high) = if lower { (1.0 / of, 1.0 / high, 1.0 / low) } else { (of, low, high) };
        let less = match (lower, self.words.manner()) {
            (false, _) => "",
            (true, Manner::Shorter) => " shorter",
            (true, _) => " less",
        };
        let why = match by.because {
            None => String::new(),
            Some(because) => {
                let why = self.words.why(because, self.between.order.pairs.len()).map(|why| format!(": {why}"));
                format!("; cannot tell{}", why.unwrap_or_default())
            }
        };
        [Segment::Strong(format!("{}{less}", ratio(of))), text(format!(" {at} ({}{why})", range(low, high)))]
    }

    /// Pairs that only one of the two can tell.
    fn others(&self, sentence: &mut Sentence) {
        let order = &self.between.order;
        let pairs = order.pairs.iter().enumerate().filter(|(index, _)| Some(*index) != order.headline);
        let one_tells = pairs.filter(|(_, pair)| pair.is_ahead[0].is_some() != pair.is_ahead[1].is_some());
        let one_tells: Vec<&OrderedPair> = one_tells.map(|(_, pair)| pair).collect();
        for pair in one_tells.iter().take(MOST_TOLD) {
            let told = usize::from(pair.is_ahead[0].is_none());
            let why = pair.by[1 - told].as_ref().and_then(|by| by.because).and_then(doubt);
            let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
            sentence.add(vec![
                self.words.first(&pair.ahead),
                text(format!(" {} {} ", if self.words.are_many(&pair.ahead) { "are" } else { "is" }, self.ahead_of())),
                self.words.model(&pair.behind),
                text(format!(" {}; {} that cannot be told{why}.", self.sides.at(told), self.sides.at(1 - told))),
            ]);
        }
        if one_tells.len() > MOST_TOLD {
            sentence.say(format!("{} more pairs can be told only in one of the two.", one_tells.len() - MOST_TOLD));
        }
    }

    /// "Here against there, in requests per second: native threads 0.860× (0.790 – 0.930); Tokio and Actix cannot be told apart."
    fn changes(&self, sentence: &mut Sentence) {
        let changes = &self.between.changes;
        if changes.is_empty() {
            return;
        }
        let [a, b] = &self.sides.0;
        let mut segments = vec![text(format!("{} against {a}, in {}: ", capital(b), self.words.what()))];
        let told: Vec<&Comparison> = changes.iter().filter(|change| change.verdict != Verdict::CannotTell).collect();
        for (place, change) in told.iter().take(MOST_TOLD).enumerate() {
            if place > 0 {
                segments.push(text(", "));
            }
            segments.extend([self.words.model(&change.a), text(" "), Segment::Strong(ratio(change.ratio))]);
            segments.push(text(format!(" ({})", range(change.low, change.high))));
        }
        if told.len() > MOST_TOLD {
            let factors = told.iter().map(|change| change.ratio);
            let (least, most) = (factors.clone().fold(f64::MAX, f64::min), factors.fold(0.0, f64::max));
            let more = told.len() - MOST_TOLD;
            segments.push(text(format!(" and {more} more, {} of all that are told", from_to(least, most))));
        }
        let untold: Vec<&Comparison> = changes.iter().filter(|change| change.verdict == Verdict::CannotTell).collect();
        let (doubted, alike): (Vec<&Comparison>, Vec<&Comparison>) =
            untold.into_iter().partition(|change| is_doubt(change.because));
        for (models, doubted) in [(alike, false), (doubted, true)] {
            let Some(first) = models.first() else { continue };
            if segments.len() > 1 {
                segments.push(text("; "));
            }
            if models.len() > MOST_TOLD {
                segments.push(text(format!("of {} models", models.len())));
            } else {
                segments.push(text("of "));
                self.list(&mut segments, models.iter().map(|change| change.a.as_str()));
            }
            segments.push(text(" the two "));
            let why = first.because.and_then(doubt).filter(|_| doubted).map(|why| format!(" ({why})"));
            segments.extend([Segment::Strong("cannot be told apart".into()), text(why.unwrap_or_default())]);
        }
        segments.push(text("."));
        sentence.add(segments);
    }

    /// "With 5 re-runs: the order held on 6 of 7 machines, and on one it changed."
    fn reruns(&self, sentence: &mut Sentence, reruns: &Reruns) {
        let more = reruns.results.iter().filter(|one| one.result > 1).count();
        if self.between.order.held == Held::NoOrder {
            sentence.say(format!("With {}: {} tells no order that could have held.", count(more, "re-run"), self.sides.0[0]));
        } else {
            let machines = count(reruns.machines, "machine");
            let changed = match reruns.changed {
                0 => String::new(),
                1 => ", and changed on one".to_owned(),
                several => format!(", and changed on {several}"),
            };
            let untold = reruns.machines - reruns.held - reruns.changed;
            let untold = if untold > 0 { format!("; on {untold} it cannot be told") } else { String::new() };
            sentence.add(vec![
                text(format!("With {}: the order held on ", count(more, "re-run"))),
                Segment::Strong(format!("{} of {machines}", reruns.held)),
                text(format!("{changed}{untold}.")),
            ]);
        }
        if reruns.machines < reruns.results.len() {
            let results = reruns.results.len();
            sentence.say(format!("{results} results: those that agree in processor, cores and memory count as one machine."));
        }
        if reruns.others > 0 {
            let are = if reruns.others == 1 { "is" } else { "are" };
            sentence.say(format!("{} {are} of another experiment and not counted.", count(reruns.others, "result")));
        }
    }

    /// "Here against there at 4 values of both, in requests per second: native threads 0.860× to 0.920×, told at 3; …"
    fn sweeps(&self, sentence: &mut Sentence) {
        let (points, [a, b]) = (&self.between.points, &self.sides.0);
        if points.is_empty() {
            sentence.headline = vec![text("The two have no point in common.")];
            sentence.say("Two sweeps are compared where both have measured: at the same values of the same parameters.");
            return;
        }
        let at = if points.len() == 1 { "one point".to_owned() } else { format!("{} points", points.len()) };
        let mut told: Vec<(&str, Vec<f64>)> = Vec::new();
        let mut models: Vec<&str> = Vec::new();
        for change in points.iter().flat_map(|point| &point.changes) {
            if !models.contains(&change.a.as_str()) {
                models.push(&change.a);
                told.push((&change.a, Vec::new()));
            }
            if change.verdict != Verdict::CannotTell
                && let Some((_, factors)) = told.iter_mut().find(|(model, _)| *model == change.a)
            {
                factors.push(change.ratio);
            }
        }
        let any = told.iter().filter(|(_, factors)| !factors.is_empty()).count();
        sentence.headline = vec![
            text(format!("{} against {a}, at {at} of both: ", capital(b))),
            Segment::Strong(if any == 0 {
                "no difference".to_owned()
            } else {
                format!("{any} of {}", count(models.len(), "model"))
            }),
            text(format!(
                "{} in {}{}.",
                if any == 0 {
                    ""
                } else if any == 1 {
                    " differs"
                } else {
                    " differ"
                },
                self.words.what(),
                if any == 0 { " could be shown" } else { "" }
            )),
        ];
        let mut segments = vec![text(format!("{} against {a}: ", capital(b)))];
        for (place, (model, factors)) in told.iter().enumerate() {
            if place > 0 {
                segments.push(text("; "));
            }
            segments.push(self.words.model(model));
            let (least, most) = (factors.iter().copied().fold(f64::MAX, f64::min), factors.iter().copied().fold(0.0, f64::max));
            segments.push(match factors.len() {
                0 => text(" cannot be told apart at any"),
                1 => text(format!(" {} at one", ratio(most))),
                several => text(format!(" {} at {several}", from_to(least, most))),
            });
        }
        segments.push(text("."));
        sentence.add(segments);
        self.caveat(sentence);
    }

    fn caveat(&self, sentence: &mut Sentence) {
        sentence.say("The two were not run in turns: a difference between them includes whatever else changed.");
    }
}
