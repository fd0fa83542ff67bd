//! One figure of all trials.

use std::collections::BTreeMap;

use protocol::{Figures, PlannedTrial, Trial};

use super::bits::{BitReader, BitWriter, MOST_PRECISION, code, get_groups, put_groups, value};
use super::series::{Numbers, Series};
use super::{Message, Reading, Wire, blank_by_default, damaged};
use crate::Refused;

/// How a result is carried that is not whole.
#[derive(Clone, Debug)]
pub(crate) struct Coding {
    /// Bits of each figure's fraction, by its key; all others' are exact.
    pub(crate) precision: BTreeMap<String, u32>,
    /// Bins of each histogram.
    pub(crate) bins: usize,
}

/// One figure.
#[derive(Default)]
pub(super) struct Column {
    key: String,
    /// Whether it is the workload's own.
    is_own: bool,
    /// Places of the trials that do not have it.
    absent: Series,
    /// Each value, if all are whole numbers.
    whole: Series,
    /// Eight bytes each, if not.
    exact: Vec<u8>,
    /// Bits of each value's fraction and one, if they are in the bits.
    in_bits: u64,
    /// The place and one of an earlier column that has the same values.
    same: u64,
    /// Whether it is the product of two others: operations of rate and time.
    is_product: bool,
}

impl Message for Column {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.key);
        wire.flag(2, &mut self.is_own);
        wire.bytes(3, &mut self.absent.0);
        wire.bytes(4, &mut self.whole.0);
        wire.bytes(5, &mut self.exact);
        wire.number(6, &mut self.in_bits);
        wire.number(7, &mut self.same);
        wire.flag(8, &mut self.is_product);
    }
}

/// Up to this a float holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A figure in a trial's map takes about so much, besides its key.
const FIGURE: usize = 72;

/// The trials' places, those of one model, role and point together: what they measured is most alike.
pub(super) fn grouped(trials: &[Trial]) -> Vec<usize> {
    let mut groups = BTreeMap::new();
    let mut keyed: Vec<(usize, usize)> = Vec::with_capacity(trials.len());
    for (place, Trial { planned, .. }) in trials.iter().enumerate() {
        let next = groups.len();
        let group = groups.entry((planned.model.as_str(), planned.role, planned.at, planned.also_at)).or_insert(next);
        keyed.push((*group, place));
    }
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, place)| place).collect()
}

/// How many trials each group has, in their order.
pub(super) fn sizes(trials: &[Trial], places: &[usize]) -> Vec<usize> {
    let of = |place: &usize| {
        let PlannedTrial { model, role, at, also_at, .. } = &trials[*place].planned;
        (model, role, at, also_at)
    };
    places.chunk_by(|one, next| of(one) == of(next)).map(<[usize]>::len).collect()
}

/// The places of trials by groups, and how many each group has.
pub(super) struct Grouping<'a> {
    pub(super) places: &'a [usize],
    pub(super) sizes: &'a [usize],
}

impl Grouping<'_> {
    /// What is there of each group.
    fn of<T>(&self, all: Vec<Option<T>>) -> Vec<Vec<T>> {
        let mut all = all.into_iter();
        self.sizes.iter().map(|size| all.by_ref().take(*size).flatten().collect()).collect()
    }
}

