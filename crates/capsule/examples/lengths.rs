//! How long links are: a line of docs/links.md's table for each report or log that is named.
//!
//! `interleave run --json EXPERIMENT > NAME.json` makes a report.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::path::Path;
use std::{env, fs};

use capsule::read::read;
use capsule::{Capsule, Detail, Packed, Part, pack, text_of};

/// The characters that most programs let an address have.
const MOST: usize = 2_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let heads =
        ["result", "models × repetitions", "trials", "all of a link", "at most 2,000", "without", "fewest", "file, bytes"];
    println!("| {} |", heads.join(" | "));
    println!("| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |");
    for path in env::args().skip(1) {
        let capsule = read(&fs::read(&path)?)?;
        let name = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        println!("{}", line(&name, &capsule));
    }
    Ok(())
}

fn line(name: &str, capsule: &Capsule) -> String {
    let run = &capsule.results[0].run;
    let experiment = &run.submission.experiment;
    let points: usize = experiment.sweeps().map(|sweep| sweep.values.len()).product();
    let of_sweep = if experiment.sweep.is_some() { format!(" at {points} points") } else { String::new() };
    let shown = |most_chars| pack(capsule, Detail::Shown { most_chars });
    let chars = |packed: &Packed| text_of(&packed.bytes).len();
    let (all, fitting, fewest) = (shown(usize::MAX), shown(MOST), shown(0));
    let without: Vec<&str> =
        fitting.left_out.iter().filter(|part| !all.left_out.contains(part)).map(|part| part.words()).collect();
    let without = if without.is_empty() { "–".to_owned() } else { without.join(", ") };
    let file = pack(capsule, Detail::Whole).bytes.len();
    debug_assert!(fewest.left_out.contains(&Part::Precision));
    format!(
        "| {name} | {} × {}{of_sweep} | {} | {} | {} | {without} | {} | {file} |",
        experiment.models.len(),
        experiment.repetitions(),
        run.trials.len(),
        chars(&all),
        chars(&fitting),
        chars(&fewest),
    )
}
