//! Six things that lanes show: an experiment for each, and how the moment at which it is seen is found in the lanes of a run.
//!
//! What is told of a moment is said of the one that was found, with its own times; none of it is written beforehand.

use analysis::numbers::time;
use protocol::lanes::{Deed, DeedKind, Lanes, Stint};

/// Something that lanes show.
pub(super) struct Thing {
    /// Of its picture and its place in the page.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) workload: &'static str,
    pub(super) model: &'static str,
    /// Parameters and method, as in a link.
    pub(super) set: &'static [(&'static str, &'static str)],
    /// What it is.
    pub(super) what: &'static str,
    /// What to look at in the picture.
    pub(super) look: &'static str,
    /// What rows are shown, as a view's text says it.
    pub(super) rows: &'static str,
    pub(super) find: fn(&Lanes) -> Option<Found>,
}

/// The moment at which it is seen best.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    /// The window that is shown.
    pub(super) from: i64,
    pub(super) to: i64,
    /// What happened there.
    pub(super) told: String,
}

pub(super) const THINGS: [Thing; 6] = [
    Thing {
        id: "convoy",
        title: "A convoy on a mutex",
        workload: "shared-counter",
        model: "threads",
        set: &[("units", "8"), ("how", "lock"), ("cores", "one")],
        what: "A thread that holds a lock loses its core. Everybody else who gets the core runs into that lock and goes to sleep, \
               one after the other, until the one that holds it has the core again. The lock is held for some nanoseconds; what \
               it costs is the time of a scheduler's slice.",
        look: "One stint ends by preemption. Behind it stands a row of others that are hardly as wide as a line, each ended by its \
               own thread; then the first one goes on.",
        rows: ".threads",
        find: convoy,
    },
    Thing {
        id: "stolen",
        title: "A stolen task",
        workload: "cpu-hash",
        model: "tokio",
        set: &[("units", "8"), ("hashes", "100")],
        what: "Tokio's workers have a queue of tasks each. One that has nothing to do takes half of another's: the task's next \
               operation is on another thread, and mostly on another core.",
        look: "The row of one unit: two operations that follow each other, and the thread that did them changes between them.",
        rows: ".units",
        find: stolen,
    },
    Thing {
        id: "blocked",
        title: "A blocked worker",
        workload: "blocking",
        model: "tokio",
        set: &[("units", "2"), ("block_ms", "20"), ("how", "broken")],
        what: "A task calls something that blocks. The thread under it goes to sleep with the task, and what stands in that \
               worker's queue waits, although a core is free.",
        look: "The worker has no core and is not waiting for one: it is blocked, for as long as the call lasts. With both workers \
               so, nothing in the runtime runs.",
        rows: ".threads",
        find: blocked,
    },
    Thing {
        id: "wake",
        title: "A wake across cores",
        workload: "ping-pong",
        model: "threads",
        set: &[("units", "2"), ("placement", "spread")],
        what: "A thread that wakes one on another core sends that core an interrupt. If the core was idle, it has to come out of its \
               sleep first, and on a virtual machine the hypervisor has a part in that.",
        look: "Both cores, and the gaps in which neither runs anything of the program: that is the way from one core to the other.",
        rows: "",
        find: wake,
    },
    Thing {
        id: "starved",
        title: "An actor that starves its arbiter",
        workload: "program",
        model: "actix",
        set: &[("units", "4"), ("program", "compute 3000, wait 1")],
        what: "An arbiter is one thread, and an actor's turn ends when its handler gives way. One that computes for 3 ms keeps all \
               others of that arbiter waiting, however short their own turns are: a wait of 1 ms ends when the neighbour has \
               computed.",
        look: "Two units of one arbiter: while the one is busy, the other has nothing in its row, far longer than the 1 ms that it \
               asked for.",
        rows: ".units",
        find: starved,
    },
    Thing {
        id: "preempted",
        title: "A preempted spinner",
        workload: "cpu-hash",
        model: "threads",
        set: &[("units", "4"), ("cores", "one")],
        what: "Four threads that never wait share one core. The kernel takes it away from each after its slice, in the middle of \
               whatever it does; the operation that it was at takes as much longer as the thread then waits.",
        look: "A stint that ends by preemption, the hatched time behind it in which the thread could run and has no core, and the \
               other three that have it meanwhile.",
        rows: ".threads",
        find: preempted,
    },
];

