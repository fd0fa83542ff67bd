//! What a trial used while it went on: memory, and cores; seen from outside.

use analysis::axis::{Axis, tick_text};
use analysis::course::{cores, middle};
use analysis::numbers::{Scale, bytes, shown, significant, time};
use analysis::quantities::OPS_PER_S;
use maud::{Markup, html};
use protocol::catalog::Unit;
use protocol::report::Summary;
use protocol::{Model, Trial};

use crate::groups::{Group, plain};
use crate::lines::{Knot, Line, Lines};
use crate::picture::{Picture, Table};
use crate::svg::{Canvas, Theme, Tone};
use crate::{Heading, Medium, Subject};

const HELP: &str = "Resident memory and CPU time of the trial's process, as the one that watches it saw them, for the trial of each \
                    model with the rate in the middle. Cores are CPU time between two looks, 10 ms apart or more.";

pub(crate) const PICTURE: Picture = Picture { id: "over-time", heading, body: drawn, table, svg };

/// The height of each of the two plots, pixels, and of a name beside it.
const HEIGHT_PX: usize = 112;
const NAME_PX: usize = 16;

/// Places of a line that say something, about.
const MARKS: usize = 8;

const MS: f64 = 1e6;

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    if courses(subject).is_empty() {
        return None;
    }
    let sub = "of one trial of each model, from its process’s start".to_owned();
    Some(Heading { title: "Memory and CPU over time".to_owned(), sub, help: HELP.to_owned() })
}

/// A model's.
struct Course<'a> {
    model: Option<&'a Model>,
    name: &'a str,
    trial: &'a Trial,
}

fn courses<'a>(subject: &Subject<'a>) -> Vec<Course<'a>> {
    let of = |summary: &'a Summary| {
        let group = Group::of(summary);
        let good = group.trials(subject.trials).filter(|trial| trial.is_ok() && trial.readings.len() > 1);
        let (trial, model) = (middle(good, OPS_PER_S)?, subject.catalog.model(&summary.model));
        let name = model.map_or(summary.model.as_str(), |model| &model.name);
        Some(Course { model, name, trial })
    };
    plain(subject).filter_map(of).collect()
}

impl<'a> Course<'a> {
    /// Milliseconds and bytes.
    fn memory(&self) -> Vec<(f64, f64)> {
        self.trial.readings.iter().map(|reading| (reading.at_ms as f64, reading.rss_bytes as f64)).collect()
    }

    /// Its line through these: pale before and after the measured part.
    fn line(&self, x: &Axis, course: &[(f64, f64)], words: &dyn Fn(f64) -> String) -> Line<'a> {
        let place = |(ms, value): &(f64, f64)| (x.place(*ms), *value);
        let inside = |(ms, _): &&(f64, f64)| self.trial.work_ms.is_none_or(|(from, to)| (from as f64..=to as f64).contains(ms));
        let every = course.len().div_ceil(MARKS).max(1);
        let marked = || course.iter().rev().step_by(every).collect::<Vec<_>>().into_iter().rev();
        Line {
            model: self.model,
            name: self.name,
            places: marked().map(|(ms, value)| Knot { x: x.place(*ms), value: *value, ends: None }).collect(),
            says: marked().map(|(ms, value)| format!("{}: {} after {}", self.name, words(*value), time(ms * MS))).collect(),
            path: course.iter().filter(inside).map(place).collect(),
            pale: course.iter().map(place).collect(),
            side: None,
        }
    }
}

fn drawn(subject: &Subject<'_>, medium: Medium) -> Markup {
    let (courses, mut plots) = (courses(subject), Vec::new());
    plot(&courses, &mut |chart| plots.push(html! { p.plot-name.small { (chart.label) } (chart.drawn(medium)) }));
    html! {
        @for plot in plots { (plot) }
        p.foot-note.small.muted { (note(&courses)) }
    }
}

fn svg(subject: &Subject<'_>, theme: Theme) -> Option<String> {
    let (courses, mut canvas) = (courses(subject), Canvas::new("over-time", theme, &heading(subject)?));
    plot(&courses, &mut |chart| {
        canvas.lines(chart.label, 12.5, Tone::Ink);
        chart.on(&mut canvas);
    });
    Some(canvas.done(subject, &note(&courses)))
}

/// Both charts, drawn with this: on one axis of time.
fn plot(courses: &[Course<'_>], draw: &mut dyn FnMut(&Lines<'_>)) {
    let ends: Vec<f64> = courses.iter().filter_map(|of| Some(of.trial.readings.last()?.at_ms as f64)).collect();
    let Some(x) = Axis::of_lengths(&ends, 5) else { return };
    let memory = courses.iter().map(|of| of.line(&x, &of.memory(), &bytes)).collect();
    one(&x, memory, "memory-over-time", "Resident memory", Unit::Bytes, draw);
    let in_use = |value: f64| format!("{} cores", significant(value));
    let used = courses.iter().map(|of| of.line(&x, &cores(&of.trial.readings), &in_use)).collect();
    one(&x, used, "cores-over-time", "Cores in use", Unit::Count, draw);
}

fn one(x: &Axis, mut lines: Vec<Line<'_>>, id: &'static str, label: &'static str, unit: Unit, draw: &mut dyn FnMut(&Lines<'_>)) {
    lines.retain(|line| !line.places.is_empty());
    let values: Vec<f64> = lines.iter().flat_map(|line| line.pale.iter().map(|(_, value)| *value)).collect();
    let Some(axis) = Axis::of_lengths(&values, 3) else { return };
    let last = |axis: &Axis| axis.ticks.last().copied().unwrap_or(0.0);
    let words = |tick: &f64| (x.place(*tick), Some(tick_text(*tick * MS, Scale::of_time(last(x) * MS))));
    draw(&Lines {
        id,
        class: Some("course"),
        label,
        height: HEIGHT_PX.max(lines.len() * NAME_PX) as f64,
        name_height: NAME_PX as f64,
        across: x.ticks.iter().map(words).collect(),
        counted: "",
        axis: Some(&axis),
        tick: &|tick| tick_text(tick, Scale::of_unit(unit, last(&axis))),
        most_ticks: 6,
        crossings: Vec::new(),
        lines,
    });
}

fn note(courses: &[Course<'_>]) -> String {
    let pale =
        if courses.iter().any(|of| of.trial.work_ms.is_some()) { " Pale: before and after the measured part." } else { "" };
    format!("Of each model the trial with the rate in the middle.{pale}")
}

fn table(subject: &Subject<'_>) -> Table {
    let head = ["Model", "repetition", "at", "resident", "cores", "threads"].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for Course { name, trial, .. } in courses(subject) {
        let cores = cores(&trial.readings);
        for reading in &trial.readings {
            let at = reading.at_ms as f64;
            // Those of the first difference whose middle is not before this.
            let used = cores.iter().find(|(ms, _)| *ms >= at).map(|(_, cores)| significant(*cores));
            rows.push(vec![
                name.to_owned(),
                (trial.planned.repetition + 1).to_string(),
                time(at * MS),
                bytes(reading.rss_bytes as f64),
                used.unwrap_or_default(),
                shown(Unit::Count, reading.threads as f64),
            ]);
        }
    }
    Table { head, rows }
}
