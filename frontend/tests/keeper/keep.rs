//! What is kept, and for how long.

use capsule::{Capsule, Carried, Detail, Part};
use frontend::keeper::history::MOST_KEPT;
use frontend::keeper::shelf::{Memory, Shelf};
use frontend::keeper::{Carrier, KeeperReply, KeeperRequest};
use protocol::{Run, compact};

use super::{ask, frames, keep, keeper, list, load, open, over, packed, run_of, runs, sample, small};

#[test]
fn a_run_that_was_kept_opens_as_it_was() {
    let mut keeper = keeper();
    assert_eq!(keep(&mut keeper, &sample()), []);
    let run = Run::of_log(&sample());
    let opened = load(&mut keeper, run.id()).unwrap();
    let [result] = opened.results.as_slice() else { panic!("{} results", opened.results.len()) };
    assert_eq!((result.left_out.len(), &run_of(&result.log)), (0, &capsule::shared(&run)));
    assert!(load(&mut keeper, "other").unwrap_err().contains("other is neither in this browser's history nor"));
}

#[test]
fn a_run_is_in_the_history_once_and_stays_as_it_was_named() {
    let mut keeper = keeper();
    keep(&mut keeper, &sample());
    let id = Run::of_log(&sample()).id().to_owned();
    ask(&mut keeper, KeeperRequest::Name(id.clone(), "before the change".into()));
    keep(&mut keeper, &sample());
    let listed = list(&mut keeper, "");
    assert_eq!((listed.all, runs(&listed)), (1, vec![id.as_str()]));
    assert!(listed.rows.contains("value=\"before the change\""), "{}", listed.rows);
}

#[test]
fn of_one_that_came_in_a_link_and_was_run_here_the_whole_is_kept() {
    let carried = Carried { left_out: vec![Part::Trials], ..Carried::from(Run::of_log(&sample())) };
    let shorter = Capsule { results: vec![carried], ..Capsule::default() };
    let link = capsule::text_of(&capsule::pack(&shorter, Detail::Whole).bytes);
    let id = Run::of_log(&sample()).id().to_owned();
    let mut keeper = keeper();
    open(&mut keeper, Carrier::Text(link.clone())).unwrap();
    let rows = list(&mut keeper, "").rows;
    assert!(rows.contains("from a link") && rows.contains("Without "), "{rows}");
    keep(&mut keeper, &sample());
    assert!(!list(&mut keeper, "").rows.contains("Without "), "the whole of it is there now");
    open(&mut keeper, Carrier::Text(link)).unwrap();
    let opened = load(&mut keeper, &id).unwrap();
    assert!(opened.results[0].left_out.is_empty(), "and stays: {:?}", opened.results[0].left_out);
}

#[test]
fn what_was_deleted_can_be_put_back_with_all_that_a_person_made_of_it() {
    let mut keeper = keeper();
    keep(&mut keeper, &small("one", "Z80"));
    keep(&mut keeper, &small("two", "Z80"));
    ask(&mut keeper, KeeperRequest::Name("one".into(), "mine".into()));
    ask(&mut keeper, KeeperRequest::Pin("one".into(), true));
    ask(&mut keeper, KeeperRequest::Delete("one".into()));
    assert_eq!(runs(&list(&mut keeper, "")), ["two"]);
    assert!(load(&mut keeper, "one").is_err());
    ask(&mut keeper, KeeperRequest::Undelete);
    ask(&mut keeper, KeeperRequest::Undelete);
    let listed = list(&mut keeper, "");
    assert_eq!(runs(&listed), ["one", "two"], "pinned ones stand above");
    assert!(listed.rows.contains("value=\"mine\"") && load(&mut keeper, "one").is_ok());
}

