//! A result as it stands: of a run that is followed, of one that is over, or of the recorded sample.

use std::rc::Rc;

use analysis::verdict::{Sentence, sentence};
use analysis::{Summarised, summarise};
use protocol::event::{Happening, Phase};
use protocol::plan::{PlannedTrial, block_size, cut, is_traced, plan};
use protocol::{Build, Catalog, Experiment, Here, Machine, RunEvent, RunState, Trial, TrialStatus, Until};

/// Trials up to which everything is computed again at each one's end. Past it, once a repetition: the page shares the cores with
/// what is measured, and eight models with fifty repetitions cost some 100 ms.
const FEW: usize = 60;

/// A report as the page reads it. What the trials come to is left out: it is computed here, with the code that the server has it
/// from.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of `protocol::Report`")]
pub struct Recorded {
    pub started_ms: u64,
    pub experiment: Experiment,
    pub machine: Machine,
    pub build: Build,
    pub trials: Vec<Trial>,
}

/// A run as the page reads it.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of `protocol::Run`")]
pub struct RunSeen {
    pub id: String,
    pub experiment: Experiment,
    pub state: RunState,
    pub position: u64,
    pub expected_wait_ms: Option<u64>,
    pub plan: Vec<PlannedTrial>,
    pub trials: Vec<Trial>,
    pub report: Option<Recorded>,
}

/// What is shown in the main column.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where it comes from.
    pub origin: Origin,
    /// Of what.
    pub experiment: Experiment,
    /// Its trials in the order in which they are run.
    pub plan: Vec<PlannedTrial>,
    /// Those that have ended, in that order.
    pub trials: Vec<Trial>,
    /// The one that is running, and what it does.
    pub running: Option<(u64, Option<Phase>)>,
    /// Where the run stands.
    pub state: RunState,
    /// How many runs go before it, and about how long that takes, milliseconds.
    pub queued: (u64, Option<u64>),
    /// Whether its events come.
    pub connection: Connection,
    /// Where and with what it was measured, where that is known.
    pub measured_with: Option<(Machine, Build)>,
    /// When it was asked for, milliseconds since 1970; of a report.
    pub started_ms: Option<u64>,
    /// The number of the newest event.
    pub last_event: u64,
    /// What the trials come to.
    pub summarised: Rc<Summarised>,
    /// The same as a sentence.
    pub sentence: Rc<Sentence>,
    /// Of a sweep: what came out, drawn by the server.
    pub sweep: Rc<str>,
    clock: Clock,
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

/// What the log's times say, milliseconds since the run was asked for.
#[derive(Clone, Debug, Default)]
struct Clock {
    began: Option<u64>,
    ended: Option<u64>,
    trial_began: Option<u64>,
    /// How long trials took from start to end, each with its label.
    took: Vec<(String, u64)>,
    /// This browser's clock when the run was asked for, as far as events tell.
    zero: Option<f64>,
}

impl Shown {
    /// A run as the server tells it, before its events.
    #[must_use]
    pub fn of_run(run: RunSeen, here: Option<&Here>) -> Self {
        Self {
            origin: Origin::Run(run.id),
            plan: if run.plan.is_empty() { plan(&run.experiment) } else { run.plan },
            experiment: run.experiment,
            trials: run.trials,
            running: None,
            state: run.state,
            queued: (run.position, run.expected_wait_ms),
            connection: Connection::Good,
            measured_with: here.map(|here| (here.machine.clone(), here.build.clone())),
            started_ms: None,
            last_event: 0,
            summarised: Rc::default(),
            sentence: Rc::default(),
            sweep: "".into(),
            clock: Clock::default(),
        }
    }

    /// A report. Without a catalogue yet, what the trials come to is computed later.
    #[must_use]
    pub fn of_report(report: Recorded, origin: Origin, catalog: Option<&Catalog>) -> Self {
        let mut plan = plan(&report.experiment);
        if report.experiment.until == Until::Sure {
            plan = cut(&plan, report.trials.iter().filter(|trial| !is_traced(&trial.label)).count());
        }
        let mut shown = Self {
            origin,
            plan,
            experiment: report.experiment,
            trials: report.trials,
            running: None,
            state: RunState::Finished,
            queued: (0, None),
            connection: Connection::Good,
            measured_with: Some((report.machine, report.build)),
            started_ms: Some(report.started_ms),
            last_event: 0,
            summarised: Rc::default(),
            sentence: Rc::default(),
            sweep: "".into(),
            clock: Clock::default(),
        };
        if let Some(catalog) = catalog {
            shown.summarise(catalog);
        }
        shown
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
        !self.state.is_over() && self.connection != Connection::Lost
    }

    /// The trial at this place of the plan, if it has ended.
    #[must_use]
    pub fn trial(&self, order: u64) -> Option<&Trial> {
        self.trials.iter().find(|trial| trial.order == order)
    }

