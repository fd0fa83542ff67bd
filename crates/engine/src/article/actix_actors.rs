//! Actix: an actor keeps its state to itself, and does what messages ask of it, one after the other.
//!
//! Three things had to be fixed in the article's example before it ran, and each is a thing to know about actors.

use actix::prelude::*;

struct MyActor;

impl Actor for MyActor {
    type Context = Context<Self>;
}

// 1. A message must say what its answer is. Without `Message` and its `rtype` nothing can be sent, and it does not compile.
#[derive(Message)]
#[rtype(result = "u64")]
struct MyMessage {
    from: u64,
    to: u64,
}

impl Handler<MyMessage> for MyActor {
    type Result = u64;

    fn handle(&mut self, message: MyMessage, _: &mut Context<Self>) -> u64 {
        (message.from..=message.to).sum()
    }
}

/// Starts a system, and in it two actors, asks both, and waits for both answers.
///
/// # Panics
/// If one of the two has.
#[must_use]
pub fn two_units() -> (u64, u64) {
    let system = System::new();
    // 3. `system.run()` returns when somebody stops the system, and nobody did. `block_on` returns when its future is done.
    system.block_on(async {
        // 2. An actor lives in an event loop, so it can only be started inside of one: before the system runs there is none,
        //    and `start()` panics.
        let (first, second) = (MyActor.start(), MyActor.start());
        let answers = (first.send(MyMessage { from: 1, to: 10 }), second.send(MyMessage { from: 11, to: 20 }));
        (answers.0.await.expect("the first actor lives"), answers.1.await.expect("the second actor lives"))
    })
}
