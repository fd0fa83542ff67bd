//! The worker: holds the lanes, paints them, and answers what is at a point, what a range amounts to, what a table of it is.

use std::cell::RefCell;
use std::rc::Rc;

use charts::lanes::{Focus, LanesView, Layout, Replay, ReplayOf, RowsOf, Scene, Spot, SpotStep, What, moment, window};
use gloo_events::EventListener;
use js_sys::{Array, Uint8Array};
use protocol::compact;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, OffscreenCanvas};

use super::canvas::Canvas;
use super::{Ask, By, Painted, Painting, Replaying, SpotWords, Tell, loading};

/// A picture of many models is not higher than this, pixels of the page.
const HIGHEST: f64 = 1_600.0;

/// What is alive in the worker.
pub(super) struct Painter {
    scope: DedicatedWorkerGlobalScope,
    canvas: Canvas,
    /// Nothing before the heads are here.
    pub(super) scene: Option<Scene>,
    /// Where the lanes are had from.
    pub(super) columns: String,
    /// The ids of the models, by their places.
    models: Vec<String>,
    /// What was asked for last.
    painting: Option<Painting>,
    layout: Layout,
    /// What is pointed at.
    spot: Option<Spot>,
    cursor: Option<i64>,
}

/// It, for whoever waits for something.
pub(super) type Shared = Rc<RefCell<Painter>>;

/// Serves whoever started this worker: its first message is the canvas, every other an [`Ask`].
pub fn serve(scope: DedicatedWorkerGlobalScope) {
    let painter: Rc<RefCell<Option<Shared>>> = Rc::default();
    let listening = scope.clone();
    EventListener::new(&listening, "message", move |event| {
        let event: &MessageEvent = event.unchecked_ref();
        let shared = painter.borrow().clone();
        match (event.data().dyn_into::<OffscreenCanvas>(), shared) {
            (Ok(canvas), None) => *painter.borrow_mut() = Painter::new(scope.clone(), canvas),
            (Err(data), Some(painter)) => {
                if let Ok(ask) = compact::read(&Uint8Array::new(&data).to_vec()) {
                    take(&painter, ask);
                }
            }
            _ => {}
        }
    })
    .forget();
    drop(listening.post_message(&JsValue::from_str("ready")));
}

fn take(painter: &Shared, ask: Ask) {
    if let Ask::Open(opening) = ask {
        painter.borrow_mut().models = opening.models.iter().map(|model| model.id.clone()).collect();
        painter.borrow_mut().columns.clone_from(&opening.columns);
        return spawn_local(loading::load(Rc::clone(painter), *opening));
    }
    if ask == Ask::Trace {
        return spawn_local(loading::trace(Rc::clone(painter)));
    }
    painter.borrow_mut().answer(ask);
}

impl Painter {
    fn new(scope: DedicatedWorkerGlobalScope, canvas: OffscreenCanvas) -> Option<Shared> {
        Some(Rc::new(RefCell::new(Self {
            scope,
            canvas: Canvas::new(canvas)?,
            scene: None,
            columns: String::new(),
            models: Vec::new(),
            painting: None,
            layout: Layout::default(),
            spot: None,
            cursor: None,
        })))
    }

