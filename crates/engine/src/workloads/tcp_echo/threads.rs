//! Two threads per connection. Each blocks in `read` until there is something to read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use super::{Params, connect, listen, request};
use crate::measure::{Done, Gate, Halt, Measure};
use crate::models::placement::Placement;

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let placement: Placement = measure.setting();
    let gate = Gate::new(2 * params.units);
    let listener = listen()?;
    let mut servers = Vec::with_capacity(params.units);
    let mut clients = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // Connected by std before the start, for every model alike. A std socket blocks, which is what a thread wants.
        let (client, server) = connect(unit, &listener)?;
        let thread = || thread::Builder::new();
        let arrived = Arc::clone(&gate);
        // region: make
        let work = move || -> Result<(), Halt> {
            // endregion
            placement.keep_thread(unit, 1)?;
            // A server does not wait at the gate but in `read`: the first request is not sent before the gate opens.
            arrived.arrive();
            serve(params, server);
            Ok(())
        };
        // region: make
        servers.push(thread().spawn(work).map_err(|error| Halt::at(2 * unit, "thread", &error))?);
        // endregion

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        let work = move || -> Result<u64, Halt> {
            // endregion
            placement.keep_thread(unit, 0)?;
            gate.wait();
            ask(params, unit, client, &measure)
        };
        // region: make
        clients.push(thread().spawn(work).map_err(|error| Halt::at(2 * unit + 1, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut echoes = 0;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for client in clients {
        echoes += client.join()??;
    }
    // endregion
    let done = running.stop(echoes);
    // A client drops its end of the connection when it is done: its server reads the end of the stream, and ends too.
    for server in servers {
        server.join()??;
    }
    Ok(done)
}

// region: answer
/// Sends back what comes in, until the client has closed its end.
fn serve(params: Params, mut stream: TcpStream) {
    let mut message = vec![0; params.payload_bytes];
    while stream.read_exact(&mut message).is_ok() && stream.write_all(&message).is_ok() {}
}
// endregion

/// How many requests came back as they were sent.
fn ask(params: Params, unit: usize, mut stream: TcpStream, measure: &Measure) -> Result<u64, Halt> {
    let (mut message, mut answer) = (vec![0; params.payload_bytes], vec![0; params.payload_bytes]);
    let mut echoes = 0;
    let mut lap = measure.lap(unit, params.rounds);
    while let Some(round) = lap.another() {
        // region: wait
        request(&mut message, unit, round);
        stream.write_all(&message)?;
        stream.read_exact(&mut answer)?;
        // endregion
        lap.done();
        echoes += u64::from(answer == message);
    }
    Ok(echoes)
}
