//! The form, what it means, and what replaces it.

use frontend::state::{Address, Effect, FormAction, RunAction, ServerMessage, State, UserAction};

use super::{act, address, catalog, experiment, hear, open, running, type_units};

#[test]
fn an_invalid_field_is_kept_and_never_sent() {
    let mut state = open("/", "");
    type_units(&mut state, "0");
    let effects = act(&mut state, RunAction::Start);
    assert!(effects.contains(&Effect::Focus("field-units".into())), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Start(_))));
    assert_eq!(state.form.draft().fields["units"], "0");
    assert!(state.cannot_run().is_some_and(|why| why.contains("units")));
}

#[test]
fn what_the_form_means_follows_every_change_of_it() {
    let mut state = State::open(Address::of("/", ""), None).0;
    assert!(
        state.form.experiment().is_none() && state.form.problems().is_empty(),
        "nothing is wrong before there is a catalogue"
    );
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    let actions = [
        (FormAction::Type("units".into(), "20".into()), Some(1), 9),
        (FormAction::ToggleModel("actix".into()), None, 12),
        (FormAction::ChoosePreset(0), Some(0), 9),
        (FormAction::Slide("repetitions".into(), "5".into()), None, 15),
        (FormAction::Type("units".into(), "many".into()), None, 0),
        (FormAction::Undo, None, 12),
        (FormAction::ChooseWorkload("pool".into()), None, 9),
        (FormAction::Reset, None, 9),
    ];
    for (action, preset, trials) in actions {
        let name = format!("{action:?}");
        act(&mut state, action);
        let checked = state.form.draft().check(&catalog());
        assert_eq!(state.form.experiment(), checked.as_ref().ok(), "{name}");
        assert_eq!(state.form.problems(), checked.err().unwrap_or_default(), "{name}");
        assert_eq!((state.form.preset(), state.form.plan().len()), (preset, trials), "{name}");
    }
}

#[test]
fn commas_are_for_the_eye_and_no_link_has_them() {
    let mut state = open("/", "");
    let effects = type_units(&mut state, "1,2 00");
    assert!(matches!(address(&effects), Some((url, _)) if url.contains("units=1200&")));
    assert_eq!(state.form.typing, Some(("units".into(), "1,2 00".into())), "but what is typed stands as it was typed");
}

#[test]
fn what_was_typed_comes_back_after_a_preset_replaced_it() {
    let mut state = open("/", "");
    type_units(&mut state, "77");
    act(&mut state, FormAction::ChoosePreset(1));
    act(&mut state, FormAction::ChooseWorkload("pool".into()));
    act(&mut state, FormAction::Undo);
    act(&mut state, FormAction::Undo);
    assert_eq!(state.form.draft().fields["units"], "77");
    assert!(!state.form.can_undo());
}

#[test]
fn another_workload_keeps_the_method_and_drops_the_models_that_cannot_run_it() {
    let mut state = open("/", "");
    act(&mut state, FormAction::Type("repetitions".into(), "7".into()));
    act(&mut state, FormAction::ChooseWorkload("pool".into()));
    assert_eq!(
        (state.form.draft().workload.as_str(), state.form.draft().models.as_slice()),
        ("pool", &["threads".to_owned()][..])
    );
    assert_eq!(experiment(&state).repetitions(), 7);
}

#[test]
fn models_stand_in_the_catalogue_s_order_whatever_the_order_of_the_clicks() {
    let mut state = open("/", "");
    for model in ["threads", "actix", "threads"] {
        act(&mut state, FormAction::ToggleModel(model.into()));
    }
    assert_eq!(state.form.draft().models, ["threads", "tokio", "actix"]);
}

#[test]
fn a_model_s_option_stands_in_the_form_only_if_a_chosen_model_s_cell_obeys_it() {
    let catalog = catalog();
    let obeyed = |state: &State| -> Vec<String> {
        state.form.draft().obeyed_options(&catalog).map(|option| option.name.clone()).collect()
    };
    let mut state = open("/", "");
    assert_eq!(obeyed(&state), ["driver"]);
    let effects = act(&mut state, FormAction::ToggleModel("tokio".into()));
    assert!(obeyed(&state).is_empty(), "nobody is chosen who has it");
    assert!(address(&effects).is_some_and(|(url, _)| !url.contains("driver")), "nor does the link say it");
    act(&mut state, FormAction::ToggleModel("tokio".into()));
    act(&mut state, FormAction::ChooseWorkload("idle".into()));
    assert!(state.form.draft().models.contains(&"tokio".to_owned()) && obeyed(&state).is_empty(), "this cell does not obey it");
}

