//! Whose trials belong together: a model's own, and those of its A/A control.

use protocol::report::Summary;
use protocol::{Catalog, Experiment, Role, Trial};

use crate::Subject;

/// A model in a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group<'a> {
    pub(crate) model: &'a str,
    pub(crate) role: Role,
}

/// Those of an experiment, the control behind its model. Traced trials are of none: their figures count nowhere.
pub(crate) fn groups(experiment: &Experiment) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for model in &experiment.models {
        groups.push(Group { model, role: Role::Plain });
        if experiment.control() == Some(model) {
            groups.push(Group { model, role: Role::Control });
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// The group that a summary is of.
    pub(crate) fn of(summary: &'a Summary) -> Self {
        Self { model: &summary.model, role: summary.role }
    }

    pub(crate) fn is_control(self) -> bool {
        self.role == Role::Control
    }

    /// What tells its row from the others: "tokio", "tokio-again".
    pub(crate) fn label(self) -> String {
        self.role.label_of(self.model)
    }

    pub(crate) fn name(self, catalog: &Catalog) -> String {
        named(catalog, self.model, self.role)
    }

    /// Its trials, however they ended.
    pub(crate) fn trials<'t>(self, trials: &'t [Trial]) -> impl Iterator<Item = &'t Trial> + use<'t, 'a> {
        trials.iter().filter(move |trial| trial.planned.model == self.model && trial.planned.role == self.role)
    }
}

/// What people call a model in a role: "Tokio", "Tokio, again (A/A)", "Tokio, traced". A model that the catalogue does not
/// have goes by its id.
#[must_use]
pub fn named(catalog: &Catalog, model: &str, role: Role) -> String {
    let name = catalog.model(model).map_or(model, |model| &model.name);
    let which = match role {
        Role::Plain => "",
        Role::Control => ", again (A/A)",
        Role::Traced => ", traced",
    };
    format!("{name}{which}")
}

/// The models' own summaries, without the control's.
pub(crate) fn plain<'s>(subject: &Subject<'s>) -> impl Iterator<Item = &'s Summary> {
    subject.summarised.summary.iter().filter(|summary| summary.role == Role::Plain)
}
