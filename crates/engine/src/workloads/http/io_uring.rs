//! hyper on compio: a task per connection, on the core that accepted it. hyper reads into its own buffer whenever it likes, a ring
//! wants to own the buffer until the kernel is done with it: so there is one more between them, and a copy.

use compio::net::{TcpListener, TcpStream};
use compio::runtime::spawn;
use compio_io::compat::AsyncStream;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use smol_hyper::rt::FuturesIo;

use super::Params;
use super::item::item;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(cores.count())?;
    let tally = Tally::new(cores.count());
    for core in 0..cores.count() {
        // Blocking, as it came: a ring waits for it in the kernel.
        let (listener, measure, mut share) = (port.listener(core)?, measure.clone(), tally.share());
        cores.spawn(core, move || async move {
            // A socket belongs to the ring that it is registered with.
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
        spawn(serve(stream, measure.clone())).detach();
    }
}
// endregion

// region: answer
async fn serve(stream: TcpStream, measure: Measure) {
    let _ = stream.set_nodelay(true);
    // The stream with a buffer, as the traits of `futures` see it; those hyper takes by way of smol-hyper's adapter. In a box,
    // because it must not move while the kernel writes into it.
    let stream = FuturesIo::new(Box::pin(AsyncStream::new(stream)));
    let service = service_fn(move |request| item(request, measure.clone()));
    // An error is a client that went away.
    let _ = http1::Builder::new().serve_connection(stream, service).await;
}
// endregion
