//! `cargo xtask fidelity`: whether the harness distorts what it measures.
//!
//! Beside cells of the engine there are plain programs that do the same by hand (`by-hand`). Both are run in turn, each time as
//! fresh processes, on one core and on all, and the medians are compared: within 5 %, 10 % if an operation takes less than a
//! microsecond, 3 % for memory. Both must give the same answer, or they did not do the same work.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::arguments::Arguments;
use crate::place::{self, cargo, interleave, target};
use crate::process::{Owned, go_on};
use crate::step::{self, elapsed};
use crate::{AlreadySaid, say, server, tell};

pub(crate) const TAKES: &str = "[--rounds 7] [--only WORKLOAD[/MODEL]]… [--record]   --record writes docs/fidelity.md";

/// A workload, a model, and parameters with which the measured part takes some tenth of a second.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    ("spawn", "threads", "units=10000"),
    ("spawn", "thread-pool", "units=300000"),
    ("spawn", "tokio", "units=200000"),
    ("spawn", "tokio-current-thread", "units=300000"),
    ("spawn", "actix", "units=100000"),
    ("spawn", "actix-sync", "units=100000"),
    ("spawn", "rayon", "units=500000"),
    ("spawn", "smol", "units=200000"),
    ("ping-pong", "threads", "units=20 rounds=1000"),
    ("ping-pong", "tokio", "units=20 rounds=50000"),
    ("ping-pong", "tokio-current-thread", "units=20 rounds=40000"),
    ("ping-pong", "actix", "units=20 rounds=50000"),
    ("ping-pong", "smol", "units=20 rounds=20000"),
    ("ring", "threads", "units=100 rounds=200"),
    ("ring", "tokio", "units=100 rounds=5000"),
    ("ring", "tokio-current-thread", "units=100 rounds=8000"),
    ("ring", "actix", "units=100 rounds=100"),
    ("ring", "smol", "units=100 rounds=5000"),
    ("cpu-hash", "threads", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "thread-pool", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "tokio", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "tokio-current-thread", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "actix", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "actix-sync", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "rayon", "units=64 rounds=20 hashes=1000"),
    ("cpu-hash", "smol", "units=64 rounds=20 hashes=1000"),
    ("tcp-echo", "threads", "units=1 rounds=10000"),
    ("tcp-echo", "threads", "units=100 rounds=100"),
    ("tcp-echo", "threads", "units=1000 rounds=20"),
    ("tcp-echo", "tokio", "units=1 rounds=10000"),
    ("tcp-echo", "tokio", "units=100 rounds=100"),
    ("tcp-echo", "tokio", "units=1000 rounds=20"),
    ("tcp-echo", "tokio-current-thread", "units=1 rounds=10000"),
    ("tcp-echo", "tokio-current-thread", "units=100 rounds=100"),
    ("tcp-echo", "tokio-current-thread", "units=1000 rounds=20"),
    ("tcp-echo", "actix", "units=1 rounds=10000"),
    ("tcp-echo", "actix", "units=100 rounds=100"),
    ("tcp-echo", "actix", "units=1000 rounds=20"),
    ("tcp-echo", "smol", "units=1 rounds=10000"),
    ("tcp-echo", "smol", "units=100 rounds=100"),
    ("tcp-echo", "smol", "units=1000 rounds=20"),
    ("shared-counter", "threads", "units=8 increments=500000"),
    ("shared-counter", "thread-pool", "units=8 increments=500000"),
    ("shared-counter", "tokio", "units=8 increments=500000"),
    ("shared-counter", "tokio-current-thread", "units=8 increments=1000000"),
    ("shared-counter", "actix", "units=8 increments=20000"),
    ("shared-counter", "rayon", "units=8 increments=500000"),
    ("shared-counter", "smol", "units=8 increments=500000"),
    ("idle-memory", "threads", "units=4000"),
    ("idle-memory", "tokio", "units=100000"),
    ("idle-memory", "tokio-current-thread", "units=100000"),
    ("idle-memory", "actix", "units=40000"),
    ("idle-memory", "smol", "units=100000"),
];