#[test]
fn an_option_that_was_chosen_stays_chosen_while_its_model_is_taken_out_and_put_back() {
    let mut state = open("/", "");
    act(&mut state, FormAction::Type("driver".into(), "block_on".into()));
    for _ in 0..2 {
        act(&mut state, FormAction::ToggleModel("tokio".into()));
    }
    assert_eq!(state.form.draft().fields["driver"], "block_on");
    assert!(experiment(&state).chooses("driver", "block_on"));
}

#[test]
fn a_number_may_be_written_short_and_stands_in_the_link_in_full() {
    let mut state = open("/", "");
    let effects = type_units(&mut state, "1.5k");
    assert!(matches!(address(&effects), Some((url, _)) if url.contains("units=1500&")));
    assert_eq!(state.form.typing, Some(("units".into(), "1.5k".into())));
    type_units(&mut state, "1.2345k");
    assert!(state.form.problems()[0].message.contains("whole number"), "{:?}", state.form.problems());
}

#[test]
fn a_field_becomes_a_sweep_up_to_what_it_holds_and_its_greatest_value_again() {
    let mut state = open("/", "");
    let effects = act(&mut state, FormAction::ToggleSweep("units".into()));
    assert!(matches!(address(&effects), Some((url, _)) if url.contains("units=1..10+linear+5&")), "{effects:?}");
    assert_eq!(experiment(&state).sweep.map(|sweep| sweep.values), Some(vec![1, 3, 6, 8, 10]));
    assert_eq!(state.form.plan().len(), 45, "each of its values is run");
    type_units(&mut state, "20; 30");
    act(&mut state, FormAction::ToggleSweep("units".into()));
    assert_eq!(state.form.draft().fields["units"], "30", "however the sweep was written");
    type_units(&mut state, "5..");
    act(&mut state, FormAction::ToggleSweep("units".into()));
    assert_eq!(state.form.draft().fields["units"], "1000", "of no values there is no greatest");
    act(&mut state, FormAction::ToggleSweep("seed".into()));
    assert!(!state.form.draft().fields.contains_key("seed"), "it takes one value only");
}

#[test]
fn the_method_is_folded_until_a_link_says_something_of_it_or_something_is_wrong_with_it() {
    assert!(!open("/", "").form.method);
    assert!(!open("/echo", "units=5&repetitions=3&v=1").form.method, "it says the default");
    assert!(open("/echo", "units=5&repetitions=7&v=1").form.method);
    let mut state = open("/", "");
    act(&mut state, FormAction::Type("workers".into(), "none".into()));
    assert!(state.form.method);
    act(&mut state, FormAction::Type("workers".into(), "4".into()));
    assert!(state.form.method, "it is not taken away from under who mends it");
    act(&mut state, FormAction::UnfoldMethod(false));
    assert!(!state.form.method);
}

#[test]
fn one_help_stays_open_at_a_time() {
    let mut state = open("/", "");
    for (field, open) in [("units", Some("units")), ("rounds", Some("rounds")), ("rounds", None)] {
        act(&mut state, FormAction::ToggleHelp(field.into()));
        assert_eq!(state.form.help.as_deref(), open);
    }
}

#[test]
fn escape_closes_the_presets_before_it_cancels_and_a_choice_closes_them_too() {
    let mut state = running();
    act(&mut state, FormAction::UnfoldPresets(true));
    assert_eq!(act(&mut state, UserAction::Escape), [Effect::Focus("all-presets".into())]);
    assert!(!state.form.all_presets);
    assert!(act(&mut state, UserAction::Escape).contains(&Effect::Cancel("abc".into())));
    act(&mut state, FormAction::UnfoldPresets(true));
    let effects = act(&mut state, FormAction::ChoosePreset(1));
    assert!(!state.form.all_presets && effects.contains(&Effect::Focus("preset-1".into())), "{effects:?}");
}
