//! What the server said, and what to do while it says nothing.

use std::rc::Rc;

use protocol::event::Happening;
use protocol::{Catalog, Experiment, RunEvent};

use super::{Asked, Connection, Effect, Entry, Listing, News, Notice, Origin, RunSeen, Shown, State};
use crate::web::api::Failure;

impl State {
    pub(super) fn take_news(&mut self, news: News, effects: &mut Vec<Effect>) -> Entry {
        match news {
            News::Catalog(answer) => return self.take_catalog(answer, effects),
            News::Run(asked, answer) => return self.take_run(asked, answer, effects),
            News::Here(Ok(here)) => self.here = Some(*here),
            News::Here(Err(failure)) => self.take_failure(failure, effects),
            News::Sample(answer) => {
                self.awaits_sample = false;
                // No sample is no misfortune: nothing is shown in its place.
                if let (Ok(recorded), None) = (answer, &self.shown) {
                    self.shown = Some(Shown::of_report(*recorded, Origin::Sample, self.catalog.as_deref()));
                }
            }
            News::Sources(workload, Ok(files)) if self.sources.workload == workload => self.sources.files = Rc::new(files),
            News::Sources(_, Ok(_)) => {}
            News::Sources(_, Err(failure)) => {
                // Asked for again when the server is back; an answer that is no listing is not asked for again.
                if failure == Failure::Away {
                    self.sources = Listing::default();
                }
                self.take_failure(failure, effects);
            }
            News::Sweep(id, answer) => {
                if let (Some(shown), Ok(drawn)) = (self.shown.as_mut().filter(|shown| shown.id() == Some(&id)), answer) {
                    shown.sweep = drawn.into();
                }
            }
            News::Event(event) => self.take_event(*event, effects),
            News::StreamBroke => self.stream_broke(effects),
            News::Retry => self.retry(effects),
        }
        Entry::Same
    }

    fn take_catalog(&mut self, answer: Result<Box<Catalog>, Failure>, effects: &mut Vec<Effect>) -> Entry {
        let catalog = match answer {
            Ok(catalog) => catalog,
            Err(failure) => {
                self.take_failure(failure, effects);
                return Entry::Same;
            }
        };
        self.catalog = Some(Rc::from(catalog));
        if self.away {
            self.away = false;
            self.announcement = "The server is back.".into();
            effects.push(Effect::LoadHere);
            self.resume(effects);
        }
        if let Some((path, query)) = self.place.opening.take() {
            self.read_address(&path, &query, effects);
        }
        if let (Some(shown), Some(catalog)) = (&mut self.shown, self.catalog.as_deref()) {
            shown.summarise(catalog);
        }
        Entry::Same
    }

    fn take_run(&mut self, asked: Asked, answer: Result<Box<RunSeen>, Failure>, effects: &mut Vec<Effect>) -> Entry {
        let opening = asked == Asked::Open;
        if asked == Asked::Start {
            self.sending = false;
        }
        match answer {
            Ok(run) => match asked {
                // The answer to a wish of before the person moved on.
                Asked::Open if self.wanted.as_deref() != Some(run.id.as_str()) => Entry::Same,
                Asked::Resume if self.shown.as_ref().and_then(Shown::id) != Some(run.id.as_str()) => Entry::Same,
                // What comes of it is told by the run's own events.
                Asked::Cancel => Entry::Same,
                Asked::Start | Asked::Open | Asked::Resume => {
                    self.wanted = None;
                    self.show_run(*run, effects);
                    if asked == Asked::Start { Entry::New } else { Entry::Same }
                }
            },
            Err(Failure::Refused(problem)) if problem.status == 404 && asked != Asked::Start => {
                if opening {
                    self.notices.extend(self.wanted.take().map(Notice::UnknownRun));
                } else if let Some(shown) = &mut self.shown {
                    shown.lose();
                    effects.push(Effect::Unfollow);
                }
                Entry::Same
            }
            // Over before it could be cancelled.
            Err(Failure::Refused(problem)) if problem.status == 409 => Entry::Same,
            Err(failure) => {
                self.take_failure(failure, effects);
                Entry::Same
            }
        }
    }

    fn show_run(&mut self, run: RunSeen, effects: &mut Vec<Effect>) {
        let catalog = self.catalog.as_deref();
        self.open_trial = None;
        let id = run.id.clone();
        let shown = match run.report {
            Some(report) => {
                let mut shown = Shown::of_report(report, Origin::Run(run.id), catalog);
                shown.state = run.state;
                shown
            }
            None => {
                // A run that goes on is followed from its first event: the log has the times that the run itself leaves out.
                effects.push(Effect::Follow(id, 0));
                let mut shown = Shown::of_run(run, self.here.as_ref());
                if let Some(catalog) = catalog {
                    shown.summarise(catalog);
                }
                shown
            }
        };
        if shown.state.is_over() {
            effects.push(Effect::Unfollow);
            want_picture(&shown, effects);
        }
        self.announcement = if shown.state.is_over() { "The result is there.".into() } else { "The run is on its way.".into() };
        self.shown = Some(shown);
    }

