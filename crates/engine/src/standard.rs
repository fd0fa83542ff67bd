//! What this project brings: its models, its workloads, its presets.

use crate::registry::Registry;
use crate::{presets, workloads};

impl Registry {
    /// Every model and workload of this project.
    #[must_use]
    pub fn standard() -> Self {
        workloads::all(Self::empty()).with_presets(presets::all())
    }
}
