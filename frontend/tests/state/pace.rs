//! What is drawn how often while a run goes on. The clock is the state's own: nothing here waits.

use frontend::state::{Action, Drawn, Effect, FormAction, State};
use protocol::{Experiment, Happening, RunEvent};

use super::{act, after, begun, experiment, finished, numbered, open, running, tell, type_units};

/// The logs of a run that goes on, an entry at a time: a trial begins, or ends.
fn course(state: &State) -> impl Iterator<Item = RunEvent> + use<> {
    let experiment = state.run.shown().unwrap().experiment().clone();
    let begun = begun("abc", &experiment).len();
    numbered(1, after(usize::MAX, "abc", &experiment)).into_iter().skip(begun)
}

/// A run of this many repetitions of two models and the control, with nothing ended yet.
fn long(repetitions: u64) -> (State, Experiment) {
    let mut state = open("/", "");
    act(&mut state, FormAction::Type("repetitions".into(), repetitions.to_string()));
    let experiment = experiment(&state);
    act(&mut state, frontend::state::RunAction::Start);
    super::hear(&mut state, frontend::state::ServerMessage::Submitted(Ok("abc".into())));
    tell(&mut state, numbered(1, begun("abc", &experiment)));
    (state, experiment)
}

/// So many milliseconds pass: a timer that was asked for wakes the page, and the last one that was asked for is the one there is.
struct Clock {
    until: Option<f64>,
}

impl Clock {
    /// It is so late, and the timers of before have passed.
    fn at(state: &mut State, now: f64) -> Self {
        let mut clock = Self { until: None };
        state.now = now;
        let effects = state.apply(Action::Wake);
        clock.hears(now, &effects);
        clock
    }

    fn hears(&mut self, now: f64, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Wake(ms) = effect {
                self.until = Some(now + f64::from(*ms));
            }
        }
    }

    fn passes(&mut self, state: &mut State, now: f64) {
        while let Some(until) = self.until.filter(|until| *until <= now) {
            self.until = None;
            state.now = until;
            let effects = state.apply(Action::Wake);
            self.hears(until, &effects);
        }
        state.now = now;
    }
}

/// How often page, cells and charts were drawn.
fn since(before: Drawn, state: &State) -> (u32, u32, u32) {
    let now = state.drawn();
    (now.page - before.page, now.cells - before.cells, now.charts - before.charts)
}

#[test]
fn a_change_after_a_pause_is_drawn_at_once() {
    let mut state = running();
    let mut events = course(&state);
    for pause in 1..=3 {
        state.now = f64::from(pause) * 5_000.0;
        let before = state.drawn();
        tell(&mut state, vec![events.next().unwrap()]);
        assert_eq!(since(before, &state), (0, 1, 0), "a trial begins: the strip alone");
        state.now += 1_000.0;
        tell(&mut state, vec![events.next().unwrap()]);
        assert_eq!(since(before, &state), (0, 2, 1), "it ends: the charts too");
        let summary = &state.run.shown().unwrap().summarised.summary;
        assert_eq!(summary.iter().map(|summary| summary.trials).sum::<u64>(), pause as u64, "and the statistics are of now");
    }
}

#[test]
fn a_fast_run_is_drawn_five_times_and_its_charts_and_statistics_once_a_second() {
    let (mut state, _) = long(50);
    let mut clock = Clock::at(&mut state, 9_000.0);
    let before = state.drawn();
    let (mut statistics, mut summary) = (0, state.run.shown().unwrap().summarised.clone());
    // An event every ten milliseconds: 150 trials in three seconds.
    let begin = 10_000.0;
    for (place, event) in course(&state).enumerate() {
        clock.passes(&mut state, begin + place as f64 * 10.0);
        let effects = tell(&mut state, vec![event]);
        clock.hears(state.now, &effects);
        let shown = state.run.shown().unwrap();
        if !std::rc::Rc::ptr_eq(&summary, &shown.summarised) {
            (statistics, summary) = (statistics + 1, shown.summarised.clone());
        }
    }
    let (page, cells, charts) = since(before, &state);
    assert_eq!(page, 0, "nothing else is drawn");
    assert!((13..=16).contains(&cells) && (3..=4).contains(&charts), "{cells} {charts}");
    assert!((3..=4).contains(&statistics), "{statistics}");
}

#[test]
fn what_is_held_back_is_drawn_by_one_timer() {
    let mut state = running();
    let mut events = course(&state);
    let mut clock = Clock::at(&mut state, 10_000.0);
    for _ in 0..2 {
        let effects = tell(&mut state, vec![events.next().unwrap()]);
        clock.hears(state.now, &effects);
    }
    let before = state.drawn();
    // Eight more at the same moment: all of it is known, nothing of it drawn, and no other timer is asked for.
    for event in events.by_ref().take(8) {
        let effects = tell(&mut state, vec![event]);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Wake(_))), "{effects:?}");
    }
    assert_eq!((since(before, &state), state.run.shown().unwrap().run.trials.len()), ((0, 0, 0), 5));
    assert!(clock.until.is_some());
    clock.passes(&mut state, 11_500.0);
    let trials: u64 = state.run.shown().unwrap().summarised.summary.iter().map(|summary| summary.trials).sum();
    assert_eq!(trials, 5, "the statistics too");
    let (_, cells, charts) = since(before, &state);
    assert!((1..=3).contains(&cells) && (1..=2).contains(&charts), "{cells} {charts}");
}

