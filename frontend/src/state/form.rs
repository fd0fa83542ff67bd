//! The form: a draft of texts. Nothing that was typed is lost; what replaces it as a whole can be undone.
//!
//! What the draft means is computed when it changes, once, and read by every view. So the draft is written in one place only
//! ([`FormPart::set`]), and what is computed is private.

use protocol::parameter::read;
use protocol::parameter::sweep::{self, Parts, is_sweep};
use protocol::plan::{least_ms, plan};
use protocol::{Catalog, Draft, Experiment, Parameter, PlannedTrial, Problem, Value, Workload};

use super::effect::Reaction;
use super::{Effect, HistoryEntry, RunPart, State};

/// At most this many replaced drafts are kept.
const KEPT: usize = 50;

/// The form, and what it means.
#[derive(Debug, Default)]
pub struct FormPart {
    draft: Draft,
    /// Drafts that a preset, a reset, another workload or an edit in the composer replaced, newest last.
    replaced: Vec<Draft>,
    /// The field that is being typed into, and what stands in it: shown as typed, not as read.
    pub typing: Option<(String, String)>,
    /// Whether the variants are unfolded.
    pub variants: bool,
    /// Whether all presets are unfolded.
    pub all_presets: bool,
    /// The field whose help stays open.
    pub help: Option<String>,
    /// Whether the method is unfolded: somebody did so, a link says something of it, or something is wrong with it.
    pub method: bool,
    checked: Option<Result<Experiment, Vec<Problem>>>,
    plan: Vec<PlannedTrial>,
    /// What the catalogue's presets mean; `None` for one that this server could not run.
    presets: Vec<Option<Experiment>>,
    preset: Option<usize>,
    estimate_ms: Option<f64>,
}

/// What a person does to the form.
#[derive(Clone, Debug)]
pub enum FormAction {
    /// Type this text into this field.
    Type(String, String),
    /// Move a field's slider to this text: as typing, but many times a second.
    Slide(String, String),
    /// An edit in the composer has made this text of a field's; `goes_on` if it only goes on with the one before.
    #[expect(missing_docs, reason = "the variant says it")]
    Compose { field: String, text: String, goes_on: bool },
    /// Give a field several values, or one again.
    ToggleSweep(String),
    /// Leave the field that was typed into.
    FinishTyping,
    /// Switch a model on or off.
    ToggleModel(String),
    /// Choose another workload.
    ChooseWorkload(String),
    /// Choose a preset, by its place in the catalogue.
    ChoosePreset(usize),
    /// Every field back to its default.
    Reset,
    /// The replaced draft again.
    Undo,
    /// Unfold or fold the variants.
    UnfoldVariants(bool),
    /// Unfold or fold the presets.
    UnfoldPresets(bool),
    /// Unfold or fold the method.
    UnfoldMethod(bool),
    /// Have a field's help stay open, or close it.
    ToggleHelp(String),
}

impl FormPart {
    /// What stands in the fields.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What the form means; `None` if something is wrong with it, or without a catalogue to read it with.
    #[must_use]
    pub fn experiment(&self) -> Option<&Experiment> {
        self.checked.as_ref()?.as_ref().ok()
    }

    /// What is wrong with the form.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.checked.as_ref().and_then(|checked| checked.as_ref().err()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The trials that *Run* would run; empty if the form means nothing yet.
    #[must_use]
    pub fn plan(&self) -> &[PlannedTrial] {
        &self.plan
    }

    /// Which preset this is, unchanged.
    #[must_use]
    pub fn preset(&self) -> Option<usize> {
        self.preset
    }

    /// About how long it would take, milliseconds, if a result of the same work is on show.
    #[must_use]
    pub fn estimate_ms(&self) -> Option<f64> {
        self.estimate_ms
    }

    /// The least that it would take, milliseconds, if its trials are measured by time and all of them are run.
    #[must_use]
    pub fn least_ms(&self) -> Option<f64> {
        self.experiment().and_then(least_ms).map(|ms| ms as f64)
    }

