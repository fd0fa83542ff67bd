//! One run as the dispatcher keeps it: its log on the disk and in memory, and the log's fold.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use analysis::adaptive::is_sure;
use protocol::plan::cut;
use protocol::{Happening, Run, RunEvent, Submission};
use runner::Before;

use super::log::Log;
use super::request::CancelReply;
use crate::store::{LogFile, Store};

/// One run.
pub(crate) struct KeptRun {
    pub(crate) run: Arc<Run>,
    pub(crate) log: Arc<Log>,
    submitted: Instant,
    /// Where the log is stored; `None` if nothing is kept. Its lock says that the run is alive, even if it cannot be written any
    /// more.
    file: Option<LogFile>,
    /// Whether it could not be written.
    given_up: bool,
    /// Its last event, until it is told.
    end: Option<RunEvent>,
    /// The machine when its turn came.
    pub(crate) before: Option<Before>,
    /// Who waits for it to be cancelled. Once somebody does, no further trial is started.
    pub(crate) cancelling: Option<Vec<CancelReply>>,
}

impl KeptRun {
    /// A run with its first event.
    pub(crate) fn new(submission: Submission, store: &Store) -> Self {
        let mut kept = Self {
            run: Arc::default(),
            log: Log::new(),
            submitted: Instant::now(),
            file: None,
            given_up: false,
            end: None,
            before: None,
            cancelling: None,
        };
        let id = submission.id.clone();
        let first = kept.next_event(Happening::Submitted(Box::new(submission)));
        let begun = store.begin(&id, &first);
        kept.take(first);
        match begun {
            Ok(file) => kept.file = file,
            Err(error) => kept.give_up_storing(&error),
        }
        kept
    }

    /// Writes into its log: to the disk, then to everyone who follows.
    pub(crate) fn tell(&mut self, what: Happening) {
        let event = self.next_event(what);
        let stored = self.store(&event);
        self.take(event);
        if let Err(error) = stored {
            self.give_up_storing(&error);
        }
    }

    /// Writes the last event to the disk. It is told by [`KeptRun::tell_end`]: when it is there.
    pub(crate) fn write_end(&mut self, what: Happening) {
        let event = self.next_event(what);
        if let Err(error) = self.store(&event) {
            self.give_up_storing(&error);
        }
        self.end = Some(event);
    }

    /// Tells the last event.
    pub(crate) fn tell_end(&mut self) {
        if let Some(event) = self.end.take() {
            // That it could not be stored may have been told since it was written.
            self.take(RunEvent { number: self.run.last_event + 1, ..event });
        }
    }

    /// What is stored of it stays as far as it goes; the rest ends with this server, and that is said.
    pub(crate) fn give_up_storing(&mut self, error: &io::Error) {
        if std::mem::replace(&mut self.given_up, true) {
            return;
        }
        crate::say(&format!("run {} is not stored, and will be lost when this server ends: {error}", self.run.id()));
        if !self.run.state.is_over() {
            self.tell(Happening::NotStored { reason: error.to_string() });
        }
    }

    /// It is over and on the disk: its file is closed, and its lock with it.
    pub(crate) fn close(&mut self) {
        self.file = None;
    }

    fn next_event(&self, what: Happening) -> RunEvent {
        let at_ms = u64::try_from(self.submitted.elapsed().as_millis()).unwrap_or(u64::MAX);
        RunEvent { number: self.run.last_event + 1, at_ms, what }
    }

    fn store(&mut self, event: &RunEvent) -> io::Result<()> {
        self.file.as_mut().filter(|_| !self.given_up).map_or(Ok(()), |file| file.append(event))
    }

    fn take(&mut self, event: RunEvent) {
        Arc::make_mut(&mut self.run).apply(&event);
        self.log.push(event);
    }

    /// The stored log, to be put on the disk by another thread.
    pub(crate) fn file(&self) -> io::Result<Option<LogFile>> {
        self.file.as_ref().filter(|_| !self.given_up).map(LogFile::try_clone).transpose()
    }

    /// If it is to run only until it can tell, and can: no further repetition.
    pub(crate) fn cut_when_sure(&mut self) {
        let Run { submission, trials, plan, .. } = &*self.run;
        let experiment = &submission.experiment;
        if !experiment.ends_when_sure() || trials.last().is_none_or(|trial| !trial.planned.is_measured()) {
            return;
        }
        let workload = submission.catalog.workload(&experiment.workload);
        let shorter = cut(plan, trials.len());
        if shorter.len() < plan.len() && workload.is_some_and(|workload| is_sure(workload, experiment, trials)) {
            self.tell(Happening::Replanned { plan: shorter });
        }
    }
}
