//! What is told of a piece of a row, in words. What the kernel does not tell is said where a reader would ask, and never guessed.

use analysis::numbers::significant;
use maud::{Markup, html};
use protocol::lanes::DeedKind;
use protocol::parameter::grouped;

use super::scene::{Did, ModelLanes, Scene, ThreadLane};
use super::spans::FURTHEST;
use super::spot::{Spot, What};
use super::ticks::{length, moment};
use crate::mark::{colours, of_look};
use crate::words::counted;

/// Lines of code shown before and after the one that is meant.
const AROUND: u32 = 2;

/// A word and what is told under it.
type Fact = (&'static str, String);

impl Scene {
    /// The card of a piece of a row.
    #[must_use]
    pub fn spot_html(&self, spot: &Spot) -> String {
        let Some(model) = self.models.get(spot.model) else { return String::new() };
        let line = self.line_of(spot);
        html! {
            h3.spot-title { (of_look(&model.model.look)) (self.title(model, spot)) }
            dl.facts {
                @for (word, told) in self.facts(model, spot) { div { dt { (word) } dd { (told) } } }
            }
            @if let Some(line) = line { (code(model, line)) }
        }
        .into_string()
    }

    /// The same in a line.
    #[must_use]
    pub fn spot_text(&self, spot: &Spot) -> String {
        let Some(model) = self.models.get(spot.model) else { return String::new() };
        let row = self.lane_name(spot.model, spot.lane);
        let how = match spot.what {
            What::Ran(_) => "ran",
            What::Ready(_) => "waited for a core",
            What::Away => "not on a core",
            What::Idle => "no thread of it",
            What::Together(took) => return format!("{}, {row}: {}", model.model.name, share(model, spot, took)),
        };
        let title = self.title(model, spot);
        let title = if title == row { String::new() } else { format!(" {title},") };
        let from = if spot.from > -FURTHEST { format!(" from {}", moment(spot.from)) } else { String::new() };
        format!("{}, {row}:{title} {how} for {}{from}", model.model.name, known(spot.from, spot.to))
    }

    /// What it is: what a unit did, or who it is.
    fn title(&self, model: &ModelLanes, spot: &Spot) -> String {
        let who =
            || spot.thread().map_or_else(|| self.lane_name(spot.model, spot.lane), |thread| self.thread_name(spot.model, thread));
        match spot.what {
            What::Ran(_) => model.deed_in(spot).map_or_else(who, |(_, _, did)| self.deed(&did)),
            _ => who(),
        }
    }

    /// "request of connection 417"
    pub(super) fn deed(&self, did: &Did) -> String {
        let unit = did.unit.map(|unit| self.unit_name(unit));
        let of = |what: &str| unit.as_ref().map_or_else(|| what.to_owned(), |unit| format!("{what} of {unit}"));
        let is = |what: &str| unit.as_ref().map_or_else(|| what.to_owned(), |unit| format!("{unit} {what}"));
        match did.kind {
            DeedKind::Operation => of(&self.words.operation.one),
            DeedKind::Made => is("being made"),
            DeedKind::Ended => is("ending"),
            DeedKind::Failed => is("failing"),
        }
    }

    fn facts(&self, model: &ModelLanes, spot: &Spot) -> Vec<Fact> {
        let mut facts = Vec::new();
        match spot.what {
            What::Together(took) => {
                return vec![("together", share(model, spot, took)), ("each of them", "a click shows them all".to_owned())];
            }
            What::Idle => {
                facts.push(("for", known(spot.from, spot.to)));
                facts.extend((spot.from > -FURTHEST).then(|| ("from", moment(spot.from))));
                facts.push(("who had it", "another program, or nobody: records are of this trial alone".to_owned()));
                return facts;
            }
            What::Ran(_) => facts.push(("ran", length(spot.to - spot.from))),
            What::Ready(_) => facts.push(("waited for a core", length(spot.to - spot.from))),
            What::Away => facts.push(("not on a core", known(spot.from, spot.to))),
        }
        let Some((lane, thread)) = spot.thread().and_then(|thread| Some((model.thread(thread)?, thread))) else {
            facts.push(("why", "it waited, or was ready in its runtime's queue: no record tells which".to_owned()));
            return facts;
        };
        let name = self.thread_name(spot.model, thread);
        match spot.what {
            What::Ran(_) => self.ran(model, lane, spot, &name, &mut facts),
            What::Ready(_) => {
                facts.push(("thread", name));
                facts.push(("from", moment(spot.from)));
                facts.push(("why", "it was preempted: it could have gone on, and others had the cores".to_owned()));
            }
            _ => away(lane, spot, &mut facts),
        }
        facts
    }

    fn ran(&self, model: &ModelLanes, lane: &ThreadLane, spot: &Spot, name: &str, facts: &mut Vec<Fact>) {
        let Some(index) = lane.stints.at(spot.from) else { return };
        let Some((begin, end, on)) = lane.stints.get(index) else { return };
        facts
            .push(("on", on.core.map_or_else(|| format!("{name}; its core is not told"), |core| format!("{name}, core {core}"))));
        facts.push(("from", moment(spot.from)));
        if !model.knows_cores() {
            facts.push(("order inside", "not known: the kernel's accounts say how long it ran, not when".to_owned()));
        } else {
            if (begin, end) != (spot.from, spot.to) {
                facts.push(("its core was its own", format!("for {} in one go", length(end - begin))));
            }
            let before = index.checked_sub(1).and_then(|last| lane.stints.get(last));
            match before {
                Some((_, _, before)) if before.preempted => {
                    let waited = lane.ready.get(lane.ready.begun(begin).saturating_sub(1)).filter(|(_, to, ())| *to == begin);
                    let waited = waited.map_or_else(|| "a moment".to_owned(), |(from, to, ())| length(to - from));
                    facts.push(("waited before", format!("{waited} for a core: it had been preempted")));
                    facts.push(("woken by", "nobody: it was not asleep".to_owned()));
                }
                Some((_, left, _)) => {
                    facts.push((
                        "away before",
                        format!("{}: asleep, then perhaps awake without a core; how long each is not told", length(begin - left)),
                    ));
                    facts.push(("woken by", "not told: the kernel names nobody without privileges".to_owned()));
                }
                None => facts.push(("before", "its first time on a core, as far as is recorded".to_owned())),
            }
            let ended = if spot.to < end {
                format!("the end of this {}; the thread kept its core", self.words.operation.one)
            } else if on.preempted {
                "preempted: it could have gone on".to_owned()
            } else {
                "it gave up its core: it waits for something, or has ended".to_owned()
            };
            facts.push(("ended by", ended));
        }
        let doing = model.deed_in(spot).and_then(|(from, _, did)| self.seen_before(model, did.unit?, from));
        facts.extend(doing.map(|seen| ("of it before", seen)));
        let next = lane.deeds.get(lane.deeds.ended(spot.from) + 1);
        if let Some((from, _, did)) = next {
            facts.push(("next on this thread", format!("{}, {} later", self.deed(&did), length((from - spot.to).max(0)))));
        }
    }

    /// How many operations of a unit were seen before this time.
    fn seen_before(&self, model: &ModelLanes, unit: u32, at: i64) -> Option<String> {
        let units = model.units();
        let deeds = &units.deeds[units.place(unit)?];
        let operations = deeds.from(0).filter(|(_, _, deed)| deed.did.kind == DeedKind::Operation);
        let seen = operations.take_while(|(_, to, _)| *to <= at).count() as u64;
        Some(format!("{} {}", grouped(seen), self.words.operation.of(seen)))
    }
}

/// How much of the cores several lanes had in a time.
fn share(model: &ModelLanes, spot: &Spot, took: i64) -> String {
    let time = spot.to.saturating_sub(spot.from).max(1);
    let (running, cores) = (significant(took as f64 / time as f64), counted(model.cores(), "core"));
    format!("{running} of {cores} on average, for {} from {}", length(time), moment(spot.from))
}

/// A thread that had no core, and nothing says that it could have run.
fn away(lane: &ThreadLane, spot: &Spot, facts: &mut Vec<Fact>) {
    let next = lane.stints.begun(spot.from.saturating_add(1));
    let before = next.checked_sub(1).and_then(|last| lane.stints.get(last));
    let after = lane.stints.get(next);
    match (before, after) {
        (None, _) => facts.push(("why", "it was not there yet, as far as is recorded".to_owned())),
        (_, None) => facts.push(("why", "it had ended, or did not wake again while it was recorded".to_owned())),
        (Some(_), Some(_)) => {
            facts.push(("from", moment(spot.from)));
            facts.push((
                "why",
                "it gave up its core: it waited for something. What, and who woke it, is not told without privileges".to_owned(),
            ));
            facts.push(("of this ready", "not told: a wait for a core after waking is in no record".to_owned()));
        }
    }
}

/// How long something was, unless it has no end.
fn known(from: i64, to: i64) -> String {
    let has_ends = from > -FURTHEST && to < FURTHEST;
    if has_ends { length(to - from) } else { "as long as is recorded".to_owned() }
}

/// The line of a cell's file that told of it, and those around it.
fn code(model: &ModelLanes, line: u32) -> Markup {
    let all = &model.model.code;
    let first = line.saturating_sub(AROUND).max(1);
    let lines = (first..=line.saturating_add(AROUND)).filter_map(|number| Some((number, all.get(number as usize - 1)?)));
    html! {
        pre.spot-code.m style=(colours(&model.model.look)) {
            @for (number, text) in lines {
                code.told[number == line] { span.muted { (number) " " } (text) "\n" }
            }
        }
    }
}
