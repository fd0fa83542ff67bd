//! A task per connection: one task accepts, and spawns another for each connection, which ends with it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::Params;
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let listener = TcpListener::from_std(port.polled(0)?)?;
    let clients = params.clients(&port, &measure)?;
    let accepting = tokio::spawn(accept(params, listener, measure.clone()));
    let done = clients.drive_aside(&measure).await;
    // region: join
    // The task that accepts is woken by it, with an error.
    drop(port);
    accepting.await?;
    // endregion
    done
}

// region: make
async fn accept(params: Params, listener: TcpListener, measure: Measure) {
    while let Ok((stream, _)) = listener.accept().await {
        // Nobody joins it: a task whose handle is dropped goes on alone.
        tokio::spawn(serve(params, stream, measure.clone()));
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
