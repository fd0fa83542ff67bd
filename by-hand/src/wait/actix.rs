//! `wait` on Actix, by hand: an actor that asks to be called later.

use std::time::{Duration, Instant};

use actix::prelude::*;
use by_hand::{Args, Outcome, median, on_actix, settle};
use tokio::sync::mpsc;

struct Sleeper {
    wait: Duration,
    left: u64,
    late: mpsc::UnboundedSender<Duration>,
}

impl Actor for Sleeper {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Sleeper {
    type Result = ();

    fn handle(&mut self, _: Go, ctx: &mut Context<Self>) {
        self.sleep(ctx);
    }
}

impl Sleeper {
    fn sleep(&mut self, ctx: &mut Context<Self>) {
        let asked = Instant::now();
        ctx.run_later(self.wait, move |sleeper, ctx| {
            sleeper.late.send(asked.elapsed() - sleeper.wait).unwrap();
            sleeper.left -= 1;
            if sleeper.left > 0 {
                sleeper.sleep(ctx);
            } else {
                ctx.stop();
            }
        });
    }
}

fn main() {
    on_actix(|args| Args { units: args.units.min(16), rounds: 1, ..args }, sleep_all);
}

async fn sleep_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let wait = Duration::from_millis(args.number("wait_ms"));
    let (late, mut lates) = mpsc::unbounded_channel();
    let start = |arbiter: &Arbiter| {
        let late = late.clone();
        Sleeper::start_in_arbiter(&arbiter.handle(), move |_| Sleeper { wait, left: args.rounds, late })
    };
    let sleepers: Vec<_> = arbiters.iter().cycle().take(args.units).map(start).collect();
    drop(late);
    settle();
    let start = Instant::now();
    sleepers.iter().for_each(|sleeper| sleeper.do_send(Go));
    drop(sleepers);
    let mut all = Vec::new();
    while let Some(late) = lates.recv().await {
        all.push(late);
    }
    let waits = all.len() as u64;
    Outcome::new(start.elapsed(), waits, waits).with("oversleep_p50_ns", median(all))
}
