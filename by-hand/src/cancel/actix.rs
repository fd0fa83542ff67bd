//! `cancel` on Actix, by hand: actors are told to stop. How long after that the last has been dropped.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use actix::prelude::*;
use by_hand::{Args, Outcome, mixed_times, on_actix};
use tokio::sync::mpsc;
use tokio::task::yield_now;

struct Worker {
    piece: u64,
    begun: Option<mpsc::Sender<()>>,
    dropped: mpsc::UnboundedSender<Instant>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.dropped.send(Instant::now()).unwrap();
    }
}

impl Actor for Worker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        let (piece, begun) = (self.piece, self.begun.take());
        let work = async move {
            let mut state = black_box(mixed_times(0, piece));
            // Nobody sends: the channel closes when all have done their first piece.
            drop(begun);
            loop {
                yield_now().await;
                state = black_box(mixed_times(state, piece));
            }
        };
        ctx.spawn(work.into_actor(self));
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Stop;

impl Handler<Stop> for Worker {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

fn main() {
    on_actix(|args| args, cancel);
}

async fn cancel(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let (piece, after) = (args.number("piece"), Duration::from_millis(args.number("after_ms")));
    let (begun, mut all_begun) = mpsc::channel::<()>(1);
    let (dropped, mut ends) = mpsc::unbounded_channel();
    let start = |arbiter: &Arbiter| {
        let worker = Worker { piece, begun: Some(begun.clone()), dropped: dropped.clone() };
        Worker::start_in_arbiter(&arbiter.handle(), |_| worker)
    };
    let workers: Vec<_> = arbiters.iter().cycle().take(args.units).map(start).collect();
    drop((begun, dropped));
    all_begun.recv().await;
    let start = Instant::now();
    let teller = thread::spawn(move || {
        thread::sleep(after);
        let telling = Instant::now();
        workers.iter().for_each(|worker| worker.do_send(Stop));
        telling
    });
    let mut last = start;
    while let Some(end) = ends.recv().await {
        last = last.max(end);
    }
    let stopped = last - teller.join().unwrap();
    let units = args.units as u64;
    Outcome::new(start.elapsed(), units, units).with("stopped_last_ns", stopped.as_nanos() as f64)
}
