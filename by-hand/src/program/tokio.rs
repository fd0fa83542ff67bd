//! `program` on Tokio, by hand: compute, wait, send, lock, yield, read, block, again and again.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use by_hand::{Args, Outcome, compute, file, mixed, on_tokio, settle};
use tokio::sync::{Barrier, mpsc, oneshot};
use tokio::{fs, task, time};

type Asked = (u64, oneshot::Sender<u64>);

fn main() {
    on_tokio(|args| Args { rounds: 1, ..args }, run_all);
}

async fn program(args: Args, unit: u64, path: &str, counter: &Mutex<u64>, collector: &mpsc::Sender<Asked>) -> u64 {
    let mut sum = 0_u64;
    for _ in 0..args.rounds {
        sum = sum.wrapping_add(compute(args.seed));
        time::sleep(Duration::from_millis(1)).await;
        let (answer, answered) = oneshot::channel();
        collector.send((unit, answer)).await.unwrap();
        sum = sum.wrapping_add(answered.await.unwrap());
        *counter.lock().unwrap() += 1;
        task::yield_now().await;
        sum = sum.wrapping_add(file::sum(&fs::read(path).await.unwrap()));
        thread::sleep(Duration::from_millis(1));
        // The wait, the yield and the block.
        sum = sum.wrapping_add(3);
    }
    sum
}

async fn run_all(args: Args) -> Outcome {
    let (path, counter) = (Arc::new(file::numbers()), Arc::new(Mutex::new(0)));
    let (collector, mut asked) = mpsc::channel::<Asked>(64);
    tokio::spawn(async move {
        while let Some((number, answer)) = asked.recv().await {
            answer.send(mixed(number)).unwrap();
        }
    });
    let barrier = Arc::new(Barrier::new(args.units + 1));
    let mut units = Vec::new();
    for unit in 0..args.units as u64 {
        let (path, counter, collector, barrier) = (path.clone(), counter.clone(), collector.clone(), barrier.clone());
        units.push(tokio::spawn(async move {
            barrier.wait().await;
            program(args, unit, &path, &counter, &collector).await
        }));
    }
    task::yield_now().await;
    settle();
    let start = Instant::now();
    barrier.wait().await;
    let mut sum = 0_u64;
    for unit in units {
        sum = sum.wrapping_add(unit.await.unwrap());
    }
    let counted = *counter.lock().unwrap();
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds * 7, sum.wrapping_add(counted))
}
