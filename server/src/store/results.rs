//! Results: kept, found, listed, deleted.
//!
//! A list is a stretch of one tree, from a cursor on: everything by `result.key`, what has a name by `result_label`. So a page
//! takes as long in the middle of a million results as at their beginning.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Store;
use super::database::{Database, reading, writing};
use super::error::StoreError;
use super::result::{Cursor, Deleted, NewResult, Put, ResultLine, Sought, StoredResult};
use crate::runs::id::is_id;

/// The bits of a key that tell apart the results of one millisecond.
const TIE_BITS: u32 = 20;
/// The largest time that a key can hold: the year 2248.
const LATEST_MS: u64 = 1 << 43;
/// More than any capsule that is taken.
const LARGEST_CAPSULE: usize = 64 * 1024 * 1024;
/// The largest lanes that are kept with a result: some four million spans.
pub const LARGEST_LANES: usize = 32 * 1024 * 1024;
/// What is removed in one transaction: others who write wait for no longer than that takes.
const MOST_AT_ONCE: i64 = 200;

/// What a name is of.
#[derive(Clone, Copy)]
enum NameKind {
    /// Of every result, published or not.
    Any,
    Workload,
    Model,
    Machine,
}

/// A line as it is read.
type Columns = (i64, String, String, String, String, String, String, i64, i64, Option<i64>, i64);

macro_rules! line_columns {
    () => {
        "r.key, r.id, r.run, r.workload, r.models, r.machine, r.sentence, r.submitted_ms, r.saved_ms, r.expires_ms, r.published"
    };
}

const ONE: &str =
    concat!("SELECT ", line_columns!(), " FROM result AS r WHERE r.id = $1 AND (r.expires_ms IS NULL OR r.expires_ms > $2)");
const WHOLE: &str = concat!(
    "SELECT ",
    line_columns!(),
    ", r.token_hash, r.capsule, (SELECT CAST(length(l.bytes) AS BIGINT) FROM result_lanes AS l WHERE l.key = r.key) AS lanes",
    " FROM result AS r WHERE r.key > $1 AND (r.expires_ms IS NULL OR r.expires_ms > $2)",
    " ORDER BY r.key LIMIT $3"
);
const CAPSULE: &str = "SELECT capsule FROM result WHERE key = $1";
const HAS_LANES: &str = "SELECT key FROM result_lanes WHERE key = $1";
const LANES: &str = "SELECT l.bytes FROM result AS r JOIN result_lanes AS l ON l.key = r.key \
                     WHERE r.id = $1 AND (r.expires_ms IS NULL OR r.expires_ms > $2)";
const NEW_LANES: &str = "INSERT INTO result_lanes (key, bytes) VALUES ($1, $2)";
const EVERYTHING: &str = concat!(
    "SELECT ",
    line_columns!(),
    " FROM result AS r WHERE r.key < $1 AND (r.expires_ms IS NULL OR r.expires_ms > $2) ORDER BY r.key DESC LIMIT $3"
);
// CROSS JOIN: SQLite then goes through the names, in their order, and looks up each result.
const NAMED: &str = concat!(
    "SELECT ",
    line_columns!(),
    " FROM result_label AS l CROSS JOIN result AS r WHERE l.label = $4 AND l.key < $1 AND r.key = l.key",
    " AND ($5 < 0 OR EXISTS (SELECT 1 FROM result_label AS o WHERE o.label = $5 AND o.key = l.key))",
    " AND ($6 < 0 OR EXISTS (SELECT 1 FROM result_label AS o WHERE o.label = $6 AND o.key = l.key))",
    " AND (r.expires_ms IS NULL OR r.expires_ms > $2) ORDER BY l.key DESC LIMIT $3"
);
const NEW: &str = "INSERT INTO result (key, id, run, workload, models, machine, sentence, submitted_ms, saved_ms, expires_ms, \
                   published, token_hash, capsule) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                   ON CONFLICT DO NOTHING";
const IS_THERE: &str = "SELECT key FROM result WHERE id = $1";
const NEW_NAME: &str = "INSERT INTO name (kind, text) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const NAME: &str = "SELECT key FROM name WHERE kind = $1 AND text = $2";
const NEW_LABELS: &str =
    "INSERT INTO result_label (label, key) VALUES ($2, $1), ($3, $1), ($4, $1), ($5, $1) ON CONFLICT DO NOTHING";
const OLD_LABEL: &str = "DELETE FROM result_label WHERE key = $4 AND label IN \
                         (SELECT 2 * n.key + $3 FROM name AS n WHERE n.kind = $1 AND n.text = $2)";
