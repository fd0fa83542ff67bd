//! `tcp-echo` on Tokio, by hand: two tasks per connection.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Instant;

use by_hand::{Args, Outcome, on_tokio, request, settle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

fn main() {
    on_tokio(|args| Args { rounds: args.rounds.min(10), ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let start = Arc::new(Notify::new());
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, mut all_ready) = channel::<()>(1);
    let mut servers = JoinSet::new();
    let mut clients = JoinSet::new();
    for unit in 0..args.units {
        let (client, server) = connect(&listener);
        servers.spawn(serve(args, of_std(server)));
        let (client, start, ready) = (of_std(client), Arc::clone(&start), ready.clone());
        clients.spawn(async move {
            let started = start.notified();
            drop(ready);
            started.await;
            ask(args, unit, client).await
        });
    }
    drop(ready);
    all_ready.recv().await;
    settle();

    let since = Instant::now();
    start.notify_waiters();
    let mut echoes = 0;
    while let Some(client) = clients.join_next().await {
        echoes += client.unwrap();
    }
    let wall = since.elapsed();
    servers.join_all().await;
    Outcome::new(wall, args.units as u64 * args.rounds, echoes)
}

fn of_std(stream: std::net::TcpStream) -> TcpStream {
    stream.set_nonblocking(true).unwrap();
    TcpStream::from_std(stream).unwrap()
}

async fn serve(args: Args, mut stream: TcpStream) {
    let bytes = args.number("payload_bytes") as usize;
    let mut message = vec![0; bytes];
    while stream.read_exact(&mut message).await.is_ok() {
        stream.write_all(&message).await.unwrap();
    }
}

async fn ask(args: Args, unit: usize, mut stream: TcpStream) -> u64 {
    let bytes = args.number("payload_bytes") as usize;
    let (mut message, mut answer) = (vec![0; bytes], vec![0; bytes]);
    let mut echoes = 0;
    for round in 0..args.rounds {
        request(&mut message, unit, round);
        stream.write_all(&message).await.unwrap();
        stream.read_exact(&mut answer).await.unwrap();
        echoes += u64::from(answer == message);
    }
    echoes
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
