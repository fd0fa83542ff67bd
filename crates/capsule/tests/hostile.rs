//! Bytes of strangers: whatever they are, nothing panics, takes more than 64 MiB, or takes longer than a second.
//!
//! What can be read is changed a little, again and again, in each of its forms: as it travels, and inside, behind the check and
//! the compression, where a change would else never come. `BOLERO_RANDOM_TEST_TIME_MS` makes it last longer.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::OnceLock;

use analysis::report::report;
use bolero::TypeGenerator;
use capsule::read::{read, read_with};
use capsule::{Capsule, Carried, Detail, bundled, bytes_of, content, filed, log, open, pack, shared, text_of, with_lanes};
use miniz_oxide::deflate::compress_to_vec;
use protocol::compact::{self, Frames};
use protocol::lanes::chrome::write_events;
use protocol::lanes::{
    BlockHead, Deed, Lanes, LanesAbout, LanesHead, LanesOverview, NoLanes, SPANS_PER_BLOCK, Stint, bundle_during,
};
use protocol::{Catalog, Run, RunEvent, link};
use rustix::time::{ClockId, clock_gettime};

mod support;
use support::{sample, sample_log};

/// What one call may take, and how long.
const MOST_BYTES: isize = 64 * 1024 * 1024;
const MOST_SECONDS: f64 = 1.0;

/// How often each form is changed.
const TIMES: usize = 300;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, which counts what each thread has.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(bytes: isize) {
    // While a thread ends there is nothing to count in.
    let _ = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(now.get())));
    });
}

#[expect(unsafe_code, reason = "an allocator is unsafe to be one; this one hands on what it is asked")]
// SAFETY: every call goes to the system's allocator, unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: as the caller's.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // For a moment both are there.
        count(size.cast_signed());
        count(-layout.size().cast_signed());
        // SAFETY: as the caller's.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// The processor's time of this thread: what other programs do meanwhile is not in it.
fn seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Does it within the bounds.
fn bounded<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let (before, began) = (NOW.get(), seconds());
    MOST.set(before);
    let result = call();
    let (took, most) = (seconds() - began, MOST.get() - before);
    assert!(most <= MOST_BYTES, "{what} took {most} bytes");
    assert!(took <= MOST_SECONDS, "{what} took {took} s");
    result
}

/// A change of something that can be read.
#[derive(Clone, Debug, TypeGenerator)]
enum Change {
    Flip(u16, u8),
    Set(u16, u8),
    Insert(u16, u8),
    Remove(u16, u8),
    Repeat(u16, u8, u8),
    Copy(u16, u16, u8),
    CutOff(u16),
    Number(u16, u64),
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        // Places are shares of the whole, so that all of it is changed, however long it is.
        let place = |at: u16| (usize::from(at) * length) / 65_536;
        if length == 0 {
            return;
        }
        match *self {
            Self::Flip(at, bit) => bytes[place(at)] ^= 1 << (bit % 8),
            Self::Set(at, byte) => bytes[place(at)] = byte,
            Self::Insert(at, byte) => bytes.insert(place(at), byte),
            Self::Remove(at, many) => drop(bytes.drain(place(at)..(place(at) + usize::from(many)).min(length))),
            Self::Repeat(at, many, times) => {
                let piece = bytes[place(at)..(place(at) + usize::from(many)).min(length)].repeat(usize::from(times));
                let at = place(at);
                bytes.splice(at..at, piece);
            }
            Self::Copy(from, to, many) => {
                let piece = bytes[place(from)..(place(from) + usize::from(many)).min(length)].to_vec();
                let to = place(to);
                bytes.splice(to..(to + piece.len()).min(length), piece);
            }
            Self::CutOff(at) => bytes.truncate(place(at)),
            // As in a varint: the numbers that lengths and counts are.
            Self::Number(at, mut number) => {
                let mut varint = Vec::new();
                while number >= 128 {
                    varint.push(number as u8 | 128);
                    number >>= 7;
                }
                varint.push(number as u8);
                let at = place(at);
                bytes.splice(at..(at + varint.len()).min(length), varint);
            }
        }
    }
}

/// Changes one of what can be read again and again.
fn changed(seeds: &[Vec<u8>], test: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    for seed in seeds {
        test(seed);
    }
    bolero::check!().with_iterations(TIMES).with_type::<(u8, Vec<Change>)>().for_each(|(which, changes)| {
        let mut bytes = seeds[usize::from(*which) % seeds.len()].clone();
        changes.iter().take(12).for_each(|change| change.make(&mut bytes));
        test(&bytes);
    });
}

