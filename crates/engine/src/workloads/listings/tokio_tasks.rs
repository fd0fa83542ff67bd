//! Tokio: tasks are cheap, and share a few threads by giving way at each `.await`.

use std::time::Duration;

use tokio::time::sleep;

use super::Params;

// Makes a runtime with a worker for each core, and runs what is below on it.
#[tokio::main]
pub(super) async fn run(Params { units, lines, pause_ms }: Params) {
    let start = |unit| {
        tokio::spawn(async move {
            for line in 1..=lines {
                println!("unit {unit}: line {line}");
                // Not `thread::sleep`, which would hold up the worker and every task on it.
                sleep(Duration::from_millis(pause_ms)).await;
            }
        })
    };
    let units: Vec<_> = (1..=units).map(start).collect();
    // Without these the runtime would be dropped at the end of `main`, and its tasks at their next `.await`.
    for unit in units {
        unit.await.unwrap();
    }
}
