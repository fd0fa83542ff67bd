//! Where and with what it was measured.

use protocol::machine::{Calibration, CorePair, Costs, Relation, Settings};
use protocol::{Build, Machine};

use super::{Message, Wire, blank_by_default};

impl Message for Machine {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.cpu);
        wire.number(2, &mut self.cores);
        wire.number(3, &mut self.memory_bytes);
        wire.text(4, &mut self.os);
        wire.text(5, &mut self.kernel);
        wire.number(6, &mut self.threads_limit);
        wire.text(7, &mut self.threads_limit_because);
        wire.number(8, &mut self.files_limit);
        wire.number(9, &mut self.trial_memory_limit_bytes);
        wire.number(10, &mut self.trial_time_limit_ms);
        wire.maybe_message(11, &mut self.calibration);
        wire.message(12, &mut self.settings);
        wire.named(13, &mut self.counters, Said::of, Said::parts);
    }
}

impl Message for Settings {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.maybe_text(1, &mut self.libc);
        wire.maybe_text(2, &mut self.transparent_huge_pages);
        wire.maybe_text(3, &mut self.governor);
        wire.maybe_text(4, &mut self.smt);
        wire.maybe_text(5, &mut self.mitigations);
        wire.maybe_text(6, &mut self.clock_source);
        wire.maybe_number(7, &mut self.tick_hz);
    }
}

impl Message for Calibration {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.clock_ns);
        wire.number(2, &mut self.wake_same_core_ns);
        wire.maybe_number(3, &mut self.wake_cross_core_ns);
        wire.number(4, &mut self.timer_late_ns);
        wire.maybe_message(5, &mut self.least);
        wire.maybe_message(6, &mut self.p90);
        wire.maybe_message(7, &mut self.pair);
    }
}

impl Message for Costs {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.clock_ns);
        wire.number(2, &mut self.wake_same_core_ns);
        wire.maybe_number(3, &mut self.wake_cross_core_ns);
        wire.number(4, &mut self.timer_late_ns);
    }
}

impl Message for CorePair {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.one);
        wire.number(2, &mut self.other);
        wire.maybe_one_of(3, &mut self.relation, &[Relation::Siblings, Relation::OneSocket, Relation::TwoSockets]);
    }
}

impl Message for Build {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.version);
        wire.text(2, &mut self.commit);
        wire.text(3, &mut self.profile);
        wire.text(4, &mut self.rustc);
        wire.text(5, &mut self.opt_level);
        wire.text(6, &mut self.lto);
        wire.text(7, &mut self.codegen_units);
        wire.text(8, &mut self.target_cpu);
        wire.texts(9, &mut self.allocators);
        wire.named(10, &mut self.libraries, Said::of, Said::parts);
    }
}

/// Words under a name.
#[derive(Default)]
struct Said {
    name: String,
    words: String,
}

impl Said {
    #[expect(clippy::ptr_arg, reason = "it is what a map holds")]
    fn of(name: &str, words: &String) -> Self {
        Self { name: name.to_owned(), words: words.clone() }
    }

    fn parts(self) -> (String, String) {
        (self.name, self.words)
    }
}

impl Message for Said {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.name);
        wire.text(2, &mut self.words);
    }
}