/// A stint that was preempted, behind which others only look at the lock and go to sleep, until the first goes on: the longest
/// such row.
fn convoy(lanes: &Lanes) -> Option<Found> {
    const GLANCE: i64 = 100_000;
    let stints: Vec<&Stint> = measured(&lanes.stints).collect();
    let mut longest: Option<(usize, &Stint, &Stint)> = None;
    for (place, holder) in stints.iter().enumerate().filter(|(_, stint)| stint.preempted) {
        let behind = &stints[place + 1..];
        let Some(back) = behind.iter().position(|stint| stint.thread == holder.thread) else { continue };
        let glanced = behind[..back].iter().filter(|stint| !stint.preempted && stint.to - stint.from < GLANCE).count();
        if glanced >= 3 && longest.is_none_or(|(most, ..)| glanced > most) {
            longest = Some((glanced, holder, behind[back]));
        }
    }
    let (others, holder, back) = longest?;
    let gap = back.from - holder.to;
    Some(Found {
        from: holder.to - gap / 4,
        to: back.from + gap / 4,
        told: format!(
            "{} was preempted; for {} {others} times another thread got the core and gave it up again at once, and then it went on.",
            thread(lanes, holder.thread),
            time(gap as f64)
        ),
    })
}

/// Two operations of a unit that follow each other on two threads, the one soonest after the other.
fn stolen(lanes: &Lanes) -> Option<Found> {
    let mut last: Vec<Option<&Deed>> = Vec::new();
    let mut best: Option<(&Deed, &Deed)> = None;
    for deed in operations(lanes) {
        let unit = deed.unit? as usize;
        last.resize(last.len().max(unit + 1), None);
        if let Some(before) = last[unit].replace(deed).filter(|before| before.thread != deed.thread)
            && best.is_none_or(|(one, other)| deed.to - before.from < other.to - one.from)
        {
            best = Some((before, deed));
        }
    }
    let (before, after) = best?;
    let around = (after.to - before.from) / 4;
    Some(Found {
        from: before.from - around,
        to: after.to + around,
        told: format!(
            "Unit {} ended an operation on {}, and the next one, {} later, on {}.",
            before.unit?,
            thread(lanes, before.thread),
            time((after.to - before.to) as f64),
            thread(lanes, after.thread)
        ),
    })
}

/// The longest time in which a thread that does operations had no core and could not have used one.
fn blocked(lanes: &Lanes) -> Option<Found> {
    let workers: Vec<u32> = operations(lanes).map(|deed| deed.thread).collect();
    let mut last: Vec<Option<&Stint>> = vec![None; lanes.about.threads.len()];
    let mut best: Option<(&Stint, i64)> = None;
    for stint in measured(&lanes.stints).filter(|stint| workers.contains(&stint.thread)) {
        let before = last.get_mut(stint.thread as usize)?.replace(stint);
        let blocked = before.filter(|before| !before.preempted).map(|before| stint.from - before.to);
        if let Some((before, length)) = before.zip(blocked).filter(|(_, length)| best.is_none_or(|(_, most)| *length > most)) {
            best = Some((before, length));
        }
    }
    let (before, length) = best?;
    Some(Found {
        from: before.to - length / 4,
        to: before.to + length + length / 4,
        told: format!("{} had no core for {}, and did not wait for one.", thread(lanes, before.thread), time(length as f64)),
    })
}

/// A thread gave its core up, and the next to run was the other on the other core: the middle one of all such gaps by length.
fn wake(lanes: &Lanes) -> Option<Found> {
    let stints: Vec<&Stint> = measured(&lanes.stints).collect();
    let is_hop = |pair: &[&Stint]| {
        pair[0].thread != pair[1].thread && pair[0].core != pair[1].core && !pair[0].preempted && pair[1].from > pair[0].to
    };
    let mut hops: Vec<(i64, usize)> = Vec::new();
    for (place, pair) in stints.windows(2).enumerate().filter(|(_, pair)| is_hop(pair)) {
        hops.push((pair[1].from - pair[0].to, place));
    }
    hops.sort_unstable();
    let (gap, place) = *hops.get(hops.len() / 2)?;
    let (from, to) = (stints[place], stints[place + 1]);
    let around = 4 * (to.to - from.from);
    Some(Found {
        from: from.from - around,
        to: to.to + around,
        told: format!(
            "{} was done on core {} and {} had begun on core {} {} later: of {} such hops half were shorter.",
            thread(lanes, from.thread),
            from.core?,
            thread(lanes, to.thread),
            to.core?,
            time(gap as f64),
            hops.len()
        ),
    })
}

