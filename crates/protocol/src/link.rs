//! The link: an experiment as a path and a readable query, `/tcp-echo?units=1000&models=threads,tokio&v=1`.
//!
//! The address bar is the link at every moment, half-typed fields included. A link says every field that its experiment has, and
//! the version `v` whose defaults it means if one is missing. A damaged link opens with what could be read.

use form_urlencoded::{byte_serialize, parse};
use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, Workload};
use crate::draft::{Draft, unknown_workload};
use crate::parameter::{ParameterKind, tidied};
use crate::problem::{Problem, shortened};
use crate::view::{LatencyForm, Sort, View};

/// What the path is called where names are.
const WORKLOAD: &str = "workload";

/// What a link says of how its result is looked at.
pub const OF_VIEW: [&str; 6] = ["quantity", "base", "pinned", "latency", "sort", "lanes-view"];

/// A line of a source: `tokio:23` in a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The id of the model whose code it is, or [`Line::CONTRACT`].
    pub model: String,
    /// Counted from 1.
    pub number: usize,
}

impl Line {
    /// In place of a model: the line is one of the workload's contract.
    pub const CONTRACT: &str = "contract";

    /// Reads `tokio:23`; whether there is such a model is not asked.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (model, number) = text.rsplit_once(':')?;
        let number = number.parse().ok().filter(|number| (1..=1_000_000).contains(number))?;
        Some(Self { model: model.to_owned(), number })
    }
}

/// What a link opened to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What to show in the form.
    pub draft: Draft,
    /// The run that the link points at.
    pub run: Option<String>,
    /// The run whose result it is to be compared with.
    pub with: Option<String>,
    /// How its result is looked at.
    pub view: View,
    /// The line of code that the link points at.
    pub line: Option<Line>,
    /// What could not be read.
    pub notes: Vec<Problem>,
    /// The same as names and texts, for [`keeping`]: an unknown workload stands under the name `workload`.
    pub unread: Vec<(String, String)>,
}

impl Opened {
    fn note(&mut self, name: &str, text: &str, problem: Problem) {
        self.notes.push(problem);
        // What several things are wrong with stays in the link once.
        if !self.unread.iter().any(|(before, _)| before == name) {
            self.unread.push((name.to_owned(), text.to_owned()));
        }
    }
}

/// Path and query of a draft, of the run that belongs to it, of how that is looked at, and of a line of the code.
#[must_use]
pub fn encode(draft: &Draft, run: Option<&str>, view: &View, line: Option<&Line>, catalog: &Catalog) -> String {
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
    if let Some(Line { model, number }) = line {
        push("line", &format!("{}:{number}", encoded(model)));
    }
    push("v", &catalog.version.to_string());
    if let Some(run) = run {
        push("run", &encoded(run));
    }
    link
}

/// The link with these pairs, which could not be read, in place of its own of the same names or behind them: it opens as it did,
/// and says again what is wrong with it.
#[must_use]
pub fn keeping(unread: &[(String, String)], link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let find = |wanted: &str| unread.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
    let mut link = find(WORKLOAD).map_or_else(|| path.to_owned(), |id| format!("/{}", encoded(id)));
    let own = |wanted: &str| query.split('&').any(|pair| pair.split('=').next() == Some(wanted));
    let kept = query.split('&').map(|pair| match pair.split_once('=').and_then(|(name, _)| Some((name, find(name)?))) {
        Some((name, text)) => pair_of(name, text),
        None => pair.to_owned(),
    });
    let others = unread.iter().filter(|(name, _)| name != WORKLOAD && !own(name)).map(|(name, text)| pair_of(name, text));
    for (index, pair) in kept.chain(others).enumerate() {
        link.push(if index == 0 { '?' } else { '&' });
        link.push_str(&pair);
    }
    link
}

fn pair_of(name: &str, text: &str) -> String {
    format!("{}={}", encoded(name), encoded(text).replace("%2C", ","))
}

/// A link whose workload stands in the query, for where a path must be a file's: `?workload=tcp-echo&units=1`.
#[must_use]
pub fn in_query(link: &str) -> String {
    let (path, rest) = link.split_at(link.find(['?', '#']).unwrap_or(link.len()));
    let pair = format!("?{WORKLOAD}={}", path.trim_matches('/'));
    match rest.strip_prefix('?') {
        Some(query) if !query.is_empty() => format!("{pair}&{query}"),
        Some(_) => pair,
        None => format!("{pair}{rest}"),
    }
}

/// Path and query of a link, with a workload that stands in the query as the path: the reverse of [`in_query`]. Others stay as
/// they are.
#[must_use]
pub fn in_path(path: &str, query: &str) -> (String, String) {
    let is_workload = |pair: &&str| pair.strip_prefix(WORKLOAD).is_some_and(|rest| rest.starts_with('='));
    match query.split('&').find(is_workload).filter(|_| path.trim_matches('/').is_empty()) {
        None => (path.to_owned(), query.to_owned()),
        Some(pair) => {
            let rest: Vec<&str> = query.split('&').filter(|other| !is_workload(other)).collect();
            (format!("/{}", &pair[WORKLOAD.len() + 1..]), rest.join("&"))
        }
    }
}

