//! Pictures of a result, as text: a [`Subject`] in, HTML and SVG out.
//!
//! Pure functions, compiled natively and to WebAssembly. Nothing here reads, writes, listens or asks a browser for
//! anything, and the same subject gives the same text. There are three hosts: the page puts the text into elements that
//! it owns and listens there; the server sends it and writes it into files; the command line puts everything into one
//! file ([`document()`]).
//!
//! Positions are shares of a box's width and height in plain HTML, not an SVG with a view box: so the text keeps its size
//! at every width, and nothing has to be measured before it can be drawn. The classes are those of the page's styles
//! (`frontend/styles`).
//!
//! What the page is to react to has a data attribute and no handler: `data-trial="ORDER"` is a mark or a button that
//! means that trial, `data-base="MODEL"` a button that makes that model the base of ratios, `data-sort="KEY"` one that orders the
//! figures by that quantity (without a key, as the form has them). Those of the history are said in [`mod@history`], those of the
//! composer in [`compose`].
//!
//! Everything that comes from outside (names, errors, source text) goes through maud, which escapes; colours are checked
//! ([`mark::colours`]). Every number in a style has at most two decimals.

pub mod between;
pub mod code;
pub mod compose;
pub mod conditions;
pub mod cpu;
pub mod details;
pub mod document;
pub mod drawing;
pub mod fairness;
pub mod figures;
mod forest;
mod groups;
mod heat;
pub mod history;
pub mod lanes;
pub mod latency;
mod lines;
mod list;
pub mod mark;
pub mod markdown;
pub mod memory;
pub mod orders;
pub mod over_time;
pub mod picture;
pub mod preview;
mod rows;
mod stacks;
mod svg;
pub mod sweep;
pub mod swept;
pub mod trials;
pub mod verdict;
pub mod words;

pub use code::code;
pub use compose::Composer;
pub use details::trial_details;
pub use document::{Document, document};
pub use drawing::drawing;
pub use figures::figures;
pub use groups::named;
pub use history::{HistoryRow, history};
pub use latency::latency;
pub use mark::{Kind, mark};
pub use markdown::markdown;
pub use orders::orders;
pub use picture::{PICTURES, Picture, Table};
pub use preview::preview;
pub use svg::Theme;
pub use sweep::sweep;
pub use swept::Swept;
pub use trials::trials;
pub use verdict::verdict;

use analysis::verdict::{Sentence, sentence};
use analysis::{Summarised, quantities};
use protocol::view::LatencyForm;
use protocol::{Catalog, Experiment, Machine, Quantity, Run, Trial, View, Workload};

/// What is drawn: an experiment and its outcome so far, from nothing to all.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The words for it: the workload's, the quantities', and the models' names and marks. Only those that take part are
    /// asked for.
    pub catalog: &'a Catalog,
    /// What is run.
    pub experiment: &'a Experiment,
    /// The trials that have ended, in the order in which they were run.
    pub trials: &'a [Trial],
    /// What they amount to: [`analysis::report::summarised`].
    pub summarised: &'a Summarised,
    /// Whether no more trials will come.
    pub over: bool,
    /// How it is looked at.
    pub view: &'a View,
    /// Where it was measured, for pictures that leave the page; `None` before it was.
    pub machine: Option<&'a Machine>,
}

/// How a result is looked at if nobody has said anything.
pub static AS_IT_IS: View =
    View { quantity: None, base: None, pinned: Vec::new(), latency: LatencyForm::Percentiles, sort: None, lanes: None };

impl<'a> Subject<'a> {
    /// A run, as far as it got. `summarised` is what [`analysis::report::summarised`] makes of it: a host computes it once
    /// for all pictures.
    #[must_use]
    pub fn of_run(run: &'a Run, summarised: &'a Summarised) -> Self {
        let (catalog, experiment) = (&run.submission.catalog, &run.submission.experiment);
        let (trials, machine) = (run.trials.as_slice(), Some(&run.submission.machine));
        Self { catalog, experiment, trials, summarised, over: run.state.is_over(), view: &AS_IT_IS, machine }
    }

    /// The same, looked at like this. The comparisons of its quantity have to be in `summarised`
    /// ([`analysis::report::summarised_with`]).
    #[must_use]
    pub fn viewed(self, view: &'a View) -> Self {
        Self { view, ..self }
    }

    /// The key of the quantity that chart and sentence are about.
    #[must_use]
    pub fn key(&self) -> &'a str {
        let headline = self.workload().map(|workload| workload.headline.metric.as_str());
        self.view.quantity.as_deref().or(headline).unwrap_or_default()
    }

    /// What came out, as a sentence; `cores` is the machine's.
    #[must_use]
    pub fn sentence(&self, cores: u64) -> Sentence {
        let Self { catalog, experiment, trials, summarised, over, view, .. } = *self;
        sentence(catalog, experiment, trials, summarised, cores, over, view.quantity.as_deref())
    }

    /// The workload; `None` if the catalogue does not have it. There is nothing to draw then, and every picture is an
    /// empty text.
    #[must_use]
    pub fn workload(&self) -> Option<&'a Workload> {
        self.catalog.workload(&self.experiment.workload)
    }

    /// The quantity that chart and sentence are about; `None` if the catalogue does not have it, and then there is no picture
    /// of it.
    #[must_use]
    pub fn headline(&self) -> Option<&'a Quantity> {
        let workload = self.workload()?;
        quantities::find(self.catalog, workload, self.key())
    }
}

/// Where a picture stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// In the page, which listens: marks are the options of a list box, and there are buttons.
    Page,
    /// In a file, where nothing listens: marks are items of a list, each with its words on hovering, and there are no
    /// buttons.
    Paper,
}

/// What stands over a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// "Requests per second"
    pub title: String,
    /// How to read it, in a few words.
    pub sub: String,
    /// What it shows, in a sentence, to be read on hovering.
    pub help: String,
}
