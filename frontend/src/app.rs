//! The only component: holds the state, runs its effects, and owns what is alive.
//!
//! ```text
//! App ─┬─ stream      the followed run's events, while one goes on
//!      ├─ painter     draws results, from the first that is to be drawn on
//!      ├─ keeper      opens, packs and keeps results, from the first of these on
//!      ├─ wake        what was held back while one goes on is drawn: see `state::pace`
//!      ├─ retry       while the server is away or the stream is broken
//!      ├─ later       a slider's address that is still to be written; the end of "copied", and of "deleted"
//!      └─ listeners   keys, history, whether the page is seen: as long as the page
//! ```

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use protocol::compact;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::{Callback, Component, Context, Html};

use crate::state::{
    Action, CodeAction, Drawn, Effect, FormAction, HistoryAction, HistoryEntry, PageAction, RunAction, ServerMessage,
    ShareAction, State, UserAction,
};
use crate::view;
use crate::web::api::{self, Failure, ask, delete_stored};
use crate::web::give_out::{give_out, save};
use crate::web::stream::{Heard, Stream};
use crate::web::worker::{self, WorkerHandle};
use crate::web::{composer, dom, files, lanes, pictures};

/// A second: a server that is started by hand is noticed soon, and one that is away is not pestered.
const RETRY_MS: u32 = 1000;
/// A browser throttles a page that writes its address more often than some 20 times a second.
const ADDRESS_MS: u32 = 150;
const COPIED_MS: u32 = 4000;
/// Long enough to read what was deleted, and to see that it was the wrong one.
const DELETED_MS: u32 = 8000;

/// The page.
#[derive(Debug)]
pub struct App {
    /// Shared with the parts of the page, each of which reads it when it is drawn; only the app writes it.
    state: Rc<RefCell<State>>,
    drawn: Drawn,
    stream: Option<Stream>,
    painter: Option<WorkerHandle>,
    keeper: Option<WorkerHandle>,
    wake: Option<Timeout>,
    retry: Option<Timeout>,
    address: Option<Timeout>,
    copied: Option<Timeout>,
    deleted: Option<Timeout>,
    focus: Option<String>,
    title: String,
    /// Whether lanes were open when the page was drawn last.
    lanes: bool,
    _listeners: Vec<EventListener>,
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let theme = match dom::stored_theme().as_deref() {
            Some("dark") => Some("dark"),
            Some("light") => Some("light"),
            _ => None,
        };
        let (mut state, effects) = State::open(dom::place(), theme);
        state.server.edition = dom::edition();
        state.share.page = Some(dom::links());
        let mut app = Self {
            drawn: state.drawn(),
            state: Rc::new(RefCell::new(state)),
            stream: None,
            painter: None,
            keeper: None,
            wake: None,
            retry: None,
            address: None,
            copied: None,
            deleted: None,
            focus: None,
            title: String::new(),
            lanes: false,
            _listeners: listeners(&context.link().callback(|action| action)),
        };
        for effect in effects {
            app.run(effect, context);
        }
        app.update(context, Action::Seen(dom::is_seen()));
        app
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        if matches!(action, Action::Kept(None)) {
            // It did not load, or has failed: the next request starts another one.
            self.keeper = None;
        }
        let (effects, drawn) = {
            let mut state = self.state.borrow_mut();
            state.now = dom::now_ms();
            let effects = state.apply(action);
            (effects, state.drawn())
        };
        for effect in effects {
            self.run(effect, context);
        }
        let before = std::mem::replace(&mut self.drawn, drawn);
        if before.title != drawn.title {
            self.write_title();
        }
        before != drawn
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view::page(&self.state, &context.link().callback(Action::User))
    }

    fn rendered(&mut self, context: &Context<Self>, _first: bool) {
        dom::set_dialog("trial", self.state.borrow().result.open_trial.is_some());
        let is_open = self.state.borrow().lanes_of().is_some();
        if std::mem::replace(&mut self.lanes, is_open) || is_open {
            lanes::drawn(is_open, &context.link().callback(Action::User));
        }
        pictures::find_again();
        if let Some(id) = self.focus.take() {
            dom::focus(&id);
        }
    }
}

