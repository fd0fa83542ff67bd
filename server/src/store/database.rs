//! The two databases that can hold what is stored, opened: SQLite in a file, PostgreSQL at an address.
//!
//! The statements of this module's neighbours are written for both. What differs is here: how it is opened, how one waits for
//! the disk, and who may write. One writes at a time in either: SQLite has it so, and in PostgreSQL a lock is taken.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::OnceCell;

use super::error::{StoreError, StoreTrouble};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// A row may have six kilobytes: of a small page half of the last one would be empty. Measured: `cargo xtask store`.
const PAGE_BYTES: u32 = 65_536;
/// How long one waits for another who writes.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How long one waits for a server that does not answer.
const LONGEST_CONNECT: Duration = Duration::from_secs(3);
/// Connections that only read. A page of the list takes a fraction of a millisecond.
const READERS: u32 = 4;
/// The step since which there are lanes.
const WITH_LANES: i64 = 2;
/// In the file's head, so that it is not taken for another program's.
const APPLICATION: u32 = 0x494c_5631;

/// Where what is stored is.
#[derive(Debug)]
pub(super) enum Database {
    Sqlite(SqliteFile),
    Postgres(PostgresServer),
}

/// An open file of SQLite.
#[derive(Debug)]
pub(super) struct SqliteFile {
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
    pub(super) path: PathBuf,
    /// The file that was opened: another one may have taken its place.
    own: (u64, u64),
    damage: OnceLock<StoreError>,
}

/// A server of PostgreSQL, which may be away for a time.
#[derive(Debug)]
pub(super) struct PostgresServer {
    pool: PgPool,
    /// Whether its tables are as this version has them.
    ready: OnceCell<()>,
}

/// Runs what reads, with `$pool` to read from.
macro_rules! reading {
    ($database:expr, |$pool:ident| $body:expr) => {
        match $database {
            $crate::store::database::Database::Sqlite(file) => {
                let $pool = &file.readers;
                let read: Result<_, sqlx::Error> = async { $body }.await;
                read.map_err(|error| file.told(error.into()))
            }
            $crate::store::database::Database::Postgres(server) => {
                let $pool = server.pool().await?;
                let read: Result<_, sqlx::Error> = async { $body }.await;
                read.map_err(Into::into)
            }
        }
    };
}

/// Runs what writes in one transaction, with `$connection` to write to. When it returns, what was written is on the disk.
macro_rules! writing {
    ($database:expr, |$connection:ident| $body:expr) => {
        match $database {
            $crate::store::database::Database::Sqlite(file) => {
                file.may_be_written_to()?;
                let acquired = file.writer.acquire().await;
                let mut held = acquired.map_err(|error| file.told(error.into()))?;
                let written: Result<_, sqlx::Error> = async {
                    let mut transaction = sqlx::Connection::begin_with(&mut *held, "BEGIN IMMEDIATE").await?;
                    let $connection = &mut *transaction;
                    let outcome = $body;
                    transaction.commit().await?;
                    Ok(outcome)
                }
                .await;
                if written.is_err() {
                    // SQLite has rolled back by itself if it could not write, which the connection's count of transactions does
                    // not know.
                    let _ = held.close().await;
                }
                let outcome = written.map_err(|error| file.told(error.into()))?;
                // Written to a file that nobody will find is not written.
                file.is_there()?;
                Ok(outcome)
            }
            $crate::store::database::Database::Postgres(server) => {
                let pool = server.pool().await?;
                let written: Result<_, sqlx::Error> = async {
                    let mut transaction = pool.begin().await?;
                    let $connection = &mut *transaction;
                    sqlx::query("SELECT pg_advisory_xact_lock(5282337)").execute(&mut *$connection).await?;
                    let outcome = $body;
                    transaction.commit().await?;
                    Ok(outcome)
                }
                .await;
                written.map_err($crate::store::error::StoreError::from)
            }
        }
    };
}

