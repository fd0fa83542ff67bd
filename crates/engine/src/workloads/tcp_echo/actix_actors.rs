//! Two actors per connection. What a socket brings arrives as frames of a stream, and is handled like a message.

use std::io;

use actix::io::{FramedWrite, WriteHandler};
use actix::prelude::*;
use tokio::io::{ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio_util::bytes::Bytes;
use tokio_util::codec::FramedRead;

use super::frame::Frames;
use super::{Params, connect, listen, request};
use crate::measure::{AsyncGate, Done, Halt, Lap, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

type Sink = FramedWrite<Bytes, WriteHalf<TcpStream>, Frames>;

/// Sends back what comes in, until the client has closed its end.
struct Server {
    sink: Sink,
    ended: Share,
}

/// With the stream that brings it its work an actor stops, and is freed.
impl Drop for Server {
    fn drop(&mut self) {
        self.ended.report(0);
    }
}

impl Actor for Server {
    type Context = Context<Self>;
}

// region: answer
impl StreamHandler<io::Result<Bytes>> for Server {
    fn handle(&mut self, frame: io::Result<Bytes>, _: &mut Context<Self>) {
        if let Ok(frame) = frame {
            self.sink.write(frame);
        }
    }
}
// endregion

impl WriteHandler<io::Error> for Server {}

/// Sends a request, and the next when the answer is there.
struct Client {
    params: Params,
    unit: usize,
    sink: Sink,
    message: Bytes,
    echoes: u64,
    lap: Option<Lap>,
    measure: Measure,
    share: Share,
}

impl Actor for Client {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Client {
    type Result = ();

    fn handle(&mut self, _: Go, ctx: &mut Context<Self>) {
        self.lap = Some(self.measure.lap(self.unit, self.params.rounds));
        self.ask(ctx);
    }
}

impl Client {
    // region: wait
    /// Sends the next request, or ends if there is to be none.
    fn ask(&mut self, ctx: &mut Context<Self>) {
        if let Some(round) = self.lap.as_ref().and_then(Lap::another) {
            let mut message = vec![0; self.params.payload_bytes];
            request(&mut message, self.unit, round);
            self.message = message.into();
            self.sink.write(self.message.clone());
        } else {
            self.lap = None;
            self.share.report(self.echoes);
            // Stopping drops the client's end of the connection: its server's stream ends, and with its stream that actor stops
            // too.
            ctx.stop();
        }
    }
    // endregion
}

// region: wait
impl StreamHandler<io::Result<Bytes>> for Client {
    fn handle(&mut self, answer: io::Result<Bytes>, ctx: &mut Context<Self>) {
        // A stream that breaks ends the actor before it has reported, and the tally says so.
        let (Ok(answer), Some(lap)) = (answer, &mut self.lap) else { return ctx.stop() };
        lap.done();
        self.echoes += u64::from(answer == self.message);
        self.ask(ctx);
    }
}
// endregion

impl WriteHandler<io::Error> for Client {}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, ended) = (AsyncGate::new(2 * params.units), Tally::new(params.units), Tally::new(params.units));
    let listener = listen()?;
    let mut clients = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // Connected by std before the start, for every model alike. Each end is registered on the arbiter of its actor: see
        // `framed`.
        let (client, server) = connect(unit, &listener)?;
        let (arrived, ended) = (gate.clone(), ended.share());
        // region: make
        Server::start_in_arbiter(arbiters.among(unit, 1), move |ctx| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            arrived.arrive();
            let (read, sink) = framed(params, server, ctx);
            ctx.add_stream(read);
            Server { sink, ended }
        });
        // endregion

        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        // region: make
        // Both ends of a connection are on the same arbiter, as if a server started its client; unless they are to be spread.
        clients.push(Client::start_in_arbiter(arbiters.among(unit, 0), move |ctx| {
            gate.arrive();
            let (read, sink) = framed(params, client, ctx);
            ctx.add_stream(read);
            Client { params, unit, sink, message: Bytes::new(), echoes: 0, lap: None, measure, share }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for client in &clients {
        client.do_send(Go);
    }
    // region: join
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let echoes = tally.all().await?;
    // endregion
    let done = running.stop(echoes);
    ended.all().await?;
    Ok(done)
}

/// The two halves of a stream. Called on the actor's own arbiter: a socket belongs to the event loop that it is registered with,
/// and must not block that loop.
fn framed<A>(params: Params, stream: std::net::TcpStream, ctx: &mut Context<A>) -> (FramedRead<ReadHalf<TcpStream>, Frames>, Sink)
where
    A: Actor<Context = Context<A>> + WriteHandler<io::Error>,
{
    let registered = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
    let (read, write) = split(registered.expect("an event loop takes a connected socket"));
    (FramedRead::new(read, Frames(params.payload_bytes)), FramedWrite::new(write, Frames(params.payload_bytes), ctx))
}