#[test]
fn the_oldest_that_are_not_pinned_give_way_and_that_is_said() {
    let shelf = Shelf::Memory(Memory::default());
    let capsule = packed(&small("one-of-many", "Z80"), None).bytes;
    for number in 0..MOST_KEPT {
        let entry = format!("{{\"kept_ms\": {}}}", number + 1);
        super::at_once(shelf.put(&format!("r{number}"), &entry, Some(&capsule))).unwrap();
    }
    super::at_once(shelf.put("pinned", "{\"pinned\": true}", Some(&capsule))).unwrap();
    let mut keeper = over(shelf);
    let said = keep(&mut keeper, &small("last", "Z80"));
    assert!(matches!(said.as_slice(), [KeeperReply::Told(words)] if words.contains("have given way")), "{said:?}");
    let listed = list(&mut keeper, "");
    let runs = runs(&listed);
    assert_eq!((runs.len(), runs[0], runs[1]), (MOST_KEPT + 1, "pinned", "last"));
    assert!(!runs.contains(&"r0") && runs.contains(&"r1"), "only the oldest went");
}

#[test]
fn what_is_told_of_a_result_is_told_again_from_its_capsule() {
    let capsule = packed(&sample(), None).bytes;
    let id = Run::of_log(&sample()).id().to_owned();
    let shelf = Shelf::Memory(Memory::default());
    let entries = [
        (
            id.as_str(),
            r#"{"name": "of a later version", "pinned": true, "from": "the moon", "told": {"version": 99}}"#,
            &capsule[..],
        ),
        ("not-json", "{{{", &capsule),
        ("damaged", "{}", &capsule[..capsule.len() / 2]),
    ];
    for (run, entry, capsule) in entries {
        super::at_once(shelf.put(run, entry, Some(capsule))).unwrap();
    }
    let mut keeper = over(shelf);
    let listed = list(&mut keeper, "");
    assert_eq!((listed.all, runs(&listed)[0]), (3, id.as_str()));
    assert!(listed.rows.contains("value=\"of a later version\"") && listed.rows.contains("Tokio"), "{}", listed.rows);
    assert!(listed.rows.contains("cannot be read any more"), "{}", listed.rows);
    ask(&mut keeper, KeeperRequest::Delete("damaged".into()));
    assert_eq!(list(&mut keeper, "").all, 2);
}

#[test]
fn the_token_that_deletes_a_stored_copy_is_remembered_until_it_is_used() {
    let mut keeper = keeper();
    keep(&mut keeper, &small("one", "Z80"));
    let remember = KeeperRequest::RememberToken { run: "one".into(), id: "k7q2m4".into(), token: "secret".into() };
    assert_eq!(ask(&mut keeper, remember), []);
    let rows = list(&mut keeper, "").rows;
    assert!(rows.contains("shared as <a href=\"r/k7q2m4\">") && !rows.contains("secret"), "{rows}");
    let token = ask(&mut keeper, KeeperRequest::TokenOf("one".into(), "k7q2m4".into()));
    assert!(matches!(token.as_slice(), [KeeperReply::Token { token, .. }] if token == "secret"), "{token:?}");
    ask(&mut keeper, KeeperRequest::ForgetToken("one".into(), "k7q2m4".into()));
    assert!(!list(&mut keeper, "").rows.contains("shared as"));
    let none = ask(&mut keeper, KeeperRequest::TokenOf("one".into(), "k7q2m4".into()));
    assert!(matches!(none.as_slice(), [KeeperReply::Failed(_)]), "{none:?}");
}

#[test]
fn a_request_that_is_none_is_not_answered_and_half_a_log_is_not_kept() {
    let mut keeper = keeper();
    assert!(super::at_once(keeper.take(&[250, 1, 2, 3])).is_empty());
    let request = compact::write(&KeeperRequest::Keep { log: vec![1, 2, 3], name: String::new() }).unwrap();
    let answers = super::at_once(keeper.take(&request));
    let answer: KeeperReply = compact::read(&answers[0]).unwrap();
    assert!(matches!(answer, KeeperReply::Failed(_)), "{answer:?}");
    let cut = frames(&sample());
    let request = KeeperRequest::Keep { log: cut[..cut.len() / 2].to_vec(), name: String::new() };
    assert_eq!(ask(&mut keeper, request), [], "what came before the cut is a result, cut short");
    assert!(list(&mut keeper, "").rows.contains("Cancelled."));
}