#[test]
fn the_end_of_a_run_is_drawn_at_once_and_exactly() {
    let (mut state, experiment) = long(20);
    state.now = 10_000.0;
    let log = finished("abc", &experiment);
    let (last, course) = log[3..].split_last().unwrap();
    for event in course {
        tell(&mut state, vec![event.clone()]);
    }
    let before = state.drawn();
    tell(&mut state, vec![last.clone()]);
    assert_eq!(since(before, &state), (1, 1, 1));
    let shown = state.run.shown().unwrap();
    let trials: u64 = shown.summarised.summary.iter().map(|summary| summary.trials).sum();
    assert_eq!((trials, shown.run.trials.len()), (60, 60));
    // A timer of before finds nothing to do, and asks for no other.
    state.now += 5_000.0;
    let after = state.drawn();
    assert_eq!((state.apply(Action::Wake), since(after, &state)), (vec![], (0, 0, 0)));
}

#[test]
fn the_words_about_time_are_drawn_every_second_while_a_trial_takes_long() {
    let mut state = running();
    let first = course(&state).next().unwrap();
    let mut clock = Clock::at(&mut state, 10_000.0);
    let before = state.drawn();
    state.now += 500.0;
    let effects = tell(&mut state, vec![first]);
    clock.hears(state.now, &effects);
    clock.passes(&mut state, 16_000.0);
    assert_eq!((since(before, &state), state.drawn().words - before.words), ((0, 1, 0), 6), "the trial, and five times the time");
}

#[test]
fn statistics_that_take_long_are_computed_less_often() {
    let mut state = running();
    let mut events = course(&state);
    let mut clock = Clock::at(&mut state, 10_000.0);
    let mut trial_ends = |state: &mut State, now| {
        clock.passes(state, now);
        let effects = tell(state, events.by_ref().take(2).collect());
        clock.hears(now, &effects);
        state.run.shown().unwrap().summarised.summary.iter().map(|summary| summary.trials).sum::<u64>()
    };
    assert_eq!(trial_ends(&mut state, 10_000.0), 1);
    state.took(100.0);
    assert_eq!(trial_ends(&mut state, 12_000.0), 1);
    assert_eq!(trial_ends(&mut state, 14_000.0), 2, "after thirty-nine times as long as they took, of what there was then");
    state.took(1.0);
    assert_eq!(trial_ends(&mut state, 15_000.0), 3, "and a second after that");
}

#[test]
fn a_page_that_nobody_sees_draws_nothing_and_is_right_when_it_is_seen_again() {
    let (mut state, experiment) = long(20);
    state.now = 10_000.0;
    state.apply(Action::Seen(false));
    let before = state.drawn();
    let (mut summary, log) = (state.run.shown().unwrap().summarised.clone(), finished("abc", &experiment));
    let (last, course) = log[3..].split_last().unwrap();
    for event in course {
        state.now += 100.0;
        let effects = tell(&mut state, vec![event.clone()]);
        assert_eq!(effects, [], "no timer either");
        assert!(std::rc::Rc::ptr_eq(&summary, &state.run.shown().unwrap().summarised), "nothing is computed");
        assert_eq!(state.apply(Action::Wake), [], "nor by a timer of before");
    }
    assert_eq!(since(before, &state), (0, 0, 0));

    state.apply(Action::Seen(true));
    assert_eq!(since(before, &state), (1, 1, 1));
    summary = state.run.shown().unwrap().summarised.clone();
    assert_eq!(summary.summary.iter().map(|summary| summary.trials).sum::<u64>(), 60);

    // The end is told in the title, which is seen where the page is not.
    state.apply(Action::Seen(false));
    let before = state.drawn();
    let effects = tell(&mut state, vec![last.clone()]);
    assert_eq!(effects, [Effect::Unfollow]);
    assert_eq!((since(before, &state), state.drawn().title - before.title), ((0, 0, 0), 1));
    state.apply(Action::Seen(true));
    assert_eq!(since(before, &state), (1, 1, 1));
}

#[test]
fn what_a_person_does_is_drawn_at_once_however_fast_the_run_is() {
    let mut state = running();
    state.now = 10_000.0;
    for event in course(&state).take(4) {
        tell(&mut state, vec![event]);
    }
    for text in ["1", "12", "123"] {
        let before = state.drawn();
        type_units(&mut state, text);
        assert_eq!(since(before, &state), (1, 1, 1));
    }
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_back() {
    let mut state = running();
    let mut events = course(&state);
    state.now = 1e12;
    tell(&mut state, events.by_ref().take(2).collect());
    state.now = 1e9;
    let before = state.drawn();
    tell(&mut state, events.by_ref().take(2).collect());
    assert_eq!(since(before, &state), (0, 1, 1));
}

#[test]
fn a_run_that_waits_says_its_place_beside_the_button() {
    let mut state = open("/", "");
    act(&mut state, frontend::state::RunAction::Start);
    super::hear(&mut state, frontend::state::ServerMessage::Submitted(Ok("abc".into())));
    let mut log = begun("abc", &experiment(&state));
    log[1] = Happening::Queued { position: 2, expected_wait_ms: None };
    tell(&mut state, numbered(1, log[..2].to_vec()));
    assert_eq!(state.cannot_run().as_deref(), Some("Queued behind 2 other runs."));
    let before = state.drawn();
    tell(&mut state, numbered(3, [Happening::Queued { position: 0, expected_wait_ms: None }]));
    assert_eq!(state.cannot_run().as_deref(), Some("Queued: next to run."));
    assert_eq!(since(before, &state), (1, 1, 1), "and it is drawn");
    tell(&mut state, numbered(4, [log[2].clone()]));
    assert_eq!(state.cannot_run().as_deref(), Some("Running."));
}