/// A result of some trials, so that a change falls on something.
fn small() -> Run {
    static SMALL: OnceLock<Run> = OnceLock::new();
    SMALL
        .get_or_init(|| {
            let mut run = sample();
            run.trials.truncate(9);
            run.trials.iter_mut().for_each(|trial| {
                trial.finishes_ns.truncate(5);
                trial.readings.truncate(3);
            });
            shared(&run)
        })
        .clone()
}

fn small_capsule() -> Capsule {
    let mut other = small();
    other.submission.id = "other".into();
    Capsule { results: vec![Carried::from(small()), Carried::from(other)], ..Capsule::default() }
}

fn capsules() -> Vec<Vec<u8>> {
    let shown = Detail::Shown { most_chars: 2_000 };
    vec![pack(&small_capsule(), Detail::Whole).bytes, pack(&small_capsule(), shown).bytes]
}

/// Messages and bits in a capsule's outermost form, the check among it.
fn enveloped(messages: &[u8], bits: &[u8]) -> Vec<u8> {
    let stream = [compress_to_vec(messages, 1).as_slice(), bits].concat();
    let hash = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let [one, two, three, four] = stream.iter().fold(0x811c_9dc5, hash).to_le_bytes();
    [&[1, one, two, three ^ four], stream.as_slice()].concat()
}

/// What is opened is what the rest of the program relies on: it can be told, packed and opened again.
fn told_and_packed(capsule: &Capsule) {
    for carried in &capsule.results {
        black_box(report(&carried.run));
        assert_eq!(&Run::of_log(&log(&carried.run)), &shared(&carried.run));
    }
    let again = open(&pack(capsule, Detail::Whole).bytes);
    assert!(again.is_ok(), "what was opened does not open again: {}", again.unwrap_err());
}

#[test]
fn a_capsule_that_was_changed_on_its_way() {
    changed(&capsules(), |bytes| drop(bounded("opening", || open(bytes))));
}

#[test]
fn a_capsule_that_was_made_to_harm() {
    let whole = content(&small());
    changed(&[whole], |messages| {
        let bytes = enveloped(messages, b"any bits, which are read by what the messages say");
        if let Ok(capsule) = bounded("opening", || open(&bytes)) {
            told_and_packed(&capsule);
        }
    });
}

#[test]
fn the_bits_of_a_link_that_were_made_to_harm() {
    let bytes = pack(&small_capsule(), Detail::Shown { most_chars: 2_000 }).bytes;
    changed(&[bytes], |bytes| {
        let Some(stream) = bytes.get(4..) else { return };
        let hash = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        let [one, two, three, four] = stream.iter().fold(0x811c_9dc5, hash).to_le_bytes();
        let bytes = [&[1, one, two, three ^ four], stream].concat();
        if let Ok(capsule) = bounded("opening", || open(&bytes)) {
            told_and_packed(&capsule);
        }
    });
}

#[test]
fn a_link_and_a_capsule_s_text() {
    let capsule = format!("https://example.org/c#{}", text_of(&capsules()[1]));
    let experiment =
        "/tcp-echo?units=1..1000 log 5&models=threads,tokio&workers=2&quantity=latency_ns.p99&sort=-memory&line=tokio:23&v=1";
    let catalog = small().submission.catalog;
    changed(&[capsule.into_bytes(), experiment.as_bytes().to_vec()], |bytes| {
        let text = String::from_utf8_lossy(bytes);
        drop(bounded("reading a capsule's text", || bytes_of(&text).and_then(|bytes| open(&bytes))));
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        bounded("opening a link", || black_box(link::decode(path, query, &catalog)));
    });
}

#[test]
fn a_report() {
    let mut run = small();
    run.trials.truncate(2);
    let text = serde_json::to_vec(&report(&run)).unwrap();
    let catalog = run.submission.catalog;
    changed(&[text], |bytes| {
        if let Ok(capsule) = bounded("reading a report", || read_with(bytes, Some(&catalog))) {
            told_and_packed(&capsule);
        }
    });
}

#[test]
fn a_log_as_lines() {
    let lines: Vec<String> = sample_log().iter().take(14).map(|event| serde_json::to_string(event).unwrap()).collect();
    changed(&[lines.join("\n").into_bytes()], |bytes| {
        if let Ok(capsule) = bounded("reading a log", || read(bytes)) {
            told_and_packed(&capsule);
        }
    });
}

#[test]
fn a_log_in_frames() {
    let frames: Vec<Vec<u8>> = sample_log().iter().take(14).map(|event| compact::write_framed(event).unwrap()).collect();
    changed(&[frames.concat()], |bytes| {
        bounded("reading frames", || {
            let (mut frames, mut run) = (Frames::default(), Run::default());
            frames.push(bytes);
            while let Some(frame) = frames.next_frame() {
                if let Ok(event) = compact::read::<RunEvent>(&frame) {
                    run.apply(&event);
                }
            }
            run
        });
    });
}

