//! The execution models: a file each, with its descriptor and its `launch`, which starts the runtime, runs a cell on it and stops
//! it. There is no trait that all of them must fit: a cell has the form that its model's own people would give it, and `launch`
//! takes just that form.

pub mod actix_actors;
pub mod actix_rt;
pub mod actix_sync;
pub mod cores;
pub mod io_uring;
pub mod placement;
pub mod rayon_pool;
pub mod smol_tasks;
pub mod thread_pool;
pub mod threads;
pub mod tokio_actors;
pub mod tokio_current_thread;
pub mod tokio_per_core;
pub mod tokio_tasks;

use protocol::catalog::{Look, Shape};
use protocol::{Model, Parameter};

/// Every model, in the order in which they are shown: each behind the one that it is a variant of.
pub(crate) fn all() -> Vec<Described> {
    vec![
        threads::model(),
        thread_pool::model(),
        rayon_pool::model(),
        tokio_tasks::model(),
        tokio_current_thread::model(),
        tokio_per_core::model(),
        smol_tasks::model(),
        io_uring::model(),
        actix_actors::model(),
        actix_sync::model(),
        actix_rt::model(),
        tokio_actors::model(),
    ]
}

/// A model, and what the engine knows of it besides.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) model: Model,
    /// The options that its launch obeys, and so each of its cells.
    pub(crate) launch_obeys: Vec<String>,
    /// Why this machine cannot run it; `None` if it can.
    pub(crate) unavailable: Option<String>,
}

fn described(id: &str, name: &str, summary: &str, variant_of: Option<&str>, look: Look) -> Described {
    let model = Model {
        id: id.into(),
        name: name.into(),
        within: name.into(),
        summary: summary.into(),
        variant_of: variant_of.map(Into::into),
        look,
        options: Vec::new(),
        libraries: Vec::new(),
    };
    Described { model, launch_obeys: Vec::new(), unavailable: None }
}

impl Described {
    /// Its name inside a sentence, if that is written in another way than alone.
    fn within(mut self, name: &str) -> Self {
        self.model.within = name.to_owned();
        self
    }

    /// The libraries that it is made of: their versions are in every report.
    fn made_of(mut self, libraries: &[&str]) -> Self {
        self.model.libraries = libraries.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// It cannot be run on this machine, if there is a reason.
    fn unless(mut self, reason: Option<String>) -> Self {
        self.unavailable = reason;
        self
    }

    /// An option that its launch obeys.
    fn launched_with(mut self, option: Parameter) -> Self {
        self.launch_obeys.push(option.name.clone());
        self.offers(option)
    }

    /// An option that those of its cells obey that say so ([`crate::cell::Content::obeys`]).
    fn offers(mut self, option: Parameter) -> Self {
        self.model.options.push(option);
        self
    }
}

fn look(shape: Shape, notched: bool, light: &str, dark: &str) -> Look {
    Look { shape, notched, light: light.into(), dark: dark.into() }
}
