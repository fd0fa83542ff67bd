//! What a range of time holds, in numbers: for a selection, for the sentence over the picture, and as a table.

use std::cmp::Reverse;

use analysis::numbers::significant;
use maud::{Markup, html};
use protocol::lanes::{DeedKind, LanesSource};
use protocol::parameter::grouped;

use super::scene::{ModelLanes, Scene};
use super::spans::bounded;
use super::ticks::{length, moment, window};
use super::view::LanesView;
use crate::mark::{colours, of_look};
use crate::words::counted;

/// Rows of the table at the most.
const MOST_ROWS: usize = 200;

/// What the threads of a model did in a range of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct InRange {
    /// How many cores they had, on average.
    pub(super) running: f64,
    /// How many of them could have run and had none, as far as that is told.
    pub(super) ready: f64,
    /// How many of the others were there.
    pub(super) away: f64,
    /// How often a thread got a core, and how often one lost it that could have gone on.
    pub(super) switches: usize,
    pub(super) preempted: usize,
    /// Operations that ended.
    pub(super) operations: usize,
}

impl ModelLanes {
    pub(super) fn in_range(&self, from: i64, to: i64) -> InRange {
        let (from, to) = bounded(from, to);
        let mut sum = InRange { switches: self.whole.begun(from, to), ..InRange::default() };
        let (mut running, mut ready, mut there) = (0, 0, 0);
        for lane in &self.threads {
            running += lane.stints.during(from, to);
            ready += lane.ready.during(from, to);
            there += lane.life().map_or(0, |life| (life.1.min(to) - life.0.max(from)).max(0));
            let lost = lane.stints.from(lane.stints.ended(from)).take_while(|(_, end, _)| *end <= to);
            sum.preempted += lost.filter(|(_, _, on)| on.preempted).count();
            let done = lane.deeds.from(lane.deeds.ended(from)).take_while(|(_, end, _)| *end <= to);
            sum.operations += done.filter(|(_, _, did)| did.kind == DeedKind::Operation).count();
        }
        let share = |time: i64| time.max(0) as f64 / to.saturating_sub(from).max(1) as f64;
        (sum.running, sum.ready, sum.away) = (share(running), share(ready), share(there - running - ready));
        sum
    }

    /// Whether its spans are the kernel's records of switches.
    pub(super) fn is_recorded(&self) -> bool {
        self.about.as_ref().is_some_and(|about| about.source == LanesSource::Switches)
    }
}

impl Scene {
    /// What a range of time holds, for each model.
    #[must_use]
    pub fn range_html(&self, from: i64, to: i64) -> String {
        let models: Vec<(&ModelLanes, InRange)> = self.models.iter().map(|model| (model, model.in_range(from, to))).collect();
        let cells = |of: &dyn Fn(&ModelLanes, &InRange) -> String| -> Vec<String> {
            models.iter().map(|(model, range)| if model.about.is_some() { of(model, range) } else { "–".to_owned() }).collect()
        };
        let recorded = |model: &ModelLanes, text: String| if model.is_recorded() { text } else { "not told".to_owned() };
        let count = |count: usize| grouped(count as u64);
        let rows: [(&str, Vec<String>); 7] = [
            ("cores in use", cells(&|model, range| share(range.running, model.cores() as f64))),
            ("threads running", cells(&|_, range| significant(range.running))),
            ("ready", cells(&|_, range| significant(range.ready))),
            ("asleep or waking", cells(&|_, range| significant(range.away))),
            ("got a core", cells(&|model, range| recorded(model, count(range.switches)))),
            ("preempted", cells(&|model, range| recorded(model, count(range.preempted)))),
            (&self.words.operation.many, cells(&|_, range| count(range.operations))),
        ];
        html! {
            h3 { "These " (window(to.saturating_sub(from))) }
            div.scroll tabindex="0" role="group" aria-label="What this range of time holds" {
                table.range {
                    thead {
                        tr {
                            td {}
                            @for (model, _) in &models {
                                th scope="col" title=(model.model.name) { (of_look(&model.model.look)) span.out { (model.model.name) } }
                            }
                        }
                    }
                    tbody { @for (word, cells) in rows { tr { th scope="row" { (word) } @for cell in cells { td { (cell) } } } } }
                }
            }
            p.small.muted {
                "Threads are counted on average. Ready: preempted, and without a core; a wait for a core after waking is in no record, \
                 and counts as asleep or waking."
            }
        }
        .into_string()
    }

