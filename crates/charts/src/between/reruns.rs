//! Every result of the experiment by one pair of models: on how many machines the order held.

use analysis::axis::Axis;
use analysis::between::order::Held;
use analysis::between::reruns::{Rerun, Reruns};
use analysis::numbers::{capital, covered, ratio, significant};
use analysis::verdict::doubt;
use protocol::Role;
use protocol::report::Comparison;

use super::{Both, BothPicture, Content, machine_words};
use crate::Heading;
use crate::forest::tick_words;
use crate::groups::named;
use crate::lines::Side;
use crate::mark::Kind;
use crate::picture::Table;
use crate::rows::{Hint, Part, Row, Rows};
use crate::words::counted;

const HELP: &str = "The two models in each result, compared within its repetitions: the Hodges-Lehmann estimate and its interval. The \
                    order held where a result tells every pair apart that A tells apart, in the same way.";

pub(super) fn picture<'b>(both: &'b Both<'_>) -> Option<BothPicture<'b>> {
    let reruns = both.between.reruns.as_ref()?;
    let title = capital(&counted(reruns.machines, "machine"));
    let [ahead, behind] = [&reruns.ahead, &reruns.behind].map(|model| named(&both.catalog, model, Role::Plain));
    let behind = both.catalog.model(&reruns.behind).map_or(behind, |model| model.within.clone());
    let sub = format!("{ahead} against {behind}, ratio of {}", both.what());
    Some(BothPicture {
        id: "between-reruns",
        heading: Heading { title, sub, help: HELP.to_owned() },
        table: table(both, reruns),
        content: Content::Rows(rows(both, reruns)),
        has_choice: false,
    })
}

fn rows<'b>(both: &'b Both<'_>, reruns: &Reruns) -> Rows<'b> {
    let ends: Vec<f64> = reruns.results.iter().filter_map(|one| one.by.as_ref()).flat_map(|by| [by.low, by.high]).collect();
    let Some(axis) = Axis::of_ratios(&ends) else { return Rows::default() };
    let model = both.catalog.model(&reruns.ahead);
    let row = |one: &Rerun| {
        let label = label(both, one);
        let mut row = Row::new(model, if one.result == 1 { Kind::Second } else { Kind::Model }, label);
        row.remark = says(both, one);
        if let Some(by) = &one.by {
            let (from, to) = (axis.place(by.low), axis.place(by.high));
            row.value = ratio(by.ratio);
            row.parts = vec![Part::Interval { from, to }, Part::Mark(axis.place(by.ratio))];
            let words = format!("{}: {} ({}), {}", row.label, row.value, range(by), row.remark);
            row.hints = vec![Hint { from, to, id: format!("between-result-{}", one.result), words }];
        }
        row
    };
    Rows {
        rows: reruns.results.iter().map(row).collect(),
        ticks: axis.ticks.iter().map(|tick| (axis.place(*tick), tick_words(*tick))).collect(),
        reference: Some(axis.place(1.0)),
        list_box: "Results; arrow keys go from one to the next",
        note: note(both, reruns),
        ..Rows::default()
    }
}

/// "2-core AMD EPYC (A)", "8-core AMD Ryzen 5, at work"
fn label(both: &Both<'_>, one: &Rerun) -> String {
    let machine = machine_words(&both.results[one.result].submission.machine);
    match one.result {
        0 | 1 => format!("{machine} ({})", Side::BOTH[one.result].letter()),
        other => match both.names.get(other).filter(|name| !name.is_empty()) {
            Some(name) => format!("{machine}, {name}"),
            None => machine,
        },
    }
}

fn says(both: &Both<'_>, one: &Rerun) -> String {
    let held = match one.held {
        Held::Held => "held",
        Held::Changed => "changed",
        Held::NoOrder => "no order",
        Held::InPart | Held::CannotTell => "cannot tell",
    };
    let why = one.by.as_ref().and_then(|by| by.because).and_then(doubt).filter(|_| one.held != Held::Held);
    let why = why.map(|why| format!(", {why}")).unwrap_or_default();
    let again = if one.machine == one.result { String::new() } else { format!(", the machine of {}", place(both, one.machine)) };
    format!("{held}{why}{again}")
}

/// "A", "the 3rd"
fn place(both: &Both<'_>, result: usize) -> String {
    match result {
        0 | 1 => Side::BOTH[result].letter().to_string(),
        other => format!(
            "row {}",
            both.between.reruns.iter().flat_map(|all| &all.results).take_while(|one| one.result < other).count() + 1
        ),
    }
}

fn range(by: &Comparison) -> String {
    format!("{} – {}", significant(by.low), significant(by.high))
}

fn note(both: &Both<'_>, reruns: &Reruns) -> String {
    let mut parts = vec!["Logarithmic axis; A filled, B outlined".to_owned()];
    if reruns.machines < reruns.results.len() {
        parts.push("results that agree in processor, cores and memory are of one machine".to_owned());
    }
    if reruns.others > 0 {
        parts.push(format!("{} of another experiment left out", counted(reruns.others, "result")));
    }
    if both.between.order.held == Held::NoOrder {
        parts.push("A tells no order".to_owned());
    }
    parts.join("; ")
}

fn table(both: &Both<'_>, reruns: &Reruns) -> Table {
    let head = ["Machine", "ratio", "interval", "order", "build"].map(str::to_owned).to_vec();
    let row = |one: &Rerun| {
        let build = &both.results[one.result].submission.build;
        vec![
            label(both, one),
            one.by.as_ref().map(|by| ratio(by.ratio)).unwrap_or_default(),
            one.by.as_ref().map(|by| format!("{} ({})", range(by), covered(by.coverage))).unwrap_or_default(),
            says(both, one),
            if build.commit.is_empty() { build.version.clone() } else { build.commit.clone() },
        ]
    };
    Table { head, rows: reruns.results.iter().map(row).collect() }
}
