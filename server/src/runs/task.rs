//! The dispatcher's task: whose turn it is, what is started, and what comes of it. It is asked through [`super::dispatcher`].

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::log::LOG_VERSION;
use protocol::machine::Calibration;
use protocol::{Experiment, Happening, Machine, Run, RunState, Submission, Trial, TrialStatus};
use runner::{Before, Job, Supervisor, Told, TrialHandle, TrialLimits};
use tokio::sync::{mpsc, oneshot};

use super::estimate::Took;
use super::id::new_id;
use super::kept_run::KeptRun;
use super::now_ms;
use super::request::{CancelReply, Load, NotCancelled, QueueFull, Request};
use crate::context::Context;
use crate::store::Store;

/// Runs that may wait. A longer queue would not end in useful time.
const LONGEST_QUEUE: usize = 16;

/// Runs that are kept in memory when they are over; older ones are read from the store.
const KEPT: usize = 100;

/// What the task owns.
pub(super) struct TaskState {
    context: Arc<Context>,
    limits: TrialLimits,
    supervisor: Supervisor,
    store: Store,
    own: mpsc::WeakSender<Request>,
    runs: HashMap<String, KeptRun>,
    /// Those that wait, the next first.
    queue: VecDeque<String>,
    /// Those that are over, the oldest first.
    over: VecDeque<String>,
    current: Option<Current>,
    took: Took,
    /// The newest of the machine.
    calibration: Option<Calibration>,
    /// Logs that are being put on the disk.
    saving: usize,
    /// The one that waits for the end of everything.
    stopping: Option<Vec<oneshot::Sender<()>>>,
}

/// The run whose turn it is, and its trial.
struct Current {
    id: String,
    trial: Option<(TrialHandle, Instant)>,
}

impl TaskState {
    /// `own` is for what is started here to report back.
    pub(super) fn new(context: Arc<Context>, supervisor: Supervisor, store: Store, own: mpsc::WeakSender<Request>) -> Self {
        Self {
            limits: TrialLimits::of(&context.here.machine),
            calibration: context.here.machine.calibration,
            context,
            supervisor,
            store,
            own,
            runs: HashMap::new(),
            queue: VecDeque::new(),
            over: VecDeque::new(),
            current: None,
            took: Took::default(),
            saving: 0,
            stopping: None,
        }
    }

    pub(super) async fn serve(mut self, mut commands: mpsc::Receiver<Request>) {
        while let Some(command) = commands.recv().await {
            // A reply that nobody waits for any more may be dropped.
            match command {
                Request::Submit(experiment, reply) => drop(reply.send(self.submit(*experiment))),
                Request::Get(id, reply) => {
                    drop(reply.send(self.runs.get(&id).map(|kept| (Arc::clone(&kept.run), Arc::clone(&kept.log)))));
                }
                Request::Cancel(id, reply) => self.cancel(&id, reply),
                Request::Load(reply) => {
                    let _ = reply.send(Load { queued: self.queue.len(), running: usize::from(self.current.is_some()) });
                }
                Request::Stop(reply) => self.stop(reply),
                Request::Told(told) => self.told(told),
                Request::Saved(id, saved) => self.saved(&id, saved),
            }
            if self.current.is_none() && self.saving == 0 {
                for reply in self.stopping.iter_mut().flat_map(|waiting| waiting.drain(..)) {
                    let _ = reply.send(());
                }
            }
        }
    }

    fn submit(&mut self, experiment: Experiment) -> Result<Arc<Run>, QueueFull> {
        if self.queue.len() >= LONGEST_QUEUE {
            let retry_after = self.current.as_ref().and_then(|current| self.left_of(current)).unwrap_or(Duration::from_secs(10));
            return Err(QueueFull { waiting: self.queue.len(), retry_after });
        }
        let id = new_id();
        let submission = Submission {
            version: LOG_VERSION,
            id: id.clone(),
            submitted_ms: now_ms(),
            machine: Machine { calibration: self.calibration, ..self.context.here.machine.clone() },
            build: self.context.here.build.clone(),
            catalog: self.context.catalog.slice(&experiment),
            experiment,
        };
        self.runs.insert(id.clone(), KeptRun::new(submission, &self.store));
        self.queue.push_back(id.clone());
        self.tell_positions();
        self.start_next();
        Ok(Arc::clone(&self.runs[&id].run))
    }

