//! What was run.

use protocol::{Experiment, Sweep, Value};

use super::series::Series;
use super::{Message, Wire, blank_by_default};

impl Message for Experiment {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.workload);
        wire.texts(2, &mut self.models);
        wire.named(3, &mut self.params, Setting::of, Setting::value);
        wire.named(4, &mut self.method, Setting::of, Setting::value);
        wire.maybe_message(5, &mut self.sweep);
        wire.maybe_message(6, &mut self.sweep2);
    }
}

impl Message for Sweep {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.parameter);
        let mut values = Series::of_numbers(&self.values);
        wire.bytes(2, &mut values.0);
        wire.on_reading(2, |reading| {
            self.values = values.numbers(reading)?;
            Ok(())
        });
    }
}

/// A parameter's value with its name.
#[derive(Default)]
pub(super) struct Setting {
    name: String,
    number: u64,
    /// In place of the number.
    word: Option<String>,
}

impl Setting {
    fn of(name: &str, value: &Value) -> Self {
        let (number, word) = match value {
            Value::Integer(number) => (*number, None),
            Value::Text(word) => (0, Some(word.clone())),
        };
        Self { name: name.to_owned(), number, word }
    }

    fn value(self) -> (String, Value) {
        (self.name, self.word.map_or(Value::Integer(self.number), Value::Text))
    }
}

impl Message for Setting {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.name);
        wire.number(2, &mut self.number);
        wire.maybe_text(3, &mut self.word);
    }
}

/// A value alone.
#[derive(Default)]
pub(super) struct Alone {
    number: u64,
    word: Option<String>,
}

impl Alone {
    pub(super) fn of(value: &Value) -> Self {
        let Setting { number, word, .. } = Setting::of("", value);
        Self { number, word }
    }

    pub(super) fn value(self) -> Value {
        self.word.map_or(Value::Integer(self.number), Value::Text)
    }
}

impl Message for Alone {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.number);
        wire.maybe_text(2, &mut self.word);
    }
}
