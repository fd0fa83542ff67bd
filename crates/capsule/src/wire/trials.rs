//! A run's trials: of everything that they have, what all of them have of it, so that a number stands beside those that it is
//! like.

use std::collections::BTreeMap;

use protocol::lanes::LanesOverview;
use protocol::{Histogram, PlannedTrial, Reading as Seen, Trial, TrialStatus};

use super::bits::{BitReader, BitWriter};
use super::column::{Column, Grouping, figures, grouped, sizes};
use super::order::Order;
use super::series::{Numbers, Series};
use super::{Coding, Message, Reading, Wire, blank_by_default, damaged, sketch};
use crate::Refused;
use crate::ladder::{LAST_BUCKET, bucket_of, least_of};

/// The trials that have ended.
#[derive(Default)]
pub(crate) struct Columns {
    count: u64,
    /// If they are not the first of the plan.
    own: Option<Order>,
    /// Empty if all are ok.
    status: Series,
    /// Places of those that were disturbed.
    disturbed: Series,
    errors: Vec<Note>,
    answers: Vec<Note>,
    printed: Vec<Note>,
    figures: Vec<Column>,
    latencies: Series,
    finishes: Series,
    readings: Series,
    work: Series,
    took: Series,
    /// Places of the trials whose latencies are in the bits.
    sketched: Series,
    lanes: Vec<Glance>,
}

/// Words of one trial.
#[derive(Default)]
struct Note {
    /// Places from the one that has the note before.
    behind: u64,
    words: String,
}

impl Message for Columns {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.count);
        wire.maybe_message(2, &mut self.own);
        wire.bytes(3, &mut self.status.0);
        wire.bytes(4, &mut self.disturbed.0);
        wire.messages(5, &mut self.errors);
        wire.messages(6, &mut self.answers);
        wire.messages(7, &mut self.printed);
        wire.messages(8, &mut self.figures);
        wire.bytes(9, &mut self.latencies.0);
        wire.bytes(10, &mut self.finishes.0);
        wire.bytes(11, &mut self.readings.0);
        wire.bytes(12, &mut self.work.0);
        wire.bytes(13, &mut self.took.0);
        wire.bytes(14, &mut self.sketched.0);
        wire.messages(15, &mut self.lanes);
    }
}

impl Message for Note {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.number(1, &mut self.behind);
        wire.text(2, &mut self.words);
    }
}

/// What the lanes of one trial show.
#[derive(Default)]
struct Glance {
    /// Places from the one that has one before.
    behind: u64,
    lanes: LanesOverview,
}

impl Message for Glance {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        let LanesOverview { length_ns, cores, threads, running, switches, preempted, operations, is_recorded, dropped } =
            &mut self.lanes;
        wire.number(1, &mut self.behind);
        wire.number(2, length_ns);
        wire.small(3, cores);
        wire.small(4, threads);
        wire.bytes(5, running);
        wire.number(6, switches);
        wire.number(7, preempted);
        wire.number(8, operations);
        wire.flag(9, is_recorded);
        wire.number(10, dropped);
    }
}

const STATUSES: [TrialStatus; 7] = [
    TrialStatus::Ok,
    TrialStatus::Refused,
    TrialStatus::Failed,
    TrialStatus::Timeout,
    TrialStatus::Killed,
    TrialStatus::Cancelled,
    TrialStatus::Invalid,
];

fn notes<'a>(trials: &'a [Trial], words: impl Fn(&'a Trial) -> &'a [String]) -> Vec<Note> {
    let (mut before, mut notes) = (0, Vec::new());
    for (place, trial) in trials.iter().enumerate() {
        for words in words(trial) {
            notes.push(Note { behind: (place - before) as u64, words: words.clone() });
            before = place;
        }
    }
    notes
}

/// Gives notes back to their trials.
fn noted(notes: Vec<Note>, trials: &mut [Trial], mut give: impl FnMut(&mut Trial, String)) -> Result<(), Refused> {
    let mut place = 0_usize;
    for Note { behind, words } in notes {
        place = usize::try_from(behind).ok().and_then(|behind| place.checked_add(behind)).ok_or_else(damaged)?;
        give(trials.get_mut(place).ok_or_else(damaged)?, words);
    }
    Ok(())
}

