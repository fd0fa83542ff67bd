//! A run as it may be given away.

mod words;

use std::collections::BTreeSet;

use protocol::{Run, RunState};

use self::words::Hidden;
use crate::logged;

/// A run without what could name a machine or a person: no host name, user, path or address, in what its trials said either. And
/// without what was of its moment only: whether it waited, and how its log was numbered.
///
/// One that is not over yet is cancelled where it stands: whoever opens it will see no more of it.
#[must_use]
pub fn shared(run: &Run) -> Run {
    shared_without(run, &[])
}

/// The same, also without these names: the machine's and its users', for whom knows them. No rule can see that a word is a name.
#[must_use]
pub fn shared_without(run: &Run, names: &[&str]) -> Run {
    let mut shared =
        Run { position: 0, expected_wait_ms: None, running: None, waits_for_machine: false, not_stored: None, ..run.clone() };
    shared.submission.catalog.presets = Vec::new();
    hide(&mut shared, names);
    shared.took_ms.retain(|order, _| run.trial(*order).is_some());
    let ended = |run: &Run| run.took_ms.values().fold(run.began_ms.unwrap_or(0), |sum, took| sum.saturating_add(*took));
    if !shared.state.is_over() {
        (shared.ended_ms, shared.conditions) = (Some(ended(&shared)), None);
        shared.state = RunState::Cancelled;
    }
    shared.ended_ms = Some(shared.ended_ms.unwrap_or_else(|| ended(&shared)));
    if shared.state == RunState::Interrupted {
        shared.conditions = None;
    }
    shared.last_event = logged::events(&shared);
    shared
}

/// Hides names in everything that a kernel, a panic or a unit's code may have said.
///
/// The processor, the kernel and the system are left as they call themselves: a result means nothing without them.
fn hide(run: &mut Run, names: &[&str]) {
    let mut said: Vec<&mut String> = Vec::new();
    for trial in &mut run.trials {
        said.extend(&mut trial.error);
        said.extend(&mut trial.answer);
        said.extend(&mut trial.printed);
    }
    let machine = &mut run.submission.machine;
    said.push(&mut machine.threads_limit_because);
    said.extend(machine.counters.values_mut());
    let cells = run.submission.catalog.workloads.iter_mut().flat_map(|workload| &mut workload.cells);
    for cell in cells {
        said.extend(&mut cell.absent);
        said.extend(cell.units_limit.as_mut().map(|limit| &mut limit.because));
    }
    // A name that one text gives away, as the owner of a home folder, stands in another by itself.
    let mut known: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    said.iter().for_each(|text| words::names_in(text, &mut known));
    let hidden = Hidden::of(&known);
    for text in said {
        if let Some(without) = hidden.without(text) {
            *text = without;
        }
    }
}
