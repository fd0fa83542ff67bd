//! How often a difference is told when there is none: the price of every verdict, and what it buys. The figures of
//! `docs/measurement.md` are those of `examples/verdicts.rs`, which asks the same of more experiments.

mod simulation;

use simulation::{ALL, BUSY, QUIET, Simulation, how_many};

const EXPERIMENTS: u64 = 200;

#[test]
fn of_eight_alike_models_any_pair_is_told_apart_in_one_of_twenty_experiments_at_most() {
    for scatter in ALL {
        let told = how_many(EXPERIMENTS, |seed| Simulation::new(scatter, 8, 12, 1.0, seed).run().tells_any());
        assert!(told * 20 <= EXPERIMENTS, "{told} of {EXPERIMENTS}, {}", scatter.name);
    }
}

#[test]
fn of_two_alike_models_verdicts_are_as_rare_with_any_number_of_repetitions() {
    for repetitions in [3, 5, 6, 12, 24, 50] {
        for scatter in ALL {
            let told = how_many(EXPERIMENTS, |seed| Simulation::new(scatter, 2, repetitions, 1.0, seed).run().tells_any());
            assert!(told * 20 <= EXPERIMENTS, "{told} of {EXPERIMENTS} with {repetitions} repetitions, {}", scatter.name);
        }
    }
}

#[test]
fn a_tenth_is_told_nine_times_in_ten_with_twelve_repetitions_on_a_quiet_machine() {
    for models in [2, 3, 8] {
        let told = how_many(EXPERIMENTS, |seed| Simulation::new(QUIET, models, 12, 1.1, seed).run().tells_first());
        assert!(told * 10 >= EXPERIMENTS * 9, "{told} of {EXPERIMENTS}, {models} models");
    }
}

#[test]
fn what_differs_twofold_is_told_on_a_busy_machine_too() {
    let told = how_many(EXPERIMENTS, |seed| Simulation::new(BUSY, 8, 12, 2.0, seed).run().tells_first());
    assert!(told * 10 >= EXPERIMENTS * 9, "{told} of {EXPERIMENTS}");
}

#[test]
fn stopping_as_soon_as_it_can_tell_keeps_to_one_in_twenty() {
    for scatter in ALL {
        let told = how_many(EXPERIMENTS, |seed| Simulation::new(scatter, 3, 48, 1.0, seed).run_until_sure().tells_any());
        assert!(told * 20 <= EXPERIMENTS, "{told} of {EXPERIMENTS}, {}", scatter.name);
    }
}

#[test]
fn a_clear_difference_is_sure_at_the_first_look_and_not_before() {
    let simulation = Simulation::new(QUIET, 2, 48, 2.0, 1).run_until_sure();
    assert_eq!(simulation.trials.len(), 3 * 12);
    assert!(simulation.tells_first());
}

#[test]
fn of_those_that_are_said_to_need_so_many_more_about_eight_in_ten_are_told_with_them() {
    let (mut said, mut told) = (0, 0);
    for times in [1.05, 1.1, 1.15, 1.2] {
        for seed in 0..EXPERIMENTS {
            let mut simulation = Simulation::new(BUSY, 2, 12, times, seed).run();
            let Some(more) = simulation.more() else { continue };
            assert!((1..=38).contains(&more), "more than can be had: {more}");
            (0..more).for_each(|_| simulation.repeat());
            (said, told) = (said + 1, told + u64::from(simulation.tells_first()));
        }
    }
    assert!(said >= 30, "it is said often enough to be judged: {said}");
    assert!(told * 100 >= said * 65, "{told} of {said}");
}
