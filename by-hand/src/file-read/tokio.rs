//! `file-read` on Tokio, by hand: each read in `spawn_blocking`, into the reader's own buffer.

use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Instant;

use by_hand::file::{Blocks, first};
use by_hand::{Args, Outcome, on_tokio, settle};
use tokio::sync::Barrier;
use tokio::task::spawn_blocking;

fn main() {
    on_tokio(|args| Args { rounds: args.rounds.min(4), ..args }, read_all);
}

async fn read_all(args: Args) -> Outcome {
    let blocks = Blocks::write(args);
    let barrier = Arc::new(Barrier::new(args.units + 1));
    let mut readers = Vec::new();
    for unit in 0..args.units {
        let (file, barrier) = (Arc::new(blocks.open()), barrier.clone());
        let mut block = vec![0; blocks.bytes];
        readers.push(tokio::spawn(async move {
            barrier.wait().await;
            let mut sum = 0_u64;
            for round in 0..args.rounds {
                let (file, offset) = (file.clone(), blocks.offset(unit, round));
                block = spawn_blocking(move || {
                    file.read_exact_at(&mut block, offset).unwrap();
                    block
                })
                .await
                .unwrap();
                sum = sum.wrapping_add(first(&block));
            }
            sum
        }));
    }
    tokio::task::yield_now().await;
    settle();
    let start = Instant::now();
    barrier.wait().await;
    let mut sum = 0_u64;
    for reader in readers {
        sum = sum.wrapping_add(reader.await.unwrap());
    }
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds, sum)
}
