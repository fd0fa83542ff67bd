//! A result as GitHub's Markdown, to be pasted into an issue: the sentence, what it rests on, a table, how it was measured, a
//! link.
//!
//! A result may come from anywhere. Whatever is not written here is escaped: it makes no table, no heading, no HTML, and calls
//! nobody.

use analysis::numbers::{bare, in_column};
use analysis::quantities::{self, MEMORY_BYTES, head};
use analysis::report::summarised_with;
use analysis::verdict::Segment;
use protocol::report::Summary;
use protocol::{Quantity, Run, Trial, View, Workload};

use crate::drawing::of_this;
use crate::groups::Group;
use crate::picture::Table;
use crate::swept::Swept;
use crate::words::end;
use crate::{PICTURES, Subject, conditions};

/// The run, looked at like this, with a link to where it can be opened.
#[must_use]
pub fn markdown(run: &Run, view: &View, link: Option<&str>) -> String {
    let view = &of_this(run, view);
    let summarised = summarised_with(run, view.quantity.as_deref());
    let subject = Subject::of_run(run, &summarised).viewed(view);
    let protocol::Submission { catalog, experiment, machine, build, .. } = &run.submission;
    let mut parts = Vec::new();
    let mut table = Table::default();
    if let Some(swept) = Swept::of(&subject) {
        parts.extend(swept.sentences().into_iter().chain(swept.left_out()).map(|line| paragraph(&escaped(&line))));
        let (head, rows) = swept.rows();
        table = Table { head, rows };
    } else if let Some(workload) = subject.workload() {
        let sentence = subject.sentence(machine.cores);
        parts.extend([&sentence.left_out, &sentence.headline, &sentence.detail].map(|segments| paragraph(&marked(segments))));
        table = if workload.compares() { figures(&subject, workload) } else { orders(&subject) };
    }
    parts.push(rows(&table));
    let mut how = conditions::line(catalog, experiment, machine, build);
    if let Some(conditions) = &run.conditions {
        let meanwhile = conditions::meanwhile(conditions, run.trials.len());
        how.extend(["; ", &meanwhile].into_iter().filter(|_| !meanwhile.is_empty()));
    }
    parts.push(format!("<sub>{}</sub>", escaped(&how)));
    parts.extend(link.map(linked));
    parts.retain(|part| !part.is_empty());
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

/// Each model's median of the quantity with its interval, then latency and memory, as far as there are any.
fn figures(subject: &Subject<'_>, workload: &Workload) -> Table {
    let summaries = &subject.summarised.summary;
    let is_there = |key: &&str| summaries.iter().any(|summary| summary.value(key).is_some());
    let more =
        ["latency_ns.p50", "latency_ns.p99", MEMORY_BYTES].into_iter().filter(|key| *key != subject.key()).filter(is_there);
    let quantities: Vec<&Quantity> =
        std::iter::once(subject.key()).chain(more).filter_map(|key| quantities::find(subject.catalog, workload, key)).collect();
    let mut head_row = vec!["Model".to_owned()];
    head_row.extend(quantities.iter().map(|quantity| head(quantity, workload)));
    let row = |summary: &Summary| {
        let group = Group::of(summary);
        let cell = |(index, quantity): (usize, &&Quantity)| match summary.value(&quantity.key) {
            Some(value) => {
                let unit = quantity.unit;
                let ends = format!(" ({} – {})", bare(unit, value.low, value.median), bare(unit, value.high, value.median));
                format!("{}{}", in_column(unit, value.median, value.median), if index == 0 { &ends } else { "" })
            }
            None if index == 0 => why_none(group.trials(subject.trials)),
            None => "–".to_owned(),
        };
        std::iter::once(group.name(subject.catalog)).chain(quantities.iter().enumerate().map(cell)).collect()
    };
    Table { head: head_row, rows: summaries.iter().map(row).collect() }
}

/// "refused by the machine": how its first trial without a result ended.
fn why_none<'t>(mut trials: impl Iterator<Item = &'t Trial>) -> String {
    trials.find(|trial| !trial.is_ok()).map_or("–", |trial| end(trial.status)).to_owned()
}

