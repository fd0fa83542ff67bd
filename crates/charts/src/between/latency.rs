//! The latencies of both as curves on one chart: the first result's solid, the second's dashed.

use maud::{Markup, html};
use protocol::view::LatencyForm;

use super::{Both, BothPicture, Content, MEDIUM};
use crate::latency::{Measured, by_figures, chart, height, measured, of_side, table_of_figures, table_of_percentiles};
use crate::lines::{Line, Side};
use crate::picture::Table;
use crate::svg::Canvas;
use crate::{Heading, Subject};

const HELP: &str = "How long operations took, over all trials of a model together. A curve of percentiles ends where ten timed \
                    operations lie beyond.";

/// The height of a name at the end of a line, pixels.
const NAME_PX: f64 = 16.0;

pub(super) fn picture<'b>(both: &'b Both<'_>) -> Option<BothPicture<'b>> {
    let workload = both.workload().filter(|_| !both.between.key.is_empty())?;
    let subjects = [0, 1].map(|side: usize| Subject {
        catalog: &both.catalog,
        view: &both.view,
        ..Subject::of_run(both.results[side], &both.summarised[side])
    });
    let (curves, table) = Curves::of(&subjects)?;
    let sub = format!("A solid, B dashed; {}; log scale", workload.latency);
    let heading = Heading { title: "Latency".to_owned(), sub, help: HELP.to_owned() };
    Some(BothPicture { id: "between-latency", heading, table, content: Content::Curves(curves), has_choice: false })
}

/// Of histograms if both have them, else of figures: one of each cannot be held against each other.
pub(super) struct Curves<'b> {
    form: LatencyForm,
    height: f64,
    histograms: Vec<Measured<'b>>,
    figures: Vec<Line<'b>>,
}

impl<'b> Curves<'b> {
    /// With the same as a table; `None` if not both have latencies.
    fn of(both: &[Subject<'b>; 2]) -> Option<(Self, Table)> {
        let [a, b] = both;
        let (mut histograms, mut figures) = (Vec::new(), Vec::new());
        let of = [measured(a), measured(b)];
        let mut table = Table::default();
        if of.iter().all(|measured| !measured.is_empty()) {
            for (side, of) in Side::BOTH.into_iter().zip(of) {
                histograms.extend(of.into_iter().map(|one| Measured { side: Some(side), ..one }));
            }
            table = table_of_percentiles(&histograms);
        } else {
            for (side, subject) in Side::BOTH.into_iter().zip(both) {
                let own = by_figures(subject);
                if own.is_empty() {
                    return None;
                }
                let before = of_side(Some(side));
                for mut line in own {
                    line.side = Some(side);
                    line.says.iter_mut().for_each(|says| says.insert_str(0, &before));
                    figures.push(line);
                }
                let mut own = table_of_figures(subject);
                own.rows.iter_mut().for_each(|row| row[0].insert_str(0, &before));
                table.head = own.head;
                table.rows.extend(own.rows);
            }
        }
        let height = height(a).max(NAME_PX * (histograms.len() + figures.len()) as f64);
        Some((Self { form: a.view.latency, height, histograms, figures }, table))
    }

    pub(super) fn body(&self) -> Markup {
        let mut body = html! {};
        chart(self.form, self.height, &self.histograms, self.figures.clone(), &mut |lines| body = lines.drawn(MEDIUM));
        html! { div.latency { (body) p.foot-note.small.muted { (self.note()) } } }
    }

    pub(super) fn on(&self, canvas: &mut Canvas) {
        chart(self.form, self.height, &self.histograms, self.figures.clone(), &mut |lines| lines.on(canvas));
    }

    pub(super) fn note(&self) -> &'static str {
        if self.histograms.is_empty() {
            "Each percentile as the median over the trials."
        } else {
            "A line ends with ten operations beyond."
        }
    }
}