// Of a machine that has no result any more nothing stays.
const OLD_NAME: &str = "DELETE FROM name WHERE kind = $1 AND text = $2 AND key > 0 AND NOT EXISTS \
                        (SELECT 1 FROM result_label AS l WHERE l.label = 2 * name.key OR l.label = 2 * name.key + 1)";
const TO_DELETE: &str = "SELECT key, token_hash, workload, models, machine, published FROM result WHERE id = $1";
const EXPIRED: &str = "SELECT key, token_hash, workload, models, machine, published FROM result \
                       WHERE expires_ms IS NOT NULL AND expires_ms <= $1 LIMIT $2";
const GONE: [&str; 2] = ["DELETE FROM result WHERE key = $1", "DELETE FROM result_lanes WHERE key = $1"];

/// A row, all of it.
#[derive(sqlx::FromRow)]
struct Whole {
    #[sqlx(flatten)]
    line: Columns,
    token_hash: Vec<u8>,
    capsule: Vec<u8>,
    /// How many bytes its lanes have.
    lanes: Option<i64>,
}

/// A result as it is read to be added to another store.
pub(super) struct Read {
    pub(super) new: NewResult,
    pub(super) has_lanes: bool,
}

/// A row that is to be deleted: its key, the hash of its token, and what it is found by.
type Doomed = (i64, Vec<u8>, String, String, String, i64);

/// Deletes a row, and the names that nothing else has.
macro_rules! remove {
    ($connection:ident, $doomed:ident) => {{
        let (key, _, workload, models, machine, published) = &$doomed;
        for (kind, text) in names(workload, models, machine, *published) {
            let label = sqlx::query(OLD_LABEL).bind(kind as i64).bind(text).bind(*published).bind(*key);
            label.execute(&mut *$connection).await?;
            sqlx::query(OLD_NAME).bind(kind as i64).bind(text).execute(&mut *$connection).await?;
        }
        for gone in GONE {
            sqlx::query(gone).bind(*key).execute(&mut *$connection).await?;
        }
    }};
}

impl Store {
    /// Keeps a result. When this returns it is on the disk.
    ///
    /// # Errors
    /// If it could not be put there; what was there before is as it was.
    pub async fn put(&self, new: NewResult) -> Result<Put, StoreError> {
        let outcomes = self.put_all(std::slice::from_ref(&new)).await?;
        Ok(outcomes.first().copied().unwrap_or(Put::There))
    }

