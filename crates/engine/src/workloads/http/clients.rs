//! The clients: requests are sent when they are due, over connections that are kept. Not of any model, see [`crate::generator`].
//!
//! The schedule does not wait for answers. A request takes a connection that is free, in turn; if none is, it waits for one, and its
//! latency counts from when it was due.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

use protocol::catalog::ARRIVALS_LATE;
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use serde::{Deserialize, Serialize};
use socket2::SockRef;

use super::item;
use crate::generator::{Go, Seen};
use crate::measure::{Halt, Recorder, Until};
use crate::workload::{lateness_in, mixed};

/// The search for the greatest rate that is held goes on between these, per second.
const RATES: (f64, f64) = (1_000.0, 1_000_000.0);

/// Each halves the distance of the two on a logarithmic scale: after eight they are within 3 %.
const STEPS: usize = 8;

/// A rate is held if this share of its requests was answered within the limit.
const HELD: f64 = 0.99;

/// What they are to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Clients {
    pub(super) service: SocketAddr,
    pub(super) connections: usize,
    pub(super) rate: Rate,
    pub(super) until: Until,
    pub(super) limit: Duration,
    pub(super) seed: u64,
}

/// How many requests are due per second.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Rate {
    /// So many.
    Fixed(f64),
    /// The greatest that is held, which is searched for.
    Greatest,
}

/// How many rates are tried.
pub(super) fn tried(rate: Rate) -> u64 {
    match rate {
        Rate::Fixed(_) => 1,
        Rate::Greatest => STEPS as u64,
    }
}

/// A request that is due.
#[derive(Clone, Copy, Debug)]
struct Due {
    id: u64,
    intended: Instant,
}

/// What came of one rate.
struct Tried {
    rate: f64,
    latency: Recorder,
    late: Recorder,
    requests: u64,
    within_limit: u64,
    offered_per_s: f64,
}

impl Tried {
    fn is_held(&self) -> bool {
        self.within_limit as f64 >= HELD * self.requests as f64
    }
}

struct Connected {
    clients: Clients,
    spins: bool,
    epoll: OwnedFd,
    connections: Vec<Connection>,
    /// Requests so far, of all rates.
    requests: u64,
    answer: u64,
}

impl Clients {
    /// If it has a core of its own it may spin there, and is not late; else it sleeps until a request is due.
    pub(crate) fn prepare(self, spins: bool) -> Result<Go, Halt> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(io::Error::from)?;
        let mut connections = Vec::with_capacity(self.connections);
        for index in 0..self.connections {
            let connected = Connection::open(self.service).map_err(|error| Halt::at(index, "connection", &error))?;
            let data = EventData::new_u64(index as u64);
            epoll::add(&epoll, &connected.stream, data, EventFlags::IN).map_err(io::Error::from)?;
            connections.push(connected);
        }
        // One request each, so that every connection has been accepted and is served before the first that counts.
        for connection in &mut connections {
            connection.ask(Due { id: 0, intended: Instant::now() })?;
            while connection.read()?.is_none() {}
        }
        let mut connected = Connected { clients: self, spins, epoll, connections, requests: 0, answer: 0 };
        Ok(Box::new(move || connected.go()))
    }
}

impl Connected {
    fn go(&mut self) -> Result<Seen, Halt> {
        let (last, held) = match self.clients.rate {
            Rate::Fixed(rate) => (self.try_rate(rate)?, None),
            Rate::Greatest => self.search()?,
        };
        let (rate_held, shown) = match held {
            Some(held) => (held.rate, held),
            None => (if last.is_held() { last.rate } else { 0.0 }, last),
        };
        let mut figures = vec![("rate_held".to_owned(), rate_held), ("offered_per_s".to_owned(), shown.offered_per_s)];
        let of = |recorder: &Recorder| recorder.summary().unwrap_or_default();
        let (late, latency) = (of(&shown.late), of(&shown.latency));
        figures.extend(late.p99.map(|late| ("sent_late_p99_ns".to_owned(), late as f64)));
        figures.extend(lateness_in(&late, &latency).map(|share| (ARRIVALS_LATE.to_owned(), share)));
        let counts = shown.latency.counts();
        let untimed = self.requests - shown.latency.count();
        Ok(Seen { counts, untimed, answer: self.answer, figures })
    }

