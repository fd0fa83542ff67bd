//! What draws results: the page's second module, a worker beside it. It folds the log of the run on show itself, so that neither
//! statistics nor pictures ever hold up the page, and answers with text.
//!
//! ```text
//! page ── Request::Draw: entries of the log, the view ──► painter: fold, statistics, charts ── Reply::Drawn ──► page
//! page ── Request::Edit: what is done to a program ─────► painter: parse, edit, draw ────── Reply::Composed ──► page
//! ```

use charts::conditions::Facts;
use charts::drawing::Form;
use charts::{Composer, Theme};
use protocol::drawing::{Composed, Drawing};
use protocol::{Build, Conditions, Machine, Parameter, Run, View, compact};
use serde::{Deserialize, Serialize};

/// What a painter is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Draw the run on show, looked at like this.
    Draw {
        /// Which run it is: the answer says it again.
        ticket: u32,
        /// Whether the log begins: what there was before is of another run.
        begins: bool,
        /// The next entries of its log, in frames.
        log: Vec<u8>,
        /// How it is looked at.
        view: View,
    },
    /// Draw results over each other: the first is what the second is compared with, more are re-runs.
    Between {
        /// The answer says it again.
        ticket: u32,
        /// Their whole logs, in frames.
        logs: Vec<Vec<u8>>,
        /// What they are called in words; empty of what has no name.
        names: Vec<String>,
        /// How they are looked at.
        view: View,
    },
    /// Tell all that is known of a trial.
    Trial {
        /// The answer says it again.
        ticket: u32,
        /// The log of its run, in frames.
        log: Vec<u8>,
        /// Its place in the plan.
        order: u64,
    },
    /// Tell how a run was measured, or how an experiment would be.
    Conditions(Box<ConditionFacts>),
    /// Draw a program as the composer's: what stands in the field of this parameter.
    Compose {
        /// The answer says it again.
        ticket: u32,
        /// A parameter of steps.
        parameter: Box<Parameter>,
        /// What stands there.
        text: String,
    },
    /// Do this to the program that was drawn last; the answer says the ticket again.
    Edit(u32, String),
    /// Give out a picture of what was drawn last, by its id.
    Export(String, ExportForm),
    /// Give out results in words and figures, to be pasted elsewhere.
    Text {
        /// Their whole logs, in frames.
        logs: Vec<Vec<u8>>,
        /// How they are looked at.
        view: View,
        /// A link to them.
        link: Option<String>,
    },
}

/// See [`Facts`], which these are as they travel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is explained there")]
pub struct ConditionFacts {
    pub machine: Machine,
    pub build: Build,
    pub conditions: Option<Conditions>,
    pub trials: usize,
    pub allocator: Option<String>,
    pub scope: Vec<String>,
}

impl ConditionFacts {
    /// The same, to be sent.
    #[must_use]
    pub fn of(facts: &Facts<'_>) -> Self {
        let Facts { machine, build, conditions, trials, allocator, scope } = *facts;
        let (machine, build, conditions) = (machine.clone(), build.clone(), conditions.cloned());
        Self { machine, build, conditions, trials, allocator: allocator.map(str::to_owned), scope: scope.to_vec() }
    }

    fn facts(&self) -> Facts<'_> {
        let Self { machine, build, conditions, trials, allocator, scope } = self;
        let (conditions, allocator) = (conditions.as_ref(), allocator.as_deref());
        Facts { machine, build, conditions, trials: *trials, allocator, scope }
    }
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// What the run of this ticket looks like.
    Drawn(u32, Box<Drawing>),
    /// What was to be told of a trial, by its ticket.
    Trial(u32, String),
    /// What was to be told of how it is measured.
    Conditions(String),
    /// The program of this ticket.
    Composed(u32, Box<Composed>),
    /// A picture: in which form it is wanted, and its text. A bitmap is made in the page, of the text of an SVG.
    Exported(String, ExportForm, String),
    /// The text of results.
    Text(String),
}

