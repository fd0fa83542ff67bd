//! The lanes of a trial as bytes: columns, in blocks of spans that follow each other in time, so that a part of them can be read
//! alone.
//!
//! ```text
//! "ILL1"  length of the head, 4 bytes, least first
//! head    postcard: LanesHead, with a BlockHead for each block
//! blocks  each: its columns one after the other, as varints; times as differences
//! ```
//!
//! A span takes 6 to 9 bytes. Nothing is trusted that is read: a damaged file is an error, and never more memory than its own
//! length allows for.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Deed, DeedKind, Lanes, LanesAbout, MOST_SPANS, Stint};

/// What a file begins with; the number is the version of the form.
const MAGIC: &[u8; 4] = b"ILL1";

/// What stands before the head: that, and its length.
const BEFORE_HEAD: usize = 8;

/// Spans of a block: some 30 kB, read and drawn at once.
pub const SPANS_PER_BLOCK: usize = 4_096;

/// The longest head: a thread of 30 bytes for each of 30,000, and the blocks of a million spans. A list of nothing takes 24 times
/// its length when it is read.
const LONGEST_HEAD: usize = 1024 * 1024;

/// Later than any time, nanoseconds: 36 years. Differences of two have room.
const LATEST: i64 = 1 << 60;

/// The head of a file of lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanesHead {
    /// What holds for all of them.
    pub about: LanesAbout,
    /// Blocks of stints, then of deeds.
    pub blocks: Vec<BlockHead>,
}

/// Where a block is, and what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockHead {
    /// Whether its spans are deeds; otherwise they are stints.
    pub deeds: bool,
    /// How many.
    pub spans: u32,
    /// When the first begins.
    pub from: i64,
    /// When the last of them has ended.
    pub to: i64,
    /// Its first byte, counted from the end of the head.
    pub at: u32,
    /// How many bytes.
    pub length: u32,
}

/// Why bytes are no lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLanes {
    /// They do not begin as lanes do, or are of another version.
    Other,
    /// They are damaged or cut off.
    Damaged,
}

impl fmt::Display for NoLanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other => "these are no lanes of this version",
            Self::Damaged => "these lanes are damaged or cut off",
        })
    }
}

impl std::error::Error for NoLanes {}

impl Lanes {
    /// The bytes of a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut blocks = Vec::new();
        let mut body = Vec::new();
        let mut push = |deeds: bool, spans: usize, times: (i64, i64), columns: Vec<u8>| {
            let (at, length) = (body.len() as u32, columns.len() as u32);
            body.extend(columns);
            blocks.push(BlockHead { deeds, spans: spans as u32, from: times.0, to: times.1, at, length });
        };
        for stints in self.stints.chunks(SPANS_PER_BLOCK) {
            let last = stints.iter().map(|stint| stint.to).max().unwrap_or_default();
            push(false, stints.len(), (stints[0].from, last), write_stints(stints));
        }
        for deeds in self.deeds.chunks(SPANS_PER_BLOCK) {
            let last = deeds.iter().map(|deed| deed.to).max().unwrap_or_default();
            push(true, deeds.len(), (deeds[0].from, last), write_deeds(deeds));
        }
        written(&LanesHead { about: self.about.clone(), blocks }, &body)
    }

    /// The bytes of a file that has only the blocks with something in them of this time; `bytes` are a whole file's.
    ///
    /// # Errors
    /// If they are none.
    pub fn bytes_during(bytes: &[u8], from: i64, to: i64) -> Result<Vec<u8>, NoLanes> {
        during(&of_slice(bytes), (0, bytes.len()), from, to)
    }

    /// The lanes of a whole file.
    ///
    /// # Errors
    /// If it is none.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, NoLanes> {
        let (head, start) = LanesHead::read(bytes)?;
        let spans = |deeds: bool| head.blocks.iter().filter(move |block| block.deeds == deeds).map(|block| block.spans as usize);
        let (stints, deeds) = (spans(false).sum::<usize>(), spans(true).sum::<usize>());
        // Each has a byte in each of its columns at least.
        if stints + deeds > MOST_SPANS || 5 * (stints + deeds) > bytes.len() - start {
            return Err(NoLanes::Damaged);
        }
        let mut lanes = Self { about: head.about, stints: Vec::with_capacity(stints), deeds: Vec::with_capacity(deeds) };
        for block in &head.blocks {
            lanes.take(block, block.of(bytes, start)?)?;
        }
        Ok(lanes)
    }

    /// Takes the spans of a block.
    ///
    /// # Errors
    /// If it is damaged; nothing of it is taken then.
    pub fn take(&mut self, block: &BlockHead, bytes: &[u8]) -> Result<(), NoLanes> {
        let spans = block.spans as usize;
        if spans > SPANS_PER_BLOCK || spans > bytes.len() || self.stints.len() + self.deeds.len() + spans > MOST_SPANS {
            return Err(NoLanes::Damaged);
        }
        let threads = self.about.threads.len();
        let known = |thread: u32| (thread as usize) < threads;
        if block.deeds {
            let deeds = read_deeds(spans, bytes).filter(|deeds| deeds.iter().all(|deed| known(deed.thread)));
            self.deeds.extend(deeds.ok_or(NoLanes::Damaged)?);
        } else {
            let stints = read_stints(spans, bytes).filter(|stints| stints.iter().all(|stint| known(stint.thread)));
            self.stints.extend(stints.ok_or(NoLanes::Damaged)?);
        }
        Ok(())
    }
}

