//! A host of files and nothing else, with a folder below a path, as such hosts have them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};

/// Serves a folder; ends when it is dropped.
#[derive(Debug)]
pub struct FileHost {
    address: SocketAddr,
    below: String,
    shared: Arc<Hosted>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Hosted {
    folder: PathBuf,
    below: String,
    ends: AtomicBool,
    missed: Mutex<Vec<String>>,
}

impl FileHost {
    /// Serves this folder below this path, which begins and ends with a slash.
    ///
    /// # Errors
    /// If there is no port.
    pub fn new(folder: &Path, below: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port for a host of files")?;
        let address = listener.local_addr()?;
        let (folder, below) = (folder.to_owned(), below.to_owned());
        let shared = Arc::new(Hosted { folder, below: below.clone(), ends: AtomicBool::new(false), missed: Mutex::default() });
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.ends.load(Ordering::Relaxed) {
                    return;
                }
                let serving = Arc::clone(&serving);
                thread::spawn(move || {
                    // Who does not want the answer any more has gone.
                    let _ = serving.answer(stream);
                });
            }
        });
        Ok(Self { address, below, shared, thread: Some(thread) })
    }

    /// The whole address of a path in the folder.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.address, self.below)
    }

    /// What was asked for and is not there, or lies outside of the folder.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        self.shared.missed.lock().map(|missed| missed.clone()).unwrap_or_default()
    }
}

impl Drop for FileHost {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        // Wakes it.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Hosted {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        // The rest of the head; a body nobody sends.
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let target = first.split(' ').nth(1).unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        let file = path.strip_prefix(&self.below).filter(|rest| !rest.contains("..")).map(|rest| self.folder.join(rest));
        let (status, kind, body) = match file {
            Some(folder) if folder.is_dir() && !path.ends_with('/') => {
                let head = format!("HTTP/1.1 301 Moved\r\nLocation: {path}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return stream.write_all(head.as_bytes());
            }
            Some(file) => {
                let file = if file.is_dir() { file.join("index.html") } else { file };
                match fs::read(&file) {
                    Ok(body) => ("200 OK", kind_of(&file), body),
                    Err(_) => self.miss(path),
                }
            }
            None => self.miss(path),
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body)
    }

    fn miss(&self, path: &str) -> (&'static str, &'static str, Vec<u8>) {
        if let Ok(mut missed) = self.missed.lock() {
            missed.push(path.to_owned());
        }
        ("404 Not Found", "text/html", b"<h1>Not found</h1>".to_vec())
    }
}

/// As such hosts know them: by the ending.
fn kind_of(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
