//! A result by its id, and what is said where there is none.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::Data;
use maud::html;

use super::twin::NO_INDEX;
use crate::http::{Api, problem, sheet};
use crate::runs::id::ResultId;
use crate::store::StoredResult;

/// The result with this id, or the answer that there is none.
pub(in crate::http) async fn found(api: &Data<Api>, id: ResultId) -> Result<StoredResult, HttpResponse> {
    match api.store.result(id.as_str()).await {
        Ok(Some(stored)) => Ok(stored),
        Ok(None) => Err(problem::no_such_result(id.as_str())),
        Err(error) => Err(problem::of_store(&error)),
    }
}

/// For a person who has followed a link that leads to nothing.
pub(in crate::http) fn gone_page(id: &str) -> HttpResponse {
    let shown: String = id.chars().take(64).collect();
    let body = html! {
        h1 { "This result is not here" }
        p {
            "Nothing is kept under " code { (shown) } ". It may have been deleted by who kept it, its time may be over, or it is "
            "on another server."
        }
        p { a href="/r" { "Results that are kept here" } " · " a href="/" { "Run one" } }
    };
    let text = sheet::page("No such result", &html! {}, &body);
    HttpResponse::build(StatusCode::NOT_FOUND)
        .content_type(ContentType::html())
        .insert_header(sheet::policy())
        .insert_header(NO_INDEX)
        .body(text)
}