impl LanesHead {
    /// The head at the beginning of a file, and where its first block begins.
    ///
    /// # Errors
    /// If it is none, or not there as a whole.
    pub fn read(bytes: &[u8]) -> Result<(Self, usize), NoLanes> {
        let start = BEFORE_HEAD + Self::length(bytes)?;
        let head = bytes.get(BEFORE_HEAD..start).ok_or(NoLanes::Damaged)?;
        let head: Self = postcard::from_bytes(head).map_err(|_| NoLanes::Damaged)?;
        let is_sound = [head.about.from, head.about.to].into_iter().all(is_time);
        if is_sound { Ok((head, start)) } else { Err(NoLanes::Damaged) }
    }

    /// Whether these are the bytes of a file, with all the blocks that its head tells of.
    #[must_use]
    pub fn is_whole(bytes: &[u8]) -> bool {
        Self::read(bytes).is_ok_and(|(head, start)| head.blocks.iter().all(|block| block.of(bytes, start).is_ok()))
    }

    /// How long it is, by what stands before it.
    fn length(bytes: &[u8]) -> Result<usize, NoLanes> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(NoLanes::Other)?;
        let length = rest.first_chunk().map(|length| u32::from_le_bytes(*length) as usize);
        length.filter(|length| *length <= LONGEST_HEAD).ok_or(NoLanes::Damaged)
    }

    /// The blocks that have something in them of this time; none if it ends before it begins.
    pub fn during(&self, from: i64, to: i64) -> impl Iterator<Item = &BlockHead> {
        self.blocks.iter().filter(move |block| from <= to && block.from <= to && block.to >= from)
    }
}

impl BlockHead {
    /// The bytes of this block of a file whose first block begins there.
    fn of<'a>(&self, file: &'a [u8], start: usize) -> Result<&'a [u8], NoLanes> {
        let from = start.checked_add(self.at as usize).ok_or(NoLanes::Damaged)?;
        let to = from.checked_add(self.length as usize).ok_or(NoLanes::Damaged)?;
        file.get(from..to).ok_or(NoLanes::Damaged)
    }
}

/// Reads of bytes that lie in memory, from a place on, so many.
pub(super) fn of_slice(bytes: &[u8]) -> impl Fn(usize, usize) -> Result<Vec<u8>, NoLanes> + '_ {
    |at, length| {
        let to = at.checked_add(length).ok_or(NoLanes::Damaged)?;
        bytes.get(at..to).map(<[u8]>::to_vec).ok_or(NoLanes::Damaged)
    }
}

/// Of lanes that lie there, from a place on, so many bytes: those that have only the blocks with something in them of this time.
/// Nothing else is read.
pub(super) fn during<E: From<NoLanes>>(
    read: &impl Fn(usize, usize) -> Result<Vec<u8>, E>,
    (place, length): (usize, usize),
    from: i64,
    to: i64,
) -> Result<Vec<u8>, E> {
    let own = |at: usize, wanted: usize| match at.checked_add(wanted) {
        Some(end) if end <= length => read(place + at, wanted),
        _ => Err(NoLanes::Damaged.into()),
    };
    let begin = own(0, BEFORE_HEAD)?;
    let start = BEFORE_HEAD + LanesHead::length(&begin)?;
    let (head, _) = LanesHead::read(&own(0, start)?)?;
    let (mut blocks, mut body) = (Vec::new(), Vec::new());
    for block in head.during(from, to) {
        let at = body.len() as u32;
        // Blocks that lie over each other are none of ours, and would be more than there is.
        if body.len() + block.length as usize > length.saturating_sub(start) {
            return Err(NoLanes::Damaged.into());
        }
        body.extend(own(start.saturating_add(block.at as usize), block.length as usize)?);
        blocks.push(BlockHead { at, ..*block });
    }
    Ok(written(&LanesHead { about: head.about, blocks }, &body))
}