    /// The last rate that was tried, and the greatest that was held.
    fn search(&mut self) -> Result<(Tried, Option<Tried>), Halt> {
        let ((mut low, mut high), mut greatest) = (RATES, None);
        let mut last = None;
        for _ in 0..STEPS {
            let tried = self.try_rate((low * high).sqrt())?;
            if tried.is_held() {
                low = tried.rate;
                greatest = Some(tried);
            } else {
                high = tried.rate;
                last = Some(tried);
            }
        }
        match (last, greatest) {
            (Some(last), greatest) => Ok((last, greatest)),
            (None, Some(greatest)) => Ok((greatest, None)),
            (None, None) => Err(Halt::Failed("no rate was tried".to_owned())),
        }
    }

    /// Sends requests at this rate, and waits for all answers.
    fn try_rate(&mut self, rate: f64) -> Result<Tried, Halt> {
        let (latency, late) = (Recorder::new(), Recorder::new());
        let (first, mut within_limit) = (self.requests, 0);
        let mut waiting: VecDeque<Due> = VecDeque::new();
        let mut free: VecDeque<usize> = (0..self.connections.len()).collect();
        let mut events: Vec<Event> = Vec::with_capacity(self.connections.len());
        // Last, when nothing is left to be made.
        let mut schedule = Schedule::start(self.clients.until, rate, mixed(self.clients.seed.wrapping_add(self.requests)));
        loop {
            let now = Instant::now();
            while let Some(intended) = schedule.due(now) {
                late.record(now.duration_since(intended));
                waiting.push_back(Due { id: item::asked(self.clients.seed, self.requests), intended });
                self.requests += 1;
            }
            while let (Some(request), Some(connection)) = (waiting.front(), free.front()) {
                self.connections[*connection].ask(*request)?;
                waiting.pop_front();
                free.pop_front();
            }
            let timeout = match schedule.next() {
                Some(next) => Some(next.saturating_duration_since(Instant::now())),
                None if free.len() == self.connections.len() => break,
                None => None,
            };
            self.wait(&mut events, timeout)?;
            for event in &events {
                let connection = event.data.u64() as usize;
                let Some(Due { id, intended }) = self.connections[connection].read()? else { continue };
                let took = intended.elapsed();
                latency.record(took);
                within_limit += u64::from(took <= self.clients.limit);
                self.answer = self.answer.wrapping_add(mixed(id));
                free.push_back(connection);
            }
        }
        // With the last request before its end the time is not yet over.
        thread::sleep(schedule.left());
        let (requests, offered_per_s) = (self.requests - first, schedule.offered_per_s());
        Ok(Tried { rate, latency, late, requests, within_limit, offered_per_s })
    }

    /// Until there is something to read, or this time is over.
    fn wait(&self, events: &mut Vec<Event>, timeout: Option<Duration>) -> io::Result<()> {
        const NOTHING: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
        if !self.spins || timeout.is_none() {
            // Waits for the epoll, because its own wait has only milliseconds.
            let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
            poll(&mut [PollFd::new(&self.epoll, PollFlags::IN)], timeout.as_ref())?;
        }
        events.clear();
        epoll::wait(&self.epoll, spare_capacity(events), Some(&NOTHING))?;
        Ok(())
    }
}

/// When requests are due: independent of each other, as from many people, so that some are close together.
struct Schedule {
    since: Instant,
    until: Until,
    mean: f64,
    random: u64,
    next: Instant,
    requests: u64,
}

impl Schedule {
    fn start(until: Until, rate: f64, random: u64) -> Self {
        let since = Instant::now();
        let mut schedule = Self { since, until, mean: 1.0 / rate, random, next: since, requests: 0 };
        schedule.advance();
        schedule
    }

    /// When the next is due, unless it was the last.
    fn next(&self) -> Option<Instant> {
        let is_one = match self.until {
            Until::Work(all) => self.requests < all,
            Until::Time(time) => self.next < self.since + time,
        };
        is_one.then_some(self.next)
    }

    /// The next, if it is due now.
    fn due(&mut self, now: Instant) -> Option<Instant> {
        let due = self.next().filter(|next| *next <= now)?;
        self.requests += 1;
        self.advance();
        Some(due)
    }

