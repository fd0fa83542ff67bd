//! The list of what is kept: as a page, drawn here and without a script, and as JSON.

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use charts::Kind;
use charts::words::moment;
use maud::{Markup, PreEscaped, html};
use protocol::Catalog;
use serde::{Deserialize, Serialize};

use super::twin::NO_INDEX;
use crate::http::{Api, answer, problem, sheet};
use crate::store::{Cursor, ResultLine, Sought, StoreError};

/// Lines of a page.
const LINES: u32 = 30;

/// What is looked for, as an address has it. A field of a form that nobody has filled in is empty, and looks for everything.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::http) struct Seeking {
    workload: Option<String>,
    model: Option<String>,
    machine: Option<String>,
    cursor: Option<String>,
}

/// One of the list.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    link: String,
    workload: &'a str,
    models: &'a [String],
    machine: &'a str,
    sentence: &'a str,
    submitted_ms: u64,
    saved_ms: u64,
    expires_ms: Option<u64>,
    published: bool,
}

/// A part of the list, and where the next one begins.
struct Part {
    lines: Vec<ResultLine>,
    next: Option<Cursor>,
}

impl Seeking {
    fn sought(&self, only_published: bool) -> Sought {
        let said = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Sought { workload: said(&self.workload), model: said(&self.model), machine: said(&self.machine), only_published }
    }

    /// The same from this one on, as an address.
    fn address(&self, cursor: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("workload", &self.workload), ("model", &self.model), ("machine", &self.machine)] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                query.append_pair(name, value);
            }
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.to_string());
        }
        let query = query.finish();
        if query.is_empty() { "/r".to_owned() } else { format!("/r?{query}") }
    }
}

/// From a cursor on; the answer to one that is none.
async fn part(api: &Api, seeking: &Seeking) -> Result<Part, HttpResponse> {
    let after = match seeking.cursor.as_deref().filter(|text| !text.is_empty()).map(str::parse) {
        None => None,
        Some(Ok(cursor)) => Some(cursor),
        Some(Err(_)) => {
            return Err(problem::unreadable("cursor: it is none of this list; accepted: the one that a page of it ends with"));
        }
    };
    // Whoever can reach a public server sees what was published; of one that is this machine's alone all is the reader's own.
    let sought = seeking.sought(api.site.is_public());
    let lines = api.store.results(&sought, after, LINES + 1).await;
    let mut lines = lines.map_err(|error: StoreError| problem::of_store(&error))?;
    let more = lines.len() > LINES as usize;
    lines.truncate(LINES as usize);
    let next = lines.last().map(|line| line.cursor).filter(|_| more);
    Ok(Part { lines, next })
}

/// The list as JSON.
pub(in crate::http) async fn list(api: Data<Api>, seeking: Query<Seeking>) -> HttpResponse {
    let Part { lines, next } = match part(&api, &seeking).await {
        Ok(part) => part,
        Err(refusal) => return refusal,
    };
    let listed: Vec<Listed<'_>> = lines
        .iter()
        .map(|line| Listed {
            id: &line.id,
            link: api.site.link(&format!("/r/{}", line.id)),
            workload: &line.workload,
            models: &line.models,
            machine: &line.machine,
            sentence: &line.sentence,
            submitted_ms: line.submitted_ms,
            saved_ms: line.saved_ms,
            expires_ms: line.expires_ms,
            published: line.published,
        })
        .collect();
    let next = next.map(|cursor| cursor.to_string());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).json(serde_json::json!({"results": listed, "next": next}))
}

