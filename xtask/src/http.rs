//! Just enough HTTP for our own server on loopback: a request, and the whole answer.
//!
//! A client library would be most of this program's compile time; what is asked here needs neither TLS, nor redirects, nor a
//! pool.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, if the status says that all is well.
    pub(crate) fn json(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("the server answered {}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// Asks `server` for `path`, with `body` as JSON if there is one.
pub(crate) fn ask(server: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    ask_with(server, method, path, &[], body)
}

/// The same, with these headers besides.
pub(crate) fn ask_with(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let body = body.map(Value::to_string).unwrap_or_default();
    // HTTP/1.0: the answer is neither chunked nor followed by another, and ends with the connection.
    let others: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: {server}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{others}\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(|| format!("{method} {path}"))?;
    parse(&answer).with_context(|| format!("{method} {path}: this is not an HTTP answer"))
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer { status, body: answer[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_status_and_its_body() {
        let answer = parse(b"HTTP/1.1 201 Created\r\nLocation: /api/runs/1\r\n\r\n{\"id\":\"1\"}").unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.json().unwrap()["id"], "1");
        assert!(parse(b"HTTP/1.1 200").is_none());
    }
}
