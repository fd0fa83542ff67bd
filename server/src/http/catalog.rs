//! What can be run, where, and from what source.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::json;

use super::{Api, problem};

pub(super) async fn health(api: Data<Api>) -> HttpResponse {
    let load = api.dispatcher.load().await;
    HttpResponse::Ok().json(json!({"status": "ok", "queued": load.queued, "running": load.running}))
}

pub(super) async fn catalog(api: Data<Api>) -> HttpResponse {
    HttpResponse::Ok().json(&api.context.catalog)
}

pub(super) async fn machine(api: Data<Api>) -> HttpResponse {
    HttpResponse::Ok().json(&api.context.here)
}

pub(super) async fn sources(api: Data<Api>, workload: Path<String>) -> HttpResponse {
    match api.context.registry.sources(&workload) {
        Some(sources) => HttpResponse::Ok().json(sources),
        None => {
            let ids: Vec<&str> = api.context.catalog.workloads.iter().map(|workload| workload.id.as_str()).collect();
            problem::not_found(&format!("workload: it is not known here; accepted: one of {}", ids.join(", ")))
        }
    }
}