    /// What the visible window shows, as a sentence.
    #[must_use]
    pub fn headline(&self, view: &LanesView) -> String {
        let counted = |model: &&ModelLanes| model.is_recorded() && !model.threads.is_empty();
        let mut models: Vec<(&ModelLanes, usize)> =
            self.models.iter().filter(counted).map(|model| (model, model.whole.begun(view.from, view.to))).collect();
        models.sort_by_key(|(_, count)| Reverse(*count));
        let name = |model: &ModelLanes| html! { span.m.ink style=(colours(&model.model.look)) { (model.model.within) } };
        let these = window(view.length());
        let times = |count: usize| match count {
            0 => "never".to_owned(),
            1 => "once".to_owned(),
            count => format!("{} times", grouped(count as u64)),
        };
        match models.as_slice() {
            [] if self.models.iter().any(|model| model.about.is_some()) => {
                html! { "These " (these) ", from the kernel’s accounts: how long each thread ran, not when." }
            }
            [] => html! {},
            [(model, count)] => html! { "With " (name(model)) " a thread gets a core " (times(*count)) " in these " (these) "." },
            all if all.iter().all(|(_, count)| *count == all[0].1) => {
                html! { "A thread gets a core " (times(all[0].1)) " in these " (these) ", with each model." }
            }
            [(most, count), .., (least, fewest)] => html! {
                "With " (name(most)) " a thread gets a core " (times(*count)) " in these " (these) ", with " (name(least)) " " (times(*fewest)) "."
            },
        }
        .into_string()
    }

    /// The visible window as a table: the first so many stints, by the time at which they begin.
    #[must_use]
    pub fn table_html(&self, view: &LanesView) -> String {
        let mut rows: Vec<(i64, usize, u32, usize)> = Vec::new();
        let mut all = 0;
        for (place, model) in self.models.iter().enumerate() {
            for (thread, lane) in model.threads.iter().enumerate() {
                let (first, end) = (lane.stints.ended(view.from), lane.stints.begun(view.to));
                all += end.saturating_sub(first);
                let begins = lane.stints.from(first).take(end.saturating_sub(first).min(MOST_ROWS));
                rows.extend(begins.enumerate().map(|(index, (from, _, _))| (from, place, thread as u32, first + index)));
            }
        }
        rows.sort_unstable();
        rows.truncate(MOST_ROWS);
        let head = ["Model", "thread", "core", "from", "ran", "ready before", "ended", "doing"];
        html! {
            p.small.muted {
                "From " (moment(view.from)) " to " (moment(view.to)) ", counted from the opening of the gate: "
                @if all > rows.len() {
                    "the first " (grouped(rows.len() as u64)) " of " (grouped(all as u64)) " times that a thread had a core. The others are left out: zoom in to see them."
                } @else { (counted(all, "time")) " that a thread had a core." }
            }
            div.scroll tabindex="0" role="group" aria-label="Who had which core" {
                table {
                    thead { tr { @for word in head { th scope="col" { (word) } } } }
                    tbody { @for (_, model, thread, stint) in rows { (self.table_row(model, thread, stint)) } }
                }
            }
        }
        .into_string()
    }

    fn table_row(&self, place: usize, thread: u32, stint: usize) -> Markup {
        let model = &self.models[place];
        let Some(lane) = model.thread(thread) else { return html! {} };
        let Some((from, to, on)) = lane.stints.get(stint) else { return html! {} };
        let waited = lane.ready.get(lane.ready.begun(from).saturating_sub(1)).filter(|(_, end, ())| *end == from);
        let ended = match (model.is_recorded(), on.preempted) {
            (false, _) => "not told",
            (true, true) => "preempted",
            (true, false) => "gave it up",
        };
        let doing = lane.deeds.get(lane.deeds.ended(from)).filter(|(begin, _, _)| *begin < to);
        html! {
            tr {
                th scope="row" { (model.model.name) }
                td { (self.thread_name(place, thread)) }
                td { (on.core.map_or_else(|| "not told".to_owned(), |core| core.to_string())) }
                td { (moment(from)) }
                td { (length(to - from)) }
                td { (waited.map_or_else(String::new, |(begin, end, ())| length(end - begin))) }
                td { (ended) }
                td { (doing.map_or_else(String::new, |(_, _, did)| self.deed(&did))) }
            }
        }
    }

    /// Where the lanes are from, what is missing of them, and what nothing tells.
    #[must_use]
    pub fn notes_html(&self) -> String {
        let abouts = || self.models.iter().filter_map(|model| Some((model, model.about.as_ref()?)));
        let reason = abouts().find_map(|(_, about)| match &about.source {
            LanesSource::Accounts(reason) => Some(reason),
            LanesSource::Switches => None,
        });
        let dropped = || abouts().filter(|(_, about)| about.dropped > 0);
        html! {
            ul.small.muted {
                @match reason {
                    None => li { "Who had which core is from the kernel’s own records of switches." },
                    Some(reason) => li {
                        "From the kernel’s accounts of each thread, read at the end of each " (self.words.operation.one) ": " (reason)
                        ". How long a thread ran is known, the order inside is not."
                    },
                }
                li { "Not told without privileges: who woke a thread, what it waited for, and how long it was awake before it got a core." }
                li { "What a unit did is told by its cell when it is done: what its thread did since the moment before is counted with it." }
                @for (model, about) in dropped() {
                    li { (model.model.name) ": there was no room for " (grouped(about.dropped)) " spans." }
                }
            }
        }
        .into_string()
    }
}

/// A part of a whole: "62 %".
fn share(part: f64, whole: f64) -> String {
    format!("{} %", analysis::numbers::decimal(part / whole * 100.0, 0))
}
