//! The run: how it is asked for and followed, and what of it is on show. (What came out of it is a [`Shown`].)

use std::rc::Rc;

use protocol::drawing::{Drawing, Recorded};
use protocol::plan::plan;
use protocol::{Draft, Experiment, Happening, RunEvent, RunState, Values, View, line};

use super::effect::Reaction;
use super::{Connection, Effect, HistoryEntry, Notice, Origin, Shown, State};
use crate::edition::Edition;
use crate::keeper::OpenedResult;
use crate::painter::Request;
use crate::web::api::Failure;
use crate::web::stream::Batch;

/// The run or the sample on show, and what is asked for.
#[derive(Debug, Default)]
pub struct RunPart {
    shown: Option<Shown>,
    /// Whether the sample is asked for and has not come yet: until then nothing is drawn that it would move.
    pub awaits_sample: bool,
    /// The run that is asked for and has not come yet.
    pub wanted: Option<String>,
    /// Whether a run has been asked for since the page was opened.
    pub asked: bool,
    /// Whether an experiment is on its way to the server, until the first event of its run has come.
    pub sending: bool,
    /// How many results have been shown, and how often something else was to be told apart.
    tickets: u32,
    /// The ticket of the result whose log the painter has.
    painted: u32,
}

/// How a stream was when it ended before its run was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// Nobody waits for more of it.
    NotMissed,
    /// It had been open.
    Open,
    /// The server had not answered.
    NeverOpen,
}

