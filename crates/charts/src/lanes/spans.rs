//! Spans in the order of time, so stored that how long they take until a moment is found by binary search: the share of time
//! of every pixel is exact at every zoom, and costs the same.

/// Times further from the gate than this, some three years, are none: sums stay within 64 bits.
pub(super) const FURTHEST: i64 = 100_000_000_000_000_000;

/// How many of these, which are in order, are before a moment, if so many are at least. What is looked for is near: so the steps
/// grow.
fn ahead(all: &[i64], least: usize, at: i64) -> usize {
    let (mut low, mut step) = (least.min(all.len()), 1);
    while all.get(low + step - 1).is_some_and(|moment| *moment < at) {
        low += step;
        step *= 2;
    }
    let high = (low + step - 1).min(all.len());
    low + all[low..high].partition_point(|moment| *moment < at)
}

/// Within times that are some, and not the other way round.
pub(super) fn bounded(from: i64, to: i64) -> (i64, i64) {
    let from = from.clamp(-FURTHEST, FURTHEST);
    (from, to.clamp(from, FURTHEST))
}

/// Spans of one row. Those of a core or a thread do not overlap.
#[derive(Clone, Debug)]
pub(super) struct Spans<T> {
    from: Vec<i64>,
    to: Vec<i64>,
    /// How long those before it take.
    before: Vec<i64>,
    of: Vec<T>,
    /// How many are in order, and summed up.
    settled: usize,
}

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Self { from: Vec::new(), to: Vec::new(), before: Vec::new(), of: Vec::new(), settled: 0 }
    }
}

impl<T: Copy + PartialEq> Spans<T> {
    /// One more; [`Self::settle`] puts it where it belongs.
    pub(super) fn push(&mut self, from: i64, to: i64, of: T) {
        let (from, to) = bounded(from, to);
        self.from.push(from);
        self.to.push(to);
        self.before.push(0);
        self.of.push(of);
    }

    /// Whether this one was there when they were settled.
    pub(super) fn has(&self, from: i64, to: i64, of: T) -> bool {
        let (from, to) = bounded(from, to);
        let mut same = self.from[..self.settled].partition_point(|begin| *begin < from);
        while same < self.settled && self.from[same] == from {
            if self.to[same] == to && self.of[same] == of {
                return true;
            }
            same += 1;
        }
        false
    }

    /// Puts those that came since the last time in order. Costs as much as there are new ones, and old ones behind the first
    /// of them.
    pub(super) fn settle(&mut self) {
        let Some(first) = self.from[self.settled..].iter().min() else { return };
        let start = self.from[..self.settled].partition_point(|from| from < first);
        let moved = start..self.from.len();
        let mut late: Vec<(i64, i64, T)> = moved.map(|index| (self.from[index], self.to[index], self.of[index])).collect();
        late.sort_by_key(|(from, to, _)| (*from, *to));
        for columns in [&mut self.from, &mut self.to, &mut self.before] {
            columns.truncate(start);
        }
        self.of.truncate(start);
        let mut before = start.checked_sub(1).map_or(0, |last| self.before[last] + (self.to[last] - self.from[last]));
        for (from, to, of) in late {
            self.from.push(from);
            self.to.push(to);
            self.before.push(before);
            self.of.push(of);
            before = before.saturating_add(to - from);
        }
        self.settled = self.from.len();
    }

    pub(super) fn len(&self) -> usize {
        self.settled
    }

    pub(super) fn get(&self, index: usize) -> Option<(i64, i64, T)> {
        Some((*self.from.get(index)?, *self.to.get(index)?, *self.of.get(index)?))
    }

    /// How many begin before this moment.
    pub(super) fn begun(&self, at: i64) -> usize {
        self.from.partition_point(|from| *from < at)
    }

    /// How many have ended by this moment; of spans that do not overlap.
    pub(super) fn ended(&self, at: i64) -> usize {
        self.to.partition_point(|to| *to <= at)
    }

    /// The one that goes on at this moment.
    pub(super) fn at(&self, at: i64) -> Option<usize> {
        let last = self.begun(at.saturating_add(1)).checked_sub(1)?;
        (self.to[last] > at).then_some(last)
    }