/// Of both sides.
const WORKERS: u64 = 2;
const SEED: u64 = 42;
/// A row that is outside is given more rounds, up to this many times the usual number: other work on the machine may have done
/// it.
const PATIENCE: usize = 3;
/// Resamples for the range of a ratio.
const RESAMPLES: usize = 2000;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let rounds: usize = arguments.number("--rounds", 7)?;
    let only = arguments.values("--only")?;
    let record = arguments.flag("--record");
    arguments.end()?;
    if record && !only.is_empty() {
        bail!("--record writes the whole table: leave --only away");
    }
    let cases: Vec<&Case> = CASES.iter().filter(|case| is_asked_for(&only, case)).collect();
    if cases.is_empty() || rounds == 0 {
        bail!("nothing to do: {TAKES}");
    }
    server::build()?;
    step::run("cargo builds the programs by hand (release)", cargo().args(["build", "--release", "--package", "by-hand"]))?;

    let since = Instant::now();
    let mut random = Random(SEED);
    let mut rows = Vec::new();
    let mut report = Value::Null;
    say(&HEAD.map(str::to_owned).join_columns());
    for case in cases {
        for cores in ["one", "all"] {
            let row = Row::measure(case, cores, rounds, &mut random, &mut report)?;
            say(&row.cells().join_columns());
            rows.push(row);
        }
    }
    let outside = rows.iter().filter(|row| !row.is_within()).count();
    let again = rows.iter().filter(|row| row.rounds > rounds).count();
    let sum = format!(
        "{} rows: {} within, {outside} outside; {again} were given more than {rounds} rounds",
        rows.len(),
        rows.len() - outside
    );
    tell(&format!("took {}", elapsed(since)));
    say(&sum);
    if record {
        let path = place::root().join("docs/fidelity.md");
        fs::write(&path, page(&rows, &sum, rounds, &report)?).with_context(|| path.display().to_string())?;
        say(&path.display().to_string());
    }
    if outside > 0 { Err(AlreadySaid.into()) } else { Ok(()) }
}

/// By `--only WORKLOAD` or `--only WORKLOAD/MODEL`; without one everything is.
fn is_asked_for(only: &[String], (workload, model, _): &Case) -> bool {
    only.is_empty() || only.iter().any(|asked| asked == workload || *asked == format!("{workload}/{model}"))
}

/// A case on one core or on all, and what both sides said.
struct Row {
    case: Case,
    cores: &'static str,
    rounds: usize,
    by_hand: Vec<f64>,
    harness: Vec<f64>,
    /// Of the ratio of medians: the middle 95 % of its resamples.
    range: (f64, f64),
}

impl Row {
    fn measure(case: &Case, cores: &'static str, rounds: usize, random: &mut Random, report: &mut Value) -> Result<Self> {
        let mut row = Self { case: *case, cores, rounds: 0, by_hand: Vec::new(), harness: Vec::new(), range: (0.0, 0.0) };
        while row.rounds < rounds || (!row.is_within() && row.rounds < PATIENCE * rounds) {
            row.round(random, report)?;
        }
        row.range = range(&row.by_hand, &row.harness, random);
        Ok(row)
    }

    /// Two trials per side: the harness runs its model a second time by itself, as its control.
    fn round(&mut self, random: &mut Random, report: &mut Value) -> Result<()> {
        let hand_first = random.next().is_multiple_of(2);
        let mut answers = Vec::new();
        for hand in [hand_first, !hand_first] {
            let came = if hand { vec![self.by_hand()?, self.by_hand()?] } else { self.harness(report)? };
            for came in came {
                if hand { &mut self.by_hand } else { &mut self.harness }.push(came.figure);
                answers.push((came.answer, came.operations));
            }
        }
        let (workload, model, params) = self.case;
        if answers.windows(2).any(|pair| pair[0] != pair[1]) {
            bail!("{workload} on {model} ({params}): the two sides did not give the same answer: {answers:?}");
        }
        self.rounds += 1;
        Ok(())
    }

    /// One process of the plain program.
    fn by_hand(&self) -> Result<Came> {
        let (workload, model, params) = self.case;
        let (model, flavor) =
            if model == "tokio-current-thread" { ("tokio", Some("flavor=current-thread")) } else { (model, None) };
        let mut command = Command::new(target().join(format!("release/{workload}-{model}")));
        command.args(params.split(' ')).args(flavor);
        command.args([format!("workers={WORKERS}"), format!("seed={SEED}"), format!("cores={}", self.cores)]);
        let line: Value = serde_json::from_str(&output(&mut command)?)?;
        Came::of(&line, &line["bytes_per_unit"], workload).with_context(|| format!("by hand: {line}"))
    }

