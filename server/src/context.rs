//! What every part of the server knows: what can be run, where, with what.

use protocol::{Build, Catalog, Here, Machine};
use runner::{Registry, calibration, machine};

/// Made once, when the program starts.
pub(crate) struct Context {
    pub(crate) registry: Registry,
    pub(crate) here: Here,
    pub(crate) catalog: Catalog,
}

impl Context {
    /// `measures` says that there will be trials, and so that what the clock and the scheduler cost must be known.
    pub(crate) fn new(registry: Registry, measures: bool) -> Self {
        let calibration = if measures { calibration() } else { None };
        let machine = Machine { calibration, ..machine() };
        let catalog = registry.catalog(&machine);
        Self { registry, here: Here { machine, build: build() }, catalog }
    }
}

/// What was found out when this was compiled, see `build.rs`.
fn build() -> Build {
    Build {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: env!("INTERLEAVE_COMMIT").to_owned(),
        profile: env!("INTERLEAVE_PROFILE").to_owned(),
        rustc: env!("INTERLEAVE_RUSTC").to_owned(),
        tokio: env!("INTERLEAVE_TOKIO").to_owned(),
        actix: env!("INTERLEAVE_ACTIX").to_owned(),
        rayon: env!("INTERLEAVE_RAYON").to_owned(),
        smol: env!("INTERLEAVE_SMOL").to_owned(),
    }
}

/// Said at every start of a program that nobody should measure with.
pub(crate) fn debug_warning(build: &Build) -> Option<&'static str> {
    (build.profile != "release")
        .then_some("this is a debug build: its figures mean nothing (cargo xtask serve makes a release build)")
}
