//! The dispatcher's task: whose turn it is, what is started, and what comes of it. It is asked through [`super::dispatcher`].

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::event::Happening;
use protocol::plan::{PlannedTrial, is_traced, plan};
use protocol::{Experiment, Run, RunState, Trial, TrialStatus};
use runner::{Before, Job, Limits, Supervisor, Told, TrialHandle};
use tokio::sync::{mpsc, oneshot};

use super::dispatcher::{Command, Load, NotCancelled, QueueFull};
use super::estimate::Took;
use super::id::new_id;
use super::kept_run::KeptRun;
use super::log::Log;
use super::now_ms;
use super::report::report;
use super::store::Store;
use crate::context::Context;

/// Runs that may wait. A queue that nobody will live to see the end of helps nobody.
const LONGEST_QUEUE: usize = 16;

/// Runs that are kept in memory when they are over; older ones are read from the store.
const KEPT: usize = 100;

/// What the task owns.
pub(super) struct State {
    context: Arc<Context>,
    limits: Limits,
    supervisor: Supervisor,
    store: Store,
    own: mpsc::WeakSender<Command>,
    runs: HashMap<String, KeptRun>,
    /// Those that wait, the next first.
    queue: VecDeque<String>,
    /// Those that are over, the oldest first.
    over: VecDeque<String>,
    current: Option<Current>,
    took: Took,
    /// Reports that are being stored.
    saving: usize,
    /// Whoever waits for the end of everything.
    stopping: Option<Vec<oneshot::Sender<()>>>,
}

/// The run whose turn it is, and its trial.
struct Current {
    id: String,
    trial: Option<(TrialHandle, Instant)>,
}

