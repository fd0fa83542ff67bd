//! Actix: an actor keeps its state to itself, and does what messages ask of it, one after the other.
//!
//! Three things had to be mended in the article's listing before it ran, and each is a thing to know about actors.

use std::time::Duration;

use actix::clock::sleep;
use actix::prelude::*;

use super::Params;

struct MyActor {
    unit: usize,
}

impl Actor for MyActor {
    type Context = Context<Self>;
}

// 1. In the article `MyMessage` was a plain struct, and nothing could be sent: it did not compile. A message says what its answer
//    is: here none.
#[derive(Message)]
#[rtype(result = "()")]
struct MyMessage {
    line: u64,
}

impl Handler<MyMessage> for MyActor {
    type Result = ();

    fn handle(&mut self, message: MyMessage, _: &mut Context<Self>) {
        println!("unit {}: line {}", self.unit, message.line);
    }
}

pub(super) fn run(Params { units, lines, pause_ms }: Params) {
    let system = System::new();
    // 2. In the article `start()` was called out here, and panicked. An actor lives in an event loop, and so it is started inside of
    //    one.
    system.block_on(async move {
        let actors: Vec<_> = (1..=units).map(|unit| MyActor { unit }.start()).collect();
        for line in 1..=lines {
            let answers: Vec<_> = actors.iter().map(|actor| actor.send(MyMessage { line })).collect();
            for answer in answers {
                answer.await.unwrap();
            }
            sleep(Duration::from_millis(pause_ms)).await;
        }
        // 3. In the article nobody stopped the system, and `system.run()`, which returns when somebody does, never returned.
        System::current().stop();
    });
    system.run().unwrap();
}
