//! A result where it is only mentioned: as one picture of a fixed size with its sentence in it, which a chat or a feed shows of a
//! link; and its sentence and its picture as HTML, for a frame in another's page.

use analysis::report::summarised_with;
use analysis::verdict::Segment;
use maud::{Markup, PreEscaped, html};
use protocol::drawing::Card;
use protocol::{Run, View};

use crate::drawing::of_this;
use crate::picture::Picture;
use crate::svg::{SIDE, Theme, Tone, WIDTH, clean, height_of, of_look};
use crate::swept::Swept;
use crate::words::{counted, moment};
use crate::{Medium, Subject, orders, sweep, trials, verdict};

/// The picture's width, pixels: what chats and feeds ask for.
pub const PREVIEW_WIDTH: u32 = 1200;
/// Its height.
pub const PREVIEW_HEIGHT: u32 = 630;

/// What is left free at its sides.
const EDGE: f64 = 56.0;
/// How wide a letter is on the whole, as a share of its size.
const LETTER: f64 = 0.48;
/// Sizes of the sentence's letters, and how many lines of each there is room for: the largest that it fits into is taken.
const SIZES: [(f64, usize); 4] = [(46.0, 1), (38.0, 2), (34.0, 3), (28.0, 5)];

/// A result in words, without markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mention {
    /// What was run: "TCP echo: native threads, Tokio, Actix".
    pub title: String,
    /// What came out, in one sentence.
    pub sentence: String,
    /// Where and when: "2-core AMD EPYC · 2026-11-25 16:04 UTC · build 4b07596".
    pub origin: String,
}

/// A result's own parts, for a frame in another's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// HTML: what came out.
    pub verdict: String,
    /// The picture of what it is about; `None` if there is nothing to draw.
    pub card: Option<Card>,
}

/// What is said of a result where there is room for some words.
#[must_use]
pub fn mention(run: &Run, view: &View) -> Mention {
    with_subject(run, view, |subject| {
        let name = subject.workload().map_or(subject.experiment.workload.as_str(), |workload| &workload.name);
        let model = |id: &String| subject.catalog.model(id).map_or(id.as_str(), |model| &model.within).to_owned();
        let models: Vec<String> = subject.experiment.models.iter().map(model).collect();
        let sentence = headline(subject).into_iter().map(|segment| match segment {
            Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text,
        });
        Mention { title: format!("{name}: {}", models.join(", ")), sentence: sentence.collect(), origin: origin(run) }
    })
}

/// What is shown of a result in a frame: nothing in it can be operated but what opens the figures.
#[must_use]
pub fn excerpt(run: &Run, view: &View) -> Excerpt {
    with_subject(run, view, |subject| {
        if subject.experiment.sweep.is_some() {
            let Some(parts) = sweep::parts_in(subject, Medium::Paper) else { return Excerpt::default() };
            let sweep::SweepParts { outcome, heading, chart, table } = parts;
            let (title, sub, help) = (heading.title, heading.sub, heading.help);
            let card = Card { id: "curves".to_owned(), quantity: None, title, sub, help, body: chart, table };
            return Excerpt { verdict: outcome, card: Some(card) };
        }
        let sentence = subject.sentence(run.submission.machine.cores);
        let card = picture(subject).and_then(|picture| {
            let heading = (picture.heading)(subject)?;
            let table = (picture.table)(subject).html(&heading.title).into_string();
            let body = (picture.body)(subject, Medium::Paper).into_string();
            let (id, title, sub, help) = (picture.id.to_owned(), heading.title, heading.sub, heading.help);
            Some(Card { id, quantity: None, title, sub, help, body, table })
        });
        Excerpt { verdict: verdict::verdict(subject.catalog, &sentence), card }
    })
}

/// The picture, an SVG of [`PREVIEW_WIDTH`] by [`PREVIEW_HEIGHT`].
#[must_use]
pub fn preview(run: &Run, view: &View, theme: Theme) -> String {
    with_subject(run, view, |subject| {
        let mut y = 148.0;
        let (size, lines) = fitted(&headline(subject));
        let sentence = html! {
            @for line in &lines { @let at = advance(&mut y, size * 1.24); (line_of(subject, line, at, size, theme)) }
        };
        // The line under the last one is free, and a picture brings a margin of its own.
        y -= size * 1.24 + 8.0;
        let bottom = f64::from(PREVIEW_HEIGHT) - 52.0;
        let muted = theme.of(Tone::Muted);
        let about = subject.workload().map_or("", |workload| &workload.name);
        html! {
            svg xmlns="http://www.w3.org/2000/svg" width=(PREVIEW_WIDTH) height=(PREVIEW_HEIGHT)
                viewBox={ "0 0 " (PREVIEW_WIDTH) " " (PREVIEW_HEIGHT) } role="img" aria-label=(clean(&plain(subject)))
                font-family=(crate::svg::FONTS) {
                rect width="100%" height="100%" fill=(theme.of(Tone::Card)) {}
                (logo(theme))
                text x=(EDGE + 60.0) y="76" font-size="30" font-weight="600" fill=(theme.of(Tone::Ink)) { "Interleave" }
                text x=(f64::from(PREVIEW_WIDTH) - EDGE) y="76" text-anchor="end" font-size="24" fill=(muted) { (clean(about)) }
                // Its ground reaches a little under the sentence.
                (chart(subject, (y, bottom), theme))
                (sentence)
                text x=(EDGE) y=(f64::from(PREVIEW_HEIGHT) - 32.0) font-size="20" fill=(muted) { (shortened(&origin(run), 20.0)) }
            }
        }
        .into_string()
    })
}