    /// Whether there is a replaced draft to go back to.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.replaced.is_empty()
    }

    pub(super) fn apply(&mut self, action: FormAction, catalog: &Catalog, reaction: &mut Reaction) {
        match action {
            FormAction::Type(field, text) => {
                // The draft has the number that is meant: commas are for the eye, and no link needs them.
                let parameter = self.parameter(&field, catalog);
                let meant = parameter.and_then(|parameter| read(parameter, &text).ok()).map(|value| value.to_string());
                self.fill(field.clone(), meant.unwrap_or_else(|| text.clone()), catalog);
                self.typing = Some((field, text));
                reaction.history = HistoryEntry::Replace;
            }
            FormAction::Slide(field, text) => {
                self.fill(field, text, catalog);
                reaction.history = HistoryEntry::ReplaceSoon;
            }
            FormAction::Compose { field, text, goes_on } => {
                let mut draft = self.draft.clone();
                draft.fields.insert(field, text);
                let before = self.open(draft, catalog);
                if !goes_on {
                    self.keep(before);
                }
                reaction.history = HistoryEntry::Replace;
            }
            FormAction::ToggleSweep(field) => {
                if let Some(text) = self.parameter(&field, catalog).and_then(|parameter| self.toggled_sweep(parameter, catalog)) {
                    self.typing = None;
                    self.fill(field, text, catalog);
                    reaction.history = HistoryEntry::Replace;
                }
            }
            FormAction::FinishTyping => self.typing = None,
            FormAction::ToggleModel(model) => {
                self.set(toggled(&self.draft, &model, catalog), catalog);
                reaction.history = HistoryEntry::Replace;
            }
            FormAction::ChooseWorkload(id) => {
                if let Some(workload) = catalog.workload(&id) {
                    self.replace(switched(&self.draft, workload, catalog), catalog, reaction);
                }
            }
            FormAction::ChoosePreset(index) => {
                if let Some(preset) = catalog.presets.get(index) {
                    self.replace(Draft::of_preset(preset), catalog, reaction);
                }
                // It stands in the line then, in another place than where it was chosen.
                if std::mem::take(&mut self.all_presets) {
                    reaction.effect(Effect::Focus(format!("preset-{index}")));
                }
            }
            FormAction::Reset => {
                if let Some(workload) = catalog.workload(&self.draft.workload) {
                    self.replace(Draft::of(workload, catalog), catalog, reaction);
                }
            }
            FormAction::Undo => {
                if let Some(draft) = self.replaced.pop() {
                    self.open(draft, catalog);
                    reaction.announce("Undone.");
                    reaction.history = HistoryEntry::Push;
                }
            }
            FormAction::UnfoldVariants(open) => self.variants = open,
            FormAction::UnfoldPresets(open) => self.all_presets = open,
            FormAction::UnfoldMethod(open) => self.method = open,
            FormAction::ToggleHelp(field) => self.help = Some(field).filter(|field| self.help.as_ref() != Some(field)),
        }
    }

    /// Another draft in place of this one, which can be undone.
    pub(super) fn replace(&mut self, draft: Draft, catalog: &Catalog, reaction: &mut Reaction) {
        if draft == self.draft {
            return;
        }
        let before = self.open(draft, catalog);
        self.keep(before);
        reaction.history = HistoryEntry::Push;
    }

    /// Keeps a draft that was replaced, to go back to.
    fn keep(&mut self, before: Draft) {
        self.replaced.push(before);
        if self.replaced.len() > KEPT {
            self.replaced.remove(0);
        }
    }

    /// Another draft, as from a link; the one that was there.
    pub(super) fn open(&mut self, draft: Draft, catalog: &Catalog) -> Draft {
        self.typing = None;
        self.set(draft, catalog)
    }

    /// A draft from a link: what it says of the method is in view, unless it is a preset's or the default.
    pub(super) fn open_link(&mut self, draft: Draft, catalog: &Catalog) {
        self.method = false;
        self.open(draft, catalog);
        self.method |= self.preset.is_none() && catalog.method.iter().any(|field| self.departs(field, catalog));
    }

    /// Whether a field decides something, and not what it decides by default.
    #[must_use]
    pub fn departs(&self, field: &Parameter, catalog: &Catalog) -> bool {
        !self.draft.is_moot(field, catalog) && self.draft.text(field, catalog) != field.default().to_string()
    }

    /// What a field is to hold when it is given several values, or one again; `None` if it takes but one.
    fn toggled_sweep(&self, parameter: &Parameter, catalog: &Catalog) -> Option<String> {
        let text = self.draft.text(parameter, catalog);
        if is_sweep(&text) {
            let greatest = sweep::values(parameter, &text).ok().and_then(|values| values.last().copied());
            return Some(greatest.map_or_else(|| parameter.default(), Value::Integer).to_string());
        }
        let value = read(parameter, &text).ok().as_ref().and_then(Value::integer);
        Parts::up_to(parameter, value).filter(|_| parameter.can_be_swept).map(|parts| parts.to_string())
    }

    /// Reads the form and the presets with a catalogue that has just come.
    pub(super) fn read_with(&mut self, catalog: &Catalog) {
        self.presets = catalog.presets.iter().map(|preset| Draft::of_preset(preset).check(catalog).ok()).collect();
        self.set(self.draft.clone(), catalog);
    }

    /// Tells anew how long the experiment would take: the run that it is told from goes on.
    pub(super) fn estimate(&mut self, run: &RunPart) {
        self.estimate_ms = self.experiment().and_then(|experiment| run.estimate_ms(experiment));
    }

    fn fill(&mut self, field: String, text: String, catalog: &Catalog) {
        let mut draft = self.draft.clone();
        draft.fields.insert(field, text);
        self.set(draft, catalog);
    }

    /// The one place in which the draft is written, and what it means computed; the draft that was there.
    fn set(&mut self, draft: Draft, catalog: &Catalog) -> Draft {
        let before = std::mem::replace(&mut self.draft, draft);
        self.checked = Some(self.draft.check(catalog));
        let experiment = self.experiment();
        let preset = experiment.and_then(|mine| self.presets.iter().position(|preset| preset.as_ref() == Some(mine)));
        self.plan = experiment.map(plan).unwrap_or_default();
        self.preset = preset;
        // Not only while it is wrong: mending it must not take it away.
        self.method |= self.problems().iter().any(|problem| catalog.method.iter().any(|field| field.name == problem.field));
        before
    }

    fn parameter<'a>(&self, field: &str, catalog: &'a Catalog) -> Option<&'a Parameter> {
        let workload = catalog.workload(&self.draft.workload);
        let own = workload.map(|workload| workload.parameters.as_slice()).unwrap_or_default();
        own.iter().chain(catalog.method_fields()).find(|parameter| parameter.name == field)
    }
}