pub(super) use {reading, writing};

impl Database {
    /// The file, which is made if it is missing.
    pub(super) async fn open_file(path: &Path) -> Result<Self, StoreError> {
        let named = |error: StoreError| error.at(&path.display().to_string());
        let opened = Self::Sqlite(SqliteFile::open(path).await.map_err(named)?);
        opened.check().await.map(|()| opened)
    }

    /// The server at this address. It need not be there yet.
    pub(super) fn open_url(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| StoreError::new(StoreTrouble::Other, format!("its address cannot be read: {error}")))?;
        let pool = PgPoolOptions::new()
            .max_connections(READERS + 1)
            .acquire_timeout(LONGEST_CONNECT)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(options);
        Ok(Self::Postgres(PostgresServer { pool, ready: OnceCell::new() }))
    }

    /// Whether it answers, and has its tables.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        reading!(self, |pool| {
            sqlx::query("SELECT key FROM result ORDER BY key DESC LIMIT 1").fetch_optional(pool).await?;
            sqlx::query("SELECT id FROM run ORDER BY id LIMIT 1").fetch_optional(pool).await?;
            Ok(())
        })
    }

    /// How many results and runs there are.
    pub(super) async fn count(&self) -> Result<(u64, u64), StoreError> {
        let (results, runs): (i64, i64) = reading!(self, |pool| {
            let results = sqlx::query_scalar("SELECT count(*) FROM result").fetch_one(pool).await?;
            let runs = sqlx::query_scalar("SELECT count(*) FROM run").fetch_one(pool).await?;
            Ok((results, runs))
        })?;
        Ok((results.cast_unsigned(), runs.cast_unsigned()))
    }

    /// A file to be read that nobody writes to: one that was copied or made elsewhere.
    pub(super) async fn open_copy(path: &Path) -> Result<Self, StoreError> {
        let named = |error: StoreError| error.at(&path.display().to_string());
        SqliteFile::open_copy(path).await.map(Self::Sqlite).map_err(named)
    }

    /// Waits until every connection is closed.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(file) => {
                file.readers.close().await;
                file.writer.close().await;
            }
            Self::Postgres(server) => server.pool.close().await,
        }
    }
}

