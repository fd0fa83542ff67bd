//! `file-read` on a SyncArbiter, by hand: a message per reader.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Instant;

use actix::prelude::*;
use by_hand::file::{Blocks, first};
use by_hand::{Args, Outcome, on_actix, settle};
use futures_util::future::join_all;

struct Reader {
    args: Args,
    blocks: Blocks,
}

impl Actor for Reader {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Read {
    unit: usize,
    file: File,
}

impl Handler<Read> for Reader {
    type Result = u64;

    fn handle(&mut self, Read { unit, file }: Read, _: &mut SyncContext<Self>) -> u64 {
        let mut block = vec![0; self.blocks.bytes];
        let mut sum = 0_u64;
        for round in 0..self.args.rounds {
            file.read_exact_at(&mut block, self.blocks.offset(unit, round)).unwrap();
            sum = sum.wrapping_add(first(&block));
        }
        sum
    }
}

fn main() {
    on_actix(|args| Args { rounds: args.rounds.min(4), ..args }, read_all);
}

async fn read_all(args: Args, _: &[Arbiter]) -> Outcome {
    let blocks = Blocks::write(args);
    let readers = SyncArbiter::start(args.workers, move || Reader { args, blocks });
    let files: Vec<_> = (0..args.units).map(|_| blocks.open()).collect();
    settle();
    let start = Instant::now();
    let reads = files.into_iter().enumerate().map(|(unit, file)| readers.send(Read { unit, file }));
    let sum = join_all(reads).await.into_iter().map(Result::unwrap).fold(0, u64::wrapping_add);
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds, sum)
}