impl State {
    /// What stands in a field: as typed, or its default.
    #[must_use]
    pub fn text(&self, parameter: &Parameter) -> String {
        self.server.catalog.as_deref().map(|catalog| self.form.draft().text(parameter, catalog)).unwrap_or_default()
    }

    /// Whether a field decides something, or something is wrong with it: it is shown.
    #[must_use]
    pub fn is_shown(&self, parameter: &Parameter) -> bool {
        let moot = self.server.catalog.as_deref().is_some_and(|catalog| self.form.draft().is_moot(parameter, catalog));
        !moot || self.form.problems().iter().any(|problem| problem.field == parameter.name)
    }

    /// The workload that is chosen.
    #[must_use]
    pub fn workload(&self) -> Option<&Workload> {
        self.server.catalog.as_deref()?.workload(&self.form.draft.workload)
    }

    /// The name that people read of a field.
    #[must_use]
    pub fn label_of(&self, field: &str) -> String {
        let Some(catalog) = self.server.catalog.as_deref() else { return field.to_owned() };
        match (self.form.parameter(field, catalog), field) {
            (Some(parameter), _) => parameter.label.clone(),
            (None, "models") => "Models".into(),
            (None, "workload") => "Workload".into(),
            (None, other) => other.to_owned(),
        }
    }
}

/// Models stand in the catalogue's order, whatever the order of the clicks: the order decides the plan, and the plan must not
/// depend on how somebody got there.
fn toggled(draft: &Draft, model: &str, catalog: &Catalog) -> Draft {
    let is_on = |id: &str| draft.models.iter().any(|on| on == id);
    let known = catalog.models.iter().map(|model| model.id.as_str());
    let models = known.filter(|id| is_on(id) != (*id == model)).map(str::to_owned).collect();
    Draft { models, ..draft.clone() }
}

/// Another workload's defaults, with what means the same everywhere: the models that can run it, and the method.
fn switched(draft: &Draft, workload: &Workload, catalog: &Catalog) -> Draft {
    let mut next = Draft::of(workload, catalog);
    let runs = |id: &String| workload.cell(id).is_some_and(|cell| cell.absent.is_none());
    let kept: Vec<String> = draft.models.iter().filter(|id| runs(id)).cloned().collect();
    if !kept.is_empty() {
        next.models = kept;
    }
    for parameter in catalog.method_fields() {
        if let Some(text) = draft.fields.get(&parameter.name) {
            next.fields.insert(parameter.name.clone(), text.clone());
        }
    }
    next
}
