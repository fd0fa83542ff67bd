//! `cpu-hash` on smol, by hand: a task gives way between two chains.

use std::time::Instant;

use by_hand::{Args, EX, Outcome, chain, first_hash, on_smol, part, settle};
use smol::channel::bounded;
use smol::future::yield_now;

fn main() {
    on_smol(|args| Args { rounds: 1, ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let hashes = args.number("hashes");
    // Nobody sends in either: the one closes when every unit has dropped its end, the other to let them go.
    let (ready, all_ready) = bounded::<()>(1);
    let (start, started) = bounded::<()>(1);
    let mut units = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (ready, started) = (ready.clone(), started.clone());
        units.push(EX.spawn(async move {
            let mut hash = first_hash(args.seed, unit);
            drop(ready);
            let _ = started.recv().await;
            for _ in 0..args.rounds {
                hash = chain(hash, hashes);
                yield_now().await;
            }
            part(&hash)
        }));
    }
    drop(ready);
    let _ = all_ready.recv().await;
    settle();

    let since = Instant::now();
    drop(start);
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
}
