//! A picture of a result: its words, what is drawn, and the same figures as a table. [`PICTURES`] is the list of them, in the
//! order in which they stand in the page and in a file: one more is a file with a [`Picture`], and a line there.

use maud::{Markup, html};

use crate::{Heading, Medium, Subject, Theme};

/// What makes a picture of a subject.
#[derive(Clone, Copy, Debug)]
pub struct Picture {
    /// Names it: in the page's elements, and when one is asked for.
    pub id: &'static str,
    /// What stands over it; `None` if there is nothing of this kind to show, and then there is no picture.
    pub heading: fn(&Subject<'_>) -> Option<Heading>,
    /// What is drawn.
    pub body: fn(&Subject<'_>, Medium) -> Markup,
    /// The same figures.
    pub table: fn(&Subject<'_>) -> Table,
    /// The picture as an SVG of its own, with heading, note and origin, in the colours of this ground; `None` if there is none.
    pub svg: fn(&Subject<'_>, Theme) -> Option<String>,
}

/// Every picture.
pub const PICTURES: &[Picture] = &[
    crate::orders::PICTURE,
    crate::forest::PICTURE,
    crate::trials::PICTURE,
    crate::latency::PICTURE,
    crate::memory::PICTURE,
    crate::fairness::PICTURE,
    crate::cpu::PICTURE,
    crate::over_time::PICTURE,
    crate::lanes::PICTURE,
];

/// Figures in rows and columns: the first column says what its row is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The words over the columns.
    pub head: Vec<String>,
    /// As many cells each as the head has; an empty one is of nothing.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As HTML, in a box of its own that scrolls sideways; `label` names it.
    #[must_use]
    pub fn html(&self, label: &str) -> Markup {
        html! {
            div.scroll tabindex="0" role="group" aria-label=(label) {
                table {
                    thead { tr { @for cell in &self.head { th scope="col" { (cell) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (index, cell) in row.iter().enumerate() {
                                    @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// As comma-separated values (RFC 4180), a line for the head and for each row.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.head).chain(&self.rows) {
            for (index, cell) in row.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                if cell.contains([',', '"', '\n', '\r']) {
                    text.push('"');
                    text.push_str(&cell.replace('"', "\"\""));
                    text.push('"');
                } else {
                    text.push_str(cell);
                }
            }
            text.push_str("\r\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_a_comma_or_a_quote_is_quoted() {
        let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
        let table = Table { head: cells(["Model", "a, b"]), rows: vec![cells(["say \"x\"", "1,000"])] };
        assert_eq!(table.csv(), "Model,\"a, b\"\r\n\"say \"\"x\"\"\",\"1,000\"\r\n");
    }
}
