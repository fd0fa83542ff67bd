//! `tcp-echo` on threads, by hand: two per connection.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, request, settle};

fn main() {
    on_threads(|args| Args { rounds: args.rounds.min(10), ..args }, run);
}

fn run(args: Args) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let start = Arc::new(Barrier::new(args.units + 1));
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, all_ready) = channel::<()>();
    let mut servers = Vec::with_capacity(args.units);
    let mut clients = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (client, server) = connect(&listener);
        servers.push(thread::spawn(move || serve(args, server)));
        let (start, ready) = (Arc::clone(&start), ready.clone());
        clients.push(thread::spawn(move || {
            drop(ready);
            start.wait();
            ask(args, unit, client)
        }));
    }
    drop(ready);
    let _ = all_ready.recv();
    settle();

    let since = Instant::now();
    start.wait();
    let echoes = clients.into_iter().map(|client| client.join().unwrap()).sum();
    let wall = since.elapsed();
    servers.into_iter().for_each(|server| server.join().unwrap());
    Outcome::new(wall, args.units as u64 * args.rounds, echoes)
}

fn serve(args: Args, mut stream: TcpStream) {
    let bytes = args.number("payload_bytes") as usize;
    let mut message = vec![0; bytes];
    while stream.read_exact(&mut message).is_ok() {
        stream.write_all(&message).unwrap();
    }
}

fn ask(args: Args, unit: usize, mut stream: TcpStream) -> u64 {
    let bytes = args.number("payload_bytes") as usize;
    let (mut message, mut answer) = (vec![0; bytes], vec![0; bytes]);
    let mut echoes = 0;
    for round in 0..args.rounds {
        request(&mut message, unit, round);
        stream.write_all(&message).unwrap();
        stream.read_exact(&mut answer).unwrap();
        echoes += u64::from(answer == message);
    }
    echoes
}

/// The client's and the server's end of a connection over loopback.
fn connect(listener: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for end in [&client, &server] {
        end.set_nodelay(true).unwrap();
    }
    (client, server)
}
