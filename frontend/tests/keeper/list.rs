//! How the history is listed and searched.

use frontend::keeper::{HistorySearch, KeeperReply, KeeperRequest};

use super::{ask, keep, keeper, list, runs, sample, small};

#[test]
fn a_result_is_listed_with_what_came_out_of_what_where_and_when() {
    let mut keeper = keeper();
    keep(&mut keeper, &sample());
    let rows = list(&mut keeper, "").rows;
    let run = protocol::Run::of_log(&sample());
    let report = analysis::report::report(&run);
    let sentence = report.sentence.lines().next().unwrap();
    for told in [sentence, "TCP echo, 2026-", "native threads", "-core ", "run here", "<svg class=\"mark m\""] {
        assert!(rows.contains(told), "{told} in {rows}");
    }
}

#[test]
fn the_newest_stand_first_and_pinned_ones_above() {
    let mut keeper = keeper();
    for id in ["a", "b", "c"] {
        keep(&mut keeper, &small(id, "Z80"));
    }
    assert_eq!(runs(&list(&mut keeper, "")), ["c", "b", "a"]);
    ask(&mut keeper, KeeperRequest::Pin("a".into(), true));
    assert_eq!(runs(&list(&mut keeper, "")), ["a", "c", "b"]);
    ask(&mut keeper, KeeperRequest::Pin("a".into(), false));
    assert_eq!(runs(&list(&mut keeper, "")), ["c", "b", "a"]);
}

#[test]
fn every_word_that_is_looked_for_has_to_be_there_in_any_part_and_case() {
    let mut keeper = keeper();
    keep(&mut keeper, &small("a", "Motorola 68000"));
    keep(&mut keeper, &small("b", "Zilog Z80"));
    ask(&mut keeper, KeeperRequest::Name("b".into(), "Vor dem Umbau".into()));
    for (words, found) in [
        ("", vec!["b", "a"]),
        ("  motorola ", vec!["a"]),
        ("UMBAU z80", vec!["b"]),
        ("tcp ECHO tokio", vec!["b", "a"]),
        ("umbau motorola", vec![]),
        ("run here", vec!["b", "a"]),
        ("<script>", vec![]),
    ] {
        let listed = list(&mut keeper, words);
        assert_eq!((runs(&listed), listed.all, listed.words.as_str()), (found, 2, words));
    }
}

#[test]
fn what_is_ticked_is_named_in_the_order_in_which_it_was_and_what_is_gone_is_not() {
    let mut keeper = keeper();
    keep(&mut keeper, &small("a", "Z80"));
    keep(&mut keeper, &small("b", "Z80"));
    ask(&mut keeper, KeeperRequest::Name("a".into(), "first".into()));
    let search = HistorySearch { words: "nothing".into(), ticked: vec!["b".into(), "gone".into(), "a".into()] };
    let answer = ask(&mut keeper, KeeperRequest::List(search)).pop();
    let Some(KeeperReply::Listed(listed)) = answer else { panic!("{answer:?}") };
    let ticked: Vec<&str> = listed.ticked.iter().map(|(run, _)| run.as_str()).collect();
    assert_eq!((ticked, listed.ticked[1].1.as_str(), listed.shown), (vec!["b", "a"], "first", 0));
}

#[test]
fn a_list_that_is_on_show_is_told_again_when_it_changes() {
    let mut keeper = keeper();
    assert_eq!(keep(&mut keeper, &small("a", "Z80")), [], "nobody looks");
    list(&mut keeper, "");
    let said = keep(&mut keeper, &small("b", "Z80"));
    assert!(matches!(said.as_slice(), [KeeperReply::Listed(list)] if list.all == 2), "{said:?}");
    let said = ask(&mut keeper, KeeperRequest::Delete("a".into()));
    assert!(matches!(said.as_slice(), [KeeperReply::Listed(list)] if list.all == 1), "{said:?}");
}

#[test]
fn a_hostile_name_is_text() {
    let mut keeper = keeper();
    keep(&mut keeper, &small("a", "<script>alert(1)</script>"));
    ask(&mut keeper, KeeperRequest::Name("a".into(), "\"><img src=x onerror=alert(1)>".into()));
    let rows = list(&mut keeper, "").rows;
    assert!(!rows.contains("<img") && !rows.contains("<script") && rows.contains("&lt;img"), "{rows}");
}
