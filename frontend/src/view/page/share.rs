//! *Copy link*, and the menu of the other ways to hand on what is on show. Each says who will be able to open it.

use protocol::parameter::grouped;
use yew::{Callback, Html, KeyboardEvent, html};

use crate::edition::Edition;
use crate::state::{ShareAction, Sharing, State, UserAction};
use crate::view::{Dispatch, nothing, on};
use crate::web::dom;

pub(super) fn share(state: &State, dispatch: &Dispatch) -> Html {
    let copied = match state.page.copied {
        None => "Copy link",
        Some(true) => "Copied",
        Some(false) => "Not copied",
    };
    let menu = state.share.menu;
    let prepare = || on(dispatch, ShareAction::Prepare);
    html! {
        <div class="share">
            <span class="changed small muted" data-testid="changed" hidden={!state.changed_since_shared()}>{ "Changed since shared" }</span>
            <button type="button" class="button copy" data-testid="copy-link" onclick={on(dispatch, ShareAction::Copy)}
                onpointerenter={prepare()} onfocus={on(dispatch, ShareAction::Prepare)}>{ copied }</button>
            <button type="button" class="button ways" id="share-menu" data-testid="share-menu" aria-label="Other ways to share"
                aria-haspopup="menu" aria-expanded={menu.to_string()} onpointerenter={prepare()}
                onclick={on(dispatch, ShareAction::ShowMenu(!menu))}>
                <svg class="chevron" viewBox="0 0 10 6" aria-hidden="true"><path d="M1 1L5 5L9 1" /></svg>
            </button>
            { if menu { open(state, dispatch) } else { nothing() } }
        </div>
    }
}

fn open(state: &State, dispatch: &Dispatch) -> Html {
    let ways = ways(state);
    let chosen: Vec<Sharing> = ways.iter().map(|(sharing, ..)| *sharing).collect();
    let keys = dispatch.clone();
    let key = move |event: KeyboardEvent| {
        let letter = event.key().chars().next().filter(|_| event.key().chars().count() == 1).map(|key| key.to_ascii_uppercase());
        let meant: Option<UserAction> = match event.key().as_str() {
            "Escape" | "Tab" => Some(ShareAction::ShowMenu(false).into()),
            _ if event.ctrl_key() || event.meta_key() || event.alt_key() => None,
            _ => chosen.iter().find(|way| Some(way.key()) == letter).map(|way| ShareAction::Choose(*way).into()),
        };
        dom::rove(&event);
        // What a letter means elsewhere on the page it does not mean here.
        event.stop_propagation();
        if let Some(action) = meant {
            event.prevent_default();
            keys.emit(action);
        }
    };
    let item = |(index, (sharing, title, line)): (usize, (Sharing, String, String))| {
        html! {
            <button type="button" role="menuitem" tabindex="-1" data-item="" id={(index == 0).then_some("share-first")}
                data-testid={format!("share-{}", name(sharing))} onclick={on(dispatch, ShareAction::Choose(sharing))}>
                <span class="way">{ title }</span><kbd aria-hidden="true">{ sharing.key() }</kbd>
                <span class="small muted">{ line }</span>
            </button>
        }
    };
    let close: Callback<_> = on(dispatch, ShareAction::ShowMenu(false));
    html! {
        <>
            <div class="behind" onclick={close} />
            <div class="menu" data-testid="share-ways">
                <p class="small" hidden={!state.links_stay_here()} data-testid="share-loopback">{ stays_here(state) }</p>
                <div role="menu" aria-label="Share" data-roving="" onkeydown={key}>
                    { for ways.into_iter().enumerate().map(item) }
                </div>
            </div>
        </>
    }
}

fn name(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::Result => "result",
        Sharing::Short => "short",
        Sharing::Experiment => "experiment",
        Sharing::Embed => "embed",
        Sharing::File => "file",
        Sharing::Text => "text",
        Sharing::Unstore => "unstore",
    }
}

fn stays_here(state: &State) -> String {
    let base = state.share.links().map_or("", |links| &links.base);
    format!("Links from here begin with {base}, an address of this machine alone. A file or the text is read anywhere.")
}

/// What there is to choose from: each with its title, and one line that says who will be able to open it.
fn ways(state: &State) -> Vec<(Sharing, String, String)> {
    let here = state.links_stay_here();
    let experiment = (
        Sharing::Experiment,
        "The experiment alone".to_owned(),
        "Whoever opens it runs it: parameters, models and method, no result.".to_owned(),
    );
    let inside = match state.results_to_share() {
        0 => return vec![experiment],
        1 => "This result, inside the link",
        _ => "This comparison, results inside",
    };
    let carried = state.packed().map_or_else(
        || "Counting its characters …".to_owned(),
        |packed| {
            let length = grouped(state.link_of(packed).len() as u64);
            let who = match here {
                true => "Whoever has an Interleave of their own, by pasting it there",
                false => "Anyone, for ever, with no server",
            };
            let out =
                if packed.left_out.is_empty() { String::new() } else { format!(" Left out: {}.", packed.left_out.join(", ")) };
            format!("{length} characters. {who}.{out}")
        },
    );
    let short = match (state.stored(), here) {
        (Some(id), _) => format!("{}. Kept by this server.", state.link_to(&format!("/r/{id}"))),
        (None, true) => "Kept by this server, for this machine alone: it opens while a server runs here.".to_owned(),
        (None, false) => {
            format!("{}. Whoever reaches this server; with picture, CSV and a card for chats.", state.link_to("/r/…"))
        }
    };
    let mut ways = vec![(Sharing::Result, inside.to_owned(), carried)];
    if state.server.edition == Edition::Served && !state.server.away {
        ways.push((Sharing::Short, "Short link".to_owned(), short));
        if state.stored().is_some() {
            ways.push((
                Sharing::Unstore,
                "Delete the short link again".to_owned(),
                "Whoever has it finds nothing any more.".to_owned(),
            ));
        }
    }
    ways.push(experiment);
    ways.push((
        Sharing::Embed,
        "Embed".to_owned(),
        "A frame for a blog or a book, in the reader's light or dark: whoever reads that.".to_owned(),
    ));
    let alone = [
        (Sharing::File, "Save as a file", "All that was measured: whoever drops it on an Interleave page."),
        (Sharing::Text, "As text", "Verdict, table and link, to paste into an issue: whoever reads it."),
    ];
    let alone = alone.map(|(sharing, title, line)| (sharing, title.to_owned(), line.to_owned()));
    let at = if here { 0 } else { ways.len() };
    ways.splice(at..at, alone);
    ways
}
