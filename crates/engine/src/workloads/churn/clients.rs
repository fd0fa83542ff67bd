//! The clients: each connects, sends its message, waits for its echo, closes, and begins anew. Not of any model, see
//! [`crate::generator`].

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use serde::{Deserialize, Serialize};
use socket2::SockRef;

use crate::generator::{Go, Seen};
use crate::measure::{Halt, Recorder, Until};
use crate::workload::mixed;

/// What they are to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Clients {
    pub(super) service: SocketAddr,
    pub(super) clients: usize,
    pub(super) message_bytes: usize,
    pub(super) until: Until,
    pub(super) seed: u64,
}

/// What the client of this connection, counted from 0, sends: its first eight bytes as a number.
pub(super) fn sent(seed: u64, connection: u64) -> u64 {
    mixed(seed.wrapping_add(connection))
}

/// A connection, from when its client began to connect.
struct Visit {
    began: Instant,
    stream: TcpStream,
    message: Vec<u8>,
}

/// What all threads of the clients have in common.
struct Common {
    since: Instant,
    /// Begun so far.
    connections: AtomicU64,
    recorder: Recorder,
}

impl Common {
    /// The number of the next connection, unless there is to be none.
    fn another(&self, until: Until) -> Option<u64> {
        let next = || self.connections.fetch_add(1, Ordering::Relaxed);
        match until {
            Until::Work(all) => Some(next()).filter(|connection| *connection < all),
            Until::Time(time) => (self.since.elapsed() < time).then(next),
        }
    }
}

impl Clients {
    pub(crate) fn prepare(self) -> Result<Go, Halt> {
        Ok(Box::new(move || self.go()))
    }

    /// In as many threads as there are cores for them: one alone would be at its end long before the service is.
    fn go(&self) -> Result<Seen, Halt> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(self.clients);
        let common = Common { recorder: Recorder::new(), connections: AtomicU64::new(0), since: Instant::now() };
        let answer = thread::scope(|scope| {
            let part = |thread| {
                let clients = (thread..self.clients).step_by(threads).count();
                let common = &common;
                scope.spawn(move || self.go_on(clients, common))
            };
            let parts: Vec<_> = (0..threads).map(part).collect();
            parts.into_iter().try_fold(0_u64, |sum, part| Ok::<_, Halt>(sum.wrapping_add(part.join()??)))
        })?;
        Ok(Seen { counts: common.recorder.counts(), untimed: 0, answer, figures: Vec::new() })
    }

    /// So many of the clients, in one thread.
    fn go_on(&self, clients: usize, common: &Common) -> Result<u64, Halt> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(io::Error::from)?;
        let mut visits: Vec<Option<Visit>> = (0..clients).map(|_| None).collect();
        let mut free: Vec<usize> = (0..clients).collect();
        let mut events: Vec<Event> = Vec::with_capacity(clients);
        let mut echo = vec![0; self.message_bytes];
        let mut answer = 0_u64;
        loop {
            for client in free.drain(..) {
                let Some(connection) = common.another(self.until) else { break };
                let visit = self.connect(connection)?;
                epoll::add(&epoll, &visit.stream, EventData::new_u64(client as u64), EventFlags::IN).map_err(io::Error::from)?;
                visits[client] = Some(visit);
            }
            if visits.iter().all(Option::is_none) {
                return Ok(answer);
            }
            events.clear();
            epoll::wait(&epoll, spare_capacity(&mut events), None).map_err(io::Error::from)?;
            // All answers that are there, and only then new connections: no answer waits for what they take.
            for event in &events {
                let client = event.data.u64() as usize;
                let Some(mut visit) = visits[client].take() else { continue };
                visit.stream.read_exact(&mut echo).map_err(|error| Halt::Failed(format!("a client got no echo: {error}")))?;
                common.recorder.record(visit.began.elapsed());
                if echo != visit.message {
                    return Err(Halt::Failed("a client got another echo than its own".to_owned()));
                }
                answer = answer.wrapping_add(first_number(&echo));
                free.push(client);
            }
        }
    }

    fn connect(&self, connection: u64) -> Result<Visit, Halt> {
        let message: Vec<u8> = sent(self.seed, connection).to_le_bytes().into_iter().cycle().take(self.message_bytes).collect();
        let began = Instant::now();
        // Does not wait, though it blocks: over loopback the kernel shakes hands within the call, and the service's queue of
        // connections has room for as many as there are clients.
        let mut stream = TcpStream::connect(self.service).map_err(|error| Halt::at(connection as usize, "connection", &error))?;
        // Closing will reset the connection: its port is free at once. After an orderly end the kernel would keep it for a minute,
        // and this and the next trials would run out of ports.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        stream.write_all(&message)?;
        Ok(Visit { began, stream, message })
    }
}

fn first_number(message: &[u8]) -> u64 {
    message.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
