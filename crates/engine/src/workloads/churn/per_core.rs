//! A task per connection, on the core that accepted it. Each core has a listener of its own on the common port, and the kernel
//! chooses which of them a connection goes to: no socket goes from one event loop to another.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;

use super::Params;
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
                accept(params, listener, measure).await;
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
async fn accept(params: Params, listener: TcpListener, measure: Measure) {
    while let Ok((stream, _)) = listener.accept().await {
        spawn_local(serve(params, stream, measure.clone()));
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
