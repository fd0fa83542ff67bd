//! Tokio: tasks are cheap, and share a few threads by giving way at each `.await`.

/// Starts a runtime, and on it two tasks, and waits for both.
///
/// # Panics
/// If one of the two has.
#[tokio::main]
pub async fn two_units() -> (u64, u64) {
    let first = tokio::spawn(async { (1..=10).sum() });
    let second = tokio::spawn(async { (11..=20).sum() });
    (first.await.expect("the first task did not panic"), second.await.expect("the second task did not panic"))
}
