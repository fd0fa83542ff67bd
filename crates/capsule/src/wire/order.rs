//! Which trials a run has, and in which order.

use std::collections::BTreeMap;

use protocol::draft::MOST_TRIALS;
use protocol::{PlannedTrial, Role};

use super::bits::{BitReader, BitWriter};
use super::series::{Numbers, Series};
use super::{Message, Reading, Wire, blank_by_default, damaged};
use crate::Refused;

/// Planned trials.
#[derive(Default)]
pub(crate) struct Order {
    labels: Vec<Label>,
    points: Vec<At>,
    /// For each trial, which of the labels.
    label: Series,
    /// Which of the points; empty if all are of the first.
    point: Series,
    /// Empty if they count up, each label at each point by itself.
    repetition: Series,
    /// Empty if they count up from 0.
    order: Series,
    /// How many trials' labels and points are in the bits; 0 if they are here.
    in_bits: u64,
}

#[derive(Clone, Default, PartialEq)]
struct Label {
    model: String,
    role: u64,
}

#[derive(Clone, Default, PartialEq)]
struct At {
    at: Option<u64>,
    also_at: Option<u64>,
}

impl Message for Order {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.messages(1, &mut self.labels);
        wire.messages(2, &mut self.points);
        wire.bytes(3, &mut self.label.0);
        wire.bytes(4, &mut self.point.0);
        wire.bytes(5, &mut self.repetition.0);
        wire.bytes(6, &mut self.order.0);
        wire.number(7, &mut self.in_bits);
    }
}

impl Message for Label {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.text(1, &mut self.model);
        wire.number(2, &mut self.role);
    }
}

impl Message for At {
    blank_by_default!();

    fn fields(&mut self, wire: &mut Wire<'_>) {
        wire.maybe_number(1, &mut self.at);
        wire.maybe_number(2, &mut self.also_at);
    }
}

/// The place of a value among those that have come, which it is added to if it is new.
fn place_of<T: PartialEq>(all: &mut Vec<T>, one: T) -> u64 {
    let place = all.iter().position(|other| *other == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    });
    place as u64
}

impl Order {
    pub(crate) fn of(planned: &[PlannedTrial], bits: Option<&mut BitWriter>) -> Self {
        let mut this = Self::default();
        let (mut counted, mut numbered, mut one_point) = (true, true, true);
        let mut counts = BTreeMap::<(u64, u64), u64>::new();
        for (index, trial) in (0..).zip(planned) {
            let role = Role::ALL.iter().position(|role| *role == trial.role).unwrap_or(0) as u64;
            let label = place_of(&mut this.labels, Label { model: trial.model.clone(), role });
            let point = place_of(&mut this.points, At { at: trial.at, also_at: trial.also_at });
            this.label.push(label);
            this.point.push(point);
            this.repetition.push(trial.repetition);
            this.order.push_signed(trial.order.wrapping_sub(index).cast_signed());
            let count = counts.entry((label, point)).or_default();
            counted &= *count == trial.repetition;
            *count += 1;
            numbered &= index == trial.order;
            one_point &= point == 0;
        }
        for (is_said, series) in [(one_point, &mut this.point), (counted, &mut this.repetition), (numbered, &mut this.order)] {
            if is_said {
                *series = Series::default();
            }
        }
        if let Some(bits) = bits {
            let (mut label, mut point) = (Numbers(&this.label.0), Numbers(&this.point.0));
            let widths = this.widths();
            while let Ok(place) = label.next() {
                bits.put(place, widths.0);
                bits.put(point.next().unwrap_or(0), widths.1);
                this.in_bits += 1;
            }
            (this.label, this.point) = Default::default();
        }
        this
    }

    /// Bits that the place of a label takes, and of a point.
    fn widths(&self) -> (u32, u32) {
        let width = |count: usize| usize::BITS - count.saturating_sub(1).leading_zeros();
        (width(self.labels.len()), width(self.points.len()))
    }

    /// Labels and points that are in the bits.
    fn of_bits(&self, bits: &mut BitReader<'_>) -> Result<(Series, Series), Refused> {
        let (mut label, mut point, widths) = (Series::default(), Series::default(), self.widths());
        // Of one label no bit is there to be counted; and as many have to be opened as are said.
        if self.in_bits > MOST_TRIALS || self.labels.is_empty() {
            return Err(damaged());
        }
        for _ in 0..self.in_bits {
            label.push(bits.get(widths.0)?);
            point.push(bits.get(widths.1)?);
        }
        Ok((label, point))
    }

    pub(crate) fn planned(&self, bits: &mut BitReader<'_>, reading: &mut Reading) -> Result<Vec<PlannedTrial>, Refused> {
        let of_bits = if self.in_bits > 0 { self.of_bits(bits)? } else { (self.label.clone(), self.point.clone()) };
        let mut counts = BTreeMap::<(u64, u64), u64>::new();
        let [mut label, mut point, mut repetition, mut order] =
            [&of_bits.0, &of_bits.1, &self.repetition, &self.order].map(|series| Numbers(&series.0));
        let (counted, numbered, one_point) = (repetition.is_empty(), order.is_empty(), point.is_empty());
        let mut planned = Vec::new();
        while !label.is_empty() {
            let (in_labels, in_points) = (label.next()?, if one_point { 0 } else { point.next()? });
            let find = |place: u64| usize::try_from(place).map_err(|_| damaged());
            let of = self.labels.get(find(in_labels)?).ok_or_else(damaged)?;
            let at = self.points.get(find(in_points)?).ok_or_else(damaged)?;
            let count = counts.entry((in_labels, in_points)).or_default();
            let index = planned.len() as u64;
            reading.take(2 * size_of::<PlannedTrial>() + of.model.len())?;
            planned.push(PlannedTrial {
                order: if numbered { index } else { index.wrapping_add(order.next_signed()?.cast_unsigned()) },
                model: of.model.clone(),
                role: *Role::ALL.get(find(of.role)?).ok_or_else(damaged)?,
                repetition: if counted { *count } else { repetition.next()? },
                at: at.at,
                also_at: at.also_at,
            });
            *count += 1;
        }
        Ok(planned)
    }
}