    fn take_event(&mut self, event: RunEvent, effects: &mut Vec<Effect>) {
        let (Some(shown), Some(catalog)) = (&mut self.shown, self.catalog.as_deref()) else { return };
        if event.number <= shown.last_event || shown.state.is_over() {
            return;
        }
        let announcement = match &event.what {
            Happening::Started { plan } => format!("Running: {} trials.", plan.len()),
            Happening::Finished => "Finished.".into(),
            Happening::Cancelled => "Cancelled.".into(),
            _ => String::new(),
        };
        shown.take(event, self.now, catalog);
        want_picture(shown, effects);
        if shown.state.is_over() {
            effects.push(Effect::Unfollow);
        }
        if !announcement.is_empty() {
            self.announcement = announcement;
        }
    }

    fn stream_broke(&mut self, effects: &mut Vec<Effect>) {
        let Some(shown) = self.shown.as_mut().filter(|shown| shown.is_going_on()) else { return };
        shown.connection = Connection::Reconnecting;
        effects.push(Effect::Unfollow);
        if !self.away {
            effects.push(Effect::RetryLater);
        }
    }

    /// Asks again: for the catalogue while the server is away, which says best that all is well; otherwise for the broken run.
    fn retry(&mut self, effects: &mut Vec<Effect>) {
        if self.away {
            effects.push(Effect::LoadCatalog);
        } else {
            self.resume(effects);
        }
    }

    fn resume(&mut self, effects: &mut Vec<Effect>) {
        if let Some(wanted) = &self.wanted {
            effects.push(Effect::LoadRun(Asked::Open, wanted.clone()));
        }
        let Some(shown) = self.shown.as_ref().filter(|shown| shown.connection == Connection::Reconnecting) else { return };
        effects.extend(shown.id().map(|id| Effect::LoadRun(Asked::Resume, id.to_owned())));
    }

    fn take_failure(&mut self, failure: Failure, effects: &mut Vec<Effect>) {
        match failure {
            Failure::Away => {
                if !self.away {
                    self.away = true;
                    self.announcement = "The server is away.".into();
                }
                effects.push(Effect::RetryLater);
            }
            Failure::Refused(problem) => self.say(Notice::Refused(problem.detail, problem.errors)),
            Failure::Rubbish => {
                let words =
                    "The answer is not from this page's server, or from another version of it: load the page again.".to_owned();
                self.say(Notice::Refused(words, Vec::new()));
            }
        }
    }

    /// What is already said is not said twice.
    fn say(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    pub(super) fn start(&mut self, effects: &mut Vec<Effect>) -> Entry {
        match self.checked() {
            Some(Ok(experiment)) if self.cannot_run().is_none() => {
                self.sending = true;
                self.sheet = false;
                self.notices.clear();
                effects.push(Effect::Start(Box::new(experiment)));
            }
            Some(Err(problems)) => {
                let field = problems.first().map_or("models", |problem| problem.field.as_str());
                self.announcement = problems.first().map(ToString::to_string).unwrap_or_default();
                // On a phone the field is in the sheet.
                self.sheet = true;
                effects.push(Effect::Focus(format!("field-{field}")));
            }
            _ => {}
        }
        Entry::Same
    }

    pub(super) fn start_shown(&mut self, effects: &mut Vec<Effect>) -> Entry {
        let Some(experiment) = self.shown.as_ref().map(|shown| shown.experiment.clone()) else { return Entry::Same };
        let entry = if self.checked() == Some(Ok(experiment.clone())) {
            Entry::Same
        } else {
            self.replace(protocol::Draft::of_experiment(&experiment))
        };
        self.start(effects);
        entry
    }

    /// The code belongs to the workload in the form.
    pub(super) fn want_sources(&mut self, effects: &mut Vec<Effect>) {
        if self.away || self.workload().is_none() || self.sources.workload == self.draft.workload {
            return;
        }
        self.sources = Listing { workload: self.draft.workload.clone(), ..Listing::default() };
        effects.push(Effect::LoadSources(self.draft.workload.clone()));
    }

    /// About how long an experiment would take, milliseconds, where a result of the same work is on show.
    #[must_use]
    pub fn estimate_ms(&self, experiment: &Experiment) -> Option<f64> {
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
}

fn want_picture(shown: &Shown, effects: &mut Vec<Effect>) {
    if let Some(id) = shown.id().filter(|_| shown.is_due_for_a_picture()) {
        effects.push(Effect::LoadSweep(id.to_owned()));
    }
}
