//! `tcp-echo`: requests and answers over real loopback sockets, each side in the model under test.

mod actix_actors;
mod frame;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use crate::cells;
use crate::measure::Halt;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 1_000)
            .label("Connections")
            .unit("units")
            .log()
            .help("TCP connections, each with a client and a server, both in the model under test."),
        rounds: u64 = count(1, 1_000_000, 100)
            .label("Requests each")
            .unit("rounds")
            .log()
            .help("Requests that each client sends; it sends the next once it has the answer to the last."),
        payload_bytes: usize = count(1, 65_536, 64)
            .label("Message")
            .unit("bytes")
            .log()
            .help("Length of a request, and of its answer."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "tcp-echo",
        name: "TCP echo",
        summary: "Real sockets on loopback, each side in the model under test",
        help: "Each client sends a request, waits for the same bytes to come back, and sends the next. Client and server share \
               this machine's cores: it measures the models over the kernel's loopback, and no network. In a closed loop a \
               client that is not served does not send, so its wait is in no percentile.",
        unit: noun("connection", "connections"),
        operation: noun("request", "requests"),
        latency: "from sending to the answer's last byte",
        scope: &["loopback", "closed loop"],
        headline: headline(OPS_PER_S, "{units} echo connections", "answered"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 2, files: 2),
            thread_pool => "a thread of a pool stays with its connection until it is closed: a pool of two would serve two \
                            clients, and the others would wait for ever",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs", files: 2),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs", files: 2),
            actix_actors => (actix_actors, "actix_actors.rs", files: 2),
            actix_sync => "a thread of a SyncArbiter stays with its connection until it is closed: two threads would serve two \
                           clients, and the others would wait for ever",
            rayon_pool => "Rayon's threads are for work that never waits: a thread that waits for a socket serves nobody else",
            smol_tasks => (smol_tasks, "smol_tasks.rs", files: 2),
        },
        warm_up: |params| Params { units: params.units.min(16), rounds: params.rounds.min(50), ..params },
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, _| params.units as u64 * params.rounds,
        figure_values: no_figures,
    }
}

/// A listener on loopback, on a port that is free.
fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
}

/// The two ends of the `unit`-th connection: the client's and the server's.
fn connect(unit: usize, listener: &TcpListener) -> Result<(TcpStream, TcpStream), Halt> {
    let connected = || -> io::Result<_> {
        let client = TcpStream::connect(listener.local_addr()?)?;
        let (server, _) = listener.accept()?;
        // Without it the kernel holds small segments back, and 40 ms of its timer would be what is measured.
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        Ok((client, server))
    };
    connected().map_err(|error| Halt::at(unit, "connection", &error))
}

/// The request of a round: different from the one before, so that an old answer is not taken for a new one.
fn request(message: &mut [u8], round: u64) {
    message[0] = round as u8;
}
