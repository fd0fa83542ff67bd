//! When what has changed is drawn. The page shares the cores with what is measured: while a run goes on, what is cheap is drawn
//! at once and what is dear seldom, and while nobody looks, nothing.
//!
//! ```text
//! what                  at most every   it is
//! page                  –               what a person did, what the server said, a run that begins or ends: everything, as it is
//! cells                 0.2 s           a trial that began or ended: its cell of the strip
//! words                 1 s             the same in words, and the time: once a second at least
//! charts                1 s             trials that ended, in the charts
//! statistics            1 s             medians, intervals, the sentence, the table; drawn with the charts. And never more than a
//!                                       fortieth of the time: a run may have thousands of trials, and a browser may be slow
//! ```
//!
//! The first change after a pause is drawn at once. What is held back is made up for by one timer ([`Effect::Wake`]), and there is
//! none where nothing is held back and no run goes on.

use super::Effect;
use super::effect::Reaction;

/// Of a run that ends more trials a second nobody sees them one by one.
const CELLS_MS: f64 = 200.0;
const WORDS_MS: f64 = 1000.0;
const CHARTS_MS: f64 = 1000.0;
const STATISTICS_MS: f64 = 1000.0;
/// The words about time tell seconds.
const SECOND_MS: f64 = 1000.0;
/// The statistics rest so many times as long as they took.
const REST: f64 = 39.0;

/// How often each part of the page was due to be drawn: one whose number is the same is not drawn. See the module's table; what
/// is drawn with the page is drawn with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Everything.
    pub page: u32,
    /// The strip.
    pub cells: u32,
    /// Where the run stands.
    pub words: u32,
    /// Verdict, charts and table.
    pub charts: u32,
    /// The document's title: it is seen where the page is not.
    pub title: u32,
}

/// What has changed since it was drawn, and when that was.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Whether nobody looks.
    hidden: bool,
    pub(super) drawn: Drawn,
    page: bool,
    cells: Layer,
    words: Layer,
    charts: Layer,
    statistics: Layer,
    /// How long the statistics took, milliseconds.
    took: f64,
    /// When the timer that was asked for last will have passed.
    wakes_at: Option<f64>,
}

/// Something that is drawn, or computed, only so often.
#[derive(Debug, Default)]
struct Layer {
    due: bool,
    /// When it was last, by the state's clock.
    last: Option<f64>,
}

impl Layer {
    /// Whether it is due and has rested for so long. A clock that was set back does not hold it.
    fn is_ripe(&self, every: f64, now: f64) -> bool {
        self.due && self.last.is_none_or(|last| !(0.0..every).contains(&(now - last)))
    }

    fn done(&mut self, now: f64) {
        *self = Self { due: false, last: Some(now) };
    }

    /// When it will have rested for so long.
    fn rested(&self, every: f64) -> Option<f64> {
        self.last.map(|last| last + every)
    }
}

impl Pace {
    /// How long the statistics took that were asked for last, milliseconds.
    pub(super) fn statistics_took(&mut self, ms: f64) {
        self.took = ms;
    }

    fn statistics_every(&self) -> f64 {
        STATISTICS_MS.max(REST * self.took)
    }

    /// A timer has passed.
    pub(super) fn wake(&mut self, now: f64, goes_on: bool) {
        self.wakes_at = None;
        self.words.due |= goes_on && self.words.rested(SECOND_MS).is_none_or(|at| at <= now);
    }

    /// Something has changed that is drawn at once, and everything with it.
    pub(super) fn change_page(&mut self) {
        self.page = true;
    }

    /// The run on show has come further; whether by more than that a trial has begun.
    pub(super) fn change_run(&mut self, by_more: bool) {
        (self.cells.due, self.words.due) = (true, true);
        self.charts.due |= by_more;
        self.statistics.due |= by_more;
    }

    /// The run on show is over: its statistics have been computed for the last time.
    pub(super) fn end_run(&mut self) {
        self.statistics.due = false;
    }

    /// The title is another one, whether somebody looks or not.
    pub(super) fn change_title(&mut self) {
        self.drawn.title += 1;
    }

    /// Whether somebody looks; who comes back sees everything as it is now.
    pub(super) fn show(&mut self, shown: bool) {
        self.hidden = !shown;
        if shown {
            self.page = true;
            self.statistics.last = None;
        }
    }

    /// Draws what is due and has rested, and asks for a timer for what has not. Whether the statistics must be computed before.
    pub(super) fn draw(&mut self, now: f64, goes_on: bool, reaction: &mut Reaction) -> bool {
        if self.hidden {
            return false;
        }
        let page = std::mem::take(&mut self.page);
        let cells = page || self.cells.is_ripe(CELLS_MS, now);
        // Statistics are seen in the charts, and computed for nothing in between.
        self.charts.due |= self.statistics.is_ripe(self.statistics_every(), now);
        let charts = page || self.charts.is_ripe(CHARTS_MS, now);
        let statistics = charts && self.statistics.is_ripe(self.statistics_every(), now);
        let words = page || self.words.is_ripe(WORDS_MS, now);
        if cells {
            self.cells.done(now);
            self.drawn.cells += 1;
        }
        if words {
            self.words.done(now);
            self.drawn.words += 1;
        }
        if charts {
            self.charts.done(now);
            self.drawn.charts += 1;
        }
        if statistics {
            self.statistics.done(now);
        }
        // It changes with the trials that have ended, as they do.
        if page || statistics {
            self.change_title();
        }
        self.drawn.page += u32::from(page);
        self.wake_for_the_rest(now, goes_on, reaction);
        statistics
    }

    fn wake_for_the_rest(&mut self, now: f64, goes_on: bool, reaction: &mut Reaction) {
        let time = self.words.rested(SECOND_MS).filter(|_| goes_on);
        let words = self.words.rested(WORDS_MS).filter(|_| self.words.due);
        let cells = self.cells.rested(CELLS_MS).filter(|_| self.cells.due);
        let rested = self.charts.rested(CHARTS_MS);
        let charts = rested.filter(|_| self.charts.due);
        let statistics = self
            .statistics
            .rested(self.statistics_every())
            .filter(|_| self.statistics.due)
            .map(|at| at.max(rested.unwrap_or(at)));
        let Some(next) = [time, words, cells, charts, statistics].into_iter().flatten().min_by(f64::total_cmp) else { return };
        if self.wakes_at.is_none_or(|wakes_at| next < wakes_at) {
            self.wakes_at = Some(next);
            reaction.effect(Effect::Wake((next - now).clamp(1.0, SECOND_MS).ceil() as u32));
        }
    }
}
