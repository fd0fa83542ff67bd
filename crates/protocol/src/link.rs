//! The link: an experiment as a path and a readable query, `/tcp-echo?units=1000&models=threads,tokio&v=1`.
//!
//! The address bar is the link at every moment, half-typed fields included. A link says every field that its experiment has, and
//! the version `v` whose defaults it means if one is missing. A damaged link opens with what could be read.

use form_urlencoded::{byte_serialize, parse};

use crate::catalog::{Catalog, Workload};
use crate::draft::{Draft, unknown_workload};
use crate::parameter::tidied;
use crate::problem::Problem;
use crate::view::{LatencyForm, Sort, View};

/// What a link opened to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What to show in the form.
    pub draft: Draft,
    /// The run that the link points at.
    pub run: Option<String>,
    /// How its result is looked at.
    pub view: View,
    /// What could not be read.
    pub notes: Vec<Problem>,
}

/// Path and query of a draft, of the run that belongs to it, and of how that is looked at.
#[must_use]
pub fn encode(draft: &Draft, run: Option<&str>, view: &View, catalog: &Catalog) -> String {
    let mut link = format!("/{}?", encoded(&draft.workload));
    let parameters = catalog.workload(&draft.workload).map_or(&[][..], |workload| &workload.parameters);
    let mut push = |name: &str, value: &str| {
        if !link.ends_with('?') {
            link.push('&');
        }
        link.push_str(&format!("{name}={value}"));
    };
    for parameter in parameters {
        push(&parameter.name, &encoded(&draft.text(parameter, catalog)));
    }
    let models: Vec<String> = draft.models.iter().map(|model| encoded(model)).collect();
    push("models", &models.join(","));
    for parameter in &catalog.method {
        push(&parameter.name, &encoded(&draft.text(parameter, catalog)));
    }
    // A model's options stand in the link if they mean something in it: the model is chosen, or somebody has typed one.
    for option in catalog.method_fields().skip(catalog.method.len()) {
        if draft.fields.contains_key(&option.name) || draft.obeyed_options(catalog).any(|obeyed| obeyed.name == option.name) {
            push(&option.name, &encoded(&draft.text(option, catalog)));
        }
    }
    push_view(view, &mut push);
    push("v", &catalog.version.to_string());
    if let Some(run) = run {
        push("run", &encoded(run));
    }
    link
}

