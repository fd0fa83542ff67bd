//! Whether units got on alike: when each had ended, or how much each did where all had the same time.

use analysis::axis::{Axis, Begins, tick_text};
use analysis::course::middle;
use analysis::numbers::{Scale, bare, capital, shown};
use analysis::quantities::OPS_PER_S;
use protocol::catalog::Unit;
use protocol::parameter::grouped;
use protocol::report::Summary;
use protocol::{Model, Trial, Workload};

use crate::groups::{Group, plain};
use crate::mark::Kind;
use crate::picture::{Picture, Table};
use crate::rows::{Hint, Part, Point, Row, Rows};
use crate::{Heading, Subject, svg};

const HELP: &str = "Of each model the trial with the rate in the middle. Units that share the cores evenly end together, or do equally \
                    much in the same time.";

pub(crate) const PICTURE: Picture = Picture {
    id: "fairness",
    heading,
    body: |subject, medium| Fairness::of(subject).map(|fairness| fairness.rows().drawn(medium)).unwrap_or_default(),
    table: |subject| Fairness::of(subject).map(|fairness| fairness.table()).unwrap_or_default(),
    svg: |subject, theme| svg::rows("fairness", subject, heading(subject), &Fairness::of(subject)?.rows(), theme),
};

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    let fairness = Fairness::of(subject)?;
    let Workload { unit, operation, .. } = fairness.workload;
    let sub = match fairness.of {
        Of::Ends => format!("when {} had ended, first – last", unit.many),
        Of::Operations => format!("{} per {}, fewest – most", operation.many, unit.one),
    };
    Some(Heading { title: "Fairness".to_owned(), sub, help: HELP.to_owned() })
}

/// What tells units apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// When they ended, in nanoseconds from the opening of the gate.
    Ends,
    /// How much they did: that of the one with the fewest, and of the one with the most.
    Operations,
}

struct Fairness<'a> {
    subject: &'a Subject<'a>,
    workload: &'a Workload,
    of: Of,
    strips: Vec<Strip<'a>>,
    axis: Axis,
}

/// One model's.
struct Strip<'a> {
    model: Option<&'a Model>,
    name: &'a str,
    repetition: u64,
    /// Ascending, two at least.
    marks: Vec<f64>,
}

/// The shares of units of which is said when they had ended: in a sentence, and over a column.
const SAID: [(f64, &str, &str); 5] = [
    (0.0, "the first had ended", "first"),
    (0.25, "a quarter had ended", "25 %"),
    (0.5, "half had ended", "50 %"),
    (0.75, "three quarters had ended", "75 %"),
    (1.0, "the last had ended", "last"),
];

const ENDS: [&str; 2] = ["fewest", "most"];

impl<'a> Fairness<'a> {
    /// `None` if nothing tells units apart.
    fn of(subject: &'a Subject<'a>) -> Option<Self> {
        let operations = strips(subject, Of::Operations);
        let of = if operations.iter().any(|strip| strip.first() < strip.last()) { Of::Operations } else { Of::Ends };
        let strips = if of == Of::Operations { operations } else { strips(subject, of) };
        let marks: Vec<f64> = strips.iter().flat_map(|strip| strip.marks.iter().copied()).collect();
        let axis = match of {
            Of::Ends => Axis::of_lengths(&marks, 4)?,
            Of::Operations => Axis::of_marks(&marks, 4)?,
        };
        Some(Self { subject, workload: subject.workload()?, of, strips, axis })
    }

    fn unit(&self) -> Unit {
        if self.of == Of::Ends { Unit::Nanoseconds } else { Unit::Count }
    }

    fn shown(&self, value: f64) -> String {
        shown(self.unit(), value)
    }

