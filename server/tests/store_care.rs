//! A store whose process is killed, whose disk is full, whose file is damaged, removed or another's: what was promised holds.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use server::store::{Deleted, NewResult, Put, Sought, Store, StorePlace, StoreTrouble};
use support::folder;

const FILE: &str = "interleave.sqlite";

async fn open(folder: &Path) -> Store {
    Store::open(&StorePlace { folder: folder.to_owned(), url: None }).await.unwrap()
}

fn result(number: u64) -> NewResult {
    NewResult {
        id: format!("result{number:010}"),
        run: format!("run{number:07}"),
        workload: "spawn".to_owned(),
        models: vec!["tokio".to_owned(), "threads".to_owned()],
        machine: format!("the machine of person {number}"),
        sentence: "Tokio was faster.".to_owned(),
        submitted_ms: number,
        saved_ms: number,
        expires_ms: None,
        published: true,
        token_hash: [7; 32],
        // Different in each, and in no other.
        capsule: (0..2_000_u64).map(|byte| (byte * (number + 7) % 253) as u8).chain(number.to_le_bytes()).collect(),
        lanes: None,
    }
}

async fn assert_readable(store: &Store, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        let new = result(number);
        assert_eq!(store.result(&new.id).await.unwrap().map(|stored| stored.capsule), Some(new.capsule), "result {number}");
    }
}

/// This very program, in the part of one that saves: the test `the_part` below.
fn part(name: &str, folder: &Path, from: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["the_part", "--exact", "--ignored", "--nocapture"])
        .env("STORE_PART", name)
        .env("STORE_FOLDER", folder)
        .env("STORE_FROM", from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").and_then(|()| out.flush()).unwrap();
}

/// What it says is read by the test that has started it.
#[tokio::test]
#[ignore = "a part that other tests start"]
async fn the_part() {
    let Ok(name) = std::env::var("STORE_PART") else { return };
    let store = open(Path::new(&std::env::var("STORE_FOLDER").unwrap())).await;
    let from: u64 = std::env::var("STORE_FROM").unwrap().parse().unwrap();
    match name.as_str() {
        "saver" => {
            for number in from..from + 1_000 {
                assert_eq!(store.put(result(number)).await.unwrap(), Put::New);
                say(&format!("saved {number}"));
            }
        }
        "full" => full(&store).await,
        _ => panic!("there is no part {name}"),
    }
}

/// `STORE_SEED=N` kills at the moments that a failure named.
#[tokio::test]
async fn of_a_thousand_saves_every_one_that_was_acknowledged_outlives_a_kill() {
    let seed = std::env::var("STORE_SEED").map_or(u64::from(std::process::id()), |seed| seed.parse().unwrap());
    let own = folder();
    let mut acknowledged: Vec<u64> = Vec::new();
    let mut random = seed;
    let mut next = 0;
    while next < 1_000 {
        let mut saver = part("saver", own.path(), next);
        let mut said = BufReader::new(saver.stdout.take().unwrap()).lines().map_while(Result::ok);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wanted = 1 + (random >> 33) % 200;
        let saved = |line: String| line.strip_prefix("saved ").map(|number| number.parse::<u64>().unwrap());
        let mut received: Vec<u64> = said.by_ref().filter_map(saved).take(usize::try_from(wanted).unwrap()).collect();
        // Somewhere in the next save.
        std::thread::sleep(std::time::Duration::from_micros((random >> 20) % 3_000));
        saver.kill().unwrap();
        saver.wait().unwrap();
        received.extend(said.filter_map(saved));
        assert!(received.len() as u64 >= wanted, "it ended by itself");
        // The one that was on its way may be there too.
        next = received.last().unwrap() + 2;
        acknowledged.extend(received);
        let store = open(own.path()).await;
        store.check().await.unwrap();
        assert_readable(&store, acknowledged.iter().copied()).await;
        store.close().await;
    }
    let store = open(own.path()).await;
    // Nothing of a half save is in a list, and the file is sound.
    let copy = own.path().join("copy");
    let held = store.backup(&copy).await.unwrap();
    let listed = store.results(&Sought { only_published: true, ..Sought::default() }, None, 10_000).await.unwrap();
    assert_eq!(listed.len() as u64, held.results, "STORE_SEED={seed}");
    assert!(held.results >= acknowledged.len() as u64, "STORE_SEED={seed}");
}

