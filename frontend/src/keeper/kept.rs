//! A result of the history: what a person has made of it, and what is told of it in a list.
//!
//! It lies in the database as a text of JSON beside its capsule. The capsule is what is kept, and readable for ever; what is told
//! is computed from it, and computed again where it was written by another version of this.

use analysis::report::summarised;
use analysis::verdict::Segment;
use charts::{Subject, Swept};
use protocol::catalog::Look;
use protocol::parameter::grouped;
use protocol::{Run, RunState};
use serde::{Deserialize, Deserializer, Serialize};

/// What is told was computed as it is now: of another version it is computed again.
const TELLS: u32 = 1;

/// A result of the history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptResult {
    /// The id of its run.
    pub run: String,
    /// What a person calls it; else empty.
    pub name: String,
    /// Whether it stands above the others, and never gives way to new ones.
    pub pinned: bool,
    /// When it came: milliseconds since 1970.
    pub kept_ms: u64,
    /// From where.
    pub from: KeptFrom,
    /// Whether its lanes lie behind its capsule.
    pub has_lanes: bool,
    /// Where it is stored on a server, with what deletes it there.
    pub stored: Vec<StoredCopy>,
    /// What is told of it; `None` if it has to be computed.
    #[serde(deserialize_with = "as_it_is_told_now")]
    pub told: Option<KeptWords>,
}

/// A copy on a server, as this browser knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCopy {
    /// Its page is `/r/{id}`.
    pub id: String,
    /// What deletes it.
    pub token: String,
}

/// From where a result came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum KeptFrom {
    /// It was run by this browser's page.
    #[default]
    Run,
    /// It came in a link, or as text.
    Link,
    /// It came in a file.
    File,
    /// It came from a server's store.
    Stored,
}

impl KeptFrom {
    const ALL: [(Self, &str, &str); 4] = [
        (Self::Run, "run", "run here"),
        (Self::Link, "link", "from a link"),
        (Self::File, "file", "from a file"),
        (Self::Stored, "stored", "from a short link"),
    ];

    /// In a few words.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(from, ..)| *from == self).map_or("", |(.., words)| words)
    }
}

/// A word of a later version means nothing here: nobody knows any better than that it is there.
impl From<String> for KeptFrom {
    fn from(word: String) -> Self {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map_or(Self::File, |(from, ..)| *from)
    }
}

impl From<KeptFrom> for String {
    fn from(from: KeptFrom) -> Self {
        KeptFrom::ALL.iter().find(|(one, ..)| *one == from).map_or("", |(_, word, _)| word).to_owned()
    }
}

/// What is told of a result in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptWords {
    /// [`TELLS`] of who computed it.
    version: u32,
    /// The workload's name.
    pub workload: String,
    /// How much of it: "1,000 units", "1 to 10,000 units".
    pub size: String,
    /// When it was started: milliseconds since 1970.
    pub started_ms: u64,
    /// What came out.
    pub sentence: String,
    /// The models' names and marks.
    pub models: Vec<(String, Look)>,
    /// "2-core AMD EPYC"
    pub machine: String,
    /// "0.1.0 (1a2b3c4d5)"
    pub build: String,
    /// What it does without.
    pub left_out: Vec<String>,
}

impl KeptWords {
    /// What is told of a run that is kept without these parts.
    #[must_use]
    pub fn of(run: &Run, left_out: Vec<String>) -> Self {
        let submission = &run.submission;
        let (experiment, catalog) = (&submission.experiment, &submission.catalog);
        let workload = catalog.workload(&experiment.workload);
        let models = experiment.models.iter().filter_map(|id| catalog.model(id));
        let commit = &submission.build.commit;
        Self {
            version: TELLS,
            workload: workload.map_or(&experiment.workload, |workload| &workload.name).clone(),
            size: size_of(run),
            started_ms: run.started_ms(),
            sentence: sentence_of(run),
            models: models.map(|model| (model.name.clone(), model.look.clone())).collect(),
            machine: format!("{}-core {}", submission.machine.cores, submission.machine.cpu),
            build: match commit.as_str() {
                "" => submission.build.version.clone(),
                commit => format!("{} ({commit})", submission.build.version),
            },
            left_out,
        }
    }

    /// What is told of one that cannot be read any more.
    #[must_use]
    pub fn unreadable(why: &str) -> Self {
        Self {
            version: TELLS,
            workload: "Unreadable".to_owned(),
            size: String::new(),
            started_ms: 0,
            sentence: format!("This result cannot be read any more: {why}"),
            models: Vec::new(),
            machine: String::new(),
            build: String::new(),
            left_out: Vec::new(),
        }
    }
}

/// How much work it was: the units, or those of a sweep from the least to the greatest.
fn size_of(run: &Run) -> String {
    let experiment = &run.submission.experiment;
    let workload = run.submission.catalog.workload(&experiment.workload);
    let units = |count: u64| workload.map_or("units", |workload| workload.unit.of(count)).to_owned();
    match &experiment.sweep {
        Some(sweep) if sweep.parameter == "units" => match (sweep.values.first(), sweep.values.last()) {
            (Some(least), Some(most)) => format!("{} to {} {}", grouped(*least), grouped(*most), units(*most)),
            _ => String::new(),
        },
        _ => format!("{} {}", grouped(experiment.units()), units(experiment.units())),
    }
}

/// What came out, as plain text: the verdict's sentence, of a sweep its first; before them that it did not come to its end.
fn sentence_of(run: &Run) -> String {
    let summarised = summarised(run);
    let subject = Subject::of_run(run, &summarised);
    let told = match Swept::of(&subject) {
        Some(swept) => swept.sentences().into_iter().next(),
        None => Some(plain(&subject.sentence(run.submission.machine.cores).headline)),
    };
    let told = told.filter(|text| !text.is_empty()).unwrap_or_else(|| "Nothing can be told of it.".to_owned());
    match run.state {
        RunState::Cancelled => format!("Cancelled. {told}"),
        RunState::Interrupted => format!("Interrupted. {told}"),
        RunState::Queued | RunState::Running | RunState::Finished => told,
    }
}

fn plain(segments: &[Segment]) -> String {
    let text = |segment: &Segment| match segment {
        Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text.clone(),
    };
    segments.iter().map(text).collect()
}

fn as_it_is_told_now<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<KeptWords>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let told: Option<KeptWords> = serde_json::from_value(value).ok();
    Ok(told.filter(|told| told.version == TELLS))
}
