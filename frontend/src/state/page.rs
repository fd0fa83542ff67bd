//! What is about the page as a whole: theme, the sheet on a phone, notices, the link that was copied.

use std::borrow::Cow;

use protocol::Problem;

use super::Effect;
use super::effect::Reaction;

/// What is about the page as a whole.
#[derive(Debug, Default)]
pub struct PagePart {
    /// The stored choice of theme; `None` goes by the system's.
    pub theme: Option<&'static str>,
    /// Whether the form is open over the page (on a phone).
    pub sheet: bool,
    /// Whether a strip that is drawn as a bar is shown trial by trial.
    pub whole_strip: bool,
    /// Things to say once, above everything else.
    pub notices: Vec<Notice>,
    /// What a screen reader says next.
    pub announcement: String,
    /// What came of the last wish for a picture.
    pub given_out: Option<Cow<'static, str>>,
    /// What happened to the last wish to copy the link.
    pub copied: Option<bool>,
}

/// Something to say once.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A link could not be read in full.
    Link(Vec<Problem>),
    /// The link's run is not known here.
    UnknownRun(String),
    /// What a link carries could not be opened: why, in a sentence.
    Carried(String),
    /// The server keeps no result of this id.
    UnknownResult(String),
    /// The browser did not let this be copied.
    NotCopied(String),
    /// This edition runs nothing; the line of a command that does.
    Recorded(String),
    /// The server was compiled from other types than this page.
    OtherBuild,
    /// The second module could not be loaded.
    NoPainter,
    /// The third module could not be loaded.
    NoKeeper,
    /// The server does not know this run, and the history does.
    KeptRun(String),
    /// What was dropped, pasted or asked for could not be had: why, in a sentence.
    NotOpened(String),
    /// Something that the keeper says, in a sentence.
    Told(String),
    /// The server said no.
    Refused(String, Vec<Problem>),
}

/// What a person does to the page as a whole.
#[derive(Clone, Debug)]
pub enum PageAction {
    /// Open the help.
    OpenHelp,
    /// Open or close the form on a phone.
    ShowSheet(bool),
    /// Show a long strip trial by trial, or as a bar.
    ShowWholeStrip(bool),
    /// Change between light and dark.
    ToggleTheme {
        /// Whether the system asks for dark.
        system_is_dark: bool,
    },
    /// A picture was asked for; the words for what came of it.
    GivenOut(&'static str),
    /// The words about copying have been there long enough.
    ForgetCopied,
    /// The notice at this place has been read.
    DismissNotice(usize),
}

impl PagePart {
    pub(super) fn apply(&mut self, action: PageAction, reaction: &mut Reaction) {
        match action {
            PageAction::OpenHelp => reaction.effect(Effect::Help),
            PageAction::ShowSheet(open) => self.sheet = open,
            PageAction::ShowWholeStrip(whole) => self.whole_strip = whole,
            PageAction::ToggleTheme { system_is_dark } => {
                let is_dark = self.theme.map_or(system_is_dark, |theme| theme == "dark");
                // Back on what the system asks for, the page goes along with the system again.
                self.theme = match (is_dark, system_is_dark) {
                    (true, true) => Some("light"),
                    (false, false) => Some("dark"),
                    (true, false) | (false, true) => None,
                };
                reaction.effect(Effect::Theme(self.theme));
            }
            PageAction::GivenOut(words) => self.say_shortly(words.into(), reaction),
            PageAction::ForgetCopied => (self.copied, self.given_out) = (None, None),
            PageAction::DismissNotice(index) => {
                if index < self.notices.len() {
                    self.notices.remove(index);
                }
            }
        }
    }

    /// Says for a moment what came of a wish, to the eye and to a screen reader.
    pub(super) fn say_shortly(&mut self, words: Cow<'static, str>, reaction: &mut Reaction) {
        reaction.announce(words.clone());
        self.given_out = Some(words);
        reaction.effect(Effect::ForgetCopiedLater);
    }

    /// What is already said is not said twice.
    pub(super) fn say(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}
