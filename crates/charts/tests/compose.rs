//! The composer: every edit on programs of every shape.

use charts::Composer;
use protocol::parameter::steps::{Step, count, parse};
use protocol::{Parameter, ParameterKind};

fn word(name: &str, unit: &str, kind: ParameterKind) -> Parameter {
    let (help, can_be_swept, is_work) = (format!("what {name} does"), false, false);
    Parameter { name: name.into(), label: name.into(), unit: unit.into(), help, kind, earlier: Vec::new(), can_be_swept, is_work }
}

fn number(max: u64, default: u64) -> ParameterKind {
    ParameterKind::Integer { min: 1, max, step: 1, default, log: false }
}

fn alone() -> ParameterKind {
    ParameterKind::Choice { options: Vec::new(), default: String::new() }
}

fn program() -> Parameter {
    let words =
        vec![word("compute", "µs", number(100_000, 20)), word("wait", "ms", number(10_000, 1)), word("send", "", alone())];
    let blocks = vec![word("repeat", "times", number(1_000, 2)), word("in parallel", "", alone())];
    word("program", "", ParameterKind::Steps { words, blocks, most: 8, default: "send".into() })
}

fn composer(text: &str) -> Composer {
    Composer::new(program(), text.to_owned())
}

/// What a few edits make of a text.
fn after(text: &str, edits: &[&str]) -> String {
    let mut composer = composer(text);
    edits.iter().for_each(|edit| drop(composer.take(edit)));
    composer.drawn().text
}

#[test]
fn every_edit_does_what_it_says() {
    let cases: [(&str, &[&str], &str); 24] = [
        ("send, compute 5", &["up 1"], "compute 5, send"),
        ("send, compute 5", &["down 0"], "compute 5, send"),
        ("repeat 2 { send, wait 1 }, compute 5", &["up 0.0"], "send, repeat 2 { wait 1 }, compute 5"),
        ("repeat 2 { send, wait 1 }, compute 5", &["down 0.1"], "repeat 2 { send }, wait 1, compute 5"),
        ("repeat 2 { send, wait 1 }, compute 5", &["out 0.0"], "repeat 2 { wait 1 }, send, compute 5"),
        ("repeat 2 { send }, compute 5", &["in 1"], "repeat 2 { send, compute 5 }"),
        ("compute 5, repeat 2 { send }", &["in 0"], "repeat 2 { compute 5, send }"),
        // What is left empty goes.
        ("wait 1, repeat 2 { send }, compute 5", &["out 1.0"], "wait 1, send, compute 5"),
        ("repeat 2 { in parallel { send } }", &["delete 0.0.0"], ""),
        ("send, wait 1, compute 5", &["delete 1"], "send, compute 5"),
        ("send, repeat 2 { wait 1 }", &["double 1"], "send, repeat 2 { wait 1 }, repeat 2 { wait 1 }"),
        ("send, wait 1", &["add compute"], "send, wait 1, compute 20"),
        ("send, wait 1", &["choose 0", "add compute"], "send, compute 20, wait 1"),
        ("repeat 2 { send }, wait 1", &["choose 0", "add compute"], "repeat 2 { send, compute 20 }, wait 1"),
        ("send, wait 1", &["choose 1", "add in parallel", "add send"], "send, in parallel { wait 1, send }"),
        ("", &["add repeat"], "repeat 2 { compute 20 }"),
        ("send, wait 1", &["set 1 25"], "send, wait 25"),
        ("send, repeat 2 { wait 1 }", &["set 1 7"], "send, repeat 7 { wait 1 }"),
        // Nothing that is typed into a number makes another program.
        ("send, wait 1", &["set 1 2, send } {"], "send, wait 2 send"),
        ("send, wait 1, compute 5", &["move 0 behind 2"], "wait 1, compute 5, send"),
        ("send, wait 1, compute 5", &["move 2 before 0"], "compute 5, send, wait 1"),
        ("send, repeat 2 { wait 1 }", &["move 0 into 1"], "repeat 2 { send, wait 1 }"),
        ("send, repeat 2 { wait 1 }", &["move 0 behind 1.0"], "repeat 2 { wait 1, send }"),
        ("repeat 2 { wait 1 }, send", &["move 0.0 before 1"], "wait 1, send"),
    ];
    for (text, edits, wanted) in cases {
        assert_eq!(after(text, edits), wanted, "{text}: {edits:?}");
    }
}