/// A column for each key.
pub(super) fn figures(trials: &[Trial], coding: Option<&Coding>, bits: &mut BitWriter) -> Vec<Column> {
    let places = grouped(trials);
    let sizes = sizes(trials, &places);
    let grouping = Grouping { places: &places, sizes: &sizes };
    let mut keys: Vec<(bool, &str)> = Vec::new();
    for trial in trials {
        for (is_own, figures) in [(false, &trial.figures), (true, &trial.extra)] {
            keys.extend(figures.iter().map(|(key, _)| (is_own, key)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    // What is computed of others stands behind them.
    keys.sort_by_key(|(_, key)| *key == OPERATIONS);
    let (mut columns, mut all) = (Vec::<Column>::new(), Vec::<Vec<Option<f64>>>::new());
    for (is_own, key) in keys {
        let mut column = Column { key: key.to_owned(), is_own, ..Column::default() };
        let mut values: Vec<Option<f64>> = places.iter().map(|place| column.figures(&trials[*place]).get(key)).collect();
        let precision = coding.and_then(|coding| coding.precision.get(key)).copied().unwrap_or(MOST_PRECISION);
        match coding.and_then(|_| rounded(&values, precision)) {
            None => column.write(&values),
            Some((codes, told)) => {
                let find = |key: &str| {
                    let place = columns.iter().position(|other| other.key == key && !other.is_own)?;
                    Some(&all[place])
                };
                let is_product = || find(RATE).zip(find(TIME)).is_some_and(|(rate, time)| is_product(&values, rate, time));
                if let Some(place) = all.iter().position(|other| *other == told) {
                    column.same = place as u64 + 1;
                } else if key == OPERATIONS && !is_own && is_product() {
                    column.is_product = true;
                } else {
                    column.write_absent(&values);
                    column.in_bits = u64::from(precision) + 1;
                    put_groups(bits, &grouping.of(codes));
                }
                values = told;
            }
        }
        columns.push(column);
        all.push(values);
    }
    columns
}

const OPERATIONS: &str = "operations";
const RATE: &str = "ops_per_s";
const TIME: &str = "wall_ns";

/// Operations of a rate and a time.
fn product(rate: f64, time_ns: f64) -> f64 {
    (rate * time_ns / 1e9).round()
}

/// Whether operations are that, to a thousandth.
fn is_product(operations: &[Option<f64>], rate: &[Option<f64>], time: &[Option<f64>]) -> bool {
    operations.iter().zip(rate.iter().zip(time)).all(|(operations, factors)| match (operations, factors) {
        (Some(operations), (Some(rate), Some(time))) => (product(*rate, *time) - operations).abs() <= operations * 1e-3,
        (None, (None, _) | (_, None)) => true,
        _ => false,
    })
}

/// The codes of values, and what they are when they are read.
type Rounded = (Vec<Option<u64>>, Vec<Option<f64>>);

/// `None` if one of the values has no code.
fn rounded(values: &[Option<f64>], precision: u32) -> Option<Rounded> {
    let (mut codes, mut told) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for of in values {
        let of_code = match of {
            Some(of) => Some(code(*of, precision)?),
            None => None,
        };
        told.push(match of_code {
            Some(code) => Some(value(code, precision)?),
            None => None,
        });
        codes.push(of_code);
    }
    Some((codes, told))
}

impl Column {
    fn figures<'t>(&self, trial: &'t Trial) -> &'t Figures {
        if self.is_own { &trial.extra } else { &trial.figures }
    }

    fn write_absent(&mut self, values: &[Option<f64>]) {
        let mut before = 0;
        for (index, _) in (0..).zip(values).filter(|(_, value)| value.is_none()) {
            self.absent.push(index - before);
            before = index;
        }
    }

    /// Exactly.
    fn write(&mut self, values: &[Option<f64>]) {
        self.write_absent(values);
        let values = || values.iter().flatten().copied();
        let is_whole = |value: f64| value.fract() == 0.0 && value.abs() <= EXACT && (value != 0.0 || value.is_sign_positive());
        if values().all(is_whole) {
            let mut before = 0;
            for value in values() {
                self.whole.push_signed(value as i64 - before);
                before = value as i64;
            }
        } else {
            self.exact = values().flat_map(f64::to_le_bytes).collect();
        }
    }

    /// Whether each trial has it.
    fn presence(&self, count: usize) -> Result<Vec<bool>, Refused> {
        let (mut absent, mut place, mut presence) = (Numbers(&self.absent.0), 0_usize, vec![true; count]);
        while !absent.is_empty() {
            place = usize::try_from(absent.next()?).ok().and_then(|behind| place.checked_add(behind)).ok_or_else(damaged)?;
            *presence.get_mut(place).ok_or_else(damaged)? = false;
        }
        Ok(presence)
    }

    /// Each trial's value, in the order of their groups.
    fn values(
        &self,
        before: &[Self],
        grouping: &Grouping<'_>,
        trials: &[Trial],
        bits: &mut BitReader<'_>,
    ) -> Result<Vec<Option<f64>>, Refused> {
        let of_other = |key: &str, is_own: bool| -> Vec<Option<f64>> {
            let of = |place: &usize| if is_own { trials[*place].extra.get(key) } else { trials[*place].figures.get(key) };
            grouping.places.iter().map(of).collect()
        };
        if self.same > 0 {
            let other = usize::try_from(self.same - 1).ok().and_then(|place| before.get(place)).ok_or_else(damaged)?;
            return Ok(of_other(&other.key, other.is_own));
        }
        if self.is_product {
            let factors = of_other(RATE, false).into_iter().zip(of_other(TIME, false));
            return Ok(factors.map(|(rate, time)| Some(product(rate?, time?))).collect());
        }
        let presence = self.presence(grouping.places.len())?;
        if self.in_bits > 0 {
            let precision = u32::try_from(self.in_bits - 1).ok().filter(|precision| *precision <= MOST_PRECISION);
            let precision = precision.ok_or_else(damaged)?;
            let mut counted = presence.iter();
            let present = |size: &usize| counted.by_ref().take(*size).filter(|is_there| **is_there).count();
            let sizes: Vec<usize> = grouping.sizes.iter().map(present).collect();
            let mut codes = get_groups(bits, &sizes)?.into_iter().flatten();
            let mut next = || codes.next().and_then(|code| value(code, precision)).ok_or_else(damaged);
            return presence.into_iter().map(|is_there| is_there.then(&mut next).transpose()).collect();
        }
        let (mut whole, mut exact, mut last) = (Numbers(&self.whole.0), self.exact.chunks_exact(8), 0_i64);
        let is_whole = !whole.is_empty();
        let mut next = || {
            if is_whole {
                last = last.wrapping_add(whole.next_signed()?);
                return Ok(last as f64);
            }
            let bytes = exact.next().and_then(<[u8]>::first_chunk).ok_or_else(damaged)?;
            Ok(f64::from_le_bytes(*bytes))
        };
        presence.into_iter().map(|is_there| is_there.then(&mut next).transpose()).collect()
    }

    pub(super) fn give(
        &self,
        before: &[Self],
        grouping: &Grouping<'_>,
        trials: &mut [Trial],
        bits: &mut BitReader<'_>,
        reading: &mut Reading,
    ) -> Result<(), Refused> {
        // Each column takes time by its trials, however short it is.
        reading.take(8 * grouping.places.len())?;
        let values = self.values(before, grouping, trials, bits)?;
        for (place, value) in grouping.places.iter().zip(values) {
            let Some(value) = value else { continue };
            if !value.is_finite() {
                return Err(Refused::new(format!("its figure {} has a value that is no number", self.key)));
            }
            reading.take(FIGURE + self.key.len())?;
            let trial = &mut trials[*place];
            let figures = if self.is_own { &mut trial.extra } else { &mut trial.figures };
            figures.set(self.key.clone(), value);
        }
        Ok(())
    }
}
