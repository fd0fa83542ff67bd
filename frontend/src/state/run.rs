//! The run: how it is asked for and followed, and what of it is on show. (What came out of it is a [`Shown`].)

use protocol::event::Happening;
use protocol::{Catalog, Draft, Experiment, RunEvent};

use super::effect::Reaction;
use super::{Connection, Effect, HistoryEntry, Notice, Origin, Recorded, RunSeen, Shown, State};
use crate::web::api::Failure;

/// The run or the sample on show, and what is asked for.
#[derive(Debug, Default)]
pub struct RunPart {
    shown: Option<Shown>,
    /// Whether the sample is asked for and has not come yet: until then nothing is drawn that it would move.
    pub awaits_sample: bool,
    /// The run that is asked for and has not come yet.
    pub wanted: Option<String>,
    /// Whether an experiment is on its way to the server.
    pub sending: bool,
}

/// What a person does about a run.
#[derive(Clone, Debug)]
pub enum RunAction {
    /// Run what is in the form.
    Start,
    /// Run what the shown result is of.
    StartShown,
    /// Cancel the run that is going on.
    Cancel,
}

/// What was asked of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunRequest {
    /// To begin.
    Start,
    /// To be shown.
    Open,
    /// How it stands after a broken stream.
    Resume,
    /// To stop.
    Cancel,
}

impl RunPart {
    /// The result in the main column, of a run or of the sample.
    #[must_use]
    pub fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }

    /// The id of the run on show; `None` for the sample.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.shown.as_ref().and_then(Shown::id)
    }

    /// Whether more of the run on show will come.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        self.shown.as_ref().is_some_and(Shown::is_going_on)
    }

    /// About how long an experiment would take, milliseconds, if a result of the same work is on show.
    pub(super) fn estimate_ms(&self, experiment: &Experiment) -> Option<f64> {
        let shown = self.shown.as_ref()?;
        let same = Experiment {
            models: experiment.models.clone(),
            repetitions: experiment.repetitions,
            until: experiment.until,
            lanes: experiment.lanes,
            seed: experiment.seed,
            ..shown.experiment.clone()
        };
        if same != *experiment || shown.origin == Origin::Sample {
            return None;
        }
        let once: Option<f64> = experiment.models.iter().map(|model| shown.mean_ms(model)).sum();
        let control = experiment.control().and_then(|model| shown.mean_ms(model))?;
        let values = experiment.sweep.as_ref().map_or(1, |sweep| sweep.values.len());
        Some((once? + control) * (experiment.repetitions * values as u64) as f64)
    }

    pub(super) fn cancel(&self, reaction: &mut Reaction) {
        if let Some(id) = self.id().filter(|_| self.is_going_on()) {
            reaction.effect(Effect::Cancel(id.to_owned()));
        }
    }

    pub(super) fn hide(&mut self, reaction: &mut Reaction) {
        self.shown = None;
        reaction.effect(Effect::Unfollow);
    }

    pub(super) fn summarise(&mut self, catalog: &Catalog) {
        if let Some(shown) = &mut self.shown {
            shown.summarise(catalog);
        }
    }

    pub(super) fn take_sample(&mut self, answer: Result<Box<Recorded>, Failure>, catalog: Option<&Catalog>) {
        self.awaits_sample = false;
        // No sample is no misfortune: nothing is shown in its place.
        if let (Ok(recorded), None) = (answer, &self.shown) {
            self.shown = Some(Shown::of_report(*recorded, Origin::Sample, catalog));
        }
    }

    pub(super) fn take_sweep(&mut self, id: &str, answer: Result<String, Failure>) {
        if let (Some(shown), Ok(drawn)) = (self.shown.as_mut().filter(|shown| shown.id() == Some(id)), answer) {
            shown.sweep = drawn.into();
        }
    }

    pub(super) fn take_event(&mut self, event: RunEvent, now: f64, catalog: &Catalog, reaction: &mut Reaction) {
        let Some(shown) = &mut self.shown else { return };
        if event.number <= shown.last_event || shown.state.is_over() {
            return;
        }
        match &event.what {
            Happening::Started { plan } => reaction.announce(format!("Running: {} trials.", plan.len())),
            Happening::Finished => reaction.announce("Finished."),
            Happening::Cancelled => reaction.announce("Cancelled."),
            Happening::Queued { .. }
            | Happening::Replanned { .. }
            | Happening::TrialStarted { .. }
            | Happening::TrialPhase { .. }
            | Happening::TrialFinished { .. } => {}
        }
        shown.take(event, now, catalog);
        want_picture(shown, reaction);
        if shown.state.is_over() {
            reaction.effect(Effect::Unfollow);
        }
    }

    pub(super) fn stream_broke(&mut self, away: bool, reaction: &mut Reaction) {
        let Some(shown) = self.shown.as_mut().filter(|shown| shown.is_going_on()) else { return };
        shown.connection = Connection::Reconnecting;
        reaction.effect(Effect::Unfollow);
        if !away {
            reaction.effect(Effect::RetryLater);
        }
    }

    /// Asks again for the run that has not come, and for the one whose stream broke.
    pub(super) fn resume(&self, reaction: &mut Reaction) {
        if let Some(wanted) = &self.wanted {
            reaction.effect(Effect::LoadRun(RunRequest::Open, wanted.clone()));
        }
        let broken = self.shown.as_ref().is_some_and(|shown| shown.connection == Connection::Reconnecting);
        if let Some(id) = self.id().filter(|_| broken) {
            reaction.effect(Effect::LoadRun(RunRequest::Resume, id.to_owned()));
        }
    }

    /// The server has forgotten the run on show.
    fn lose(&mut self, reaction: &mut Reaction) {
        if let Some(shown) = &mut self.shown {
            shown.lose();
            reaction.effect(Effect::Unfollow);
        }
    }
}