/// Opens a path and a query (without its `?`). Never fails: what cannot be read is left at its default and named in the notes.
#[must_use]
pub fn decode(path: &str, query: &str, catalog: &Catalog) -> Opened {
    let mut opened = Opened::default();
    let id = path.trim_matches('/');
    let workload = catalog.workload(id);
    if workload.is_none() && !id.is_empty() {
        opened.notes.push(unknown_workload(id, catalog));
    }
    let first = || catalog.presets.first().map(Draft::of_preset);
    opened.draft = match workload {
        Some(workload) => Draft::of(workload, catalog),
        None => match first().or_else(|| catalog.workloads.first().map(|workload| Draft::of(workload, catalog))) {
            Some(draft) => draft,
            None => return opened,
        },
    };
    let Some(workload) = catalog.workload(&opened.draft.workload) else {
        return opened;
    };

    let pairs: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
    let mut version = catalog.version;
    if let Some((_, text)) = pairs.iter().find(|(name, _)| name == "v") {
        match text.parse::<u32>() {
            Ok(v) if (1..=catalog.version).contains(&v) => version = v,
            Ok(v) if v > catalog.version => {
                let message = format!("is the version of a newer Interleave's links (this one's is {})", catalog.version);
                opened.notes.push(Problem::new("v", text, message, format!("1 to {}", catalog.version)));
            }
            _ => {
                let accepted = format!("a whole number from 1 to {}", catalog.version);
                opened.notes.push(Problem::new("v", text, "is not a version of links", accepted));
            }
        }
    }
    let known = || workload.parameters.iter().chain(catalog.method_fields());
    if !id.is_empty() {
        for parameter in known().filter(|parameter| parameter.default_in(version) != parameter.default()) {
            opened.draft.fields.insert(parameter.name.clone(), parameter.default_in(version).to_string());
        }
    }
    for (name, text) in pairs {
        match name.as_str() {
            "v" => {}
            "run" => {
                if text.len() <= 64 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                    opened.run = Some(text);
                } else {
                    opened.notes.push(Problem::new("run", text, "is not the id of a run", "letters, digits and hyphens"));
                }
            }
            "quantity" | "base" | "pinned" | "latency" | "sort" => {
                if let Err(problem) = read_view(&mut opened.view, &name, text, workload, catalog) {
                    opened.notes.push(problem);
                }
            }
            "models" => {
                let mut models = Vec::new();
                for id in text.split(',').filter(|id| !id.is_empty()) {
                    let one = Draft { models: vec![id.to_owned()], ..opened.draft.clone() };
                    let wrong =
                        one.check(catalog).err().and_then(|all| all.into_iter().find(|problem| problem.field == "models"));
                    match wrong {
                        Some(problem) => opened.notes.push(problem),
                        None if models.iter().any(|model| model == id) => {}
                        None => models.push(id.to_owned()),
                    }
                }
                // An empty list is a state of the form that can be linked to; a list of rubbish falls back to the default.
                if !models.is_empty() || text.is_empty() {
                    opened.draft.models = models;
                }
            }
            _ => match known().find(|parameter| parameter.name == name) {
                None => {
                    let names: Vec<&str> = known().map(|parameter| parameter.name.as_str()).collect();
                    let accepted = names.join(", ");
                    opened.notes.push(Problem::new(name, text, format!("is not a parameter of {}", workload.id), accepted));
                }
                Some(parameter) => match tidied(parameter, &text) {
                    Ok(text) => drop(opened.draft.fields.insert(name, text)),
                    Err(problem) => opened.notes.push(problem),
                },
            },
        }
    }
    opened
}

fn push_view(view: &View, push: &mut impl FnMut(&str, &str)) {
    if let Some(quantity) = &view.quantity {
        push("quantity", &encoded(quantity));
    }
    if let Some(base) = &view.base {
        push("base", &encoded(base));
    }
    if !view.pinned.is_empty() {
        push("pinned", &view.pinned.iter().map(|key| encoded(key)).collect::<Vec<_>>().join(","));
    }
    if view.latency != LatencyForm::default() {
        push("latency", view.latency.word());
    }
    if let Some(Sort { key, descending }) = &view.sort {
        push("sort", &format!("{}{}", if *descending { "-" } else { "" }, encoded(key)));
    }
}

/// Reads one field of the view; what is wrong with it, if it cannot be read.
fn read_view(view: &mut View, name: &str, text: String, workload: &Workload, catalog: &Catalog) -> Result<(), Problem> {
    let measured = |key: &str| catalog.quantities.iter().chain(&workload.figures).any(|quantity| quantity.key == key);
    let not_measured = |key: &str| {
        let message = format!("is not measured by {}", workload.id);
        Problem::new(name, key, message, "the key of a quantity, as in a report")
    };
    match name {
        "base" => match catalog.model(&text) {
            Some(_) => view.base = Some(text),
            None => return Err(Problem::new(name, text, "is not a model", "a model's id")),
        },
        "latency" => match LatencyForm::ALL.into_iter().find(|form| form.word() == text) {
            Some(form) => view.latency = form,
            None => {
                let accepted = LatencyForm::ALL.map(LatencyForm::word).join(", ");
                return Err(Problem::new(name, text, "is not a way to draw latency", accepted));
            }
        },
        "pinned" => {
            let (known, unknown): (Vec<&str>, Vec<&str>) = text.split(',').partition(|key| measured(key));
            view.pinned = known.into_iter().map(str::to_owned).collect();
            if let Some(key) = unknown.first() {
                return Err(not_measured(key));
            }
        }
        "sort" => {
            let key = text.trim_start_matches('-');
            if !measured(key) {
                return Err(not_measured(key));
            }
            view.sort = Some(Sort { key: key.to_owned(), descending: text.starts_with('-') });
        }
        _ if measured(&text) => view.quantity = Some(text),
        _ => return Err(not_measured(&text)),
    }
    Ok(())
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