fn written(head: &LanesHead, body: &[u8]) -> Vec<u8> {
    let head = postcard::to_allocvec(head).unwrap_or_default();
    let mut bytes = MAGIC.to_vec();
    bytes.extend((head.len() as u32).to_le_bytes());
    bytes.extend(head);
    bytes.extend(body);
    bytes
}

fn write_stints(stints: &[Stint]) -> Vec<u8> {
    let mut columns = Vec::new();
    write_times(&mut columns, stints.iter().map(|stint| (stint.from, stint.to)));
    stints.iter().for_each(|stint| write(&mut columns, u64::from(stint.thread)));
    let core = |stint: &Stint| stint.core.map_or(0, |core| u64::from(core) + 1);
    stints.iter().for_each(|stint| write(&mut columns, core(stint) << 1 | u64::from(stint.preempted)));
    stints.iter().for_each(|stint| write(&mut columns, stint.waited));
    columns
}

fn read_stints(count: usize, bytes: &[u8]) -> Option<Vec<Stint>> {
    let mut bytes = bytes;
    let times = read_times(count, &mut bytes)?;
    let threads = column(count, &mut bytes)?;
    let cores = column(count, &mut bytes)?;
    let waits = column(count, &mut bytes)?;
    let stint = |index: usize| {
        let ((from, to), core) = (times[index], cores[index]);
        let of = match core >> 1 {
            0 => None,
            number => Some(u32::try_from(number - 1).ok()?),
        };
        let thread = threads[index].try_into().ok()?;
        Some(Stint { thread, core: of, from, to, waited: waits[index], preempted: core & 1 == 1 })
    };
    (0..count).map(stint).collect::<Option<Vec<Stint>>>().filter(|_| bytes.is_empty())
}

fn write_deeds(deeds: &[Deed]) -> Vec<u8> {
    let mut columns = Vec::new();
    write_times(&mut columns, deeds.iter().map(|deed| (deed.from, deed.to)));
    deeds.iter().for_each(|deed| write(&mut columns, u64::from(deed.thread)));
    // A unit is often the next one, or the one before.
    let mut before = 0;
    for deed in deeds {
        let unit = deed.unit.map_or(0, |unit| i64::from(unit) + 1);
        write(&mut columns, zigzag(unit - before));
        before = unit;
    }
    deeds.iter().for_each(|deed| write(&mut columns, u64::from(deed.line) << 2 | deed.kind as u64));
    columns
}

fn read_deeds(count: usize, bytes: &[u8]) -> Option<Vec<Deed>> {
    let mut bytes = bytes;
    let times = read_times(count, &mut bytes)?;
    let threads = column(count, &mut bytes)?;
    let units = column(count, &mut bytes)?;
    let lines = column(count, &mut bytes)?;
    let mut unit = 0_i64;
    let mut deeds = Vec::with_capacity(count);
    for (index, &(from, to)) in times.iter().enumerate() {
        unit = unit.checked_add(unzigzag(units[index]))?;
        let of = if unit == 0 { None } else { Some(u32::try_from(unit - 1).ok()?) };
        let kind = DeedKind::ALL[(lines[index] & 3) as usize];
        let (thread, line) = (threads[index].try_into().ok()?, (lines[index] >> 2).try_into().ok()?);
        deeds.push(Deed { thread, unit: of, from, to, line, kind });
    }
    Some(deeds).filter(|_| bytes.is_empty())
}

/// Begins as differences to the one before, then lengths.
fn write_times(columns: &mut Vec<u8>, times: impl Iterator<Item = (i64, i64)> + Clone) {
    let mut before = 0_i64;
    for (from, _) in times.clone() {
        write(columns, zigzag(from.wrapping_sub(before)));
        before = from;
    }
    times.for_each(|(from, to)| write(columns, to.saturating_sub(from).max(0).cast_unsigned()));
}

fn read_times(count: usize, bytes: &mut &[u8]) -> Option<Vec<(i64, i64)>> {
    let begins = column(count, bytes)?;
    let lengths = column(count, bytes)?;
    let mut at = 0_i64;
    let time = |(begin, length): (u64, u64)| {
        at = at.wrapping_add(unzigzag(begin));
        let to = at.checked_add(i64::try_from(length).ok()?)?;
        (is_time(at) && is_time(to)).then_some((at, to))
    };
    begins.into_iter().zip(lengths).map(time).collect()
}

