//! hyper on smol: a task per connection. hyper belongs to no runtime; smol-hyper's adapter is all that it takes.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use smol::net::{TcpListener, TcpStream};
use smol::{Async, Executor};
use smol_hyper::rt::FuturesIo;

use super::Params;
use super::item::item;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    // Makes it non-blocking, and registers it with the reactor's epoll.
    let listener = TcpListener::from(Async::new(port.listener(0)?)?);
    let accepting = executor.spawn(accept(listener, Arc::clone(&executor), measure.clone()));
    let done = params.clients(&port, &measure)?.drive_aside(&measure).await;
    // region: join
    // The task that accepts is woken by it, with an error. Those of the connections have ended with their clients.
    drop(port);
    accepting.await;
    // endregion
    done
}

// region: make
async fn accept(listener: TcpListener, executor: Arc<Executor<'static>>, measure: Measure) {
    while let Ok((stream, _)) = listener.accept().await {
        // Detached: a handle that is dropped cancels its task.
        executor.spawn(serve(stream, measure.clone())).detach();
    }
}
// endregion

// region: answer
async fn serve(stream: TcpStream, measure: Measure) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| item(request, measure.clone()));
    // An error is a client that went away.
    let _ = http1::Builder::new().serve_connection(FuturesIo::new(stream), service).await;
}
// endregion
