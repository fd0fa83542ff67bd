//! The recorded schedule at one moment: who runs on which core, who is ready, who is neither. A function of that moment alone:
//! whoever moves it sees units go from one place to another.

use protocol::parameter::grouped;

use super::layout::Lane;
use super::paint::SMALL;
use super::scene::{ModelLanes, Scene};
use super::surface::{Align, Area, Fill, Letters, Palette, Rgb, Surface, mixed};
use super::ticks::moment;

/// A moment of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Which.
    pub at: i64,
    /// Who moves.
    pub of: ReplayOf,
    /// How much recorded time it takes to move from one place to another, nanoseconds; none for whoever wants less motion.
    pub moving: i64,
}

/// Who moves in a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ReplayOf {
    #[default]
    Threads,
    Units,
}

/// Where somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayPlace {
    /// On a core; which, by its place, if that is told.
    Running(Option<u32>),
    /// It could run, and has no core.
    Ready,
    /// Neither, or nothing tells.
    Away,
}

/// Where somebody is, since when, and where it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// Where it is.
    pub place: ReplayPlace,
    /// Since when.
    pub since: i64,
    /// Where it was before.
    pub before: ReplayPlace,
}

/// The least place that one of many has, pixels; if they are more, several share one.
const LEAST: f64 = 6.0;
const LARGEST: f64 = 24.0;
/// What stands over the places of a model.
const TITLE: f64 = 22.0;
const WORDS: f64 = 18.0;
const GAP: f64 = 14.0;

impl Scene {
    /// The next time after this one at which a thread gets a core or loses it.
    #[must_use]
    pub fn next_switch(&self, at: i64) -> Option<i64> {
        self.models.iter().filter_map(|model| model.whole.after(at)).min()
    }

    /// The last time before this one.
    #[must_use]
    pub fn switch_before(&self, at: i64) -> Option<i64> {
        self.models.iter().filter_map(|model| model.whole.before(at)).max()
    }

