//! hyper on a current-thread runtime per core, with a listener each on the common port: a connection stays on the core that the
//! kernel gave it to, and nothing of it need be able to leave its thread.

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;

use super::Params;
use super::item::item;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(cores.count())?;
    let tally = Tally::new(cores.count());
    for core in 0..cores.count() {
        let (listener, measure, mut share) = (port.polled(core)?, measure.clone(), tally.share());
        cores.spawn(core, move || async move {
            // Registered on its core: a socket belongs to an event loop.
            if let Ok(listener) = TcpListener::from_std(listener) {
                accept(listener, measure).await;
                share.report(0);
            }
        });
    }
    let done = params.clients(&port, &measure)?.drive_aside(&measure).await;
    // region: join
    // The tasks that accept are woken by it, with an error.
    drop(port);
    tally.all().await?;
    // endregion
    done
}

// region: make
async fn accept(listener: TcpListener, measure: Measure) {
    while let Ok((stream, _)) = listener.accept().await {
        spawn_local(serve(stream, measure.clone()));
    }
}
// endregion

// region: answer
async fn serve(stream: TcpStream, measure: Measure) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| item(request, measure.clone()));
    // An error is a client that went away.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
// endregion
