//! When what has changed is drawn. The page shares the cores with what is measured: while a run goes on, what is cheap is drawn
//! at once and what is dear seldom, and while nobody looks, nothing.
//!
//! ```text
//! what                  at most every   it is
//! page                  –               what a person did, what the server said, a run that begins or ends: everything, as it is
//! cells                 0.2 s           a trial that began or ended: its cell of the strip
//! words                 1 s             the same in words, and the time: once a second at least
//! drawing               1 s             what the painter draws: sentence, charts, table. One is asked for when the last has come,
//!                                       and never more than a fortieth of the time: a run may have thousands of trials, and the
//!                                       painter shares the cores too
//! ```
//!
//! The first change after a pause is drawn at once. What is held back is made up for by one timer ([`Effect::Wake`]), and there is
//! none where nothing is held back and no run goes on.

use super::Effect;
use super::effect::Reaction;

/// Of a run that ends more trials a second nobody sees them one by one.
const CELLS_MS: f64 = 200.0;
const WORDS_MS: f64 = 1000.0;
const DRAWING_MS: f64 = 1000.0;
/// The words about time tell seconds.
const SECOND_MS: f64 = 1000.0;
/// The painter rests so many times as long as it took.
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
    drawing: Layer,
    /// Whether the next drawing waits for nothing but the painter: a person asked for it, or a run is over.
    at_once: bool,
    /// When the drawing was asked for that has not come yet.
    asked: Option<f64>,
    /// How long the last one took, milliseconds.
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
    /// The drawing that was asked for has come, or never will.
    pub(super) fn take_drawing(&mut self, now: f64) {
        if let Some(asked) = self.asked.take() {
            self.took = (now - asked).max(0.0);
        }
        self.drawn.charts += 1;
    }

    /// Whether what the painter has drawn is the result as it is.
    pub(super) fn is_drawn(&self) -> bool {
        self.asked.is_none() && !self.drawing.due
    }

    /// It is to be drawn anew, as soon as the painter can.
    pub(super) fn change_drawing(&mut self) {
        (self.drawing.due, self.at_once) = (true, true);
    }

    fn drawing_every(&self) -> f64 {
        if self.at_once { 0.0 } else { DRAWING_MS.max(REST * self.took) }
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
        self.drawing.due |= by_more;
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
            self.drawing.last = None;
        }
    }

    /// Draws what is due and has rested, and asks for a timer for what has not. Whether the painter is to be asked.
    pub(super) fn draw(&mut self, now: f64, goes_on: bool, reaction: &mut Reaction) -> bool {
        if self.hidden {
            return false;
        }
        let page = std::mem::take(&mut self.page);
        let cells = page || self.cells.is_ripe(CELLS_MS, now);
        let drawing = self.asked.is_none() && self.drawing.is_ripe(self.drawing_every(), now);
        let words = page || self.words.is_ripe(WORDS_MS, now);
        if cells {
            self.cells.done(now);
            self.drawn.cells += 1;
        }
        if words {
            self.words.done(now);
            self.drawn.words += 1;
        }
        if drawing {
            self.drawing.done(now);
            (self.asked, self.at_once) = (Some(now), false);
        }
        // It changes with the trials that have ended, as they do.
        if page || drawing {
            self.change_title();
        }
        self.drawn.charts += u32::from(page);
        self.drawn.page += u32::from(page);
        self.wake_for_the_rest(now, goes_on, reaction);
        drawing
    }

    fn wake_for_the_rest(&mut self, now: f64, goes_on: bool, reaction: &mut Reaction) {
        let time = self.words.rested(SECOND_MS).filter(|_| goes_on);
        let words = self.words.rested(WORDS_MS).filter(|_| self.words.due);
        let cells = self.cells.rested(CELLS_MS).filter(|_| self.cells.due);
        // While the painter is at it, its answer wakes.
        let drawing = self.drawing.rested(self.drawing_every()).filter(|_| self.drawing.due && self.asked.is_none());
        let Some(next) = [time, words, cells, drawing].into_iter().flatten().min_by(f64::total_cmp) else { return };
        if self.wakes_at.is_none_or(|wakes_at| next < wakes_at) {
            self.wakes_at = Some(next);
            reaction.effect(Effect::Wake((next - now).clamp(1.0, SECOND_MS).ceil() as u32));
        }
    }
}
