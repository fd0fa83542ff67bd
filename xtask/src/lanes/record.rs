//! `docs/lanes.md`: six things that lanes show, each recorded here and now, with a picture of the moment at which it is seen
//! best.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use protocol::lanes::{Lanes, bundled};
use serde_json::{Map, Value, json};

use super::things::{Found, THINGS, Thing};
use crate::place::{self, cargo, target};
use crate::process::output;
use crate::server::Server;
use crate::{http, say, tell};

/// Runs in which a moment is looked for.
const TRIES: u64 = 5;

/// Long enough for what is looked for to happen.
const MEASURE_MS: u64 = 600;

/// A thing as it was recorded.
struct Recorded {
    found: Found,
    view: String,
    /// Of links.
    version: u64,
    machine: String,
}

/// All of them, or those that are named.
pub(super) fn run(server: &Server, only: &[String]) -> Result<()> {
    let folder = target().join("xtask/lanes-pictures");
    fs::create_dir_all(&folder)?;
    let catalog = folder.join("catalog.json");
    let answer = http::ask(server.address, "GET", "/api/catalog", None)?;
    fs::write(&catalog, &answer.body)?;
    let version = answer.json()?["version"].as_u64().context("a catalogue without a version")?;
    let docs = place::root().join("docs");
    fs::create_dir_all(docs.join("lanes"))?;
    let page = docs.join("lanes.md");
    let before = fs::read_to_string(&page).unwrap_or_default();
    let (mut text, mut missing) = (HEAD.to_owned(), Vec::new());
    for thing in &THINGS {
        if !only.is_empty() && !only.iter().any(|id| id == thing.id) {
            text += kept(&before, thing).unwrap_or_default();
            continue;
        }
        let bundle = folder.join(format!("{}.lanes", thing.id));
        let Some(recorded) = record(server, thing, &bundle, version)? else {
            missing.push(thing.id);
            text += kept(&before, thing).unwrap_or_default();
            continue;
        };
        let svg = picture(thing, &recorded, (&catalog, &bundle))?;
        fs::write(docs.join(format!("lanes/{}.svg", thing.id)), svg)?;
        say(&format!("{}: {}", thing.title, recorded.found.told));
        text += &section(thing, &recorded);
    }
    fs::write(&page, text).with_context(|| page.display().to_string())?;
    if !missing.is_empty() {
        bail!("not seen, and as it was in docs/lanes.md: {}", missing.join(", "));
    }
    Ok(())
}

/// Runs its experiment until its moment is in it; `None` if it never is.
fn record(server: &Server, thing: &Thing, bundle: &Path, version: u64) -> Result<Option<Recorded>> {
    for seed in 1..=TRIES {
        let (id, run) = server.measure(&experiment(thing, seed))?;
        let bytes = http::ask(server.address, "GET", &format!("/api/runs/{id}/lanes"), None)?.body;
        let parts = bundled(&bytes).with_context(|| format!("the lanes of {}", thing.id))?;
        let lanes = Lanes::of_bytes(parts.first().context("a run without lanes")?)?;
        if let Some(found) = (thing.find)(&lanes) {
            fs::write(bundle, &bytes)?;
            let view = format!("{}_{}{}.o0", found.from, found.to, thing.rows);
            let machine = &run["report"]["machine"];
            let machine = format!("{} cores of {}", machine["cores"], machine["cpu"].as_str().unwrap_or("an unnamed processor"));
            return Ok(Some(Recorded { found, view, version, machine }));
        }
        tell(&format!("{} was not seen in run {seed} of {TRIES}", thing.title));
    }
    Ok(None)
}

/// Parameters and method are told apart by the server's own names.
fn experiment(thing: &Thing, seed: u64) -> Value {
    const OF_METHOD: [&str; 2] = ["cores", "placement"];
    let value = |text: &str| text.parse().map_or_else(|_| Value::from(text), |number: u64| Value::from(number));
    let (of_method, params): (Vec<_>, Vec<_>) = thing.set.iter().partition(|(name, _)| OF_METHOD.contains(name));
    let object = |fields: &[&(&str, &str)]| -> Map<String, Value> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect()
    };
    let mut experiment = json!({
        "workload": thing.workload, "models": [thing.model], "params": object(&params),
        "measure": "time", "measure_ms": MEASURE_MS, "repetitions": 1, "lanes": "on", "seed": seed,
    });
    if let Some(experiment) = experiment.as_object_mut() {
        experiment.extend(object(&of_method));
    }
    experiment
}

