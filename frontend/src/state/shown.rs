//! A result as it stands: the fold of a run's log, of a run that is followed, of one that is over, or of the recorded sample.

use std::collections::BTreeMap;
use std::rc::Rc;

use charts::words::counted;
use protocol::drawing::Drawing;
use protocol::plan::{Role, plan_size};
use protocol::{Catalog, Experiment, PlannedTrial, Run, RunEvent, RunState};

/// What is shown in the main column.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where it comes from.
    pub origin: Origin,
    /// The run as far as its log has come.
    pub run: Run,
    /// Whether its events come.
    pub connection: Connection,
    /// What it looks like, as far as it has been drawn.
    pub drawing: Rc<Drawing>,
    /// Where the lanes are that came with it, in this browser's memory; else empty.
    pub(super) lanes: String,
    /// Tells its drawing from those of other results.
    pub(super) ticket: u32,
    /// The whole of its log so far, in frames.
    pub(super) log: Vec<u8>,
    /// Of the sample before it is drawn anew: the log without what only pictures are drawn of.
    pub(super) brief: Vec<u8>,
    /// How many bytes of it the painter has been given.
    pub(super) given: usize,
    /// This browser's clock when the run was submitted, as far as events tell.
    zero: Option<f64>,
}

/// Where a result comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The page's own recorded sample.
    Sample,
    /// A run of this server, by its id.
    Run(String),
    /// A result that was kept, or carried here: in a link, in a file.
    Recorded {
        /// What a person calls it; else empty.
        name: String,
        /// What it does without, in words.
        left_out: Vec<String>,
    },
}

/// Whether a run's events come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// They come, or none are due.
    #[default]
    Good,
    /// The stream broke; the rest of the log will be asked for.
    Reconnecting,
    /// The server does not know the run any more.
    Lost,
}

impl Shown {
    /// Nothing of it yet.
    #[must_use]
    pub fn new(origin: Origin, ticket: u32) -> Self {
        let (run, connection) = (Run::default(), Connection::Good);
        Self {
            origin,
            run,
            connection,
            drawing: Rc::default(),
            lanes: String::new(),
            ticket,
            log: Vec::new(),
            brief: Vec::new(),
            given: 0,
            zero: None,
        }
    }

    /// Takes the next entries of the run's log, heard at `now` by this browser's clock; `frames` are the same as they came.
    pub fn take(&mut self, events: &[RunEvent], frames: &[u8], now: f64) {
        self.connection = Connection::Good;
        self.log.extend_from_slice(frames);
        for event in events {
            self.run.apply(event);
            // A log that is replayed comes late; the least difference is nearest to the truth.
            let zero = now - event.at_ms as f64;
            self.zero = Some(self.zero.map_or(zero, |least| least.min(zero)));
        }
    }

    /// The whole of its log so far, in frames; nothing of the sample before it is drawn anew.
    #[must_use]
    pub fn log(&self) -> &[u8] {
        &self.log
    }

    /// What is there of its log, in frames: enough to tell of its trials.
    pub(super) fn frames(&self) -> &[u8] {
        if self.log.is_empty() { &self.brief } else { &self.log }
    }

    /// What a person calls it; else empty.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.origin {
            Origin::Recorded { name, .. } => name,
            Origin::Sample | Origin::Run(_) => "",
        }
    }

    /// Of what.
    #[must_use]
    pub fn experiment(&self) -> &Experiment {
        &self.run.submission.experiment
    }

    /// What explains it: the result's own part of a catalogue, of whichever server made it.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.run.submission.catalog
    }

    /// The key of the quantity that it is about, unless a person has chosen another one.
    #[must_use]
    pub fn headline(&self) -> &str {
        self.catalog().workload(&self.experiment().workload).map_or("", |workload| &workload.headline.metric)
    }

    /// The name that people read of its workload.
    #[must_use]
    pub fn workload_name(&self) -> &str {
        let id = &self.experiment().workload;
        self.catalog().workload(id).map_or(id, |workload| &workload.name)
    }

    /// The run's id; `None` of the sample.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match &self.origin {
            Origin::Sample => None,
            Origin::Run(id) => Some(id),
            Origin::Recorded { .. } => Some(&self.run.submission.id),
        }
    }

    /// Whether more will come.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        !self.run.state.is_over() && self.connection != Connection::Lost
    }

    /// The server has forgotten the run: what has come so far stays.
    pub fn lose(&mut self) {
        self.connection = Connection::Lost;
        self.run.running = None;
    }

    /// How long the run took, or has taken by this browser's clock, milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self, now: f64) -> Option<f64> {
        let began = self.run.began_ms? as f64;
        let until = match self.run.ended_ms {
            Some(ended) => ended as f64,
            None => now - self.zero?,
        };
        // A report of an earlier version does not say.
        (until > 0.0).then(|| (until - began).max(0.0))
    }

    /// How many trials there were to be, if the run has ended before them because it could tell.
    #[must_use]
    pub fn told_apart_of(&self) -> Option<u64> {
        let planned = plan_size(self.experiment()).filter(|planned| *planned > self.run.plan.len() as u64)?;
        (self.run.state == RunState::Finished).then_some(planned)
    }

    /// How long trials took on average.
    #[must_use]
    pub fn means(&self) -> Means<'_> {
        let mut means = Means::default();
        for planned in &self.run.plan {
            if let Some(took) = self.run.took_ms.get(&planned.order) {
                for role in [Some(planned.role), None] {
                    let (sum, count) = means.0.entry(Means::key(planned, role)).or_default();
                    *sum += took;
                    *count += 1;
                }
            }
        }
        means
    }

    /// Where it stands among those that wait for their turn; `None` if it does not wait.
    #[must_use]
    pub fn place_in_queue(&self) -> Option<String> {
        (self.run.state == RunState::Queued).then(|| match self.run.position {
            0 => "Queued: next to run".to_owned(),
            position => format!("Queued behind {}", counted(position as usize, "other run")),
        })
    }

    /// About how long it will still take, milliseconds; `None` until a first repetition has shown it.
    #[must_use]
    pub fn remaining_ms(&self, now: f64) -> Option<f64> {
        let left = self.run.plan.iter().filter(|planned| self.run.trial(planned.order).is_none());
        let means = self.means();
        let sum: Option<f64> = left.map(|planned| means.of(planned)).sum();
        let in_this_trial = match (self.run.running, self.zero) {
            (Some(running), Some(zero)) => now - zero - running.since_ms as f64,
            _ => 0.0,
        };
        Some((sum? - in_this_trial).max(0.0))
    }
}

/// A model, its point of a sweep, and what the trial is for, if that matters.
type Kind<'a> = (&'a str, Option<u64>, Option<u64>, Option<Role>);

/// How long trials of a kind took on average, from start to end: their sum, milliseconds, and how many they are.
#[derive(Debug, Default)]
pub struct Means<'a>(BTreeMap<Kind<'a>, (u64, u64)>);

impl Means<'_> {
    fn key(planned: &PlannedTrial, role: Option<Role>) -> Kind<'_> {
        (&planned.model, planned.at, planned.also_at, role)
    }

    /// Of this model at this point of a sweep, milliseconds; of the same role if there are any.
    #[must_use]
    pub fn of(&self, wanted: &PlannedTrial) -> Option<f64> {
        let (sum, count) = [Some(wanted.role), None].into_iter().find_map(|role| self.0.get(&Self::key(wanted, role)))?;
        Some(*sum as f64 / *count as f64)
    }
}