/// Between two moments of a unit, another unit of that thread was at one operation nearly all the time: the longest.
fn starved(lanes: &Lanes) -> Option<Found> {
    let mut last: Vec<Option<&Deed>> = Vec::new();
    let mut best: Option<(i64, &Deed, &Deed)> = None;
    let all: Vec<&Deed> = operations(lanes).collect();
    for deed in &all {
        let unit = deed.unit? as usize;
        last.resize(last.len().max(unit + 1), None);
        let Some(before) = last[unit].replace(deed) else { continue };
        let hog = all.iter().filter(|hog| hog.thread == deed.thread && hog.unit != deed.unit);
        let hog = hog.filter(|hog| hog.from >= before.to && hog.to <= deed.to).max_by_key(|hog| hog.to - hog.from);
        let waited = deed.to - before.to;
        if let Some(hog) = hog.filter(|hog| (hog.to - hog.from) * 10 > waited * 8 && best.is_none_or(|(most, ..)| waited > most))
        {
            best = Some((waited, deed, hog));
        }
    }
    let (waited, deed, hog) = best?;
    Some(Found {
        from: deed.to - waited - waited / 2,
        to: deed.to + waited / 2,
        told: format!(
            "Unit {} asked for a wait of 1 ms and had its turn again after {}: for {} of it unit {} kept the arbiter, {}.",
            deed.unit?,
            time(waited as f64),
            time((hog.to - hog.from) as f64),
            hog.unit?,
            thread(lanes, deed.thread)
        ),
    })
}

/// A thread that was preempted and then waited, while others of the program had the core: the middle one of all such waits.
fn preempted(lanes: &Lanes) -> Option<Found> {
    let mut waits: Vec<&Stint> = measured(&lanes.stints).filter(|stint| stint.waited > 0).collect();
    waits.sort_by_key(|stint| stint.waited);
    let stint = *waits.get(waits.len() / 2)?;
    let waited = stint.waited.cast_signed();
    let lost = stint.from - waited;
    let others =
        measured(&lanes.stints).filter(|other| other.thread != stint.thread && other.from >= lost && other.to <= stint.from);
    Some(Found {
        from: lost - waited / 2,
        to: stint.to.min(stint.from + waited / 2),
        told: format!(
            "{} lost core {} and had it again {} later; meanwhile it was another's of the program {} times.",
            thread(lanes, stint.thread),
            stint.core?,
            time(waited as f64),
            others.count()
        ),
    })
}

/// Those of the measured part.
fn measured(stints: &[Stint]) -> impl Iterator<Item = &Stint> {
    stints.iter().filter(|stint| stint.from >= 0)
}

fn operations(lanes: &Lanes) -> impl Iterator<Item = &Deed> {
    lanes.deeds.iter().filter(|deed| deed.kind == DeedKind::Operation && deed.from >= 0 && deed.unit.is_some())
}

fn thread(lanes: &Lanes, thread: u32) -> String {
    // Numbered among those of its name, as the picture has them: the kernel's number stands behind it.
    let name = |full: &str| full.rsplit_once(' ').map_or(full, |(name, _)| name).to_owned();
    let names: Vec<String> = lanes.about.threads.iter().map(|full| name(full)).collect();
    let own = names.get(thread as usize).map_or("thread", String::as_str);
    let alike = |names: &[String]| names.iter().filter(|name| *name == own).count();
    match alike(&names) {
        0 | 1 => format!("`{own}`"),
        _ => format!("`{own} {}`", alike(&names[..thread as usize])),
    }
}

#[cfg(test)]
mod tests {
    use protocol::lanes::LanesAbout;