impl SqliteFile {
    async fn open(path: &Path) -> Result<Self, StoreError> {
        let other = |error: io::Error| StoreError::new(StoreTrouble::Away, error.to_string());
        let length = fs::metadata(path).map_or(0, |about| about.len());
        let log = fs::metadata(beside(path, "-wal")).map_or(0, |about| about.len());
        if length == 0 && log > 0 {
            // SQLite would take it for a new one, and throw away the log.
            return Err(StoreError::new(
                StoreTrouble::Damaged,
                "the file is empty or missing, and there is a log of changes to it",
            ));
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .page_size(PAGE_BYTES)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(LONGEST_WAIT)
            // What is deleted must not be left in a free page.
            .pragma("secure_delete", "ON")
            // Pages of the log: 16 MB.
            .pragma("wal_autocheckpoint", "256")
            .pragma("cell_size_check", "ON");
        let pool = |most| SqlitePoolOptions::new().max_connections(most).max_lifetime(None).idle_timeout(None);
        let writer = pool(1).connect_with(options.clone()).await?;
        is_ours(&writer).await?;
        // Another server may be at it too.
        let mut ready = SQLITE.run(&writer).await;
        for _ in 0..10 {
            if !matches!(ready, Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            ready = SQLITE.run(&writer).await;
        }
        ready?;
        let readers = pool(READERS).connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
        let about = fs::metadata(path).map_err(other)?;
        Ok(Self { writer, readers, path: path.to_owned(), own: (about.dev(), about.ino()), damage: OnceLock::new() })
    }

    async fn open_copy(path: &Path) -> Result<Self, StoreError> {
        let about = fs::metadata(path).map_err(|error| StoreError::new(StoreTrouble::Away, error.to_string()))?;
        if fs::metadata(beside(path, "-wal")).is_ok_and(|about| about.len() > 0) {
            return Err(StoreError::new(StoreTrouble::Other, "it is in use"));
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true).pragma("cell_size_check", "ON");
        let readers = SqlitePoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let readers = readers.connect_with(options).await?;
        let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&readers).await?;
        if application != i64::from(APPLICATION) {
            return Err(StoreError::new(StoreTrouble::Other, "it is not of this program"));
        }
        let step: i64 = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&readers).await?;
        if !SQLITE.version_exists(step) {
            let reason = format!("it is of a later version of this program (its step {step} is not known)");
            return Err(StoreError::new(StoreTrouble::Other, reason));
        }
        if step < WITH_LANES {
            // What it does not have is empty.
            sqlx::query("CREATE TEMP TABLE result_lanes (key INTEGER PRIMARY KEY, bytes BLOB)").execute(&readers).await?;
        }
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&readers).await?;
        if found != "ok" {
            return Err(StoreError::new(StoreTrouble::Damaged, found));
        }
        let own = (about.dev(), about.ino());
        Ok(Self { writer: readers.clone(), readers, path: path.to_owned(), own, damage: OnceLock::new() })
    }

    /// Writes all of it into another file, as it stands now, while others write.
    pub(super) async fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        // A connection of its own: those of the pool must not write, and the one that writes must not be held up.
        let options = SqliteConnectOptions::new().filename(&self.path).create_if_missing(false).busy_timeout(LONGEST_WAIT);
        let mut connection = options.connect().await.map_err(|error| self.told(error.into()))?;
        let to = to.to_string_lossy().into_owned();
        let copied = sqlx::query("VACUUM INTO $1").bind(to).execute(&mut connection).await;
        copied.map(drop).map_err(|error| self.told(error.into()))?;
        connection.close().await.map_err(Into::into)
    }

    /// Remembers damage: nothing is written to a damaged file, so that what can be read of it still can.
    pub(super) fn told(&self, error: StoreError) -> StoreError {
        let error = error.at(&self.path.display().to_string());
        if error.trouble() == StoreTrouble::Damaged && self.damage.set(error.clone()).is_ok() {
            crate::say(&format!("{error}; nothing more is written to it"));
        }
        error
    }

    pub(super) fn may_be_written_to(&self) -> Result<(), StoreError> {
        self.damage.get().map_or(Ok(()), |damage| Err(damage.clone()))?;
        self.is_there()
    }

    pub(super) fn is_there(&self) -> Result<(), StoreError> {
        // Not opened: to close a file is to give up SQLite's locks on it.
        let reason = match fs::metadata(&self.path) {
            Ok(about) if (about.dev(), about.ino()) == self.own => return Ok(()),
            Ok(_) => "its file has been replaced; the server must be started again".to_owned(),
            Err(error) => format!("its file is gone: {error}; the server must be started again"),
        };
        Err(StoreError::new(StoreTrouble::Away, reason).at(&self.path.display().to_string()))
    }
}

impl PostgresServer {
    pub(super) async fn pool(&self) -> Result<&PgPool, StoreError> {
        self.ready.get_or_try_init(|| async { POSTGRES.run(&self.pool).await.map_err(StoreError::from) }).await?;
        Ok(&self.pool)
    }
}

/// A new file, or one of this program.
async fn is_ours(pool: &SqlitePool) -> Result<(), StoreError> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(pool).await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(pool).await?;
    if tables > 0 && application != i64::from(APPLICATION) {
        return Err(StoreError::new(StoreTrouble::Other, "it is another program's database"));
    }
    if application == 0 {
        sqlx::query("PRAGMA application_id = 0x494c5631").execute(pool).await?;
    }
    Ok(())
}

/// A file that SQLite has beside this one.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
