//! What a person typed, and the one check that form, link, file and API body all go through.
//!
//! A draft holds *texts*: nothing that was typed is lost, whether it can be used or not. [`Draft::check`] turns it into an
//! [`Experiment`] or into sentences about every field that is wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::catalog::{Catalog, Preset, Workload};
use crate::experiment::{Experiment, Sweep, Value};
use crate::parameter::sweep::{self, is_sweep};
use crate::parameter::{Parameter, grouped, read};
use crate::plan::plan_size;
use crate::problem::Problem;

/// Trials of a sweep: past this its log, some 25 kB a trial at the most, is longer than is read again.
pub const MOST_TRIALS: u64 = 2_500;

/// The field of the method that says what ends a measured part.
pub(crate) const MEASURE: &str = "measure";

/// The one that says how long it lasts.
pub(crate) const MEASURE_MS: &str = "measure_ms";

/// Its word for a fixed amount of work.
const BY_WORK: &str = "work";

/// An experiment as typed. A field that is absent means its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The workload's id.
    pub workload: String,
    /// The models' ids.
    pub models: Vec<String>,
    /// Workload parameters and method fields by name, as typed.
    pub fields: BTreeMap<String, String>,
}

impl Draft {
    /// A workload with the models of the article if it has them, and every default.
    #[must_use]
    pub fn of(workload: &Workload, catalog: &Catalog) -> Self {
        let models = catalog.models.iter().filter(|model| model.variant_of.is_none());
        let present = models.filter(|model| workload.cell(&model.id).is_some_and(|cell| cell.absent.is_none()));
        Self { workload: workload.id.clone(), models: present.map(|model| model.id.clone()).collect(), fields: BTreeMap::new() }
    }

    /// A preset's experiment.
    #[must_use]
    pub fn of_preset(preset: &Preset) -> Self {
        let mut fields = BTreeMap::new();
        fields.extend(preset.set.iter().map(|(name, value)| (name.clone(), value.to_string())));
        Self { workload: preset.workload.clone(), models: preset.models.clone(), fields }
    }

    /// A draft that checks to this experiment.
    #[must_use]
    pub fn of_experiment(experiment: &Experiment) -> Self {
        let mut fields = BTreeMap::new();
        fields.extend(experiment.params.iter().map(|(name, value)| (name.clone(), value.to_string())));
        fields.extend(experiment.method.iter().map(|(name, value)| (name.clone(), value.to_string())));
        for Sweep { parameter, values } in experiment.sweeps() {
            fields.insert(parameter.clone(), sweep::text_of(values));
        }
        Self { workload: experiment.workload.clone(), models: experiment.models.clone(), fields }
    }

    /// The options of its models that their cells of its workload obey, each once.
    pub fn obeyed_options<'a>(&'a self, catalog: &'a Catalog) -> impl Iterator<Item = &'a Parameter> {
        let cells = catalog.workload(&self.workload).map(|workload| workload.cells.as_slice()).unwrap_or_default();
        let obeys =
            move |name: &String| cells.iter().any(|cell| self.models.contains(&cell.model) && cell.options.contains(name));
        catalog.method_fields().skip(catalog.method.len()).filter(move |option| obeys(&option.name))
    }

    /// What stands in a field: as typed, or its default.
    #[must_use]
    pub fn text(&self, parameter: &Parameter, catalog: &Catalog) -> String {
        let typed = self.fields.get(&parameter.name).cloned();
        typed.unwrap_or_else(|| self.default_of(parameter, catalog, catalog.version).to_string())
    }

    /// Whether a field decides nothing as this draft stands: how much work there is if it is measured by time, how much time if it
    /// is measured by work, and either if the workload has a course of its own.
    #[must_use]
    pub fn is_moot(&self, parameter: &Parameter, catalog: &Catalog) -> bool {
        let Some(measure) = catalog.method.iter().find(|field| field.name == MEASURE) else { return false };
        let by_work = self.text(measure, catalog) == BY_WORK;
        match parameter.name.as_str() {
            MEASURE => catalog.workload(&self.workload).is_some_and(|workload| !workload.by_time),
            MEASURE_MS => by_work,
            _ => parameter.is_work && !by_work,
        }
    }

    /// What a field means that is absent. Whoever says how much work there is, and not how it is to be measured, gets just that
    /// work.
    fn default_of(&self, parameter: &Parameter, catalog: &Catalog, version: u32) -> Value {
        let by_work = parameter.name == MEASURE
            && catalog.workload(&self.workload).is_some_and(|workload| {
                let says_how_much = |own: &Parameter| own.is_work && self.fields.contains_key(&own.name);
                !workload.by_time || workload.parameters.iter().any(says_how_much)
            });
        if by_work { Value::from(BY_WORK) } else { parameter.default_in(version) }
    }

