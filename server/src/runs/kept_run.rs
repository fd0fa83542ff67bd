//! One run as the dispatcher keeps it: its log on the disk and in memory, and the log's fold.

use std::sync::Arc;
use std::time::Instant;

use analysis::adaptive::is_sure;
use protocol::plan::cut;
use protocol::{Conditions, Happening, Run, RunEvent, Submission};
use runner::Before;
use tokio::sync::oneshot;

use super::dispatcher::NotCancelled;
use super::log::Log;
use super::store::{LogFile, Store};

/// One run.
pub(crate) struct KeptRun {
    pub(crate) run: Arc<Run>,
    pub(crate) log: Arc<Log>,
    submitted: Instant,
    /// Where the log is stored; `None` if nothing is kept, or it cannot be any more.
    file: Option<LogFile>,
    /// The machine when its turn came.
    pub(crate) before: Option<Before>,
    /// How the machine was meanwhile: known when the last trial has ended.
    pub(crate) conditions: Option<Conditions>,
    /// Who waits for it to be cancelled. Once somebody does, no further trial is started.
    pub(crate) cancelling: Option<Vec<oneshot::Sender<Result<Arc<Run>, NotCancelled>>>>,
}

impl KeptRun {
    /// A run with its first event.
    pub(crate) fn new(submission: Submission, store: &Store) -> Self {
        let file = store.begin(&submission.id);
        let mut kept = Self {
            run: Arc::default(),
            log: Log::new(),
            submitted: Instant::now(),
            file: None,
            before: None,
            conditions: None,
            cancelling: None,
        };
        match file {
            Ok(file) => {
                kept.file = file;
                kept.tell(Happening::Submitted(Box::new(submission)));
            }
            Err(error) => {
                kept.tell(Happening::Submitted(Box::new(submission)));
                kept.tell(Happening::NotStored { reason: error.to_string() });
            }
        }
        kept
    }

    /// Writes into its log: to the disk, then to everyone who follows.
    pub(crate) fn tell(&mut self, what: Happening) {
        let at_ms = u64::try_from(self.submitted.elapsed().as_millis()).unwrap_or(u64::MAX);
        let event = RunEvent { number: self.run.last_event + 1, at_ms, what };
        let stored = self.file.as_mut().map_or(Ok(()), |file| file.append(&event));
        Arc::make_mut(&mut self.run).apply(&event);
        self.log.push(event);
        if let Err(error) = stored {
            self.give_up_storing(&error);
        }
    }

    /// What is stored of it stays as far as it goes; the rest is gone with this server, and is said to be.
    pub(crate) fn give_up_storing(&mut self, error: &std::io::Error) {
        self.file = None;
        if self.run.state.is_over() {
            return;
        }
        crate::say(&format!("run {} is not stored any more, and will be gone with this server: {error}", self.run.id()));
        self.tell(Happening::NotStored { reason: error.to_string() });
    }

    /// The stored log, to be put on the disk by another thread.
    pub(crate) fn file(&self) -> Option<LogFile> {
        self.file.as_ref().and_then(LogFile::try_clone)
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