    fn cancel(&mut self, id: &str, reply: CancelReply) {
        let Some(kept) = self.runs.get_mut(id) else { return drop(reply.send(Err(NotCancelled::Unknown))) };
        match kept.run.state {
            RunState::Finished | RunState::Cancelled | RunState::Interrupted => drop(reply.send(Err(NotCancelled::Over))),
            RunState::Queued => {
                self.queue.retain(|waiting| waiting != id);
                kept.cancelling = Some(vec![reply]);
                self.conclude_run(id);
                self.tell_positions();
            }
            RunState::Running => {
                kept.cancelling.get_or_insert_default().push(reply);
                // What comes of it is told by the supervisor, when the child has been reaped.
                if let Some((handle, _)) = self.current.as_ref().and_then(|current| current.trial.as_ref()) {
                    handle.cancel();
                }
            }
        }
    }

    fn stop(&mut self, reply: oneshot::Sender<()>) {
        self.stopping.get_or_insert_default().push(reply);
        for id in std::mem::take(&mut self.queue) {
            if let Some(kept) = self.runs.get_mut(&id) {
                kept.cancelling = Some(Vec::new());
            }
            self.conclude_run(&id);
        }
        let Some(current) = &self.current else { return };
        if let Some(kept) = self.runs.get_mut(&current.id) {
            kept.cancelling.get_or_insert_default();
        }
        if let Some((handle, _)) = &current.trial {
            handle.cancel();
        }
    }

    /// The next run's turn, if none is on its way.
    fn start_next(&mut self) {
        while self.current.is_none() && self.stopping.is_none() {
            let Some(id) = self.queue.pop_front() else { return };
            if let Some(kept) = self.runs.get_mut(&id) {
                kept.before = Some(Before::now());
                let plan = kept.run.planned().into_owned();
                kept.tell(Happening::Started { plan });
            }
            self.current = Some(Current { id, trial: None });
            self.tell_positions();
            self.start_trial();
        }
    }

    /// The next trial of the current run, or its end.
    fn start_trial(&mut self) {
        while let Some(failed) = self.try_to_start_trial() {
            self.end_trial(failed);
        }
    }

    /// The trial that should have been started and could not be.
    fn try_to_start_trial(&mut self) -> Option<Trial> {
        let id = self.current.as_ref().map(|current| current.id.clone())?;
        let kept = self.runs.get_mut(&id)?;
        let Some(planned) = kept.run.next_trial().filter(|_| kept.cancelling.is_none()).cloned() else {
            self.conclude_run(&id);
            return None;
        };
        let trace = if planned.is_measured() { None } else { self.store.lanes_of_trial(&id, planned.order) };
        let experiment = Arc::new(kept.run.submission.experiment.clone());
        let job = Job { planned: planned.clone(), experiment, limits: self.limits, trace };
        let own = self.own.clone();
        let told = move |told| {
            // From the supervisor's own thread, which may wait. If the dispatcher has ended, so has everyone who would listen.
            if let Some(commands) = own.upgrade() {
                let _ = commands.blocking_send(Request::Told(told));
            }
        };
        match self.supervisor.run(job, told) {
            Ok(handle) => {
                let current = self.current.as_mut()?;
                current.trial = Some((handle, Instant::now()));
                None
            }
            Err(error) => {
                let error = Some(format!("it could not be started: {error}"));
                Some(Trial { planned, error, ..Trial::default() })
            }
        }
    }

    fn told(&mut self, told: Told) {
        let Some(kept) = self.current.as_ref().and_then(|current| self.runs.get_mut(&current.id)) else { return };
        let order = kept.run.trials.len() as u64;
        match told {
            Told::WaitingForMachine => kept.tell(Happening::WaitingForMachine { order }),
            Told::Calibrated(calibration) => {
                self.calibration = Some(*calibration);
                kept.tell(Happening::Calibrated { calibration });
            }
            Told::Started => kept.tell(Happening::TrialStarted { order }),
            Told::Phase(phase) => kept.tell(Happening::TrialPhase { order, phase }),
            Told::Ended(trial) => {
                self.end_trial(*trial);
                self.start_trial();
            }
        }
    }