#[test]
fn a_file_of_several() {
    let capsules = capsules();
    changed(&[capsule::bundle(capsules.iter().map(Vec::as_slice))], |bytes| {
        drop(bounded("taking a file apart", || bundled(bytes).map(|capsules| capsules.len())));
        drop(bounded("reading a file of several", || read(bytes)));
    });
}

/// Lanes of two models, of a few blocks each.
fn lanes() -> Vec<Vec<u8>> {
    let of = |model: &str, spans: i64| {
        let about = LanesAbout {
            model: model.into(),
            cores: vec![0, 1],
            threads: vec!["a".into(), "b".into()],
            to: 1_000_000,
            ..LanesAbout::default()
        };
        let stint = |from: i64| Stint {
            thread: (from % 2) as u32,
            core: Some(0),
            from: from * 90,
            to: from * 90 + 80,
            waited: 7,
            preempted: from % 3 == 0,
        };
        let deed = |from: i64| Deed {
            thread: (from % 2) as u32,
            unit: Some(from as u32),
            from: from * 90,
            to: from * 90 + 60,
            line: 12,
            ..Deed::default()
        };
        Lanes { about, stints: (-9..spans).map(stint).collect(), deeds: (0..spans).map(deed).collect() }.to_bytes()
    };
    vec![of("threads", 5_000), of("tokio", 12)]
}

/// What a viewer does with lanes: a picture at a glance, and the same for another viewer.
fn looked_at(lanes: &Lanes) {
    bounded("an overview", || black_box(LanesOverview::of(lanes)));
    let first = Lanes {
        stints: lanes.stints.iter().take(20).copied().collect(),
        deeds: lanes.deeds.iter().take(20).copied().collect(),
        about: lanes.about.clone(),
    };
    black_box(write_events(&first, 1, &mut String::new())).unwrap();
}

#[test]
fn lanes_of_one_model() {
    changed(&lanes(), |bytes| {
        if let Ok(lanes) = bounded("reading lanes", || Lanes::of_bytes(bytes)) {
            looked_at(&lanes);
            assert_eq!(Lanes::of_bytes(&lanes.to_bytes()), Ok(lanes));
        }
        drop(bounded("a part of the time", || Lanes::bytes_during(bytes, 100_000, 200_000)));
        bounded("whether they are whole", || black_box(LanesHead::is_whole(bytes)));
    });
}

#[test]
fn lanes_of_several_models_and_a_file_with_them() {
    let lanes = protocol::lanes::bundle(&lanes());
    let file = with_lanes(&capsules()[0], Some(&lanes));
    changed(&[lanes, file], |bytes| {
        drop(bounded("a part of the time of all", || bundle_during(bytes, 100_000, 200_000)));
        drop(bounded("all of the time of all", || bundle_during(bytes, i64::MIN, i64::MAX)));
        for part in protocol::lanes::bundled(bytes).into_iter().flatten() {
            drop(bounded("reading one of them", || Lanes::of_bytes(part)));
        }
        drop(bounded("taking a file with lanes apart", || filed(bytes).map(|filed| filed.len())));
        drop(bounded("reading a file with lanes", || read(bytes)));
    });
}

#[test]
fn lanes_that_are_short_and_grow_are_refused_before_they_fill_the_memory() {
    let of = |head: &LanesHead, body: usize| {
        let head = postcard::to_allocvec(head).unwrap();
        [b"ILL1".as_slice(), &(head.len() as u32).to_le_bytes(), &head, &vec![0; body]].concat()
    };
    let block = |deeds: bool, length: u32| BlockHead { deeds, spans: SPANS_PER_BLOCK as u32, from: 0, to: 9, at: 0, length };
    let columns = 5 * SPANS_PER_BLOCK as u32;
    let cases = [
        ("blocks over each other", LanesHead { blocks: vec![block(false, columns); 30_000], ..LanesHead::default() }),
        ("deeds over each other", LanesHead { blocks: vec![block(true, columns); 30_000], ..LanesHead::default() }),
        ("blocks of nothing", LanesHead { blocks: vec![block(false, 0); 100_000], ..LanesHead::default() }),
        (
            "threads without a name",
            LanesHead {
                about: LanesAbout { threads: vec![String::new(); 1_000_000], ..LanesAbout::default() },
                blocks: vec![block(false, columns); 2],
            },
        ),
    ];
    for (what, head) in cases {
        let bytes = of(&head, columns as usize);
        drop(head);
        assert_eq!(bounded(what, || Lanes::of_bytes(&bytes)), Err(NoLanes::Damaged), "{what}");
        if let Ok(part) = bounded(what, || Lanes::bytes_during(&bytes, 0, 9)) {
            assert!(part.len() <= bytes.len(), "{what}");
        }
    }
}

