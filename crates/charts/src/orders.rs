//! What each listing printed: its different orders, and how often each came. Every unit's lines are set in by a step of its own,
//! so that an order is seen as a pattern before a line of it is read.

use analysis::orders::{Printed, PrintedOrder, printed};
use maud::{Markup, html};
use protocol::{Role, Workload};

use crate::groups::named;
use crate::mark::{Kind, colours_of, drawn as mark};
use crate::picture::{Picture, Table};
use crate::svg::{Anchor, Canvas, SIDE, Tone, WIDTH};
use crate::{Heading, Subject, Theme};

pub(crate) const PICTURE: Picture = Picture { id: "orders", heading, body: |subject, _| drawn(subject), table, svg };

const HELP: &str = "Each run printed the same lines: the different orders in which they came, and how often each did.";

/// Orders of a model that are shown at once, side by side; the others when somebody asks for them.
const AT_ONCE: usize = 2;

/// Of a workload that compares figures there is no such picture.
fn heading(subject: &Subject<'_>) -> Option<Heading> {
    is_told(subject).then(|| Heading {
        title: "Orders".to_owned(),
        sub: "what was printed, as it came; the most frequent order first".to_owned(),
        help: HELP.to_owned(),
    })
}

/// For each model its different orders, the most frequent first. Nothing of a workload that compares figures.
#[must_use]
pub fn orders(subject: &Subject<'_>) -> String {
    drawn(subject).into_string()
}

fn drawn(subject: &Subject<'_>) -> Markup {
    if !is_told(subject) {
        return html! {};
    }
    html! {
        div.orders {
            @for printed in printed(subject.experiment, subject.trials) { (of_model(subject, &printed)) }
        }
    }
}

/// A row for each order.
fn table(subject: &Subject<'_>) -> Table {
    if !is_told(subject) {
        return Table::default();
    }
    let head = ["Model", "Times", "Runs", "Order"].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for printed in printed(subject.experiment, subject.trials) {
        for order in &printed.orders {
            let name = named(subject.catalog, printed.model, Role::Plain);
            rows.push(vec![name, order.times.to_string(), printed.runs.to_string(), order.lines.join("; ")]);
        }
    }
    Table { head, rows }
}

fn is_told(subject: &Subject<'_>) -> bool {
    !subject.workload().is_none_or(Workload::compares)
}

fn of_model(subject: &Subject<'_>, printed: &Printed<'_>) -> Markup {
    let model = subject.catalog.model(printed.model);
    let (shown, more) = printed.orders.split_at(printed.orders.len().min(AT_ONCE));
    html! {
        section.m style=(colours_of(subject.catalog, printed.model)) {
            h3.who {
                (mark(model, Kind::Model))
                (named(subject.catalog, printed.model, Role::Plain))
                span.muted.small { (told(subject, printed)) }
            }
            @if !shown.is_empty() { (columns(shown)) }
            @if !more.is_empty() {
                details { summary { (more.len()) " more" } (columns(more)) }
            }
        }
    }
}

/// "3 different orders in 20 runs"
fn told(subject: &Subject<'_>, printed: &Printed<'_>) -> String {
    match (printed.runs, subject.over) {
        (0, true) => "no run came to its end".to_owned(),
        (0, false) => "nothing yet".to_owned(),
        _ => format!("{} in {}", printed.different(), printed.in_runs()),
    }
}

fn columns(orders: &[PrintedOrder<'_>]) -> Markup {
    html! {
        div.order-columns {
            @for order in orders {
                figure {
                    figcaption.muted.small { (times(order)) }
                    ol { @for (step, line) in set_in(order) { li style={ "--u:" (step) } { (line) } } }
                }
            }
        }
    }
}

fn times(order: &PrintedOrder<'_>) -> String {
    if order.times == 1 { "once".to_owned() } else { format!("{} times", order.times) }
}

/// Each line, and by how many steps it is set in: by name and not by who printed first, so that a unit is in the same place in
/// every order.
fn set_in<'a>(order: &PrintedOrder<'a>) -> Vec<(usize, &'a str)> {
    let mut units: Vec<&str> = Vec::new();
    for line in order.lines {
        if !units.contains(&unit(line)) {
            units.push(unit(line));
        }
    }
    let step = |line: &str| units.iter().filter(|other| **other < unit(line)).count();
    order.lines.iter().map(|line| (step(line), line.as_str())).collect()
}

/// Whose line it is: "unit 1" of "unit 1: line 3".
fn unit(line: &str) -> &str {
    line.split(':').next().unwrap_or_default()
}

/// Orders beside each other in a picture that stands alone, which shows all of them.
const ACROSS: usize = 4;
const LINE_PX: f64 = 17.0;

fn svg(subject: &Subject<'_>, theme: Theme) -> Option<String> {
    let mut canvas = Canvas::new(PICTURE.id, theme, &heading(subject)?);
    for printed in printed(subject.experiment, subject.trials) {
        let model = subject.catalog.model(printed.model);
        let name = named(subject.catalog, printed.model, Role::Plain);
        let middle = canvas.room(LINE_PX) + LINE_PX / 2.0;
        canvas.mark((SIDE + 6.0, middle), model, Kind::Model);
        canvas.words((SIDE + 20.0, middle), Anchor::Start, 13.0, Tone::Ink, &format!("{name}: {}", told(subject, &printed)));
        for row in printed.orders.chunks(ACROSS) {
            let longest = row.iter().map(|order| order.lines.len()).max().unwrap_or_default();
            let top = canvas.room((longest + 1) as f64 * LINE_PX + 8.0);
            for (column, order) in row.iter().enumerate() {
                let left = SIDE + column as f64 * (WIDTH - 2.0 * SIDE) / ACROSS as f64;
                canvas.words((left, top + LINE_PX / 2.0), Anchor::Start, 12.0, Tone::Muted, &times(order));
                for (index, (step, line)) in set_in(order).into_iter().enumerate() {
                    let (x, y) = (left + step as f64 * 12.0, top + (index + 1) as f64 * LINE_PX);
                    canvas.segment((x, y), (3.0, LINE_PX), model, 0, false);
                    canvas.words((x + 9.0, y + LINE_PX / 2.0), Anchor::Start, 12.0, Tone::Ink, line);
                }
            }
        }
        canvas.room(10.0);
    }
    Some(canvas.done(subject, HELP))
}
