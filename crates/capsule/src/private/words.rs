//! Words that name a machine or a person, in a text that was made for somebody on that machine.
//!
//! Rather one word too many is hidden than one too few: what is left still says what went wrong.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

const PATH: &str = "(a path)";
const ADDRESS: &str = "(an address)";
const NAME: &str = "(a name)";

/// Folders whose folders are called by users.
const HOMES: [&str; 4] = ["/home/", "/Users/", "\\Users\\", "/var/home/"];

/// Words behind which a name stands: `host: workbench`, `user 'anna'`.
const BEFORE_NAMES: [&str; 7] = ["host", "hostname", "user", "username", "login", "node", "machine"];

/// Ends of host names: those of homes and offices, and the most frequent of the internet.
const DOMAINS: [&str; 18] = [
    "local",
    "lan",
    "home",
    "internal",
    "intranet",
    "corp",
    "localdomain",
    "arpa",
    "com",
    "net",
    "org",
    "io",
    "dev",
    "cloud",
    "de",
    "uk",
    "eu",
    "example",
];

/// Names of at least so many letters are hidden wherever they stand.
const SHORTEST: usize = 2;

/// Whose name says nothing.
const NOBODY: [&str; 3] = ["root", "localhost", "user"];

/// Adds the names that a text gives away: whose home a path goes through, `anna@workbench`.
pub(super) fn names_in(text: &str, names: &mut BTreeSet<String>) {
    let mut add = |name: &str| {
        let name = name.to_lowercase();
        if name.len() >= SHORTEST && !NOBODY.contains(&name.as_str()) {
            names.insert(name);
        }
    };
    for home in HOMES {
        for (_, behind) in text.match_indices(home).map(|(at, _)| text.split_at(at + home.len())) {
            add(behind.split(|letter: char| !is_of_name(letter) || letter == '.').next().unwrap_or_default());
        }
    }
    for (at, _) in text.match_indices('@') {
        let before = text[..at].rsplit(|letter| !is_of_name(letter)).next().unwrap_or_default();
        let behind = text[at + 1..].split(|letter| !is_of_name(letter)).next().unwrap_or_default();
        if !before.is_empty() && !behind.is_empty() {
            add(before);
            add(behind.trim_end_matches('.'));
        }
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

/// What is hidden.
pub(super) struct Hidden<'n> {
    names: &'n BTreeSet<String>,
}

impl<'n> Hidden<'n> {
    pub(super) fn of(names: &'n BTreeSet<String>) -> Self {
        Self { names }
    }

    /// The text without what names somebody; `None` if nothing in it does.
    pub(super) fn without(&self, text: &str) -> Option<String> {
        let (mut out, mut rest, mut before) = (String::with_capacity(text.len()), text, String::new());
        while let Some(first) = rest.chars().next() {
            if is_delimiter(first) {
                let (mark, behind) = rest.split_at(first.len_utf8());
                // An apostrophe inside a word: "the machine's limit" names none.
                if matches!(first, '\'' | '\u{2019}')
                    && out.ends_with(char::is_alphanumeric)
                    && behind.starts_with(char::is_alphabetic)
                {
                    out.push_str(mark);
                    (rest, before) = (behind, String::new());
                    continue;
                }
                // A path in quotation marks may have spaces in it.
                let quoted = closing(first).and_then(|end| behind.find(end)).map(|end| &behind[..end]);
                out.push_str(mark);
                rest = behind;
                if let Some(quoted) = quoted.filter(|quoted| starts_path(quoted)) {
                    out.push_str(&path(quoted));
                    rest = &behind[quoted.len()..];
                    before.clear();
                } else if !first.is_whitespace() && BEFORE_NAMES.contains(&before.as_str()) {
                    before.push('=');
                } else if !first.is_whitespace() && !before.ends_with('=') {
                    before.clear();
                }
                continue;
            }
            let (word, behind) = rest.split_at(rest.find(is_delimiter).unwrap_or(rest.len()));
            rest = behind;
            // What ends a sentence is no part of the word.
            let bare = word.trim_end_matches(['.', ':', '!', '?', '\u{2026}']);
            let stop = &word[bare.len()..];
            let names_one = before.strip_suffix('=').is_some_and(|word| BEFORE_NAMES.contains(&word));
            let is_told = names_one && !bare.is_empty() && !self.is_hidden_mark(bare);
            out.push_str(&if is_told { NAME.to_owned() } else { self.word(bare) });
            out.push_str(stop);
            before = bare.to_lowercase();
            if stop.starts_with(':') && BEFORE_NAMES.contains(&before.as_str()) {
                before.push('=');
            }
        }
        (out != text).then_some(out)
    }

    /// What was put in a name's place before: sharing what is shared changes nothing.
    fn is_hidden_mark(&self, word: &str) -> bool {
        ["a", "an", "unreachable", "is", "was", "not", "has"].contains(&word)
    }

    fn word(&self, word: &str) -> String {
        if let Some((_, behind)) = word.split_once("://") {
            return if word.starts_with("file:") { path(behind) } else { ADDRESS.to_owned() };
        }
        if starts_path(word) || HOMES.iter().any(|home| word.contains(home)) || word.starts_with("../") {
            return path(word);
        }
        if let Some(at) = begins_path(word) {
            return format!("{}{}", self.word(&word[..at]), path(&word[at..]));
        }
        if word.contains('@') && word.len() > 1 {
            return NAME.to_owned();
        }
        if is_ip6(word) {
            return ADDRESS.to_owned();
        }
        if is_host(word) {
            return NAME.to_owned();
        }
        self.names_and_ip4(word)
    }

    /// Pieces of a word that are names or addresses: `workbench-3`, `127.0.0.1:8080`.
    fn names_and_ip4(&self, word: &str) -> String {
        let mut out = word.to_owned();
        for name in self.names {
            let mut from = 0;
            while let Some(at) = find_name(&out, name, from) {
                out.replace_range(at..at + name.len(), NAME);
                from = at + NAME.len();
            }
        }
        let is_digit_or_dot = |letter: char| letter.is_ascii_digit() || letter == '.';
        let mut from = 0;
        while let Some(start) = out[from..].find(is_digit_or_dot).map(|at| from + at) {
            let end = out[start..].find(|letter| !is_digit_or_dot(letter)).map_or(out.len(), |length| start + length);
            let is_alone = !out[..start].ends_with(|letter: char| letter.is_alphanumeric());
            let number = out[start..end].trim_end_matches('.');
            let length = number.len();
            if is_alone && Ipv4Addr::from_str(number).is_ok() {
                out.replace_range(start..start + length, ADDRESS);
                from = start + ADDRESS.len();
            } else {
                from = end;
            }
        }
        out
    }
}

/// Where a name stands as a word of its own, from this place on.
fn find_name(text: &str, name: &str, from: usize) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let is_alone = |at: &usize| {
        let (before, behind) = (&text[..*at], &text[*at + name.len()..]);
        !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric)
    };
    lower.match_indices(name).map(|(at, _)| at).filter(|at| *at >= from).find(is_alone)
}

