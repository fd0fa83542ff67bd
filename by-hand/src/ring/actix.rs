//! `ring` on Actix, in the shape of actix/actix, actix/examples/ring.rs: nodes that know the next as a recipient, made back to
//! front, all on one arbiter. There it is the system's own; here, as in the harness, it is another, and the end is told to the
//! system's.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, on_actix, settle};
use tokio::sync::mpsc;

#[derive(Message)]
#[rtype(result = "()")]
struct Payload(u64);

struct Node {
    limit: u64,
    next: Recipient<Payload>,
    reached: mpsc::UnboundedSender<u64>,
}

impl Actor for Node {
    type Context = Context<Self>;
}

impl Handler<Payload> for Node {
    type Result = ();

    fn handle(&mut self, Payload(hops): Payload, _: &mut Context<Self>) {
        if hops >= self.limit {
            self.reached.send(hops).unwrap();
            return;
        }
        self.next.do_send(Payload(hops + 1));
    }
}

fn main() {
    on_actix(|args| Args { rounds: args.rounds.min(20), ..args }, go_round);
}

async fn go_round(Args { units: nodes, rounds, .. }: Args, arbiters: &[Arbiter]) -> Outcome {
    let limit = nodes as u64 * rounds;
    let (reached, mut end) = mpsc::unbounded_channel();
    let first = Node::start_in_arbiter(&arbiters[0].handle(), move |ctx| {
        let mut next = ctx.address().recipient();
        for _ in 1..nodes {
            next = Node { limit, next, reached: reached.clone() }.start().recipient();
        }
        Node { limit, next, reached }
    });
    settle();
    let start = Instant::now();
    first.do_send(Payload(1));
    let hops = end.recv().await.unwrap();
    Outcome::new(start.elapsed(), limit, hops)
}
