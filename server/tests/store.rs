//! What the store promises, against a real SQLite and a real PostgreSQL: the same claims of both.

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use postgres::Postgres;
use server::store::{Cursor, Deleted, NewResult, Put, ResultLine, Sought, Store, StorePlace};
use sqlx::Connection;
use support::folder;
use tempfile::TempDir;

const TOKEN: [u8; 32] = [7; 32];

/// A store of a test's own.
struct Ground {
    place: StorePlace,
    store: Store,
    folder: TempDir,
    _postgres: Option<Arc<Postgres>>,
}

impl Ground {
    async fn sqlite() -> Self {
        Self::at(None, None).await
    }

    async fn postgresql() -> Self {
        let postgres = Postgres::get();
        let url = postgres.database().await;
        Self::at(Some(url), Some(postgres)).await
    }

    async fn at(url: Option<String>, postgres: Option<Arc<Postgres>>) -> Self {
        let folder = folder();
        let place = StorePlace { folder: folder.path().join("data"), url };
        let store = Store::open(&place).await.unwrap();
        Self { place, store, folder, _postgres: postgres }
    }
}

/// Each claim, of both.
macro_rules! of_both {
    ($($claim:ident)*) => {
        mod sqlite {
            $(#[tokio::test] async fn $claim() { super::$claim(super::Ground::sqlite().await).await; })*
        }
        mod postgresql {
            $(#[tokio::test] async fn $claim() { super::$claim(super::Ground::postgresql().await).await; })*
        }
    };
}

of_both! {
    a_result_is_kept_found_and_deleted_by_who_has_its_token
    a_list_has_each_result_once_newest_first_however_it_is_looked_for
    lanes_are_kept_with_their_result_and_go_when_it_goes
    what_has_expired_is_not_found_and_then_removed
    what_is_kept_is_there_when_the_store_is_opened_again
    of_many_who_keep_the_same_result_one_has_kept_it
    a_backup_holds_everything_and_can_be_read_into_a_store_of_either_kind
    a_backup_of_the_time_before_lanes_is_read
    a_backup_that_is_written_while_others_save_has_what_was_there_before
    a_backup_is_written_over_nothing_and_what_is_none_is_not_read
}

fn result(number: u64) -> NewResult {
    let models: &[&str] = if number.is_multiple_of(2) { &["threads", "tokio"] } else { &["tokio", "rayon", "tokio"] };
    NewResult {
        id: format!("result{number:010}"),
        run: format!("run{number:07}"),
        workload: if number.is_multiple_of(3) { "spawn" } else { "tcp-echo" }.to_owned(),
        models: models.iter().map(ToString::to_string).collect(),
        machine: format!("machine {}", number % 5),
        // PostgreSQL knows no zero byte.
        sentence: format!("Tokio was {number} times as fast.\0"),
        submitted_ms: 1_700_000_000_000 + number,
        // Several in a millisecond.
        saved_ms: 1_700_000_001_000 + number / 4,
        expires_ms: None,
        published: number.is_multiple_of(7),
        token_hash: TOKEN,
        capsule: (0..3_000_u64).map(|byte| u8::try_from(byte * number % 251).unwrap()).collect(),
        lanes: number.is_multiple_of(10).then(|| (0..200_000_u64).map(|byte| (byte * (number + 3) % 251) as u8).collect()),
    }
}

/// Every page of a list, of so many lines.
async fn pages(store: &Store, sought: &Sought, limit: u32) -> Vec<ResultLine> {
    let (mut lines, mut after): (Vec<ResultLine>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = store.results(sought, after, limit).await.unwrap();
        let Some(last) = page.last() else { return lines };
        // As an address carries it.
        after = Some(last.cursor.to_string().parse().unwrap());
        lines.extend(page);
    }
}

async fn ids(store: &Store) -> BTreeSet<String> {
    pages(store, &Sought::default(), 100).await.into_iter().map(|line| line.id).collect()
}

async fn a_result_is_kept_found_and_deleted_by_who_has_its_token(ground: Ground) {
    let store = &ground.store;
    let new = result(14);
    assert_eq!(store.put(new.clone()).await.unwrap(), Put::New);
    let other = NewResult { token_hash: [8; 32], published: false, saved_ms: 1, ..new.clone() };
    assert_eq!(store.put(other).await.unwrap(), Put::There);
    let stored = store.result(&new.id).await.unwrap().unwrap();
    assert_eq!(stored.capsule, new.capsule);
    assert_eq!((&stored.line.models, stored.line.saved_ms, stored.line.published), (&new.models, new.saved_ms, true));
    assert_eq!(stored.line.sentence, "Tokio was 14 times as fast.");
    assert_eq!(store.result("another").await.unwrap(), None);
    assert_eq!(store.delete(&new.id, &[8; 32]).await.unwrap(), Deleted::Refused);
    assert_eq!(store.delete(&new.id, &TOKEN).await.unwrap(), Deleted::Done);
    assert_eq!(store.delete(&new.id, &TOKEN).await.unwrap(), Deleted::Unknown);
    assert_eq!(store.result(&new.id).await.unwrap(), None);
    assert_eq!(store.results(&Sought::default(), None, 10).await.unwrap(), []);
}

async fn lanes_are_kept_with_their_result_and_go_when_it_goes(ground: Ground) {
    let store = &ground.store;
    let (new, long_ago) = (result(10), 1_700_000_002_000);
    let without = NewResult { lanes: None, ..new.clone() };
    assert_eq!(store.put_all(&[new.clone(), result(11)]).await.unwrap(), [Put::New, Put::New]);
    assert_eq!(store.lanes_of_result(&new.id).await.unwrap(), new.lanes);
    assert_eq!(store.lanes_of_result(&result(11).id).await.unwrap(), None);
    let has_lanes = async |id: &str| store.result(id).await.unwrap().unwrap().has_lanes;
    assert!(has_lanes(&new.id).await && !has_lanes(&result(11).id).await);
    // It is as it was: another's lanes are not put to it.
    let others = NewResult { lanes: Some(vec![1]), ..result(11) };
    assert_eq!(store.put_all(&[without.clone(), others]).await.unwrap(), [Put::There, Put::There]);
    assert_eq!(store.lanes_of_result(&new.id).await.unwrap(), new.lanes);
    assert_eq!(store.lanes_of_result(&result(11).id).await.unwrap(), None);
    // When the same result is kept anew in the same place nothing of the lanes is there.
    assert_eq!(store.delete(&new.id, &TOKEN).await.unwrap(), Deleted::Done);
    assert_eq!(store.lanes_of_result(&new.id).await.unwrap(), None);
    store.put(without.clone()).await.unwrap();
    assert_eq!(store.lanes_of_result(&new.id).await.unwrap(), None);
    assert_eq!(store.delete(&new.id, &TOKEN).await.unwrap(), Deleted::Done);
    store.put(NewResult { expires_ms: Some(long_ago), ..new.clone() }).await.unwrap();
    assert_eq!(store.lanes_of_result(&new.id).await.unwrap(), None, "it has expired");
    assert_eq!(store.expire(long_ago).await.unwrap(), 1);
    store.put(without).await.unwrap();
    assert_eq!(store.lanes_of_result(&new.id).await.unwrap(), None);
}

async fn a_list_has_each_result_once_newest_first_however_it_is_looked_for(ground: Ground) {
    let store = &ground.store;
    let all: Vec<NewResult> = (0..60).map(result).collect();
    assert_eq!(store.put_all(&all).await.unwrap(), [Put::New; 60]);
    let text = |text: &str| Some(text.to_owned());
    let mut looked_for = Vec::new();
    for workload in [None, text("spawn"), text("none of them")] {
        for model in [None, text("threads"), text("tokio")] {
            for machine in [None, text("machine 3")] {
                let sought = |only_published| Sought {
                    workload: workload.clone(),
                    model: model.clone(),
                    machine: machine.clone(),
                    only_published,
                };
                looked_for.extend([sought(false), sought(true)]);
            }
        }
    }
    for sought in looked_for {
        let is_sought = |new: &&NewResult| {
            sought.workload.as_ref().is_none_or(|workload| new.workload == *workload)
                && sought.model.as_ref().is_none_or(|model| new.models.contains(model))
                && sought.machine.as_ref().is_none_or(|machine| new.machine == *machine)
                && (!sought.only_published || new.published)
        };
        let expected: BTreeSet<&str> = all.iter().filter(is_sought).map(|new| new.id.as_str()).collect();
        for limit in [1, 7, 100] {
            let found = pages(store, &sought, limit).await;
            assert!(found.is_sorted_by(|one, next| one.cursor > next.cursor && one.saved_ms >= next.saved_ms));
            assert_eq!(found.len(), expected.len(), "{sought:?} by {limit}");
            assert_eq!(found.iter().map(|line| line.id.as_str()).collect::<BTreeSet<_>>(), expected, "{sought:?} by {limit}");
        }
    }
}

async fn what_has_expired_is_not_found_and_then_removed(ground: Ground) {
    let store = &ground.store;
    let long_ago = 1_700_000_002_000;
    let mut all: Vec<NewResult> = (0..450).map(|number| NewResult { expires_ms: Some(long_ago), ..result(number) }).collect();
    all[3].expires_ms = None;
    all[4].expires_ms = Some(u64::MAX);
    store.put_all(&all).await.unwrap();
    let left = BTreeSet::from([all[3].id.clone(), all[4].id.clone()]);
    assert_eq!(store.result(&all[0].id).await.unwrap(), None);
    assert_eq!(ids(store).await, left);
    assert_eq!(store.expire(long_ago - 1).await.unwrap(), 0);
    assert_eq!(store.expire(long_ago).await.unwrap(), 448);
    assert_eq!(store.expire(long_ago).await.unwrap(), 0);
    assert_eq!(ids(store).await, left);
    // It may be kept anew.
    assert_eq!(store.put(result(0)).await.unwrap(), Put::New);
}

async fn what_is_kept_is_there_when_the_store_is_opened_again(ground: Ground) {
    ground.store.put_all(&[result(1), result(2)]).await.unwrap();
    ground.store.close().await;
    // Two at once, as two servers.
    let (one, other) = tokio::join!(Store::open(&ground.place), Store::open(&ground.place));
    let (one, other) = (one.unwrap(), other.unwrap());
    one.put(result(3)).await.unwrap();
    other.put(result(4)).await.unwrap();
    assert_eq!(ids(&one).await, ids(&other).await);
    assert_eq!(ids(&one).await.len(), 4);
}

async fn of_many_who_keep_the_same_result_one_has_kept_it(ground: Ground) {
    let others: Vec<Store> = {
        let (one, other) = tokio::join!(Store::open(&ground.place), Store::open(&ground.place));
        vec![ground.store.clone(), one.unwrap(), other.unwrap()]
    };
    let putting: Vec<_> = (0..60)
        .map(|number| {
            let store = others[number % 3].clone();
            tokio::spawn(async move { store.put(result(number as u64 / 6)).await.unwrap() })
        })
        .collect();
    let mut new = 0;
    for put in putting {
        new += u64::from(put.await.unwrap() == Put::New);
    }
    assert_eq!((new, ids(&ground.store).await.len()), (10, 10));
}

async fn a_backup_holds_everything_and_can_be_read_into_a_store_of_either_kind(ground: Ground) {
    let all: Vec<NewResult> = (0..450).map(result).collect();
    ground.store.put_all(&all).await.unwrap();
    let file = ground.folder.path().join("backup");
    let held = ground.store.backup(&file).await.unwrap();
    assert_eq!((held.results, held.runs, held.left_out), (450, 0, 0));
    for other in [Ground::sqlite().await, Ground::postgresql().await] {
        // One is there, and one is another's.
        other.store.put_all(&[result(5), result(1_000)]).await.unwrap();
        let restored = other.store.restore(&file).await.unwrap();
        assert_eq!((restored.results, restored.there, restored.unusable), (449, 1, 0));
        for new in &all {
            let stored = other.store.result(&new.id).await.unwrap().unwrap();
            assert_eq!((&stored.capsule, &stored.line.models), (&new.capsule, &new.models));
            assert_eq!(other.store.lanes_of_result(&new.id).await.unwrap(), new.lanes);
        }
        let sought = Sought { machine: Some("machine 1".to_owned()), ..Sought::default() };
        let listed = |lines: Vec<ResultLine>| lines.into_iter().map(|line| (line.saved_ms, line.id)).collect::<Vec<_>>();
        assert_eq!(listed(pages(&other.store, &sought, 50).await), listed(pages(&ground.store, &sought, 50).await));
        assert_eq!(other.store.delete(&all[0].id, &TOKEN).await.unwrap(), Deleted::Done);
        assert_eq!(other.store.restore(&file).await.unwrap().results, 1);
    }
}

async fn a_backup_of_the_time_before_lanes_is_read(ground: Ground) {
    let file = ground.folder.path().join("backup");
    ground.store.put_all(&[result(10), result(11)]).await.unwrap();
    ground.store.backup(&file).await.unwrap();
    let mut earlier = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for statement in ["DROP TABLE result_lanes", "DELETE FROM _sqlx_migrations WHERE version > 1"] {
        sqlx::query(statement).execute(&mut earlier).await.unwrap();
    }
    earlier.close().await.unwrap();
    let other = Ground::sqlite().await;
    assert_eq!(other.store.restore(&file).await.unwrap().results, 2);
    assert_eq!(other.store.result(&result(10).id).await.unwrap().unwrap().capsule, result(10).capsule);
    // And so is a store of that time, which gets its table.
    let place = StorePlace { folder: ground.folder.path().join("earlier"), url: None };
    fs::create_dir(&place.folder).unwrap();
    fs::copy(&file, place.folder.join("interleave.sqlite")).unwrap();
    let store = Store::open(&place).await.unwrap();
    assert_eq!(store.put(result(20)).await.unwrap(), Put::New);
    assert_eq!(store.lanes_of_result(&result(20).id).await.unwrap(), result(20).lanes);
}

async fn a_backup_that_is_written_while_others_save_has_what_was_there_before(ground: Ground) {
    ground.store.put_all(&(0..300).map(result).collect::<Vec<_>>()).await.unwrap();
    let store = ground.store.clone();
    let saving = tokio::spawn(async move {
        for number in 300..400 {
            store.put(result(number)).await.unwrap();
        }
    });
    let file = ground.folder.path().join("backup");
    let held = ground.store.backup(&file).await.unwrap();
    saving.await.unwrap();
    assert!((300..=400).contains(&held.results), "{held:?}");
    let other = Ground::sqlite().await;
    assert_eq!(other.store.restore(&file).await.unwrap().results, held.results);
    let restored = ids(&other.store).await;
    assert!((0..300).all(|number| restored.contains(&result(number).id)));
    assert_eq!(ids(&ground.store).await.len(), 400);
}

async fn a_backup_is_written_over_nothing_and_what_is_none_is_not_read(ground: Ground) {
    ground.store.put(result(1)).await.unwrap();
    let path = |name: &str| ground.folder.path().join(name);
    fs::write(path("mine"), "notes").unwrap();
    assert!(ground.store.backup(&path("mine")).await.unwrap_err().to_string().contains("exists"));
    assert!(ground.store.backup(&path("no/folder")).await.is_err());
    ground.store.backup(&path("good")).await.unwrap();
    let good = fs::read(path("good")).unwrap();
    let mut hole = good.clone();
    hole[65_536..85_536].fill(0xa5);
    let cases: [(&str, &[u8]); 5] =
        [("empty", b""), ("text", b"notes"), ("short", &good[..good.len() / 2]), ("hole", &hole), ("head", &[0; 100_000])];
    for (name, bytes) in cases {
        fs::write(path(name), bytes).unwrap();
        let error = ground.store.restore(&path(name)).await.unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        assert_eq!(fs::read(path(name)).unwrap(), bytes, "{name} is as it was");
    }
    assert_eq!(fs::read(path("mine")).unwrap(), b"notes");
    let mut files: Vec<_> = fs::read_dir(ground.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["data", "empty", "good", "head", "hole", "mine", "short", "text"], "nothing is left behind");
    assert_eq!(ids(&ground.store).await.len(), 1);
}
