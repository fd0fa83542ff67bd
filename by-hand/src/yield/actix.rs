//! `yield` on Actix, by hand: an async handler that gives its arbiter back.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, on_actix, settle};
use futures_util::future::join_all;

struct Yielder;

impl Actor for Yielder {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Times(u64);

impl Handler<Times> for Yielder {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Times(times): Times, _: &mut Context<Self>) -> Self::Result {
        Box::pin(async move {
            for _ in 0..times {
                tokio::task::yield_now().await;
            }
        })
    }
}

fn main() {
    on_actix(|args| args, yield_many);
}

async fn yield_many(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let yields = args.number("yields");
    let arbiters = arbiters.iter().cycle().take(args.units);
    let yielders: Vec<_> = arbiters.map(|arbiter| Yielder::start_in_arbiter(&arbiter.handle(), |_| Yielder)).collect();
    settle();
    let start = Instant::now();
    for done in join_all(yielders.iter().map(|yielder| yielder.send(Times(yields)))).await {
        done.unwrap();
    }
    let all = args.units as u64 * yields;
    Outcome::new(start.elapsed(), all, all)
}
