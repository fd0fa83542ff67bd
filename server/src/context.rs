//! What every part of the server knows: what can be run, where, with what.

use analysis::quantities;
use protocol::{Build, Catalog, Here, Machine};
use runner::{Registry, allocators, calibration, machine};

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
        let catalog = Catalog { quantities: quantities::all(), ..registry.catalog(&machine) };
        let build = build(&catalog);
        Self { registry, here: Here { machine, build }, catalog }
    }
}

/// The versions of everything that was compiled in, see `build.rs`.
static VERSIONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/versions.rs"));

/// What was found out when this was compiled, with the versions of what the models are made of.
fn build(catalog: &Catalog) -> Build {
    let version_of = |name: &String| VERSIONS.iter().find(|(package, _)| package == name);
    let of_cells = catalog.workloads.iter().flat_map(|workload| &workload.cells).flat_map(|cell| &cell.libraries);
    let libraries = catalog.models.iter().flat_map(|model| &model.libraries).chain(of_cells).filter_map(version_of);
    Build {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: env!("INTERLEAVE_COMMIT").to_owned(),
        profile: env!("INTERLEAVE_PROFILE").to_owned(),
        rustc: env!("INTERLEAVE_RUSTC").to_owned(),
        opt_level: env!("INTERLEAVE_OPT_LEVEL").to_owned(),
        lto: env!("INTERLEAVE_LTO").to_owned(),
        codegen_units: env!("INTERLEAVE_CODEGEN_UNITS").to_owned(),
        target_cpu: env!("INTERLEAVE_TARGET_CPU").to_owned(),
        allocators: allocators(),
        libraries: libraries.map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect(),
    }
}

/// Said at every start of a program that nobody should measure with.
pub(crate) fn debug_warning(build: &Build) -> Option<&'static str> {
    (build.profile != "release")
        .then_some("this is a debug build: its figures mean nothing (cargo xtask serve makes a release build)")
}
