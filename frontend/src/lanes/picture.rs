//! How the picture is asked for, and what the painter's answers change in the page.

use std::rc::Rc;

use charts::Theme;
use charts::lanes::{Area, Layout, Palette, Rgb};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, HtmlElement, Window};

use super::controls::{Controls, Shared};
use super::{Ask, By, Painted, Painting, SpotWords, Tell, playing};
use crate::web::give_out::save;

/// Narrower than this the lanes are above their cards.
const NARROW: f64 = 860.0;
/// What stands over and under the picture in a window, pixels.
const BESIDE: f64 = 320.0;
/// A picture is at least so high.
const LEAST: f64 = 380.0;

/// What the next frame of the browser does.
pub(super) fn on_frame(shared: &Shared) -> Closure<dyn FnMut(f64)> {
    let this = Rc::downgrade(shared);
    Closure::new(move |now: f64| {
        if let Some(controls) = this.upgrade() {
            let mut controls = controls.borrow_mut();
            controls.awaits_frame = false;
            playing::go_on(&mut controls, now);
            controls.ask_for_picture();
        }
    })
}

impl Controls {
    /// Once, before the browser draws next, however often this is said.
    pub(super) fn repaint(&mut self) {
        self.is_due = true;
        self.await_frame();
    }

    pub(super) fn await_frame(&mut self) {
        if let Some(frame) = self.frame.as_ref().filter(|_| !self.awaits_frame) {
            self.awaits_frame = self.window.request_animation_frame(frame.as_ref().unchecked_ref()).is_ok();
        }
    }

    /// One picture is painted at a time: what changes meanwhile is in the next.
    fn ask_for_picture(&mut self) {
        if !self.is_due || self.is_painting || self.span.is_none() {
            return;
        }
        self.asked_width = self.part("picture").map_or(0, |picture| picture.client_width());
        let width = f64::from(self.asked_width);
        if width <= 0.0 {
            return;
        }
        let inner = self.window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        let height = if width < NARROW { inner * 0.62 } else { inner - BESIDE };
        self.painter.ask(&Ask::Paint(Box::new(Painting {
            view: self.view.clone(),
            size: (width, height.max(LEAST).floor()),
            ratio: self.window.device_pixel_ratio(),
            palette: self.palette,
            replay: playing::replaying(self),
        })));
        (self.is_due, self.is_painting) = (false, true);
    }

    /// Styles, a bar to scroll by and what stands beside it change its width too.
    pub(super) fn check_width(&mut self) {
        if self.part("picture").is_some_and(|picture| picture.client_width() != self.asked_width) {
            self.repaint();
        }
    }

    fn opened(&mut self, span: (i64, i64), is_recorded: bool) {
        self.span = Some(span);
        if self.view.from >= self.view.to {
            (self.view.from, self.view.to) = span;
        }
        self.view = self.view.clone().within(span);
        self.check_rows();
        let cost = self.mount.get_attribute("data-cost").unwrap_or_default();
        let source = if is_recorded { "kernel switch records" } else { "kernel accounts" };
        self.write("source", &if cost.is_empty() { source.to_owned() } else { format!("{source} · {cost}") });
        playing::opened(self);
        self.repaint();
        self.settle_later();
    }

    fn painted(&mut self, painted: &Painted) {
        let Painted { height, plot: (x, y, width, rows), strip_end, most_scroll, took_ms } = *painted;
        self.is_painting = false;
        if let Some(picture) = self.part("picture") {
            let style = picture.unchecked_into::<HtmlElement>().style();
            drop(style.set_property("height", &format!("{}px", height.ceil() as u32)));
        }
        let plot = Area { x, y, width, height: rows };
        // All that is asked of it here: where time is, where the strip ends, how far rows can be scrolled.
        self.layout = Layout {
            plot,
            strip: Area { x, y: 0.0, width, height: strip_end },
            height: plot.height + f64::from(most_scroll),
            ..Layout::default()
        };
        drop(self.mount.set_attribute("data-state", "painted"));
        // Read by whoever measures it.
        drop(self.mount.set_attribute("data-took", &took_ms.to_string()));
        self.place_thumb(most_scroll);
        if self.view.scroll > most_scroll {
            self.view.scroll = most_scroll;
        }
        self.check_width();
        if self.is_due {
            self.await_frame();
        }
    }

    /// Beside rows that can be scrolled: where they are.
    fn place_thumb(&self, most_scroll: u32) {
        let Some(thumb) = self.part("thumb").map(JsCast::unchecked_into::<HtmlElement>) else { return };
        thumb.set_hidden(most_scroll == 0);
        let Area { y, height, .. } = self.layout.plot;
        let share = height / self.layout.height.max(1.0);
        let top = y + f64::from(self.view.scroll) * share;
        for (name, value) in [("top", top), ("height", (height * share).max(24.0))] {
            drop(thumb.style().set_property(name, &format!("{}px", value.round() as u32)));
        }
    }