fn is_time(at: i64) -> bool {
    (-LATEST..=LATEST).contains(&at)
}

fn column(count: usize, bytes: &mut &[u8]) -> Option<Vec<u64>> {
    (0..count).map(|_| read(bytes)).collect()
}

/// Seven bits a byte, the least first; the eighth says that there are more.
fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Small numbers of either sign become small ones.
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(spans: usize) -> Lanes {
        let mut random = fastrand::Rng::with_seed(7);
        let mut lanes = Lanes::default();
        lanes.about =
            LanesAbout { model: "tokio".into(), threads: (0..5).map(|n| format!("worker {n}")).collect(), ..lanes.about };
        let mut at = -1_000_000;
        for index in 0..spans {
            at += random.i64(0..20_000);
            let (thread, to) = (random.u32(0..5), at + random.i64(0..20_000));
            let (core, waited) = (random.bool().then(|| random.u32(0..2)), random.u64(0..2) * 3_000);
            lanes.stints.push(Stint { thread, core, from: at, to, waited, preempted: random.bool() });
            let unit = random.bool().then(|| random.u32(0..1_000));
            let (line, kind) = (random.u32(0..200), DeedKind::ALL[index % 4]);
            lanes.deeds.push(Deed { thread, unit, from: at, to, line, kind });
        }
        lanes
    }

    #[test]
    fn lanes_come_back_as_they_were_written() {
        for spans in [0, 1, SPANS_PER_BLOCK, 3 * SPANS_PER_BLOCK + 7] {
            let lanes = lanes(spans);
            assert_eq!(Lanes::of_bytes(&lanes.to_bytes()), Ok(lanes), "{spans}");
        }
        let far = Stint { from: -LATEST, to: LATEST, ..Stint::default() };
        let lanes = Lanes { stints: vec![far], ..lanes(0) };
        assert_eq!(Lanes::of_bytes(&lanes.to_bytes()).unwrap().stints, [far]);
    }

    #[test]
    fn a_span_takes_twelve_bytes_at_most() {
        let lanes = lanes(20_000);
        let bytes = lanes.to_bytes().len();
        assert!(bytes <= 12 * 40_000, "{} bytes a span", bytes as f64 / 40_000.0);
    }

    #[test]
    fn a_part_of_the_time_is_in_its_own_blocks() {
        let lanes = lanes(4 * SPANS_PER_BLOCK);
        let bytes = lanes.to_bytes();
        let (head, _) = LanesHead::read(&bytes).unwrap();
        assert_eq!(head.blocks.len(), 8);
        let (from, to) = (lanes.stints[10].from, lanes.stints[20].from);
        assert_eq!(head.during(from, to).map(|block| block.deeds).collect::<Vec<_>>(), [false, true]);
        assert_eq!(head.during(i64::MIN, i64::MAX).count(), 8);
        let part = Lanes::of_bytes(&Lanes::bytes_during(&bytes, from, to).unwrap()).unwrap();
        assert_eq!((part.about, part.stints.len()), (lanes.about, SPANS_PER_BLOCK));
        assert_eq!(part.stints, lanes.stints[..SPANS_PER_BLOCK]);
    }

    #[test]
    fn damaged_lanes_are_refused() {
        let bytes = lanes(100).to_bytes();
        assert_eq!(Lanes::of_bytes(b"{}"), Err(NoLanes::Other));
        assert!(LanesHead::is_whole(&bytes));
        for length in 4..bytes.len() {
            assert!(!LanesHead::is_whole(&bytes[..length]));
            assert_eq!(Lanes::of_bytes(&bytes[..length]), Err(NoLanes::Damaged), "cut off at {length}");
        }
        let of = |stint: Stint| Lanes { stints: vec![stint], ..lanes(0) }.to_bytes();
        for times in [(LATEST, LATEST + 1), (-LATEST - 1, 0), (i64::MIN, i64::MAX)] {
            let bytes = of(Stint { from: times.0, to: times.1, ..Stint::default() });
            assert_eq!(Lanes::of_bytes(&bytes), Err(NoLanes::Damaged), "{times:?}");
        }
        // Whatever stands in it: lanes or an error.
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..20_000 {
            let mut bytes = bytes.clone();
            for _ in 0..random.usize(1..6) {
                let place = random.usize(4..bytes.len());
                bytes[place] = random.u8(..);
            }
            let _ = Lanes::of_bytes(&bytes);
        }
    }
}
