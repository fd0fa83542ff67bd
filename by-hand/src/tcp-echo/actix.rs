//! `tcp-echo` on Actix, by hand: two actors per connection, which see frames.

use std::io;
use std::net::TcpListener;
use std::time::Instant;

use actix::io::{FramedWrite, WriteHandler};
use actix::prelude::*;
use by_hand::{Args, Outcome, on_actix, request, settle};
use tokio::io::{ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder, FramedRead};

/// Frames of this many bytes each.
struct Frames(usize);

impl Decoder for Frames {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, buffer: &mut BytesMut) -> io::Result<Option<Bytes>> {
        if buffer.len() < self.0 {
            buffer.reserve(self.0 - buffer.len());
            return Ok(None);
        }
        Ok(Some(buffer.split_to(self.0).freeze()))
    }
}

impl Encoder<Bytes> for Frames {
    type Error = io::Error;

    fn encode(&mut self, frame: Bytes, buffer: &mut BytesMut) -> io::Result<()> {
        buffer.extend_from_slice(&frame);
        Ok(())
    }
}

type Source = FramedRead<ReadHalf<TcpStream>, Frames>;
type Sink = FramedWrite<Bytes, WriteHalf<TcpStream>, Frames>;

struct Server {
    sink: Sink,
}

impl Actor for Server {
    type Context = Context<Self>;
}

impl StreamHandler<io::Result<Bytes>> for Server {
    fn handle(&mut self, frame: io::Result<Bytes>, _: &mut Context<Self>) {
        if let Ok(frame) = frame {
            self.sink.write(frame);
        }
    }
}

impl WriteHandler<io::Error> for Server {}

struct Client {
    args: Args,
    unit: usize,
    bytes: usize,
    sink: Sink,
    message: Bytes,
    round: u64,
    echoes: u64,
    done: mpsc::Sender<u64>,
}

impl Actor for Client {
    type Context = Context<Self>;
}

impl Client {
    fn ask(&mut self) {
        let mut message = vec![0; self.bytes];
        request(&mut message, self.unit, self.round);
        self.message = message.into();
        self.sink.write(self.message.clone());
    }
}

impl StreamHandler<io::Result<Bytes>> for Client {
    fn handle(&mut self, answer: io::Result<Bytes>, ctx: &mut Context<Self>) {
        self.echoes += u64::from(answer.unwrap() == self.message);
        self.round += 1;
        if self.round < self.args.rounds {
            self.ask();
        } else {
            self.done.try_send(self.echoes).unwrap();
            ctx.stop();
        }
    }
}

impl WriteHandler<io::Error> for Client {}

/// Asked before the start: who answers is there.
#[derive(Message)]
#[rtype(result = "()")]
struct Ready;

impl Handler<Ready> for Client {
    type Result = ();

    fn handle(&mut self, _: Ready, _: &mut Context<Self>) {}
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Client {
    type Result = ();

    fn handle(&mut self, _: Go, _: &mut Context<Self>) {
        self.ask();
    }
}

fn main() {
    on_actix(|args| Args { rounds: args.rounds.min(10), ..args }, run);
}

async fn run(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let bytes = args.number("payload_bytes") as usize;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (done, mut results) = mpsc::channel(args.units);
    let mut clients = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (client, server) = connect(&listener);
        let arbiter = arbiters[unit % args.workers].handle();
        Server::start_in_arbiter(&arbiter, move |ctx| {
            let (source, sink) = framed(bytes, server, ctx);
            ctx.add_stream(source);
            Server { sink }
        });
        let done = done.clone();
        clients.push(Client::start_in_arbiter(&arbiter, move |ctx| {
            let (source, sink) = framed(bytes, client, ctx);
            ctx.add_stream(source);
            Client { args, unit, bytes, sink, message: Bytes::new(), round: 0, echoes: 0, done }
        }));
    }
    for client in &clients {
        client.send(Ready).await.unwrap();
    }
    settle();

    let since = Instant::now();
    for client in &clients {
        client.do_send(Go);
    }
    let mut echoes = 0;
    for _ in 0..args.units {
        echoes += results.recv().await.unwrap();
    }
    let wall = since.elapsed();
    Outcome::new(wall, args.units as u64 * args.rounds, echoes)
}

fn framed<A>(bytes: usize, stream: std::net::TcpStream, ctx: &mut Context<A>) -> (Source, Sink)
where
    A: Actor<Context = Context<A>> + WriteHandler<io::Error>,
{
    stream.set_nonblocking(true).unwrap();
    let (read, write) = split(TcpStream::from_std(stream).unwrap());
    (FramedRead::new(read, Frames(bytes)), FramedWrite::new(write, Frames(bytes), ctx))
}

/// The client's and the server's end of a connection over loopback.
fn connect(listener: &TcpListener) -> (std::net::TcpStream, std::net::TcpStream) {
    let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for end in [&client, &server] {
        end.set_nodelay(true).unwrap();
    }
    (client, server)
}
