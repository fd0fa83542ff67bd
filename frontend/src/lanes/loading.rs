//! How lanes come to the worker: at first what holds for all of them, then the time that is looked at, then the rest in pieces, so
//! that there is a picture soon and never a long pause.

use charts::lanes::Scene;
use js_sys::Promise;
use protocol::catalog::Source;
use protocol::compact;
use protocol::lanes::chrome::write_events;
use protocol::lanes::{Lanes, LanesSource, bundled};

use super::Tell;
use super::opening::Opening;
use super::painter::Shared;
use crate::web::bytes::{self, NoBytes};

/// Into so many pieces the whole time is cut: of a million spans each is taken in some tens of milliseconds.
const PIECES: i64 = 32;

/// All of the time.
const ALL: (i64, i64) = (i64::MIN, i64::MAX);
/// None of it: the heads alone.
const HEADS: (i64, i64) = (0, -1);

/// Said where nobody has the lanes.
const NOWHERE: &str = "The lanes did not travel with this result: what they show at a glance did.";
const NOT_HERE: &str = "This server keeps no lanes of it: what they show at a glance travelled with the result.";
const AWAY: &str = "The lanes did not come: the server is away. Load the page again when it is back.";

pub(super) async fn load(painter: Shared, opening: Opening) {
    if let Err(why) = load_all(&painter, opening).await {
        painter.borrow().tell(&Tell::Failed(why));
    }
}

async fn load_all(painter: &Shared, opening: Opening) -> Result<(), String> {
    let Opening { mut models, words, columns, in_parts, sources, first } = opening;
    if columns.is_empty() {
        return Err(NOWHERE.to_owned());
    }
    // Both are on their way at once.
    let (sources, begin) = (bytes::ask(&sources), bytes::ask(&address(&columns, in_parts.then_some(HEADS))));
    // Without the code a span has no lines beside it, and no more is wrong.
    if let Ok(bytes) = answered(sources).await {
        let sources: Vec<Source> = compact::read(&bytes).unwrap_or_default();
        for model in &mut models {
            let source = sources.iter().find(|source| source.model.as_deref() == Some(&model.id));
            model.code = source.map(|source| source.text().lines().map(str::to_owned).collect()).unwrap_or_default();
        }
    }
    let begin = answered(begin).await?;
    painter.borrow_mut().scene = Some(Scene::new(models, words));
    let is_recorded = take(painter, &begin, if in_parts { HEADS } else { ALL })?;
    let (span, notes) = match &painter.borrow().scene {
        Some(scene) => (scene.span(), scene.notes_html()),
        None => return Ok(()),
    };
    painter.borrow().tell(&Tell::Opened { span, notes, is_recorded });
    if !in_parts {
        painter.borrow().tell(&Tell::Loaded(1000));
        return Ok(());
    }
    let (from, to) = span;
    let piece = ((to - from) / PIECES).max(1);
    let first = first.filter(|(from, to)| to.saturating_sub(*from) < piece * PIECES / 2);
    let rest = (0..PIECES).map(|index| {
        // What is before and behind the span as it is told belongs to its ends.
        let begin = if index == 0 { i64::MIN } else { from + piece * index };
        (begin, if index == PIECES - 1 { i64::MAX } else { from + piece * (index + 1) - 1 })
    });
    for (done, part) in first.into_iter().chain(rest).enumerate() {
        let came = answered(bytes::ask(&address(&columns, Some(part)))).await?;
        take(painter, &came, part)?;
        let mut painter = painter.borrow_mut();
        painter.tell(&Tell::Loaded(((done + 1) as i64 * 1000 / PIECES).min(1000) as u32));
        painter.paint();
    }
    painter.borrow().tell(&Tell::Loaded(1000));
    Ok(())
}

/// Makes the file that a server makes where there is one.
pub(super) async fn trace(painter: Shared) {
    let columns = painter.borrow().columns.clone();
    let made = async {
        let came = answered(bytes::ask(&columns)).await?;
        let mut text = String::from("{\"traceEvents\":[\n");
        for (process, lanes) in bundled(&came).map_err(|why| sentence(&why.to_string()))?.into_iter().enumerate() {
            let lanes = Lanes::of_bytes(lanes).map_err(|why| sentence(&why.to_string()))?;
            // A text can always be written to.
            let _ = write_events(&lanes, process as u32 + 1, &mut text);
        }
        let end = text.trim_end().trim_end_matches(',').len();
        text.truncate(end);
        text.push_str("\n]}\n");
        Ok(text.into_bytes())
    };
    let tell = made.await.map_or_else(Tell::Failed, Tell::Trace);
    painter.borrow().tell(&tell);
}

/// Adds what came of each model; whether all of it is from the kernel's records.
fn take(painter: &Shared, bytes: &[u8], covers: (i64, i64)) -> Result<bool, String> {
    let mut painter = painter.borrow_mut();
    let Some(scene) = &mut painter.scene else { return Ok(false) };
    let mut is_recorded = true;
    for lanes in bundled(bytes).map_err(|why| sentence(&why.to_string()))? {
        let lanes = Lanes::of_bytes(lanes).map_err(|why| sentence(&why.to_string()))?;
        is_recorded &= lanes.about.source == LanesSource::Switches;
        scene.add(lanes, covers);
    }
    Ok(is_recorded)
}

fn sentence(why: &str) -> String {
    format!("The lanes cannot be read: {why}.")
}

fn address(columns: &str, part: Option<(i64, i64)>) -> String {
    part.map_or_else(|| columns.to_owned(), |(from, to)| format!("{columns}?from={from}&to={to}"))
}

async fn answered(asked: Option<Promise>) -> Result<Vec<u8>, String> {
    let why = |why| if why == NoBytes::NotThere { NOT_HERE } else { AWAY }.to_owned();
    bytes::answer(asked).await.map_err(why)
}
