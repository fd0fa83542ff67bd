//! A whole result as the page shows it.

use analysis::numbers::ratio;
use analysis::report::summarised_with;
use protocol::drawing::{Card, Drawing};
use protocol::report::TracingCost;
use protocol::{Run, View};

use crate::picture::{PICTURES, Picture, Table};
use crate::swept::Swept;
use crate::{Medium, Subject, Theme, figures, sweep, trials, verdict};

/// A run, as far as it got, looked at like this.
#[must_use]
pub fn drawing(run: &Run, view: &View) -> Drawing {
    let view = &of_this(run, view);
    let summarised = summarised_with(run, view.quantity.as_deref());
    let subject = Subject::of_run(run, &summarised).viewed(view);
    if subject.experiment.sweep.is_some() {
        return swept(&subject);
    }
    let sentence = subject.sentence(run.submission.machine.cores);
    let pinned = || view.pinned.iter().filter(|key| *key != subject.key());
    let mut cards = Vec::new();
    for picture in PICTURES {
        cards.extend(card(&subject, picture, picture.id));
        if picture.id == trials::PICTURE.id {
            for key in pinned() {
                let view = View { quantity: Some(key.clone()), ..view.clone() };
                cards.extend(card(&subject.viewed(&view), picture, &format!("{PINNED}{key}")));
            }
        }
    }
    Drawing {
        verdict: verdict::verdict(subject.catalog, &sentence),
        mend: sentence.mend,
        cards,
        figures: figures::figures(&subject, Medium::Page),
        tracing: tracing(&analysis::tracing::tracing_costs(subject.experiment, subject.trials)),
    }
}

/// A sweep, as soon as there is something in it.
fn swept(subject: &Subject<'_>) -> Drawing {
    let early = subject.summarised.points.iter().all(|point| point.summary.iter().all(|summary| summary.trials == 0));
    let (Some(parts), Some(swept), false) = (sweep::parts(subject), Swept::of(subject), early) else { return Drawing::default() };
    let sweep::SweepParts { outcome, heading, chart, table } = parts;
    let (head, rows) = swept.rows();
    let card = Card {
        id: CURVES.to_owned(),
        quantity: Some(subject.key().to_owned()),
        body: chart,
        table: Table { head, rows }.html(&heading.title).into_string(),
        title: heading.title,
        sub: heading.sub,
        help: heading.help,
    };
    Drawing { verdict: outcome, mend: None, cards: vec![card], figures: table, tracing: String::new() }
}

/// "tracing cost 1.03× (1.01 – 1.06)"; of several models from the least to the most.
fn tracing(costs: &[TracingCost]) -> String {
    let bare = |factor: f64| ratio(factor).trim_end_matches('×').to_owned();
    let medians = || costs.iter().map(|cost| cost.cost.median);
    let cost = match costs {
        [] => return String::new(),
        [one] if one.cost.coverage > 0.0 => {
            format!("{} ({} – {})", ratio(one.cost.median), bare(one.cost.low), bare(one.cost.high))
        }
        _ => {
            let (least, most) = (medians().fold(f64::INFINITY, f64::min), medians().fold(0.0, f64::max));
            if least < most { format!("{} to {}", ratio(least), ratio(most)) } else { ratio(most) }
        }
    };
    let unreal =
        if costs.iter().all(|cost| cost.are_times_real) { "" } else { ": above 1.25× the order is real, the times are not" };
    format!("tracing cost {cost}{unreal}")
}

/// The id of a sweep's picture.
const CURVES: &str = "curves";

/// What the id of a pinned quantity's card begins with.
const PINNED: &str = "pinned-";

/// As what a picture is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Its figures, as comma-separated values.
    Csv,
    /// An SVG of its own, in the colours of this ground.
    Svg(Theme),
}

/// The card with this id, given out; `None` if there is no such card.
#[must_use]
pub fn export(run: &Run, view: &View, id: &str, form: Form) -> Option<String> {
    let mut view = of_this(run, view);
    let id = match id.strip_prefix(PINNED) {
        Some(key) => {
            view.quantity = Some(key.to_owned());
            trials::PICTURE.id
        }
        None => id,
    };
    let summarised = summarised_with(run, view.quantity.as_deref());
    let subject = Subject::of_run(run, &summarised).viewed(&view);
    if id == CURVES {
        let (head, rows) = Swept::of(&subject)?.rows();
        return match form {
            Form::Csv => Some(Table { head, rows }.csv()),
            Form::Svg(theme) => sweep::svg(&subject, theme),
        };
    }
    let picture = PICTURES.iter().find(|picture| picture.id == id)?;
    match form {
        Form::Csv => (picture.heading)(&subject).map(|_| (picture.table)(&subject).csv()),
        Form::Svg(theme) => (picture.svg)(&subject, theme),
    }
}

/// A view of another result may ask for what this one does not have.
pub(crate) fn of_this(run: &Run, view: &View) -> View {
    let none = analysis::Summarised::default();
    let has = |key: &Option<String>| {
        let view = View { quantity: key.clone(), ..View::default() };
        Subject::of_run(run, &none).viewed(&view).headline().is_some()
    };
    let models = &run.submission.experiment.models;
    View {
        quantity: view.quantity.clone().filter(|key| has(&Some(key.clone()))),
        base: view.base.clone().filter(|base| models.contains(base)),
        pinned: view.pinned.iter().filter(|key| has(&Some((*key).clone()))).cloned().collect(),
        ..view.clone()
    }
}

fn card(subject: &Subject<'_>, picture: &Picture, id: &str) -> Option<Card> {
    let heading = (picture.heading)(subject)?;
    Some(Card {
        id: id.to_owned(),
        quantity: (picture.id == trials::PICTURE.id).then(|| subject.key().to_owned()),
        body: (picture.body)(subject, Medium::Page).into_string(),
        table: (picture.table)(subject).html(&heading.title).into_string(),
        title: heading.title,
        sub: heading.sub,
        help: heading.help,
    })
}
