//! Two tasks per connection. A read is handed to the kernel before there is anything to read, with the buffer that the bytes are
//! to go to; the kernel says when they are there. Nobody asks first whether a socket is ready.

use std::io;

use compio::BufResult;
use compio::io::{AsyncReadExt, AsyncWriteExt};
use compio::net::TcpStream;

use super::{Params, connect, listen, request};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, ended) = (AsyncGate::new(2 * params.units), Tally::new(params.units), Tally::new(params.units));
    let listener = listen()?;
    for unit in 0..params.units {
        // Connected by std before the start, for every model alike. With a ring a socket may block: it is the kernel that waits.
        let (client, server) = connect(unit, &listener)?;
        let (arrived, mut end) = (gate.clone(), ended.share());
        // region: make
        cores.spawn_among((unit, 1), move || async move {
            // Here and not above: a socket belongs to the ring of its core.
            let stream = TcpStream::from_std(server);
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
            let stream = TcpStream::from_std(client);
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

/// A message. While the kernel works on it it belongs to the operation, which gives it back with its result: a task that is
/// dropped meanwhile must not free it.
type Message = Box<[u8]>;

fn empty(params: Params) -> Message {
    vec![0; params.payload_bytes].into_boxed_slice()
}

// region: answer
/// Sends back what comes in, until the client has closed its end.
async fn serve(params: Params, mut stream: TcpStream) {
    let mut message = empty(params);
    loop {
        let BufResult(read, received) = stream.read_exact(message).await;
        if read.is_err() {
            break;
        }
        let BufResult(written, sent) = stream.write_all(received).await;
        if written.is_err() {
            break;
        }
        message = sent;
    }
}
// endregion

/// How many requests came back as they were sent.
async fn ask(params: Params, unit: usize, mut stream: TcpStream, measure: &Measure) -> io::Result<u64> {
    let (mut message, mut answer) = (empty(params), empty(params));
    let mut echoes = 0;
    let mut lap = measure.lap(unit, params.rounds);
    while let Some(round) = lap.another() {
        // region: wait
        request(&mut message, unit, round);
        let (written, read);
        BufResult(written, message) = stream.write_all(message).await;
        written?;
        BufResult(read, answer) = stream.read_exact(answer).await;
        read?;
        // endregion
        lap.done();
        echoes += u64::from(answer == message);
    }
    Ok(echoes)
}