    fn rows(&self) -> Rows<'a> {
        Rows {
            rows: self.strips.iter().enumerate().map(|(index, strip)| self.row(index, strip)).collect(),
            ticks: self.axis.ticks.iter().map(|tick| (self.axis.place(*tick), self.tick(*tick))).collect(),
            list_box: "Units by model; arrow keys go from one to the next",
            note: self.note(),
            ..Rows::default()
        }
    }

    fn row(&self, index: usize, strip: &Strip<'a>) -> Row<'a> {
        let mut row = Row::new(strip.model, Kind::Model, strip.name.to_owned());
        row.value = format!("{} – {}", bare(self.unit(), strip.first(), strip.last()), self.shown(strip.last()));
        let who = format!("{}, repetition {}: ", strip.name, strip.repetition + 1);
        let id = |place: usize| format!("fairness-{index}-{place}");
        let place = |value: f64| self.axis.place(value);
        match self.of {
            Of::Ends => {
                row.parts.push(Part::Lines(strip.marks.iter().map(|mark| place(*mark)).collect()));
                for (which, (share, said, _)) in SAID.iter().enumerate() {
                    let (value, id) = (strip.at(*share), id(which));
                    let words = format!("{who}{said} after {}", self.shown(value));
                    row.hints.push(Hint { from: place(value), to: place(value), id, words });
                }
            }
            Of::Operations => {
                row.parts.push(Part::Interval { from: place(strip.first()), to: place(strip.last()) });
                for (which, (end, value)) in ENDS.iter().zip([strip.first(), strip.last()]).enumerate() {
                    let operations = self.workload.operation.of(value as u64);
                    let words = format!("{who}{} {operations} by one {}, the {end}", self.shown(value), self.workload.unit.one);
                    row.points.push(Point { place: place(value), shift: 0, id: id(which), trial: None, words, disturbed: false });
                }
            }
        }
        row
    }

    fn tick(&self, tick: f64) -> String {
        let greatest = self.axis.ticks.last().copied().unwrap_or(tick);
        let of_scale = if self.axis.begins() == Begins::Log { tick } else { greatest };
        tick_text(tick, Scale::of_unit(self.unit(), of_scale))
    }

    fn note(&self) -> String {
        let mut parts = vec!["of each model the trial with the rate in the middle".to_owned()];
        let (units, many) = (self.subject.experiment.units(), &self.workload.unit.many);
        let seen = self.strips.iter().map(|strip| strip.marks.len()).max().unwrap_or(0) as u64;
        match self.of {
            Of::Ends if seen < units => parts.push(format!("a line for {seen} of {} {many}", grouped(units))),
            Of::Ends => parts.push(format!("a line for each {}", self.workload.unit.one)),
            Of::Operations => {}
        }
        match self.axis.begins() {
            Begins::AtZero => {}
            Begins::AtData => parts.push(format!("the axis starts at {}, not at 0", self.tick(self.axis.low()))),
            Begins::Log => parts.push("logarithmic axis".to_owned()),
        }
        capital(&parts.join("; "))
    }

    fn table(&self) -> Table {
        let mut head = vec!["Model".to_owned(), "repetition".to_owned()];
        match self.of {
            Of::Ends => head.extend(SAID.iter().map(|(_, _, name)| (*name).to_owned())),
            Of::Operations => head.extend(ENDS.map(str::to_owned)),
        }
        let row = |strip: &Strip<'_>| {
            let mut cells = vec![strip.name.to_owned(), (strip.repetition + 1).to_string()];
            match self.of {
                Of::Ends => cells.extend(SAID.iter().map(|(share, ..)| self.shown(strip.at(*share)))),
                Of::Operations => cells.extend([strip.first(), strip.last()].map(|mark| self.shown(mark))),
            }
            cells
        };
        Table { head, rows: self.strips.iter().map(row).collect() }
    }
}

impl Strip<'_> {
    fn first(&self) -> f64 {
        self.at(0.0)
    }

    fn last(&self) -> f64 {
        self.at(1.0)
    }

    /// When this share of the units had ended.
    fn at(&self, share: f64) -> f64 {
        self.marks[((self.marks.len() - 1) as f64 * share).round() as usize]
    }
}

/// Of the models that have two units or more to tell apart.
fn strips<'a>(subject: &Subject<'a>, of: Of) -> Vec<Strip<'a>> {
    let marks = |trial: &Trial| -> Vec<f64> {
        match of {
            Of::Ends => trial.finishes_ns.iter().map(|ns| *ns as f64).collect(),
            Of::Operations => {
                let ends = ["unit_operations.min", "unit_operations.max"].map(|key| trial.figure(key));
                ends.into_iter().flatten().collect()
            }
        }
    };
    let strip = |summary: &'a Summary| {
        let group = Group::of(summary);
        let good = group.trials(subject.trials).filter(|trial| trial.is_ok() && marks(trial).len() > 1);
        let (trial, model) = (middle(good, OPS_PER_S)?, subject.catalog.model(&summary.model));
        let name = model.map_or(summary.model.as_str(), |model| &model.name);
        Some(Strip { model, name, repetition: trial.planned.repetition, marks: marks(trial) })
    };
    plain(subject).filter_map(strip).collect()
}
