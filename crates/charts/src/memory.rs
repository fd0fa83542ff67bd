//! What a unit takes of memory, taken apart; only of workloads that measure how memory grows by units.

use analysis::course::middle;
use analysis::quantities::{find, label};
use protocol::catalog::Unit;
use protocol::parameter::grouped;
use protocol::report::Summary;

use crate::groups::{Group, plain};
use crate::picture::Picture;
use crate::stacks::{Stack, Stacks};
use crate::{Heading, Subject, svg};

/// The keys of the parts, and of their sum.
const PARTS: [&str; 4] = ["resident_per_unit", "kernel_stack_per_unit", "slab_per_unit", "page_tables_per_unit"];
const WHOLE: &str = "bytes_per_unit";

const HELP: &str = "What memory grew by for each unit that was added, by where it is: in the process, and in the kernel for it. From \
                    the trial of each model that is in the middle.";

pub(crate) const PICTURE: Picture = Picture {
    id: "memory",
    heading,
    body: |subject, medium| stacks(subject).rows().drawn(medium),
    table: |subject| stacks(subject).table(),
    svg: |subject, theme| svg::rows("memory", subject, heading(subject), &stacks(subject).rows(), theme),
};

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    let workload = subject.workload()?;
    if stacks(subject).stacks.is_empty() {
        return None;
    }
    let title = find(subject.catalog, workload, WHOLE).map_or_else(|| "Memory".to_owned(), |whole| label(whole, workload));
    let units = subject.experiment.units();
    let sub = format!("what memory grew by, over {} {}", grouped(units), workload.unit.of(units));
    Some(Heading { title, sub, help: HELP.to_owned() })
}

fn stacks<'a>(subject: &Subject<'a>) -> Stacks<'a> {
    let name = |key: &str| {
        let workload = subject.workload();
        let quantity = workload.and_then(|workload| Some(label(find(subject.catalog, workload, key)?, workload)));
        quantity.unwrap_or_else(|| key.to_owned())
    };
    let stack = |summary: &'a Summary| {
        let good = Group::of(summary).trials(subject.trials).filter(|trial| trial.is_ok());
        let trial = middle(good, WHOLE)?;
        let parts: Vec<Option<f64>> = PARTS.iter().map(|key| trial.figure(key)).collect();
        let whole = trial.figure(WHOLE)?;
        parts.iter().any(Option::is_some).then(|| Stack::new(subject.catalog, &summary.model, trial, parts, whole))
    };
    Stacks {
        id: "memory",
        list_box: "Parts of memory; arrow keys go from one to the next",
        unit: Unit::Bytes,
        whole: "sum",
        parts: PARTS.iter().map(|key| name(key)).collect(),
        shown: PARTS.len(),
        stacks: plain(subject).filter_map(stack).collect(),
        in_own_colours: true,
        note: "Of each model the trial in the middle, by the sum.".to_owned(),
    }
}