/// Its moment, drawn by the page's own painter.
fn picture(thing: &Thing, recorded: &Recorded, (catalog, bundle): (&Path, &Path)) -> Result<String> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "interleave-charts", "--example", "lanes_picture", "--"]);
    command.arg(catalog).arg(bundle).args([thing.workload, &recorded.view, thing.title]);
    output(&mut command)
}

const HEAD: &str = "# Six things that lanes show

Lanes say which thread had which core when, by the kernel's own records, and which unit's operation it was at. How they are recorded, how
far they can be believed and what they cost: [measurement.md](measurement.md#lanes).

Each of these was recorded here by `cargo xtask lanes --record`, which looks for the moment itself; the words under a picture are of the
very moment that it shows. A link opens the experiment; *Run* records lanes of your own, in which the moment is elsewhere.
";

fn section(thing: &Thing, recorded: &Recorded) -> String {
    let Thing { id, title, what, look, .. } = thing;
    let Recorded { found, view, version, machine } = recorded;
    format!(
        "\n## {title}\n\n{what}\n\n![{title}](lanes/{id}.svg)\n\n*{}* {look}\n\n{}\n\nRecorded on {machine}.\n",
        found.told,
        links(thing, view, *version)
    )
}

/// How it is run again.
fn links(thing: &Thing, view: &str, version: u64) -> String {
    let set = |between: &str, space: &str| {
        let pairs = thing.set.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', space)));
        pairs.collect::<Vec<_>>().join(between)
    };
    let Thing { workload, model, .. } = thing;
    let line = thing.set.iter().map(|(name, value)| match value.contains(' ') {
        true => format!("\"{name}={value}\""),
        false => format!("{name}={value}"),
    });
    let line = line.collect::<Vec<_>>().join(" ");
    format!(
        "Link: `/{workload}?{}&models={model}&lanes=on&v={version}&lanes-view={view}`; in a terminal: `interleave run {workload} {line} \
         models={model} lanes=on`",
        set("&", "+")
    )
}

/// What the page has of a thing already.
fn kept<'a>(page: &'a str, thing: &Thing) -> Option<&'a str> {
    let from = page.find(&format!("\n## {}\n", thing.title))?;
    let rest = &page[from + 1..];
    let to = rest.find("\n## ").map_or(page.len(), |to| from + 1 + to);
    Some(&page[from..to])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_recorded_again_stays_as_it_is() {
        let found = Found { from: 1, to: 2, told: "It was seen.".to_owned() };
        let recorded = Recorded { found, view: "1_2.o0".to_owned(), version: 2, machine: "2 cores".to_owned() };
        let sections: Vec<String> = THINGS.iter().map(|thing| section(thing, &recorded)).collect();
        let page = HEAD.to_owned() + &sections.concat();
        for (thing, section) in THINGS.iter().zip(&sections) {
            assert_eq!(kept(&page, thing), Some(section.as_str()));
        }
        assert_eq!(kept(HEAD, &THINGS[0]), None);
    }

    #[test]
    fn a_link_has_the_parameters_and_the_view() {
        let starved = THINGS.iter().find(|thing| thing.id == "starved").unwrap();
        let links = links(starved, "5_9.units.o0", 2);
        assert!(
            links.contains("`/program?units=4&program=compute+3000,+wait+1&models=actix&lanes=on&v=2&lanes-view=5_9.units.o0`")
        );
        assert!(links.contains("units=4 \"program=compute 3000, wait 1\" models=actix"), "{links}");
        let experiment = experiment(&THINGS[0], 3);
        assert_eq!((&experiment["cores"], &experiment["params"]["units"]), (&json!("one"), &json!(8)));
    }
}
