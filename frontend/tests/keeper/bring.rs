//! What is dropped, pasted or chosen: opened if it is a result, taken in if it is a history, refused with the reason otherwise.

use frontend::keeper::{Carrier, KeeperReply, KeeperRequest};
use protocol::Run;

use super::{SAMPLE, ask, keep, keeper, list, load, open, packed, run_of, runs, sample, small};

fn export(keeper: &mut frontend::keeper::history::Keeper) -> Vec<u8> {
    match ask(keeper, KeeperRequest::ExportAll).pop() {
        Some(KeeperReply::Exported(bytes)) => bytes,
        other => panic!("{other:?}"),
    }
}

fn imported(keeper: &mut frontend::keeper::history::Keeper, bytes: &[u8]) -> String {
    match ask(keeper, KeeperRequest::Open(3, Carrier::Bytes(bytes.to_vec()))).into_iter().next() {
        Some(KeeperReply::Imported(3, words)) => words,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_a_log_a_capsule_and_its_text_open_and_are_in_the_history_from_then_on() {
    let run = capsule::shared(&Run::of_log(&sample()));
    let report = serde_json::to_vec(&analysis::report::report(&run)).unwrap();
    let whole = packed(&sample(), None);
    for (carrier, from) in [
        (Carrier::Bytes(report), "from a file"),
        (Carrier::Bytes(SAMPLE.into()), "from a file"),
        (Carrier::Bytes(whole.bytes.clone()), "from a file"),
        (Carrier::Stored("k7q2m4".into(), whole.bytes), "from a short link"),
        (Carrier::Text(format!("https://example.org/c#{}", whole.text)), "from a link"),
        (Carrier::Text(SAMPLE.into()), "from a link"),
    ] {
        let mut keeper = keeper();
        let opened = open(&mut keeper, carrier).unwrap();
        assert_eq!(run_of(&opened.results[0].log).trials, run.trials);
        let listed = list(&mut keeper, "");
        assert_eq!(runs(&listed), [run.id()]);
        assert!(listed.rows.contains(from), "{from} in {}", listed.rows);
    }
}

#[test]
fn a_history_goes_from_one_browser_to_another_in_a_file_and_its_tokens_do_not() {
    let mut here = keeper();
    for id in ["a", "b"] {
        keep(&mut here, &small(id, "Z80"));
    }
    ask(&mut here, KeeperRequest::Name("a".into(), "Äpfel & <b>".into()));
    ask(&mut here, KeeperRequest::Pin("a".into(), true));
    let remember = KeeperRequest::RememberToken { run: "a".into(), id: "k7".into(), token: "very-secret".into() };
    ask(&mut here, remember);
    let file = export(&mut here);
    assert!(!String::from_utf8_lossy(&file).contains("very-secret"));

    let mut there = keeper();
    keep(&mut there, &small("c", "Z80"));
    assert_eq!(imported(&mut there, &file), "2 results of the file are in the history now.");
    let listed = list(&mut there, "");
    assert_eq!(runs(&listed), ["a", "c", "b"], "pinned first, then the newest");
    assert!(listed.rows.contains("value=\"Äpfel &amp; &lt;b&gt;\""), "{}", listed.rows);
    assert_eq!(load(&mut there, "b"), load(&mut here, "b"));
    let again = imported(&mut there, &file);
    assert_eq!(again, "0 results of the file are in the history now; 2 were there already.");
}

#[test]
fn a_file_of_several_capsules_is_taken_in_too() {
    let capsules: Vec<Vec<u8>> = ["a", "b", "c"].iter().map(|id| packed(&small(id, "Z80"), None).bytes).collect();
    let file = capsule::bundle(capsules.iter().map(Vec::as_slice));
    let mut keeper = keeper();
    assert_eq!(imported(&mut keeper, &file), "3 results of the file are in the history now.");
    assert_eq!(list(&mut keeper, "").all, 3);
}

#[test]
fn what_is_damaged_or_hostile_is_refused_with_the_reason_and_nothing_is_lost() {
    let mut keeper = keeper();
    keep(&mut keeper, &small("mine", "Z80"));
    let whole = packed(&sample(), None).bytes;
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let file = export(&mut keeper);
    let later = String::from_utf8_lossy(&file).replacen(":1,", ":7,", 1).into_bytes();
    let many = format!("{{\"interleave_history\":1,\"results\":[{}]}}", ["{\"capsule\":\"AA\"}"; 5001].join(","));
    for (what, bytes, reason) in [
        ("nothing", Vec::new(), "empty"),
        ("rubbish", vec![0xff; 4096], "It cannot be opened"),
        ("a page", b"<!doctype html><script>alert(1)</script>".to_vec(), "It cannot be opened"),
        ("half a capsule", whole[..middle].to_vec(), "damaged"),
        ("a flipped bit", flipped, "damaged"),
        ("half a history", file[..file.len() / 2].to_vec(), "damaged"),
        ("a later history", later, "version 7"),
        ("too many", many.into_bytes(), "5001"),
        ("JSON of something else", b"{\"name\": \"left-pad\", \"version\": \"1.0.0\"}".to_vec(), "It cannot be opened"),
        ("deep JSON", [b"{\"interleave_history\":".to_vec(), vec![b'['; 1 << 16]].concat(), "damaged"),
    ] {
        let refused = open(&mut keeper, Carrier::Bytes(bytes)).unwrap_err();
        assert!(refused.contains(reason) && refused.ends_with('.'), "{what}: {refused}");
        assert!(refused.len() < 600, "{what} is told in a sentence: {refused}");
    }
    assert_eq!(runs(&list(&mut keeper, "")), ["mine"]);
    assert!(load(&mut keeper, "mine").is_ok());
}

#[test]
fn of_a_history_with_a_damaged_result_the_others_are_taken_in_and_that_is_said() {
    let mut here = keeper();
    for id in ["a", "b"] {
        keep(&mut here, &small(id, "Z80"));
    }
    let text = String::from_utf8(export(&mut here)).unwrap();
    let at = text.rfind("\"capsule\":\"").unwrap() + 60;
    let damaged = format!("{}AAAA{}", &text[..at], &text[at + 4..]);
    let mut there = keeper();
    let words = imported(&mut there, damaged.as_bytes());
    assert!(words.starts_with("1 result of the file") && words.contains("damaged"), "{words}");
    assert_eq!(list(&mut there, "").all, 1);
}

/// Lanes as far as the keeper looks at them.
const LANES: &[u8] = b"ILB1 and whatever follows";

#[test]
fn lanes_that_come_in_a_file_are_had_from_an_address_then_and_when_the_history_opens_it_again() {
    let file = capsule::with_lanes(&packed(&sample(), None).bytes, Some(LANES));
    let mut here = keeper();
    let opened = open(&mut here, Carrier::Bytes(file)).unwrap();
    let address = opened.results[0].lanes.clone();
    assert_eq!(address, format!("blob:{}", capsule::text_of(LANES)));
    let run = run_of(&opened.results[0].log);
    assert_eq!(load(&mut here, run.id()).unwrap().results[0].lanes, address);
    // Without them it is the same result: they stay.
    open(&mut here, Carrier::Bytes(packed(&sample(), None).bytes)).unwrap();
    assert_eq!(load(&mut here, run.id()).unwrap().results[0].lanes, address);
    let file = String::from_utf8(export(&mut here)).unwrap();
    assert!(!file.contains(&capsule::text_of(LANES)[..20]), "a history as a file is a text, without lanes");
}

#[test]
fn lanes_of_a_result_that_was_kept_without_any_are_kept_too() {
    let mut here = keeper();
    keep(&mut here, &sample());
    let file = capsule::with_lanes(&packed(&sample(), None).bytes, Some(LANES));
    open(&mut here, Carrier::Bytes(file)).unwrap();
    let run = Run::of_log(&sample());
    assert!(!load(&mut here, run.id()).unwrap().results[0].lanes.is_empty());
    assert_eq!(list(&mut here, "").all, 1);
}

#[test]
fn a_result_that_is_kept_loses_neither_its_detail_nor_its_lanes_to_one_that_lacks_them() {
    let (whole, less) = (packed(&sample(), None).bytes, packed(&sample(), Some(700)));
    assert!(!less.left_out.is_empty());
    let less = less.bytes;
    let with = |capsule: &[u8]| capsule::with_lanes(capsule, Some(LANES));
    for files in [[whole.clone(), with(&less)], [with(&less), whole]] {
        let mut here = keeper();
        for file in files {
            open(&mut here, Carrier::Bytes(file)).unwrap();
        }
        let kept = load(&mut here, Run::of_log(&sample()).id()).unwrap();
        assert!(kept.results[0].left_out.is_empty() && !kept.results[0].lanes.is_empty(), "{:?}", kept.results[0].left_out);
    }
}

#[test]
fn a_file_has_the_lanes_of_an_address_unless_they_are_gone_or_too_long() {
    let pack = |lanes: &str, most_bytes| {
        let log = sample().iter().flat_map(|event| protocol::compact::write_framed(event).unwrap()).collect();
        let (logs, view, lanes) = (vec![log], protocol::View::default(), lanes.to_owned());
        let request = KeeperRequest::Pack { ticket: 1, logs, view, most_chars: None, lanes, most_bytes };
        match ask(&mut keeper(), request).pop() {
            Some(KeeperReply::Packed(1, packed)) => packed,
            other => panic!("{other:?}"),
        }
    };
    let alone = packed(&sample(), None).bytes;
    let address = format!("blob:{}", capsule::text_of(LANES));
    let with = pack(&address, usize::MAX);
    assert_eq!((with.bytes, with.without_lanes), (capsule::with_lanes(&alone, Some(LANES)), false));
    for (lanes, most_bytes) in [("gone", usize::MAX), (address.as_str(), alone.len())] {
        let without = pack(lanes, most_bytes);
        assert_eq!((without.bytes, without.without_lanes), (alone.clone(), true), "{lanes}");
    }
    assert!(!pack("", usize::MAX).without_lanes, "it has none");
}
