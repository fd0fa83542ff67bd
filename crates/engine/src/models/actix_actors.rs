//! `actix`: actors, spread over as many arbiters (event loops, a thread each) as there are workers.

use std::future::Future;

use actix::{Arbiter, ArbiterHandle, System};
use protocol::catalog::Shape;

use super::{Described, described, look};
use crate::measure::{Done, Halt, Measure};
use crate::method::Setting;
use crate::setting;

/// The name that experiments and links use.
pub const ID: &str = "actix";

pub(super) fn model() -> Described {
    described(ID, "Actix", "actors over a few arbiters", None, look(Shape::Triangle, false, "#087a50", "#3fc78f"))
        .made_of(&["actix", "actix-rt", "tokio"])
        .offers(Placement::declared())
}

setting! {
    /// Where actors are started that talk to each other. An arbiter is a thread: between two of them a message wakes a thread,
    /// and on one it wakes nobody.
    pub enum Placement: "placement" {
        /// Neighbours on different arbiters, in turn.
        Spread = "spread" / "spread",
        /// All of them on one.
        Together = "together" / "together",
    }
    label: "Placement",
    help: "Whether actors that talk to each other are spread over the arbiters or together on one. Between two arbiters a \
           message wakes a thread."
}

/// A form of a cell: an async function that starts its actors in these arbiters.
pub type Run<P, F> = fn(P, Arbiters, Measure) -> F;

/// Starts a system with its arbiters. The cell itself runs on the system's own arbiter, which has no actor.
///
/// # Errors
/// Those of the cell.
pub fn launch<P, F>(run: Run<P, F>, params: P, measure: &Measure) -> Result<Done, Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let system = System::new();
    system.block_on(async {
        let arbiters: Vec<Arbiter> = (0..measure.workers()).map(|_| Arbiter::new()).collect();
        let handles = arbiters.iter().map(Arbiter::handle).collect();
        let placed = Arbiters { handles, placement: measure.setting() };
        let done = run(params, placed, measure.clone()).await;
        for arbiter in arbiters {
            arbiter.stop();
        }
        done
    })
}

/// Where actors are started, in turn.
#[derive(Debug)]
pub struct Arbiters {
    handles: Vec<ArbiterHandle>,
    placement: Placement,
}

impl Arbiters {
    /// The arbiter of this unit.
    #[must_use]
    pub fn of(&self, unit: usize) -> &ArbiterHandle {
        &self.handles[unit % self.handles.len()]
    }

    /// The arbiter of this unit, which talks to the units before and after it: as the experiment places neighbours.
    #[must_use]
    pub fn among_neighbours(&self, unit: usize) -> &ArbiterHandle {
        match self.placement {
            Placement::Spread => self.of(unit),
            Placement::Together => self.of(0),
        }
    }
}