/// Sets how large a file this process may write.
fn limit_files(bytes: u64) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the limit is read and outlives the call; a signal that is ignored has no handler.
    #[expect(unsafe_code, reason = "a limit of this process, which the test started")]
    let set = unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit)
    };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}

async fn full(store: &Store) {
    store.put_all(&(0..50).map(result).collect::<Vec<_>>()).await.unwrap();
    // Standard output is a pipe, and has no limit.
    limit_files(1_000);
    for number in 50..53 {
        let refused = store.put(result(number)).await.unwrap_err();
        say(&format!("refused {:?}: {refused}", refused.trouble()));
    }
    assert!(matches!(store.delete(&result(1).id, &[7; 32]).await.unwrap_err().trouble(), StoreTrouble::Full));
    assert_readable(store, 0..50).await;
    assert_eq!(store.results(&Sought::default(), None, 100).await.unwrap().len(), 50);
    limit_files(libc::RLIM_INFINITY);
    assert_eq!(store.put(result(53)).await.unwrap(), Put::New);
    assert_eq!(store.delete(&result(1).id, &[7; 32]).await.unwrap(), Deleted::Done);
    say("done");
}

#[test]
fn what_a_full_disk_does_not_take_is_refused_with_the_reason_and_the_rest_is_readable() {
    let own = folder();
    let mut part = part("full", own.path(), 0);
    let mut said = String::new();
    part.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(part.wait().unwrap().success(), "{said}");
    let refused: Vec<&str> = said.lines().filter(|line| line.starts_with("refused ")).collect();
    assert_eq!(refused.len(), 3, "{said}");
    assert!(refused.iter().all(|line| line.starts_with("refused Full: the store takes nothing more: ")), "{refused:?}");
    assert!(said.contains("\ndone\n"), "{said}");
}

/// A store with a hundred results that nobody has open.
async fn filled(folder: &Path) {
    let store = open(folder).await;
    store.put_all(&(0..100).map(result).collect::<Vec<_>>()).await.unwrap();
    store.close().await;
    assert!(!folder.join(format!("{FILE}-wal")).exists(), "all of it is in one file");
}

#[tokio::test]
async fn a_file_whose_head_is_damaged_is_reported_and_left_as_it_is() {
    let own = folder();
    filled(own.path()).await;
    let path = own.path().join(FILE);
    let whole = fs::read(&path).unwrap();
    let noise = |bytes: &mut [u8]| bytes.iter_mut().zip(1_u8..=251).for_each(|(byte, noise)| *byte = noise.wrapping_mul(31));
    let mut head = whole.clone();
    noise(&mut head[..100]);
    let mut schema = whole.clone();
    noise(&mut schema[100..300]);
    for damaged in [head, schema, b"notes of mine, and no database at all".repeat(10)] {
        fs::write(&path, &damaged).unwrap();
        let store = open(own.path()).await;
        let problem = store.check().await.unwrap_err();
        assert!(problem.trouble() == StoreTrouble::Damaged && problem.to_string().contains(FILE), "{problem}");
        assert_eq!(store.put(result(1)).await.unwrap_err().trouble(), StoreTrouble::Damaged);
        assert!(store.result(&result(1).id).await.is_err() && store.results(&Sought::default(), None, 5).await.is_err());
        store.close().await;
        assert!(fs::read(&path).unwrap() == damaged, "it is as it was");
    }
    // An empty one with a log of changes to it is none to begin anew with.
    fs::write(&path, "").unwrap();
    fs::write(own.path().join(format!("{FILE}-wal")), [1; 5_000]).unwrap();
    assert_eq!(open(own.path()).await.check().await.unwrap_err().trouble(), StoreTrouble::Damaged);
    assert_eq!(fs::read(own.path().join(format!("{FILE}-wal"))).unwrap(), [1; 5_000]);
}

