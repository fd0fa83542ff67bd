//! Bars of parts, one for each model: how much there is of something, and of what it is made. A length begins at zero.

use analysis::axis::{Axis, tick_text};
use analysis::numbers::{Scale, shown};
use protocol::catalog::Unit;
use protocol::{Catalog, Model, Trial};

use crate::mark::Kind;
use crate::picture::Table;
use crate::rows::{Hint, Part, Row, Rows};

/// What is drawn.
#[derive(Debug)]
pub(crate) struct Stacks<'a> {
    /// The picture's.
    pub(crate) id: &'static str,
    /// See [`Rows::list_box`].
    pub(crate) list_box: &'static str,
    pub(crate) unit: Unit,
    /// What the whole is called, in a table.
    pub(crate) whole: &'static str,
    /// The names of the parts, from the left on.
    pub(crate) parts: Vec<String>,
    /// How many of them are drawn; the others are in the table alone.
    pub(crate) shown: usize,
    pub(crate) stacks: Vec<Stack<'a>>,
    /// See [`Rows::in_own_colours`].
    pub(crate) in_own_colours: bool,
    pub(crate) note: String,
}

/// One model's, from one trial.
#[derive(Debug)]
pub(crate) struct Stack<'a> {
    model: Option<&'a Model>,
    pub(crate) name: &'a str,
    repetition: u64,
    /// As many as there are names; `None` of what is not known. What is below zero has no length.
    pub(crate) parts: Vec<Option<f64>>,
    pub(crate) whole: f64,
}

impl<'a> Stack<'a> {
    pub(crate) fn new(catalog: &'a Catalog, id: &'a str, trial: &Trial, parts: Vec<Option<f64>>, whole: f64) -> Self {
        let model = catalog.model(id);
        Self { model, name: model.map_or(id, |model| &model.name), repetition: trial.planned.repetition, parts, whole }
    }

    /// Where each part that is drawn begins, and how long it is: which one, and the two.
    fn lengths(&self, shown: usize) -> Vec<(usize, f64, f64)> {
        let mut begin = 0.0;
        let length = |(index, part): (usize, &Option<f64>)| {
            let length = part.filter(|part| *part > 0.0)?;
            begin += length;
            Some((index, begin - length, length))
        };
        self.parts[..shown].iter().enumerate().filter_map(length).collect()
    }
}

impl<'a> Stacks<'a> {
    pub(crate) fn rows(&self) -> Rows<'a> {
        let ends =
            self.stacks.iter().filter_map(|stack| stack.lengths(self.shown).last().map(|(_, begin, length)| begin + length));
        let axis = Axis::of_lengths(&ends.collect::<Vec<f64>>(), 4);
        let scale = |axis: &Axis| Scale::of_unit(self.unit, axis.ticks.last().copied().unwrap_or(1.0));
        let ticks =
            axis.as_ref().map(|axis| axis.ticks.iter().map(|tick| (axis.place(*tick), tick_text(*tick, scale(axis)))).collect());
        Rows {
            rows: self.stacks.iter().enumerate().map(|(index, stack)| self.row(axis.as_ref(), index, stack)).collect(),
            ticks: ticks.unwrap_or_default(),
            list_box: self.list_box,
            keys: self.parts[..self.shown].to_vec(),
            in_own_colours: self.in_own_colours,
            note: self.note.clone(),
            ..Rows::default()
        }
    }

    fn row(&self, axis: Option<&Axis>, index: usize, stack: &Stack<'a>) -> Row<'a> {
        let mut row = Row::new(stack.model, Kind::Model, stack.name.to_owned());
        row.value = shown(self.unit, stack.whole);
        for (part, begin, length) in stack.lengths(self.shown) {
            let place = |value: f64| axis.map_or(0.0, |axis| axis.place(value));
            let (from, to) = (place(begin), place(begin + length));
            row.parts.push(Part::Segment { from, to, tone: part });
            let words = format!("{}: {} {}", stack.name, self.parts[part].to_ascii_lowercase(), shown(self.unit, length));
            row.hints.push(Hint { from, to, id: format!("{}-{index}-{part}", self.id), words });
        }
        row
    }

    pub(crate) fn table(&self) -> Table {
        let mut head = vec!["Model".to_owned(), "repetition".to_owned()];
        head.extend(self.parts.iter().cloned());
        head.push(self.whole.to_owned());
        let row = |stack: &Stack<'_>| {
            let mut cells = vec![stack.name.to_owned(), (stack.repetition + 1).to_string()];
            cells.extend(stack.parts.iter().map(|part| part.map(|part| shown(self.unit, part)).unwrap_or_default()));
            cells.push(shown(self.unit, stack.whole));
            cells
        };
        Table { head, rows: self.stacks.iter().map(row).collect() }
    }
}
