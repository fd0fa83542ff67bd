//! Lanes: what each OS thread did when, in a trial that is run for nothing else.
//!
//! Whenever a unit is made, ends an operation, or ends, the thread that it happens on writes down a span: from the last such
//! moment *on this thread* until now. What the thread did in it is the kernel's own account: its CPU time says how long it ran,
//! the scheduler's run delay (`/proc/thread-self/schedstat`) how long it could have run and had no core; the rest it was blocked.
//! So the lanes are of one kind for all models, on one clock, and no model's code knows of them. What is not known is the order
//! inside a span: it is drawn as blocked, then runnable, then running, which is how a unit reaches the end of an operation.
//! Threads that never end an operation have no lane.
//!
//! Each thread has a queue of its own (`crossbeam_queue::SegQueue`: one writer, no lock), and reads its kernel accounts at each
//! span, a microsecond or two: what a traced trial costs is measured against the others, and shown.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crossbeam_queue::SegQueue;
use nix::time::{ClockId, clock_gettime};
use serde_json::json;

/// Spans that are kept; what comes later is counted and dropped.
const MOST_SPANS: u64 = 1_000_000;

/// Time off the core shorter than this is not drawn: it would be narrower than the reading of the clocks.
const SHORTEST_NS: u64 = 1_000;

/// The lanes of one traced run of a cell.
#[derive(Debug)]
pub(crate) struct Lanes {
    id: u64,
    since: Instant,
    spans: AtomicU64,
    units: AtomicU64,
    threads: Mutex<Vec<Arc<Lane>>>,
}

/// One thread's.
#[derive(Debug)]
struct Lane {
    name: String,
    thread: i32,
    spans: SegQueue<Span>,
}

/// What ended a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A unit was made.
    Created,
    /// This operation of a unit was done, counted from 0.
    Done(u64),
    /// The unit ended; it failed if its thread was panicking.
    Ended { failed: bool },
    /// The measured part began.
    Start,
    /// The measured part ended.
    Stop,
}

/// From the last moment on this thread until this one, nanoseconds since the lanes began.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u64,
    end: u64,
    running: u64,
    runnable: u64,
    unit: Option<u64>,
    moment: Moment,
}

/// What this thread keeps between two spans.
struct Own {
    lane: Arc<Lane>,
    /// Whose they are: a thread may outlive several.
    lanes: u64,
    schedstat: Option<File>,
    at: u64,
    ran: u64,
    waited: u64,
}

thread_local! {
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

impl Lanes {
    pub(crate) fn new() -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let (spans, units) = (AtomicU64::new(0), AtomicU64::new(0));
        Arc::new(Self { id, since: Instant::now(), spans, units, threads: Mutex::default() })
    }

    /// A number for the next unit.
    pub(crate) fn unit(&self) -> u64 {
        self.units.fetch_add(1, Ordering::Relaxed)
    }

    /// Something happened on this thread.
    pub(crate) fn mark(&self, unit: Option<u64>, moment: Moment) {
        // A thread that is being torn down has no account any more.
        let _ = OWN.try_with(|own| {
            let mut own = own.borrow_mut();
            let mine = own.as_ref().is_some_and(|own| own.lanes == self.id);
            match own.as_mut().filter(|_| mine) {
                Some(own) => self.push(own, unit, moment),
                None => {
                    let mut new = self.register();
                    self.push(&mut new, unit, moment);
                    *own = Some(new);
                }
            }
        });
    }

    /// This thread's first moment. The only lock, once per thread.
    fn register(&self) -> Own {
        let thread = nix::unistd::gettid().as_raw();
        let name = thread::current().name().unwrap_or("unit").to_owned();
        let lane = Arc::new(Lane { name, thread, spans: SegQueue::new() });
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&lane));
        let schedstat = File::open("/proc/thread-self/schedstat").ok();
        let (ran, waited) = (ran(), schedstat.as_ref().map_or(0, waited));
        Own { lane, lanes: self.id, schedstat, at: self.now(), ran, waited }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn push(&self, own: &mut Own, unit: Option<u64>, moment: Moment) {
        let (end, ran, waited) = (self.now(), ran(), own.schedstat.as_ref().map_or(0, waited));
        if self.spans.fetch_add(1, Ordering::Relaxed) < MOST_SPANS {
            let length = end - own.at;
            let running = ran.saturating_sub(own.ran).min(length);
            let runnable = waited.saturating_sub(own.waited).min(length - running);
            own.lane.spans.push(Span { start: own.at, end, running, runnable, unit, moment });
        }
        // Read again: what the account itself took belongs to no span.
        (own.at, own.ran, own.waited) = (self.now(), self::ran(), waited);
    }

    /// How many there are, and how many there was no room for.
    pub(crate) fn count(&self) -> [(&'static str, u64); 2] {
        let seen = self.spans.load(Ordering::Relaxed);
        [("lanes.spans", seen.min(MOST_SPANS)), ("lanes.dropped", seen.saturating_sub(MOST_SPANS))]
    }

    /// Writes them as events of the Chrome trace format, a JSON object per line; the spans are then dropped. Source: "Trace Event
    /// Format", N. Duca, D. Sinclair. Times are in microseconds.
    pub(crate) fn write(&self, path: &Path, model: &str) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let process = std::process::id();
        writeln!(file, "{},", json!({"ph": "M", "pid": process, "name": "process_name", "args": {"name": model}}))?;
        for lane in self.threads.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let (thread, name) = (lane.thread, format!("{} {}", lane.name, lane.thread));
            writeln!(
                file,
                "{},",
                json!({"ph": "M", "pid": process, "tid": thread, "name": "thread_name", "args": {"name": name}})
            )?;
            while let Some(span) = lane.spans.pop() {
                span.write(&mut file, process, thread)?;
            }
        }
        file.flush()
    }
}

