//! actix-web: its own arbiters, as many as there are workers, accept in turn and serve connections as tasks. There is no actor in
//! it; it grew out of Actix, and is what its community writes services with.

use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpResponse, HttpServer};

use super::Params;
use super::item::{JSON, PATH, body};
use crate::generator::Port;
use crate::measure::{Done, Halt, Measure};
use crate::models::actix_actors::Arbiters;

// region: answer
async fn item(id: Path<u64>, measure: Data<Measure>) -> HttpResponse {
    measure.served();
    HttpResponse::Ok().content_type(JSON).body(body(*id))
}
// endregion

/// The model's arbiters stay idle: `HttpServer` makes its own.
pub(super) async fn run(params: Params, _: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let port = Port::open(1)?;
    let served = Data::new(measure.clone());
    // region: make
    // Called by each worker: an application is not shared between threads.
    let app = move || App::new().app_data(served.clone()).route(&format!("{PATH}{{id}}"), web::get().to(item));
    let server = HttpServer::new(app).workers(measure.workers()).disable_signals().listen(port.listener(0)?)?.run();
    let handle = server.handle();
    let serving = actix_rt::spawn(server);
    // endregion
    let done = params.clients(&port, &measure)?.drive_aside(&measure).await;
    // region: join
    // At once: the clients are gone.
    handle.stop(false).await;
    serving.await??;
    // endregion
    done
}