/// Opens a path and a query (without its `?`). Never fails: what cannot be read is left at its default and named in the notes. A
/// program is in the draft whether it can be read or not.
#[must_use]
pub fn decode(path: &str, query: &str, catalog: &Catalog) -> Opened {
    let (path, query) = in_path(path, query);
    let mut opened = Opened::default();
    let id = path.trim_matches('/');
    let workload = catalog.workload(id);
    if workload.is_none() && !id.is_empty() {
        opened.note(WORKLOAD, id, unknown_workload(id, catalog));
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

    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, text) in parse(query.as_bytes()).into_owned() {
        match pairs.iter_mut().find(|(before, _)| *before == name) {
            None => pairs.push((name, text)),
            Some((_, before)) => {
                let (message, accepted) =
                    (format!("is given twice; the last, {}, is used", shortened(text.clone())), "one value");
                opened.notes.push(Problem::new(name, "", message, accepted));
                *before = text;
            }
        }
    }
    let mut version = catalog.version;
    if let Some((_, text)) = pairs.iter().find(|(name, _)| name == "v") {
        match text.parse::<u32>() {
            Ok(v) if (1..=catalog.version).contains(&v) => version = v,
            Ok(v) if v > catalog.version => {
                let message = format!("is the version of a newer Interleave's links (this one's is {})", catalog.version);
                opened.note("v", text, Problem::new("v", text, message, format!("1 to {}", catalog.version)));
            }
            _ => {
                let accepted = format!("a whole number from 1 to {}", catalog.version);
                opened.note("v", text, Problem::new("v", text, "is not a version of links", accepted));
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
            "run" | "with" => {
                if text.len() <= 64 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                    *(if name == "run" { &mut opened.run } else { &mut opened.with }) = Some(text);
                } else {
                    let problem = Problem::new(&name, &text, "is not the id of a run", "letters, digits and hyphens");
                    opened.note(&name, &text, problem);
                }
            }
            name_of_view if OF_VIEW.contains(&name_of_view) => {
                if let Err(problem) = read_view(&mut opened.view, &name, &text, workload, catalog) {
                    opened.note(&name, &text, problem);
                }
            }
            "line" => {
                let is_there = |line: &Line| line.model == Line::CONTRACT || workload.cell(&line.model).is_some();
                opened.line = Line::read(&text).filter(is_there);
                if opened.line.is_none() {
                    let wrong = format!("is not a line of the code of {}", workload.id);
                    let problem = Problem::new("line", &text, wrong, "the id of a model, and a number: tokio:23");
                    opened.note(&name, &text, problem);
                }
            }
            "models" => {
                let mut models = Vec::new();
                for id in text.split(',').filter(|id| !id.is_empty()) {
                    let one = Draft { models: vec![id.to_owned()], ..opened.draft.clone() };
                    let wrong =
                        one.check(catalog).err().and_then(|all| all.into_iter().find(|problem| problem.field == "models"));
                    match wrong {
                        Some(problem) => opened.note(&name, &text, problem),
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
                    let message = format!("is not a parameter of {}", workload.id);
                    let problem = Problem::new(&name, &text, message, names.join(", "));
                    // The path's name among what is unread.
                    if name == WORKLOAD { opened.notes.push(problem) } else { opened.note(&name, &text, problem) }
                }
                Some(parameter) => match tidied(parameter, &text) {
                    Ok(text) => drop(opened.draft.fields.insert(name, text)),
                    // Somebody has written it: it is there to be mended, and the form says what is wrong with it.
                    Err(_) if matches!(parameter.kind, ParameterKind::Steps { .. }) => {
                        drop(opened.draft.fields.insert(name, text));
                    }
                    Err(problem) => opened.note(&name, &text, problem),
                },
            },
        }
    }
    // What could not be read was set to the default of that version.
    if !opened.unread.is_empty() && version < catalog.version {
        opened.unread.push(("v".to_owned(), version.to_string()));
    }
    opened
}

/// How a result is looked at, as a query without its `?`: of a link whose result says all the rest itself. Empty of the default.
#[must_use]
pub fn query_of(view: &View) -> String {
    let mut query = String::new();
    push_view(view, &mut |name, value| {
        let mark = if query.is_empty() { "" } else { "&" };
        query.push_str(&format!("{mark}{name}={value}"));
    });
    query
}

/// What such a query says of a result of this workload; `None` if it says nothing of it. What cannot be read is left as it is by
/// default: the result itself is there.
#[must_use]
pub fn view_in(query: &str, workload: &Workload, catalog: &Catalog) -> Option<View> {
    let mut view = None;
    for (name, text) in parse(query.as_bytes()).filter(|(name, _)| OF_VIEW.contains(&name.as_ref())) {
        drop(read_view(view.get_or_insert_default(), &name, &text, workload, catalog));
    }
    view
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
    if let Some(lanes) = &view.lanes {
        push("lanes-view", &encoded(lanes));
    }
}

/// Reads one field of the view; what is wrong with it, if it cannot be read.
fn read_view(view: &mut View, name: &str, text: &str, workload: &Workload, catalog: &Catalog) -> Result<(), Problem> {
    let measured = |key: &str| catalog.quantities.iter().chain(&workload.figures).any(|quantity| quantity.key == key);
    let not_measured = |key: &str| {
        let message = format!("is not measured by {}", workload.id);
        Problem::new(name, key, message, "the key of a quantity, as in a report")
    };
    match name {
        "base" => match catalog.model(text) {
            Some(_) => view.base = Some(text.to_owned()),
            None => return Err(Problem::new(name, text, "is not a model", "a model's id")),
        },
        "latency" => match LatencyForm::ALL.into_iter().find(|form| form.word() == text) {
            Some(form) => view.latency = form,
            None => {
                let accepted = LatencyForm::ALL.map(LatencyForm::word).join(", ");
                return Err(Problem::new(name, text, "is not a way to draw latency", accepted));
            }
        },
        "lanes-view" if View::can_be_lanes(text) => view.lanes = Some(text.to_owned()),
        "lanes-view" => return Err(Problem::new(name, text, "is not a view of lanes", "what the page writes there")),
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
        _ if measured(text) => view.quantity = Some(text.to_owned()),
        _ => return Err(not_measured(text)),
    }
    Ok(())
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