    pub(super) fn tell(&self, tell: &Tell) {
        if let Ok(bytes) = compact::write(tell) {
            let bytes = Uint8Array::from(bytes.as_slice());
            // Handed over, not copied.
            drop(self.scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())));
        }
    }

    fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Open(_) | Ask::Trace => {}
            Ask::Paint(painting) => {
                self.painting = Some(*painting);
                self.paint();
            }
            Ask::Point(x, y, is_clicked) => self.point(x, y, if is_clicked { By::Click } else { By::Pointer }),
            Ask::Leave => {
                (self.spot, self.cursor) = (None, None);
                self.tell(&Tell::Spot(None, By::Pointer));
                self.paint();
            }
            Ask::Step(step) => self.step(step),
            Ask::Words(with_table) => self.words(with_table),
            Ask::Switch(at, after) => {
                let scene = self.scene.as_ref();
                let switch = scene.and_then(|scene| if after { scene.next_switch(at) } else { scene.switch_before(at) });
                if let Some(at) = switch {
                    self.tell(&Tell::Switch(at));
                }
            }
        }
    }

    /// Milliseconds by a clock that never goes back.
    fn now_ms(&self) -> f64 {
        self.scope.performance().map_or(0.0, |performance| performance.now())
    }

    fn view(&self) -> LanesView {
        self.painting.as_ref().map(|painting| painting.view.clone()).unwrap_or_default()
    }

    /// Paints what was asked for last: again, if more of the lanes has come.
    pub(super) fn paint(&mut self) {
        let (Some(scene), Some(Painting { view, size, ratio, palette, replay })) = (&self.scene, &self.painting) else { return };
        let began = self.now_ms();
        // As high as its window has room for; of many models, as high as a few rows of each are.
        let few = scene.layout(&LanesView { open: Vec::new(), ..view.clone() }, (size.0, 1.0));
        let size = (size.0, size.1.max((few.plot.y + few.height + 1.0).ceil().min(HIGHEST)));
        let most = scene.layout(view, size);
        // Not higher than its rows are; a pixel more, so that it has the same rows.
        let height = (most.plot.y + most.height + 1.0).ceil().min(size.1);
        self.layout = scene.layout(view, (size.0, height));
        let cursor = replay.map(|replay| replay.at).or(self.cursor);
        let focus = Focus { spot: self.spot, cursor };
        let room = if replay.is_some() { scene.least_replay_height().ceil() } else { 0.0 };
        let all = height + room;
        self.canvas.resize((size.0, all), *ratio);
        let layout = &self.layout;
        self.canvas.paint((0.0, 0.0), (size.0, height), |on| scene.paint(view, layout, &focus, palette, on));
        if let Some(Replaying { at, moving }) = *replay {
            let of = if view.rows == RowsOf::Units { ReplayOf::Units } else { ReplayOf::Threads };
            let (replay, size) = (Replay { at, of, moving }, (size.0, room));
            self.canvas.paint((0.0, height), size, |on| scene.paint_replay(&replay, size, palette, on));
            self.tell(&Tell::Replayed { moment: moment(at), text: scene.replay_text(&replay) });
        }
        let Layout { plot, strip, .. } = self.layout;
        let painted = Painted {
            height: all,
            plot: (plot.x, plot.y, plot.width, plot.height),
            strip_end: strip.y + strip.height,
            most_scroll: self.layout.most_scroll(),
            took_ms: self.now_ms() - began,
        };
        self.tell(&Tell::Painted(Box::new(painted)));
    }

    fn point(&mut self, x: f64, y: f64, by: By) {
        let Some(scene) = &self.scene else { return };
        let view = self.view();
        let spot = scene.at(&view, &self.layout, x, y);
        let plot = self.layout.plot;
        self.cursor = plot.has(x, y).then(|| self.layout.time_at(&view, x));
        self.show(spot, by);
    }

    fn step(&mut self, step: SpotStep) {
        let Some(scene) = &self.scene else { return };
        let view = self.view();
        let spot = match &self.spot {
            Some(spot) => scene.step(&view, &self.layout, spot, step),
            None => scene.first(&view, &self.layout),
        };
        // At an end one stays.
        if let Some(spot) = spot.or(self.spot) {
            self.cursor = None;
            self.show(Some(spot), By::Keyboard);
        }
    }

    fn show(&mut self, spot: Option<Spot>, by: By) {
        let Some(scene) = &self.scene else { return };
        self.spot = spot;
        let view = self.view();
        let told = spot.map(|spot| {
            let row = self.layout.rows.iter().find(|row| (row.model, row.lane) == (spot.model, spot.lane));
            let id = self.models.get(spot.model).cloned();
            Box::new(SpotWords {
                html: scene.spot_html(&spot),
                text: scene.spot_text(&spot),
                times: (spot.from, spot.to),
                line: id.zip(scene.line_of(&spot)),
                more: matches!(spot.what, What::Together(_)).then_some(spot.model),
                row: row.map(|row| self.layout.area_of(&view, row)).map(|area| (area.y, area.height)),
            })
        });
        self.tell(&Tell::Spot(told, by));
        self.paint();
    }

    fn words(&self, with_table: bool) {
        let Some(scene) = &self.scene else { return };
        let view = self.view();
        let (from_all, to_all) = scene.span();
        let (from, to) = view.selected.unwrap_or((view.from, view.to));
        self.tell(&Tell::Words {
            headline: scene.headline(&view),
            window: format!("{} of {}", window(view.length()), window(to_all - from_all)),
            range: scene.range_html(from, to),
            table: with_table.then(|| scene.table_html(&view)),
        });
    }
}