/// What a person does about a run.
#[derive(Clone, Debug)]
pub enum RunAction {
    /// Run what is in the form.
    Start,
    /// Run what the shown result is of.
    StartShown,
    /// Run what the shown result is of, with the edit that it asks for.
    Mend,
    /// Cancel the run that is going on.
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
        let shown = self.shown.as_ref().filter(|shown| shown.origin != Origin::Sample)?;
        let same = Experiment { models: experiment.models.clone(), ..shown.experiment().work() } == experiment.work();
        if !same {
            return None;
        }
        let means = shown.means();
        plan(experiment).iter().filter(|planned| planned.is_measured()).map(|planned| means.of(planned)).sum()
    }

    pub(super) fn cancel(&self, reaction: &mut Reaction) {
        if let Some(id) = self.id().filter(|_| self.is_going_on()) {
            reaction.effect(Effect::Cancel(id.to_owned()));
        }
    }

    /// A result of which nothing has come yet.
    fn new_shown(&mut self, origin: Origin) -> Shown {
        Shown::new(origin, self.next_ticket())
    }

    /// A number that nothing else is known by.
    pub(super) fn next_ticket(&mut self) -> u32 {
        self.tickets += 1;
        self.tickets
    }

    /// Results that came out of a capsule, or out of the history; those of them that can be read.
    pub(super) fn opened(&mut self, results: Vec<OpenedResult>, now: f64) -> Vec<Shown> {
        let read = |OpenedResult { log, name, left_out, lanes }: OpenedResult| {
            let batch = Batch::of_frames(log)?;
            let mut shown = self.new_shown(Origin::Recorded { name, left_out });
            shown.take(&batch.events, &batch.frames, now);
            shown.lanes = lanes;
            Some(shown)
        };
        results.into_iter().filter_map(read).collect()
    }

    /// Shows this; what was on show before.
    pub(super) fn show(&mut self, shown: Shown) -> Option<Shown> {
        (self.wanted, self.sending, self.awaits_sample, self.asked) = (None, false, false, true);
        self.shown.replace(shown)
    }

    /// Whether the sample is on show, and what it is drawn from has not come yet.
    pub(super) fn lacks_its_log(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.origin == Origin::Sample && shown.log.is_empty())
    }

    /// The whole log of the sample has come.
    pub(super) fn take_sample_log(&mut self, log: Vec<u8>) {
        if let Some(shown) = self.shown.as_mut().filter(|shown| shown.origin == Origin::Sample && shown.log.is_empty()) {
            shown.log = log;
        }
    }

    /// What to ask the painter for; `None` if nothing is on show.
    pub(super) fn draw(&mut self, view: &View) -> Option<Request> {
        let painted = &mut self.painted;
        self.shown.as_mut().filter(|shown| !shown.experiment().workload.is_empty()).map(|shown| draw(shown, painted, view))
    }

    /// The same of another one.
    pub(super) fn draw_of(&mut self, shown: &mut Shown, view: &View) -> Request {
        draw(shown, &mut self.painted, view)
    }

    /// What the result of this ticket looks like.
    pub(super) fn take_drawing(&mut self, ticket: u32, drawing: Drawing) {
        if let Some(shown) = self.shown.as_mut().filter(|shown| shown.ticket == ticket) {
            shown.drawing = Rc::new(drawing);
        }
    }

    /// Whether its trials end one after the other, and nothing else happens.
    fn is_in_its_course(&self) -> bool {
        let running = |shown: &Shown| shown.run.state == RunState::Running && shown.connection == Connection::Good;
        self.wanted.is_none() && self.shown.as_ref().is_some_and(running)
    }

    pub(super) fn hide(&mut self, reaction: &mut Reaction) {
        self.shown = None;
        reaction.effect(Effect::Unfollow);
    }

    pub(super) fn take_sample(&mut self, answer: Result<Box<Recorded>, Failure>, now: f64) {
        self.awaits_sample = false;
        // No sample is no misfortune: nothing is shown in its place.
        if let (Ok(sample), None) = (answer, &self.shown)
            && let Some(batch) = Batch::of_frames(sample.log)
        {
            let mut shown = self.new_shown(Origin::Sample);
            // Not to the painter: it is not the whole log.
            shown.take(&batch.events, &[], now);
            (shown.brief, shown.drawing) = (batch.frames, Rc::new(sample.drawing));
            self.shown = Some(shown);
        }
    }

    /// The next events of the stream: those of the run that is wanted, or else of the one on show.
    fn take_events(&mut self, batch: &Batch, now: f64, reaction: &mut Reaction) {
        let Batch { events, frames } = batch;
        if let Some(wanted) = self.wanted.take() {
            self.sending = false;
            let shown = self.new_shown(Origin::Run(wanted));
            self.shown = Some(shown);
            let is_over = events.last().is_some_and(|event| event.what.is_last());
            reaction.announce(if is_over { "The result is there." } else { "The run is on its way." });
        }
        let Some(shown) = self.shown.as_mut().filter(|shown| shown.is_going_on()) else { return };
        let before = shown.run.state;
        shown.take(events, frames, now);
        match (before, shown.run.state) {
            (before, now) if before == now => {}
            (_, RunState::Queued) => {}
            (_, RunState::Running) => reaction.announce(format!("Running: {} trials.", shown.run.plan.len())),
            (RunState::Queued, _) => {}
            (_, RunState::Finished) => reaction.announce("Finished."),
            (_, RunState::Cancelled) => reaction.announce("Cancelled."),
            (_, RunState::Interrupted) => reaction.announce("Interrupted."),
        }
        if shown.run.state.is_over() {
            reaction.effect(Effect::Unfollow);
        }
    }

    /// The stream of the run on show is whole again, and may be silent for as long as a trial takes.
    pub(super) fn stream_opened(&mut self) {
        if let Some(shown) = self.shown.as_mut().filter(|shown| self.wanted.is_none() && shown.is_going_on()) {
            shown.connection = Connection::Good;
        }
    }

    /// The stream has ended; how it was.
    fn stream_broke(&mut self, reaction: &mut Reaction) -> Broken {
        reaction.effect(Effect::Unfollow);
        if self.wanted.is_some() {
            return Broken::NeverOpen;
        }
        match self.shown.as_mut().filter(|shown| shown.is_going_on()) {
            None => Broken::NotMissed,
            Some(shown) => match std::mem::replace(&mut shown.connection, Connection::Reconnecting) {
                Connection::Reconnecting => Broken::NeverOpen,
                Connection::Good | Connection::Lost => Broken::Open,
            },
        }
    }

    /// Asks for the run that has not come, or for the rest of the one whose stream broke.
    pub(super) fn resume(&self, reaction: &mut Reaction) {
        if let Some(wanted) = &self.wanted {
            reaction.effect(Effect::Follow(wanted.clone(), 0));
        } else if let Some((shown, id)) =
            self.shown.as_ref().filter(|shown| shown.is_going_on()).and_then(|shown| Some((shown, shown.id()?)))
        {
            reaction.effect(Effect::Follow(id.to_owned(), shown.run.last_event));
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

/// What of its log the painter does not have yet: all, if it has another's.
fn draw(shown: &mut Shown, painted: &mut u32, view: &View) -> Request {
    let begins = std::mem::replace(painted, shown.ticket) != shown.ticket;
    if begins {
        shown.given = 0;
    }
    let log = shown.log[shown.given..].to_vec();
    shown.given = shown.log.len();
    Request::Draw { ticket: shown.ticket, begins, log, view: view.clone() }
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
        if let Some(shown) = self.run.shown().filter(|shown| shown.is_going_on()) {
            return Some(shown.place_in_queue().map_or_else(|| "Running.".into(), |place| format!("{place}.")));
        }
        match self.form.problems() {
            [] => None,
            [problem] if problem.field == "models" && problem.value.is_empty() => Some("Choose at least one model.".into()),
            [problem] => Some(format!("Fix {} to run.", self.label_of(&problem.field))),
            problems => Some(format!("Fix {} fields to run.", problems.len())),
        }
    }

    pub(super) fn apply_run(&mut self, action: RunAction, reaction: &mut Reaction) {
        match action {
            RunAction::Start => self.start(reaction),
            RunAction::StartShown => self.start_shown(Values::new(), reaction),
            RunAction::Mend => {
                let mend = self.run.shown().and_then(|shown| shown.drawing.mend.clone());
                self.start_shown(mend.map(|mend| mend.set).unwrap_or_default(), reaction);
            }
            RunAction::Cancel => self.run.cancel(reaction),
        }
    }

    /// Says how to run here what this edition cannot.
    fn tell_line(&mut self, experiment: &Experiment, reaction: &mut Reaction) {
        let Some(catalog) = self.server.catalog.as_deref() else { return };
        let line = line::write(&Draft::of_experiment(experiment), catalog);
        self.page.notices.retain(|notice| !matches!(notice, Notice::Recorded(_)));
        self.page.notices.push(Notice::Recorded(line));
        self.page.sheet = false;
        reaction.announce("This edition shows recorded results.");
        reaction.effect(Effect::Focus("main".to_owned()));
    }

    fn start(&mut self, reaction: &mut Reaction) {
        if let Some(problem) = self.form.problems().first() {
            reaction.announce(problem.to_string());
            reaction.effect(Effect::Focus(format!("field-{}", problem.field)));
            // On a phone the field is in the sheet.
            self.page.sheet = true;
        } else if let Some(experiment) = self.form.experiment().filter(|_| self.server.edition == Edition::Static).cloned() {
            self.tell_line(&experiment, reaction);
        } else if let Some(experiment) = self.form.experiment().filter(|_| self.cannot_run().is_none()) {
            reaction.effect(Effect::Start(Box::new(Draft::of_experiment(experiment))));
            (self.run.sending, self.run.asked) = (true, true);
            self.page.sheet = false;
            self.page.notices.clear();
            self.form.all_presets = false;
            self.address.forget_unread();
        }
    }

    /// Runs what the result on show is of, with these values in place of its own.
    pub(super) fn start_shown(&mut self, set: Values, reaction: &mut Reaction) {
        let (Some(shown), Some(catalog)) = (self.run.shown(), self.server.catalog.as_deref()) else { return };
        if !set.is_empty() || !self.is_of_the_form(shown) {
            let mut draft = Draft::of_experiment(shown.experiment());
            draft.fields.extend(set.iter().map(|(name, value)| (name.clone(), value.to_string())));
            self.form.replace(draft, catalog, reaction);
        }
        self.start(reaction);
    }

    /// The server has taken the experiment, and follows it up with events.
    pub(super) fn take_submitted(&mut self, answer: Result<String, Failure>, reaction: &mut Reaction) {
        match answer {
            Ok(id) => {
                self.want_run(id, reaction);
                reaction.history = HistoryEntry::Push;
            }
            Err(failure) => {
                self.run.sending = false;
                self.take_failure(failure, reaction);
            }
        }
    }

    /// What comes of a cancelled run is told by its own events.
    pub(super) fn take_cancelled(&mut self, answer: Result<String, Failure>, reaction: &mut Reaction) {
        match answer {
            Ok(_) => {}
            // Over before it could be cancelled.
            Err(Failure::Refused(problem)) if problem.status == 409 => {}
            Err(Failure::Refused(problem)) if problem.status == 404 => self.run.lose(reaction),
            Err(failure) => self.take_failure(failure, reaction),
        }
    }

    /// Asks for a run, from its first event on.
    pub(super) fn want_run(&mut self, id: String, reaction: &mut Reaction) {
        self.carried.as_opened = false;
        reaction.effect(Effect::Follow(id.clone(), 0));
        (self.run.wanted, self.run.asked) = (Some(id), true);
    }

    pub(super) fn take_events(&mut self, batch: &Batch, reaction: &mut Reaction) {
        let is_new = self.run.wanted.is_some();
        if self.run.wanted.is_some() {
            self.result.open_trial = None;
        }
        let before = self.run.is_in_its_course();
        let went_on = is_new || self.run.is_going_on();
        let replaced = self.run.shown.take_if(|_| is_new);
        self.run.take_events(batch, self.now, reaction);
        if is_new {
            self.compare_with(replaced);
        }
        let is_little = |event: &RunEvent| {
            matches!(
                event.what,
                Happening::TrialStarted { .. } | Happening::TrialPhase { .. } | Happening::WaitingForMachine { .. }
            )
        };
        // Of a B that is measured nothing is drawn before it is over.
        self.pace.change_run(!batch.events.iter().all(is_little) && self.theirs().is_none());
        if is_new || !self.run.is_going_on() {
            self.pace.change_drawing();
        }
        if went_on && !self.run.is_going_on() {
            self.keep_shown(reaction);
        }
        self.want_trial(reaction);
        if !(before && self.run.is_in_its_course()) {
            self.change_page(reaction);
            self.pace.change_title();
        }
    }

    /// The stream has ended: behind the last event of a run that is over, or before.
    pub(super) fn take_stream_end(&mut self, failure: Option<Failure>, reaction: &mut Reaction) {
        match failure {
            None | Some(Failure::Away) => match self.run.stream_broke(reaction) {
                Broken::NotMissed => {}
                // It may have been the stream alone: the server is asked once more before anybody is told that it is away.
                Broken::Open if !self.server.away => reaction.effect(Effect::RetryLater),
                Broken::Open => {}
                Broken::NeverOpen => self.take_failure(Failure::Away, reaction),
            },
            Some(failure @ Failure::Refused(_)) => {
                self.run.sending = false;
                let wanted = self.run.wanted.take();
                match (&failure, wanted) {
                    (Failure::Refused(problem), Some(id)) if problem.status == 404 => self.look_for_run(id, reaction),
                    (Failure::Refused(problem), None) if problem.status == 404 => self.run.lose(reaction),
                    _ => self.take_failure(failure, reaction),
                }
                // What was followed before something else was asked for is followed on.
                self.run.resume(reaction);
            }
            Some(failure @ (Failure::OtherBuild | Failure::Rubbish)) => {
                self.run.sending = false;
                self.take_failure(failure, reaction);
            }
        }
    }
}