    /// Keeps results, all of them or none.
    ///
    /// # Errors
    /// If they could not be put there.
    pub async fn put_all(&self, new: &[NewResult]) -> Result<Vec<Put>, StoreError> {
        writing!(self.database()?, |connection| {
            let mut outcomes = Vec::with_capacity(new.len());
            let mut known: HashMap<(i64, String), i64> = HashMap::new();
            'each: for new in new {
                let id = &new.id;
                let (workload, models, machine) = (clean(&new.workload), clean(&new.models.join("\n")), clean(&new.machine));
                let published = i64::from(new.published);
                let mut key = first_key(new);
                loop {
                    let statement = sqlx::query(NEW).bind(key).bind(id).bind(clean(&new.run)).bind(&workload).bind(&models);
                    let statement = statement.bind(&machine).bind(clean(&new.sentence)).bind(signed(new.submitted_ms));
                    let statement = statement.bind(signed(new.saved_ms)).bind(new.expires_ms.map(signed)).bind(published);
                    let statement = statement.bind(&new.token_hash[..]).bind(&new.capsule[..]);
                    if statement.execute(&mut *connection).await?.rows_affected() == 1 {
                        break;
                    }
                    let there: Option<i64> = sqlx::query_scalar(IS_THERE).bind(id).fetch_optional(&mut *connection).await?;
                    if there.is_some() {
                        outcomes.push(Put::There);
                        continue 'each;
                    }
                    // Another result of the same millisecond stands there.
                    key += 1;
                }
                if let Some(lanes) = &new.lanes {
                    sqlx::query(NEW_LANES).bind(key).bind(&lanes[..]).execute(&mut *connection).await?;
                }
                let mut labels = Vec::new();
                for (kind, text) in names(&workload, &models, &machine, published) {
                    let name = (kind as i64, text.to_owned());
                    let name_key = match known.get(&name) {
                        Some(key) => *key,
                        None => {
                            sqlx::query(NEW_NAME).bind(name.0).bind(text).execute(&mut *connection).await?;
                            let key = sqlx::query_scalar(NAME).bind(name.0).bind(text).fetch_one(&mut *connection).await?;
                            *known.entry(name).or_insert(key)
                        }
                    };
                    labels.push(2 * name_key + published);
                }
                for four in labels.chunks(4) {
                    let label = |index: usize| four.get(index).copied().unwrap_or(four[0]);
                    let rows = sqlx::query(NEW_LABELS).bind(key).bind(label(0)).bind(label(1)).bind(label(2)).bind(label(3));
                    rows.execute(&mut *connection).await?;
                }
                outcomes.push(Put::New);
            }
            outcomes
        })
    }

    /// A result; `None` if there is none, or none any more.
    ///
    /// # Errors
    /// If it could not be looked for.
    pub async fn result(&self, id: &str) -> Result<Option<StoredResult>, StoreError> {
        let now = signed(super::now_ms());
        let found: Option<(Columns, Vec<u8>, bool)> = reading!(self.database()?, |pool| {
            let columns: Option<Columns> = sqlx::query_as(ONE).bind(id).bind(now).fetch_optional(pool).await?;
            let Some(columns) = columns else { return Ok(None) };
            let capsule: Option<Vec<u8>> = sqlx::query_scalar(CAPSULE).bind(columns.0).fetch_optional(pool).await?;
            let lanes: Option<i64> = sqlx::query_scalar(HAS_LANES).bind(columns.0).fetch_optional(pool).await?;
            Ok(capsule.map(|capsule| (columns, capsule, lanes.is_some())))
        })?;
        Ok(found.map(|(columns, capsule, has_lanes)| StoredResult { line: line(columns), capsule, has_lanes }))
    }

    /// The lanes of a result, a bundle; `None` if there are none.
    ///
    /// # Errors
    /// If they could not be looked for.
    pub async fn lanes_of_result(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let now = signed(super::now_ms());
        reading!(self.database()?, |pool| sqlx::query_scalar(LANES).bind(id).bind(now).fetch_optional(pool).await)
    }

    /// Deletes a result whose token this is the hash of.
    ///
    /// # Errors
    /// If it could not be deleted.
    pub async fn delete(&self, id: &str, token_hash: &[u8; 32]) -> Result<Deleted, StoreError> {
        writing!(self.database()?, |connection| {
            let doomed: Option<Doomed> = sqlx::query_as(TO_DELETE).bind(id).fetch_optional(&mut *connection).await?;
            match doomed {
                None => Deleted::Unknown,
                Some(doomed) if !is_same(&doomed.1, token_hash) => Deleted::Refused,
                Some(doomed) => {
                    remove!(connection, doomed);
                    Deleted::Done
                }
            }
        })
    }

    /// A page of the list, newest first: what comes after this cursor.
    ///
    /// # Errors
    /// If it could not be read.
    pub async fn results(&self, sought: &Sought, after: Option<Cursor>, limit: u32) -> Result<Vec<ResultLine>, StoreError> {
        let database = self.database()?;
        let mut keys = Vec::new();
        // The one that is likely to be the rarest leads.
        for (kind, text) in
            [(NameKind::Machine, &sought.machine), (NameKind::Workload, &sought.workload), (NameKind::Model, &sought.model)]
        {
            let Some(text) = text else { continue };
            let text = clean(text);
            let key: Option<i64> =
                reading!(database, |pool| sqlx::query_scalar(NAME).bind(kind as i64).bind(&text).fetch_optional(pool).await)?;
            match key {
                Some(key) => keys.push(key),
                None => return Ok(Vec::new()),
            }
        }
        let page =
            Page { after: after.map_or(i64::MAX, |cursor| cursor.0), now: signed(super::now_ms()), limit: i64::from(limit) };
        let lines = match (&keys[..], sought.only_published) {
            ([], false) => page.of_everything(database).await?,
            ([], true) => page.of_labels(database, &[1]).await?,
            (keys, true) => page.of_labels(database, &labels(keys, 1)).await?,
            (keys, false) => {
                let mut both = page.of_labels(database, &labels(keys, 0)).await?;
                both.append(&mut page.of_labels(database, &labels(keys, 1)).await?);
                both.sort_by_key(|columns| Reverse(columns.0));
                both.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
                both
            }
        };
        Ok(lines.into_iter().map(line).collect())
    }

    /// Results, the oldest first, behind this key, each with whether it has lanes, which are not read with it; the key of the last
    /// one. What has not the form of a result is left out.
    pub(super) async fn whole_after(&self, key: i64, limit: i64) -> Result<(Vec<Read>, Option<i64>, usize), StoreError> {
        let now = signed(super::now_ms());
        let rows = reading!(self.database()?, |pool| {
            let rows: Vec<Whole> = sqlx::query_as(WHOLE).bind(key).bind(now).bind(limit).fetch_all(pool).await?;
            Ok(rows)
        })?;
        let (last, read) = (rows.last().map(|row| row.line.0), rows.len());
        let usable: Vec<Read> = rows.into_iter().filter_map(whole).collect();
        let unusable = read - usable.len();
        Ok((usable, last, unusable))
    }

    /// Removes what has expired by this time; how many there were.
    ///
    /// # Errors
    /// If they could not be removed.
    pub async fn expire(&self, now_ms: u64) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let expired: Vec<Doomed> = reading!(self.database()?, |pool| {
                sqlx::query_as(EXPIRED).bind(signed(now_ms)).bind(MOST_AT_ONCE).fetch_all(pool).await
            })?;
            if expired.is_empty() {
                return Ok(removed);
            }
            removed += expired.len() as u64;
            writing!(self.database()?, |connection| {
                for doomed in expired {
                    remove!(connection, doomed);
                }
            })?;
        }
    }
}