impl State {
    /// Why *Run* would do nothing now; `None` if it would run.
    #[must_use]
    pub fn cannot_run(&self) -> Option<String> {
        if self.server.away {
            return Some("The server is away.".into());
        }
        if self.server.catalog.is_none() {
            return Some("Asking the server …".into());
        }
        if self.run.sending {
            return Some("On its way to the server …".into());
        }
        if self.run.is_going_on() {
            return Some("A run is going on.".into());
        }
        match self.form.problems() {
            [] => None,
            [problem] => Some(format!("{} needs mending.", self.label_of(&problem.field))),
            problems => Some(format!("{} fields need mending.", problems.len())),
        }
    }

    pub(super) fn apply_run(&mut self, action: RunAction, reaction: &mut Reaction) {
        match action {
            RunAction::Start => self.start(reaction),
            RunAction::StartShown => self.start_shown(reaction),
            RunAction::Cancel => self.run.cancel(reaction),
        }
    }

    fn start(&mut self, reaction: &mut Reaction) {
        if let Some(problem) = self.form.problems().first() {
            reaction.announce(problem.to_string());
            reaction.effect(Effect::Focus(format!("field-{}", problem.field)));
            // On a phone the field is in the sheet.
            self.page.sheet = true;
        } else if let Some(experiment) = self.form.experiment().filter(|_| self.cannot_run().is_none()) {
            reaction.effect(Effect::Start(Box::new(experiment.clone())));
            self.run.sending = true;
            self.page.sheet = false;
            self.page.notices.clear();
        }
    }

    fn start_shown(&mut self, reaction: &mut Reaction) {
        let (Some(shown), Some(catalog)) = (self.run.shown(), self.server.catalog.as_deref()) else { return };
        if !self.is_of_the_form(shown) {
            self.form.replace(Draft::of_experiment(&shown.experiment), catalog, reaction);
        }
        self.start(reaction);
    }

    pub(super) fn take_run(&mut self, request: RunRequest, answer: Result<Box<RunSeen>, Failure>, reaction: &mut Reaction) {
        if request == RunRequest::Start {
            self.run.sending = false;
        }
        match (answer, request) {
            (Ok(run), RunRequest::Start) => {
                self.show_run(*run, reaction);
                reaction.history = HistoryEntry::Push;
            }
            // Otherwise the answer to a wish of before the person moved on.
            (Ok(run), RunRequest::Open) if self.run.wanted.as_deref() == Some(&run.id) => self.show_run(*run, reaction),
            (Ok(run), RunRequest::Resume) if self.run.id() == Some(&run.id) => self.show_run(*run, reaction),
            (Ok(_), RunRequest::Open | RunRequest::Resume) => {}
            // What comes of it is told by the run's own events.
            (Ok(_), RunRequest::Cancel) => {}
            (Err(failure), request) => self.take_run_failure(request, failure, reaction),
        }
    }

    fn take_run_failure(&mut self, request: RunRequest, failure: Failure, reaction: &mut Reaction) {
        let status = match &failure {
            Failure::Refused(problem) => Some(problem.status),
            Failure::Away | Failure::Rubbish => None,
        };
        match (status, request) {
            (Some(404), RunRequest::Open) => self.page.notices.extend(self.run.wanted.take().map(Notice::UnknownRun)),
            (Some(404), RunRequest::Resume | RunRequest::Cancel) => self.run.lose(reaction),
            // Over before it could be cancelled.
            (Some(409), _) => {}
            (_, _) => self.take_failure(failure, reaction),
        }
    }

    fn show_run(&mut self, run: RunSeen, reaction: &mut Reaction) {
        let catalog = self.server.catalog.as_deref();
        self.run.wanted = None;
        self.result.open_trial = None;
        let id = run.id.clone();
        let shown = match run.report {
            Some(report) => {
                let mut shown = Shown::of_report(report, Origin::Run(run.id), catalog);
                shown.state = run.state;
                shown
            }
            None => {
                // A run that goes on is followed from its first event: the log has the times that the run itself leaves out.
                reaction.effect(Effect::Follow(id, 0));
                let mut shown = Shown::of_run(run, self.server.here.as_ref());
                if let Some(catalog) = catalog {
                    shown.summarise(catalog);
                }
                shown
            }
        };
        if shown.state.is_over() {
            reaction.effect(Effect::Unfollow);
            want_picture(&shown, reaction);
        }
        reaction.announce(if shown.state.is_over() { "The result is there." } else { "The run is on its way." });
        self.run.shown = Some(shown);
    }
}

fn want_picture(shown: &Shown, reaction: &mut Reaction) {
    if let Some(id) = shown.id().filter(|_| shown.is_due_for_a_picture()) {
        reaction.effect(Effect::LoadSweep(id.to_owned()));
    }
}
