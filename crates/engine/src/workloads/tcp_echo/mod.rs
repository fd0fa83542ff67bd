//! `tcp-echo`: requests and answers over real loopback sockets, each side in the model under test.

mod actix_actors;
mod frame;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use crate::cells;
use crate::measure::Halt;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, few, headline, mixed, no_figures, noun};

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
            .of_work()
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
        source: (file!(), include_str!("mod.rs")),
        name: "TCP echo",
        summary: "Real sockets on loopback, each side in the model under test",
        help: "Each client sends a request, waits for the same bytes to come back, and sends the next. Client and server share \
               this machine's cores: it measures the models over the kernel's loopback, and no network. The two ends of a \
               connection are neighbours: on two cores, each message wakes the other's thread. A client that is not served \
               sends nothing meanwhile: in a closed loop that wait is one long latency, and the many that would have come in \
               the meantime are in no percentile. A model with workers has the main thread besides, which only waits (or is \
               the one worker, of Tokio's current-thread runtime); smol has one more, which polls the sockets when no worker \
               does.",
        unit: noun("connection", "connections"),
        operation: noun("request", "requests"),
        latency: "from sending, or the start, to the answer's last byte",
        scope: &["loopback", "closed loop"],
        headline: headline(OPS_PER_S, "{units} echo connections", "answered"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 2, files: 2, obeys: "placement"),
            thread_pool => "a thread of a pool stays with its connection until it is closed: a pool of two would serve two \
                            clients, and the others would wait for ever",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs", files: 2),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs", files: 2),
            actix_actors => (actix_actors, "actix_actors.rs", files: 2, obeys: "placement"),
            actix_sync => "a thread of a SyncArbiter stays with its connection until it is closed: two threads would serve two \
                           clients, and the others would wait for ever",
            rayon_pool => "Rayon's threads are for work that never waits: a thread that waits for a socket serves nobody else",
            smol_tasks => (smol_tasks, "smol_tasks.rs", files: 2),
            actix_rt => (per_core, "per_core.rs", files: 2, obeys: "placement"),
            tokio_per_core => (per_core, "per_core.rs", files: 2, obeys: "placement"),
            io_uring => (io_uring, "io_uring.rs", files: 2, obeys: "placement"),
            tokio_actors => "a connection's task owns its socket, and what it waits for comes from there: nobody would give it a \
                             queue of messages besides; see tokio",
        },
        warm_up: |params| Params { rounds: params.rounds.min(few(params.units, 2_000, 10)), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.rounds,
        // What is counted is answers that are as they must be, see `request`.
        answer: |_, _, work| work.operations(),
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

/// The request of a round of a connection: unlike any other of this trial, so that neither an old answer nor one to another
/// connection is taken for the right one. (As far as there is room: messages of one byte come in 256 kinds.)
fn request(message: &mut [u8], unit: usize, round: u64) {
    let stamp = mixed(((unit as u64) << 32) ^ round).to_le_bytes();
    message.iter_mut().zip(stamp).for_each(|(byte, stamp)| *byte = stamp);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::request;

    #[test]
    fn no_two_requests_of_a_trial_are_the_same() {
        let mut seen = BTreeSet::new();
        for (unit, round) in (0..100).flat_map(|unit| (0..100).map(move |round| (unit, round))) {
            let mut message = [0; 9];
            request(&mut message, unit, round);
            assert!(seen.insert(message), "connection {unit}, round {round}");
        }
    }

    #[test]
    fn a_short_message_differs_between_neighbours_too() {
        let of = |unit, round| {
            let mut message = [0; 1];
            request(&mut message, unit, round);
            message
        };
        assert_ne!(of(0, 0), of(1, 0));
        assert_ne!(of(0, 0), of(0, 1));
    }
}
