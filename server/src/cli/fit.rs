//! A table that fits its terminal: as it is, else with cells of several lines, else a block of lines for each row.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

/// Columns of the terminal that standard output is; `None` if it is a file or a pipe, which take any width.
pub(super) fn terminal_width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    (size.ws_col > 0).then_some(size.ws_col)
}

/// The rows under their headings, no line longer than `width`. A word that is longer than that alone stays whole.
pub(super) fn fitted(head: &[String], rows: &[Vec<String>], width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head).add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let whole = table.trim_fmt();
    let Some(width) = width.filter(|width| whole.lines().any(|line| length(line) > usize::from(*width))) else { return whole };
    // One space between columns, if there is none to spare.
    for column in table.column_iter_mut() {
        column.set_padding((1, 0));
    }
    // A figure that is cut in two is two figures: no column is narrower than its longest word and that space.
    let least: Vec<usize> = (0..head.len()).map(|column| longest_word(head, rows, column) + 1).collect();
    if least.iter().sum::<usize>() > usize::from(width) {
        return blocks(head, rows, usize::from(width));
    }
    let least =
        least.into_iter().map(|least| ColumnConstraint::LowerBoundary(Width::Fixed(u16::try_from(least).unwrap_or(width))));
    table.set_constraints(least);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.trim_fmt()
}

fn longest_word(head: &[String], rows: &[Vec<String>], column: usize) -> usize {
    let cells = std::iter::once(head).chain(rows.iter().map(Vec::as_slice)).filter_map(|row| row.get(column));
    cells.flat_map(|cell| cell.split(' ')).map(length).max().unwrap_or(0)
}

/// A row's name, and under it a line for each other cell, with its heading.
fn blocks(head: &[String], rows: &[Vec<String>], width: usize) -> String {
    let mut lines = Vec::new();
    for row in rows {
        let mut cells = head.iter().zip(row);
        let name = cells.next().map(|(heading, name)| format!("{heading} {name}"));
        wrap(name.unwrap_or_default().trim(), 0, width, &mut lines);
        for (heading, cell) in cells {
            wrap(&format!("{heading}: {cell}"), 2, width, &mut lines);
        }
    }
    lines.join("\n")
}

/// Breaks a text between words; its first line is indented by this, the others by two more.
fn wrap(text: &str, indent: usize, width: usize, lines: &mut Vec<String>) {
    let mut line = " ".repeat(indent);
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && length(&line) + 1 + length(word) > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent + 2)));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
}

/// Columns on a terminal: what is printed here has one column per character.
fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> (Vec<String>, Vec<Vec<String>>) {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<String>>();
        let head = owned(&[
            "",
            "round trips/s",
            "p50",
            "p99",
            "p99.9",
            "memory",
            "CPU/op",
            "switches/op",
            "time to accept, median",
            "threads",
            "trials",
        ]);
        let rows = vec![
            owned(&[
                "Native threads",
                "42.3 k (41.9 – 42.8)",
                "22.1 µs",
                "81.0 µs",
                "1.20 ms",
                "8.10 MB",
                "9.3 µs",
                "2.1",
                "1.01 ms (0.98 – 1.04)",
                "1,024",
                "5",
            ]),
            owned(&[
                "Tokio, again (A/A)",
                "–",
                "8.30 µs",
                "21.0 µs",
                "0.31 ms",
                "3.00 MB",
                "3.1 µs",
                "0.2",
                "0.81 ms (0.75 – 0.93)",
                "3",
                "5",
            ]),
        ];
        (head, rows)
    }

    #[test]
    fn no_line_is_longer_than_the_terminal_is_wide_and_no_word_is_lost() {
        let (head, rows) = grid();
        let mut forms = std::collections::BTreeSet::new();
        for width in 24..220 {
            let text = fitted(&head, &rows, Some(width));
            let longest = text.lines().map(length).max().unwrap();
            assert!(longest <= usize::from(width), "{longest} on {width}:\n{text}");
            let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_end_matches(':')).collect();
            for word in head.iter().chain(rows.iter().flatten()).flat_map(|cell| cell.split(' ')).filter(|word| !word.is_empty())
            {
                assert!(words.contains(&word), "{word} on {width}:\n{text}");
            }
            forms.insert((text.contains("p50: "), text.lines().count() > rows.len() + 1));
        }
        assert_eq!(forms.len(), 3, "blocks, cells of several lines, and one line per row: {forms:?}");
    }

    #[test]
    fn what_is_no_terminal_takes_any_width() {
        let (head, rows) = grid();
        let text = fitted(&head, &rows, None);
        assert_eq!(text.lines().count(), rows.len() + 1, "{text}");
        assert_eq!(fitted(&head, &rows, Some(500)), text);
    }
}
