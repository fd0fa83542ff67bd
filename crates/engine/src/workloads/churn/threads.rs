//! A thread per connection: one thread accepts, and makes another for each connection, which ends with it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::Params;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let listener = port.listener(0)?;
    let clients = params.clients(&port, measure)?;
    thread::scope(|scope| {
        let accepting = scope.spawn(move || accept(params, &listener, measure));
        let done = clients.drive(measure);
        // region: join
        // The thread that accepts is woken by it, with an error.
        drop(port);
        // If the machine refused a thread, that is why a client got no echo.
        accepting.join()??;
        // endregion
        done
    })
}

// region: make
fn accept(params: Params, listener: &TcpListener, measure: &Measure) -> Result<(), Halt> {
    while let Ok((stream, _)) = listener.accept() {
        let measure = measure.clone();
        // Nobody joins it: its handle is dropped, and it ends with its connection.
        let thread = thread::Builder::new().spawn(move || serve(params, stream, &measure));
        thread.map_err(|error| Halt::at(params.units, "thread", &error))?;
    }
    Ok(())
}
// endregion

// region: answer
fn serve(params: Params, mut stream: TcpStream, measure: &Measure) {
    let mut message = vec![0; params.message_bytes];
    if stream.read_exact(&mut message).is_ok() && stream.write_all(&message).is_ok() {
        measure.served();
    }
}
// endregion