    /// How long they take until this moment.
    pub(super) fn until(&self, at: i64) -> i64 {
        self.until_in(self.begun(at), at)
    }

    /// The same, if so many have begun by then.
    pub(super) fn until_in(&self, begun: usize, at: i64) -> i64 {
        let Some(last) = begun.checked_sub(1) else { return 0 };
        self.before[last].saturating_add(at.min(self.to[last]) - self.from[last])
    }

    /// How many begin before this moment; so many do at least.
    pub(super) fn begun_after(&self, least: usize, at: i64) -> usize {
        ahead(&self.from[..self.settled], least, at)
    }

    /// How long they take until each of these moments, which are in order.
    pub(super) fn until_each(&self, moments: &[i64], mut told: impl FnMut(usize, i64)) {
        let mut begun = 0;
        for (index, at) in moments.iter().enumerate() {
            begun = self.begun_after(begun, *at);
            told(index, self.until_in(begun, *at));
        }
    }

    /// How long they take between two moments.
    pub(super) fn during(&self, from: i64, to: i64) -> i64 {
        self.until(to).saturating_sub(self.until(from)).max(0)
    }

    /// From the begin of the first to the end of the last.
    pub(super) fn ends(&self) -> Option<(i64, i64)> {
        Some((*self.from.first()?, *self.to.last()?))
    }

    /// All of them from this one on.
    pub(super) fn from(&self, index: usize) -> impl Iterator<Item = (i64, i64, T)> {
        (index..self.len()).map(|index| (self.from[index], self.to[index], self.of[index]))
    }
}

/// Spans that overlap: how long they take together until a moment, from their begins and ends alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Pile {
    begins: Moments,
    ends: Moments,
}

/// Moments in order.
#[derive(Clone, Debug, Default)]
struct Moments {
    at: Vec<i64>,
    /// The sum of those before it. It may wrap: differences of such sums do not.
    before: Vec<i64>,
    settled: usize,
}

impl Pile {
    /// One more; [`Self::settle`] puts it where it belongs.
    pub(super) fn push(&mut self, from: i64, to: i64) {
        let (from, to) = bounded(from, to);
        self.begins.at.push(from);
        self.ends.at.push(to);
    }

    pub(super) fn settle(&mut self) {
        self.begins.settle();
        self.ends.settle();
    }

    /// How long they take together until each of these moments, which are in order. It may wrap: differences do not.
    pub(super) fn until_each(&self, moments: &[i64], mut told: impl FnMut(usize, i64)) {
        let (mut begun, mut ended) = (0, 0);
        for (index, at) in moments.iter().enumerate() {
            begun = ahead(&self.begins.at, begun, *at);
            ended = ahead(&self.ends.at, ended, *at);
            told(index, self.begins.since(begun, *at).wrapping_sub(self.ends.since(ended, *at)));
        }
    }

    /// How many begin between two moments, the second not among them.
    pub(super) fn begun(&self, from: i64, to: i64) -> usize {
        self.begins.before(to).saturating_sub(self.begins.before(from))
    }

    /// The first moment after this one at which one begins or ends.
    pub(super) fn after(&self, at: i64) -> Option<i64> {
        let next = |moments: &Moments| moments.at.get(moments.before(at.saturating_add(1))).copied();
        [next(&self.begins), next(&self.ends)].into_iter().flatten().min()
    }

    /// The last moment before this one at which one begins or ends.
    pub(super) fn before(&self, at: i64) -> Option<i64> {
        let last = |moments: &Moments| moments.before(at).checked_sub(1).map(|last| moments.at[last]);
        last(&self.begins).max(last(&self.ends))
    }
}

impl Moments {
    fn settle(&mut self) {
        let Some(first) = self.at[self.settled..].iter().min() else { return };
        let start = self.at[..self.settled].partition_point(|at| at < first);
        // They mostly are some runs that are in order already.
        self.at[start..].sort();
        let mut before = start.checked_sub(1).map_or(0_i64, |last| self.before[last].wrapping_add(self.at[last]));
        self.before.truncate(start);
        for at in &self.at[start..] {
            self.before.push(before);
            before = before.wrapping_add(*at);
        }
        self.settled = self.at.len();
    }

