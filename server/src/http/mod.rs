//! The HTTP API, and the page that talks to it.
//!
//! ```text
//! front (what lies ready is sent at once)
//!   └► guard (who may ask) ─► /api/…   runs, events, sources, results: JSON, problems as RFC 9457 documents
//!                     ├► /r/…     results that are kept, in every form
//!                     ├► /embed/… what stands in a frame of another's page
//!                     └► anything else: a file of the page, or the page itself, which reads the path as a link
//! ```

mod answer;
mod body;
mod catalog;
mod embed;
mod events;
mod files;
mod front;
mod guard;
mod lanes;
mod oembed;
mod page;
mod problem;
mod ready;
mod results;
mod runs;
mod sheet;
mod site;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, Resource, Route};
use tokio::sync::watch;

pub(crate) use self::files::{SiteResult, SiteWriter};
use self::front::Front;
use self::results::Shelf;
pub(crate) use self::site::Site;
use crate::context::Context;
use crate::runs::dispatcher::Dispatcher;
use crate::store::Store;

/// What every handler has.
pub(crate) struct Api {
    pub(crate) context: Arc<Context>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) store: Store,
    pub(crate) site: Site,
    /// Becomes true when the server is to stop: streams end by themselves then, instead of keeping it up.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// A listener on a loopback address.
///
/// # Errors
/// As a sentence to the person who gave the address.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    if !address.ip().is_loopback() {
        return Err(format!(
            "listen: {address} can be reached from other machines, and everyone who reaches this server can use up this one; \
             accepted: a loopback address such as 127.0.0.1:8081"
        ));
    }
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            let port = address.port();
            format!(
                "listen: port {port} is in use, perhaps by another interleave; accepted: a port that is free, or 0 to be \
                 given one"
            )
        }
        _ => format!("listen: {address} cannot be listened on: {error}; accepted: a loopback address such as 127.0.0.1:8081"),
    })
}

/// The server, to be awaited.
pub(crate) fn serve(listener: TcpListener, api: Api) -> io::Result<Server> {
    // What the HTTP parser refuses never reaches the application: 400 for what is no HTTP, 431 for a head over 128 KiB or 96
    // lines, 408 for one that does not end. actix-http answers by the status alone, without a body, and has no place to put one.
    let (api, shelf) = (Data::new(api), Data::new(Shelf::default()));
    let app = move || {
        let app = App::new().wrap(from_fn(guard::guard)).app_data(api.clone()).app_data(shelf.clone()).configure(routes);
        Front::of(app, api.clone(), shelf.clone())
    };
    let server = HttpServer::new(app)
        // It serves one page on one machine, and the cores are there to be measured.
        .workers(1)
        // Events are small and must not wait for more to send: without it their p99 is 10 to 20 ms.
        .tcp_nodelay(true)
        // Otherwise a follower who has left is never noticed.
        .h1_allow_half_closed(false)
        // The caller listens for signals, and tells the streams first.
        .disable_signals()
        .shutdown_timeout(2)
        .listen(listener)?;
    Ok(server.run())
}

fn routes(config: &mut ServiceConfig) {
    // First of all: it is what is asked for most where a result is shared.
    config
        .configure(of_results)
        .service(resource("/embed/r/{id}", [(Method::GET, web::route().to(results::embed))]))
        .service(resource("/embed/c", [(Method::GET, web::route().to(embed::capsule))]).wrap(Compress::default()))
        .service(web::scope(embed::PAGE).configure(of_results).configure(of_runs).default_service(web::to(embed::whole_page)))
        .service(resource("/embed/{workload}", [(Method::GET, web::route().to(embed::experiment))]).wrap(Compress::default()))
        .service(resource("/r", [(Method::GET, web::route().to(results::list_page))]).wrap(Compress::default()))
        .service(resource("/api/oembed", [(Method::GET, web::route().to(oembed::answer))]))
        .configure(of_runs)
        .default_service(web::to(page::anything));
}

/// Results that are kept.
fn of_results(config: &mut ServiceConfig) {
    config
        .service(resource(
            "/r/{file}",
            [(Method::GET, web::route().to(results::get)), (Method::DELETE, web::route().to(results::delete))],
        ))
        .service(resource(
            "/api/results",
            [(Method::GET, web::route().to(results::list)), (Method::POST, web::route().to(results::save))],
        ))
        .service(resource("/api/links", [(Method::GET, web::route().to(site::links))]));
}

/// What can be run, and runs.
fn of_runs(config: &mut ServiceConfig) {
    config
        .service(resource("/api/health", [(Method::GET, web::route().to(catalog::health))]))
        .service(resource("/api/catalog", [(Method::GET, web::route().to(catalog::catalog))]).wrap(Compress::default()))
        .service(resource("/api/machine", [(Method::GET, web::route().to(catalog::machine))]))
        .service(resource("/api/sample", [(Method::GET, web::route().to(catalog::sample))]).wrap(Compress::default()))
        .service(resource("/api/sample/log", [(Method::GET, web::route().to(catalog::sample_log))]).wrap(Compress::default()))
        .service(
            resource("/api/sources/{workload}", [(Method::GET, web::route().to(catalog::sources))]).wrap(Compress::default()),
        )
        .service(resource("/api/runs", [(Method::POST, web::route().to(runs::submit))]))
        .service(resource(
            "/api/runs/{id}",
            [(Method::GET, web::route().to(runs::get)), (Method::DELETE, web::route().to(runs::cancel))],
        ))
        .service(resource("/api/runs/{id}/lanes", [(Method::GET, web::route().to(lanes::of_run))]))
        .service(resource("/api/runs/{id}/trace.json", [(Method::GET, web::route().to(lanes::trace_of_run))]))
        .service(resource("/api/runs/{id}/report.html", [(Method::GET, web::route().to(runs::document))]))
        .service(resource("/api/runs/{id}/pictures/{file}", [(Method::GET, web::route().to(runs::picture))]))
        .service(resource("/api/runs/{id}/events", [(Method::GET, web::route().to(events::follow))]));
}

/// A path with its methods; any other is answered with those that there are. HEAD comes with GET.
fn resource<const N: usize>(path: &str, routes: [(Method, Route); N]) -> Resource {
    let mut allowed: Vec<String> = Vec::new();
    let mut resource = web::resource(path);
    for (method, route) in routes {
        allowed.push(method.to_string());
        let route = if method == Method::GET {
            allowed.push(Method::HEAD.to_string());
            route.guard(Any(Get()).or(Head()))
        } else {
            route.method(method)
        };
        resource = resource.route(route);
    }
    let allow = allowed.join(", ");
    resource.default_service(web::to(move || {
        let allow = allow.clone();
        async move { problem::method_not_allowed(&allow) as HttpResponse }
    }))
}
