//! A task per connection: one task accepts, and spawns another for each connection, which ends with it.

use std::sync::Arc;

use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::{TcpListener, TcpStream};
use smol::{Async, Executor};

use super::Params;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    // Makes it non-blocking, and registers it with the reactor's epoll.
    let listener = TcpListener::from(Async::new(port.listener(0)?)?);
    let clients = params.clients(&port, &measure)?;
    let accepting = executor.spawn(accept(params, listener, Arc::clone(&executor), measure.clone()));
    let done = clients.drive_aside(&measure).await;
    // region: join
    // The task that accepts is woken by it, with an error.
    drop(port);
    accepting.await;
    // endregion
    done
}

// region: make
async fn accept(params: Params, listener: TcpListener, executor: Arc<Executor<'static>>, measure: Measure) {
    while let Ok((stream, _)) = listener.accept().await {
        // Detached: a handle that is dropped cancels its task.
        executor.spawn(serve(params, stream, measure.clone())).detach();
    }
}
// endregion

// region: answer
async fn serve(params: Params, mut stream: TcpStream, measure: Measure) {
    let mut message = vec![0; params.message_bytes];
    if stream.read_exact(&mut message).await.is_ok() && stream.write_all(&message).await.is_ok() {
        measure.served();
    }
}
// endregion
