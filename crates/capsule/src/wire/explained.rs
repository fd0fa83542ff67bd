//! The part of the catalogue that explains a result. No presets: those explain none.

use protocol::catalog::{Better, Cell, Headline, Look, Noun, Shape, Unit, UnitsLimit};
use protocol::parameter::Choice;
use protocol::{Catalog, Model, Parameter, ParameterKind, Quantity, Value, Workload};

use super::experiment::Alone;
use super::{Message, Wire, blank_by_default};

impl Message for Catalog {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.small(1, &mut self.version);
        wire.messages(2, &mut self.workloads);
        wire.messages(3, &mut self.models);
        wire.messages(4, &mut self.method);
        wire.messages(5, &mut self.quantities);
    }
}

impl Message for Model {
    fn blank() -> Self {
        let (id, name, within, summary) = Default::default();
        Self { id, name, within, summary, variant_of: None, look: Look::blank(), options: Vec::new(), libraries: Vec::new() }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.id);
        wire.text(2, &mut self.name);
        wire.text(3, &mut self.within);
        wire.text(4, &mut self.summary);
        wire.maybe_text(5, &mut self.variant_of);
        wire.message(6, &mut self.look);
        wire.messages(7, &mut self.options);
        wire.texts(8, &mut self.libraries);
    }
}

impl Message for Look {
    fn blank() -> Self {
        Self { shape: Shape::Circle, notched: false, light: String::new(), dark: String::new() }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        use Shape::{Bars, Circle, Cross, Diamond, Hexagon, Pentagon, Square, Triangle, Wedge};
        let shapes = [Circle, Square, Triangle, Diamond, Hexagon, Pentagon, Wedge, Bars, Cross];
        wire.one_of(1, &mut self.shape, &shapes);
        wire.flag(2, &mut self.notched);
        wire.text(3, &mut self.light);
        wire.text(4, &mut self.dark);
    }
}

impl Message for Workload {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.id);
        wire.text(2, &mut self.name);
        wire.text(3, &mut self.summary);
        wire.text(4, &mut self.help);
        wire.message(5, &mut self.unit);
        wire.message(6, &mut self.operation);
        wire.text(7, &mut self.latency);
        wire.texts(8, &mut self.scope);
        wire.message(9, &mut self.headline);
        wire.messages(10, &mut self.parameters);
        wire.flag(11, &mut self.by_time);
        wire.messages(12, &mut self.figures);
        wire.messages(13, &mut self.cells);
    }
}

impl Message for Noun {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.one);
        wire.text(2, &mut self.many);
    }
}

impl Message for Headline {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.metric);
        wire.text(2, &mut self.subject);
        wire.text(3, &mut self.verb);
    }
}

impl Message for Quantity {
    fn blank() -> Self {
        let (key, label, column, help) = Default::default();
        Self { key, label, column, unit: Unit::Count, better: Better::Neither, help }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        use Unit::{Bytes, BytesPerSecond, Count, Nanoseconds, PerSecond, Share};
        wire.text(1, &mut self.key);
        wire.text(2, &mut self.label);
        wire.text(3, &mut self.column);
        wire.one_of(4, &mut self.unit, &[Count, Nanoseconds, Bytes, BytesPerSecond, PerSecond, Share]);
        wire.one_of(5, &mut self.better, &[Better::Neither, Better::Lower, Better::Higher]);
        wire.text(6, &mut self.help);
    }
}

impl Message for Cell {
    fn blank() -> Self {
        let (model, options, libraries) = Default::default();
        Self { model, absent: None, source: None, options, libraries, units_limit: None }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.model);
        wire.maybe_text(2, &mut self.absent);
        wire.maybe_text(3, &mut self.source);
        wire.texts(4, &mut self.options);
        wire.texts(5, &mut self.libraries);
        wire.maybe_message(6, &mut self.units_limit);
    }
}

impl Message for UnitsLimit {
    fn blank() -> Self {
        Self { units: 0, because: String::new() }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.units);
        wire.text(2, &mut self.because);
    }
}

impl Message for Parameter {
    fn blank() -> Self {
        let (name, label, unit, help) = Default::default();
        let kind = ParameterKind::Choice { options: Vec::new(), default: String::new() };
        Self { name, label, unit, help, kind, earlier: Vec::new(), can_be_swept: false, is_work: false }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.name);
        wire.text(2, &mut self.label);
        wire.text(3, &mut self.unit);
        wire.text(4, &mut self.help);
        let mut kind = Accepted::of(&self.kind);
        wire.message(5, &mut kind);
        wire.on_reading(5, |_| {
            self.kind = kind.kind();
            Ok(())
        });
        let mut earlier: Vec<Earlier> = self.earlier.iter().map(Earlier::of).collect();
        let before = earlier.len();
        wire.messages(6, &mut earlier);
        self.earlier.extend(earlier.into_iter().skip(before).map(Earlier::parts));
        wire.flag(7, &mut self.can_be_swept);
        wire.flag(8, &mut self.is_work);
    }
}

/// A parameter's kind.
#[derive(Default)]
struct Accepted {
    kind: u64,
    min: u64,
    max: u64,
    step: u64,
    number: u64,
    log: bool,
    options: Vec<Choice>,
    word: String,
    words: Vec<Parameter>,
    most: u64,
    blocks: Vec<Parameter>,
}

const CHOICE: u64 = 0;
const INTEGER: u64 = 1;
const STEPS: u64 = 2;

impl Accepted {
    fn of(kind: &ParameterKind) -> Self {
        match kind.clone() {
            ParameterKind::Choice { options, default } => Self { kind: CHOICE, options, word: default, ..Self::default() },
            ParameterKind::Integer { min, max, step, default, log } => {
                Self { kind: INTEGER, min, max, step, number: default, log, ..Self::default() }
            }
            ParameterKind::Steps { words, blocks, most, default } => {
                Self { kind: STEPS, words, blocks, most, word: default, ..Self::default() }
            }
        }
    }

    fn kind(self) -> ParameterKind {
        let Self { kind, min, max, step, number, log, options, word, words, most, blocks } = self;
        match kind {
            INTEGER => ParameterKind::Integer { min, max, step, default: number, log },
            STEPS => ParameterKind::Steps { words, blocks, most, default: word },
            _ => ParameterKind::Choice { options, default: word },
        }
    }
}

impl Message for Accepted {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.kind);
        wire.number(2, &mut self.min);
        wire.number(3, &mut self.max);
        wire.number(4, &mut self.step);
        wire.number(5, &mut self.number);
        wire.flag(6, &mut self.log);
        wire.messages(7, &mut self.options);
        wire.text(8, &mut self.word);
        wire.messages(9, &mut self.words);
        wire.number(10, &mut self.most);
        wire.messages(11, &mut self.blocks);
    }
}

impl Message for Choice {
    fn blank() -> Self {
        Self { value: String::new(), label: String::new() }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.value);
        wire.text(2, &mut self.label);
    }
}

/// A default of earlier links.
#[derive(Default)]
struct Earlier {
    until: u32,
    value: Alone,
}

impl Earlier {
    fn of((until, value): &(u32, Value)) -> Self {
        Self { until: *until, value: Alone::of(value) }
    }

    fn parts(self) -> (u32, Value) {
        (self.until, self.value.value())
    }
}

impl Message for Earlier {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.small(1, &mut self.until);
        wire.message(2, &mut self.value);
    }
}
