//! A message per connection, to copies of one actor on threads of their own. A copy stays with its connection until it is closed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use actix::prelude::*;

use super::Params;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

struct Server {
    params: Params,
    measure: Measure,
}

impl Actor for Server {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Serve(TcpStream);

// region: answer
impl Handler<Serve> for Server {
    type Result = ();

    fn handle(&mut self, Serve(mut stream): Serve, _: &mut SyncContext<Self>) {
        // It may block: its thread has nothing else to do.
        let mut message = vec![0; self.params.message_bytes];
        if stream.read_exact(&mut message).is_ok() && stream.write_all(&message).is_ok() {
            self.measure.served();
        }
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let listener = port.listener(0)?;
    let clients = params.clients(&port, &measure)?;
    let served = measure.clone();
    // region: make
    let servers = SyncArbiter::start(measure.workers(), move || Server { params, measure: served.clone() });
    let accept = move || {
        while let Ok((stream, _)) = listener.accept() {
            // Never refused: the queue of a SyncArbiter has no end.
            servers.do_send(Serve(stream));
        }
    };
    // endregion
    let accepting = thread::Builder::new().name("accepts".to_owned()).spawn(accept);
    let accepting = accepting.map_err(|error| Halt::at(0, "thread", &error))?;
    let done = clients.drive_aside(&measure).await;
    // region: join
    // The thread that accepts is woken by it, with an error. With the last address of theirs the servers' threads end.
    drop(port);
    accepting.join()?;
    // endregion
    done
}