fn is_delimiter(letter: char) -> bool {
    let marks = [
        '"', '\'', '`', '(', ')', '[', ']', '{', '}', '<', '>', ',', ';', '=', '|', '\u{201c}', '\u{201d}', '\u{2018}',
        '\u{2019}',
    ];
    letter.is_whitespace() || marks.contains(&letter)
}

fn closing(mark: char) -> Option<char> {
    match mark {
        '"' | '\'' | '`' => Some(mark),
        '\u{201c}' => Some('\u{201d}'),
        '\u{2018}' => Some('\u{2019}'),
        _ => None,
    }
}

/// Whether a word is a path from the top, of a home folder, or of another system.
fn starts_path(word: &str) -> bool {
    let drive = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
    };
    (word.len() > 1 && word.starts_with('/')) || word.starts_with("~/") || word.starts_with("\\\\") || drive(word)
}

/// Where a path begins inside a word: `at:/home/anna`.
fn begins_path(word: &str) -> Option<usize> {
    let begins =
        |at: &usize| !word[..*at].ends_with(|letter: char| is_of_name(letter) || matches!(letter, ')' | '/' | '\u{2026}'));
    word.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0 && *at + 1 < word.len()).find(begins)
}

/// In place of a path. Where in a source something went wrong is kept, by the file's own name.
fn path(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let file = last.split(':').next().unwrap_or_default();
    let place = &last[file.len()..];
    let is_source = file.ends_with(".rs") && file.len() > 3 && !file.contains(char::is_whitespace);
    let is_place = place.chars().all(|letter| letter.is_ascii_digit() || letter == ':');
    if is_source && is_place { format!("\u{2026}/{last}") } else { PATH.to_owned() }
}

/// An address of version 6, or one of an interface.
fn is_ip6(word: &str) -> bool {
    let bare = word.split('%').next().unwrap_or_default();
    let bare = bare.split('/').next().unwrap_or_default();
    let of_interface =
        || word.len() == 17 && word.split([':', '-']).all(|part| part.len() == 2 && u8::from_str_radix(part, 16).is_ok());
    (bare.matches(':').count() >= 2 && Ipv6Addr::from_str(bare).is_ok()) || of_interface()
}

/// A host's name with its domain, and perhaps a port: `workbench.lan:8080`.
fn is_host(word: &str) -> bool {
    let (host, port) = word.split_once(':').unwrap_or((word, ""));
    let last = host.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
    let is_of_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    is_of_host && port.bytes().all(|byte| byte.is_ascii_digit()) && last.is_some_and(|last| DOMAINS.contains(&last.as_str()))
}