impl Columns {
    pub(crate) fn of(
        plan: &[PlannedTrial],
        trials: &[Trial],
        took_ms: &BTreeMap<u64, u64>,
        coding: Option<&Coding>,
        bits: &mut BitWriter,
    ) -> Self {
        let of_plan = trials.len() <= plan.len() && trials.iter().zip(plan).all(|(trial, planned)| trial.planned == *planned);
        let own = || trials.iter().map(|trial| trial.planned.clone()).collect::<Vec<_>>();
        let own = (!of_plan).then(|| Order::of(&own(), coding.map(|_| &mut *bits)));
        let mut this = Self { count: trials.len() as u64, own, ..Self::default() };
        let (mut all_ok, mut last_disturbed) = (true, 0);
        for (place, trial) in (0..).zip(trials) {
            all_ok &= trial.is_ok();
            this.status.push(STATUSES.iter().position(|status| *status == trial.status).unwrap_or(2) as u64);
            if trial.disturbed {
                this.disturbed.push(place - last_disturbed);
                last_disturbed = place;
            }
        }
        if all_ok {
            this.status = Series::default();
        }
        this.errors = notes(trials, |trial| trial.error.as_slice());
        this.answers = notes(trials, |trial| trial.answer.as_slice());
        this.printed = notes(trials, |trial| &trial.printed);
        let mut last = 0;
        for (place, trial) in (0..).zip(trials) {
            if let Some(lanes) = &trial.lanes {
                this.lanes.push(Glance { behind: place - last, lanes: lanes.clone() });
                last = place;
            }
        }
        this.figures = figures(trials, coding, bits);
        let has_latencies = |trial: &Trial| !trial.latencies.is_empty();
        if let Some(coding) = coding {
            this.sketched = each(trials, has_latencies, |trial, _| sketch::put(bits, &trial.latencies, coding.bins));
        }
        this.latencies = each(
            trials,
            |trial| coding.is_none() && has_latencies(trial),
            |trial, series| {
                let buckets: Vec<(u64, u64)> =
                    trial.latencies.buckets().map(|(from, _, count)| (bucket_of(from), count)).collect();
                series.push_list(buckets.iter().map(|(bucket, _)| *bucket));
                buckets.iter().for_each(|(_, count)| series.push(*count));
            },
        );
        this.finishes = each(
            trials,
            |trial| !trial.finishes_ns.is_empty(),
            |trial, series| {
                series.push_list(trial.finishes_ns.iter().copied());
            },
        );
        this.readings = each(
            trials,
            |trial| !trial.readings.is_empty(),
            |trial, series| {
                let fields: [fn(&Seen) -> u64; 5] =
                    [|seen| seen.at_ms, |seen| seen.rss_bytes, |seen| seen.user_ns, |seen| seen.system_ns, |seen| seen.threads];
                fields.into_iter().for_each(|field| series.push_list(trial.readings.iter().map(field)));
            },
        );
        this.work = each(
            trials,
            |trial| trial.work_ms.is_some(),
            |trial, series| {
                series.push_list(trial.work_ms.map(|(from, to)| vec![from, to]).unwrap_or_default().into_iter());
            },
        );
        this.took = each(
            trials,
            |trial| took_ms.contains_key(&trial.planned.order),
            |trial, series| {
                series.push_list(took_ms.get(&trial.planned.order).copied().as_slice().iter().copied());
            },
        );
        this
    }

