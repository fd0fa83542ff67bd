//! Two tasks per connection. Each gives way at `.await` until the reactor hears from the kernel that there is something to read.

use std::sync::Arc;

use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::TcpStream;
use smol::{Async, Executor};

use super::{Params, connect, listen, request};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(2 * params.units);
    let listener = listen()?;
    let mut servers = Vec::with_capacity(params.units);
    let mut clients = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // region: make
        // Connected by std before the start, for every model alike. smol polls its sockets: `Async::new` makes them non-blocking
        // and registers them with the reactor's epoll.
        let (client, server) = connect(unit, &listener)?;
        let (client, server) = (TcpStream::from(Async::new(client)?), TcpStream::from(Async::new(server)?));
        // endregion
        let arrived = Arc::clone(&gate);
        // region: make
        servers.push(executor.spawn(async move {
            // endregion
            // A server does not wait at the gate but for something to read: the first request is not sent before the gate opens.
            arrived.arrive();
            serve(params, server).await;
        }));

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        clients.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            ask(params, unit, client, &measure).await
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut echoes = 0;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for client in clients {
        echoes += client.await?;
    }
    // endregion
    let done = running.stop(echoes);
    // A client drops its end of the connection when it is done: its server reads the end of the stream, and ends too.
    for server in servers {
        server.await;
    }
    Ok(done)
}

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
