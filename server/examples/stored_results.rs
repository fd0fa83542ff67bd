//! What a large store of results costs: `cargo xtask store`, or `cargo run --release -p interleave-server --example
//! stored_results -- RESULTS FOLDER`.
//!
//! Fills a store in the folder, which must be empty, with results like real ones: capsules that no compressor makes smaller,
//! machines of which some are common, models in sets. Then it opens results at random, reads pages of the list at its beginning,
//! in the middle and at its end with each filter, and weighs the file. The exit status says whether what is promised holds.
#![expect(clippy::print_stdout, reason = "what it prints is its result")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use server::store::{Cursor, NewResult, Sought, Store, StorePlace};

/// A result's own text and trees, over the capsules'.
const MOST_WEIGHT: f64 = 1.2;
const SLOWEST_OPENING: Duration = Duration::from_millis(5);
/// The slowest page's median over the fastest one's, of a filter. A list that is gone through from its beginning would have some
/// thousands.
const MOST_SPREAD: f64 = 4.0;

const AT_ONCE: u64 = 2_000;
const LINES: u32 = 50;
const OPENINGS: u64 = 20_000;
const TURNS: usize = 200;

const WORKLOADS: [&str; 8] = ["spawn", "tcp-echo", "fan-in", "ping-pong", "wait", "http", "shared-counter", "churn"];
const MODELS: [&str; 6] = ["Native threads", "Tokio", "Actix", "Rayon", "smol", "compio"];

fn main() -> Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    let results: u64 = words.next().context("RESULTS is missing")?.parse().context("RESULTS: a whole number")?;
    let folder = PathBuf::from(words.next().context("FOLDER is missing")?);
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("FOLDER: {} is not empty", folder.display());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure(results, StorePlace { folder, url: None }))
}

async fn measure(results: u64, place: StorePlace) -> Result<ExitCode> {
    let file = place.folder.join("interleave.sqlite");
    let store = Store::open(&place).await?;
    store.check().await?;
    let began = Instant::now();
    let mut capsules = 0;
    for first in (0..results).step_by(usize::try_from(AT_ONCE)?) {
        let some: Vec<NewResult> = (first..results.min(first + AT_ONCE)).map(result).collect();
        capsules += some.iter().map(|new| new.capsule.len() as u64).sum::<u64>();
        store.put_all(&some).await?;
        if first % 100_000 == 0 {
            eprintln!("{first} of {results} are stored after {} s", began.elapsed().as_secs());
        }
    }
    store.close().await;
    let weight = std::fs::metadata(&file)?.len();
    let ratio = weight as f64 / capsules as f64;
    println!("stored      {results} results in {:.0} s, {AT_ONCE} in a transaction", began.elapsed().as_secs_f64());
    println!("file        {} MB, capsules {} MB: {ratio:.3} times", weight / 1_000_000, capsules / 1_000_000);
    let mut held = ratio <= MOST_WEIGHT;

    let store = Store::open(&place).await?;
    let saving = one_by_one(&store, results).await?;
    println!("saving one  {saving}");
    let opening = open_at_random(&store, results).await?;
    println!("opening one {opening}");
    held &= opening.p99 < SLOWEST_OPENING;

    println!("pages of {LINES} lines, median of {TURNS}, ms (first, middle, last; slowest over fastest)");
    let names = [("workload", 1), ("model", 2), ("machine", 4), ("rare machine", 8), ("workload and model", 3), ("all three", 7)];
    for (name, filter) in [("everything", 0)].into_iter().chain(names) {
        for only_published in [false, true] {
            let spread = pages(&store, &sought(filter, only_published), results).await?;
            println!("  {:<36} {}", format!("{name}{}", if only_published { ", published" } else { "" }), spread.words);
            held &= spread.ratio <= MOST_SPREAD;
        }
    }
    store.close().await;
    println!(
        "promised    file at most {MOST_WEIGHT} times the capsules, opening one p99 under {} ms, no page over {MOST_SPREAD} times \
         another: {}",
        SLOWEST_OPENING.as_millis(),
        if held { "held" } else { "NOT HELD" }
    );
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How long something took, again and again.
struct Times {
    median: Duration,
    p99: Duration,
    longest: Duration,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Self { median: at(0.5), p99: at(0.99), longest: at(1.0) }
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        write!(f, "median {:.3} ms, p99 {:.3} ms, longest {:.3} ms", ms(self.median), ms(self.p99), ms(self.longest))
    }
}

/// Each waits for the disk.
async fn one_by_one(store: &Store, results: u64) -> Result<Times> {
    let mut times = Vec::new();
    for number in results..results + 200 {
        let new = result(number);
        let began = Instant::now();
        store.put(new).await?;
        times.push(began.elapsed());
    }
    Ok(Times::of(times))
}

