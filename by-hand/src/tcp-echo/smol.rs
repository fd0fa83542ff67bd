//! `tcp-echo` on smol, by hand: two tasks per connection.

use std::net::TcpListener;
use std::time::Instant;

use by_hand::{Args, EX, Outcome, on_smol, request, settle};
use smol::Async;
use smol::channel::bounded;
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::TcpStream;

fn main() {
    on_smol(|args| Args { rounds: args.rounds.min(10), ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // Nobody sends in either: the one closes when every unit has dropped its end, the other to let them go.
    let (ready, all_ready) = bounded::<()>(1);
    let (start, started) = bounded::<()>(1);
    let mut servers = Vec::with_capacity(args.units);
    let mut clients = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (client, server) = connect(&listener);
        servers.push(EX.spawn(serve(args, of_std(server))));
        let (client, ready, started) = (of_std(client), ready.clone(), started.clone());
        clients.push(EX.spawn(async move {
            drop(ready);
            let _ = started.recv().await;
            ask(args, unit, client).await
        }));
    }
    drop(ready);
    let _ = all_ready.recv().await;
    settle();

    let since = Instant::now();
    drop(start);
    let mut echoes = 0;
    for client in clients {
        echoes += client.await;
    }
    let wall = since.elapsed();
    for server in servers {
        server.await;
    }
    Outcome::new(wall, args.units as u64 * args.rounds, echoes)
}

fn of_std(stream: std::net::TcpStream) -> TcpStream {
    Async::new(stream).unwrap().into()
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