impl State {
    /// `own` is for what is started here to report back.
    pub(super) fn new(context: Arc<Context>, supervisor: Supervisor, store: Store, own: mpsc::WeakSender<Command>) -> Self {
        Self {
            limits: Limits::of(&context.here.machine),
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

    pub(super) async fn serve(mut self, mut commands: mpsc::Receiver<Command>) {
        while let Some(command) = commands.recv().await {
            // A reply that nobody waits for any more is nobody's loss.
            match command {
                Command::Submit(experiment, reply) => drop(reply.send(self.submit(*experiment))),
                Command::Get(id, reply) => {
                    drop(reply.send(self.runs.get(&id).map(|entry| (entry.run.clone(), Arc::clone(&entry.log)))));
                }
                Command::Cancel(id, reply) => self.cancel(&id, reply),
                Command::Load(reply) => {
                    let _ = reply.send(Load { queued: self.queue.len(), running: usize::from(self.current.is_some()) });
                }
                Command::Stop(reply) => self.stop(reply),
                Command::Told(told) => self.told(told),
                Command::Saved(id) => {
                    self.saving -= 1;
                    if self.current.as_ref().is_some_and(|current| current.id == id) {
                        self.close(&id, RunState::Finished);
                    }
                }
            }
            if self.current.is_none() && self.saving == 0 {
                for reply in self.stopping.iter_mut().flat_map(|waiting| waiting.drain(..)) {
                    let _ = reply.send(());
                }
            }
        }
    }

    fn submit(&mut self, experiment: Experiment) -> Result<Run, QueueFull> {
        if self.queue.len() >= LONGEST_QUEUE {
            let retry_after = self.current.as_ref().and_then(|current| self.left_of(current)).unwrap_or(Duration::from_secs(10));
            return Err(QueueFull { waiting: self.queue.len(), retry_after });
        }
        let id = new_id();
        let run = Run {
            id: id.clone(),
            plan: plan(&experiment),
            experiment,
            state: RunState::Queued,
            position: 0,
            expected_wait_ms: None,
            trials: Vec::new(),
            last_event: 0,
            report: None,
        };
        let entry = KeptRun { run, log: Log::new(), asked: Instant::now(), started_ms: now_ms(), before: None, cancelling: None };
        self.runs.insert(id.clone(), entry);
        self.queue.push_back(id.clone());
        self.tell_positions();
        self.start_next();
        Ok(self.runs[&id].run.clone())
    }

    fn cancel(&mut self, id: &str, reply: oneshot::Sender<Result<Run, NotCancelled>>) {
        let Some(entry) = self.runs.get_mut(id) else { return drop(reply.send(Err(NotCancelled::Unknown))) };
        match entry.run.state {
            RunState::Finished | RunState::Cancelled => drop(reply.send(Err(NotCancelled::Over))),
            RunState::Queued => {
                self.queue.retain(|waiting| waiting != id);
                entry.cancelling = Some(vec![reply]);
                self.end(id);
                self.tell_positions();
            }
            RunState::Running => {
                entry.cancelling.get_or_insert_default().push(reply);
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
            if let Some(entry) = self.runs.get_mut(&id) {
                entry.cancelling = Some(Vec::new());
            }
            self.end(&id);
        }
        let Some(current) = &self.current else { return };
        if let Some(entry) = self.runs.get_mut(&current.id) {
            entry.cancelling.get_or_insert_default();
        }
        if let Some((handle, _)) = &current.trial {
            handle.cancel();
        }
    }

    /// The next run's turn, where none is on its way.
    fn start_next(&mut self) {
        while self.current.is_none() && self.stopping.is_none() {
            let Some(id) = self.queue.pop_front() else { return };
            if let Some(entry) = self.runs.get_mut(&id) {
                entry.run.state = RunState::Running;
                (entry.run.position, entry.run.expected_wait_ms) = (0, None);
                entry.started_ms = now_ms();
                entry.before = Some(Before::now());
                let plan = entry.run.plan.clone();
                entry.tell(Happening::Started { plan });
            }
            self.current = Some(Current { id, trial: None });
            self.tell_positions();
            self.start_trial();
        }
    }

    /// The next trial of the current run, or its end.
    fn start_trial(&mut self) {
        let Some(id) = self.current.as_ref().map(|current| current.id.clone()) else { return };
        let Some(entry) = self.runs.get_mut(&id) else { return };
        let next = entry.next_trial().filter(|_| entry.cancelling.is_none());
        let Some(planned) = next else { return self.end(&id) };
        let trace = if is_traced(&planned.label) { self.store.lanes_of(&id, planned.order) } else { None };
        let job =
            Job { planned: planned.clone(), experiment: Arc::new(entry.run.experiment.clone()), limits: self.limits, trace };
        let own = self.own.clone();
        let told = move |told| {
            // From the supervisor's own thread, which may wait. Where the dispatcher is gone, so is whoever would listen.
            if let Some(commands) = own.upgrade() {
                let _ = commands.blocking_send(Command::Told(told));
            }
        };
        match self.supervisor.run(job, told) {
            Ok(handle) => {
                if let Some(current) = &mut self.current {
                    current.trial = Some((handle, Instant::now()));
                }
            }
            Err(error) => {
                let PlannedTrial { order, model, label, repetition, at } = planned;
                let error = Some(format!("it could not be started: {error}"));
                self.ended(Trial { order, model, label, repetition, at, error, ..Trial::default() });
            }
        }
    }

    fn told(&mut self, told: Told) {
        let Some(entry) = self.current.as_ref().and_then(|current| self.runs.get_mut(&current.id)) else { return };
        let order = entry.run.trials.len() as u64;
        match told {
            Told::Started => entry.tell(Happening::TrialStarted { order }),
            Told::Phase(phase) => entry.tell(Happening::TrialPhase { order, phase }),
            Told::Ended(trial) => self.ended(*trial),
        }
    }

    fn ended(&mut self, trial: Trial) {
        let Some(current) = &mut self.current else { return };
        let since = current.trial.take().map(|(_, since)| since).filter(|_| trial.status != TrialStatus::Cancelled);
        if let Some(entry) = self.runs.get_mut(&current.id) {
            if let Some(since) = since {
                self.took.remember(&entry.run.experiment, &trial.model, trial.at, since.elapsed());
            }
            entry.run.trials.push(trial.clone());
            entry.tell(Happening::TrialFinished { trial: Box::new(trial) });
            entry.cut_when_sure(&self.context);
        }
        self.tell_positions();
        self.start_trial();
    }

    /// No more trials of this run: its report is made, and stored.
    fn end(&mut self, id: &str) {
        let Some(entry) = self.runs.get_mut(id) else { return };
        let mut report = report(&self.context, &entry.run, entry.started_ms);
        report.conditions = entry.before.as_ref().map(|before| before.until_now(&report.trials));
        entry.run.report = Some(report.clone());
        let cancelled = entry.cancelling.is_some();
        let nothing = report.trials.is_empty();
        if !nothing {
            self.saving += 1;
            let (store, own, id) = (self.store.clone(), self.own.clone(), id.to_owned());
            tokio::spawn(async move {
                let save = move || store.join_lanes(&report).and_then(|()| store.save(&report));
                let saved = tokio::task::spawn_blocking(save).await.map_err(io::Error::other).flatten();
                if let Err(error) = saved {
                    crate::say(&format!("the report of run {id} was not stored, and will be gone with this server: {error}"));
                }
                if let Some(commands) = own.upgrade() {
                    let _ = commands.send(Command::Saved(id)).await;
                }
            });
        }
        // Whoever cancels waits for the child, not for the disk.
        if cancelled {
            self.close(id, RunState::Cancelled);
        } else if nothing {
            self.close(id, RunState::Finished);
        }
    }

    /// A run is over.
    fn close(&mut self, id: &str, state: RunState) {
        if self.current.as_ref().is_some_and(|current| current.id == id) {
            self.current = None;
        }
        let Some(entry) = self.runs.get_mut(id) else { return };
        entry.run.state = state;
        let cancelled = state == RunState::Cancelled;
        entry.tell(if cancelled { Happening::Cancelled } else { Happening::Finished });
        for reply in entry.cancelling.take().into_iter().flatten() {
            // Asked for after the last trial had ended: too late.
            let _ = reply.send(if cancelled { Ok(entry.run.clone()) } else { Err(NotCancelled::Over) });
        }
        self.over.push_back(id.to_owned());
        if self.over.len() > KEPT
            && let Some(oldest) = self.over.pop_front()
        {
            self.runs.remove(&oldest);
        }
        self.start_next();
    }

    /// Finds out where those that wait stand, and tells them when that is news: a new place, or a first estimate.
    fn tell_positions(&mut self) {
        let running = u64::from(self.current.is_some());
        let mut wait = match &self.current {
            Some(current) => self.left_of(current),
            None => Some(Duration::ZERO),
        };
        for (id, position) in self.queue.iter().zip(running..) {
            let Some(entry) = self.runs.get_mut(id) else { continue };
            let expected_wait_ms = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
            let first_estimate = entry.run.expected_wait_ms.is_none() && expected_wait_ms.is_some();
            let news = entry.run.last_event == 0 || entry.run.position != position || first_estimate;
            (entry.run.position, entry.run.expected_wait_ms) = (position, expected_wait_ms);
            if news {
                entry.tell(Happening::Queued { position, expected_wait_ms });
            }
            wait = wait.and_then(|wait| Some(wait + self.took.left_of(&entry.run)?));
        }
    }

    /// About how long the run whose turn it is will yet take.
    fn left_of(&self, current: &Current) -> Option<Duration> {
        let gone = current.trial.as_ref().map_or(Duration::ZERO, |(_, since)| since.elapsed());
        self.took.left_of(&self.runs.get(&current.id)?.run).map(|left| left.saturating_sub(gone))
    }
}
