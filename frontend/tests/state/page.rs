//! What is about the page as a whole.

use frontend::state::{Effect, PageAction, ServerMessage, ShareAction};
use protocol::{Links, Reach};

use super::{act, hear, open};

#[test]
fn the_words_about_a_copied_link_are_taken_away_again() {
    let mut state = open("/", "");
    act(&mut state, ShareAction::Copy);
    hear(&mut state, ServerMessage::Links(Links { base: "http://127.0.0.1:8080".into(), reach: Reach::Loopback }));
    let effects = act(&mut state, ShareAction::Copied(true));
    assert!(effects.contains(&Effect::ForgetCopiedLater) && state.page.copied == Some(true));
    act(&mut state, PageAction::ForgetCopied);
    assert_eq!(state.page.copied, None);
}

#[test]
fn a_theme_that_is_what_the_system_asks_for_is_not_stored() {
    let mut state = open("/", "");
    assert!(act(&mut state, PageAction::ToggleTheme { system_is_dark: false }).contains(&Effect::Theme(Some("dark"))));
    assert!(act(&mut state, PageAction::ToggleTheme { system_is_dark: false }).contains(&Effect::Theme(None)));
}

#[test]
fn a_long_strip_is_a_bar_until_somebody_asks_for_each_trial() {
    let mut state = open("/", "");
    assert!(!state.page.whole_strip);
    act(&mut state, PageAction::ShowWholeStrip(true));
    assert!(state.page.whole_strip);
}