    /// How many are before this one.
    fn before(&self, at: i64) -> usize {
        self.at.partition_point(|moment| *moment < at)
    }

    /// How long it is at this moment since each of the first so many, together. It may wrap.
    fn since(&self, count: usize, at: i64) -> i64 {
        let Some(last) = count.checked_sub(1) else { return 0 };
        at.wrapping_mul(count as i64).wrapping_sub(self.before[last].wrapping_add(self.at[last]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(all: &[(i64, i64)]) -> Spans<u32> {
        let mut spans = Spans::default();
        all.iter().for_each(|(from, to)| spans.push(*from, *to, 0));
        spans.settle();
        spans
    }

    fn piled(pile: &Pile, from: i64, to: i64) -> i64 {
        let mut sums = [0; 2];
        pile.until_each(&[from, to], |index, until| sums[index] = until);
        sums[1].wrapping_sub(sums[0])
    }

    /// What is between two moments of these, one by one.
    fn counted(all: &[(i64, i64)], from: i64, to: i64) -> i64 {
        all.iter().map(|span| (span.1.min(to) - span.0.max(from)).max(0)).sum()
    }

    #[test]
    fn how_long_spans_take_is_what_counting_them_gives() {
        let apart = [(-30, -10), (-10, 5), (7, 7), (9, 40), (100, 101)];
        let over = [(-30, -10), (-20, 50), (-20, 50), (0, 0), (7, 90)];
        let (row, mut pile) = (spans(&apart), Pile::default());
        over.iter().for_each(|(from, to)| pile.push(*from, *to));
        pile.settle();
        for from in -40..110 {
            for to in from..110 {
                assert_eq!(row.during(from, to), counted(&apart, from, to), "{from} to {to}");
                assert_eq!(piled(&pile, from, to), counted(&over, from, to), "{from} to {to}");
            }
        }
        assert_eq!((pile.begun(-30, 0), pile.after(7), pile.before(7), pile.before(-30)), (3, Some(50), Some(0), None));
    }

    #[test]
    fn a_search_ahead_finds_what_a_search_of_all_does() {
        let all: Vec<i64> = (0..50).map(|index| index * index / 7).collect();
        for at in -1..400 {
            let expected = all.partition_point(|moment| *moment < at);
            for least in 0..=expected {
                assert_eq!(ahead(&all, least, at), expected, "{at} from {least}");
            }
        }
        assert_eq!((ahead(&[], 0, 5), ahead(&[1], 9, 5)), (0, 1));
    }

    #[test]
    fn parts_may_come_in_any_order() {
        let all: Vec<(i64, i64)> = (0..60).map(|index| (index * 10, index * 10 + 1 + index % 9)).collect();
        let whole = spans(&all);
        let mut parts = Spans::default();
        let mut pile = Pile::default();
        for part in [&all[20..40], &all[35..60], &all[0..21]] {
            for (from, to) in part {
                if !parts.has(*from, *to, 0_u32) {
                    parts.push(*from, *to, 0_u32);
                }
            }
            parts.settle();
        }
        for part in [&all[20..40], &all[40..60], &all[0..20]] {
            part.iter().for_each(|(from, to)| pile.push(*from, *to));
            pile.settle();
        }
        assert_eq!(parts.len(), 60);
        for at in -5..610 {
            assert_eq!(parts.during(-9, at), whole.during(-9, at), "{at}");
            assert_eq!(piled(&pile, -9, at), whole.during(-9, at), "{at}");
            assert_eq!(parts.at(at), whole.at(at), "{at}");
        }
    }

    #[test]
    fn times_of_no_sense_are_held_within_bounds() {
        let mut row = spans(&[(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (5, -5)]);
        row.push(i64::MIN, i64::MAX, 1);
        row.settle();
        assert!(row.during(i64::MIN, i64::MAX) > 0);
        assert_eq!(row.at(i64::MAX), None);
        let mut pile = Pile::default();
        (0..100).for_each(|_| pile.push(i64::MIN, i64::MAX));
        pile.settle();
        assert!(piled(&pile, 0, 10) >= 1_000);
    }
}
