//! `pipeline` on Actix, by hand: actors on one arbiter; one that finds the next mailbox full waits until its item has been handled.

use std::time::Instant;

use actix::dev::SendError;
use actix::prelude::*;
use by_hand::{Args, Outcome, mixed_times, on_actix, settle};

struct Stage {
    capacity: usize,
    work: u64,
    next: Option<Addr<Stage>>,
    sum: u64,
}

impl Actor for Stage {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(self.capacity);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Value(u64);

impl Handler<Value> for Stage {
    type Result = ();

    fn handle(&mut self, Value(value): Value, ctx: &mut Context<Self>) {
        let value = mixed_times(value, self.work + 1);
        match &self.next {
            None => self.sum = self.sum.wrapping_add(value),
            Some(next) => match next.try_send(Value(value)) {
                Err(SendError::Full(value)) => {
                    next.send(value).into_actor(self).map(|sent, _, _| sent.unwrap()).wait(ctx);
                }
                sent => sent.unwrap(),
            },
        }
    }
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Sum;

impl Handler<Sum> for Stage {
    type Result = u64;

    fn handle(&mut self, _: Sum, _: &mut Context<Self>) -> u64 {
        self.sum
    }
}

struct Source {
    first: Addr<Stage>,
}

impl Actor for Source {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Items(u64);

impl Handler<Items> for Source {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Items(items): Items, _: &mut Context<Self>) -> Self::Result {
        let first = self.first.clone();
        Box::pin(async move {
            for item in 0..items {
                match first.try_send(Value(item % 16)) {
                    Err(SendError::Full(value)) => first.send(value).await.unwrap(),
                    sent => sent.unwrap(),
                }
            }
        })
    }
}

fn main() {
    on_actix(|args| args, pipeline);
}

async fn pipeline(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let (items, capacity, work) = (args.number("items"), args.number("capacity") as usize, args.number("work"));
    let arbiter = arbiters[0].handle();
    let mut stages: Vec<Addr<Stage>> = Vec::new();
    for _ in 0..args.units {
        let next = stages.last().cloned();
        stages.push(Stage::start_in_arbiter(&arbiter, move |_| Stage { capacity, work, next, sum: 0 }));
    }
    let first = stages[args.units - 1].clone();
    let source = Source::start_in_arbiter(&arbiter, |_| Source { first });
    settle();
    let start = Instant::now();
    source.send(Items(items)).await.unwrap();
    // From the first to the last: one that answers has handed everything on.
    let mut sum = 0;
    for stage in stages.iter().rev() {
        sum = stage.send(Sum).await.unwrap();
    }
    Outcome::new(start.elapsed(), items, sum)
}
