//! How often real trials of one model are told apart from themselves: `cargo run --release -p interleave-server --example
//! false_positives [COMPARISONS]`.
//!
//! Each comparison has three labels, a model, "another" and the control, all of them really the same model; they are run
//! interleaved at random, as an experiment's are, and compared by the very code that compares an experiment's. A verdict is
//! therefore false. At most one in twenty may be; the exit status says so.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;

use analysis::summarise;
use anyhow::{Context, Result};
use protocol::plan::{PlannedTrial, plan};
use protocol::report::{Because, Comparison, Verdict};
use protocol::{Catalog, Draft, Experiment, Trial};
use runner::{Job, Program, Registry, Supervisor, Told, TrialLimits, enter_child, machine};

/// A workload, a model, and parameters that keep a trial to some tens of milliseconds: of shorter ones nothing is told.
type Kind = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What is compared with itself, in turn.
const KINDS: [Kind; 4] = [
    ("spawn", "tokio", &[("units", "200000")]),
    ("cpu-hash", "threads", &[("units", "8"), ("rounds", "60")]),
    ("ping-pong", "tokio", &[("units", "20"), ("rounds", "20000")]),
    ("shared-counter", "actix", &[("units", "8"), ("increments", "3000")]),
];

/// As many as an experiment has unless it says otherwise.
const REPETITIONS: u64 = 12;

fn main() -> Result<ExitCode> {
    enter_child(&Registry::standard());
    let comparisons = std::env::args().nth(1).map_or(Ok(100), |text| text.parse()).context("COMPARISONS: a whole number")?;
    let machine = machine();
    let catalog = Registry::standard().catalog(&machine);
    let supervisor = Supervisor::start(Program::this()?)?;
    let (mut false_verdicts, mut withheld) = (0, 0);
    for index in 0..comparisons {
        let (workload, model, set) = KINDS[index % KINDS.len()];
        let pair = compare(&supervisor, &catalog, &TrialLimits::of(&machine), workload, model, set, index as u64)?;
        withheld += usize::from(matches!(pair.because, Some(Because::Short | Because::Disturbed)));
        if pair.verdict != Verdict::CannotTell {
            false_verdicts += 1;
            say(&format!("{workload} on {model}: told apart from itself"));
        }
    }
    if withheld > 0 {
        say(&format!("{withheld} of {comparisons} had trials that were disturbed or too short, and could have no verdict"));
    }
    say(&format!("{false_verdicts} false verdicts in {comparisons} real comparisons of a model with itself"));
    Ok(if false_verdicts * 20 <= comparisons { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A model compared with itself.
fn compare(
    supervisor: &Supervisor,
    catalog: &Catalog,
    limits: &TrialLimits,
    id: &str,
    model: &str,
    set: &[(&str, &str)],
    seed: u64,
) -> Result<Comparison> {
    let workload = catalog.workload(id).context("no such workload")?;
    let fields = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let draft = Draft { workload: id.to_owned(), models: vec![model.to_owned()], fields };
    let real = draft.check(catalog).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    // Two models by name, and so a control: the labels are put on trials that are all of the one.
    let named = Experiment { models: vec![model.to_owned(), "another".to_owned()], ..real.clone() };
    let named = named.with("seed", seed).with("repetitions", REPETITIONS);
    let experiment = Arc::new(real);
    let mut trials = Vec::new();
    for planned in plan(&named) {
        let job = PlannedTrial { model: model.to_owned(), ..planned.clone() };
        let trial = run(supervisor, Job { planned: job, experiment: Arc::clone(&experiment), limits: *limits, trace: None })?;
        trials.push(Trial { planned, ..trial });
    }
    let summarised = summarise(workload, &named, &trials);
    let headline = workload.headline.metric.as_str();
    anyhow::ensure!(summarised.control(headline).is_some(), "trials failed: {trials:?}");
    summarised.pairs(headline).next().cloned().with_context(|| format!("trials failed: {trials:?}"))
}

fn run(supervisor: &Supervisor, job: Job) -> Result<Trial> {
    let (tell, told) = channel();
    let handle = supervisor.run(job, move |what| drop(tell.send(what)))?;
    let trial = told.iter().find_map(|what| if let Told::Ended(trial) = what { Some(*trial) } else { None });
    drop(handle);
    trial.context("a trial did not end")
}

fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}