    /// The experiment that this means, or what is wrong with each field.
    ///
    /// # Errors
    /// One [`Problem`] for each thing that is wrong; never empty.
    pub fn check(&self, catalog: &Catalog) -> Result<Experiment, Vec<Problem>> {
        self.check_as_of(catalog, catalog.version)
    }

    /// The same, absent fields taking the defaults of a link of this version.
    ///
    /// # Errors
    /// As [`Draft::check`].
    pub fn check_as_of(&self, catalog: &Catalog, version: u32) -> Result<Experiment, Vec<Problem>> {
        let Some(workload) = catalog.workload(&self.workload) else {
            return Err(vec![unknown_workload(&self.workload, catalog)]);
        };
        let mut problems = self.check_models(workload, catalog);
        let known = || workload.parameters.iter().chain(catalog.method_fields());
        for (name, text) in &self.fields {
            if !known().any(|parameter| parameter.name == *name) {
                let names: Vec<&str> = known().map(|parameter| parameter.name.as_str()).collect();
                problems.push(Problem::new(name, text, format!("is not a parameter of {}", workload.id), names.join(", ")));
            }
        }
        let mut values = BTreeMap::new();
        let mut sweeps: Vec<Sweep> = Vec::new();
        for parameter in known() {
            let value = match self.fields.get(&parameter.name) {
                None => Ok(self.default_of(parameter, catalog, version)),
                Some(text) if parameter.can_be_swept && is_sweep(text) && !workload.compares() => {
                    let message = format!("cannot be swept: {} has no figure that depends on it", workload.id);
                    Err(Problem::new(&parameter.name, text, message, "one value"))
                }
                Some(text) if parameter.can_be_swept && is_sweep(text) => match (sweep::values(parameter, text), &sweeps[..]) {
                    (Ok(_), [one, other, ..]) => {
                        let label = |sweep: &Sweep| {
                            known()
                                .find(|known| known.name == sweep.parameter)
                                .map_or(&sweep.parameter, |known| &known.label)
                                .clone()
                        };
                        let message = format!(
                            "cannot be swept too: only two parameters can, and {} and {} already are",
                            label(one),
                            label(other)
                        );
                        Err(Problem::new(&parameter.name, text, message, parameter.accepted()))
                    }
                    (Ok(values), _) => {
                        let greatest = values.last().copied().unwrap_or_default();
                        sweeps.push(Sweep { parameter: parameter.name.clone(), values });
                        Ok(Value::Integer(greatest))
                    }
                    (Err(problem), _) => Err(problem),
                },
                Some(text) => read(parameter, text).and_then(|value| match value {
                    Value::Text(word) if parameter.name == MEASURE && !workload.by_time && word != BY_WORK => {
                        let message = format!("is not how {} can be measured: its course is its own", workload.id);
                        Err(Problem::new(&parameter.name, text, message, BY_WORK))
                    }
                    value => Ok(value),
                }),
            };
            match value {
                Ok(value) => drop(values.insert(parameter.name.clone(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let (workload, models) = (workload.id.clone(), self.models.clone());
        let (method, params) = values.into_iter().partition(|(name, _)| catalog.method_fields().any(|field| field.name == *name));
        let mut sweeps = sweeps.into_iter();
        let (sweep, sweep2) = (sweeps.next(), sweeps.next());
        let experiment = Experiment { workload, params, models, method, sweep, sweep2 };
        let trials = plan_size(&experiment).unwrap_or(u64::MAX);
        if experiment.sweep.is_some() && trials > MOST_TRIALS {
            let counts: Vec<String> = experiment.sweeps().map(|sweep| sweep.values.len().to_string()).collect();
            let (trials, values) = (grouped(trials), counts.join(" × "));
            let message = format!("makes {trials} trials: {values} values, every model and the control at each");
            let accepted = format!("fewer: {} trials at most", grouped(MOST_TRIALS));
            return Err(vec![Problem::new("repetitions", experiment.repetitions().to_string(), message, accepted)]);
        }
        Ok(experiment)
    }

    fn check_models(&self, workload: &Workload, catalog: &Catalog) -> Vec<Problem> {
        let present: Vec<&str> =
            workload.cells.iter().filter(|cell| cell.absent.is_none()).map(|cell| cell.model.as_str()).collect();
        let accepted = || format!("some of {}", present.join(", "));
        if self.models.is_empty() {
            return vec![Problem::new("models", "", "is empty: there is nothing to run", format!("one or more: {}", accepted()))];
        }
        let mut problems = Vec::new();
        for (index, id) in self.models.iter().enumerate() {
            let message = if self.models[..index].contains(id) {
                "is given twice".to_owned()
            } else if catalog.model(id).is_none() {
                "is not a model".to_owned()
            } else if let Some(reason) = workload.cell(id).and_then(|cell| cell.absent.as_ref()) {
                format!("cannot run {}: {reason}", workload.id)
            } else {
                continue;
            };
            problems.push(Problem::new("models", id, message, accepted()));
        }
        problems
    }

    /// A draft from an experiment in JSON, an API body's or a file's. `null` is the same as absent.
    ///
    /// # Errors
    /// If the value does not have an experiment's form; what its fields hold is [`Draft::check`]'s to say.
    pub fn of_json(json: &Json, catalog: &Catalog) -> Result<Self, Vec<Problem>> {
        let fields = || {
            let method: Vec<&str> = catalog.method_fields().map(|field| field.name.as_str()).collect();
            format!("workload, params, models, sweep, sweep2, {}", method.join(", "))
        };
        let Json::Object(object) = json else {
            let accepted = format!("an object with {}", fields());
            return Err(vec![Problem::new("experiment", kind_of(json), "is not an experiment", accepted)]);
        };
        let is_of_method = |name: &str| catalog.method_fields().any(|field| field.name == name);
        let mut draft = Self::default();
        let mut problems = Vec::new();
        for (name, accepted) in [("workload", "the id of a workload"), ("models", "a list of ids of models")] {
            if object.get(name).is_none_or(Json::is_null) {
                problems.push(Problem::new(name, "", "is missing", accepted));
            }
        }
        for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            let mut wrong =
                |message: &str, accepted: &str| problems.push(Problem::new(name, value.to_string(), message, accepted));
            match (name.as_str(), value) {
                ("workload", Json::String(id)) => draft.workload.clone_from(id),
                ("workload", _) => wrong("is not an id", "the id of a workload"),
                ("models", Json::Array(ids)) => {
                    for id in ids {
                        match id {
                            Json::String(id) => draft.models.push(id.clone()),
                            other => problems.push(Problem::new("models", other.to_string(), "is not an id", "ids of models")),
                        }
                    }
                }
                ("models", _) => wrong("is not a list", "a list of ids of models"),
                ("params", Json::Object(params)) => {
                    for (name, value) in params {
                        if is_of_method(name) {
                            problems.push(Problem::new(name, value.to_string(), "does not belong in params", "beside params"));
                        } else {
                            draft.take(name, value, &mut problems);
                        }
                    }
                }
                ("params", _) => wrong("is not an object", "an object"),
                ("sweep2", Json::Object(sweep))
                    if sweep.get("parameter") == object.get("sweep").and_then(|one| one.get("parameter")) =>
                {
                    wrong("sweeps what sweep does", "another parameter")
                }
                ("sweep" | "sweep2", Json::Object(sweep)) => match (sweep.get("parameter"), sweep.get("values")) {
                    (Some(Json::String(parameter)), Some(values)) => draft.take(parameter, values, &mut problems),
                    _ => wrong(
                        "does not say what is swept over which values",
                        "{\"parameter\": the name of one, \"values\": numbers}",
                    ),
                },
                (field, value) if is_of_method(field) => draft.take(name, value, &mut problems),
                _ => wrong("is not a field of an experiment", &fields()),
            }
        }
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    fn take(&mut self, name: &str, value: &Json, problems: &mut Vec<Problem>) {
        let text = match value {
            Json::String(text) => text.clone(),
            // A number without a fraction is whole however it is written: 40.0 is 40.
            Json::Number(number) => match number.as_f64() {
                Some(float) if number.as_u64().is_none() && float.fract() == 0.0 && float.is_finite() => {
                    format!("{float:.0}")
                }
                _ => number.to_string(),
            },
            Json::Array(values) if !values.is_empty() && values.iter().all(Json::is_u64) => {
                sweep::text_of(&values.iter().filter_map(Json::as_u64).collect::<Vec<u64>>()) + ";"
            }
            other => {
                problems.push(Problem::new(name, other.to_string(), "is neither a number nor a word", "a number or a word"));
                return;
            }
        };
        self.fields.insert(name.to_owned(), text);
    }
}

/// The experiment that this JSON text means.
///
/// # Errors
/// One [`Problem`] for each thing that is wrong; never empty.
pub fn experiment_of_json(text: &str, catalog: &Catalog) -> Result<Experiment, Vec<Problem>> {
    draft_of_json(text, catalog)?.check(catalog)
}

/// The draft that this JSON text means.
///
/// # Errors
/// One [`Problem`] for each thing that is wrong with its form; never empty.
pub fn draft_of_json(text: &str, catalog: &Catalog) -> Result<Draft, Vec<Problem>> {
    let json: Json = serde_json::from_str(text)
        .map_err(|error| vec![Problem::new("experiment", "", format!("is not JSON: {error}"), "an experiment in JSON")])?;
    Draft::of_json(&json, catalog)
}

pub(crate) fn unknown_workload(id: &str, catalog: &Catalog) -> Problem {
    let ids: Vec<&str> = catalog.workloads.iter().map(|workload| workload.id.as_str()).collect();
    Problem::new("workload", id, "is not a workload", format!("one of {}", ids.join(", ")))
}

fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