    /// An experiment of this model alone, in the terminal: its trial and its control's, each in its own process.
    fn harness(&self, report: &mut Value) -> Result<Vec<Came>> {
        let (workload, model, params) = self.case;
        let experiment = json!({
            "workload": workload, "params": named(params)?, "models": [model],
            "cores": self.cores, "workers": WORKERS, "repetitions": 1, "seed": SEED,
        });
        let file = target().join("xtask/fidelity.json");
        fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&file, experiment.to_string())?;
        let text = output(Command::new(interleave()).arg("run").arg(&file).arg("--json"))?;
        *report = serde_json::from_str(&text)?;
        let trials = report["trials"].as_array().context("a report without trials")?;
        let came = |trial: &Value| {
            let ok = trial["status"] == "ok";
            let came = Came::of(trial, &trial["extra"]["bytes_per_unit"], workload).filter(|_| ok);
            came.with_context(|| format!("{workload} on {model} ({params}): {trial}"))
        };
        trials.iter().map(came).collect()
    }

    fn ratio(&self) -> f64 {
        median(&self.harness) / median(&self.by_hand)
    }

    /// How far the ratio may be from 1.
    fn band(&self) -> f64 {
        match self.case.0 {
            "idle-memory" => 0.03,
            _ if median(&self.by_hand) < 1000.0 => 0.10,
            _ => 0.05,
        }
    }

    fn is_within(&self) -> bool {
        (self.ratio() - 1.0).abs() <= self.band()
    }

    fn cells(&self) -> [String; COLUMNS] {
        let (workload, model, params) = self.case;
        let figure = |values: &[f64]| match workload {
            "idle-memory" => format!("{:.0} B", median(values)),
            _ => nanoseconds(median(values)),
        };
        [
            workload.to_owned(),
            params.to_owned(),
            model.to_owned(),
            self.cores.to_owned(),
            figure(&self.by_hand),
            figure(&self.harness),
            format!("{:.3}", self.ratio()),
            format!("{:.3}..{:.3}", self.range.0, self.range.1),
            format!("{:.0} %", self.band() * 100.0),
            self.rounds.to_string(),
            if self.is_within() { "within" } else { "outside" }.to_owned(),
        ]
    }
}

/// The result of one trial.
struct Came {
    /// Nanoseconds per operation, or bytes per unit.
    figure: f64,
    operations: u64,
    answer: String,
}

impl Came {
    fn of(line: &Value, bytes: &Value, workload: &str) -> Option<Self> {
        let operations = line["operations"].as_u64()?;
        let figure = if workload == "idle-memory" { bytes.as_f64()? } else { line["wall_ns"].as_f64()? / operations as f64 };
        Some(Self { figure, operations, answer: line["answer"].as_str()?.to_owned() })
    }
}

/// `units=1 rounds=2` as the harness takes it.
fn named(params: &str) -> Result<Map<String, Value>> {
    let pair = |pair: &str| -> Result<(String, Value)> {
        let (name, value) = pair.split_once('=').with_context(|| format!("{pair:?} is no parameter"))?;
        Ok((name.to_owned(), value.parse::<u64>()?.into()))
    };
    params.split(' ').map(pair).collect()
}

