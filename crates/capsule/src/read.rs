//! Whatever somebody has dropped or pasted: a capsule, its text, a link, a report in JSON, a run's log.
//!
//! Which of them it is is seen by looking at it, and said if it cannot be read. JSON is read in pieces, each of which is short:
//! of a few bytes of JSON a parser makes hundreds in memory.

use std::fmt;

use protocol::draft::MOST_TRIALS;
use protocol::log::LOG_VERSION;
use protocol::plan::{block_size, cut, plan, plan_size};
use protocol::report::REPORT_VERSION;
use protocol::{Catalog, Experiment, Happening, PlannedTrial, Run, RunEvent, RunState, Submission, Trial, TrialStatus};
use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::bundle::{BUNDLE, bundled};
use crate::wire::Reading;
use crate::{Capsule, Carried, MOST_MEMORY, Refused, bytes_of, checked, gather, open, open_within, shared};

/// Twice what the longest experiment's log has that can be submitted.
const LARGEST: usize = 48 * 1024 * 1024;

/// The longest line of a log, or part of a report. A trial's is some 25 kB, and what is submitted as long.
const LONGEST_PART: usize = 384 * 1024;

/// The results of these bytes, whatever they are.
///
/// # Errors
/// If they are nothing that is known, or damaged: the reason says what they were taken for.
pub fn read(bytes: &[u8]) -> Result<Capsule, Refused> {
    read_with(bytes, None)
}

/// The same with a catalogue, which explains the reports of version 1: those do not explain themselves.
///
/// # Errors
/// As [`read()`].
pub fn read_with(bytes: &[u8], catalog: Option<&Catalog>) -> Result<Capsule, Refused> {
    let whole = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = whole.trim_ascii();
    let (taken_for, capsule) = match text.first() {
        None => return Err(Refused::new("it is empty")),
        _ if bytes.len() > LARGEST => {
            let (size, most) = (bytes.len() / 1_000_000, LARGEST / 1_000_000);
            return Err(Refused::new(format!("it has {size} MB, and what is opened has at most {most} MB")));
        }
        // What is left of a capsule without the bytes that a text is trimmed of is none: its version is a control character.
        Some(&BUNDLE) => ("a file of several capsules", several(bytes)),
        Some(byte) if byte.is_ascii_control() => ("a capsule", open(bytes)),
        Some(b'{') if is_log(text) => ("a run's log", log(text, bytes.ends_with(b"\n")).map(capsule)),
        Some(b'{') => ("a report in JSON", report(text, catalog).map(capsule)),
        Some(_) => match std::str::from_utf8(text) {
            Ok(link) => ("a link", bytes_of(link).and_then(|bytes| open(&bytes))),
            Err(_) => {
                let kinds = "a capsule, a link, a report in JSON or a run's log";
                return Err(Refused::new(format!("it is nothing that is opened here: {kinds}")));
            }
        },
    };
    let mut capsule = capsule.map_err(|refused| Refused::new(format!("taken for {taken_for}, {refused}")))?;
    checked::check(&mut capsule).map_err(|refused| Refused::new(format!("taken for {taken_for}, {refused}")))?;
    Ok(capsule)
}

/// All results of a file of several capsules, which share what one may take.
fn several(bytes: &[u8]) -> Result<Capsule, Refused> {
    let mut reading = Reading::new(MOST_MEMORY);
    let capsules = bundled(bytes)?.into_iter().map(|bytes| open_within(bytes, &mut reading)).collect::<Result<_, _>>()?;
    Ok(gather(capsules))
}

fn capsule(run: Run) -> Capsule {
    Capsule { results: vec![Carried::from(shared(&run))], ..Capsule::default() }
}

/// Whether this is a log: its first line is whole, and an event.
fn is_log(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Told {
        #[serde(rename = "event")]
        _event: serde::de::IgnoredAny,
    }
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<Told>(first).is_ok()
}

/// Before anything else is read: another version may look different in everything else.
fn version(text: &[u8]) -> Result<u64, Refused> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u64,
    }
    let versioned: Versioned = serde_json::from_slice(text).map_err(wrong)?;
    Ok(versioned.version)
}

fn wrong(error: serde_json::Error) -> Refused {
    Refused::new(format!("it cannot be read: {error}"))
}

/// The run of a log; whether its last line is whole.
fn log(text: &[u8], is_whole: bool) -> Result<Run, Refused> {
    let (mut run, mut memory) = (Run::default(), 0);
    let mut lines = (1_u64..).zip(text.split(|byte| *byte == b'\n')).peekable();
    while let Some((number, line)) = lines.next() {
        let at = |reason: String| Refused::new(format!("its line {number} {reason}"));
        if line.len() > LONGEST_PART {
            return Err(at("is longer than any event".to_owned()));
        }
        if number == 1 {
            let version = version(line)?;
            if version != u64::from(LOG_VERSION) {
                return Err(Refused::new(format!("it is of version {version}, and this Interleave reads version {LOG_VERSION}")));
            }
        }
        let event: RunEvent = match serde_json::from_slice(line) {
            Ok(event) => event,
            // The last line was being written when its server died.
            Err(_) if number > 1 && !is_whole && lines.peek().is_none() => break,
            Err(error) => return Err(at(format!("cannot be read: {error}"))),
        };
        if event.number != number {
            return Err(at(format!("has the number {}", event.number)));
        }
        if number == 1 && !matches!(event.what, Happening::Submitted(_)) {
            return Err(at("does not say what was submitted".to_owned()));
        }
        if let Happening::TrialFinished { trial } = &event.what {
            memory += size_of_trial(trial);
        }
        if memory > MOST_MEMORY || run.trials.len() as u64 > MOST_TRIALS {
            return Err(too_large());
        }
        run.apply(&event);
        if run.state.is_over() {
            break;
        }
    }
    Ok(run)
}

