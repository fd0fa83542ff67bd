//! The examples of the article that this project grew from, "Exploring the Asynchronous Execution Models in Rust", made to work:
//! two units of work on threads, on Tokio, on Actix. The page shows them beside their preset; a test runs them.

pub mod actix_actors;
pub mod threads;
pub mod tokio_tasks;

use protocol::catalog::Source;

use crate::cell::beside;
use crate::models;
use crate::source::pieces;

/// The three listings.
#[must_use]
pub fn listings() -> Vec<Source> {
    let listing = |model: &str, file: &str, text: &str| Source {
        model: Some(model.to_owned()),
        path: beside(file!(), file),
        pieces: pieces(text),
    };
    vec![
        listing(models::threads::ID, "threads.rs", include_str!("threads.rs")),
        listing(models::tokio_tasks::ID, "tokio_tasks.rs", include_str!("tokio_tasks.rs")),
        listing(models::actix_actors::ID, "actix_actors.rs", include_str!("actix_actors.rs")),
    ]
}
