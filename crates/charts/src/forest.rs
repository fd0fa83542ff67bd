//! Each model against one of them, as ratios on one logarithmic axis (a forest plot): the picture of the sentence.
//!
//! The base is the model that a person has chosen, or the one with the least of the quantity: ratios are then above 1, as people
//! read them (7.10×, not 0.141×), and of a workload about speed the widest of them is that of the sentence. Rows are in the order
//! of the form, as everywhere, and do not change places while a run goes on. One more row sets the best model against the second
//! if neither is the base: that pair decides, and the two ratios above do not say whether they differ.

use analysis::axis::{Axis, tick_text};
use analysis::numbers::{Scale, covered, ratio, significant};
use analysis::quantities::{OPS_PER_S, within};
use analysis::tiers::{pair, ranked};
use analysis::verdict::{against_itself, comparison_words, doubt};
use maud::{Markup, html};
use protocol::catalog::{Better, Unit};
use protocol::report::{Comparison, Verdict};
use protocol::{Model, Quantity, Role};

use crate::groups::named;
use crate::mark::Kind;
use crate::picture::{Picture, Table};
use crate::rows::{Hint, Part, Row, Rows};
use crate::words::counted;
use crate::{Heading, Medium, Subject, svg};

pub(crate) const PICTURE: Picture = Picture {
    id: "ratios",
    heading,
    body: drawn,
    table: |subject| Forest::of(subject).map(|forest| forest.table()).unwrap_or_default(),
    svg: |subject, theme| svg::rows("ratios", subject, heading(subject), &Forest::of(subject)?.rows(), theme),
};

const HELP: &str = "How much of the quantity each model has of what the base has, within each repetition: the Hodges-Lehmann \
                    estimate and its interval. No ratio inside the grey band is a verdict.";

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    let forest = Forest::of(subject)?;
    let what = within(forest.quantity, subject.workload()?);
    let title = match forest.base {
        Some(base) => format!("Against {}", subject.catalog.model(base).map_or(base, |model| &model.within)),
        None => "Ratios".to_owned(),
    };
    let bars = forest.ratios.iter().map(|ratio| ratio.comparison.coverage).fold(1.0, f64::min);
    let bar = if forest.ratios.is_empty() { String::new() } else { format!("{} ", covered(bars)) };
    Some(Heading { title, sub: format!("ratio of {what}, bar {bar}interval"), help: HELP.to_owned() })
}

fn drawn(subject: &Subject<'_>, medium: Medium) -> Markup {
    Forest::of(subject).map_or_else(|| html! {}, |forest| forest.rows().drawn(medium))
}

struct Forest<'a> {
    subject: &'a Subject<'a>,
    quantity: &'a Quantity,
    /// The model that the others are compared with; `None` until two can be compared.
    base: Option<&'a str>,
    /// Each model that can be compared with the base.
    ratios: Vec<Ratio<'a>>,
    /// The best against the second.
    best: Option<Ratio<'a>>,
    axis: Option<Axis>,
}

/// What a pair says, over its interval.
fn hint(model: &str, base: &str, (from, to): (f64, f64), words: String) -> Hint {
    Hint { from, to, id: format!("ratio-{model}-{base}"), words }
}

/// One model's figure as so many times another's.
struct Ratio<'a> {
    model: &'a str,
    base: &'a str,
    comparison: &'a Comparison,
    ratio: f64,
    low: f64,
    high: f64,
}

impl<'a> Ratio<'a> {
    fn of(subject: &'a Subject<'a>, quantity: &Quantity, model: &'a str, base: &'a str) -> Option<Self> {
        let comparison = pair(subject.summarised, &quantity.key, model, base)?;
        let Comparison { ratio, low, high, .. } = *comparison;
        let (ratio, low, high) = if comparison.a == model { (ratio, low, high) } else { (1.0 / ratio, 1.0 / high, 1.0 / low) };
        Some(Self { model, base, comparison, ratio, low, high })
    }

    fn is_told(&self) -> bool {
        self.comparison.verdict != Verdict::CannotTell
    }
}

impl<'a> Forest<'a> {
    /// `None` if nothing can be compared, now or when more trials have come; nor of a sweep, which is compared at each value, nor
    /// of a workload that compares no figure.
    fn of(subject: &'a Subject<'a>) -> Option<Self> {
        let Subject { experiment, summarised, over, .. } = *subject;
        let quantity = subject.headline()?;
        if experiment.models.len() < 2 || experiment.sweep.is_some() || !subject.workload()?.compares() {
            return None;
        }
        let has_pair =
            |model: &str| summarised.pairs(&quantity.key).any(|comparison| comparison.a == model || comparison.b == model);
        let chosen = subject.view.base.as_deref().filter(|base| has_pair(base));
        // The best first: of what is better if there is more of it, the last has the least.
        let ranked: Vec<&str> = ranked(summarised, quantity).into_iter().filter(|model| has_pair(model)).collect();
        let least = if quantity.better == Better::Higher { ranked.last() } else { ranked.first() };
        let base = chosen.or(least.copied());
        let ratio = |model: &'a String| Ratio::of(subject, quantity, model, base?);
        let ratios: Vec<Ratio<'a>> = experiment.models.iter().filter_map(ratio).collect();
        if ratios.is_empty() && (over || experiment.repetitions() < analysis::interval::FEWEST as u64) {
            return None;
        }
        let best = match ranked.as_slice() {
            [best, second, ..] if ![Some(*best), Some(*second)].contains(&base) => Ratio::of(subject, quantity, best, second),
            _ => None,
        };
        let all = || ratios.iter().chain(&best);
        let ends: Vec<f64> = all().flat_map(|ratio| [ratio.low, ratio.high]).collect();
        let control = summarised.control(&quantity.key).map(|control| [control.factor, 1.0 / control.factor]);
        let axis = base.and_then(|_| Axis::of_ratios(&[ends, control.into_iter().flatten().collect()].concat()));
        Some(Self { subject, quantity, base, ratios, best, axis })
    }

