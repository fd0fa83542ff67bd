//! A capsule's messages: the results, and how they are looked at.

use protocol::log::Submission;
use protocol::{Catalog, Run, RunState, View};

use super::bits::{BitReader, BitWriter};
use super::order::Order;
use super::trials::Columns;
use super::{Coding, Message, Reading, Wire, blank_by_default, damaged};
use crate::{Capsule, Carried, Part, Refused};

/// A whole capsule.
#[derive(Default)]
pub(crate) struct Envelope {
    pub(crate) results: Vec<One>,
    pub(crate) view: View,
}

impl Message for Envelope {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.messages(1, &mut self.results);
        wire.message(2, &mut self.view);
    }
}

/// One result of it.
#[derive(Default)]
pub(crate) struct One {
    name: String,
    left_out: Vec<u8>,
    version: u32,
    id: String,
    submitted_ms: u64,
    /// The parts below in which it is the same as an earlier result of the capsule; by that one's place and one.
    same: [u64; 4],
    parts: Parts,
    state: RunState,
    began_ms: Option<u64>,
    ended_ms: Option<u64>,
    conditions: Option<protocol::Conditions>,
    plan: Order,
    trials: Columns,
}

/// What several results often have in common.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Parts {
    experiment: protocol::Experiment,
    machine: protocol::Machine,
    build: protocol::Build,
    catalog: Catalog,
}

impl Parts {
    fn of(run: &Run) -> Self {
        let Submission { experiment, machine, build, catalog, .. } = run.submission.clone();
        Self { experiment, machine, build, catalog }
    }

    /// In which of them it is the same as another.
    fn same(&self, other: &Self) -> [bool; 4] {
        [
            self.experiment == other.experiment,
            self.machine == other.machine,
            self.build == other.build,
            self.catalog == other.catalog,
        ]
    }

    /// Takes one of them from another.
    fn take_over(&mut self, index: usize, other: &Self) {
        match index {
            0 => self.experiment.clone_from(&other.experiment),
            1 => self.machine.clone_from(&other.machine),
            2 => self.build.clone_from(&other.build),
            _ => self.catalog.clone_from(&other.catalog),
        }
    }
}

const STATES: [RunState; 5] =
    [RunState::Finished, RunState::Cancelled, RunState::Interrupted, RunState::Queued, RunState::Running];

impl Message for One {
    fn blank() -> Self {
        Self { state: STATES[0], ..Self::default() }
    }

    fn fields(&mut self, wire: &mut Wire<'_>) {
        // What differs least from result to result stands first: a dictionary's matches are then long.
        wire.message(1, &mut self.parts.catalog);
        wire.message(2, &mut self.parts.experiment);
        wire.message(3, &mut self.parts.build);
        wire.message(4, &mut self.parts.machine);
        let [experiment, machine, build, catalog] = &mut self.same;
        wire.number(5, experiment);
        wire.number(6, machine);
        wire.number(7, build);
        wire.number(8, catalog);
        wire.small(9, &mut self.version);
        wire.text(10, &mut self.id);
        wire.number(11, &mut self.submitted_ms);
        wire.one_of(12, &mut self.state, &STATES);
        wire.maybe_number(13, &mut self.began_ms);
        wire.maybe_number(14, &mut self.ended_ms);
        wire.maybe_message(15, &mut self.conditions);
        wire.text(16, &mut self.name);
        wire.bytes(17, &mut self.left_out);
        wire.message(18, &mut self.plan);
        wire.message(19, &mut self.trials);
    }
}

impl Envelope {
    /// Of results in their shared form, whole: nothing of it is in bits.
    pub(crate) fn of(capsule: &Capsule) -> Self {
        Self::coded(capsule, &[], &mut BitWriter::default())
    }

    /// Of results of which each has its coding, or none to be whole.
    pub(crate) fn coded(capsule: &Capsule, codings: &[Coding], bits: &mut BitWriter) -> Self {
        let mut results: Vec<One> = Vec::new();
        let all: Vec<Parts> = capsule.results.iter().map(|carried| Parts::of(&carried.run)).collect();
        for (index, carried) in capsule.results.iter().enumerate() {
            let mut one = One::of(carried, all[index].clone(), codings.get(index), bits);
            for (place, other) in (1..).zip(&all[..index]) {
                for (part, same) in all[index].same(other).into_iter().enumerate() {
                    if same && one.same[part] == 0 {
                        one.same[part] = place;
                        one.parts.take_over(part, &Parts::default());
                    }
                }
            }
            results.push(one);
        }
        Self { results, view: capsule.view.clone() }
    }

    /// The capsule.
    pub(crate) fn opened(self, bits: &[u8], reading: &mut Reading) -> Result<Capsule, Refused> {
        let bits = &mut BitReader::of(bits);
        let mut all: Vec<Parts> = Vec::new();
        let mut results = Vec::new();
        for mut one in self.results {
            for (index, same) in one.same.into_iter().enumerate().filter(|(_, same)| *same > 0) {
                let other = usize::try_from(same - 1).ok().and_then(|place| all.get(place)).ok_or_else(damaged)?;
                // Counted by what it is at most: texts of a catalogue.
                reading.take(super::written(&mut other.clone().catalog).len() * 2)?;
                one.parts.take_over(index, other);
            }
            all.push(one.parts.clone());
            results.push(one.opened(bits, reading)?);
        }
        Ok(Capsule { results, view: self.view })
    }
}

impl One {
    fn of(carried: &Carried, parts: Parts, coding: Option<&Coding>, bits: &mut BitWriter) -> Self {
        let Run { submission, state, began_ms, ended_ms, conditions, plan, trials, took_ms, .. } = &carried.run;
        Self {
            name: carried.name.clone(),
            left_out: carried.left_out.iter().map(|part| part.number()).collect(),
            version: submission.version,
            id: submission.id.clone(),
            submitted_ms: submission.submitted_ms,
            same: [0; 4],
            parts,
            state: *state,
            began_ms: *began_ms,
            ended_ms: *ended_ms,
            conditions: conditions.clone(),
            plan: Order::of(plan, coding.map(|_| &mut *bits)),
            trials: Columns::of(plan, trials, took_ms, coding, bits),
        }
    }

    fn opened(self, bits: &mut BitReader<'_>, reading: &mut Reading) -> Result<Carried, Refused> {
        let Parts { experiment, machine, build, catalog } = self.parts;
        let plan = self.plan.planned(bits, reading)?;
        let (trials, took_ms) = self.trials.trials(&plan, bits, reading)?;
        let run = Run {
            submission: Submission {
                version: self.version,
                id: self.id,
                submitted_ms: self.submitted_ms,
                experiment,
                machine,
                build,
                catalog,
            },
            state: self.state,
            plan,
            trials,
            took_ms,
            began_ms: self.began_ms,
            ended_ms: self.ended_ms,
            conditions: self.conditions,
            ..Run::default()
        };
        let left_out = self.left_out.into_iter().filter_map(Part::of_number).collect();
        Ok(Carried { run, name: self.name, left_out })
    }
}