impl App {
    fn run(&mut self, effect: Effect, context: &Context<Self>) {
        match effect {
            Effect::LoadCatalog => self.get(context, "/api/catalog", ServerMessage::Catalog),
            Effect::LoadHere => self.get(context, "/api/machine", ServerMessage::Here),
            Effect::LoadSample => self.get(context, "/api/sample", ServerMessage::Sample),
            Effect::LoadSampleLog => self.get(context, "/api/sample/log", ServerMessage::SampleLog),
            Effect::LoadSources(workload) => {
                let path = format!("/api/sources/{workload}");
                self.get(context, &path, move |answer| ServerMessage::Sources(workload, answer));
            }
            Effect::Start(draft) => match compact::write(&*draft) {
                Ok(body) => self.ask(context, "POST", "/api/runs", Some(body), ServerMessage::Submitted),
                Err(_) => context.link().send_message(Action::Server(ServerMessage::Submitted(Err(Failure::Rubbish)))),
            },
            Effect::Cancel(id) => self.ask(context, "DELETE", &format!("/api/runs/{id}"), None, ServerMessage::Cancelled),
            Effect::Follow(id, after) => {
                let heard = context.link().callback(|heard| match heard {
                    Heard::Opened => Action::Server(ServerMessage::StreamOpened),
                    Heard::Events(batch) => Action::Server(ServerMessage::Events(batch)),
                    Heard::Ended(failure) => Action::Server(ServerMessage::StreamEnded(failure)),
                });
                self.stream = Some(Stream::follow(&id, after, heard));
            }
            Effect::Unfollow => self.stream = None,
            Effect::RetryLater => {
                let link = context.link().clone();
                self.retry = Some(Timeout::new(RETRY_MS, move || link.send_message(Action::Server(ServerMessage::Retry))));
            }
            Effect::Wake(ms) => {
                let link = context.link().clone();
                self.wake = Some(Timeout::new(ms, move || link.send_message(Action::Wake)));
            }
            Effect::Paint(request) => {
                let start = || WorkerHandle::start(worker::PAINTER, &context.link().callback(Action::Painted));
                self.painter.get_or_insert_with(start).ask(&request);
            }
            Effect::AskKeeper(request) => {
                let start = || WorkerHandle::start(worker::KEEPER, &context.link().callback(Action::Kept));
                self.keeper.get_or_insert_with(start).ask(&request);
            }
            Effect::Save(name, bytes) => save(&name, &bytes),
            Effect::DeleteStored { run, id, token } => later(context, async move {
                let failed = delete_stored(&id, &token).await.err();
                user(HistoryAction::Unshared { run, id, failed })
            }),
            Effect::ForgetDeletedLater => {
                let link = context.link().clone();
                self.deleted = Some(Timeout::new(DELETED_MS, move || link.send_message(user(HistoryAction::ForgetDeleted))));
            }
            Effect::GiveOut(name, form, text) => {
                later(context, async move { user(PageAction::GivenOut(give_out(&name, form, &text).await)) })
            }
            Effect::Address(url, HistoryEntry::ReplaceSoon) => {
                self.address = Some(Timeout::new(ADDRESS_MS, move || dom::write_address(&url, false)));
            }
            Effect::Address(url, entry) => {
                self.address = None;
                dom::write_address(&url, entry == HistoryEntry::Push);
            }
            Effect::CopyLink(text) => {
                later(context, async move { user(ShareAction::Copied(dom::copy(&text).await)) });
            }
            Effect::LoadLinks => later(context, async {
                let links = ask("GET", "/api/links", None).await.unwrap_or_else(|_| dom::links());
                Action::Server(ServerMessage::Links(links))
            }),
            Effect::LoadStored(id) => later(context, async move {
                let answer = api::stored(&id).await;
                Action::Server(ServerMessage::Stored(id, answer))
            }),
            Effect::StoreRun(keep) => match compact::write(&keep) {
                Ok(body) => self.ask(context, "POST", "/api/results", Some(body), ServerMessage::KeptResult),
                Err(_) => context.link().send_message(Action::Server(ServerMessage::KeptResult(Err(Failure::Rubbish)))),
            },
            Effect::StoreCapsule(capsule) => {
                later(context, async move { Action::Server(ServerMessage::KeptResult(api::store(capsule).await)) })
            }
            Effect::CopyText(text, side) => {
                later(context, async move { user(CodeAction::Copied(side, dom::copy(&text).await)) });
            }
            Effect::ForgetCopiedLater => {
                let link = context.link().clone();
                self.copied = Some(Timeout::new(COPIED_MS, move || link.send_message(user(PageAction::ForgetCopied))));
            }
            Effect::Focus(id) => self.focus = Some(id),
            Effect::Reload => dom::reload_once(compact::TYPES),
            Effect::Help => dom::set_dialog("help", true),
            Effect::Theme(theme) => dom::set_theme(theme),
        }
    }