    fn model(&self, id: &str) -> Option<&'a Model> {
        self.subject.catalog.model(id)
    }

    fn name(&self, id: &str) -> String {
        named(self.subject.catalog, id, Role::Plain)
    }

    fn rows(&self) -> Rows<'a> {
        let axis = self.axis.as_ref();
        let mut rows: Vec<Row<'a>> = self.subject.experiment.models.iter().map(|model| self.row(model)).collect();
        if let Some(best) = &self.best {
            let label =
                format!("{} against {}", self.name(best.model), self.model(best.base).map_or(best.base, |model| &model.within));
            rows.push(self.filled(Row::new(self.model(best.model), Kind::Model, label), best));
        }
        // What is to come does not move what is below.
        let comes = !self.subject.over && self.axis.is_none() && self.subject.experiment.models.len() > 2;
        if comes && self.subject.view.base.is_none() && self.quantity.better == Better::Higher {
            rows.push(Row::new(None, Kind::Model, String::new()));
        }
        let ticks = axis.map(|axis| axis.ticks.iter().map(|tick| (axis.place(*tick), tick_words(*tick))).collect());
        let control = self.subject.summarised.control(&self.quantity.key);
        Rows {
            rows,
            ticks: ticks.unwrap_or_default(),
            floor: axis.zip(control).map(|(axis, control)| (axis.place(1.0 / control.factor), axis.place(control.factor))),
            reference: axis.map(|axis| axis.place(1.0)),
            note: self.note(),
            list_box: "Ratios; arrow keys go from one to the next",
            ..Rows::default()
        }
    }

    fn row(&self, model: &'a str) -> Row<'a> {
        let mut row = Row::new(self.model(model), Kind::Model, self.name(model));
        let Some(axis) = self.axis.as_ref() else { return row };
        if self.base == Some(model) {
            row.parts = vec![Part::Mark(axis.place(1.0))];
            (row.value, row.remark) = (String::new(), "the base".to_owned());
            let words = format!("{}: the others are compared with it", row.label);
            row.hints = vec![hint(model, model, (axis.place(1.0), axis.place(1.0)), words)];
            return row;
        }
        match self.ratios.iter().find(|ratio| ratio.model == model) {
            Some(ratio) => {
                row.base = Some(model);
                self.filled(row, ratio)
            }
            None => Row { remark: "no result to compare".to_owned(), ..row },
        }
    }

    fn filled(&self, row: Row<'a>, told: &Ratio<'_>) -> Row<'a> {
        let Some(axis) = self.axis.as_ref() else { return row };
        let pairs = self.subject.summarised.pairs(&self.quantity.key).count();
        Row {
            parts: vec![
                Part::Interval { from: axis.place(told.low), to: axis.place(told.high) },
                Part::Mark(axis.place(told.ratio)),
            ],
            value: ratio(told.ratio.max(1.0 / told.ratio)),
            remark: self.says(told),
            hints: vec![hint(
                told.model,
                told.base,
                (axis.place(told.low), axis.place(told.high)),
                comparison_words(self.subject.catalog, self.subject.experiment, told.comparison, pairs),
            )],
            ..row
        }
    }

    /// "faster", "cannot tell, +6 repetitions"
    fn says(&self, told: &Ratio<'_>) -> String {
        if told.is_told() {
            let words = match self.quantity.unit {
                _ if self.quantity.key == OPS_PER_S => ["faster", "slower"],
                Unit::Nanoseconds => ["longer", "shorter"],
                _ => ["more", "less"],
            };
            return words[usize::from(told.ratio < 1.0)].to_owned();
        }
        match told.comparison.more_repetitions {
            Some(more) => format!("cannot tell, +{}", counted(usize::try_from(more).unwrap_or(0), "repetition")),
            None => match told.comparison.because.and_then(doubt) {
                Some(doubt) => format!("cannot tell, {doubt}"),
                None => "cannot tell".to_owned(),
            },
        }
    }

    fn note(&self) -> String {
        if self.axis.is_none() {
            return "Ratios come from the third repetition on.".to_owned();
        }
        let Some(control) = self.subject.summarised.control(&self.quantity.key) else { return "Logarithmic axis".to_owned() };
        let name = self.name(&control.model);
        format!("Grey: as much as {name} shows against itself, {}, either way; logarithmic axis", against_itself(control))
    }

    fn table(&self) -> Table {
        let head = ["Model", "against", "ratio", "interval", "verdict", "p, corrected"].map(str::to_owned).to_vec();
        let row = |told: &Ratio<'_>| {
            vec![
                self.name(told.model),
                self.name(told.base),
                ratio(told.ratio),
                format!("{} – {} ({})", significant(told.low), significant(told.high), covered(told.comparison.coverage)),
                self.says(told),
                significant(told.comparison.p_adjusted),
            ]
        };
        Table { head, rows: self.ratios.iter().chain(&self.best).map(row).collect() }
    }
}

pub(crate) fn tick_words(tick: f64) -> String {
    format!("{}×", tick_text(tick, Scale::of_count(tick)))
}
