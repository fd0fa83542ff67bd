//! The lanes of several models, ready to be drawn: for each a row of every core and every thread. Rows of units follow from
//! these, and are made when they are first asked for ([`super::units`]).

use std::cell::{OnceCell, RefCell};

use protocol::Model;
use protocol::catalog::{Look, Noun};
use protocol::lanes::{DeedKind, Lanes, LanesAbout};
use serde::{Deserialize, Serialize};

use super::spans::{Pile, Spans};
use super::units::Units;

/// A model whose lanes are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneModel {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The same inside a sentence.
    pub within: String,
    /// Its mark.
    pub look: Look,
    /// The lines of its cell's file; none if they are not at hand.
    pub code: Vec<String>,
}

impl SceneModel {
    /// As the catalogue has it, without its code.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let Model { id, name, within, look, .. } = model.clone();
        Self { id, name, within, look, code: Vec::new() }
    }
}

/// The workload's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneWords {
    /// What a unit is.
    pub unit: Noun,
    /// What an operation is.
    pub operation: Noun,
}

/// The lanes of several models.
#[derive(Debug)]
pub struct Scene {
    pub(super) models: Vec<ModelLanes>,
    pub(super) words: SceneWords,
}

/// Those of one model.
#[derive(Debug)]
pub(super) struct ModelLanes {
    pub(super) model: SceneModel,
    /// Nothing before the first part has come.
    pub(super) about: Option<LanesAbout>,
    /// By their places in [`LanesAbout::threads`].
    pub(super) threads: Vec<ThreadLane>,
    /// By number, each with the stints on it, which say their thread.
    pub(super) cores: Vec<(u32, Spans<u32>)>,
    /// All stints.
    pub(super) whole: Pile,
    /// Times of which everything is here, apart from each other and in order.
    pub(super) covered: Vec<(i64, i64)>,
    units: OnceCell<Units>,
    /// Of the strip of the whole time, which no zoom changes: the edges of its columns, and how long all stints took until each.
    strip: RefCell<(Vec<i64>, Vec<i64>)>,
}

/// What a thread did.
#[derive(Clone, Debug, Default)]
pub(super) struct ThreadLane {
    /// What it is called; those of the same name are numbered.
    pub(super) name: String,
    pub(super) stints: Spans<On>,
    /// When it could have run and had no core.
    pub(super) ready: Spans<()>,
    pub(super) deeds: Spans<Did>,
}

/// Where a stint was, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct On {
    pub(super) core: Option<u32>,
    pub(super) preempted: bool,
}

/// What a deed was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Did {
    pub(super) unit: Option<u32>,
    pub(super) line: u32,
    pub(super) kind: DeedKind,
}

impl Scene {
    /// Of these models, in this order, before any of their lanes have come.
    #[must_use]
    pub fn new(models: Vec<SceneModel>, words: SceneWords) -> Self {
        let lanes = |model| ModelLanes {
            model,
            about: None,
            threads: Vec::new(),
            cores: Vec::new(),
            whole: Pile::default(),
            covered: Vec::new(),
            units: OnceCell::new(),
            strip: RefCell::default(),
        };
        Self { models: models.into_iter().map(lanes).collect(), words }
    }

    /// Takes lanes in, or a part of them; of a model that the scene does not have, nothing. `covers` is the time of which this
    /// part has everything: from [`i64::MIN`] to [`i64::MAX`] if it is the whole, empty (0 to -1) if it is the head alone. What
    /// has come before is not taken twice.
    pub fn add(&mut self, lanes: Lanes, covers: (i64, i64)) {
        if let Some(model) = self.models.iter_mut().find(|model| model.model.id == lanes.about.model) {
            model.add(lanes, covers);
        }
    }

    /// From the begin of recording, or the gate if that is earlier, to the end of the last measured part.
    #[must_use]
    pub fn span(&self) -> (i64, i64) {
        let abouts = || self.models.iter().filter_map(|model| model.about.as_ref());
        let from = abouts().map(|about| about.from).min().unwrap_or_default().min(0);
        let to = abouts().map(|about| about.to).max().unwrap_or_default();
        (from, to.max(from.saturating_add(super::view::SHORTEST)))
    }

    /// Whether no stint and no deed of any model is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let none = |thread: &ThreadLane| thread.stints.len() == 0 && thread.deeds.len() == 0;
        self.models.iter().all(|model| model.threads.iter().all(none))
    }
}

