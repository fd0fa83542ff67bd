//! `actix`: actors, spread over as many arbiters (event loops, a thread each) as there are workers.

use std::future::Future;
use std::sync::Arc;

use actix::{Arbiter, ArbiterHandle, System};
use protocol::catalog::Shape;

use super::placement::Placement;
use super::{Described, described, look};
use crate::measure::{Done, Halt, Measure, Passes};
use crate::method::Setting;
use crate::parameters::Params;

/// The name that experiments and links use.
pub const ID: &str = "actix";

pub(super) fn model() -> Described {
    described(ID, "Actix", "actors over a few arbiters", None, look(Shape::Triangle, false, "#087a50", "#3fc78f"))
        .made_of(&["actix", "actix-rt", "tokio"])
        .offers(Placement::declared())
}

/// A form of a cell: an async function that starts its actors in these arbiters.
pub type Run<P, F> = fn(P, Arbiters, Measure) -> F;

/// Starts a system with its arbiters. The cell itself runs on the system's own arbiter, which has no actor.
///
/// # Errors
/// Those of the cell.
pub fn launch<P: Params, F>(run: Run<P, F>, passes: &mut Passes<'_, P>) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let system = System::new();
    let arbiters: Vec<Arbiter> = system.block_on(async { (0..passes.workers()).map(|_| Arbiter::new()).collect() });
    let handles: Arc<[ArbiterHandle]> = arbiters.iter().map(Arbiter::handle).collect();
    let placed = Arbiters { handles, placement: passes.setting() };
    let outcome = passes.run(|params, measure| system.block_on(run(params, placed.clone(), measure.clone())));
    for arbiter in arbiters {
        arbiter.stop();
    }
    outcome
}

/// Where actors are started.
#[derive(Clone, Debug)]
pub struct Arbiters {
    handles: Arc<[ArbiterHandle]>,
    placement: Placement,
}

impl Arbiters {
    /// The arbiter of this unit: they are taken in turn.
    #[must_use]
    pub fn of(&self, unit: usize) -> &ArbiterHandle {
        &self.handles[unit % self.handles.len()]
    }

    /// The arbiter of this member of a group of neighbours, as the experiment places them.
    #[must_use]
    pub fn among(&self, group: usize, member: usize) -> &ArbiterHandle {
        &self.handles[self.placement.core(group, member, self.handles.len())]
    }
}
