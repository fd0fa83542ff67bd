//! A real PostgreSQL of the tests' own: in a temporary folder, reached through a socket in it, and by nothing else.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// A cluster, which ends with the last test that has it.
pub(crate) struct Postgres {
    process: Child,
    folder: TempDir,
    databases: AtomicU64,
}

static RUNNING: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

impl Postgres {
    /// The one that runs, or a new one.
    pub(crate) fn get() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(postgres) = running.upgrade() {
            return postgres;
        }
        let postgres = Arc::new(Self::start());
        *running = Arc::downgrade(&postgres);
        postgres
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As root it refuses to run.
        let user = rustix::process::geteuid().is_root().then(other_user);
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let command = |name: &str| {
            let mut command = Command::new(programs().join(name));
            command.arg("-D").arg(folder.path().join("data")).current_dir(folder.path()).env("LC_ALL", "C");
            if let Some((user, group)) = user {
                command.uid(user).gid(group);
            }
            command
        };
        let made = command("initdb").args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut process = command("postgres")
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "lc_messages=C", "-c", "max_connections=50"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let ready = said.by_ref().any(|line| line.contains("is ready to accept connections"));
        // Nobody reads on otherwise, and it would wait.
        std::thread::spawn(move || said.for_each(drop));
        assert!(ready, "PostgreSQL does not start");
        Self { process, folder, databases: AtomicU64::new(0) }
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.path().display())
    }

    /// The address of a new database.
    pub(crate) async fn database(&self) -> String {
        let name = format!("database{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url_of("postgres")).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        connection.close().await.unwrap();
        self.url_of(&name)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // "Immediate": what is in it goes too.
        super::support::kill(self.process.id(), libc::SIGQUIT);
        let _ = self.process.wait();
    }
}

/// The newest that is installed.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    let found = folders.into_iter().rev().chain(on_path).find(|folder| folder.join("initdb").exists());
    found.expect("there is no PostgreSQL: `cargo xtask set-up`, or `apt-get install postgresql`, installs it")
}

/// A user that is not root, and its group.
fn other_user() -> (u32, u32) {
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).unwrap();
    let named = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map_while(|number| number.parse().ok());
        Some((numbers.next()?, numbers.next()?))
    };
    named("postgres").or_else(|| named("nobody")).expect("there is a user postgres or nobody")
}