/// What a program printed, once it has ended well. It is not looked at meanwhile: it has the machine to itself.
fn output(command: &mut Command) -> Result<String> {
    go_on()?;
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut program = Owned::start(&name, command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let mut text = String::new();
    let (stdout, _) = program.pipes();
    stdout.context("a program without standard output")?.read_to_string(&mut text)?;
    let status = program.wait(|| ())?;
    if !status.success() {
        bail!("{name} {:?}: {status}; {text}", command.get_args().collect::<Vec<_>>());
    }
    Ok(text)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// The percentile bootstrap's 95 % interval of the ratio of medians.
fn range(by_hand: &[f64], harness: &[f64], random: &mut Random) -> (f64, f64) {
    let mut again = |values: &[f64]| {
        let resample: Vec<f64> = values.iter().map(|_| values[random.below(values.len())]).collect();
        median(&resample)
    };
    let mut ratios: Vec<f64> = (0..RESAMPLES).map(|_| again(harness) / again(by_hand)).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    (ratios[RESAMPLES / 40], ratios[RESAMPLES - 1 - RESAMPLES / 40])
}

/// Vigna's splitmix64: the order of a round and the resamples ask for no more.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// "730 ns", "12.4 µs", "1.25 ms"
fn nanoseconds(figure: f64) -> String {
    match figure {
        _ if figure < 100.0 => format!("{figure:.1} ns"),
        _ if figure < 10_000.0 => format!("{figure:.0} ns"),
        _ if figure < 1e6 => format!("{:.1} µs", figure / 1e3),
        _ => format!("{:.2} ms", figure / 1e6),
    }
}

const COLUMNS: usize = 11;
const HEAD: [&str; COLUMNS] =
    ["workload", "parameters", "model", "cores", "by hand", "harness", "ratio", "95 %", "band", "rounds", ""];
const WIDTHS: [usize; COLUMNS] = [14, 30, 20, 5, 9, 9, 6, 13, 5, 6, 7];

/// A line of the table.
trait Columns {
    fn join_columns(&self) -> String;
    fn join_markdown(&self) -> String;
}

impl Columns for [String; COLUMNS] {
    fn join_columns(&self) -> String {
        let cell = |(place, text): (usize, &String)| match place {
            4..=9 => format!("{text:>width$}", width = WIDTHS[place]),
            _ => format!("{text:<width$}", width = WIDTHS[place]),
        };
        self.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }

    fn join_markdown(&self) -> String {
        format!("| {} |\n", self.join(" | "))
    }
}

/// The table, and where it is from.
fn page(rows: &[Row], sum: &str, rounds: usize, report: &Value) -> Result<String> {
    let (machine, build) = (&report["machine"], &report["build"]);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let memory = machine["memory_bytes"].as_f64().unwrap_or_default() / f64::from(1 << 30);
    let mut text = format!(
        "# The harness against plain programs\n\n\
         Written by `cargo xtask fidelity --record` (--rounds {rounds}) on {}, and by nothing else. What is compared, and how: \
         [measurement.md](measurement.md#fidelity).\n\n\
         {}, {} cores, {memory:.0} GiB; {}, {}. Interleave {} ({}), rustc {}, Tokio {}, Actix {}; workers {WORKERS}, \
         seed {SEED}.\n\n\
         {sum}.\n\n",
        date.trim(),
        word(&machine["cpu"]),
        machine["cores"],
        word(&machine["os"]),
        word(&machine["kernel"]),
        word(&build["version"]),
        word(&build["commit"]),
        word(&build["rustc"]),
        word(&build["tokio"]),
        word(&build["actix"]),
    );
    text += &HEAD.map(str::to_owned).join_markdown();
    text += "| --- | --- | --- | --- | --: | --: | --: | --: | --: | --: | --- |\n";
    rows.iter().for_each(|row| text += &row.cells().join_markdown());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(workload: &'static str, by_hand: &[f64], harness: &[f64]) -> Row {
        let case = (workload, "tokio", "units=1");
        Row { case, cores: "all", rounds: 1, by_hand: by_hand.to_vec(), harness: harness.to_vec(), range: (0.0, 0.0) }
    }

    #[test]
    fn the_band_is_by_what_is_measured_and_how_short_it_is() {
        assert!(row("ring", &[900.0, 950.0, 5000.0], &[1040.0]).is_within());
        assert!(!row("ring", &[1000.0, 1100.0], &[1110.0, 1120.0]).is_within());
        assert!(row("ring", &[1000.0, 1100.0], &[1000.0]).is_within());
        assert!(!row("idle-memory", &[400.0], &[413.0]).is_within());
        assert!(row("idle-memory", &[400.0], &[411.0]).is_within());
    }

    #[test]
    fn the_range_of_a_ratio_holds_it_and_is_a_point_where_nothing_varies() {
        let mut random = Random(1);
        assert_eq!(range(&[2.0; 5], &[3.0; 5], &mut random), (1.5, 1.5));
        let (low, high) = range(&[9.0, 10.0, 11.0], &[10.0, 11.0, 12.0], &mut random);
        assert!(low < 1.1 && 1.1 < high && low >= 10.0 / 11.0 && high <= 12.0 / 9.0, "{low} {high}");
    }

    #[test]
    fn every_case_s_parameters_are_understood_and_no_row_is_twice() {
        for (place, case) in CASES.iter().enumerate() {
            assert!(!named(case.2).unwrap().is_empty());
            assert!(!CASES[..place].contains(case), "{case:?}");
        }
        assert!(named("units").is_err());
    }

    #[test]
    fn only_takes_a_workload_or_one_of_its_models() {
        let case = ("ring", "tokio", "");
        assert!(is_asked_for(&[], &case));
        assert!(is_asked_for(&["ring".into()], &case) && is_asked_for(&["ring/tokio".into()], &case));
        assert!(!is_asked_for(&["ring/smol".into()], &case));
    }
}
