//! A task per connection, on the core that accepted it, with a listener and a ring each. Nothing is asked for readiness: the kernel
//! is handed the accept, the read with its buffer and the write, and says when they are done.

use compio::BufResult;
use compio::io::{AsyncReadExt, AsyncWriteExt};
use compio::net::{TcpListener, TcpStream};
use compio::runtime::spawn;

use super::Params;
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
        spawn(serve(params, stream, measure.clone())).detach();
    }
}
// endregion

// region: answer
async fn serve(params: Params, mut stream: TcpStream, measure: Measure) {
    // The buffer goes along to the kernel, and comes back with the result.
    let BufResult(read, message) = stream.read_exact(vec![0; params.message_bytes]).await;
    if read.is_ok() && stream.write_all(message).await.0.is_ok() {
        measure.served();
    }
}
// endregion
