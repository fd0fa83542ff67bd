//! Replay: the recorded schedule, slower. A moment goes along by itself, by a slider, or from switch to switch; whoever wants no
//! motion has the slider and the switches.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};

use super::controls::Controls;
use super::{Ask, Replaying};

/// The slider's steps: its value is a share of what there is.
const STEPS: f64 = 100_000.0;
/// A move from one place to another is seen for so long, milliseconds.
const MOVES_MS: i64 = 120;

/// A replay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Playing {
    /// The moment.
    pub(super) at: i64,
    /// The browser's clock at the last frame, while it goes along by itself.
    since: Option<Option<f64>>,
}

pub(super) fn opened(controls: &mut Controls) {
    if let Some(scrubber) = scrubber(controls) {
        scrubber.set_max("100000");
    }
    // Who wants no motion steps.
    if let Some(button) = controls.button("play") {
        button.set_hidden(wants_no_motion(controls));
    }
}

fn wants_no_motion(controls: &Controls) -> bool {
    let query = controls.window.match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

fn scrubber(controls: &Controls) -> Option<HtmlInputElement> {
    controls.part("scrubber")?.dyn_into().ok()
}

fn speed(controls: &Controls) -> Option<HtmlSelectElement> {
    controls.part("speed")?.dyn_into().ok()
}

/// How many times slower.
fn slower(controls: &Controls) -> i64 {
    speed(controls).and_then(|select| select.value().parse().ok()).unwrap_or(1_000)
}

/// Unless somebody has chosen how fast, the window takes some seconds.
fn suggest_speed(controls: &Controls) {
    const TAKES_NS: i64 = 30_000_000_000;
    let Some(select) = speed(controls).filter(|select| !select.has_attribute("data-chosen")) else { return };
    let fits = |slower: &i64| controls.view.length().saturating_mul(*slower) <= TAKES_NS;
    let slower = [100_000, 10_000, 1_000, 100, 10].into_iter().find(fits).unwrap_or(1);
    select.set_value(&slower.to_string());
}

/// Somebody has chosen how fast.
pub(super) fn choose_speed(controls: &Controls) {
    drop(speed(controls).map(|select| select.set_attribute("data-chosen", "")));
}

/// What the painter is to show of it.
pub(super) fn replaying(controls: &Controls) -> Option<Replaying> {
    let playing = controls.playing?;
    let moving = if playing.since.is_some() { MOVES_MS * 1_000_000 / slower(controls) } else { 0 };
    Some(Replaying { at: playing.at, moving })
}

/// The button: goes on, or pauses.
pub(super) fn press(controls: &mut Controls) {
    if controls.span.is_none() || wants_no_motion(controls) {
        return step(controls, true);
    }
    let goes_on = controls.playing.is_some_and(|playing| playing.since.is_some());
    let is_over = |playing: &Playing| controls.span.is_some_and(|(_, end)| playing.at >= end);
    let at = controls.playing.filter(|playing| !is_over(playing)).map_or(controls.view.from, |playing| playing.at);
    suggest_speed(controls);
    controls.playing = Some(Playing { at, since: (!goes_on).then_some(None) });
    show(controls);
}

pub(super) fn end(controls: &mut Controls) {
    controls.playing = None;
    controls.write("moment", "");
    show(controls);
}

/// From switch to switch.
pub(super) fn step(controls: &mut Controls, after: bool) {
    let at = controls.playing.map_or(if after { controls.view.from } else { controls.view.to }, |playing| playing.at);
    controls.painter.ask(&Ask::Switch(at, after));
}

/// The moment is this one, and stays.
pub(super) fn at(controls: &mut Controls, at: i64) {
    controls.playing = Some(Playing { at, since: None });
    follow(controls, at);
    show(controls);
}

pub(super) fn scrub(controls: &mut Controls) {
    let (Some(slider), Some((from, to))) = (scrubber(controls), controls.span) else { return };
    let share = slider.value_as_number() / STEPS;
    at(controls, from + ((to - from) as f64 * share) as i64);
}

/// A frame of the browser: the moment goes along.
pub(super) fn go_on(controls: &mut Controls, now: f64) {
    let (Some(Playing { at, since: Some(since) }), Some((_, end))) = (controls.playing, controls.span) else { return };
    let passed = since.map_or(0.0, |since| (now - since).clamp(0.0, 100.0));
    let next = at.saturating_add((passed * 1e6 / slower(controls) as f64) as i64);
    let is_over = next >= end;
    controls.playing = Some(Playing { at: next.min(end), since: (!is_over).then_some(Some(now)) });
    follow(controls, next);
    show(controls);
}

/// The window goes with the moment.
fn follow(controls: &mut Controls, at: i64) {
    let view = &controls.view;
    if at < view.from || at > view.to {
        let from = at.saturating_sub(view.length() / 10);
        let to = from.saturating_add(view.length());
        controls.go(charts::lanes::LanesView { from, to, ..view.clone() });
    }
}

fn show(controls: &mut Controls) {
    let goes_on = controls.playing.is_some_and(|playing| playing.since.is_some());
    if let Some(button) = controls.button("play") {
        button.set_text_content(Some(if goes_on { "❙❙ pause" } else { "▸ replay" }));
        drop(button.set_attribute("aria-pressed", if goes_on { "true" } else { "false" }));
    }
    if let (Some(slider), Some(playing), Some((from, to))) = (scrubber(controls), controls.playing, controls.span) {
        let share = (playing.at - from) as f64 / (to - from).max(1) as f64;
        slider.set_value_as_number((share * STEPS).round());
        drop(slider.style().set_property("--at", &format!("{}%", (share * 100.0).round() as i64)));
    }
    controls.repaint();
}

/// What the picture of it shows, in words.
pub(super) fn told(controls: &Controls, moment: &str, text: &str) {
    controls.write("moment", moment);
    if let Some(slider) = scrubber(controls) {
        drop(slider.set_attribute("aria-valuetext", moment));
    }
    // Not at every frame.
    if controls.playing.is_some_and(|playing| playing.since.is_none()) {
        controls.say(text);
    }
}
