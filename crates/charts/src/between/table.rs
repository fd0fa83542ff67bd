//! All of it in figures: a row for each model, and for each quantity the first result's, the second's and the ratio.

use analysis::between::changes;
use analysis::numbers::{in_column, ratio, significant};
use analysis::quantities::{self, head};
use maud::{Markup, html};
use protocol::report::{Comparison, Verdict};
use protocol::{Quantity, Role};

use super::Both;
use crate::groups::named;
use crate::mark::{Kind, drawn as mark};

pub(super) fn figures(both: &Both<'_>) -> Markup {
    let Some(workload) = both.workload().filter(|_| !both.between.key.is_empty()) else { return html! {} };
    let columns = quantities::columns(&both.catalog, workload, both.view.quantity.as_deref());
    let keys: Vec<&str> = columns.iter().map(|quantity| quantity.key.as_str()).collect();
    let changes = changes(both.results[0], both.results[1], &keys);
    let columns = columns.into_iter().zip(changes).map(|(quantity, changes)| Column { quantity, changes });
    let columns: Vec<Column<'_>> = columns.filter(|column| column.has_any(both)).collect();
    if columns.is_empty() {
        return html! {};
    }
    html! {
        section.figures aria-label="Figures of both" {
            div.scroll tabindex="0" role="group" aria-label="Table of figures of both" {
                table.between-figures data-testid="table" {
                    thead {
                        tr {
                            th scope="col" rowspan="2" { span.out { "Model" } }
                            @for column in &columns {
                                th scope="colgroup" colspan="3" title=(column.quantity.help) { (head(column.quantity, workload)) }
                            }
                        }
                        tr { @for _ in &columns { th scope="col" { "A" } th scope="col" { "B" } th scope="col" { "B/A" } } }
                    }
                    tbody {
                        @for model in both.models() {
                            tr {
                                th scope="row" {
                                    span.who { (mark(both.catalog.model(model), Kind::Model)) (named(&both.catalog, model, Role::Plain)) }
                                }
                                @for column in &columns { (column.cells(both, model)) }
                            }
                        }
                    }
                }
            }
            p.small.muted {
                "Medians over the trials of each, and the ratio with its interval on hovering. Grey: no difference could be shown between the two."
            }
        }
    }
}

struct Column<'a> {
    quantity: &'a Quantity,
    changes: Vec<Comparison>,
}

impl Column<'_> {
    fn has_any(&self, both: &Both<'_>) -> bool {
        both.summarised.iter().any(|of| of.summary.iter().any(|summary| summary.value(&self.quantity.key).is_some()))
    }

    fn cells(&self, both: &Both<'_>, model: &str) -> Markup {
        let unit = self.quantity.unit;
        let values = [0, 1].map(|side: usize| both.summarised[side].of(model, Role::Plain)?.value(&self.quantity.key));
        let change = self.changes.iter().find(|change| change.a == model);
        html! {
            @for value in values {
                td { @if let Some(value) = value { (in_column(unit, value.median, value.median)) } @else { "–" } }
            }
            @match change {
                Some(change) => {
                    @let alike = change.verdict == Verdict::CannotTell;
                    td.between-ratio.muted[alike] title={ (significant(change.low)) " – " (significant(change.high)) } {
                        (ratio(change.ratio)) @if alike { span.out { " (not told apart)" } }
                    }
                }
                None => td.between-ratio { "–" },
            }
        }
    }
}
