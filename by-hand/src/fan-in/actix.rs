//! `fan-in` on Actix, by hand: producers that are told to wait when the mailbox is full, all on the consumer's arbiter.

use std::time::Instant;

use actix::dev::SendError;
use actix::prelude::*;
use by_hand::{Args, Outcome, mixed, on_actix, settle};
use futures_util::future::join_all;

struct Consumer {
    capacity: usize,
    sum: u64,
}

impl Actor for Consumer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(self.capacity);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Item(u64);

impl Handler<Item> for Consumer {
    type Result = ();

    fn handle(&mut self, Item(item): Item, _: &mut Context<Self>) {
        self.sum = self.sum.wrapping_add(mixed(item));
    }
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Sum;

impl Handler<Sum> for Consumer {
    type Result = u64;

    fn handle(&mut self, _: Sum, _: &mut Context<Self>) -> u64 {
        self.sum
    }
}

struct Producer {
    consumer: Addr<Consumer>,
}

impl Actor for Producer {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Produce(u64);

impl Handler<Produce> for Producer {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Produce(items): Produce, _: &mut Context<Self>) -> Self::Result {
        let consumer = self.consumer.clone();
        Box::pin(async move {
            for item in 0..items {
                match consumer.try_send(Item(item)) {
                    Err(SendError::Full(item)) => consumer.send(item).await.unwrap(),
                    sent => sent.unwrap(),
                }
            }
        })
    }
}

fn main() {
    on_actix(|args| args, fan_in);
}

async fn fan_in(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let (messages, capacity) = (args.number("messages"), args.number("capacity") as usize);
    let consumer = Consumer::start_in_arbiter(&arbiters[0].handle(), move |_| Consumer { capacity, sum: 0 });
    let start = |_| {
        let consumer = consumer.clone();
        Producer::start_in_arbiter(&arbiters[0].handle(), |_| Producer { consumer })
    };
    let producers: Vec<_> = (0..args.units).map(start).collect();
    // Once it has answered, it is there, and its mailbox has its bound.
    consumer.send(Sum).await.unwrap();
    settle();
    let start = Instant::now();
    for produced in join_all(producers.iter().map(|producer| producer.send(Produce(messages)))).await {
        produced.unwrap();
    }
    let sum = consumer.send(Sum).await.unwrap();
    Outcome::new(start.elapsed(), args.units as u64 * messages, sum)
}