impl Span {
    fn write(self, file: &mut impl Write, process: u32, thread: i32) -> io::Result<()> {
        let blocked = (self.end - self.start).saturating_sub(self.running + self.runnable);
        let arguments = match (self.unit, self.moment) {
            (Some(unit), Moment::Done(operation)) => json!({"unit": unit, "operation": operation}),
            (None, Moment::Done(operation)) => json!({"operation": operation}),
            (Some(unit), _) => json!({"unit": unit}),
            (None, _) => json!({}),
        };
        let mut start = self.start;
        // The names of colours are the format's own.
        for (state, length, colour) in [
            ("blocked", blocked, "thread_state_sleeping"),
            ("runnable", self.runnable, "thread_state_runnable"),
            ("running", self.running, "thread_state_running"),
        ] {
            if length >= SHORTEST_NS || (state == "running" && length > 0) {
                let event = json!({
                    "ph": "X", "pid": process, "tid": thread, "name": state, "cat": "thread", "cname": colour,
                    "ts": microseconds(start), "dur": microseconds(length), "args": arguments,
                });
                writeln!(file, "{event},")?;
            }
            start += length;
        }
        let (name, scope) = match self.moment {
            Moment::Done(_) => return Ok(()),
            Moment::Created => ("created", "t"),
            Moment::Ended { failed: false } => ("done", "t"),
            Moment::Ended { failed: true } => ("failed", "t"),
            Moment::Start => ("measured part begins", "p"),
            Moment::Stop => ("measured part ends", "p"),
        };
        let event = json!({
            "ph": "i", "pid": process, "tid": thread, "name": name, "cat": "unit", "s": scope,
            "ts": microseconds(self.end), "args": arguments,
        });
        writeln!(file, "{event},")
    }
}

fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e3
}

/// CPU time of this thread, nanoseconds.
fn ran() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    time.map_or(0, |time| u64::try_from(time.tv_sec() * 1_000_000_000 + time.tv_nsec()).unwrap_or(0))
}

/// How long this thread could have run and had no core, nanoseconds: the second number of its schedstat, see the kernel's
/// Documentation/scheduler/sched-stats.
fn waited(schedstat: &File) -> u64 {
    let mut text = [0; 64];
    let length = schedstat.read_at(&mut text, 0).unwrap_or(0);
    let text = std::str::from_utf8(&text[..length]).unwrap_or_default();
    text.split_ascii_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;

    fn written(lanes: &Lanes) -> Vec<Value> {
        let file = tempfile::NamedTempFile::new().unwrap();
        lanes.write(file.path(), "threads").unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        text.lines().map(|line| serde_json::from_str(line.trim_end_matches(',')).unwrap()).collect()
    }

    fn total(events: &[Value], thread: &Value, state: &str) -> f64 {
        let own = events.iter().filter(|event| event["tid"] == *thread && event["name"] == state);
        own.filter_map(|event| event["dur"].as_f64()).sum()
    }

    #[test]
    fn a_thread_that_sleeps_is_blocked_and_one_that_computes_runs() {
        let lanes = Lanes::new();
        let work = |lanes: Arc<Lanes>, name: &str, operation: fn()| {
            let work = move || {
                let unit = lanes.unit();
                lanes.mark(Some(unit), Moment::Created);
                operation();
                lanes.mark(Some(unit), Moment::Done(0));
                lanes.mark(Some(unit), Moment::Ended { failed: false });
            };
            thread::Builder::new().name(name.to_owned()).spawn(work).unwrap().join().unwrap();
        };
        work(lanes.clone(), "sleeps", || thread::sleep(Duration::from_millis(20)));
        work(lanes.clone(), "computes", || {
            let before = ran();
            while ran() - before < 5_000_000 {}
        });
        assert_eq!(lanes.count(), [("lanes.spans", 6), ("lanes.dropped", 0)]);
        let events = written(&lanes);
        let thread_of = |name: &str| {
            let named = |event: &&Value| event["args"]["name"].as_str().is_some_and(|text| text.starts_with(name));
            events.iter().filter(|event| event["name"] == "thread_name").find(named).unwrap()["tid"].clone()
        };
        let (sleeps, computes) = (thread_of("sleeps"), thread_of("computes"));
        assert!(total(&events, &sleeps, "blocked") > total(&events, &sleeps, "running"), "{events:#?}");
        assert!(total(&events, &computes, "running") >= 5_000.0, "{events:#?}");
        assert_eq!(events.iter().filter(|event| event["name"] == "done").count(), 2);
    }

    #[test]
    fn spans_of_a_thread_do_not_overlap() {
        let lanes = Lanes::new();
        for operation in 0..100 {
            lanes.mark(None, Moment::Done(operation));
        }
        let mut end = 0.0;
        for event in written(&lanes).iter().filter(|event| event["ph"] == "X") {
            let start = event["ts"].as_f64().unwrap();
            assert!(start >= end - 0.001, "{event} begins before {end}");
            end = start + event["dur"].as_f64().unwrap();
        }
        assert!(end > 0.0);
    }

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        let lanes = Lanes::new();
        lanes.spans.store(MOST_SPANS - 1, Ordering::Relaxed);
        for operation in 0..3 {
            lanes.mark(None, Moment::Done(operation));
        }
        assert_eq!(lanes.count(), [("lanes.spans", MOST_SPANS), ("lanes.dropped", 2)]);
        assert_eq!(written(&lanes).iter().filter(|event| event["cat"] == "thread").count(), 1);
    }
}