/// A field of a message: its number and its bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 128 {
        field.push(length as u8 | 128);
        length >>= 7;
    }
    field.push(length as u8);
    [&field, bytes].concat()
}

#[test]
fn what_is_short_and_grows_is_refused_before_it_fills_the_memory() {
    const LONG: usize = 15 * 1024 * 1024;
    let one = |inner: &[u8]| field(1, inner);
    let many = |piece: &[u8]| piece.repeat(LONG / piece.len());
    let deep = (0..40_000).fold(Vec::new(), |inner, _| field(9, &inner[..inner.len().min(60_000)]));
    let catalog = |inner: &[u8]| one(&field(1, inner));
    let cases = [
        ("zeros", vec![0; 200 * 1024 * 1024]),
        ("many results", many(&field(1, &[]))),
        ("many workloads", catalog(&many(&field(2, &[])))),
        ("many quantities", catalog(&many(&field(5, &[])))),
        ("many texts", one(&field(2, &many(&field(2, &[]))))),
        ("many parameters", one(&field(2, &many(&field(3, &[]))))),
        ("parameters in parameters", catalog(&field(4, &deep))),
        ("many trials", one(&field(18, &field(3, &vec![0; LONG])))),
        ("a figure of many values", one(&field(19, &field(8, &field(4, &vec![0; LONG]))))),
        ("many figures", one(&field(19, &many(&field(8, &[]))))),
        ("a histogram of many buckets", one(&field(19, &field(9, &vec![2; LONG])))),
        ("a long text", one(&field(10, &vec![b'a'; LONG]))),
        ("unknown fields", many(&[0x78, 1])),
        ("numbers without end", many(&[0xff])),
    ];
    for (what, messages) in cases {
        let bytes = enveloped(&messages, &[]);
        drop(messages);
        let refused = bounded(what, || open(&bytes).map(|capsule| capsule.results.len()));
        assert!(refused.is_err(), "{what}: {refused:?}");
    }
}

#[test]
fn json_that_is_short_and_grows_is_refused_before_it_fills_the_memory() {
    let log = |line: &str| format!("{}\n{line}\n", serde_json::to_string(&sample_log()[0]).unwrap());
    let finished = |inner: &str| format!("{{\"number\":2,\"at_ms\":0,\"event\":\"trial_finished\",\"trial\":{inner}}}");
    let report = |trials: &str| {
        let parts = "\"experiment\":{\"workload\":\"a\",\"models\":[],\"params\":{}},\"machine\":{},\"build\":{}";
        format!("{{\"version\":2,\"id\":\"a\",\"started_ms\":1,{parts},\"trials\":[{trials}]}}")
    };
    let objects = |count: usize| vec!["{\"\":0}"; count].join(",");
    let cases = [
        ("a long line", log(&finished(&format!("{{\"x\":[{}]}}", objects(100_000))))),
        ("a line as long as one may be", log(&finished(&format!("{{\"x\":[{}]}}", objects(48_000))))),
        ("many trials", report(&vec!["0"; 1_000_000].join(","))),
        ("a long trial", report(&format!("{{\"x\":[{}]}}", objects(1_000_000)))),
        ("a trial as long as one may be", report(&format!("{{\"x\":[{}]}}", objects(48_000)))),
        ("lists in lists", "{\"version\":2,\"id\":".to_owned() + &"[".repeat(1_000_000)),
        ("a long id", format!("{{\"version\":2,\"id\":\"{}\"", "a".repeat(8 << 20))),
    ];
    for (what, text) in cases {
        let refused = bounded(what, || read(text.as_bytes()).map(|capsule| capsule.results.len()));
        assert!(refused.is_err(), "{what}: {refused:?}");
    }
}

/// An experiment as long as may be: 2,500 trials with all that a trial has.
#[test]
fn the_longest_result_is_opened_within_the_bounds() {
    let mut run = sample();
    let whole = run.trials.clone();
    let Catalog { models, .. } = &run.submission.catalog;
    assert_eq!(models.len(), 3);
    run.submission.experiment = run.submission.experiment.with("repetitions", 625);
    run.plan = protocol::plan::plan(&run.submission.experiment);
    run.took_ms.clear();
    run.trials = run
        .plan
        .iter()
        .enumerate()
        .map(|(index, planned)| {
            let trial = whole[index % whole.len()].clone();
            protocol::Trial { planned: planned.clone(), ..trial }
        })
        .collect();
    let run = shared(&run);
    let bytes = pack(&Capsule { results: vec![Carried::from(run.clone())], ..Capsule::default() }, Detail::Whole).bytes;
    let opened = bounded("opening the longest", || open(&bytes)).unwrap();
    assert!(opened.results[0].run == run);
}