    use super::*;

    const MS: i64 = 1_000_000;

    fn lanes(stints: &[(u32, u32, i64, i64, bool)], deeds: &[(u32, u32, i64, i64)]) -> Lanes {
        let stint = |&(thread, core, from, to, preempted)| Stint { thread, core: Some(core), from, to, waited: 0, preempted };
        let deed = |&(thread, unit, from, to)| Deed { thread, unit: Some(unit), from, to, ..Deed::default() };
        let threads = (0..5).map(|thread| format!("t {thread}")).collect();
        let about = LanesAbout { threads, ..LanesAbout::default() };
        Lanes { about, stints: stints.iter().map(stint).collect(), deeds: deeds.iter().map(deed).collect() }
    }

    #[test]
    fn a_convoy_is_a_row_of_glances_behind_a_preemption() {
        let glance = |thread, at: i64| (thread, 0, at, at + 5_000, false);
        let row =
            [(0, 0, 0, 4 * MS, true), glance(1, 4 * MS), glance(2, 5 * MS), glance(3, 6 * MS), (0, 0, 8 * MS, 9 * MS, true)];
        let found = convoy(&lanes(&row, &[])).unwrap();
        assert_eq!((found.from, found.to), (3 * MS, 9 * MS));
        assert!(found.told.contains("`t 0`") && found.told.contains("3 times"), "{}", found.told);
        assert_eq!(convoy(&lanes(&row[..4], &[])), None, "it never went on");
    }

    #[test]
    fn a_stolen_task_is_one_that_goes_on_elsewhere() {
        let stays = [(0, 0, 0, MS), (1, 1, 0, MS), (0, 0, MS, 2 * MS)];
        assert_eq!(stolen(&lanes(&[], &stays)), None);
        let goes = [(0, 0, 0, MS), (1, 1, 0, MS), (1, 0, 2 * MS, 4 * MS)];
        let found = stolen(&lanes(&[], &goes)).unwrap();
        assert!(found.from < 0 && found.to > 4 * MS && found.told.contains("`t 0`"), "{found:?}");
    }

    #[test]
    fn who_waits_for_a_core_is_not_blocked() {
        let deeds = [(0, 0, 0, MS), (1, 1, 0, MS)];
        let stints = [(0, 0, 0, MS, true), (1, 1, 0, MS, false), (1, 1, 3 * MS, 4 * MS, false), (0, 0, 9 * MS, 10 * MS, false)];
        let found = blocked(&lanes(&stints, &deeds)).unwrap();
        assert!(found.told.contains("`t 1`") && found.told.contains("2.00 ms"), "{found:?}");
    }

    #[test]
    fn a_wake_across_cores_is_a_gap_between_two_threads_on_two_cores() {
        let stints = [(0, 0, 0, 10, false), (1, 1, 50, 60, false), (0, 0, 70, 80, false), (1, 1, 180, 190, false)];
        let found = wake(&lanes(&stints, &[])).unwrap();
        assert!(found.told.contains("40.0 ns later: of 3"), "{found:?}");
    }

    #[test]
    fn an_actor_starves_another_of_its_own_thread() {
        let deeds = [(0, 0, 0, MS), (0, 1, MS, 21 * MS), (0, 0, 21 * MS, 21 * MS + 10)];
        let found = starved(&lanes(&[], &deeds)).unwrap();
        assert!(found.told.contains("unit 1") && found.told.contains("20.0 ms"), "{found:?}");
        let elsewhere = [(0, 0, 0, MS), (1, 1, MS, 21 * MS), (0, 0, 21 * MS, 21 * MS + 10)];
        assert_eq!(starved(&lanes(&[], &elsewhere)), None);
    }

    #[test]
    fn a_preempted_spinner_waits_while_others_have_its_core() {
        let mut lanes = lanes(&[(0, 0, 0, MS, true), (1, 0, MS, 2 * MS, true), (0, 0, 2 * MS, 3 * MS, true)], &[]);
        lanes.stints[2].waited = MS as u64;
        let found = preempted(&lanes).unwrap();
        assert!(found.told.contains("1.00 ms later") && found.told.ends_with("1 times."), "{found:?}");
    }
}