    /// Where everybody of a model is, by number; nothing of one that is not there yet, or no more.
    #[must_use]
    pub fn whereabouts(&self, model: usize, of: ReplayOf, at: i64) -> Vec<Option<Whereabouts>> {
        let Some(model) = self.models.get(model) else { return Vec::new() };
        match of {
            ReplayOf::Threads => (0..model.threads.len() as u32).map(|thread| model.thread_at(thread, at)).collect(),
            ReplayOf::Units => (0..model.units().rows.len()).map(|unit| model.unit_at(unit, at)).collect(),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn replay_text(&self, replay: &Replay) -> String {
        let mut text = format!("At {}", moment(replay.at));
        for (place, model) in self.models.iter().enumerate() {
            let counts = Counts::of(&self.whereabouts(place, replay.of, replay.at));
            let number = |count: usize| grouped(count as u64);
            let (running, ready, away) = (number(counts.running), number(counts.ready), number(counts.away));
            text.push_str(&format!("; {}: {running} running, {ready} ready, {away} {}", model.model.name, away_words(replay.of)));
        }
        text
    }

    /// How high a replay is at least so that all models are told apart.
    #[must_use]
    pub fn least_replay_height(&self) -> f64 {
        self.models.len() as f64 * (TITLE + WORDS + GAP + 48.0)
    }

    /// Paints a moment.
    pub fn paint_replay(&self, replay: &Replay, size: (f64, f64), palette: &Palette, on: &mut impl Surface) {
        on.rectangle(Area { x: 0.0, y: 0.0, width: size.0, height: size.1 }, Fill::plain(palette.card));
        let height = size.1 / self.models.len().max(1) as f64;
        for (place, model) in self.models.iter().enumerate() {
            let all = self.whereabouts(place, replay.of, replay.at);
            let area = Area { x: 0.0, y: place as f64 * height, width: size.0, height };
            Panel::of(model, area, all.len(), palette).paint(self, place, replay, &all, on);
        }
    }
}

/// "asleep or waking"; of units that nothing tells.
fn away_words(of: ReplayOf) -> &'static str {
    match of {
        ReplayOf::Threads => "asleep or waking",
        ReplayOf::Units => "waiting, or in a queue",
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    running: usize,
    ready: usize,
    away: usize,
}

impl Counts {
    fn of(all: &[Option<Whereabouts>]) -> Self {
        let mut counts = Self::default();
        for one in all.iter().flatten() {
            match one.place {
                ReplayPlace::Running(_) => counts.running += 1,
                ReplayPlace::Ready => counts.ready += 1,
                ReplayPlace::Away => counts.away += 1,
            }
        }
        counts
    }
}

impl ModelLanes {
    fn place_of(&self, core: Option<u32>) -> ReplayPlace {
        ReplayPlace::Running(
            core.and_then(|core| self.cores.binary_search_by_key(&core, |(number, _)| *number).ok()).map(|core| core as u32),
        )
    }

    fn thread_at(&self, thread: u32, at: i64) -> Option<Whereabouts> {
        let lane = self.thread(thread)?;
        lane.life().filter(|(from, to)| (*from..*to).contains(&at))?;
        let next = lane.stints.begun(at.saturating_add(1));
        let last = next.checked_sub(1).and_then(|last| lane.stints.get(last));
        let waiting = |at: i64| lane.ready.at(at).and_then(|index| lane.ready.get(index));
        let not_running = |at: i64| if waiting(at).is_some() { ReplayPlace::Ready } else { ReplayPlace::Away };
        Some(match last {
            Some((from, to, on)) if to > at => {
                Whereabouts { place: self.place_of(on.core), since: from, before: not_running(from.saturating_sub(1)) }
            }
            last => {
                let (left, before) = last.map_or((at, ReplayPlace::Away), |(_, to, on)| (to, self.place_of(on.core)));
                let since = waiting(at).map_or(left, |(from, _, ())| from.max(left));
                Whereabouts { place: not_running(at), since, before: if since > left { ReplayPlace::Away } else { before } }
            }
        })
    }

    fn unit_at(&self, unit: usize, at: i64) -> Option<Whereabouts> {
        let units = self.units();
        let (row, deeds) = (units.rows.get(unit)?, units.deeds.get(unit)?);
        deeds.ends().filter(|(from, to)| (*from..*to).contains(&at))?;
        let core_of = |thread: u32, at: i64| {
            let lane = self.thread(thread)?;
            lane.stints.get(lane.stints.at(at)?)?.2.core
        };
        let next = row.begun(at.saturating_add(1));
        let last = next.checked_sub(1).and_then(|last| row.get(last));
        Some(match last {
            Some((from, to, ran)) if to > at => {
                Whereabouts { place: self.place_of(core_of(ran.thread, from)), since: from, before: ReplayPlace::Away }
            }
            last => {
                let deed = deeds.at(at).and_then(|index| deeds.get(index));
                let ready = deed.and_then(|(_, _, deed)| {
                    let ready = &self.thread(deed.thread)?.ready;
                    ready.get(ready.at(at)?)
                });
                let place = if ready.is_some() { ReplayPlace::Ready } else { ReplayPlace::Away };
                let left = last.map_or((at, ReplayPlace::Away), |(_, to, ran)| (to, self.place_of(core_of(ran.thread, to - 1))));
                Whereabouts { place, since: left.0, before: left.1 }
            }
        })
    }
}

/// Where a model's are painted.
struct Panel<'a> {
    model: &'a ModelLanes,
    palette: &'a Palette,
    colour: Rgb,
    area: Area,
    /// Those that are ready, that run, and the others.
    boxes: [Area; 3],
    /// How large a place is, and how many share it.
    slot: f64,
    share: usize,
}

impl<'a> Panel<'a> {
    fn of(model: &'a ModelLanes, area: Area, count: usize, palette: &'a Palette) -> Self {
        let top = area.y + TITLE + WORDS;
        let height = (area.height - TITLE - WORDS - GAP).max(LEAST);
        let (side, gap) = (8.0, 16.0);
        let room = (area.width - 2.0 * side - 2.0 * gap).max(30.0);
        let of = |x: f64, width: f64| Area { x: area.x + side + x, y: top, width, height };
        let (outer, inner) = (room * 0.36, room * 0.28);
        let boxes = [of(0.0, outer), of(outer + gap, inner), of(outer + inner + 2.0 * gap, outer)];
        let places = |slot: f64| ((outer / slot).floor() * (height / slot).floor()) as usize;
        let mut slot = LARGEST;
        while slot > LEAST && places(slot) < count {
            slot -= 0.5;
        }
        let share = count.div_ceil(places(slot).max(1)).max(1);
        Self { model, palette, colour: palette.model(&model.model.look), area, boxes, slot, share }
    }

    /// The centre of this one of many in a box.
    fn slot(&self, of: Area, number: usize) -> (f64, f64) {
        let across = ((of.width / self.slot).floor() as usize).max(1);
        let (column, row) = (number % across, number / across);
        (of.x + (column as f64 + 0.5) * self.slot, of.y + (row as f64 + 0.5) * self.slot)
    }

    /// Where a core's is: cores have rows, as long as those are high enough.
    fn core(&self, core: usize) -> (f64, f64) {
        let pitch = self.core_pitch();
        if pitch < LEAST {
            self.slot(self.boxes[1], core)
        } else {
            (self.boxes[1].x + 10.0, self.boxes[1].y + (core as f64 + 0.5) * pitch)
        }
    }

    fn core_pitch(&self) -> f64 {
        (self.boxes[1].height / self.model.cores() as f64).min(26.0)
    }

    fn centre(&self, number: usize, place: ReplayPlace) -> (f64, f64) {
        match place {
            ReplayPlace::Ready => self.slot(self.boxes[0], number / self.share),
            ReplayPlace::Running(Some(core)) => self.core(core as usize),
            // Nothing tells which core.
            ReplayPlace::Running(None) => self.slot(self.boxes[1], number % self.model.cores()),
            ReplayPlace::Away => self.slot(self.boxes[2], number / self.share),
        }
    }