/// The list as a page.
pub(in crate::http) async fn page(api: Data<Api>, request: HttpRequest, seeking: Query<Seeking>) -> HttpResponse {
    if answer::wants_compact(request.headers()) {
        return problem::not_found("the list has no compact form; accepted: /api/results");
    }
    let Part { lines, next } = match part(&api, &seeking).await {
        Ok(part) => part,
        Err(refusal) => return refusal,
    };
    let body = html! {
        h1 { "Results" }
        p.muted {
            @if api.site.is_public() { "What was published here, newest first." }
            @else { "What is kept on this machine, newest first. A result comes here with its " b { "Short link" } "." }
        }
        (form(&api.context.catalog, &seeking))
        @if lines.is_empty() { (nothing(&seeking)) } @else {
            ol.kept { @for line in &lines { (kept(&api, &seeking, line)) } }
        }
        p.older {
            @if seeking.cursor.is_some() { a href=(seeking.address(None)) rel="first" { "Newest" } }
            @if let Some(next) = next { a href=(seeking.address(Some(&next))) rel="next" data-testid="older" { "Older" } }
        }
    };
    let mut response = HttpResponse::Ok();
    response.content_type(ContentType::html()).insert_header(sheet::policy()).insert_header((CACHE_CONTROL, "no-cache"));
    if !api.site.is_public() {
        response.insert_header(NO_INDEX);
    }
    response.body(sheet::page("Results", &html! {}, &body))
}

fn form(catalog: &Catalog, seeking: &Seeking) -> Markup {
    let chosen = |chosen: &Option<String>, id: &str| chosen.as_deref() == Some(id);
    html! {
        form.seek action="/r" method="get" role="search" {
            label { "Workload"
                select name="workload" {
                    option value="" { "all" }
                    @for one in &catalog.workloads {
                        option value=(one.id) selected[chosen(&seeking.workload, &one.id)] { (one.name) }
                    }
                }
            }
            label { "Model"
                select name="model" {
                    option value="" { "all" }
                    @for one in &catalog.models { option value=(one.id) selected[chosen(&seeking.model, &one.id)] { (one.name) } }
                }
            }
            label.wide { "Machine, as it is written in the list"
                input name="machine" value=[seeking.machine.as_deref()] autocomplete="off" spellcheck="false";
            }
            button.button { "Search" }
        }
    }
}

fn nothing(seeking: &Seeking) -> Markup {
    let seeks = *seeking.address(None) != *"/r";
    html! {
        p.nothing data-testid="nothing" {
            @if seeking.cursor.is_some() { "Nothing is older." }
            @else if seeks { "Nothing like this is kept here. " a href="/r" { "Show everything" } }
            @else { "Nothing is kept here yet. " a href="/" { "Run something" } ", and keep its result." }
        }
    }
}

fn kept(api: &Api, seeking: &Seeking, line: &ResultLine) -> Markup {
    let catalog = &api.context.catalog;
    let workload = catalog.workload(&line.workload).map_or(line.workload.as_str(), |workload| &workload.name);
    let of_machine = Seeking { machine: Some(line.machine.clone()), ..seeking.clone() };
    html! {
        li {
            p.says { a href={ "/r/" (line.id) } { (line.sentence) } }
            div.about {
                span { (workload) }
                @for model in &line.models {
                    @let known = catalog.model(model);
                    span.who {
                        @if let Some(known) = known { (PreEscaped(charts::mark(Some(known), Kind::Model))) }
                        (known.map_or(model.as_str(), |known| &known.name))
                    }
                }
                a href=(of_machine.address(None)) { (line.machine) }
                time { (moment(line.submitted_ms)) }
                @if !line.published { span { "not published" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_what_was_filled_in_and_no_more() {
        let seeking = Seeking {
            workload: Some("tcp-echo".into()),
            model: Some(String::new()),
            machine: Some("2-core A & B".into()),
            cursor: None,
        };
        assert_eq!(seeking.address(None), "/r?workload=tcp-echo&machine=2-core+A+%26+B");
        assert_eq!(Seeking::default().address(None), "/r");
        assert_eq!(
            seeking.sought(true),
            Sought { workload: Some("tcp-echo".into()), model: None, machine: Some("2-core A & B".into()), only_published: true }
        );
    }
}
