//! Two results on one chart, and what more there are behind them: what differs first, then what both say.
//!
//! The first result's marks are filled and above, the second's outlined and below; colour and shape are the models'. Nothing
//! tells the two apart by colour alone.

mod change;
mod latency;
mod overlay;
mod points;
mod reruns;
mod table;

use analysis::between::differences::{Difference, Differences};
use analysis::between::words::{Sides, between_words};
use analysis::between::{Between, between};
use analysis::quantities::{self, within};
use analysis::verdict::Sentence;
use analysis::{Summarised, summarise_with};
use maud::{Markup, html};
use protocol::drawing::{Card, Drawing};
use protocol::{Catalog, Machine, Quantity, Run, View, Workload};

use self::latency::Curves;
use self::points::Points;
use crate::drawing::Form;
use crate::lines::Side;
use crate::picture::Table;
use crate::rows::Rows;
use crate::svg::Canvas;
use crate::{Heading, Medium, Theme, verdict};

/// These results: the second beside the first, and those behind them as re-runs. A result that has no name is called after its
/// place; one alone, or none, is nothing to compare.
#[must_use]
pub fn drawing(results: &[Run], names: &[String], view: &View) -> Drawing {
    let Some(both) = Both::of(results, names, view) else { return Drawing::default() };
    let cards = both.pictures().into_iter().map(|picture| both.card(&picture)).collect();
    Drawing {
        verdict: both.verdict().into_string(),
        mend: None,
        cards,
        figures: table::figures(&both).into_string(),
        tracing: String::new(),
    }
}

/// The card with this id, given out; `None` if there is no such card.
#[must_use]
pub fn export(results: &[Run], names: &[String], view: &View, id: &str, form: Form) -> Option<String> {
    let both = Both::of(results, names, view)?;
    let picture = both.pictures().into_iter().find(|picture| picture.id == id)?;
    Some(match form {
        Form::Csv => picture.table.csv(),
        Form::Svg(theme) => both.svg(&picture, theme),
    })
}

/// A picture of two results or more.
struct BothPicture<'b> {
    id: &'static str,
    heading: Heading,
    table: Table,
    content: Content<'b>,
    /// Whether another quantity can be chosen over it.
    has_choice: bool,
}

/// What is drawn.
enum Content<'b> {
    Rows(Rows<'b>),
    Curves(Curves<'b>),
    Points(Points<'b>),
}

impl Content<'_> {
    fn body(&self) -> Markup {
        match self {
            Self::Rows(rows) => rows.drawn(MEDIUM),
            Self::Curves(curves) => curves.body(),
            Self::Points(points) => points.body(),
        }
    }

    /// Under what is on the canvas; its note.
    fn on(&self, canvas: &mut Canvas) -> &str {
        match self {
            Self::Rows(rows) => {
                canvas.rows(rows);
                &rows.note
            }
            Self::Curves(curves) => {
                curves.on(canvas);
                curves.note()
            }
            Self::Points(points) => {
                points.on(canvas);
                points.note()
            }
        }
    }
}

/// Two results, looked at like this.
struct Both<'a> {
    results: Vec<&'a Run>,
    names: &'a [String],
    sides: Sides,
    between: Between,
    /// Of the first two.
    summarised: [Summarised; 2],
    /// The first result's, with the models of the second that it does not have.
    catalog: Catalog,
    view: View,
}

impl<'a> Both<'a> {
    fn of(results: &'a [Run], names: &'a [String], view: &View) -> Option<Self> {
        let [a, b, ..] = results else { return None };
        let mut catalog = a.submission.catalog.clone();
        for model in &b.submission.catalog.models {
            if catalog.model(&model.id).is_none() {
                catalog.models.push(model.clone());
            }
        }
        // A view of another result may ask for what these do not have.
        let has = |key: &String| {
            let of = |run: &Run| {
                let workload = run.submission.catalog.workload(&run.submission.experiment.workload)?;
                quantities::find(&run.submission.catalog, workload, key).map(|_| ())
            };
            of(a).or_else(|| of(b)).is_some()
        };
        let view = View { quantity: view.quantity.clone().filter(has), ..view.clone() };
        let results: Vec<&Run> = results.iter().collect();
        let between = between(&results, view.quantity.as_deref());
        let summarised = [a, b].map(|run| {
            let (experiment, of_run) = (&run.submission.experiment, &run.submission.catalog);
            let workload = of_run.workload(&experiment.workload).filter(|_| experiment.sweep.is_none());
            workload
                .map(|workload| summarise_with(workload, experiment, &run.trials, view.quantity.as_deref()))
                .unwrap_or_default()
        });
        Some(Self { results, names, sides: Sides::new(names), between, summarised, catalog, view })
    }

