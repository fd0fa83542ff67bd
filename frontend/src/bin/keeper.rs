//! The entry of the page's third module, which opens, packs and keeps results beside it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use frontend::keeper::database::Database;
use frontend::keeper::history::{Keeper, KeeperHost};
use frontend::keeper::shelf::{Memory, Shelf};
use frontend::web::{bytes, dom, worker};
use wasm_bindgen_futures::spawn_local;

const HOST: KeeperHost = KeeperHost {
    now: || dom::now_ms() as u64,
    date: dom::date,
    address_of: bytes::address_of,
    bytes_of: |address| Box::pin(async move { bytes::get(&address).await.ok() }),
};

/// What has been asked and not been taken yet. One request is answered at a time.
type Asked = Rc<RefCell<VecDeque<Vec<u8>>>>;

fn main() {
    let asked = Asked::default();
    // The keeper is here while none of it is at work.
    let keeper: Rc<RefCell<Option<Keeper>>> = Rc::default();
    let (waiting, idle) = (Rc::clone(&asked), Rc::clone(&keeper));
    worker::hear(move |request| {
        waiting.borrow_mut().push_back(request);
        work(&waiting, &idle);
    });
    spawn_local(async move {
        let (shelf, note) = match Database::open().await {
            Ok(database) => (Shelf::Database(database), String::new()),
            Err(why) => {
                let note = format!("This browser keeps nothing for the page: what is here is gone with it. {why}");
                (Shelf::Memory(Memory::default()), note)
            }
        };
        *keeper.borrow_mut() = Some(Keeper::new(shelf, HOST, note));
        work(&asked, &keeper);
    });
}

/// Answers what has been asked, unless that is being done.
fn work(asked: &Asked, idle: &Rc<RefCell<Option<Keeper>>>) {
    let Some(mut keeper) = idle.borrow_mut().take() else { return };
    let (asked, idle) = (Rc::clone(asked), Rc::clone(idle));
    spawn_local(async move {
        loop {
            let next = asked.borrow_mut().pop_front();
            let Some(request) = next else { break };
            for answer in keeper.take(&request).await {
                worker::tell(&answer);
            }
        }
        *idle.borrow_mut() = Some(keeper);
    });
}
