//! A result as it stands: the fold of a run's log, of a run that is followed, of one that is over, or of the recorded sample.

use std::collections::BTreeMap;
use std::rc::Rc;

use analysis::Summarised;
use analysis::quantities::find;
use analysis::report::summarised_with;
use analysis::verdict::{Sentence, sentence};
use charts::words::counted;
use protocol::plan::Role;
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
    /// What the trials come to.
    pub summarised: Rc<Summarised>,
    /// The same as a sentence.
    pub sentence: Rc<Sentence>,
    /// The quantity that a person has chosen for chart and sentence, by its key; `None` means the workload's headline.
    pub chosen: Option<String>,
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
    pub fn new(origin: Origin) -> Self {
        let (summarised, sentence) = (Rc::default(), Rc::default());
        let (run, connection) = (Run::default(), Connection::Good);
        Self { origin, run, connection, summarised, sentence, chosen: None, zero: None }
    }

    /// Takes the next entries of the run's log, heard at `now` by this browser's clock. What the trials come to is computed when
    /// the run is over; before, whenever it is asked for.
    pub fn take(&mut self, events: &[RunEvent], now: f64) {
        self.connection = Connection::Good;
        for event in events {
            self.run.apply(event);
            // A log that is replayed comes late; the least difference is nearest to the truth.
            let zero = now - event.at_ms as f64;
            self.zero = Some(self.zero.map_or(zero, |least| least.min(zero)));
        }
        // Before anything has ended too: the table has its rows from the start, and nothing moves when figures come.
        let is_new = self.summarised.summary.is_empty() && self.summarised.points.is_empty();
        if self.run.state.is_over() || is_new {
            self.summarise();
        }
    }

    /// Computes what the trials come to so far.
    pub fn summarise(&mut self) {
        let chosen = self.quantity();
        let summarised = summarised_with(&self.run, chosen);
        let (cores, over) = (self.run.submission.machine.cores, !self.is_going_on());
        let sentence = sentence(self.catalog(), self.experiment(), &self.run.trials, &summarised, cores, over, chosen);
        (self.sentence, self.summarised) = (Rc::new(sentence), Rc::new(summarised));
    }

    /// The quantity that is chosen, if this result has it.
    #[must_use]
    pub fn quantity(&self) -> Option<&str> {
        let workload = self.catalog().workload(&self.experiment().workload)?;
        self.chosen.as_deref().filter(|key| *key != workload.headline.metric && find(self.catalog(), workload, key).is_some())
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
        }
    }

    /// Whether more will come.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        !self.run.state.is_over() && self.connection != Connection::Lost
    }

    /// The trial that came to a result so many places after or before this one, or at an end of them.
    #[must_use]
    pub fn next_good(&self, from: Option<u64>, step: i64) -> Option<u64> {
        let good = self.run.trials.iter().filter(|trial| trial.is_ok() && trial.planned.is_measured());
        let good: Vec<u64> = good.map(|trial| trial.planned.order).collect();
        let last = i64::try_from(good.len()).ok()? - 1;
        let to = match from.and_then(|from| good.iter().position(|order| *order == from)) {
            Some(at) => i64::try_from(at).ok()?.saturating_add(step).clamp(0, last.max(0)),
            None => 0,
        };
        good.get(usize::try_from(to).ok()?).copied()
    }

    /// The server has forgotten the run: what has come so far stays.
    pub fn lose(&mut self) {
        self.connection = Connection::Lost;
        self.run.running = None;
        self.summarise();
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