    /// The trial that came to a result so many places after or before this one, or at an end of them.
    #[must_use]
    pub fn next_good(&self, from: Option<u64>, step: i64) -> Option<u64> {
        let good: Vec<u64> =
            self.trials.iter().filter(|trial| trial.status == TrialStatus::Ok).map(|trial| trial.order).collect();
        let last = i64::try_from(good.len()).ok()? - 1;
        let to = match from.and_then(|from| good.iter().position(|order| *order == from)) {
            Some(at) => i64::try_from(at).ok()?.saturating_add(step).clamp(0, last.max(0)),
            None => 0,
        };
        good.get(usize::try_from(to).ok()?).copied()
    }

    /// Takes the next entry of the run's log, heard at `now` by this browser's clock.
    pub fn take(&mut self, event: RunEvent, now: f64, catalog: &Catalog) {
        self.last_event = event.number;
        self.connection = Connection::Good;
        // A log that is replayed comes late; the least difference is nearest to the truth.
        let zero = now - event.at_ms as f64;
        self.clock.zero = Some(self.clock.zero.map_or(zero, |least| least.min(zero)));
        match event.what {
            Happening::Queued { position, expected_wait_ms } => self.queued = (position, expected_wait_ms),
            Happening::Started { plan } => {
                self.state = RunState::Running;
                self.plan = plan;
                self.clock.began = Some(event.at_ms);
            }
            Happening::Replanned { plan } => self.plan = plan,
            Happening::TrialStarted { order } => {
                self.running = Some((order, None));
                self.clock.trial_began = Some(event.at_ms);
            }
            Happening::TrialPhase { order, phase } => self.running = Some((order, Some(phase))),
            Happening::TrialFinished { trial } => {
                self.running = None;
                if let Some(began) = self.clock.trial_began.take() {
                    self.clock.took.push((trial.label.clone(), event.at_ms.saturating_sub(began)));
                }
                self.put(*trial);
                if self.plan.len() <= FEW || self.trials.len().is_multiple_of(block_size(&self.experiment)) {
                    self.summarise(catalog);
                }
            }
            Happening::Finished | Happening::Cancelled => {
                self.state = if event.what == Happening::Finished { RunState::Finished } else { RunState::Cancelled };
                self.running = None;
                self.clock.ended = Some(event.at_ms);
                self.summarise(catalog);
            }
        }
    }

    /// Whether a sweep's picture is to be asked for: when whole repetitions have ended, or nothing more will come. Drawing it
    /// takes the server a millisecond or two between two trials.
    #[must_use]
    pub fn is_due_for_a_picture(&self) -> bool {
        let whole = !self.trials.is_empty() && self.trials.len().is_multiple_of(block_size(&self.experiment));
        self.experiment.sweep.is_some() && (self.state.is_over() || (whole && self.running.is_none()))
    }

    /// The server has forgotten the run: what has come so far stays.
    pub fn lose(&mut self) {
        self.connection = Connection::Lost;
        self.running = None;
    }

    fn put(&mut self, trial: Trial) {
        match self.trials.binary_search_by_key(&trial.order, |trial| trial.order) {
            Ok(at) => self.trials[at] = trial,
            Err(at) => self.trials.insert(at, trial),
        }
    }

    /// Computes what the trials come to.
    pub fn summarise(&mut self, catalog: &Catalog) {
        let Some(workload) = catalog.workload(&self.experiment.workload).filter(|_| self.experiment.sweep.is_none()) else {
            return;
        };
        let summarised = summarise(workload, &self.experiment, &self.trials);
        let cores = self.measured_with.as_ref().map_or(0, |(machine, _)| machine.cores);
        let over = !self.is_going_on();
        self.sentence = Rc::new(sentence(catalog, &self.experiment, &self.trials, &summarised, cores, over));
        self.summarised = Rc::new(summarised);
    }

    /// How long the run took, or has taken by this browser's clock, milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self, now: f64) -> Option<f64> {
        let began = self.clock.began? as f64;
        let until = match self.clock.ended {
            Some(ended) => ended as f64,
            None => now - self.clock.zero?,
        };
        Some((until - began).max(0.0))
    }

    /// How long a trial of this label has taken on the average, from start to end, milliseconds.
    #[must_use]
    pub fn mean_ms(&self, label: &str) -> Option<f64> {
        let own = self.clock.took.iter().filter(|(of, _)| of == label);
        let (sum, count) = own.fold((0, 0), |(sum, count), (_, took)| (sum + took, count + 1));
        (count > 0).then(|| sum as f64 / f64::from(count))
    }

    /// About how long it will still take, milliseconds; `None` until a first repetition has shown it.
    #[must_use]
    pub fn remaining_ms(&self, now: f64) -> Option<f64> {
        let mean = |label: &str, model: &str| self.mean_ms(label).or_else(|| self.mean_ms(model));
        let mut sum = 0.0;
        for planned in self.plan.iter().filter(|planned| self.trial(planned.order).is_none()) {
            sum += mean(&planned.label, &planned.model)?;
        }
        let in_this_trial = match (self.clock.trial_began, self.clock.zero) {
            (Some(began), Some(zero)) => now - zero - began as f64,
            _ => 0.0,
        };
        Some((sum - in_this_trial).max(0.0))
    }
}