/// Where the next line stands.
fn advance(y: &mut f64, by: f64) -> f64 {
    let at = *y;
    *y += by;
    at
}

fn with_subject<T>(run: &Run, view: &View, what: impl FnOnce(&Subject<'_>) -> T) -> T {
    let view = of_this(run, view);
    let summarised = summarised_with(run, view.quantity.as_deref());
    what(&Subject::of_run(run, &summarised).viewed(&view))
}

/// The picture of what the sentence is about.
fn picture(subject: &Subject<'_>) -> Option<&'static Picture> {
    [&orders::PICTURE, &trials::PICTURE].into_iter().find(|picture| (picture.heading)(subject).is_some())
}

/// The sentence alone; of a sweep the first of its sentences.
fn headline(subject: &Subject<'_>) -> Vec<Segment> {
    if subject.experiment.sweep.is_some() {
        let sentences = Swept::of(subject).map(|swept| swept.sentences()).unwrap_or_default();
        let first = sentences.into_iter().next().unwrap_or_else(|| "Nothing was measured.".to_owned());
        return vec![Segment::Text(first)];
    }
    let sentence = subject.sentence(subject.machine.map_or(0, |machine| machine.cores));
    let early = || vec![Segment::Text("Too early to tell.".to_owned())];
    if sentence.headline.is_empty() { early() } else { sentence.headline }
}

fn plain(subject: &Subject<'_>) -> String {
    let text = |segment: &Segment| match segment {
        Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text.clone(),
    };
    headline(subject).iter().map(text).collect()
}

/// "2-core AMD EPYC · 2026-11-25 16:04 UTC · build 4b07596"
fn origin(run: &Run) -> String {
    let protocol::Submission { machine, build, .. } = &run.submission;
    let mut parts = vec![format!("{}-core {}", machine.cores, machine.cpu), moment(run.started_ms())];
    if !build.commit.is_empty() {
        parts.push(format!("build {}", build.commit));
    }
    if build.profile != "release" {
        parts.insert(0, format!("a {} build: these figures mean nothing", build.profile));
    }
    if !run.is_complete() {
        parts.push(format!("{} of {}", run.trials.len(), counted(run.plan.len(), "trial")));
    }
    parts.join(" · ")
}

/// A word, whose letters may be in several forms: "Tokio's".
type Word = Vec<Segment>;

/// The words of a sentence.
fn words_of(segments: &[Segment]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut goes_on = false;
    for segment in segments {
        let (Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text)) = segment;
        let of_text = |part: &str| match segment {
            Segment::Text(_) => Segment::Text(part.to_owned()),
            Segment::Strong(_) => Segment::Strong(part.to_owned()),
            Segment::Model(id, _) => Segment::Model(id.clone(), part.to_owned()),
        };
        for (index, part) in text.split(' ').enumerate() {
            goes_on &= index == 0;
            if !part.is_empty() {
                match words.last_mut().filter(|_| goes_on) {
                    Some(word) => word.push(of_text(part)),
                    None => words.push(vec![of_text(part)]),
                }
            }
            goes_on = !part.is_empty();
        }
    }
    words
}

fn length(word: &Word) -> usize {
    let of = |segment: &Segment| match segment {
        Segment::Text(text) | Segment::Strong(text) | Segment::Model(_, text) => text.chars().count(),
    };
    word.iter().map(of).sum()
}

/// The size of letters at which a sentence fits, and its lines; what does not fit at the smallest is cut, and says so.
fn fitted(segments: &[Segment]) -> (f64, Vec<Vec<Word>>) {
    let words = words_of(segments);
    let lines_at = |size: f64| {
        let most = letters(size);
        let mut lines: Vec<Vec<Word>> = Vec::new();
        let mut used = 0;
        for word in &words {
            let needs = length(word);
            match lines.last_mut().filter(|_| used + 1 + needs <= most) {
                Some(line) => {
                    line.push(word.clone());
                    used += 1 + needs;
                }
                None => {
                    lines.push(vec![word.clone()]);
                    used = needs;
                }
            }
        }
        lines
    };
    for (size, most) in SIZES {
        let lines = lines_at(size);
        if lines.len() <= most {
            return (size, lines);
        }
    }
    let (size, most) = SIZES[SIZES.len() - 1];
    let mut lines = lines_at(size);
    lines.truncate(most);
    if let Some(line) = lines.last_mut() {
        line.push(vec![Segment::Text("…".to_owned())]);
    }
    (size, lines)
}

/// How many letters of this size fit into a line.
fn letters(size: f64) -> usize {
    ((f64::from(PREVIEW_WIDTH) - 2.0 * EDGE) / (size * LETTER)) as usize
}

fn shortened(text: &str, size: f64) -> String {
    let text = clean(text);
    let most = letters(size);
    if text.chars().count() <= most { text } else { text.chars().take(most - 1).chain(['…']).collect() }
}

fn line_of(subject: &Subject<'_>, line: &[Word], y: f64, size: f64, theme: Theme) -> Markup {
    let ink = theme.of(Tone::Ink);
    html! {
        text x=(EDGE) y=(y) font-size=(size) letter-spacing="-0.5" fill=(ink) {
            @for (index, word) in line.iter().enumerate() {
                @if index > 0 { " " }
                @for segment in word {
                    @match segment {
                        Segment::Text(text) => tspan { (clean(text)) },
                        Segment::Strong(text) => tspan font-weight="600" { (clean(text)) },
                        Segment::Model(id, text) => {
                            @let model = subject.catalog.model(id);
                            @let colour = model.map_or_else(|| ink.to_owned(), |model| of_look(&model.look, theme));
                            tspan font-weight="600" fill=(colour) { (clean(text)) }
                        }
                    }
                }
            }
        }
    }
}

/// The picture, as large as there is room for, its words in line with the others.
fn chart(subject: &Subject<'_>, (top, bottom): (f64, f64), theme: Theme) -> Markup {
    // Where it was measured stands below.
    let bare = Subject { machine: None, ..*subject };
    let svg = match subject.experiment.sweep {
        Some(_) => sweep::svg(&bare, theme),
        None => picture(subject).and_then(|picture| (picture.svg)(&bare, theme)),
    };
    let Some((svg, height)) = svg.and_then(|svg| height_of(&svg).map(|height| (svg, height))) else { return html! {} };
    let widest = (f64::from(PREVIEW_WIDTH) - 2.0 * EDGE) / (WIDTH - 2.0 * SIDE);
    let scale = ((bottom - top) / height).min(widest);
    let place = format!("translate({:.1} {:.1}) scale({scale:.4})", EDGE - SIDE * scale, top);
    html! { g transform=(place) { (PreEscaped(svg)) } }
}

/// Three strands that cross, as in the page's header.
fn logo(theme: Theme) -> Markup {
    let [third, second, first] = match theme {
        Theme::Light => ["#087a50", "#b24e00", "#1c69bb"],
        Theme::Dark => ["#3fc78f", "#f59a4c", "#6db0f5"],
    };
    let place = format!("translate({EDGE} 48) scale(1.7)");
    html! {
        g transform=(place) fill="none" stroke-width="3" stroke-linecap="round" {
            path stroke=(third) d="M2 3.5C11 3.5 17 16.5 26 16.5" {}
            path stroke=(second) d="M2 10H26" {}
            path stroke=(first) d="M2 16.5C11 16.5 17 3.5 26 3.5" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Segment {
        Segment::Text(words.to_owned())
    }

    #[test]
    fn a_word_may_be_in_two_forms_and_a_line_is_broken_between_words_alone() {
        let model = Segment::Model("tokio".to_owned(), "Tokio".to_owned());
        let words = words_of(&[model.clone(), text("'s tasks  took "), Segment::Strong("1.9×".to_owned()), text(".")]);
        let expected = [
            vec![model, text("'s")],
            vec![text("tasks")],
            vec![text("took")],
            vec![Segment::Strong("1.9×".to_owned()), text(".")],
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn a_sentence_is_as_large_as_it_fits_and_cut_only_at_the_smallest() {
        let sentence = |words: usize| vec![text(&"word ".repeat(words))];
        let size = |words: usize| fitted(&sentence(words)).0;
        assert_eq!([5, 20, 30, 200].map(size), [46.0, 38.0, 34.0, 28.0]);
        let (_, lines) = fitted(&sentence(200));
        assert_eq!((lines.len(), lines.last().unwrap().last().unwrap()), (5, &vec![text("…")]));
    }
}