async fn open_at_random(store: &Store, results: u64) -> Result<Times> {
    let mut times = Vec::new();
    for turn in 0..OPENINGS.min(results) {
        let new = result(mixed(turn ^ 0x5eed) % results);
        let began = Instant::now();
        let stored = store.result(&new.id).await?;
        times.push(began.elapsed());
        ensure!(stored.is_some_and(|stored| stored.capsule == new.capsule), "{} is not what was stored", new.id);
    }
    Ok(Times::of(times))
}

/// What the pages of a filter took.
struct Spread {
    words: String,
    ratio: f64,
}

async fn pages(store: &Store, sought: &Sought, results: u64) -> Result<Spread> {
    // How much of everything it is: where the last page begins.
    let sample = (0..20_000_u64.min(results)).map(result);
    let share = sample.filter(|new| is_sought(new, sought)).count() as f64 / 20_000_f64.min(results as f64);
    let last = ((f64::from(LINES) / share.max(1e-6)) as u64).min(results / 2);
    let cursor = |number: u64| -> Result<Option<Cursor>> { Ok(Some((saved_ms(number) << 20).to_string().parse()?)) };
    let mut medians = BTreeMap::new();
    for (place, after) in [(0, None), (1, cursor(results / 2)?), (2, cursor(last)?)] {
        let mut times = Vec::new();
        let mut lines = 0;
        for _ in 0..TURNS {
            let began = Instant::now();
            let page = store.results(sought, after, LINES).await?;
            times.push(began.elapsed());
            lines = page.len();
        }
        ensure!(lines > 0, "there is no such page: {sought:?} at {place}");
        medians.insert(place, (Times::of(times).median.as_secs_f64() * 1e3, lines));
    }
    let (fastest, slowest) =
        medians.values().fold((f64::MAX, 0_f64), |(fastest, slowest), (median, _)| (fastest.min(*median), slowest.max(*median)));
    let words: Vec<String> = medians.values().map(|(median, lines)| format!("{median:.3} ({lines} lines)")).collect();
    let ratio = slowest / fastest;
    Ok(Spread { words: format!("{}; {ratio:.1}", words.join(", ")), ratio })
}

fn sought(filter: u32, only_published: bool) -> Sought {
    let if_asked = |bit: u32, text: String| (filter & bit > 0).then_some(text);
    Sought {
        workload: if_asked(1, WORKLOADS[0].to_owned()),
        model: if_asked(2, MODELS[1].to_owned()),
        machine: if_asked(4, machine(0)).or_else(|| if_asked(8, machine(150))),
        only_published,
    }
}

fn is_sought(new: &NewResult, sought: &Sought) -> bool {
    sought.workload.as_ref().is_none_or(|workload| new.workload == *workload)
        && sought.model.as_ref().is_none_or(|model| new.models.contains(model))
        && sought.machine.as_ref().is_none_or(|machine| new.machine == *machine)
        && (!sought.only_published || new.published)
}

fn machine(number: u64) -> String {
    format!("{} cores of a Processor {} 9{number:03}, Linux 6.{}", 2 << (number % 5), number % 7, number % 13)
}

/// Half a minute apart.
fn saved_ms(number: u64) -> u64 {
    1_700_000_000_000 + number * 30_000
}

/// The result of this number, always the same.
fn result(number: u64) -> NewResult {
    let random = mixed(number);
    let id =
        (0..16).map(|letter| char::from(b"abcdefghijkmnpqrstuvwxyz23456789"[(mixed(random ^ letter) % 32) as usize])).collect();
    // Some machines are common, others rare.
    let which = (random >> 8) % 200 * ((random >> 16) % 200) / 200;
    let (models, factor) = (2 + random % 3, 100 + random % 300);
    // Three models and ten repetitions have some 2 kB, sweeps and clouds of latencies more.
    let length = 1_500 + (random >> 24) % 1_500 + if random.is_multiple_of(4) { (random >> 40) % 3_000 } else { 0 };
    NewResult {
        id,
        run: format!("{:010}", random % 10_000_000_000),
        workload: WORKLOADS[(random >> 32) as usize % WORKLOADS.len()].to_owned(),
        models: (0..models).map(|model| MODELS[((random >> 4) + model) as usize % MODELS.len()].to_owned()).collect(),
        machine: machine(which),
        sentence: format!(
            "Tokio did {}.{:02} times as many units in a second as Native threads, 95 % sure.",
            factor / 100,
            factor % 100
        ),
        submitted_ms: saved_ms(number) - 60_000,
        saved_ms: saved_ms(number),
        expires_ms: None,
        published: random.is_multiple_of(3),
        token_hash: std::array::from_fn(|byte| (mixed(random ^ (byte as u64 + 99)) & 0xff) as u8),
        capsule: (0..length.div_ceil(8)).flat_map(|word| mixed(random ^ (word << 20)).to_le_bytes()).collect(),
        lanes: None,
    }
}

/// SplitMix64: "Fast splittable pseudorandom number generators", Steele, Lea, Flood, 2014.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
