//! The form: a draft of texts. Nothing that was typed is lost; what replaces it as a whole can be undone.

use protocol::draft::read;
use protocol::plan::{PlannedTrial, plan};
use protocol::{Catalog, Draft, Experiment, Problem, Workload};

use super::{Deed, Entry, State};

/// So many replaced drafts are kept.
const KEPT: usize = 50;

impl State {
    /// The workload that is chosen.
    #[must_use]
    pub fn workload(&self) -> Option<&Workload> {
        self.catalog.as_deref()?.workload(&self.draft.workload)
    }

    /// What the form means, or what is wrong with it; `None` without a catalogue to say so.
    #[must_use]
    pub fn checked(&self) -> Option<Result<Experiment, Vec<Problem>>> {
        Some(self.draft.check(self.catalog.as_deref()?))
    }

    /// The trials that *Run* would run; empty where the form means nothing yet.
    #[must_use]
    pub fn planned(&self) -> Vec<PlannedTrial> {
        match self.checked() {
            Some(Ok(experiment)) => plan(&experiment),
            _ => Vec::new(),
        }
    }

    /// Which preset this is, untouched.
    #[must_use]
    pub fn preset(&self) -> Option<usize> {
        let catalog = self.catalog.as_deref()?;
        let mine = self.draft.check(catalog).ok()?;
        catalog.presets.iter().position(|preset| Draft::of_preset(preset).check(catalog).as_ref() == Ok(&mine))
    }

    /// Why *Run* would do nothing now; `None` where it would run.
    #[must_use]
    pub fn cannot_run(&self) -> Option<String> {
        if self.away {
            return Some("The server is away.".into());
        }
        if self.catalog.is_none() {
            return Some("Asking the server …".into());
        }
        if self.sending {
            return Some("On its way to the server …".into());
        }
        if self.shown.as_ref().is_some_and(|shown| shown.is_going_on()) {
            return Some("A run is going on.".into());
        }
        match self.checked()? {
            Ok(_) => None,
            Err(problems) if problems.len() == 1 => Some(format!("{} needs mending.", self.label_of(&problems.first()?.field))),
            Err(problems) => Some(format!("{} fields need mending.", problems.len())),
        }
    }

    /// The name that people read of a field.
    #[must_use]
    pub fn label_of(&self, field: &str) -> String {
        let Some(catalog) = self.catalog.as_deref() else { return field.to_owned() };
        let parameters = self.workload().map(|workload| workload.parameters.as_slice()).unwrap_or_default();
        let parameter = parameters.iter().chain(&catalog.method).find(|parameter| parameter.name == field);
        match (parameter, field) {
            (Some(parameter), _) => parameter.label.clone(),
            (None, "models") => "Models".into(),
            (None, "workload") => "Workload".into(),
            (None, other) => other.to_owned(),
        }
    }

    pub(super) fn take_deed_on_the_form(&mut self, deed: Deed) -> Entry {
        let Some(catalog) = self.catalog.clone() else { return Entry::Same };
        match deed {
            Deed::Type(field, text) => {
                // The draft has the number that is meant: commas are for the eye, and no link needs them.
                let parameters = self.workload().map(|workload| workload.parameters.as_slice()).unwrap_or_default();
                let parameter = parameters.iter().chain(&catalog.method).find(|parameter| parameter.name == field);
                let meant = parameter.and_then(|parameter| read(parameter, &text).ok()).map(|value| value.to_string());
                self.draft.fields.insert(field.clone(), meant.unwrap_or_else(|| text.clone()));
                self.typing = Some((field, text));
                Entry::Over
            }
            Deed::Slide(field, text) => {
                self.draft.fields.insert(field, text);
                Entry::Soon
            }
            Deed::Toggle(model) => {
                toggle(&mut self.draft, &model, &catalog);
                Entry::Over
            }
            Deed::Workload(id) => match catalog.workload(&id) {
                Some(workload) => self.replace(switched(&self.draft, workload, &catalog)),
                None => Entry::Same,
            },
            Deed::Preset(index) => match catalog.presets.get(index) {
                Some(preset) => self.replace(Draft::of_preset(preset)),
                None => Entry::Same,
            },
            Deed::Reset => match self.workload() {
                Some(workload) => self.replace(Draft::of(workload, &catalog)),
                None => Entry::Same,
            },
            Deed::Undo => match self.replaced.pop() {
                Some(draft) => {
                    self.draft = draft;
                    self.typing = None;
                    self.announcement = "Undone.".into();
                    Entry::New
                }
                None => Entry::Same,
            },
            _ => Entry::Same,
        }
    }

    pub(super) fn replace(&mut self, draft: Draft) -> Entry {
        if draft == self.draft {
            return Entry::Same;
        }
        self.typing = None;
        self.replaced.push(std::mem::replace(&mut self.draft, draft));
        if self.replaced.len() > KEPT {
            self.replaced.remove(0);
        }
        Entry::New
    }
}

/// Models stand in the catalogue's order, whatever the order of the clicks: the order decides the plan, and the plan must not depend on
/// how somebody got there.
fn toggle(draft: &mut Draft, model: &str, catalog: &Catalog) {
    let is_on = |id: &str| draft.models.iter().any(|on| on == id);
    let known = catalog.models.iter().map(|model| model.id.as_str());
    draft.models = known.filter(|id| is_on(id) != (*id == model)).map(str::to_owned).collect();
}

/// Another workload's defaults, with what means the same everywhere: the models that can run it, and the method.
fn switched(draft: &Draft, workload: &Workload, catalog: &Catalog) -> Draft {
    let mut next = Draft::of(workload, catalog);
    let runs = |id: &String| workload.cell(id).is_some_and(|cell| cell.absent.is_none());
    let kept: Vec<String> = draft.models.iter().filter(|id| runs(id)).cloned().collect();
    if !kept.is_empty() {
        next.models = kept;
    }
    for parameter in &catalog.method {
        if let Some(text) = draft.fields.get(&parameter.name) {
            next.fields.insert(parameter.name.clone(), text.clone());
        }
    }
    next
}