impl ModelLanes {
    fn add(&mut self, lanes: Lanes, covers: (i64, i64)) {
        let Lanes { about, stints, deeds } = lanes;
        if self.about.is_none() {
            let names = names(&about.threads);
            self.threads = names.into_iter().map(|name| ThreadLane { name, ..ThreadLane::default() }).collect();
            let mut cores = about.cores.clone();
            cores.sort_unstable();
            cores.dedup();
            self.cores = cores.into_iter().map(|core| (core, Spans::default())).collect();
            self.about = Some(about);
        }
        for stint in stints {
            let Some(lane) = self.threads.get_mut(stint.thread as usize) else { continue };
            let on = On { core: stint.core, preempted: stint.preempted };
            if lane.stints.has(stint.from, stint.to, on) {
                continue;
            }
            lane.stints.push(stint.from, stint.to, on);
            if stint.waited > 0 {
                lane.ready.push(stint.from.saturating_sub_unsigned(stint.waited), stint.from, ());
            }
            self.whole.push(stint.from, stint.to);
            if let Some(core) = stint.core.and_then(|core| self.cores.binary_search_by_key(&core, |(number, _)| *number).ok()) {
                self.cores[core].1.push(stint.from, stint.to, stint.thread);
            }
        }
        for deed in deeds {
            let Some(lane) = self.threads.get_mut(deed.thread as usize) else { continue };
            let did = Did { unit: deed.unit, line: deed.line, kind: deed.kind };
            if !lane.deeds.has(deed.from, deed.to, did) {
                lane.deeds.push(deed.from, deed.to, did);
            }
        }
        for lane in &mut self.threads {
            lane.stints.settle();
            lane.ready.settle();
            lane.deeds.settle();
        }
        self.cores.iter_mut().for_each(|(_, core)| core.settle());
        self.whole.settle();
        self.cover(covers);
        self.units.take();
        self.strip.take();
    }

    fn cover(&mut self, covers: (i64, i64)) {
        if covers.0 > covers.1 {
            return;
        }
        self.covered.push(covers);
        self.covered.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in self.covered.drain(..) {
            match joined.last_mut().filter(|last| from <= last.1.saturating_add(1)) {
                Some(last) => last.1 = last.1.max(to),
                None => joined.push((from, to)),
            }
        }
        self.covered = joined;
    }

    /// What units did.
    pub(super) fn units(&self) -> &Units {
        self.units.get_or_init(|| Units::of(&self.threads))
    }

    /// How long all stints took together until each of these moments; made anew only if they are others than the last time.
    pub(super) fn strip(&self, edges: &[i64]) -> Vec<i64> {
        let mut strip = self.strip.borrow_mut();
        if strip.0 != edges {
            let mut sums = vec![0; edges.len()];
            self.whole.until_each(edges, |index, until| sums[index] = until);
            *strip = (edges.to_vec(), sums);
        }
        strip.1.clone()
    }

    /// How many cores it may use; one at least.
    pub(super) fn cores(&self) -> usize {
        self.cores.len().max(1)
    }

    /// Whether it is known on which core a thread was.
    pub(super) fn knows_cores(&self) -> bool {
        self.about.as_ref().is_none_or(|about| about.source == protocol::lanes::LanesSource::Switches)
    }

    /// The row of the core with this place, of a thread, of what it did.
    pub(super) fn thread(&self, thread: u32) -> Option<&ThreadLane> {
        self.threads.get(thread as usize)
    }
}

impl ThreadLane {
    /// From when to when it is known to have been there: from its first stint to its last.
    pub(super) fn life(&self) -> Option<(i64, i64)> {
        let (from, to) = self.stints.ends()?;
        Some((self.ready.ends().map_or(from, |(ready, _)| ready.min(from)), to))
    }

    /// The one unit of it, if it is a thread of one unit alone as far as that is known.
    pub(super) fn own_unit(&self) -> Option<u32> {
        let unit = |index: usize| self.deeds.get(index).and_then(|(_, _, did)| did.unit);
        let first = unit(0)?;
        (self.name.starts_with(UNIT) && unit(self.deeds.len() - 1) == Some(first)).then_some(first)
    }
}

/// What the thread of a unit is called that has no name of its own.
const UNIT: &str = "unit";

/// The names of threads without the kernel's numbers behind them, and of a path only its end ("actix-rt|system:0|arbiter:1" is
/// arbiter 1); those of the same name are numbered in their order.
fn names(threads: &[String]) -> Vec<String> {
    let bare = |name: &String| {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let name = name.rsplit_once(' ').filter(|(_, number)| is_number(number)).map_or(name.as_str(), |(name, _)| name);
        name.rsplit_once('|').map_or_else(|| name.to_owned(), |(_, end)| end.replace(':', " "))
    };
    let bare: Vec<String> = threads.iter().map(bare).collect();
    let mut counts = std::collections::BTreeMap::<&str, (usize, usize)>::new();
    bare.iter().for_each(|name| counts.entry(name).or_default().0 += 1);
    let mut numbered = Vec::with_capacity(bare.len());
    for name in &bare {
        let (of, next) = counts.entry(name).or_default();
        numbered.push(if *of > 1 { format!("{name} {next}") } else { name.clone() });
        *next += 1;
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_the_same_name_are_numbered() {
        let threads = ["main 100", "worker 101", "worker 102", "odd name", "7", "rt|system:0|arbiter:1 103"].map(str::to_owned);
        assert_eq!(names(&threads), ["main", "worker 0", "worker 1", "odd name", "7", "arbiter 1"]);
    }
}
