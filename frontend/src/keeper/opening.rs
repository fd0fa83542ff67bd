//! Between logs in frames, which the page and the painter know, and capsules, which the keeper alone knows.

use capsule::{Capsule, Part, filed};
use protocol::{Run, compact};

use super::{OpenedCapsule, OpenedResult};

/// The run that a log in frames folds to, as it may be given away; `None` of what is no log, or one that has not begun.
pub(super) fn run_of(log: &[u8]) -> Option<Run> {
    let mut frames = compact::Frames::default();
    frames.push(log);
    let mut run = Run::default();
    while let Some(frame) = frames.next_frame() {
        run.apply(&compact::read(&frame).ok()?);
    }
    (!run.id().is_empty()).then(|| capsule::shared(&run))
}

/// What somebody has brought, whatever it is; or why it cannot be opened, in a sentence. `stored` is the id of the short link
/// that it came from.
pub(super) fn read(bytes: &[u8], stored: Option<&str>) -> Result<Capsule, String> {
    capsule::read::read(bytes).map_err(|refused| match stored {
        Some(id) => format!("What the server gave for /r/{id} cannot be opened: {refused}."),
        None => format!("It cannot be opened: {refused}."),
    })
}

/// The lanes that stand behind the capsule of one result.
pub(super) fn lanes_of(bytes: &[u8]) -> Option<&[u8]> {
    match filed(bytes).ok()?.as_slice() {
        [one] => one.lanes,
        _ => None,
    }
}

/// The first capsule, without what stands behind it.
pub(super) fn alone(bytes: &[u8]) -> &[u8] {
    filed(bytes).ok().and_then(|filed| filed.first().map(|one| one.capsule)).unwrap_or(bytes)
}

/// The results of a capsule as the page takes them; their lanes are not told yet.
pub(super) fn opened(capsule: &Capsule) -> OpenedCapsule {
    let result = |carried: &capsule::Carried| OpenedResult {
        log: capsule::log(&carried.run).iter().filter_map(|event| compact::write_framed(event).ok()).flatten().collect(),
        name: carried.name.clone(),
        left_out: words_of(&carried.left_out),
        lanes: String::new(),
    };
    OpenedCapsule { results: capsule.results.iter().map(result).collect(), view: capsule.view.clone() }
}

/// Parts in words.
pub(super) fn words_of(parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| part.words().to_owned()).collect()
}
