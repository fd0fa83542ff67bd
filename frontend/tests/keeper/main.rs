//! What the keeper does, without a browser: requests go in, and what it answers comes out. Its history lies in memory; the
//! results are real ones, and so are the capsules.

mod bring;
mod keep;
mod list;

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use frontend::keeper::history::{Keeper, KeeperHost};
use frontend::keeper::shelf::{Memory, Shelf};
use frontend::keeper::{Carrier, HistoryList, HistorySearch, KeeperReply, KeeperRequest, OpenedCapsule};
use protocol::{Happening, Run, RunEvent, View, compact};

/// Each moment is a millisecond behind the one before.
const HOST: KeeperHost = KeeperHost {
    now: || NOW.fetch_add(1, Ordering::Relaxed),
    date: charts::words::moment,
    address_of: |bytes| Some(format!("blob:{}", capsule::text_of(bytes))),
    bytes_of: |address| Box::pin(async move { capsule::bytes_of(address.strip_prefix("blob:")?).ok() }),
};
static NOW: AtomicU64 = AtomicU64::new(1_795_526_913_305);

fn keeper() -> Keeper {
    over(Shelf::Memory(Memory::default()))
}

fn over(shelf: Shelf) -> Keeper {
    Keeper::new(shelf, HOST, String::new())
}

/// What comes of a future that waits for nothing: memory is there at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

fn ask(keeper: &mut Keeper, request: KeeperRequest) -> Vec<KeeperReply> {
    at_once(keeper.answer(request))
}

fn list(keeper: &mut Keeper, words: &str) -> HistoryList {
    let search = HistorySearch { words: words.into(), ticked: Vec::new() };
    match ask(keeper, KeeperRequest::List(search)).pop() {
        Some(KeeperReply::Listed(list)) => list,
        other => panic!("{other:?}"),
    }
}

/// The runs of a list, in its order.
fn runs(list: &HistoryList) -> Vec<&str> {
    let rows = list.rows.split("data-open=\"").skip(1);
    rows.filter_map(|row| row.split('"').next()).collect()
}

fn load(keeper: &mut Keeper, run: &str) -> Result<OpenedCapsule, String> {
    match ask(keeper, KeeperRequest::Load(7, run.into())).pop() {
        Some(KeeperReply::Opened(7, opened)) => opened,
        other => panic!("{other:?}"),
    }
}

fn open(keeper: &mut Keeper, carrier: Carrier) -> Result<OpenedCapsule, String> {
    match ask(keeper, KeeperRequest::Open(8, carrier)).into_iter().next() {
        Some(KeeperReply::Opened(8, opened)) => opened,
        other => panic!("{other:?}"),
    }
}

fn keep(keeper: &mut Keeper, log: &[RunEvent]) -> Vec<KeeperReply> {
    ask(keeper, KeeperRequest::Keep { log: frames(log), name: String::new() })
}

fn packed(log: &[RunEvent], most_chars: Option<usize>) -> frontend::keeper::PackedText {
    let request = KeeperRequest::Pack {
        ticket: 9,
        logs: vec![frames(log)],
        view: View::default(),
        most_chars,
        lanes: String::new(),
        most_bytes: usize::MAX,
    };
    match ask(&mut keeper(), request).pop() {
        Some(KeeperReply::Packed(9, packed)) => packed,
        other => panic!("{other:?}"),
    }
}

fn frames(log: &[RunEvent]) -> Vec<u8> {
    log.iter().flat_map(|event| compact::write_framed(event).unwrap()).collect()
}

fn run_of(frames: &[u8]) -> Run {
    let (mut stream, mut run) = (compact::Frames::default(), Run::default());
    stream.push(frames);
    while let Some(frame) = stream.next_frame() {
        run.apply(&compact::read(&frame).unwrap());
    }
    run
}

const SAMPLE: &str = include_str!("../../../server/sample.jsonl");

/// A real run: three models, ten repetitions.
fn sample() -> Vec<RunEvent> {
    SAMPLE.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The same under another id, on a machine that is called so; without its trials but for the first, so that it is quickly told.
fn small(id: &str, cpu: &str) -> Vec<RunEvent> {
    let (mut trials, mut log) = (0, sample());
    log.retain(|event| {
        trials += usize::from(matches!(event.what, Happening::TrialFinished { .. }));
        trials <= 1 || event.what.is_last()
    });
    for (number, event) in (1..).zip(&mut log) {
        event.number = number;
        if let Happening::Submitted(submission) = &mut event.what {
            submission.id = id.into();
            submission.machine.cpu = cpu.into();
        }
    }
    log
}
