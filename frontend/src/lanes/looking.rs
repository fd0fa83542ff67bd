//! What is looked at: the window, the rows, the range; and the views before, which can be had back.

use charts::lanes::{LanesView, RowsOf};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::controls::Controls;

/// Changes that follow each other faster than this are one, for who takes them back.
const ONE_CHANGE_MS: f64 = 500.0;
/// So many views can be taken back.
const MOST_BEFORE: usize = 100;
/// What each step of zooming by a button or a key makes of the window's length.
pub(super) const STEP: f64 = 0.6;

impl Controls {
    /// Looks at this from now on; what was looked at before can be had back.
    pub(super) fn go(&mut self, view: LanesView) {
        let Some(span) = self.span else { return };
        let mut view = view.within(span);
        view.scroll = view.scroll.min(self.layout.most_scroll());
        if view == self.view {
            return;
        }
        let now = self.now();
        if now - self.changed > ONE_CHANGE_MS && (view.from, view.to) != (self.view.from, self.view.to) {
            self.before.push(self.view.clone());
            if self.before.len() > MOST_BEFORE {
                self.before.remove(0);
            }
        }
        self.changed = now;
        self.set(view);
    }

    /// The view before.
    pub(super) fn undo(&mut self) {
        if let Some(view) = self.before.pop() {
            self.changed = 0.0;
            self.set(view);
        }
    }

    fn set(&mut self, view: LanesView) {
        self.view = view;
        if let Some(button) = self.button("undo") {
            button.set_disabled(self.before.is_empty());
        }
        self.repaint();
        self.settle_later();
    }

    /// Another window in the middle of this one. What a button or a key does is a change of its own.
    pub(super) fn zoom(&mut self, factor: f64) {
        let Some(span) = self.span else { return };
        let spot = self.spot.as_ref().filter(|_| self.is_held).map(|spot| spot.times);
        let inside = spot.map(|(from, to)| (from.max(self.view.from), to.min(self.view.to))).filter(|(from, to)| from < to);
        let (from, to) = inside.unwrap_or((self.view.from, self.view.to));
        self.changed = 0.0;
        self.go(self.view.zoomed(factor, from + (to - from) / 2, span));
    }

    /// The window moved by so many of its lengths.
    pub(super) fn pan(&mut self, lengths: f64) {
        if let Some(span) = self.span {
            self.changed = 0.0;
            self.go(self.view.moved((self.view.length() as f64 * lengths) as i64, span));
        }
    }

    /// The window at the begin of what there is, or at its end.
    pub(super) fn pan_to_end(&mut self, is_last: bool) {
        if let Some((from, to)) = self.span {
            let by = if is_last { to.saturating_sub(self.view.to) } else { from.saturating_sub(self.view.from) };
            self.changed = 0.0;
            self.go(self.view.moved(by, (from, to)));
        }
    }

    pub(super) fn rows(&mut self, rows: RowsOf) {
        if self.view.rows != rows {
            self.let_go();
            self.go(LanesView { rows, scroll: 0, open: Vec::new(), ..self.view.clone() });
            self.check_rows();
        }
    }

    /// The choice of rows shows what is on show.
    pub(super) fn check_rows(&self) {
        let found = self.mount.query_selector(&format!("input[value={}]", self.view.rows.word())).ok().flatten();
        if let Some(input) = found {
            input.unchecked_into::<HtmlInputElement>().set_checked(true);
        }
    }

    /// Picks out the time of what is pointed at, or none if it is picked out.
    pub(super) fn select_spot(&mut self) {
        let Some((from, to)) = self.spot.as_ref().map(|spot| spot.times) else { return };
        let selected = Some((from.max(self.view.from), to.min(self.view.to))).filter(|range| self.view.selected != Some(*range));
        self.select(selected.filter(|(from, to)| from < to));
    }

    pub(super) fn select(&mut self, selected: Option<(i64, i64)>) {
        self.go(LanesView { selected, ..self.view.clone() });
    }

    /// All of the time.
    pub(super) fn whole(&mut self) {
        if let Some((from, to)) = self.span {
            self.changed = 0.0;
            self.go(LanesView { from, to, ..self.view.clone() });
        }
    }
}
