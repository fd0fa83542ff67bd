//! What is drawn how often while a run goes on. The clock is the state's own: nothing here waits.

use frontend::state::{Action, Drawn, Effect, FormAction, State};
use protocol::{Experiment, Happening, RunEvent};

use super::{act, after, begun, experiment, finished, marks, numbered, open, paintings, running, tell, type_units};

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
        let effects = super::apply(state, Action::Wake);
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
            let effects = super::apply(state, Action::Wake);
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
        state.now = pause as f64 * 5_000.0;
        let before = state.drawn();
        tell(&mut state, vec![events.next().unwrap()]);
        assert_eq!(since(before, &state), (0, 1, 0), "a trial begins: the strip alone");
        state.now += 1_000.0;
        tell(&mut state, vec![events.next().unwrap()]);
        assert_eq!(since(before, &state), (0, 2, 1), "it ends: the charts too");
        assert_eq!(marks(&state), pause, "and it is there");
    }
}

#[test]
fn a_fast_run_is_drawn_five_times_and_its_charts_and_statistics_once_a_second() {
    let (mut state, _) = long(50);
    let mut clock = Clock::at(&mut state, 9_000.0);
    let before = state.drawn();
    let painted = paintings();
    // An event every ten milliseconds: 150 trials in three seconds.
    let begin = 10_000.0;
    for (place, event) in course(&state).enumerate() {
        clock.passes(&mut state, begin + place as f64 * 10.0);
        let effects = tell(&mut state, vec![event]);
        clock.hears(state.now, &effects);
    }
    let (page, cells, charts) = since(before, &state);
    assert_eq!(page, 0, "nothing else is drawn");
    assert!((13..=16).contains(&cells) && (3..=4).contains(&charts), "{cells} {charts}");
    assert!((3..=4).contains(&(paintings() - painted)), "{}", paintings() - painted);
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
    assert_eq!(marks(&state), 5, "the picture too");
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
    assert_eq!(since(before, &state), (1, 1, 2), "everything, and then what the painter has drawn");
    assert_eq!((marks(&state), state.run.shown().unwrap().run.trials.len()), (60, 60));
    // A timer of before finds nothing to do, and asks for no other.
    state.now += 5_000.0;
    let after = state.drawn();
    assert_eq!((super::apply(&mut state, Action::Wake), since(after, &state)), (vec![], (0, 0, 0)));
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

/// What the painter was asked for, if it was.
fn asked(effects: Vec<Effect>) -> Option<Effect> {
    effects.into_iter().find(|effect| matches!(effect, Effect::Paint(_)))
}

#[test]
fn a_painter_that_takes_long_is_asked_less_often_and_for_nothing_while_it_draws() {
    let mut state = running();
    let mut events = course(&state);
    let mut trial_ends = |state: &mut State, now| {
        state.now = now;
        let events: Vec<RunEvent> = events.by_ref().take(2).collect();
        let frames = events.iter().flat_map(|event| protocol::compact::write_framed(event).unwrap()).collect();
        let batch = frontend::web::stream::Batch { events, frames };
        asked(state.apply(Action::Server(frontend::state::ServerMessage::Events(batch))))
    };
    assert!(trial_ends(&mut state, 10_000.0).is_some());
    assert!(trial_ends(&mut state, 12_000.0).is_none(), "it is still at the one before");
    state.now = 12_100.0;
    let drawing = Box::new(protocol::drawing::Drawing::default());
    let answer = frontend::painter::Reply::Drawn(1, drawing);
    let effects = state.apply(Action::Painted(Some(answer)));
    assert!(asked(effects).is_none(), "it rests thirty-nine times as long as it took");
    assert!(trial_ends(&mut state, 60_000.0).is_none());
    state.now = 92_000.0;
    let request = asked(state.apply(Action::Wake)).expect("and then draws all that has come");
    let Effect::Paint(frontend::painter::Request::Draw { begins, log, .. }) = request else { panic!("{request:?}") };
    let batch = frontend::web::stream::Batch::of_frames(log).unwrap();
    assert_eq!((begins, batch.events.len()), (false, 4));
}

#[test]
fn a_page_that_nobody_sees_draws_nothing_and_is_right_when_it_is_seen_again() {
    let (mut state, experiment) = long(20);
    state.now = 10_000.0;
    super::apply(&mut state, Action::Seen(false));
    let before = state.drawn();
    let (painted, log) = (paintings(), finished("abc", &experiment));
    let (last, course) = log[3..].split_last().unwrap();
    for event in course {
        state.now += 100.0;
        let effects = tell(&mut state, vec![event.clone()]);
        assert_eq!(effects, [], "no timer either");
        assert_eq!(paintings(), painted, "nothing is drawn");
        assert_eq!(super::apply(&mut state, Action::Wake), [], "nor by a timer of before");
    }
    assert_eq!(since(before, &state), (0, 0, 0));

    super::apply(&mut state, Action::Seen(true));
    assert_eq!(since(before, &state), (1, 1, 2));
    assert_eq!(marks(&state), 60);

    // The end is told in the title, which is seen where the page is not.
    super::apply(&mut state, Action::Seen(false));
    let before = state.drawn();
    let effects = tell(&mut state, vec![last.clone()]);
    assert_eq!(effects, [Effect::Unfollow]);
    assert_eq!((since(before, &state), state.drawn().title - before.title), ((0, 0, 0), 1));
    super::apply(&mut state, Action::Seen(true));
    assert_eq!(since(before, &state), (1, 1, 2));
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