#[test]
fn what_cannot_be_done_changes_nothing_and_says_why() {
    let full = "send, send, send, send, send, send, send, send";
    let deep = "repeat 2 { repeat 2 { repeat 2 { repeat 2 { send } } } }";
    let cases = [
        ("send", "up 0", "first"),
        ("send", "down 0", "last"),
        ("send", "out 0", "in no block"),
        ("send, send", "in 0", "no block beside"),
        ("send", "up", "Choose a step"),
        ("send", "delete 4", "no such step"),
        ("send", "delete 0.0", "no such step"),
        ("send", "add fly", "no such word"),
        ("repeat 2 { send }", "move 0 behind 0.0", "in itself"),
        ("send, wait 1", "move 0 into 1", "no block"),
        (full, "add send", "8 steps are the most"),
        (full, "double 0", "8 steps are the most"),
        (deep, "add repeat", "4 deep"),
        ("send }, wait 1", "delete 0", "mend it first"),
    ];
    for (text, edit, why) in cases {
        let mut composer = composer(text);
        if edit == "add repeat" {
            composer.take("choose 0");
        }
        let composed = composer.take(edit);
        assert_eq!(composed.text, text, "{edit}");
        assert!(composed.said.contains(why), "{text}: {edit}: {}", composed.said);
    }
}

/// The heads of the steps that are no blocks, in any order.
fn leaves(steps: &[Step]) -> Vec<String> {
    let one = |step: &Step| step.inside.as_deref().map_or_else(|| vec![step.head.clone()], leaves);
    let mut all: Vec<String> = steps.iter().flat_map(one).collect();
    all.sort_unstable();
    all
}

fn paths(steps: &[Step], outer: &str) -> Vec<String> {
    let one = |(index, step): (usize, &Step)| {
        let path = if outer.is_empty() { index.to_string() } else { format!("{outer}.{index}") };
        let inside = paths(step.inside.as_deref().unwrap_or_default(), &path);
        std::iter::once(path).chain(inside)
    };
    steps.iter().enumerate().flat_map(one).collect()
}

/// No step is lost or made by moving, whatever is moved where, and what comes out is a program that is written as it is read.
#[test]
fn whatever_is_moved_no_step_is_lost() {
    let texts = [
        "send, wait 1, compute 2",
        "repeat 2 { send, in parallel { wait 1, compute 2 } }, wait 3",
        "in parallel { repeat 2 { send }, repeat 3 { wait 1, compute 2 } }",
        "compute 1, repeat 2 { repeat 3 { repeat 4 { send } }, wait 1 }, repeat 5 { compute 2 }",
    ];
    let mut done = 0;
    for text in texts {
        let steps = parse(text).steps;
        let all = paths(&steps, "");
        let single = ["up", "down", "in", "out"].iter().flat_map(|verb| all.iter().map(move |path| format!("{verb} {path}")));
        let sides = ["before", "behind", "into"];
        let carried =
            all.iter().flat_map(|from| all.iter().flat_map(move |to| sides.map(|side| format!("move {from} {side} {to}"))));
        for edit in single.chain(carried) {
            let composed = composer(text).take(&edit);
            let now = parse(&composed.text);
            assert_eq!(now.fault, None, "{text}: {edit}");
            assert_eq!(leaves(&now.steps), leaves(&steps), "{text}: {edit}: {}", composed.text);
            assert!(count(&now.steps) <= count(&steps), "{text}: {edit}: {}", composed.text);
            done += usize::from(composed.text != text);
        }
    }
    assert!(done > 100, "{done}");
}

#[test]
fn the_list_says_every_step_with_its_place_and_what_is_wrong_where_it_is() {
    let html = composer("send, repeat 3 { wait 0, fly }, in parallel { compute, send }").drawn().html;
    for wanted in [
        "1</span> send",
        "2</span> repeat",
        "2.1</span> wait",
        "2.2</span> fly",
        "3.2</span> send",
        "Step 2.1 asks for &quot;wait 0&quot;, which is too small; accepted: wait N ms (1 to 10,000)",
        "Step 2.2 has the unknown step &quot;fly&quot;; accepted: compute, wait, send, repeat, in parallel",
        "data-set=\"set 1.0\"",
        "Alt+ArrowUp=up 2.1",
        "ArrowDown=choose 2.0",
    ] {
        assert!(html.contains(wanted), "{wanted}: {html}");
    }
}

#[test]
fn a_life_says_how_often_each_word_is_done_and_how_long_a_round_is_at_least() {
    let html = composer("compute 500, repeat 3 { wait 2, send }, in parallel { wait 4, wait 1 }").drawn().html;
    assert!(html.contains("compute 500 µs · wait 11.0 ms · send × 3"), "{html}");
    assert!(html.contains("At least 10.5 ms"), "{html}");
}

#[test]
fn a_number_that_is_typed_digit_by_digit_is_undone_at_once() {
    let mut composer = composer("wait 1, wait 1");
    let goes_on: Vec<bool> =
        ["set 0 2", "set 0 25", "set 1 2", "set 0 3", "up 1", "set 0 4"].iter().map(|edit| composer.take(edit).goes_on).collect();
    assert_eq!(goes_on, [false, true, false, false, false, false]);
}

#[test]
fn a_text_of_very_many_steps_is_not_drawn() {
    let many = vec!["send"; 100_000].join(",");
    assert!(composer(&many).drawn().html.len() < 200);
    assert!(composer(&many).take("add send").said.contains("steps are the most"));
}

#[test]
fn what_is_typed_is_text() {
    let html = composer("<img src=x onerror=alert(1)>\"', wait <b>").drawn().html;
    assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
}
