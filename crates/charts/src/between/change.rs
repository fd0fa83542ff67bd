//! The second result over the first: a row for each model that both have, its ratio on a logarithmic axis.

use analysis::axis::Axis;
use analysis::numbers::{covered, ratio, significant};
use analysis::quantities::OPS_PER_S;
use analysis::verdict::{against_itself, doubt};
use protocol::catalog::Unit;
use protocol::report::{Because, Comparison, Verdict};
use protocol::{Quantity, Role};

use super::{Both, BothPicture, Content};
use crate::Heading;
use crate::forest::tick_words;
use crate::groups::named;
use crate::lines::Side;
use crate::mark::Kind;
use crate::picture::Table;
use crate::rows::{Hint, Part, Row, Rows};

const HELP: &str = "How much of the quantity each model has in B of what it has in A: the Hodges-Lehmann estimate over all pairs of \
                    trials, one of each result, and its interval (Mann and Whitney). The two were not run in turns, so whatever \
                    else changed is in it. No ratio inside the grey band is a verdict.";

pub(super) fn picture<'b>(both: &'b Both<'_>) -> Option<BothPicture<'b>> {
    let quantity = both.quantity()?;
    let changes = &both.between.changes;
    if changes.is_empty() {
        return None;
    }
    let coverage = covered(changes.iter().map(|change| change.coverage).fold(1.0, f64::min));
    let sub = format!("ratio of {}, bar {coverage} interval, not run in turns", both.what());
    let heading = Heading { title: "B against A".to_owned(), sub, help: HELP.to_owned() };
    Some(BothPicture {
        id: "between-change",
        heading,
        table: table(both, quantity),
        content: Content::Rows(rows(both, quantity)),
        has_choice: false,
    })
}

fn rows<'b>(both: &'b Both<'_>, quantity: &Quantity) -> Rows<'b> {
    let changes = &both.between.changes;
    let factor = both.between.controls.iter().flatten().map(|control| control.factor).reduce(f64::max);
    let ends = changes.iter().flat_map(|change| [change.low, change.high]);
    let ends: Vec<f64> = ends.chain(factor.into_iter().flat_map(|factor| [factor, 1.0 / factor])).collect();
    let Some(axis) = Axis::of_ratios(&ends) else { return Rows::default() };
    let row = |model: &'b str| {
        let name = named(&both.catalog, model, Role::Plain);
        let row = Row::new(both.catalog.model(model), Kind::Model, name);
        match changes.iter().find(|change| change.a == model) {
            Some(change) => {
                let (from, to) = (axis.place(change.low), axis.place(change.high));
                let words = format!("{}, B against A: {}", row.label, told(change, quantity));
                Row {
                    parts: vec![Part::Interval { from, to }, Part::Mark(axis.place(change.ratio))],
                    hints: vec![Hint { from, to, id: format!("between-{model}"), words }],
                    value: ratio(change.ratio),
                    remark: says(change, quantity),
                    ..row
                }
            }
            None => Row { remark: alone(both, model).to_owned(), ..row },
        }
    };
    Rows {
        rows: both.models().into_iter().map(row).collect(),
        ticks: axis.ticks.iter().map(|tick| (axis.place(*tick), tick_words(*tick))).collect(),
        floor: factor.map(|factor| (axis.place(1.0 / factor), axis.place(factor))),
        reference: Some(axis.place(1.0)),
        list_box: "Ratios; arrow keys go from one to the next",
        note: note(both),
        ..Rows::default()
    }
}

/// Why there is no ratio.
fn alone(both: &Both<'_>, model: &str) -> &'static str {
    match [0, 1].map(|side: usize| both.results[side].submission.experiment.models.iter().any(|other| other == model)) {
        [true, true] => "no result to compare",
        [true, false] => "only in A",
        _ => "only in B",
    }
}

/// "B faster", "cannot tell, too few repetitions"
pub(super) fn says(change: &Comparison, quantity: &Quantity) -> String {
    if change.verdict == Verdict::CannotTell {
        return match change.because.and_then(doubt) {
            Some(doubt) => format!("cannot tell, {doubt}"),
            None => "cannot tell".to_owned(),
        };
    }
    let [more, less] = match quantity.unit {
        _ if quantity.key == OPS_PER_S => ["faster", "slower"],
        Unit::Nanoseconds => ["longer", "shorter"],
        _ => ["more", "less"],
    };
    format!("B {}", if change.ratio > 1.0 { more } else { less })
}

/// "0.860× (0.790 – 0.930), B slower"; why it cannot be told, if it cannot.
fn told(change: &Comparison, quantity: &Quantity) -> String {
    let why = match change.because {
        Some(Because::Pairs) => ": not any more when corrected for all models",
        Some(Because::Control) => ": a model against itself shows as much",
        Some(Because::ThreeFigures) => ": not in three figures",
        _ => "",
    };
    let (of, low, high) = (ratio(change.ratio), significant(change.low), significant(change.high));
    format!("{of} ({low} – {high}), {}{why}", says(change, quantity))
}

fn note(both: &Both<'_>) -> String {
    let control = |(side, control): (usize, &Option<protocol::report::Control>)| {
        let control = control.as_ref()?;
        let name = named(&both.catalog, &control.model, Role::Plain);
        Some(format!("{name} {} in {}", against_itself(control), Side::BOTH[side].letter()))
    };
    let controls: Vec<String> = both.between.controls.iter().enumerate().filter_map(control).collect();
    if controls.is_empty() {
        return "Logarithmic axis".to_owned();
    }
    format!("Grey: as much as a model shows against itself, {}; logarithmic axis", controls.join(", "))
}

fn table(both: &Both<'_>, quantity: &Quantity) -> Table {
    let head = ["Model", "B against A", "interval", "verdict", "p, corrected"].map(str::to_owned).to_vec();
    let row = |change: &Comparison| {
        vec![
            named(&both.catalog, &change.a, Role::Plain),
            ratio(change.ratio),
            format!("{} – {} ({})", significant(change.low), significant(change.high), covered(change.coverage)),
            says(change, quantity),
            significant(change.p_adjusted),
        ]
    };
    Table { head, rows: both.between.changes.iter().map(row).collect() }
}