    fn spot(&mut self, told: Option<SpotWords>, by: By) {
        self.pointers.is_asked = false;
        self.pointers.ask_for_next(&self.painter);
        if self.is_held && by == By::Pointer {
            return;
        }
        self.is_held = by != By::Pointer && told.is_some();
        let Some(told) = told else {
            self.spot = None;
            return self.light();
        };
        self.fill("spot", &told.html);
        if let Some((model, line)) = &told.line {
            let button = format!(
                "<p><button type=\"button\" class=\"link\" data-do=\"show\" data-testid=\"lanes-show\">line {line} in the code</button></p>"
            );
            if let Some(part) = self.part("spot").filter(|_| !model.is_empty()) {
                drop(part.insert_adjacent_html("beforeend", &button));
            }
        }
        if by == By::Keyboard {
            self.say(&told.text);
            self.bring_into_view(&told);
        }
        self.spot = Some(told);
        self.light();
        if by == By::Click {
            self.show_line();
        }
    }

    /// What the keyboard has come to is seen.
    fn bring_into_view(&mut self, told: &SpotWords) {
        let ((from, to), mut view) = (told.times, self.view.clone());
        let length = view.length();
        if from >= view.to || to <= view.from || (from < view.from && to - from < length) || (to > view.to && to - from < length)
        {
            view.from = from.saturating_sub(length / 4);
            view.to = view.from.saturating_add(length);
        }
        if let Some((y, height)) = told.row {
            let plot = self.layout.plot;
            let (above, below) = (plot.y - y, y + height - (plot.y + plot.height));
            if above > 0.0 {
                view.scroll = view.scroll.saturating_sub(above.ceil() as u32);
            } else if below > 0.0 {
                view.scroll += below.ceil() as u32;
            }
        }
        self.go(view);
    }
}

/// Takes an answer.
pub(super) fn told(controls: &mut Controls, tell: Tell) {
    match tell {
        Tell::Opened { span, notes, is_recorded } => {
            controls.fill("notes", &notes);
            controls.opened(span, is_recorded);
        }
        Tell::Loaded(share) => {
            let is_over = share >= 1000;
            let words = if is_over { String::new() } else { format!(" · {} % of them are here", share / 10) };
            controls.write("loading", &words);
            drop(controls.mount.set_attribute("data-loaded", if is_over { "whole" } else { "part" }));
            if is_over {
                controls.settle_later();
            }
        }
        Tell::Failed(why) => controls.fail(&why),
        Tell::Painted(painted) => controls.painted(&painted),
        Tell::Spot(told, by) => controls.spot(told.map(|told| *told), by),
        Tell::Words { headline, window, range, table } => {
            controls.fill("headline", &headline);
            controls.write("window", &window);
            controls.fill("range", &range);
            // What can be scrolled can be scrolled by keys.
            if let Some(part) = controls.part("range") {
                drop(match part.scroll_width() > part.client_width() {
                    true => part.set_attribute("tabindex", "0"),
                    false => part.remove_attribute("tabindex"),
                });
            }
            if let Some(table) = table {
                controls.fill("table", &table);
            }
        }
        Tell::Trace(bytes) => save(&format!("{}.trace.json", controls.name()), &bytes),
        Tell::Switch(at) => playing::at(controls, at),
        Tell::Replayed { moment, text } => playing::told(controls, &moment, &text),
    }
}

/// The page's colours as they are now.
pub(super) fn palette(window: &Window, document: &Document) -> Palette {
    let matches = |query: &str| window.match_media(query).ok().flatten().is_some_and(|query| query.matches());
    if matches("(forced-colors: active)")
        && let Some(style) = document.body().and_then(|body| window.get_computed_style(&body).ok().flatten())
    {
        let colour = |name: &str| style.get_property_value(name).ok().and_then(|text| rgb(&text)).unwrap_or_default();
        let (ground, text) = (colour("background-color"), colour("color"));
        return Palette::forced(ground, text, text);
    }
    let chosen = document.document_element().and_then(|root| root.get_attribute("data-theme"));
    let is_dark = chosen.map_or_else(|| matches("(prefers-color-scheme: dark)"), |theme| theme == "dark");
    Palette::of(if is_dark { Theme::Dark } else { Theme::Light })
}

/// `rgb(1, 2, 3)`, as a browser tells a colour.
fn rgb(text: &str) -> Option<Rgb> {
    let mut parts = text.split(|other: char| !other.is_ascii_digit()).filter_map(|part| part.parse().ok());
    Some([parts.next()?, parts.next()?, parts.next()?])
}