    /// Gaps are exponential, by the inverse of their distribution.
    fn advance(&mut self) {
        self.random = mixed(self.random);
        // 53 random bits, between 0 and 1 and never 0.
        let uniform = ((self.random >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        self.next += Duration::from_secs_f64(-uniform.ln() * self.mean);
    }

    /// How much of the time is left, if it is for a time.
    fn left(&self) -> Duration {
        match self.until {
            Until::Work(_) => Duration::ZERO,
            Until::Time(time) => time.saturating_sub(self.since.elapsed()),
        }
    }

    /// Requests per second that were really due.
    fn offered_per_s(&self) -> f64 {
        let time = match self.until {
            Until::Work(_) => self.next - self.since,
            Until::Time(time) => time,
        };
        self.requests as f64 / time.as_secs_f64()
    }
}

/// A connection that is kept.
struct Connection {
    stream: TcpStream,
    asked: Option<Due>,
    /// Of an answer, until it is whole.
    received: Vec<u8>,
}

impl Connection {
    fn open(service: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(service)?;
        stream.set_nodelay(true)?;
        // Closing will reset it: its port is free at once, and not in a minute.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        Ok(Self { stream, asked: None, received: Vec::with_capacity(1024) })
    }

    fn ask(&mut self, request: Due) -> io::Result<()> {
        self.asked = Some(request);
        let (path, id) = (item::PATH, request.id);
        self.stream.write_all(format!("GET {path}{id} HTTP/1.1\r\nHost: localhost\r\nAccept: {}\r\n\r\n", item::JSON).as_bytes())
    }

    /// Reads what is there: the request whose answer is whole now, and right.
    fn read(&mut self) -> Result<Option<Due>, Halt> {
        let mut part = [0; 1024];
        // Blocking sockets, but it is called only if there is something to read, or somebody wants to wait.
        let length = self.stream.read(&mut part)?;
        if length == 0 {
            return Err(Halt::Failed("a connection was closed before its time".to_owned()));
        }
        self.received.extend_from_slice(&part[..length]);
        let ControlFlow::Break(body) = whole(&self.received)? else { return Ok(None) };
        let request = self.asked.take().filter(|request| body == item::body(request.id).as_bytes());
        let request = request.ok_or_else(|| Halt::Failed("an answer was not the item that was asked for".to_owned()))?;
        self.received.clear();
        Ok(Some(request))
    }
}

/// The body of an answer, if it is whole.
fn whole(received: &[u8]) -> Result<ControlFlow<&[u8]>, Halt> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let wrong = |words: String| Halt::Failed(format!("an answer was wrong: {words}"));
    let head = match response.parse(received).map_err(|error| wrong(error.to_string()))? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(ControlFlow::Continue(())),
    };
    if response.code != Some(200) {
        return Err(wrong(format!("its status was {:?}", response.code)));
    }
    let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = header.and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<usize>().ok());
    let length = length.ok_or_else(|| wrong("it did not say how long it is".to_owned()))?;
    let body = &received[head..];
    Ok(if body.len() < length { ControlFlow::Continue(()) } else { ControlFlow::Break(body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_the_mean_of_the_rate_and_spread_as_wide() {
        let mut schedule = Schedule::start(Until::Work(20_001), 1_000.0, 42);
        let mut gaps = Vec::new();
        while let (Some(due), Some(next)) = (schedule.due(schedule.next), schedule.next()) {
            gaps.push((next - due).as_secs_f64());
        }
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
        assert_eq!(gaps.len(), 20_000);
        assert!((mean - 1e-3).abs() < 3e-5 && (deviation - 1e-3).abs() < 3e-5, "{mean} {deviation}");
    }

    #[test]
    fn an_answer_is_whole_with_the_last_byte_of_its_body_and_another_status_is_no_answer() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
        for length in 0..text.len() {
            assert_eq!(whole(&text[..length]), Ok(ControlFlow::Continue(())), "{length}");
        }
        assert_eq!(whole(text), Ok(ControlFlow::Break(&b"body"[..])));
        assert!(whole(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").is_err());
        assert!(whole(b"HTTP/1.1 200 OK\r\n\r\nbody").is_err());
    }
}
