//! The server: what it can run and where, what it said, and what to do while it says nothing.

use std::rc::Rc;

use protocol::catalog::Source;
use protocol::drawing::Recorded;
use protocol::{Catalog, Here, Kept, Links};

use super::effect::Reaction;
use super::{Effect, Notice, State};
use crate::edition::Edition;
use crate::web::api::Failure;
use crate::web::stream::Batch;

/// What is known of the server.
#[derive(Debug, Default)]
pub struct ServerPart {
    /// What can be run; `None` until the server has said so.
    pub catalog: Option<Rc<Catalog>>,
    /// Where it would be run.
    pub here: Option<Here>,
    /// Whether there is a server at all.
    pub edition: Edition,
    /// Whether the server does not answer.
    pub away: bool,
}

/// What the server said; or that it says nothing, or that it is time to ask again.
#[derive(Debug)]
pub enum ServerMessage {
    /// What can be run.
    Catalog(Result<Box<Catalog>, Failure>),
    /// See [`Here`].
    Here(Result<Box<Here>, Failure>),
    /// The recorded sample, if there is one.
    Sample(Result<Box<Recorded>, Failure>),
    /// The whole log of the sample, in frames.
    SampleLog(Result<Vec<u8>, Failure>),
    /// The code of a workload.
    Sources(String, Result<Vec<Source>, Failure>),
    /// Where links begin.
    Links(Links),
    /// What is stored under an id.
    Stored(String, Result<Vec<u8>, Failure>),
    /// What came of the wish that a result be stored.
    KeptResult(Result<Kept, Failure>),
    /// The id of the run that was asked to begin.
    Submitted(Result<String, Failure>),
    /// The id of the run that was asked to stop.
    Cancelled(Result<String, Failure>),
    /// The followed run's events will come.
    StreamOpened,
    /// Entries of the followed run's log.
    Events(Batch),
    /// The stream of events has ended, and why if that was not its end.
    StreamEnded(Option<Failure>),
    /// It is time to ask a server that was away, or a stream that broke, again.
    Retry,
}

impl State {
    pub(super) fn apply_server(&mut self, message: ServerMessage, reaction: &mut Reaction) {
        match message {
            ServerMessage::Catalog(answer) => self.take_catalog(answer, reaction),
            ServerMessage::Here(Ok(here)) => self.server.here = Some(*here),
            ServerMessage::Here(Err(failure)) => self.take_failure(failure, reaction),
            ServerMessage::Sample(answer) => self.run.take_sample(answer, self.now),
            ServerMessage::SampleLog(Ok(log)) => {
                self.run.take_sample_log(log);
                self.pace.change_drawing();
                // It was asked for because somebody is about to copy a link to it.
                self.prepare_again(reaction);
            }
            ServerMessage::SampleLog(Err(failure)) => self.take_failure(failure, reaction),
            ServerMessage::Sources(workload, answer) => self.take_sources(&workload, answer, reaction),
            ServerMessage::Links(links) => self.take_links(links, reaction),
            ServerMessage::Stored(id, answer) => self.take_stored(&id, answer, reaction),
            ServerMessage::KeptResult(answer) => self.take_kept_result(answer, reaction),
            ServerMessage::Submitted(answer) => self.take_submitted(answer, reaction),
            ServerMessage::Cancelled(answer) => self.take_cancelled(answer, reaction),
            ServerMessage::StreamOpened => self.run.stream_opened(),
            // In the course of a run little changes, and often: what is drawn of it is decided there.
            ServerMessage::Events(batch) => return self.take_events(&batch, reaction),
            ServerMessage::StreamEnded(failure) => self.take_stream_end(failure, reaction),
            // For the catalogue while the server is away, which says best that all is well; otherwise for the broken run.
            ServerMessage::Retry if self.server.away => reaction.effect(Effect::LoadCatalog),
            ServerMessage::Retry => self.run.resume(reaction),
        }
        self.change_page(reaction);
    }

    fn take_catalog(&mut self, answer: Result<Box<Catalog>, Failure>, reaction: &mut Reaction) {
        let catalog: Rc<Catalog> = match answer {
            Ok(catalog) => Rc::from(catalog),
            Err(failure) => return self.take_failure(failure, reaction),
        };
        self.server.catalog = Some(Rc::clone(&catalog));
        self.form.read_with(&catalog);
        if self.server.away {
            self.server.away = false;
            reaction.announce("The server is back.");
            reaction.effect(Effect::LoadHere);
            self.run.resume(reaction);
            self.ask_again_for_stored(reaction);
        }
        self.read_opening(reaction);
        self.fill_waiting(reaction);
    }

    pub(super) fn take_failure(&mut self, failure: Failure, reaction: &mut Reaction) {
        match failure {
            Failure::Away if self.server.edition == Edition::Static => {
                let words = "A file of this page did not come: load the page again.".to_owned();
                self.page.say(Notice::Refused(words, Vec::new()));
            }
            Failure::Away => {
                if !self.server.away {
                    self.server.away = true;
                    reaction.announce("The server is away.");
                }
                reaction.effect(Effect::RetryLater);
            }
            Failure::Refused(problem) => self.page.say(Notice::Refused(problem.detail, problem.errors)),
            // Every answer that is on its way is of the other build: one reload is enough.
            Failure::OtherBuild if self.page.notices.contains(&Notice::OtherBuild) => {}
            Failure::OtherBuild => {
                self.page.say(Notice::OtherBuild);
                reaction.effect(Effect::Reload);
            }
            Failure::Rubbish => {
                let words = "The answer is not from this page's server. Is something else listening at its address?".to_owned();
                self.page.say(Notice::Refused(words, Vec::new()));
            }
        }
    }
}
