//! How a machine was while it measured, and how a result is looked at.

use protocol::view::{LatencyForm, Sort};
use protocol::{Conditions, View};

use super::{Message, Wire, blank_by_default};

impl Message for Conditions {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.fraction(1, &mut self.load_before);
        wire.fraction(2, &mut self.load_after);
        wire.fraction(3, &mut self.foreign_cpu);
        wire.fraction(4, &mut self.steal);
        wire.maybe_number(5, &mut self.throttled);
        wire.number(6, &mut self.disturbed);
    }
}

impl Message for View {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.maybe_text(1, &mut self.quantity);
        wire.maybe_text(2, &mut self.base);
        wire.texts(3, &mut self.pinned);
        wire.one_of(4, &mut self.latency, &LatencyForm::ALL);
        wire.maybe_message(5, &mut self.sort);
        wire.maybe_text(6, &mut self.lanes);
    }
}

impl Message for Sort {
    fn blank() -> Self {
        Self { key: String::new(), descending: false }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.key);
        wire.flag(2, &mut self.descending);
    }
}
