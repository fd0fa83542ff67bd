//! Two tasks per connection, on the core on which their socket is registered, and never on another. Both ends are together on one
//! core, or on two if that is asked for.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Params, connect, listen, request};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, ended) = (AsyncGate::new(2 * params.units), Tally::new(params.units), Tally::new(params.units));
    let listener = listen()?;
    for unit in 0..params.units {
        // Connected by std before the start, for every model alike.
        let (client, server) = connect(unit, &listener)?;
        let (arrived, mut end) = (gate.clone(), ended.share());
        // region: make
        cores.spawn_among((unit, 1), move || async move {
            // Here and not above: a socket belongs to the epoll of the core on which it is registered.
            let stream = of_std(server);
            // endregion
            // A server does not wait at the gate but for something to read: the first request is not sent before the gate opens.
            arrived.arrive();
            if let Ok(stream) = stream {
                serve(params, stream).await;
            }
            end.report(0);
        });

        let (gate, measure, mut share) = (gate.clone(), measure.clone(), tally.share());
        // region: make
        cores.spawn_among((unit, 0), move || async move {
            let stream = of_std(client);
            // endregion
            gate.wait().await;
            // One that fails ends without a report, and the tally says so.
            if let Ok(stream) = stream
                && let Ok(echoes) = ask(params, unit, stream, &measure).await
            {
                share.report(echoes);
            }
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let echoes = tally.all().await?;
    // endregion
    let done = running.stop(echoes);
    // A client drops its end of the connection when it is done: its server reads the end of the stream, and ends too.
    ended.all().await?;
    Ok(done)
}

// region: make
/// Registers the socket with the epoll of the calling thread's runtime.
fn of_std(stream: std::net::TcpStream) -> io::Result<TcpStream> {
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
async fn ask(params: Params, unit: usize, mut stream: TcpStream, measure: &Measure) -> io::Result<u64> {
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