    fn end_trial(&mut self, trial: Trial) {
        let Some(current) = &mut self.current else { return };
        let since = current.trial.take().map(|(_, since)| since).filter(|_| trial.status != TrialStatus::Cancelled);
        if let Some(kept) = self.runs.get_mut(&current.id) {
            if let Some(since) = since {
                self.took.remember(&kept.run.submission.experiment, &trial.planned, since.elapsed());
            }
            kept.tell(Happening::TrialFinished { trial: Box::new(trial) });
            kept.cut_when_sure();
        }
        self.tell_positions();
    }

    /// No more trials of this run: what it has is put on the disk, its last event too, and then it is over.
    fn conclude_run(&mut self, id: &str) {
        let Some(kept) = self.runs.get_mut(id) else { return };
        let conditions = kept.before.as_ref().map(|before| before.until_now(&kept.run.trials));
        // Asked for after the last trial had ended: too late.
        let cancelled = kept.cancelling.is_some() && !kept.run.is_complete();
        kept.write_end(if cancelled { Happening::Cancelled { conditions } } else { Happening::Finished { conditions } });
        self.saving += 1;
        let (store, own, id_of_saved) = (self.store.clone(), self.own.clone(), id.to_owned());
        let (run, file) = (Arc::clone(&kept.run), kept.file());
        tokio::spawn(async move {
            let saved = store.settle(run, file).await;
            if let Some(commands) = own.upgrade() {
                let _ = commands.send(Request::Saved(id_of_saved, saved)).await;
            }
        });
        // Who cancels waits for the child, not for the disk.
        if cancelled {
            self.retire_run(id);
        }
    }

    fn saved(&mut self, id: &str, saved: io::Result<()>) {
        self.saving -= 1;
        if let Some(kept) = self.runs.get_mut(id) {
            match saved {
                Ok(()) => kept.close(),
                Err(error) => kept.give_up_storing(&error),
            }
        }
        if self.current.as_ref().is_some_and(|current| current.id == id) {
            self.retire_run(id);
        }
    }

    /// A run is over, and another's turn may come.
    fn retire_run(&mut self, id: &str) {
        if self.current.as_ref().is_some_and(|current| current.id == id) {
            self.current = None;
        }
        let Some(kept) = self.runs.get_mut(id) else { return };
        kept.tell_end();
        let cancelled = kept.run.state == RunState::Cancelled;
        for reply in kept.cancelling.take().into_iter().flatten() {
            let _ = reply.send(if cancelled { Ok(Arc::clone(&kept.run)) } else { Err(NotCancelled::Over) });
        }
        self.over.push_back(id.to_owned());
        if self.over.len() > KEPT
            && let Some(oldest) = self.over.pop_front()
        {
            self.runs.remove(&oldest);
        }
        self.start_next();
    }

    /// Works out the places of those that wait, and tells them if that is news: a new place, or a first estimate.
    fn tell_positions(&mut self) {
        let running = u64::from(self.current.is_some());
        let mut wait = match &self.current {
            Some(current) => self.left_of(current),
            None => Some(Duration::ZERO),
        };
        for (id, position) in self.queue.iter().zip(running..) {
            let Some(kept) = self.runs.get_mut(id) else { continue };
            let expected_wait_ms = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
            let first_estimate = kept.run.expected_wait_ms.is_none() && expected_wait_ms.is_some();
            // The first thing that is told of its place, or another place, or a first estimate.
            if kept.run.last_event <= 1 || kept.run.position != position || first_estimate {
                kept.tell(Happening::Queued { position, expected_wait_ms });
            }
            wait = wait.and_then(|wait| Some(wait + self.took.left_of(&kept.run)?));
        }
    }

    /// About how long the run whose turn it is will yet take.
    fn left_of(&self, current: &Current) -> Option<Duration> {
        let elapsed = current.trial.as_ref().map_or(Duration::ZERO, |(_, since)| since.elapsed());
        self.took.left_of(&self.runs.get(&current.id)?.run).map(|left| left.saturating_sub(elapsed))
    }
}
