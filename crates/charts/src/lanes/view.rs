//! What part of the lanes is looked at, and how: all that a link says of it. Zooming and moving are functions of it.

use serde::{Deserialize, Serialize};

/// What part of the lanes is looked at, and how. Times are nanoseconds since the gate was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanesView {
    /// The visible window: from when.
    pub from: i64,
    /// To when; after [`Self::from`].
    pub to: i64,
    /// What the rows are of.
    pub rows: RowsOf,
    /// A range of time that is picked out, its statistics are shown.
    pub selected: Option<(i64, i64)>,
    /// The models, by their place, all of whose rows are shown.
    pub open: Vec<usize>,
    /// How far the rows are scrolled down, pixels.
    pub scroll: u32,
}

/// What rows are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowsOf {
    /// Cores, and threads under them.
    #[default]
    Both,
    /// Cores alone.
    Cores,
    /// Threads alone.
    Threads,
    /// Units.
    Units,
}

impl RowsOf {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Both, Self::Cores, Self::Threads, Self::Units];

    /// The word in a link.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Cores => "cores",
            Self::Threads => "threads",
            Self::Units => "units",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Both => "cores + threads",
            of => of.word(),
        }
    }
}

/// The shortest window, nanoseconds.
pub const SHORTEST: i64 = 100;

/// Times further from the gate than this, some three years, are none.
const FURTHEST: i64 = 100_000_000_000_000_000;

impl LanesView {
    /// Of all that there is.
    #[must_use]
    pub fn whole((from, to): (i64, i64)) -> Self {
        Self { from, to: to.max(from.saturating_add(SHORTEST)), ..Self::default() }
    }

    /// How long the window is.
    #[must_use]
    pub fn length(&self) -> i64 {
        self.to.saturating_sub(self.from).max(1)
    }

    /// With a window so many times as long, in which this moment stays where it is; within what there is.
    #[must_use]
    pub fn zoomed(&self, factor: f64, around: i64, span: (i64, i64)) -> Self {
        let length = (self.length() as f64 * factor).clamp(SHORTEST as f64, FURTHEST as f64);
        let before = (around.saturating_sub(self.from)) as f64 / self.length() as f64;
        let from = around.saturating_sub((before * length) as i64);
        Self { from, to: from.saturating_add(length as i64), ..self.clone() }.within(span)
    }

    /// With the window moved by so much; within what there is.
    #[must_use]
    pub fn moved(&self, by: i64, span: (i64, i64)) -> Self {
        Self { from: self.from.saturating_add(by), to: self.to.saturating_add(by), ..self.clone() }.within(span)
    }

    /// With this window; within what there is.
    #[must_use]
    pub fn between(&self, from: i64, to: i64, span: (i64, i64)) -> Self {
        Self { from: from.min(to), to: from.max(to), ..self.clone() }.within(span)
    }

    /// With the window inside what there is, and not shorter than [`SHORTEST`].
    #[must_use]
    pub fn within(mut self, (first, last): (i64, i64)) -> Self {
        let whole = last.saturating_sub(first).max(SHORTEST);
        let length = self.to.saturating_sub(self.from).clamp(SHORTEST, whole);
        self.from = self.from.clamp(first, first.saturating_add(whole - length));
        self.to = self.from + length;
        self
    }

    /// The value in a link: `FROM_TO`, then, each if it is not as by default, `.threads`, `.s` and the ends of what is
    /// picked out, `.o` and the models that are open, `.y` and how far it is scrolled: `0_400000.threads.s1000_2000.o0_2.y18`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}_{}", self.from, self.to);
        if self.rows != RowsOf::default() {
            text = format!("{text}.{}", self.rows.word());
        }
        if let Some((from, to)) = self.selected {
            text = format!("{text}.s{from}_{to}");
        }
        if !self.open.is_empty() {
            let open: Vec<String> = self.open.iter().map(usize::to_string).collect();
            text = format!("{text}.o{}", open.join("_"));
        }
        if self.scroll > 0 {
            text = format!("{text}.y{}", self.scroll);
        }
        text
    }

    /// What such a value says; `None` if it names no window. What cannot be read of the rest is as by default.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (from, to) = window(parts.next()?)?;
        let mut view = Self { from, to, ..Self::default() };
        for part in parts {
            if let Some(rows) = RowsOf::ALL.into_iter().find(|rows| rows.word() == part) {
                view.rows = rows;
            } else if let Some(ends) = part.strip_prefix('s') {
                view.selected = window(ends);
            } else if let Some(open) = part.strip_prefix('o') {
                view.open = open.split('_').filter_map(|model| model.parse().ok()).take(64).collect();
            } else if let Some(scroll) = part.strip_prefix('y') {
                view.scroll = scroll.parse().unwrap_or_default();
            }
        }
        Some(view)
    }
}

/// `FROM_TO`, the first before the second.
fn window(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('_')?;
    let (from, to) = (from.parse::<i64>().ok()?, to.parse::<i64>().ok()?);
    (-FURTHEST <= from && from < to && to <= FURTHEST).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_in_a_link_comes_back() {
        let plain = LanesView { from: -20, to: 400_000, ..LanesView::default() };
        let view = LanesView { rows: RowsOf::Units, selected: Some((-5, 10)), open: vec![0, 11], scroll: 36, ..plain.clone() };
        for (view, text) in [(plain, "-20_400000"), (view, "-20_400000.units.s-5_10.o0_11.y36")] {
            assert_eq!(view.to_text(), text);
            assert_eq!(LanesView::of_text(text), Some(view));
        }
    }

    #[test]
    fn what_cannot_be_read_of_a_view_is_as_by_default() {
        for none in ["", "5", "5_5", "9_5", "a_b", "0_99999999999999999999"] {
            assert_eq!(LanesView::of_text(none), None, "{none}");
        }
        let plain = LanesView { from: 0, to: 9, ..LanesView::default() };
        assert_eq!(LanesView::of_text("0_9.sx_y.ozz.y-1.what"), Some(plain));
    }

    #[test]
    fn zooming_keeps_the_moment_in_its_place_and_the_window_inside() {
        let whole = (-1_000, 9_000);
        let view = LanesView::whole(whole);
        let near = view.zoomed(0.5, 1_500, whole);
        assert_eq!((near.from, near.to), (250, 5_250));
        assert_eq!(near.zoomed(100.0, 0, whole), view);
        let nearest = view.zoomed(1e-9, 9_000, whole);
        assert_eq!((nearest.from, nearest.to), (8_900, 9_000));
        let moved = nearest.moved(i64::MAX, whole);
        assert_eq!((moved.from, moved.to), (8_900, 9_000));
        assert_eq!(moved.moved(-500, whole).from, 8_400);
        assert_eq!(view.between(300, 100, whole).from, 100);
    }
}