    /// The trials, and how long each took, by its order.
    pub(crate) fn trials(
        self,
        plan: &[PlannedTrial],
        bits: &mut BitReader<'_>,
        reading: &mut Reading,
    ) -> Result<(Vec<Trial>, BTreeMap<u64, u64>), Refused> {
        let count = usize::try_from(self.count).map_err(|_| damaged())?;
        let planned = match &self.own {
            Some(own) => own.planned(bits, reading)?,
            None => plan.get(..count).ok_or_else(damaged)?.to_vec(),
        };
        if planned.len() != count {
            return Err(damaged());
        }
        reading.take(count * (2 * size_of::<Trial>() + 32))?;
        let of = |planned| Trial { planned, status: TrialStatus::Ok, ..Trial::default() };
        let mut trials: Vec<Trial> = planned.into_iter().map(of).collect();

        let mut status = Numbers(&self.status.0);
        for trial in trials.iter_mut().filter(|_| !self.status.is_empty()) {
            let place = usize::try_from(status.next()?).map_err(|_| damaged())?;
            trial.status = *STATUSES.get(place).ok_or_else(damaged)?;
        }
        let (mut disturbed, mut place) = (Numbers(&self.disturbed.0), 0_usize);
        while !disturbed.is_empty() {
            let behind = usize::try_from(disturbed.next()?).map_err(|_| damaged())?;
            place = place.checked_add(behind).ok_or_else(damaged)?;
            trials.get_mut(place).ok_or_else(damaged)?.disturbed = true;
        }
        noted(self.errors, &mut trials, |trial, words| trial.error = Some(words))?;
        noted(self.answers, &mut trials, |trial, words| trial.answer = Some(words))?;
        noted(self.printed, &mut trials, |trial, words| trial.printed.push(words))?;
        let mut place = 0_usize;
        for Glance { behind, lanes } in self.lanes {
            place = usize::try_from(behind).ok().and_then(|behind| place.checked_add(behind)).ok_or_else(damaged)?;
            trials.get_mut(place).ok_or_else(damaged)?.lanes = Some(lanes);
        }
        let places = grouped(&trials);
        let sizes = sizes(&trials, &places);
        for index in 0..self.figures.len() {
            let (before, rest) = self.figures.split_at(index);
            rest[0].give(before, &Grouping { places: &places, sizes: &sizes }, &mut trials, bits, reading)?;
        }
        each_read(&self.sketched, &mut trials, |trial, _| {
            trial.latencies = sketch::get(bits)?;
            reading.take(2 * trial.latencies.buckets().count() * size_of::<(u16, u64)>())
        })?;

        let took_ms = {
            let mut took_ms = BTreeMap::new();
            each_read(&self.latencies, &mut trials, |trial, numbers| {
                let buckets = numbers.list(reading)?;
                // Ascending, so that each is put behind the last one: a histogram that is sorted anew each time takes a second.
                if !buckets.is_sorted_by(|one, next| one < next) || buckets.last().is_some_and(|last| *last > LAST_BUCKET) {
                    return Err(damaged());
                }
                reading.take(2 * buckets.len() * size_of::<(u16, u64)>())?;
                let listed = buckets.len() * size_of::<u64>();
                let mut latencies = Histogram::default();
                for bucket in buckets {
                    latencies.record(least_of(bucket), numbers.next()?);
                }
                trial.latencies = latencies;
                reading.give_back(listed);
                Ok(())
            })?;
            each_read(&self.finishes, &mut trials, |trial, numbers| {
                trial.finishes_ns = numbers.list(reading)?;
                Ok(())
            })?;
            each_read(&self.readings, &mut trials, |trial, numbers| {
                trial.readings = readings(numbers, reading)?;
                Ok(())
            })?;
            each_read(&self.work, &mut trials, |trial, numbers| {
                let [from, to] = *numbers.list(reading)? else { return Err(damaged()) };
                trial.work_ms = Some((from, to));
                Ok(())
            })?;
            each_read(&self.took, &mut trials, |trial, numbers| {
                let [took] = *numbers.list(reading)? else { return Err(damaged()) };
                reading.take(32)?;
                took_ms.insert(trial.planned.order, took);
                Ok(())
            })?;
            took_ms
        };
        Ok((trials, took_ms))
    }
}

/// What each trial that has it has of something: places from the one that had it before, and then that. Empty if none has it.
fn each(trials: &[Trial], has: impl Fn(&Trial) -> bool, mut write: impl FnMut(&Trial, &mut Series)) -> Series {
    let (mut series, mut before) = (Series::default(), 0);
    for (place, trial) in (0..).zip(trials).filter(|(_, trial)| has(trial)) {
        series.push(place - before);
        before = place;
        write(trial, &mut series);
    }
    series
}

fn each_read(
    series: &Series,
    trials: &mut [Trial],
    mut read: impl FnMut(&mut Trial, &mut Numbers<'_>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let (mut numbers, mut place) = (Numbers(&series.0), 0_usize);
    while !numbers.is_empty() {
        let behind = usize::try_from(numbers.next()?).map_err(|_| damaged())?;
        place = place.checked_add(behind).ok_or_else(damaged)?;
        read(trials.get_mut(place).ok_or_else(damaged)?, &mut numbers)?;
    }
    Ok(())
}

fn readings(numbers: &mut Numbers<'_>, reading: &mut Reading) -> Result<Vec<Seen>, Refused> {
    let mut fields = Vec::with_capacity(5);
    for _ in 0..5 {
        fields.push(numbers.list(reading)?);
    }
    let count = fields[0].len();
    if fields.iter().any(|field| field.len() != count) {
        return Err(damaged());
    }
    reading.take(count * size_of::<Seen>())?;
    let seen = |index: usize| Seen {
        at_ms: fields[0][index],
        rss_bytes: fields[1][index],
        user_ns: fields[2][index],
        system_ns: fields[3][index],
        threads: fields[4][index],
    };
    let seen = (0..count).map(seen).collect();
    reading.give_back(5 * count * size_of::<u64>());
    Ok(seen)
}
