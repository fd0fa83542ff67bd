//! An actor per connection, on the arbiter that accepted it. Each arbiter has an actor that accepts, with a listener of its own on
//! the common port; connections come to it as a stream, and are handled like messages.

use std::io;

use actix::io::{FramedWrite, WriteHandler};
use actix::prelude::*;
use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::{BytesCodec, FramedRead};

use super::Params;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Accepts.
struct Acceptor {
    params: Params,
    measure: Measure,
    share: Share,
}

impl Actor for Acceptor {
    type Context = Context<Self>;
}

impl StreamHandler<TcpStream> for Acceptor {
    // region: make
    fn handle(&mut self, stream: TcpStream, _: &mut Context<Self>) {
        let (params, measure) = (self.params, self.measure.clone());
        // Started on this arbiter, whose event loop its socket belongs to. It has no address that anybody keeps: its stream keeps
        // it alive.
        Connection::create(move |ctx| {
            let (read, write) = stream.into_split();
            ctx.add_stream(FramedRead::new(read, BytesCodec::new()));
            Connection { left: params.message_bytes, sink: FramedWrite::new(write, BytesCodec::new(), ctx), measure }
        });
    }
    // endregion

    /// The port was closed.
    fn finished(&mut self, ctx: &mut Context<Self>) {
        self.share.report(0);
        ctx.stop();
    }
}

/// Sends back what comes in, until that was the whole message.
struct Connection {
    left: usize,
    sink: FramedWrite<Bytes, OwnedWriteHalf, BytesCodec>,
    measure: Measure,
}

impl Actor for Connection {
    type Context = Context<Self>;
}

// region: answer
impl StreamHandler<io::Result<BytesMut>> for Connection {
    fn handle(&mut self, part: io::Result<BytesMut>, ctx: &mut Context<Self>) {
        // A connection that breaks ends its actor.
        let Ok(part) = part else { return ctx.stop() };
        self.left = self.left.saturating_sub(part.len());
        self.sink.write(part.freeze());
        if self.left == 0 {
            // Written first, then closed: that ends the actor, see `WriteHandler::finished`.
            self.sink.close();
            self.measure.served();
        }
    }
}
// endregion

impl WriteHandler<io::Error> for Connection {}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(measure.workers())?;
    let tally = Tally::new(measure.workers());
    for arbiter in 0..measure.workers() {
        let (listener, measure, share) = (port.polled(arbiter)?, measure.clone(), tally.share());
        Acceptor::start_in_arbiter(arbiters.of(arbiter), move |ctx| {
            // Registered on the actor's own arbiter.
            let listener = TcpListener::from_std(listener).expect("an event loop takes a listener");
            let accepted = poll_fn(move |context| listener.poll_accept(context).map(|accepted| accepted.ok()));
            ctx.add_stream(accepted.map(|(stream, _)| stream));
            Acceptor { params, measure, share }
        });
    }
    let done = params.clients(&port, &measure)?.drive_aside(&measure).await;
    // region: join
    // The streams of connections end with it.
    drop(port);
    tally.all().await?;
    // endregion
    done
}