/// Of a workload that compares no figure.
fn orders(subject: &Subject<'_>) -> Table {
    let picture = PICTURES.iter().find(|picture| (picture.heading)(subject).is_some());
    picture.map(|picture| (picture.table)(subject)).unwrap_or_default()
}

fn rows(table: &Table) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let line = |cells: &[String]| format!("| {} |", cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(" | "));
    let aligned: Vec<&str> = (0..table.head.len()).map(|column| if column == 0 { "---" } else { "--:" }).collect();
    let mut lines = vec![line(&table.head), format!("| {} |", aligned.join(" | "))];
    lines.extend(table.rows.iter().map(|row| line(row)));
    lines.join("\n")
}

fn marked(segments: &[Segment]) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Text(text) | Segment::Model(_, text) => escaped(text),
        Segment::Strong(text) => format!("**{}**", escaped(text.trim())),
    };
    segments.iter().map(segment).collect()
}

/// So that it begins neither a list nor a heading.
fn paragraph(text: &str) -> String {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    let begins_list =
        if digits == 0 { rest.starts_with(['-', '+', '=', ':']) } else { rest.starts_with(". ") || rest.starts_with(") ") };
    format!("{number}{}{rest}", if begins_list { "\\" } else { "" })
}

/// As text and as nothing else, in one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // An address in a text is no link that anybody has chosen.
    for letter in text.replace("://", ":\u{200b}//").replace("www.", "www\u{200b}.").chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' => out.extend(['\\', letter]),
            '&' => out.push_str("&amp;"),
            // A mention or a reference is found after escapes are read: only what stands between prevents it.
            '@' => out.push_str("@\u{200b}"),
            '#' => out.push_str("\\#\u{200b}"),
            // What turns the direction of writing would show something else than is there.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ if letter.is_control() => out.push(' '),
            _ => out.push(letter),
        }
    }
    out
}

/// The link; as mere text if a browser would do something else with it than to open a page.
fn linked(link: &str) -> String {
    if !link.starts_with("https://") && !link.starts_with("http://") {
        return escaped(link);
    }
    let mut address = String::with_capacity(link.len());
    for letter in link.chars() {
        if letter.is_ascii_graphic() && !"()<>\"\\`|[]*_~".contains(letter) || letter == '_' || letter == '~' {
            address.push(letter);
        } else {
            let mut bytes = [0; 4];
            letter.encode_utf8(&mut bytes).bytes().for_each(|byte| address.push_str(&format!("%{byte:02X}")));
        }
    }
    format!("[Open this result]({address})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_text_and_nothing_else() {
        let nasty = "a|b `c` <img src=x> @all #1 [x](javascript:y) *z* _w_ ~v~ $u$ &lt; \n# t \u{202e}s";
        let text = escaped(nasty);
        assert!(!text.contains('\n') && !text.contains('\u{202e}'), "{text}");
        for letter in ["|", "`", "<", ">", "[", "]", "*", "_", "~", "$"] {
            assert_eq!(text.matches(letter).count(), text.matches(&format!("\\{letter}")).count(), "{letter} in {text}");
        }
        assert_eq!(escaped("https://x.example"), "https:\u{200b}//x.example");
        assert!(text.contains("@\u{200b}all") && text.contains("\\#\u{200b}1") && text.contains("&amp;lt;"), "{text}");
    }

    #[test]
    fn a_paragraph_begins_no_list() {
        let cases = [
            ("- a", "\\- a"),
            ("1. a", "1\\. a"),
            ("12) a", "12\\) a"),
            ("Tokio", "Tokio"),
            ("1.31× as", "1.31× as"),
            ("7 a", "7 a"),
        ];
        for (text, expected) in cases {
            assert_eq!(paragraph(text), expected);
        }
    }

    #[test]
    fn only_a_page_is_linked() {
        assert_eq!(linked("https://a.example/c#x_y-z"), "[Open this result](https://a.example/c#x_y-z)");
        assert_eq!(linked("https://a.example/) [b](c"), "[Open this result](https://a.example/%29%20%5Bb%5D%28c)");
        assert_eq!(linked("javascript:alert(1)"), "javascript:alert(1)");
    }
}
