//! The picture of a result: how much of the cores each model had while its lanes were recorded, all on one clock.

use analysis::axis::{Axis, tick_text};
use analysis::numbers::{Scale, time};
use protocol::lanes::LanesOverview;
use protocol::parameter::grouped;
use protocol::{Model, Workload};

use crate::mark::Kind;
use crate::picture::{Picture, Table};
use crate::rows::{Hint, Part, Row, Rows};
use crate::words::counted;
use crate::{Heading, Subject, svg};

const HELP: &str = "Of the trial of each model that was run once more to see who ran where. Each bar is a part of the measured part, as high as \
                    the share of the cores that the model’s threads had in it.";

pub(crate) const PICTURE: Picture = Picture {
    id: "lanes",
    heading,
    body: |subject, medium| Overview::of(subject).map(|overview| overview.rows().drawn(medium)).unwrap_or_default(),
    table: |subject| Overview::of(subject).map(|overview| overview.table()).unwrap_or_default(),
    svg: |subject, theme| svg::rows("lanes", subject, heading(subject), &Overview::of(subject)?.rows(), theme),
};

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    Overview::of(subject)?;
    let sub = "cores in use from the opening of the gate, and how often a thread got one".to_owned();
    Some(Heading { title: "Lanes".to_owned(), sub, help: HELP.to_owned() })
}

struct Overview<'a> {
    workload: &'a Workload,
    strips: Vec<Strip<'a>>,
    axis: Axis,
}

/// One model's.
struct Strip<'a> {
    model: Option<&'a Model>,
    name: &'a str,
    lanes: &'a LanesOverview,
}

impl<'a> Overview<'a> {
    /// `None` if no trial was traced.
    fn of(subject: &Subject<'a>) -> Option<Self> {
        let strip = |trial: &'a protocol::Trial| {
            let model = subject.catalog.model(&trial.planned.model);
            let name = model.map_or(trial.planned.model.as_str(), |model| &model.name);
            Some(Strip { model, name, lanes: trial.lanes.as_ref().filter(|lanes| lanes.length_ns > 0)? })
        };
        let mut strips: Vec<Strip<'a>> = subject.trials.iter().filter_map(strip).collect();
        // As the form has them, not as they were run.
        let place = |name: &str| subject.experiment.models.iter().position(|model| model == name);
        strips.sort_by_key(|strip| strip.model.and_then(|model| place(&model.id)));
        let lengths: Vec<f64> = strips.iter().map(|strip| strip.lanes.length_ns as f64).collect();
        Some(Self { workload: subject.workload()?, axis: Axis::of_lengths(&lengths, 4)?, strips })
    }

    fn rows(&self) -> Rows<'a> {
        let greatest = self.axis.ticks.last().copied().unwrap_or_default();
        let tick = |tick: &f64| (self.axis.place(*tick), tick_text(*tick, Scale::of_time(greatest)));
        Rows {
            rows: self.strips.iter().enumerate().map(|(index, strip)| self.row(index, strip)).collect(),
            ticks: self.axis.ticks.iter().map(tick).collect(),
            list_box: "Lanes by model; arrow keys go from one to the next",
            note: self.note(),
            ..Rows::default()
        }
    }

    fn row(&self, index: usize, strip: &Strip<'a>) -> Row<'a> {
        let Strip { model, name, lanes } = *strip;
        let to = self.axis.place(lanes.length_ns as f64);
        let mut row = Row::new(model, Kind::Model, name.to_owned());
        row.parts.push(Part::Bars { to, heights: lanes.running.iter().map(|share| f64::from(*share) / 255.0).collect() });
        if lanes.is_recorded {
            row.value = format!("{}×", grouped(lanes.switches));
            row.remark = format!("{} preempted", grouped(lanes.preempted));
        }
        row.hints.push(Hint { from: 0.0, to, id: format!("lanes-{index}"), words: format!("{name}: {}", self.words(lanes)) });
        row
    }

    fn words(&self, lanes: &LanesOverview) -> String {
        let mut words = format!(
            "{} of {} in use on average, for {}",
            share(lanes),
            counted(lanes.cores as usize, "core"),
            time(lanes.length_ns as f64)
        );
        if lanes.is_recorded {
            let (threads, switches) = (counted(lanes.threads as usize, "thread"), counted(lanes.switches as usize, "time"));
            words.push_str(&format!(
                "; {threads} got a core {switches}, and lost it {} when they could have gone on",
                counted(lanes.preempted as usize, "time")
            ));
        }
        if lanes.operations > 0 {
            words.push_str(&format!(
                "; {} {} were seen",
                grouped(lanes.operations),
                self.workload.operation.of(lanes.operations)
            ));
        }
        words
    }

    fn note(&self) -> String {
        let mut note =
            "A bar is as high as the share of the cores that were in use; at the right, how often a thread got a core".to_owned();
        if self.strips.iter().any(|strip| !strip.lanes.is_recorded) {
            note.push_str("; where nothing stands there, only the kernel’s accounts were to be had, which do not tell that");
        }
        let dropped: u64 = self.strips.iter().map(|strip| strip.lanes.dropped).sum();
        if dropped > 0 {
            note.push_str(&format!("; for {} spans there was no room", grouped(dropped)));
        }
        note
    }

    fn table(&self) -> Table {
        let operations = &self.workload.operation.many;
        let head = [
            "Model",
            "measured part",
            "cores",
            "in use",
            "threads that had one",
            "got a core",
            "preempted",
            operations,
            "left out",
        ];
        let row = |strip: &Strip<'_>| {
            let lanes = strip.lanes;
            let recorded = |count: u64| if lanes.is_recorded { grouped(count) } else { String::new() };
            vec![
                strip.name.to_owned(),
                time(lanes.length_ns as f64),
                lanes.cores.to_string(),
                share(lanes),
                grouped(u64::from(lanes.threads)),
                recorded(lanes.switches),
                recorded(lanes.preempted),
                grouped(lanes.operations),
                grouped(lanes.dropped),
            ]
        };
        Table { head: head.map(str::to_owned).to_vec(), rows: self.strips.iter().map(row).collect() }
    }
}

/// How much of the cores was in use in the whole measured part.
fn share(lanes: &LanesOverview) -> String {
    let sum: u64 = lanes.running.iter().map(|share| u64::from(*share)).sum();
    let percent = sum as f64 / 2.55 / lanes.running.len().max(1) as f64;
    format!("{} %", analysis::numbers::decimal(percent, 0))
}
