//! The execution models: a file each, with its descriptor and its `launch`, which starts the runtime, runs a cell on it and stops it.
//!
//! There is no trait that all of them squeeze through: a cell has the form that its model's own people would give it, and `launch`
//! takes just that form.

pub mod actix_actors;
pub mod actix_sync;
pub mod rayon_pool;
pub mod smol_tasks;
pub mod thread_pool;
pub mod threads;
pub mod tokio_current_thread;
pub mod tokio_tasks;

use protocol::Model;
use protocol::catalog::{Look, Shape};

/// Every model, in the order in which they are shown.
#[must_use]
pub fn all() -> Vec<Model> {
    vec![
        threads::model(),
        thread_pool::model(),
        tokio_tasks::model(),
        tokio_current_thread::model(),
        actix_actors::model(),
        actix_sync::model(),
        rayon_pool::model(),
        smol_tasks::model(),
    ]
}

fn described(id: &str, name: &str, summary: &str, variant_of: Option<&str>, look: Look) -> Model {
    Model { id: id.into(), name: name.into(), summary: summary.into(), variant_of: variant_of.map(Into::into), look }
}

fn look(shape: Shape, notched: bool, light: &str, dark: &str) -> Look {
    Look { shape, notched, light: light.into(), dark: dark.into() }
}