    fn workload(&self) -> Option<&Workload> {
        self.catalog.workload(&self.results[0].submission.experiment.workload)
    }

    fn quantity(&self) -> Option<&Quantity> {
        quantities::find(&self.catalog, self.workload()?, &self.between.key)
    }

    /// Inside a sentence: "requests per second".
    fn what(&self) -> String {
        self.quantity().zip(self.workload()).map(|(quantity, workload)| within(quantity, workload)).unwrap_or_default()
    }

    /// The models of either, in the first one's order.
    fn models(&self) -> Vec<&str> {
        let [a, b] = [0, 1].map(|side: usize| self.results[side].submission.experiment.models.iter().map(String::as_str));
        let mut models: Vec<&str> = a.collect();
        models.extend(b.filter(|model| !self.results[0].submission.experiment.models.iter().any(|other| other == model)));
        models
    }

    fn pictures(&self) -> Vec<BothPicture<'_>> {
        [overlay::picture(self), change::picture(self), reruns::picture(self), latency::picture(self), points::picture(self)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn card(&self, picture: &BothPicture<'_>) -> Card {
        let Heading { title, sub, help } = picture.heading.clone();
        Card {
            id: picture.id.to_owned(),
            quantity: picture.has_choice.then(|| self.between.key.clone()),
            body: picture.content.body().into_string(),
            table: picture.table.html(&title).into_string(),
            title,
            sub,
            help,
        }
    }

    fn svg(&self, picture: &BothPicture<'_>, theme: Theme) -> String {
        let mut canvas = Canvas::new(picture.id, theme, &picture.heading);
        let note = picture.content.on(&mut canvas);
        canvas.done_of(&self.origin(), note)
    }

    /// "Interleave · TCP echo · A: 2-core AMD EPYC · B: 2-core Intel Xeon"
    fn origin(&self) -> String {
        let mut parts = vec!["Interleave".to_owned()];
        parts.extend(self.workload().map(|workload| workload.name.clone()));
        for side in 0..2 {
            parts.push(format!("{}: {}", Side::BOTH[side].letter(), machine_words(&self.results[side].submission.machine)));
        }
        parts.join(" · ")
    }

    fn verdict(&self) -> Markup {
        let Sentence { headline, detail, tiers, .. } = between_words(&self.between, &self.results, &self.sides);
        let quiet = !headline.iter().any(|segment| matches!(segment, analysis::verdict::Segment::Strong(_)));
        html! {
            h1.verdict.quiet[quiet] data-testid="verdict" { (verdict::segments(&self.catalog, &headline)) }
            p.detail data-testid="verdict-detail" { (verdict::segments(&self.catalog, &detail)) }
            @if !tiers.is_empty() { (verdict::tiers(&self.catalog, &tiers)) }
            (differs(&self.between.differences))
        }
    }
}

/// "What differs: processor AMD EPYC → Intel Xeon; kernel 6.18 → 6.1; same: parameters, method, build, versions"
fn differs(Differences { found, same, unknown }: &Differences) -> Markup {
    let listed = |aspects: &[analysis::between::differences::Aspect]| {
        aspects.iter().map(|aspect| aspect.words()).collect::<Vec<_>>().join(", ")
    };
    html! {
        div.between-differs data-testid="differs" {
            @if found.is_empty() {
                span.muted { "Nothing that is known of both differs." }
            } @else {
                h2.muted { "What differs" }
                ul {
                    @for Difference { aspect, label, a, b } in found {
                        li data-aspect=(aspect.words()) {
                            (label) " " b { (a) " " span aria-hidden="true" { "→" } span.out { " in A, in B " } " " (b) }
                        }
                    }
                }
            }
            @if !same.is_empty() { span.muted { "same: " (listed(same)) } }
            @if !unknown.is_empty() { span.muted { "known of one alone: " (listed(unknown)) } }
        }
    }
}

/// "2-core AMD EPYC": without what every processor has in its name.
#[must_use]
pub fn machine_words(machine: &Machine) -> String {
    let is_name = |word: &&str| !["CPU", "Processor"].contains(word) && !word.ends_with("-Core");
    let cpu = machine.cpu.split(" @ ").next().unwrap_or_default().replace("(R)", "").replace("(TM)", "");
    format!("{}-core {}", machine.cores, cpu.split_whitespace().filter(is_name).collect::<Vec<_>>().join(" "))
}

/// In the page, where marks are a list box.
const MEDIUM: Medium = Medium::Page;