    fn paint(&self, scene: &Scene, place: usize, replay: &Replay, all: &[Option<Whereabouts>], on: &mut impl Surface) {
        self.words(Counts::of(all), replay.of, on);
        let pitch = self.core_pitch();
        for core in 0..self.model.cores.len() {
            let (x, y) = self.core(core);
            if pitch >= LEAST {
                let row = Area { x: x - 10.0, y: y - pitch / 2.0 + 1.0, width: self.boxes[1].width, height: pitch - 2.0 };
                on.rectangle(row, Fill::plain(self.palette.soft));
            }
        }
        let radius = (self.slot * 0.34).min(6.0);
        let pale = Fill::plain(mixed(self.palette.card, self.palette.edge, 150));
        if self.share > 1 {
            self.shares(all, radius, on);
        }
        let mut running: Vec<(usize, (f64, f64), u32)> = Vec::new();
        for (number, one) in all.iter().enumerate() {
            let Some(Whereabouts { place: now, since, before }) = *one else { continue };
            let (to, from) = (self.centre(number, now), self.centre(number, before));
            let gone = (replay.at.saturating_sub(since)) as f64 / replay.moving.max(1) as f64;
            // It starts and stops gently.
            let way = if replay.moving > 0 { gone.clamp(0.0, 1.0) } else { 1.0 };
            let way = way * way * (3.0 - 2.0 * way);
            let centre = (from.0 + (to.0 - from.0) * way, from.1 + (to.1 - from.1) * way);
            match now {
                ReplayPlace::Running(core) => {
                    on.dot(centre, radius.max(4.0), Fill::plain(self.colour));
                    running.extend(core.map(|core| (number, to, core)));
                }
                // Of many that share a place, those that stay are painted together.
                _ if self.share > 1 && way >= 1.0 => {}
                ReplayPlace::Ready => {
                    on.dot(centre, radius, Fill::plain(self.colour));
                    on.dot(centre, radius - 1.5, Fill::plain(self.palette.card));
                }
                ReplayPlace::Away => on.dot(centre, radius * 0.8, pale),
            }
        }
        if self.core_pitch() >= SMALL + 1.0 {
            self.names(scene, place, replay.of, &running, on);
        }
    }

    /// Places that several share: as strong as there are of them.
    fn shares(&self, all: &[Option<Whereabouts>], radius: f64, on: &mut impl Surface) {
        for (index, some) in all.chunks(self.share).enumerate() {
            let count =
                |place: ReplayPlace| some.iter().flatten().filter(|one| one.place == place).count() as f64 / some.len() as f64;
            for (place, of, colour) in [(ReplayPlace::Ready, 0, self.colour), (ReplayPlace::Away, 2, self.palette.edge)] {
                let strength = (count(place) * 255.0).round() as u8;
                if strength > 0 {
                    on.dot(self.slot(self.boxes[of], index), radius, Fill::plain(colour).strong(strength.max(24)));
                }
            }
        }
    }

    fn words(&self, counts: Counts, of: ReplayOf, on: &mut impl Surface) {
        let middle = self.area.y + TITLE / 2.0;
        on.mark((self.area.x + 14.0, middle), &self.model.model.look, self.colour);
        let bold = Letters { size: 13.0, colour: self.palette.ink, bold: true, held: Align::Left };
        on.words((self.area.x + 25.0, middle), &self.model.model.name, bold);
        let narrow = self.area.width < 480.0;
        let away = if narrow { "away" } else { away_words(of) };
        let told = [(0, "ready", counts.ready), (1, "running", counts.running), (2, away, counts.away)];
        for (index, words, count) in told {
            let area = self.boxes[index];
            let letters = Letters { size: SMALL, colour: self.palette.muted, bold: false, held: Align::Left };
            on.words((area.x, self.area.y + TITLE + WORDS / 2.0 - 2.0), &format!("{words} {}", grouped(count as u64)), letters);
            on.rectangle(Area { y: area.y - 3.0, height: 1.0, ..area }, Fill::plain(self.palette.line));
        }
    }

    /// Which core it is, and who runs there.
    fn names(&self, scene: &Scene, place: usize, of: ReplayOf, running: &[(usize, (f64, f64), u32)], on: &mut impl Surface) {
        for (core, (number, _)) in self.model.cores.iter().enumerate() {
            let (x, y) = self.core(core);
            let who = running.iter().find(|(_, _, on)| *on as usize == core).map(|(number, _, _)| {
                let number = *number as u32;
                scene.lane_name(place, if of == ReplayOf::Threads { Lane::Thread(number) } else { Lane::Unit(number) })
            });
            let (words, colour) = match who {
                Some(who) => (format!("core {number}: {who}"), self.palette.ink),
                None => (format!("core {number}"), self.palette.muted),
            };
            on.words((x + 10.0, y), &words, Letters { size: SMALL, colour, bold: false, held: Align::Left });
        }
    }
}
