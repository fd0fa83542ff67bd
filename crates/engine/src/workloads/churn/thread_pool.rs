//! A job per connection. A thread of the pool stays with its connection until it is closed, which here is soon: that is what a pool
//! of blocking threads is good for.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::Params;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::Pool;

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let listener = port.listener(0)?;
    let clients = params.clients(&port, measure)?;
    pool.go();
    thread::scope(|scope| {
        let accepting = scope.spawn(move || accept(params, &listener, pool, measure));
        let done = clients.drive(measure);
        // region: join
        // The thread that accepts is woken by it, with an error.
        drop(port);
        accepting.join()??;
        // endregion
        done
    })
}

// region: make
/// On a thread beside the pool: in the pool it would be a thread that serves nobody.
fn accept(params: Params, listener: &TcpListener, pool: &Pool, measure: &Measure) -> Result<(), Halt> {
    while let Ok((stream, _)) = listener.accept() {
        let measure = measure.clone();
        pool.execute(move || serve(params, stream, &measure))?;
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
