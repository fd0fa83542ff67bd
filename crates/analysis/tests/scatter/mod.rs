//! Machines to simulate: a quiet one and a busy one.

/// How figures of a machine scatter: most near each other, some far off on the slow side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scatter {
    /// Standard deviation of the logarithm.
    pub(crate) spread: f64,
    /// Share of trials that somebody disturbed, each by up to a half.
    pub(crate) disturbed: f64,
}

pub(crate) const QUIET: Scatter = Scatter { spread: 0.01, disturbed: 0.0 };
pub(crate) const BUSY: Scatter = Scatter { spread: 0.05, disturbed: 0.2 };

impl Scatter {
    /// One figure.
    pub(crate) fn draw(self, random: &mut fastrand::Rng) -> f64 {
        // A normal number, after Box and Muller.
        let (u, v) = (random.f64().max(1e-12), random.f64());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let slowed = if random.f64() < self.disturbed { 1.0 - random.f64() / 2.0 } else { 1.0 };
        1e5 * (normal * self.spread).exp() * slowed
    }
}