fn too_large() -> Refused {
    Refused::new("it is too large: opened, it would fill the memory")
}

/// About what a trial takes of memory.
fn size_of_trial(trial: &Trial) -> usize {
    let words = trial.printed.iter().chain(&trial.error).chain(&trial.answer).map(|words| words.len() + 40).sum::<usize>();
    let figures = trial.figures.iter().chain(trial.extra.iter()).map(|(key, _)| key.len() + 72).sum::<usize>();
    let lists = 24 * trial.latencies.buckets().count() + 8 * trial.finishes_ns.len() + 40 * trial.readings.len();
    let lanes = trial.lanes.as_ref().map_or(0, |lanes| lanes.running.len());
    size_of::<Trial>() + words + figures + lists + lanes
}

/// What is read of a report: everything else in it follows from its trials.
#[derive(Deserialize)]
struct StoredReport<'a> {
    id: String,
    started_ms: u64,
    #[serde(borrow)]
    experiment: &'a RawValue,
    #[serde(borrow)]
    machine: &'a RawValue,
    #[serde(borrow)]
    build: &'a RawValue,
    #[serde(borrow)]
    catalog: Option<&'a RawValue>,
    state: Option<RunState>,
    #[serde(borrow, default)]
    plan: Option<Pieces<'a>>,
    #[serde(borrow)]
    trials: Pieces<'a>,
    #[serde(borrow)]
    conditions: Option<&'a RawValue>,
}

/// The elements of a list, unread; not more than an experiment has trials.
struct Pieces<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Pieces<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Few;

        impl<'de> Visitor<'de> for Few {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut pieces = Vec::new();
                while let Some(piece) = list.next_element()? {
                    if pieces.len() as u64 >= MOST_TRIALS {
                        return Err(A::Error::custom(format_args!("it has over {MOST_TRIALS} trials")));
                    }
                    pieces.push(piece);
                }
                Ok(pieces)
            }
        }
        deserializer.deserialize_seq(Few).map(Self)
    }
}

fn part<T: DeserializeOwned>(name: &str, raw: &RawValue) -> Result<T, Refused> {
    if raw.get().len() > LONGEST_PART {
        return Err(Refused::new(format!("its {name} is longer than any is")));
    }
    serde_json::from_str(raw.get()).map_err(|error| Refused::new(format!("its {name} cannot be read: {error}")))
}

fn report(text: &[u8], catalog: Option<&Catalog>) -> Result<Run, Refused> {
    let version = version(text)?;
    if ![1, u64::from(REPORT_VERSION)].contains(&version) {
        return Err(Refused::new(format!("it is of version {version}, and this Interleave reads 1 and {REPORT_VERSION}")));
    }
    let report: StoredReport<'_> = serde_json::from_slice(text).map_err(wrong)?;
    let experiment: Experiment = part("experiment", report.experiment)?;
    if plan_size(&experiment).is_none_or(|size| size > MOST_TRIALS) {
        return Err(Refused::new(format!("it has more trials than any experiment may have: over {MOST_TRIALS}")));
    }
    let (mut trials, mut memory) = (Vec::with_capacity(report.trials.0.len()), 0);
    for raw in report.trials.0 {
        let trial: Trial = part("trials", raw)?;
        memory += size_of_trial(&trial);
        if memory > MOST_MEMORY {
            return Err(too_large());
        }
        trials.push(trial);
    }
    let plan = match report.plan {
        Some(plan) => plan.0.into_iter().map(|raw| part("plan", raw)).collect::<Result<Vec<PlannedTrial>, Refused>>()?,
        None => plan_of(&experiment, &trials),
    };
    let catalog = match (report.catalog, catalog) {
        (Some(own), _) => part("catalog", own)?,
        (None, Some(catalog)) => catalog.slice(&experiment),
        (None, None) => {
            return Err(Refused::new(
                "it is of version 1 and does not explain itself: a server that knows its workload can open it",
            ));
        }
    };
    let was_cancelled = trials.len() < plan.len() || trials.iter().any(|trial| trial.status == TrialStatus::Cancelled);
    let state = report.state.unwrap_or(if was_cancelled { RunState::Cancelled } else { RunState::Finished });
    trials.sort_by_key(|trial| trial.planned.order);
    let submission = Submission {
        version: LOG_VERSION,
        id: report.id,
        submitted_ms: report.started_ms,
        machine: part("machine", report.machine)?,
        build: part("build", report.build)?,
        experiment,
        catalog,
    };
    let conditions = report.conditions.map(|raw| part("conditions", raw)).transpose()?;
    Ok(Run { submission, state, plan, trials, began_ms: Some(0), conditions, ..Run::default() })
}

/// The trials that a run of version 1 had, which kept no plan. One that ended because it could tell ended behind a whole
/// repetition, and its last trial is not cancelled; one that was cancelled nearly always has a trial that was.
fn plan_of(experiment: &Experiment, trials: &[Trial]) -> Vec<PlannedTrial> {
    let whole = plan(experiment);
    let measured = trials.iter().filter(|trial| trial.planned.is_measured()).count();
    let cancelled = trials.iter().any(|trial| trial.status == TrialStatus::Cancelled);
    let whole_repetitions = measured > 0 && (measured as u64).is_multiple_of(block_size(experiment));
    let mut plan = if experiment.ends_when_sure() && !cancelled && whole_repetitions { cut(&whole, measured) } else { whole };
    // In the order in which they were run, not the order that the seed gives today.
    plan.iter_mut().zip(trials).for_each(|(planned, trial)| planned.clone_from(&trial.planned));
    plan
}
