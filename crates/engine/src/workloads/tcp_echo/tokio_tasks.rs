//! Two tasks per connection. Each gives way at `.await` until the runtime hears from the kernel that there is something to read.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{Params, connect, listen, request};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(2 * params.units);
    let listener = listen()?;
    let mut servers = JoinSet::new();
    let mut clients = JoinSet::new();
    for unit in 0..params.units {
        // Connected by std before the start, for every model alike. Tokio polls its sockets, so they must not block: see
        // `of_std`.
        let (client, server) = connect(unit, &listener)?;
        let (client, server) = (of_std(client)?, of_std(server)?);
        let arrived = Arc::clone(&gate);
        // region: make
        servers.spawn(async move {
            // endregion
            // A server does not wait at the gate but for something to read: the first request is not sent before the gate opens.
            arrived.arrive();
            serve(params, server).await;
        });

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        clients.spawn(async move {
            // endregion
            gate.wait().await;
            ask(params, unit, client, &measure).await
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut echoes = 0;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(client) = clients.join_next().await {
        echoes += client??;
    }
    // endregion
    let done = running.stop(echoes);
    // A client drops its end of the connection when it is done: its server reads the end of the stream, and ends too.
    while let Some(server) = servers.join_next().await {
        server?;
    }
    Ok(done)
}

// region: make
/// Registers the socket with the runtime's epoll. `from_std` leaves it to the caller to make it non-blocking: one that blocks
/// would stop its worker in `read`.
fn of_std(stream: std::net::TcpStream) -> std::io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}
// endregion

// region: answer
/// Sends back what comes in, until the client has closed its end.
async fn serve(params: Params, mut stream: TcpStream) {
    let mut message = vec![0; params.payload_bytes];
    while stream.read_exact(&mut message).await.is_ok() && stream.write_all(&message).await.is_ok() {}
}
// endregion

/// How many requests came back as they were sent.
async fn ask(params: Params, unit: usize, mut stream: TcpStream, measure: &Measure) -> Result<u64, Halt> {
    let (mut message, mut answer) = (vec![0; params.payload_bytes], vec![0; params.payload_bytes]);
    let mut echoes = 0;
    let mut lap = measure.lap(unit, params.rounds);
    while let Some(round) = lap.another() {
        // region: wait
        request(&mut message, unit, round);
        stream.write_all(&message).await?;
        stream.read_exact(&mut answer).await?;
        // endregion
        lap.done();
        echoes += u64::from(answer == message);
    }
    Ok(echoes)
}
