//! What an operation took of the cores, in user mode and in the kernel, and how long threads waited for one.

use analysis::course::middle;
use analysis::numbers::{ratio, time};
use protocol::Trial;
use protocol::catalog::Unit;
use protocol::report::Summary;

use crate::groups::{Group, plain};
use crate::picture::Picture;
use crate::stacks::{Stack, Stacks};
use crate::{Heading, Subject, svg};

/// The parts: the figure's key, and the name.
const PARTS: [(&str, &str); 3] =
    [("measured.user_ns", "user"), ("measured.system_ns", "system"), ("run_delay_ns", "waiting for a core")];
const WAITING: usize = 2;

/// The last one is drawn only if it is at most so many times the CPU time: beside more nothing else could be seen.
const MOST_WAITING: f64 = 6.0;

const HELP: &str = "CPU time of the measured part by mode, and the time that threads were ready to run and had no core, summed over \
                    them. From the trial of each model that is in the middle.";

pub(crate) const PICTURE: Picture = Picture {
    id: "cpu",
    heading,
    body: |subject, medium| stacks(subject).rows().drawn(medium),
    table: |subject| stacks(subject).table(),
    svg: |subject, theme| svg::rows("cpu", subject, heading(subject), &stacks(subject).rows(), theme),
};

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    let workload = subject.workload()?;
    let chosen = chosen(subject);
    if chosen.is_empty() {
        return None;
    }
    let title = if by_operation(&chosen) { format!("CPU time per {}", workload.operation.one) } else { "CPU time".to_owned() };
    Some(Heading { title, sub: "by mode; the figure is user and system".to_owned(), help: HELP.to_owned() })
}

/// Each model, and its trial in the middle.
fn chosen<'a>(subject: &Subject<'a>) -> Vec<(&'a str, &'a Trial)> {
    let chosen = |summary: &'a Summary| {
        let good = || Group::of(summary).trials(subject.trials).filter(|trial| trial.is_ok());
        let trial = middle(good(), "cpu_ns_per_operation").or_else(|| middle(good(), PARTS[0].0))?;
        Some((summary.model.as_str(), trial))
    };
    plain(subject).filter_map(chosen).collect()
}

fn operations(trial: &Trial) -> Option<f64> {
    trial.figure("operations").filter(|operations| *operations > 0.0)
}

fn by_operation(chosen: &[(&str, &Trial)]) -> bool {
    chosen.iter().all(|(_, trial)| operations(trial).is_some())
}

fn stacks<'a>(subject: &Subject<'a>) -> Stacks<'a> {
    let chosen = chosen(subject);
    let by_operation = by_operation(&chosen);
    let stack = |(id, trial): &(&'a str, &'a Trial)| {
        let by = if by_operation { operations(trial)? } else { 1.0 };
        let parts: Vec<Option<f64>> = PARTS.iter().map(|(key, _)| trial.figure(key).map(|ns| ns / by)).collect();
        let whole = parts[0]? + parts[1]?;
        Some(Stack::new(subject.catalog, id, trial, parts, whole))
    };
    let stacks: Vec<Stack<'a>> = chosen.iter().filter_map(stack).collect();
    let longest = longest(&stacks);
    let used = stacks.iter().map(|stack| stack.whole).fold(0.0, f64::max);
    let is_drawn = longest.is_some_and(|(_, waited)| waited <= used * MOST_WAITING);
    let mut note = "Of each model the trial in the middle.".to_owned();
    if let Some((stack, waited)) = longest.filter(|_| !is_drawn) {
        let by = ratio(waited / stack.whole.max(1.0));
        note +=
            &format!(" Waiting for a core is in the table alone: up to {} ({}), {by} the CPU time.", time(waited), stack.name);
    }
    if stacks.iter().any(|stack| stack.parts[WAITING].is_none()) {
        note += " Of threads that had ended it is not known how long they waited for a core.";
    }
    Stacks {
        id: "cpu",
        list_box: "Parts of CPU time; arrow keys go from one to the next",
        unit: Unit::Nanoseconds,
        whole: "CPU time",
        parts: PARTS.iter().map(|(_, name)| (*name).to_owned()).collect(),
        shown: if is_drawn { PARTS.len() } else { WAITING },
        stacks,
        in_own_colours: false,
        note,
    }
}

/// The longest wait for a core, and whose.
fn longest<'s, 'a>(stacks: &'s [Stack<'a>]) -> Option<(&'s Stack<'a>, f64)> {
    let waits = stacks.iter().filter_map(|stack| Some((stack, stack.parts[WAITING].filter(|waited| *waited > 0.0)?)));
    waits.reduce(|one, other| if other.1 > one.1 { other } else { one })
}
