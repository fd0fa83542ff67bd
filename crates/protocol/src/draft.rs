//! What a person typed, and the one check that form, link, file and API body all go through.
//!
//! A draft holds *texts*: nothing that was typed is lost, whether it can be used or not. [`Draft::check`] turns it into an
//! [`Experiment`] or into sentences about every field that is wrong.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::catalog::{Catalog, Parameter, ParameterKind, Preset, Workload, grouped};
use crate::experiment::{Cores, Driver, Experiment, Lanes, METHOD, Sweep, Until, Value};
use crate::plan::block_size;
use crate::problem::Problem;
use crate::steps;
use crate::sweep::{self, is_sweep};

/// Trials of a sweep: past this nobody sees its end.
const MOST_TRIALS: u64 = 1_000;

/// An experiment as typed. A field that is absent means its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The workload's id.
    pub workload: String,
    /// The models' ids.
    pub models: Vec<String>,
    /// Workload parameters and method fields by name, as typed.
    pub fields: BTreeMap<String, String>,
}

impl Draft {
    /// A workload with the models of the article where it has them, and every default.
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
        for name in METHOD {
            fields.extend(experiment.value(name).map(|value| (name.to_owned(), value.to_string())));
        }
        if let Some(Sweep { parameter, values }) = &experiment.sweep {
            fields.insert(parameter.clone(), sweep::text_of(values));
        }
        Self { workload: experiment.workload.clone(), models: experiment.models.clone(), fields }
    }

    /// What stands in a field: as typed, or its default.
    #[must_use]
    pub fn text(&self, parameter: &Parameter) -> String {
        self.fields.get(&parameter.name).cloned().unwrap_or_else(|| parameter.default().to_string())
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
        let known = || workload.parameters.iter().chain(&catalog.method);
        for (name, text) in &self.fields {
            if !known().any(|parameter| parameter.name == *name) {
                let names: Vec<&str> = known().map(|parameter| parameter.name.as_str()).collect();
                problems.push(Problem::new(name, text, format!("is no parameter of {}", workload.id), names.join(", ")));
            }
        }
        let mut values = BTreeMap::new();
        let mut swept = None;
        for parameter in known() {
            let value = match self.fields.get(&parameter.name) {
                None => Ok(parameter.default_in(version)),
                Some(text) if is_sweep(text) && may_be_swept(parameter, catalog) => {
                    match (sweep::values(parameter, text), &swept) {
                        (Ok(_), Some(Sweep { parameter: other, .. })) => {
                            let message = format!("would be swept besides {other}, and one at a time is");
                            Err(Problem::new(&parameter.name, text, message, parameter.accepted()))
                        }
                        (Ok(values), None) => {
                            let greatest = values.last().copied().unwrap_or_default();
                            swept = Some(Sweep { parameter: parameter.name.clone(), values });
                            Ok(Value::Integer(greatest))
                        }
                        (Err(problem), _) => Err(problem),
                    }
                }
                Some(text) => read(parameter, text),
            };
            match value {
                Ok(value) => drop(values.insert(parameter.name.clone(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut word = |name: &str| values.remove(name).map(|value| value.to_string()).unwrap_or_default();
        let (cores, driver) = (Cores::of_word(&word("cores")), Driver::of_word(&word("driver")));
        let (until, lanes) = (Until::of_word(&word("until")), Lanes::of_word(&word("lanes")));
        let mut method = |name: &str| values.remove(name).as_ref().and_then(Value::integer).unwrap_or_default();
        let (workers, repetitions, seed) = (method("workers"), method("repetitions"), method("seed"));
        let (workload, models, params, sweep) = (workload.id.clone(), self.models.clone(), values, swept);
        let experiment = Experiment { workload, params, models, cores, driver, workers, repetitions, until, lanes, sweep, seed };
        let trials = block_size(&experiment) as u64 * repetitions;
        if experiment.sweep.is_some() && trials > MOST_TRIALS {
            let message = format!("makes {} trials, with every value and every model", grouped(trials));
            let accepted = format!("fewer: {} trials at most", grouped(MOST_TRIALS));
            return Err(vec![Problem::new("repetitions", repetitions.to_string(), message, accepted)]);
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
                "is no model".to_owned()
            } else if let Some(reason) = workload.cell(id).and_then(|cell| cell.absent.as_ref()) {
                format!("cannot run {}: {reason}", workload.id)
            } else {
                continue;
            };
            problems.push(Problem::new("models", id, message, accepted()));
        }
        problems
    }

    /// A draft from an experiment in JSON, an API body's or a file's.
    ///
    /// # Errors
    /// Where the value does not have an experiment's form; what its fields hold is [`Draft::check`]'s to say.
    pub fn of_json(json: &Json) -> Result<Self, Vec<Problem>> {
        const FIELDS: &str = "workload, params, models, cores, driver, workers, repetitions, until, lanes, sweep, seed";
        let Json::Object(object) = json else {
            return Err(vec![Problem::new(
                "experiment",
                kind_of(json),
                "is not an experiment",
                format!("an object with {FIELDS}"),
            )]);
        };
        let mut draft = Self::default();
        let mut problems = Vec::new();
        if !object.contains_key("workload") {
            problems.push(Problem::new("workload", "", "is missing", "the id of a workload"));
        }
        if !object.contains_key("models") {
            problems.push(Problem::new("models", "", "is missing", "a list of ids of models"));
        }
        for (name, value) in object {
            match (name.as_str(), value) {
                ("workload", Json::String(id)) => draft.workload.clone_from(id),
                ("workload", other) => {
                    problems.push(Problem::new("workload", other.to_string(), "is no id", "the id of a workload"))
                }
                ("models", Json::Array(ids)) => {
                    for id in ids {
                        match id {
                            Json::String(id) => draft.models.push(id.clone()),
                            other => problems.push(Problem::new("models", other.to_string(), "is no id", "ids of models")),
                        }
                    }
                }
                ("models", other) => {
                    problems.push(Problem::new("models", other.to_string(), "is not a list", "a list of ids of models"));
                }
                ("params", Json::Object(params)) => {
                    for (name, value) in params {
                        if METHOD.contains(&name.as_str()) {
                            problems.push(Problem::new(name, value.to_string(), "does not belong in params", "beside params"));
                        } else {
                            draft.take(name, value, &mut problems);
                        }
                    }
                }
                ("sweep", Json::Object(sweep)) => match (sweep.get("parameter"), sweep.get("values")) {
                    (Some(Json::String(parameter)), Some(values)) => draft.take(parameter, values, &mut problems),
                    _ => {
                        let accepted = "{\"parameter\": the name of one, \"values\": numbers}";
                        problems.push(Problem::new(
                            "sweep",
                            value.to_string(),
                            "says not what is swept over which values",
                            accepted,
                        ));
                    }
                },
                ("params", other) => problems.push(Problem::new("params", other.to_string(), "is not an object", "an object")),
                (method, value) if METHOD.contains(&method) => draft.take(name, value, &mut problems),
                (_, value) => problems.push(Problem::new(name, value.to_string(), "is no field of an experiment", FIELDS)),
            }
        }
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    fn take(&mut self, name: &str, value: &Json, problems: &mut Vec<Problem>) {
        let text = match value {
            Json::String(text) => text.clone(),
            // A number without a fraction is whole however it is written: 40.0 is 40.
            Json::Number(number) => match number.as_f64() {
                Some(float) if number.as_u64().is_none() && float.fract() == 0.0 && float.abs() < 9e15 => {
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
    draft_of_json(text)?.check(catalog)
}

/// The draft that this JSON text means.
///
/// # Errors
/// One [`Problem`] for each thing that is wrong with its form; never empty.
pub fn draft_of_json(text: &str) -> Result<Draft, Vec<Problem>> {
    let json: Json = serde_json::from_str(text)
        .map_err(|error| vec![Problem::new("experiment", "", format!("is not JSON: {error}"), "an experiment in JSON")])?;
    Draft::of_json(&json)
}

/// Sets of trials can be made for several values of any number but those that say how trials are made.
fn may_be_swept(parameter: &Parameter, catalog: &Catalog) -> bool {
    let of_method = catalog.method.iter().any(|own| own.name == parameter.name);
    matches!(parameter.kind, ParameterKind::Integer { .. }) && (!of_method || parameter.name == "workers")
}

/// What is to stand in a parameter's field for this text, one value or several.
///
/// # Errors
/// Where the parameter does not accept it.
pub(crate) fn tidied(parameter: &Parameter, text: &str, catalog: &Catalog) -> Result<String, Problem> {
    if is_sweep(text) && may_be_swept(parameter, catalog) {
        sweep::values(parameter, text).map(|_| text.trim().to_owned())
    } else {
        read(parameter, text).map(|value| value.to_string())
    }
}

/// The value that a text means to a parameter.
///
/// # Errors
/// Where it means none that the parameter accepts.
pub fn read(parameter: &Parameter, text: &str) -> Result<Value, Problem> {
    let problem = |message: String| Problem::new(&parameter.name, text, message, parameter.accepted());
    match &parameter.kind {
        ParameterKind::Choice { options, .. } => match options.iter().find(|option| option.value == text.trim()) {
            Some(option) => Ok(Value::Text(option.value.clone())),
            None => Err(problem("is no choice".into())),
        },
        ParameterKind::Integer { min, max, step, .. } => {
            // As a person or this page writes a large number: 1,000 or 1_000.
            let digits: String = text.trim().chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{a0}')).collect();
            if digits.is_empty() {
                return Err(problem("is empty".into()));
            }
            let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = match digits.parse::<u64>() {
                Ok(number) if all_digits(&digits) => number,
                // All digits, and no u64: more than any parameter accepts.
                _ if all_digits(&digits) => u64::MAX,
                _ if digits.strip_prefix('-').is_some_and(all_digits) => {
                    return Err(problem("is too small".into()));
                }
                _ => return Err(problem("is not a whole number".into())),
            };
            if number < *min {
                Err(problem("is too small".into()))
            } else if number > *max {
                Err(problem("is too large".into()))
            } else if !number.is_multiple_of(*step) {
                Err(problem(format!("is not a multiple of {}", grouped(*step))))
            } else {
                Ok(Value::Integer(number))
            }
        }
        ParameterKind::Steps { words, most, .. } => steps::read(words, *most, text).map(Value::Text).map_err(problem),
    }
}

pub(crate) fn unknown_workload(id: &str, catalog: &Catalog) -> Problem {
    let ids: Vec<&str> = catalog.workloads.iter().map(|workload| workload.id.as_str()).collect();
    Problem::new("workload", id, "is no workload", format!("one of {}", ids.join(", ")))
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
