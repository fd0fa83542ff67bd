//! The only component: holds the state, runs its effects, and owns what is alive.
//!
//! ```text
//! App ─┬─ stream      the followed run's events, while one goes on
//!      ├─ tick        once a second, while one goes on: for the words about time
//!      ├─ retry       while the server is away or the stream is broken
//!      ├─ later       a slider's address that is still to be written; the end of "copied"
//!      └─ listeners   keys and history, as long as the page
//! ```

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::{Callback, Component, Context, Html};

use crate::state::{Action, Asked, Deed, Effect, Entry, News, State};
use crate::view;
use crate::web::api::{self, Failure, ask};
use crate::web::json::{self, Json};
use crate::web::stream::{Heard, Stream};
use crate::web::{dom, read};

/// A second: a server that is started by hand is noticed soon, and one that is away is not pestered.
const RETRY_MS: u32 = 1000;
/// A browser throttles a page that writes its address more often than some 20 times a second.
const ADDRESS_MS: u32 = 150;
const COPIED_MS: u32 = 4000;

/// The page.
#[derive(Debug)]
pub struct App {
    state: State,
    stream: Option<Stream>,
    tick: Option<Interval>,
    retry: Option<Timeout>,
    address: Option<Timeout>,
    copied: Option<Timeout>,
    focus: Option<String>,
    title: String,
    _listeners: Vec<EventListener>,
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let (path, query) = dom::place();
        let theme = match dom::stored_theme().as_deref() {
            Some("dark") => Some("dark"),
            Some("light") => Some("light"),
            _ => None,
        };
        let (state, effects) = State::open(path, query, theme);
        let mut app = Self {
            state,
            stream: None,
            tick: None,
            retry: None,
            address: None,
            copied: None,
            focus: None,
            title: String::new(),
            _listeners: listeners(&context.link().callback(Action::Did)),
        };
        for effect in effects {
            app.run(effect, context);
        }
        app
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        self.state.now = dom::now_ms();
        if let Action::Did(Deed::Copied(_)) = action {
            let link = context.link().clone();
            self.copied = Some(Timeout::new(COPIED_MS, move || link.send_message(Action::Did(Deed::CopiedSeen))));
        }
        for effect in self.state.apply(action) {
            self.run(effect, context);
        }
        let going_on = self.state.shown.as_ref().is_some_and(|shown| shown.is_going_on());
        if !going_on {
            self.tick = None;
        } else if self.tick.is_none() {
            let link = context.link().clone();
            self.tick = Some(Interval::new(1000, move || link.send_message(Action::Did(Deed::Tick))));
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view::page(&self.state, &context.link().callback(Action::Did))
    }

    fn rendered(&mut self, _context: &Context<Self>, _first: bool) {
        dom::set_dialog("trial", self.state.open_trial.is_some());
        if let Some(id) = self.focus.take() {
            dom::focus(&id);
        }
        let title = view::title(&self.state);
        if title != self.title {
            dom::set_title(&title);
            self.title = title;
        }
    }
}

impl App {
    fn run(&mut self, effect: Effect, context: &Context<Self>) {
        match effect {
            Effect::LoadCatalog => {
                self.ask(context, "GET", "/api/catalog", None, |answer| News::Catalog(read_boxed(answer, read::catalog)))
            }
            Effect::LoadHere => {
                self.ask(context, "GET", "/api/machine", None, |answer| News::Here(read_boxed(answer, read::here)))
            }
            Effect::LoadSample => {
                self.ask(context, "GET", "/sample.json", None, |answer| News::Sample(read_boxed(answer, read::recorded)))
            }
            Effect::LoadSources(workload) => {
                let path = format!("/api/sources/{workload}");
                self.ask(context, "GET", &path, None, move |answer| {
                    News::Sources(workload, answer.and_then(|text| api::read(&text, read::sources)))
                });
            }
            Effect::Start(experiment) => {
                self.ask(context, "POST", "/api/runs", json::write(&experiment), |answer| run_answer(Asked::Start, answer));
            }
            Effect::LoadRun(asked, id) => {
                self.ask(context, "GET", &format!("/api/runs/{id}"), None, move |answer| run_answer(asked, answer));
            }
            Effect::LoadSweep(id) => {
                let path = format!("/api/runs/{id}/sweep");
                self.ask(context, "GET", &path, None, move |answer| News::Sweep(id, answer));
            }
            Effect::Cancel(id) => {
                self.ask(context, "DELETE", &format!("/api/runs/{id}"), None, |answer| run_answer(Asked::Cancel, answer));
            }
            Effect::Follow(id, after) => {
                let heard = context.link().callback(|heard| match heard {
                    Heard::Event(event) => Action::Heard(News::Event(event)),
                    Heard::Broken => Action::Heard(News::StreamBroke),
                });
                self.stream = Stream::follow(&id, after, &heard);
            }
            Effect::Unfollow => self.stream = None,
            Effect::RetryLater => {
                let link = context.link().clone();
                self.retry = Some(Timeout::new(RETRY_MS, move || link.send_message(Action::Heard(News::Retry))));
            }
            Effect::Address(url, Entry::Soon) => {
                self.address = Some(Timeout::new(ADDRESS_MS, move || dom::write_address(&url, false)));
            }
            Effect::Address(url, entry) => {
                self.address = None;
                dom::write_address(&url, entry == Entry::New);
            }
            Effect::Copy => context.link().send_future(async { Action::Did(Deed::Copied(dom::copy_address().await)) }),
            Effect::Focus(id) => self.focus = Some(id),
            Effect::Help => dom::set_dialog("help", true),
            Effect::Theme(theme) => dom::set_theme(theme),
        }
    }

    /// One future for all that is asked: what differs is how the answer is read.
    fn ask(
        &self,
        context: &Context<Self>,
        method: &'static str,
        path: &str,
        body: Option<String>,
        news: impl FnOnce(Result<String, Failure>) -> News + 'static,
    ) {
        let (path, news): (String, Box<Reader>) = (path.to_owned(), Box::new(news));
        context.link().send_future(async move { Action::Heard(news(ask(method, &path, body).await)) });
    }
}

/// What an answer's text comes to.
type Reader = dyn FnOnce(Result<String, Failure>) -> News;

fn read_boxed<T>(answer: Result<String, Failure>, reader: fn(Json) -> Option<T>) -> Result<Box<T>, Failure> {
    api::read(&answer?, reader).map(Box::new)
}

fn run_answer(asked: Asked, answer: Result<String, Failure>) -> News {
    News::Run(asked, read_boxed(answer, read::run))
}

fn listeners(go: &Callback<Deed>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let moved = go.clone();
    let moved = EventListener::new(&window, "popstate", move |_| {
        let (path, query) = dom::place();
        moved.emit(Deed::Moved(path, query));
    });
    let pressed = go.clone();
    let options = EventListenerOptions::enable_prevent_default();
    let pressed = EventListener::new_with_options(&window, "keydown", options, move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if let Some(action) = action_of_key(event) {
            event.prevent_default();
            pressed.emit(action);
        }
    });
    vec![moved, pressed]
}

fn action_of_key(event: &KeyboardEvent) -> Option<Deed> {
    // In a dialog the keys are the dialog's.
    if dom::in_dialog() || event.is_composing() {
        return None;
    }
    let command = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "z" if command && !event.shift_key() && !dom::edits_text(event) => Some(Deed::Undo),
        "Escape" => Some(Deed::Escape),
        _ if command || event.alt_key() || dom::takes_letters(event) => None,
        "r" | "R" => Some(Deed::Start),
        "?" => Some(Deed::Help),
        _ => None,
    }
}
