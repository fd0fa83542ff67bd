//! An experiment as words on a command line: `tcp-echo units=100 models=threads,tokio repetitions=7`.
//!
//! The same names as in a link, and read by the same code; but what a link opens with a note, a line is refused for. A comma
//! stands between values, as in a shell's lists, and not between thousands.

use std::collections::BTreeMap;

use form_urlencoded::{Serializer, parse};

use crate::catalog::Catalog;
use crate::draft::{Draft, unknown_workload};
use crate::link;
use crate::parameter::{Parameter, ParameterKind};
use crate::problem::Problem;
use crate::view::View;

/// The draft that a workload and pairs of names and values mean, and how its result is to be looked at.
///
/// # Errors
/// One [`Problem`] for each word that is wrong; never empty.
pub fn read(workload: &str, pairs: &[impl AsRef<str>], catalog: &Catalog) -> Result<(Draft, View), Vec<Problem>> {
    let Some(known) = catalog.workload(workload) else {
        return Err(vec![unknown_workload(workload, catalog)]);
    };
    let parameters = || known.parameters.iter().chain(catalog.method_fields());
    let mut query = Serializer::new(String::new());
    let mut problems = Vec::new();
    for pair in pairs.iter().map(AsRef::as_ref) {
        let Some((name, value)) = pair.split_once('=') else {
            let names: Vec<&str> = parameters().map(|parameter| parameter.name.as_str()).collect();
            let accepted = format!("NAME=VALUE, where NAME is models or one of {}", names.join(", "));
            problems.push(Problem::new(workload, pair, "has no value", accepted));
            continue;
        };
        let is_number =
            parameters().any(|parameter| parameter.name == name && matches!(parameter.kind, ParameterKind::Integer { .. }));
        query.append_pair(name, &if is_number { listed(value) } else { value.to_owned() });
    }
    let opened = link::decode(workload, &query.finish(), catalog);
    problems.extend(opened.notes);
    if problems.is_empty() { Ok((opened.draft, opened.view)) } else { Err(problems) }
}

/// Several values are written with semicolons in a field, where a comma stands between thousands.
fn listed(value: &str) -> String {
    if value.contains("..") { value.to_owned() } else { value.replace(',', ";") }
}

/// The words of one text: `"tcp-echo units=1..100 log repetitions=3"` has three, since a value may have spaces in it.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for piece in text.split_whitespace() {
        let begins = piece.split_once('=').is_some_and(|(name, _)| !name.is_empty());
        match words.last_mut().filter(|_| !begins) {
            Some(word) if word.contains('=') => {
                word.push(' ');
                word.push_str(piece);
            }
            _ => words.push(piece.to_owned()),
        }
    }
    words
}

/// The line of a draft, as a shell takes it: what it means without being said is left out.
#[must_use]
pub fn write(draft: &Draft, catalog: &Catalog) -> String {
    let mut said = draft.clone();
    if let Ok(experiment) = draft.check(catalog) {
        for name in draft.fields.keys() {
            let mut without = Draft { fields: BTreeMap::new(), ..said.clone() };
            for (other, text) in said.fields.iter().filter(|(other, _)| *other != name) {
                without.fields.insert(other.clone(), text.clone());
            }
            // A field may decide what another one means that is absent.
            if without.check(catalog).as_ref() == Ok(&experiment) {
                said = without;
            }
        }
    }
    let link = link::encode(&said, None, &View::default(), None, catalog);
    let (_, query) = link.split_once('?').unwrap_or_default();
    let of_workload = catalog.workload(&said.workload).into_iter().flat_map(|workload| &workload.parameters);
    let parameters: Vec<&Parameter> = of_workload.chain(catalog.method_fields()).collect();
    let mut line = quoted(&said.workload);
    for (name, value) in parse(query.as_bytes()).filter(|(name, _)| name == "models" || said.fields.contains_key(&**name)) {
        let parameter = parameters.iter().find(|parameter| parameter.name == name);
        let value = match parameter.map(|parameter| &parameter.kind) {
            Some(ParameterKind::Integer { .. }) => unlisted(&value),
            _ => value.into_owned(),
        };
        line.push(' ');
        line.push_str(&quoted(&format!("{name}={value}")));
    }
    line
}

/// The reverse of [`listed`]: no thousands, and values that need no quotes in a shell.
fn unlisted(value: &str) -> String {
    let plain = value.replace([',', '_', '\u{a0}'], "");
    if value.contains("..") { plain } else { plain.replace(' ', "").replace(';', ",") }
}

/// As a shell takes it for one word.
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=.,:/+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