/// Where a page begins, and how long it may be.
struct Page {
    after: i64,
    now: i64,
    limit: i64,
}

impl Page {
    async fn of_everything(&self, database: &Database) -> Result<Vec<Columns>, StoreError> {
        reading!(database, |pool| {
            sqlx::query_as(EVERYTHING).bind(self.after).bind(self.now).bind(self.limit).fetch_all(pool).await
        })
    }

    /// What has all of these, one to three.
    async fn of_labels(&self, database: &Database, labels: &[i64]) -> Result<Vec<Columns>, StoreError> {
        let label = |index: usize| labels.get(index).copied().unwrap_or(-1);
        reading!(database, |pool| {
            let page = sqlx::query_as(NAMED).bind(self.after).bind(self.now).bind(self.limit);
            page.bind(label(0)).bind(label(1)).bind(label(2)).fetch_all(pool).await
        })
    }
}

fn labels(keys: &[i64], published: i64) -> Vec<i64> {
    keys.iter().map(|key| 2 * key + published).collect()
}

/// What a result is found by.
fn names<'a>(
    workload: &'a str,
    models: &'a str,
    machine: &'a str,
    published: i64,
) -> impl Iterator<Item = (NameKind, &'a str)> + 'a {
    let mut models: Vec<&str> = models.split('\n').collect();
    models.sort_unstable();
    models.dedup();
    let models = models.into_iter().map(|model| (NameKind::Model, model));
    let any = (published == 1).then_some((NameKind::Any, ""));
    [(NameKind::Workload, workload), (NameKind::Machine, machine)].into_iter().chain(models).chain(any)
}

fn line(columns: Columns) -> ResultLine {
    let (key, id, run, workload, models, machine, sentence, submitted_ms, saved_ms, expires_ms, published) = columns;
    ResultLine {
        cursor: Cursor(key),
        id,
        run,
        workload,
        models: models.split('\n').map(str::to_owned).collect(),
        machine,
        sentence,
        submitted_ms: submitted_ms.cast_unsigned(),
        saved_ms: saved_ms.cast_unsigned(),
        expires_ms: expires_ms.map(i64::cast_unsigned),
        published: published == 1,
    }
}

fn whole(row: Whole) -> Option<Read> {
    let ResultLine { id, run, workload, models, machine, sentence, submitted_ms, saved_ms, expires_ms, published, .. } =
        line(row.line);
    let token_hash = row.token_hash.try_into().ok()?;
    let new = NewResult {
        id,
        run,
        workload,
        models,
        machine,
        sentence,
        submitted_ms,
        saved_ms,
        expires_ms,
        published,
        token_hash,
        capsule: row.capsule,
        lanes: None,
    };
    let has_lanes = row.lanes.is_some();
    let fits = new.capsule.len() <= LARGEST_CAPSULE && row.lanes.is_none_or(|bytes| bytes <= LARGEST_LANES as i64);
    (is_id(&new.id) && fits).then_some(Read { new, has_lanes })
}

/// Where a result stands in the list, unless another one stands there.
fn first_key(new: &NewResult) -> i64 {
    let tie = new.id.bytes().fold(0_u64, |tie, byte| tie.wrapping_mul(31).wrapping_add(u64::from(byte))) % (1 << (TIE_BITS - 1));
    signed((new.saved_ms.min(LATEST_MS - 1) << TIE_BITS) | tie)
}

/// PostgreSQL takes no zero byte in a text.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Without telling by the time how much of it is right.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}
