//! Native threads: each is one of the operating system's, with a stack of its own. They can run on several cores at once.

use std::thread;

/// Starts two threads and waits for both.
///
/// # Panics
/// If one of the two has.
#[must_use]
pub fn two_units() -> (u64, u64) {
    let first = thread::spawn(|| (1..=10).sum());
    let second = thread::spawn(|| (11..=20).sum());
    (first.join().expect("the first thread did not panic"), second.join().expect("the second thread did not panic"))
}