/// As what a picture leaves the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ExportForm {
    Csv,
    Svg,
    Png,
}

impl ExportForm {
    /// As what the painter draws it: light, because most of what a picture is put into is.
    fn drawn(self) -> Form {
        match self {
            Self::Csv => Form::Csv,
            Self::Svg | Self::Png => Form::Svg(Theme::Light),
        }
    }

    /// What a button of it does.
    #[must_use]
    pub fn does(self) -> &'static str {
        match self {
            Self::Csv => "copy the figures",
            Self::Svg => "copy an SVG",
            Self::Png => "copy a PNG",
        }
    }
}

/// The run on show, as far as its log has come.
#[derive(Debug, Default)]
pub struct Painter {
    run: Run,
    view: View,
    frames: compact::Frames,
    /// Those that were drawn over each other; none if the run on show was drawn since.
    compared: Vec<Run>,
    /// What they are called.
    names: Vec<String>,
    /// The program that is being composed.
    composer: Option<Composer>,
}

impl Painter {
    /// Takes a request, and gives the answer; both in the compact form. Nothing of what is no request.
    pub fn take(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let answer = self.answer(compact::read(request).ok()?)?;
        compact::write(&answer).ok()
    }

    fn answer(&mut self, request: Request) -> Option<Reply> {
        match request {
            Request::Draw { ticket, begins, log, view } => {
                if begins {
                    *self = Self { composer: self.composer.take(), ..Self::default() };
                }
                self.frames.push(&log);
                while let Some(frame) = self.frames.next_frame() {
                    self.run.apply(&compact::read(&frame).ok()?);
                }
                (self.view, self.compared) = (view, Vec::new());
                Some(Reply::Drawn(ticket, Box::new(charts::drawing(&self.run, &self.view))))
            }
            Request::Between { ticket, logs, names, view } => {
                (self.view, self.compared, self.names) = (view, folded(&logs)?, names);
                Some(Reply::Drawn(ticket, Box::new(charts::between::drawing(&self.compared, &self.names, &self.view))))
            }
            Request::Trial { ticket, log, order } => {
                let run = folded(&[log])?.pop()?;
                let catalog = &run.submission.catalog;
                let workload = catalog.workload(&run.submission.experiment.workload)?;
                Some(Reply::Trial(ticket, charts::trial_details(catalog, workload, run.trial(order)?)))
            }
            Request::Conditions(facts) => Some(Reply::Conditions(charts::conditions::card(&facts.facts()))),
            Request::Compose { ticket, parameter, text } => {
                match self.composer.as_mut().filter(|composer| *composer.parameter() == *parameter) {
                    Some(composer) => composer.write(text),
                    None => self.composer = Some(Composer::new(*parameter, text)),
                }
                Some(Reply::Composed(ticket, Box::new(self.composer.as_ref()?.drawn())))
            }
            Request::Edit(ticket, edit) => Some(Reply::Composed(ticket, Box::new(self.composer.as_mut()?.take(&edit)))),
            Request::Export(id, form) => {
                let text = match self.compared.as_slice() {
                    [] => charts::drawing::export(&self.run, &self.view, &id, form.drawn())?,
                    compared => charts::between::export(compared, &self.names, &self.view, &id, form.drawn())?,
                };
                Some(Reply::Exported(id, form, text))
            }
            Request::Text { logs, view, link } => {
                let runs = folded(&logs)?;
                let texts: Vec<String> = runs.iter().map(|run| charts::markdown(run, &view, link.as_deref())).collect();
                Some(Reply::Text(texts.join("\n")))
            }
        }
    }
}

/// The runs of these logs; `None` if one of them is no log.
fn folded(logs: &[Vec<u8>]) -> Option<Vec<Run>> {
    let fold = |log: &Vec<u8>| {
        let (mut frames, mut run) = (compact::Frames::default(), Run::default());
        frames.push(log);
        while let Some(frame) = frames.next_frame() {
            run.apply(&compact::read(&frame).ok()?);
        }
        Some(run)
    };
    logs.iter().map(fold).collect()
}