    fn write_title(&mut self) {
        let title = view::title(&self.state.borrow());
        if title != self.title {
            dom::set_title(&title);
            self.title = title;
        }
    }

    fn get<T: DeserializeOwned + 'static>(
        &self,
        context: &Context<Self>,
        path: &str,
        message: impl FnOnce(Result<T, Failure>) -> ServerMessage + 'static,
    ) {
        self.ask(context, "GET", path, None, message);
    }

    fn ask<T: DeserializeOwned + 'static>(
        &self,
        context: &Context<Self>,
        method: &'static str,
        path: &str,
        body: Option<Vec<u8>>,
        message: impl FnOnce(Result<T, Failure>) -> ServerMessage + 'static,
    ) {
        let read = move |answer: Result<Vec<u8>, Failure>| message(answer.and_then(|bytes| api::read(&bytes)));
        ask_later(context, (method, path.to_owned(), body), Box::new(read));
    }
}

/// What is made of an answer.
type Read = Box<dyn FnOnce(Result<Vec<u8>, Failure>) -> ServerMessage>;

/// Once for all answers, whatever they are read as: each kind of future is kilobytes of a module.
fn ask_later(context: &Context<App>, (method, path, body): (&'static str, String, Option<Vec<u8>>), read: Read) {
    later(context, async move {
        let answer = api::ask_bytes(method, &path, body).await;
        // Answers that come together are drawn one after the other, and what a person does gets in between.
        TimeoutFuture::new(0).await;
        Action::Server(read(answer))
    });
}

/// What comes of this is told when it is there.
fn later(context: &Context<App>, outcome: impl Future<Output = Action> + 'static) {
    let outcome: Pin<Box<dyn Future<Output = Action>>> = Box::pin(outcome);
    context.link().send_future(outcome);
}

fn user(action: impl Into<UserAction>) -> Action {
    Action::User(action.into())
}

fn listeners(dispatch: &Callback<Action>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let moved = dispatch.clone();
    // A capsule that is pasted over the present address changes its fragment alone.
    let moved = ["popstate", "hashchange"].map(|name| {
        let moved = moved.clone();
        EventListener::new(&window, name, move |_| moved.emit(Action::User(UserAction::Navigate(dom::place()))))
    });
    let pressed = dispatch.clone();
    let options = EventListenerOptions::enable_prevent_default();
    let pressed = EventListener::new_with_options(&window, "keydown", options, move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if let Some(action) = action_of_key(event) {
            event.prevent_default();
            pressed.emit(Action::User(action));
        }
    });
    let seen = dispatch.clone();
    // Of the document; it comes up to the window.
    let seen = EventListener::new(&window, "visibilitychange", move |_| seen.emit(Action::Seen(dom::is_seen())));
    // Behind the focus that a click sets, and before what the click means.
    let focused = ["focusin", "pointerdown"].map(|name| EventListener::new(&window, name, pictures::focus_moved));
    let lanes = lanes::listener(&window, dispatch.reform(Action::User));
    let brought = files::listeners(&window, &dispatch.reform(Action::User));
    let composed = composer::listeners(&window, &dispatch.reform(|edit| Action::User(UserAction::Edit(edit))));
    [pressed, seen, lanes].into_iter().chain(moved).chain(focused).chain(brought).chain(composed).collect()
}

fn action_of_key(event: &KeyboardEvent) -> Option<UserAction> {
    // In a dialog the keys are the dialog's.
    if dom::in_dialog() || event.is_composing() {
        return None;
    }
    let command = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "z" if command && !event.shift_key() && (!dom::edits_text(event) || composer::has_its_undo(event)) => {
            Some(FormAction::Undo.into())
        }
        "Escape" => (!composer::give_up()).then_some(UserAction::Escape),
        _ if command || event.alt_key() || dom::takes_letters(event) => None,
        "r" | "R" => Some(RunAction::Start.into()),
        "?" => Some(PageAction::OpenHelp.into()),
        _ => None,
    }
}
