//! hyper on Tokio: a task per connection, which hands each request to an async function.

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::Params;
use super::item::item;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let listener = TcpListener::from_std(port.polled(0)?)?;
    let accepting = tokio::spawn(accept(listener, measure.clone()));
    let done = params.clients(&port, &measure)?.drive_aside(&measure).await;
    // region: join
    // The task that accepts is woken by it, with an error. Those of the connections have ended with their clients.
    drop(port);
    accepting.await?;
    // endregion
    done
}

// region: make
async fn accept(listener: TcpListener, measure: Measure) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, measure.clone()));
    }
}
// endregion

// region: answer
async fn serve(stream: TcpStream, measure: Measure) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| item(request, measure.clone()));
    // hyper has its own traits for reading and writing: `TokioIo` stands between. An error is a client that went away.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
// endregion
