//! A thread per connection, which reads until a request is whole, and writes its answer. There is no framework: httparse, which
//! hyper parses with too, and a socket that blocks.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use httparse::{EMPTY_HEADER, Request, Status};

use super::Params;
use super::item::{JSON, body, id_of};
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let listener = port.listener(0)?;
    thread::scope(|scope| {
        let accepting = scope.spawn(move || accept(params, &listener, measure));
        let done = params.clients(&port, measure).and_then(|clients| clients.drive(measure));
        // region: join
        // The thread that accepts is woken by it, with an error. Those of the connections have ended with their clients.
        drop(port);
        // If the machine refused a thread, that is why a client got no answer.
        accepting.join()??;
        // endregion
        done
    })
}

// region: make
fn accept(params: Params, listener: &TcpListener, measure: &Measure) -> Result<(), Halt> {
    while let Ok((stream, _)) = listener.accept() {
        let measure = measure.clone();
        // An error is a client that went away.
        let thread = thread::Builder::new().spawn(move || drop(serve(stream, &measure)));
        thread.map_err(|error| Halt::at(params.units, "thread", &error))?;
    }
    Ok(())
}
// endregion

// region: answer
fn serve(mut stream: TcpStream, measure: &Measure) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut received, mut part) = (Vec::with_capacity(1024), [0; 1024]);
    loop {
        // A read may bring less than a request, or more.
        while let Some((length, answer)) = answer(&received)? {
            received.drain(..length);
            stream.write_all(answer.as_bytes())?;
            measure.served();
        }
        match stream.read(&mut part)? {
            0 => return Ok(()),
            length => received.extend_from_slice(&part[..length]),
        }
    }
}

/// The answer to the first request of what was received, and how long that is; `None` if it is not whole.
fn answer(received: &[u8]) -> io::Result<Option<(usize, String)>> {
    let mut headers = [EMPTY_HEADER; 16];
    let mut request = Request::new(&mut headers);
    let Status::Complete(length) = request.parse(received).map_err(io::Error::other)? else { return Ok(None) };
    let id = request.path.and_then(id_of).filter(|_| request.method == Some("GET"));
    let answer = id.map_or_else(
        || "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
        |id| {
            let body = body(id);
            format!("HTTP/1.1 200 OK\r\ncontent-type: {JSON}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        },
    );
    Ok(Some((length, answer)))
}
// endregion