#[tokio::test]
async fn a_file_with_a_damaged_page_gives_what_is_whole_and_takes_nothing_more() {
    let own = folder();
    filled(own.path()).await;
    let path = own.path().join(FILE);
    let mut bytes = fs::read(&path).unwrap();
    // The page with one of the results, but neither the first nor the last.
    let wanted = result(40).capsule;
    let at = bytes.windows(wanted.len()).position(|window| window == wanted).unwrap();
    let page = at / 65_536 * 65_536;
    bytes[page..page + 65_536].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let store = open(own.path()).await;
    store.check().await.unwrap();
    let (mut whole, mut damaged) = (0, 0);
    for number in 0..100 {
        match store.result(&result(number).id).await {
            Ok(stored) => {
                assert_eq!(stored.unwrap().capsule, result(number).capsule);
                whole += 1;
            }
            Err(error) => {
                assert_eq!(error.trouble(), StoreTrouble::Damaged, "{error}");
                damaged += 1;
            }
        }
    }
    assert!(whole > 30 && damaged > 10, "{whole} whole, {damaged} damaged");
    assert_eq!(store.put(result(200)).await.unwrap_err().trouble(), StoreTrouble::Damaged);
    assert_eq!(store.backup(&own.path().join("copy")).await.unwrap_err().trouble(), StoreTrouble::Damaged);
    assert!(!own.path().join("copy").exists() && !own.path().join("copy.part").exists());
    store.close().await;
    assert!(fs::read(&path).unwrap() == bytes, "it is as it was");
}

#[tokio::test]
async fn a_file_that_is_removed_or_replaced_takes_nothing_that_nobody_would_find() {
    let own = folder();
    let store = open(own.path()).await;
    store.put(result(1)).await.unwrap();
    fs::rename(own.path().join(FILE), own.path().join("elsewhere")).unwrap();
    let gone = store.put(result(2)).await.unwrap_err();
    assert!(gone.trouble() == StoreTrouble::Away && gone.to_string().contains("its file is gone"), "{gone}");
    fs::copy(own.path().join("elsewhere"), own.path().join(FILE)).unwrap();
    assert!(store.put(result(2)).await.unwrap_err().to_string().contains("its file has been replaced"));
}

#[tokio::test]
async fn another_program_s_database_is_left_alone() {
    use sqlx::{ConnectOptions, Connection, Executor, sqlite::SqliteConnectOptions};
    let own = folder();
    let path = own.path().join(FILE);
    let mut theirs = SqliteConnectOptions::new().filename(&path).create_if_missing(true).connect().await.unwrap();
    theirs.execute("CREATE TABLE song (name TEXT)").await.unwrap();
    theirs.close().await.unwrap();
    let problem = open(own.path()).await.check().await.unwrap_err().to_string();
    assert!(problem.contains("another program's"), "{problem}");
    let mut theirs = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut theirs).await.unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn nothing_of_a_deleted_result_stays_in_the_file() {
    let own = folder();
    let store = open(own.path()).await;
    store.put_all(&(0..100).map(result).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(store.delete(&result(50).id, &[7; 32]).await.unwrap(), Deleted::Done);
    store.close().await;
    let bytes = fs::read(own.path().join(FILE)).unwrap();
    let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    let (gone, kept) = (result(50), result(51));
    for wanted in [kept.id.as_bytes(), kept.machine.as_bytes(), &kept.capsule] {
        assert!(holds(wanted));
    }
    for wanted in [gone.id.as_bytes(), gone.run.as_bytes(), gone.machine.as_bytes(), &gone.capsule] {
        assert!(!holds(wanted), "{}", String::from_utf8_lossy(wanted));
    }
}
