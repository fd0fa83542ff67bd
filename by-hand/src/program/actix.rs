//! `program` on Actix, by hand: compute, wait, send, lock, yield, read, block, again and again. A SyncArbiter reads.

use std::fs;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix::clock::sleep;
use actix::prelude::*;
use by_hand::{Args, Outcome, compute, file, mixed, on_actix, settle};
use futures_util::future::join_all;
use tokio::task::yield_now;

struct Collector;

impl Actor for Collector {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(64);
    }
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Collect(u64);

impl Handler<Collect> for Collector {
    type Result = u64;

    fn handle(&mut self, Collect(number): Collect, _: &mut Context<Self>) -> u64 {
        mixed(number)
    }
}

struct Reader {
    path: Arc<String>,
}

impl Actor for Reader {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Read;

impl Handler<Read> for Reader {
    type Result = u64;

    fn handle(&mut self, _: Read, _: &mut SyncContext<Self>) -> u64 {
        file::sum(&fs::read(&*self.path).unwrap())
    }
}

struct Unit {
    args: Args,
    counter: Arc<Mutex<u64>>,
    collector: Addr<Collector>,
    reader: Addr<Reader>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Run(u64);

impl Handler<Run> for Unit {
    type Result = ResponseFuture<u64>;

    fn handle(&mut self, Run(unit): Run, _: &mut Context<Self>) -> Self::Result {
        let (args, counter) = (self.args, self.counter.clone());
        let (collector, reader) = (self.collector.clone(), self.reader.clone());
        Box::pin(async move {
            let mut sum = 0_u64;
            for _ in 0..args.rounds {
                sum = sum.wrapping_add(compute(args.seed));
                sleep(Duration::from_millis(1)).await;
                sum = sum.wrapping_add(collector.send(Collect(unit)).await.unwrap());
                *counter.lock().unwrap() += 1;
                yield_now().await;
                sum = sum.wrapping_add(reader.send(Read).await.unwrap());
                thread::sleep(Duration::from_millis(1));
                // The wait, the yield and the block.
                sum = sum.wrapping_add(3);
            }
            sum
        })
    }
}

fn main() {
    on_actix(|args| Args { rounds: 1, ..args }, run_all);
}

async fn run_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let (path, counter) = (Arc::new(file::numbers()), Arc::new(Mutex::new(0)));
    let collector = Collector::start_in_arbiter(&arbiters[0].handle(), |_| Collector);
    let reader = SyncArbiter::start(args.workers, move || Reader { path: path.clone() });
    let start = |arbiter: &Arbiter| {
        let unit = Unit { args, counter: counter.clone(), collector: collector.clone(), reader: reader.clone() };
        Unit::start_in_arbiter(&arbiter.handle(), |_| unit)
    };
    let units: Vec<_> = arbiters.iter().cycle().take(args.units).map(start).collect();
    settle();
    let start = Instant::now();
    let parts = join_all(units.iter().zip(0..).map(|(unit, number)| unit.send(Run(number)))).await;
    let sum = parts.into_iter().map(Result::unwrap).fold(0, u64::wrapping_add);
    let counted = *counter.lock().unwrap();
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds * 7, sum.wrapping_add(counted))
}
